# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The time when a password was last set: known forms are understood, and any other value counts as unknown."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.accounts import EXCLUDE, INCLUDE, matches_age
from ansible_collections.community.sailpoint.plugins.module_utils._times import age_in_days, means_never, parse_isc_time
from hypothesis import given
from hypothesis import strategies as st

DAY = 86400
NOW = 1795514400.0
SPRING = 1712266737.0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2024-04-04T21:38:57.434Z", SPRING + 0.434),
        ("2024-04-04t21:38:57z", SPRING),
        ("2024-04-04 21:38:57", SPRING),
        ("2024-04-04T21:38:57.123456789Z", SPRING + 0.123456789),
        ("2024-04-04T21:38:57,5Z", SPRING + 0.5),
        ("2024-04-04T23:38:57+02:00", SPRING),
        ("2024-04-04T16:38:57-0500", SPRING),
        (" 2024-04-04T21:38:57Z ", SPRING),
        (1712266737434, SPRING + 0.434),
        ("1712266737434", SPRING + 0.434),
        ("946684800000", 946684800.0),
        (133567403370000000, SPRING),
    ],
)
def test_each_form_of_a_time_is_understood(value, seconds):
    assert parse_isc_time(value) == pytest.approx(seconds, abs=1e-3)


@pytest.mark.parametrize(
    "value",
    [
        *(None, "", " ", 0, "0", -1, True, [], {}, ["2024-04-04T21:38:57Z"], "never"),
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00Z",
        "2024-13-04T21:38:57Z",
        "2024-02-30T21:38:57Z",
        "2024-04-04T25:38:57Z",
        "2024-04-04T21:38:57 +02:00",
        "2024-04-04",
        "04/04/2024",
        "9999-12-31T23:59:59-14:00",
        "\uff12024-04-04T21:38:57Z",
        # Seconds since 1970, which taken for milliseconds would mean 1970.
        1712266737,
        "1712266737",
        # FILETIME: too early, before 1970, and never.
        "125911584000000000",
        "116444735990000000",
        *(9223372036854775807, float("nan"), float("inf"), 10**400, 1e300, "1" * 400),
    ],
)
def test_any_other_value_is_unknown(value):
    assert parse_isc_time(value) is None


@given(st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers()))
def test_any_value_is_a_time_after_1970_or_unknown(value):
    seconds = parse_isc_time(value)
    assert seconds is None or 0 < seconds < 1e12


@given(st.datetimes(datetime(1970, 1, 2), datetime(9998, 12, 31)))
def test_any_time_is_read_as_it_was_written(time):
    utc = time.replace(tzinfo=timezone.utc)
    assert parse_isc_time(time.isoformat() + "Z") == pytest.approx(utc.timestamp(), abs=1e-3)


@pytest.mark.parametrize(
    ("last_set", "days"),
    [
        (NOW, 0),
        (NOW - DAY + 1, 0),
        (NOW - DAY, 1),
        (NOW - 90 * DAY - 5, 90),
        # Clocks may differ by a day at most.
        (NOW + DAY, 0),
        (NOW + DAY + 1, None),
        (None, None),
    ],
)
def test_an_age_is_whole_days(last_set, days):
    assert age_in_days(last_set, NOW) == days


@pytest.mark.parametrize("unknown_age", [INCLUDE, EXCLUDE])
@pytest.mark.parametrize(
    ("last_set", "wanted"), [(NOW - 90 * DAY, True), (NOW - 90 * DAY + 1, False), (NOW, False), (NOW + 60, False)]
)
def test_a_known_age_ignores_the_option(last_set, wanted, unknown_age):
    assert matches_age(last_set, 90 * DAY, unknown_age, NOW) is wanted


@pytest.mark.parametrize("last_set", [None, NOW + DAY + 1])
def test_the_option_decides_on_an_unknown_age(last_set):
    assert matches_age(last_set, 90 * DAY, INCLUDE, NOW) is True
    assert matches_age(last_set, 90 * DAY, EXCLUDE, NOW) is False


@pytest.mark.parametrize("last_set", [None, NOW, NOW - 90 * DAY])
def test_without_a_minimum_age_all_accounts_are_included(last_set):
    assert matches_age(last_set, None, EXCLUDE, NOW) is True


@pytest.mark.parametrize(
    "value", [0, "0", 0.0, "1601-01-01T00:00:00Z", "1601-01-01T00:00:00.000Z", "1970-01-01T00:00:00Z", " 0 "]
)
def test_a_zero_time_means_never_set(value):
    assert means_never(value) is (value != " 0 ")
    assert parse_isc_time(value) is None


@pytest.mark.parametrize(
    "value", [None, "", False, True, 1, -1, [], {}, "never", "0" * 41, "125911584000000000", "2024-04-04T21:38:57.434Z"]
)
def test_no_other_value_means_never_set(value):
    assert means_never(value) is False
