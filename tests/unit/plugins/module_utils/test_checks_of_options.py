# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bounds of numeric options."""

from __future__ import annotations

import math

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    InputError,
    check_number,
    check_seconds,
    check_text,
)


@pytest.mark.parametrize("value", [0.001, 1, 3600])
def test_seconds_within_the_bounds_are_taken(value):
    check_seconds("wait_sleep", value, 3600)


@pytest.mark.parametrize(
    ("value", "shown"), [(0, "0"), (-1, "-1"), (3600.5, "3600.5"), (math.inf, "inf"), (math.nan, "nan")]
)
def test_seconds_out_of_bounds_are_refused(value, shown):
    with pytest.raises(InputError) as refusal:
        check_seconds("wait_sleep", value, 3600)
    assert refusal.value.message == f"wait_sleep is {shown}."
    assert refusal.value.hint == "Give seconds, more than 0 and at most 3600."


@pytest.mark.parametrize("value", [6, 18])
def test_a_number_within_the_bounds_is_taken(value):
    check_number("length", value, 6, 18)


@pytest.mark.parametrize("value", [-1, 19, -6, True, False])
def test_a_number_out_of_bounds_is_refused(value):
    with pytest.raises(InputError) as refusal:
        check_number("length", value, 0, 18)
    assert refusal.value.as_result()["msg"] == f"length is {value}. Give a number from 0 to 18."


def test_a_text_is_returned_as_it_is():
    assert check_text("user_name", " Abby ") == " Abby "


@pytest.mark.parametrize(("value", "problem"), [(None, "is missing."), ("", "is empty."), (" \n", "is empty.")])
def test_a_text_has_to_be_there(value, problem):
    with pytest.raises(InputError) as refusal:
        check_text("user_name", value)
    assert refusal.value.as_result()["msg"] == f"user_name {problem} Give user_name."
