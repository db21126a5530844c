# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of a failed task."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    ApiError,
    IscError,
    JournalError,
    RateLimitError,
    ReceiptError,
    RecordError,
    StorageError,
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


def test_without_a_hint_there_is_none():
    assert IscError("It went wrong.").as_result() == {"msg": "It went wrong."}


def test_hints_are_appended():
    error = IscError("No.")
    error = error.with_hint("First.").with_hint("Second.")
    assert error.as_result()["msg"] == "No. First. Second."


def test_details_that_are_set_stay():
    error = IscError("No.", outcome="unknown")
    error = error.with_details(outcome="refused", changed=True, state=None)
    assert error.details == {"outcome": "unknown", "changed": True}


TWO_LINES = "No.\r\nfatal: [host]: FAILED! => \x1b[31m\u2028\u202e\x00\ud800"
ONE_LINE = "No.  fatal: [host]: FAILED! =>  [31m \\u202e  "


def test_a_message_is_one_printable_line():
    error = IscError(TWO_LINES)
    assert error.message == str(error) == error.as_result()["msg"] == ONE_LINE


def test_a_hint_is_one_printable_line_however_it_came():
    error = IscError("No.", TWO_LINES)
    assert error.hint == ONE_LINE
    error = error.replace(hint=f"Again: {TWO_LINES}")
    assert error.hint == f"Again: {ONE_LINE}"
    error = error.with_hint(TWO_LINES)
    assert error.hint == f"Again: {ONE_LINE} {ONE_LINE}"
    assert error.as_result()["msg"] == f"No. Again: {ONE_LINE} {ONE_LINE}"
    assert IscError("No.").as_result() == {"msg": "No."}


def test_another_one_can_be_made_of_it_with_what_differs():
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


@pytest.mark.parametrize("kind", [ReceiptError, RecordError, JournalError])
def test_what_cannot_be_kept_is_an_error_of_storage(kind):
    assert isinstance(kind("Full."), StorageError)
