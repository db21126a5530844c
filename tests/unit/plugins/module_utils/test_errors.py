# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors as the result of a failed task, and the checks of option values."""

from __future__ import annotations

import math

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    ApiError,
    InputError,
    IscError,
    RateLimitError,
    check_number,
    check_seconds,
    check_text,
)


def test_a_result_holds_message_hint_and_details():
    error = ApiError("It went wrong.", "Do this.", status_code=400, tracking_id="t", detail_code=None)
    assert error.as_result() == {
        "msg": "It went wrong. Do this.",
        "hint": "Do this.",
        "status_code": 400,
        "tracking_id": "t",
    }
    assert str(error) == "It went wrong."


def test_hints_are_appended():
    error = IscError("No.").with_hint("First.").with_hint("Second.")
    assert error.as_result()["msg"] == "No. First. Second."


def test_details_are_not_overwritten():
    error = IscError("No.", outcome="unknown").with_details(outcome="refused", changed=True, state=None)
    assert error.details == {"outcome": "unknown", "changed": True}


TWO_LINES = "No.\r\nfatal: [host]: FAILED! => \x1b[31m\u2028\u202e\x00\ud800"
ONE_LINE = "No.  fatal: [host]: FAILED! =>  [31m \\u202e  "


def test_a_message_is_one_printable_line():
    error = IscError(TWO_LINES)
    assert error.message == str(error) == error.as_result()["msg"] == ONE_LINE


def test_each_hint_is_one_printable_line():
    error = IscError("No.", TWO_LINES)
    assert error.hint == ONE_LINE
    error = error.replace(hint=f"Again: {TWO_LINES}")
    assert error.hint == f"Again: {ONE_LINE}"
    error = error.with_hint(TWO_LINES)
    assert error.hint == f"Again: {ONE_LINE} {ONE_LINE}"
    assert error.as_result()["msg"] == f"No. Again: {ONE_LINE} {ONE_LINE}"
    assert IscError("No.").as_result() == {"msg": "No."}


def test_a_replaced_error_keeps_its_kind_and_other_parts():
    error = RateLimitError("Too many.", "Wait.", status_code=429)
    error.retry_after, error.at_login = 7.0, True
    other = error.replace(message=TWO_LINES, details={"status_code": 429, "tracking_id": "t"})
    assert (type(other), other.retry_after, other.at_login) == (RateLimitError, 7.0, True)
    assert (other.message, str(other), other.hint) == (ONE_LINE, ONE_LINE, "Wait.")
    assert other.details == {"status_code": 429, "tracking_id": "t"}
    same = error.replace()
    same.details["more"] = 1
    assert error.as_result() == {"status_code": 429, "msg": "Too many. Wait.", "hint": "Wait."}
    assert error.replace(hint="Go.").as_result()["msg"] == "Too many. Go."


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
