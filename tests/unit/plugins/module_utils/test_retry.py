# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which requests are sent again, and after which delay."""

from __future__ import annotations

import math
import time

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    AddressError,
    ConnectError,
    InputError,
    LostResponseError,
    TlsError,
    UnexpectedResponseError,
)
from ansible_collections.community.sailpoint.plugins.module_utils._http.retry import (
    delay_before,
    may_retry,
    parse_retry_after,
)
from hypothesis import given
from hypothesis import strategies as st
from support.flows import api_error, rate_limited

NOW = 1795514400.0  # 2026-11-24T10:00:00Z


# The error, whether a repeatable and an unrepeatable request is sent again, and whether the error is transient.
TABLE = [
    (rate_limited(None), True, True, True),
    (rate_limited(0.0), True, True, True),
    (rate_limited(120.0), True, True, True),
    (rate_limited(120.1), False, False, True),
    (ConnectError("No connection."), True, True, True),
    (TlsError("No certificate."), False, False, False),
    (AddressError("No address."), False, False, False),
    (LostResponseError("No response."), True, False, True),
    *((api_error(status), True, False, True) for status in (408, 502, 503, 504)),
    *((api_error(status), False, False, False) for status in (400, 401, 403, 404, 409, 500, 501, 505)),
    (UnexpectedResponseError("HTML."), False, False, False),
    (InputError("No."), False, False, False),
]


@pytest.mark.parametrize(("error", "repeatable", "unrepeatable", "transient"), TABLE)
def test_which_requests_are_sent_again(error, repeatable, unrepeatable, transient):
    assert may_retry(error, True) is repeatable
    assert may_retry(error, False) is unrepeatable
    assert error.is_transient is transient


def test_delays_double_up_to_thirty_seconds():
    delays = [delay_before(attempt, LostResponseError("x"), lambda: 0.0) for attempt in range(2, 12)]
    assert delays == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0, 30.0]


def test_jitter_adds_up_to_a_quarter():
    assert delay_before(2, LostResponseError("x"), lambda: 1.0) == 0.625
    assert delay_before(2, rate_limited(10.0), lambda: 1.0) == 12.5


def test_retry_after_replaces_the_delay():
    assert delay_before(2, rate_limited(7.0), lambda: 0.0) == 7.0
    assert delay_before(5, rate_limited(0.0), lambda: 0.0) == 0.0
    assert delay_before(3, rate_limited(None), lambda: 0.0) == 4.0


@given(st.integers(2, 10**9), st.none() | st.floats(0, 120), st.floats(0, 1), st.booleans())
def test_a_delay_is_bounded_and_never_less_than_asked_for(attempt, retry_after, chance, throttled):
    error = rate_limited(retry_after) if throttled else api_error(503)
    delay = delay_before(attempt, error, lambda: chance)
    assert 0 <= delay <= 150
    assert delay >= (retry_after or 0 if throttled else 0.5)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("7", 7.0),
        (" 0 ", 0.0),
        ("999999999999999999999", 999999999.0),
        ("Tue, 24 Nov 2026 10:00:09 GMT", 9.0),
        ("Tue, 24 Nov 2026 12:00:09 +0200", 9.0),
        ("Tuesday, 24-Nov-26 10:00:09 GMT", 9.0),
        ("Tue Nov 24 10:00:09 2026", 9.0),
        ("Tue, 24 Nov 2026 10:00:09 -0000", 9.0),
        ("Tue, 24 Nov 2026 09:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("1.5", None),
        ("\u0661", None),
        ("Tue, 99 Nov 2026 10:00:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value, seconds):
    assert parse_retry_after(value, NOW) == seconds


@pytest.mark.parametrize("zone", ["UTC+9", "UTC-9"])
def test_a_date_without_a_zone_does_not_depend_on_the_local_zone(monkeypatch, zone):
    with monkeypatch.context() as patch:
        patch.setenv("TZ", zone)
        time.tzset()
        try:
            assert parse_retry_after("Tue Nov 24 10:00:09 2026", NOW) == 9.0
        finally:
            patch.undo()
            time.tzset()


@given(st.text(st.characters()) | st.from_regex(r"\A[A-Z][a-z]{2}, \d{1,3} [A-Z][a-z]{2} \d{1,6} \d+:\d+:\d+ .{0,5}\Z"))
def test_any_header_gives_finite_seconds_or_nothing(value):
    seconds = parse_retry_after(value, NOW)
    assert seconds is None or (math.isfinite(seconds) and seconds >= 0)
