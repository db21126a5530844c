# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parsing and formatting ages and times."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError
from ansible_collections.community.sailpoint.plugins.module_utils._times import (
    format_exact_time,
    format_time,
    is_young,
    parse_age,
    parse_exact_time,
    parse_time,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("90", 90), ("15m", 900), ("12h", 43200), ("30d", 2592000), (" 4w ", 2419200)]
)
def test_an_age_is_a_number_with_a_unit(text, seconds):
    assert parse_age("max_age", text) == seconds


@pytest.mark.parametrize("text", [None, "", " "])
def test_an_empty_age_is_none(text):
    assert parse_age("max_age", text) is None


@pytest.mark.parametrize("text", ["0", "0d", "-1d", "1.5h", "d", "1 d", "30 days", "1e3", "1y", "٣d", "9999999999d"])
def test_any_other_age_is_refused_by_name(text):
    with pytest.raises(InputError, match="max_age is ") as refused:
        parse_age("max_age", text)
    assert "30d" in refused.value.hint


def test_a_time_is_utc_in_whole_seconds():
    assert format_time(1795514400.9) == "2026-11-24T10:00:00Z"
    assert parse_time("2026-11-24T10:00:00Z") == 1795514400


@pytest.mark.parametrize("text", ["", "2026-11-24", "2026-11-24T10:00:00", "2026-11-24T10:00:00+01:00", "now"])
def test_any_other_form_is_refused(text):
    with pytest.raises(ValueError):
        parse_time(text)


def test_an_exact_time_is_utc_in_milliseconds():
    assert format_exact_time(1795514400.0) == "2026-11-24T10:00:00.000Z"
    assert format_exact_time(1795514400.5897) == "2026-11-24T10:00:00.589Z"
    assert parse_exact_time("2026-11-24T10:00:00.589Z") == pytest.approx(1795514400.589, abs=1e-6)


@given(st.integers(0, 4 * 10**12))
def test_an_exact_time_is_read_as_it_was_written(milliseconds):
    text = format_exact_time(milliseconds / 1000 + 0.0001)
    assert parse_exact_time(text) == pytest.approx(milliseconds / 1000, abs=1e-4)
    assert len(text) == 24


@pytest.mark.parametrize(
    "text",
    ["", "2026-11-24T10:00:00Z", "2026-11-24T10:00:00.589+", "2026-11-24T10:00:00.5891Z", "2026-13-24T10:00:00.589Z"],
)
def test_any_other_form_of_an_exact_time_is_refused(text):
    with pytest.raises(ValueError):
        parse_exact_time(text)


@pytest.mark.parametrize(
    ("time", "young"),
    [(1000, True), (901, True), (900, False), (1000 + 86400, True), (1001 + 86400, False)],
    ids=["now", "younger", "as old", "a clock that is ahead", "a clock that was wrong"],
)
def test_a_time_is_young_within_the_age(time, young):
    assert is_young(time, 100, now=1000) is young
    assert is_young(time, None, now=1000) is False
