# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a password change from a response."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import Change, read_change
from ansible_collections.community.sailpoint.plugins.module_utils._client.responses import Fields
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    ChangeFailedError,
    UnexpectedResponseError,
)


@pytest.mark.parametrize(
    ("response", "change"),
    [
        ({"requestId": "r", "state": "IN_PROGRESS"}, Change("r", "IN_PROGRESS")),
        ({"requestId": None, "state": "FINISHED"}, Change(None, "FINISHED")),
        ({"requestId": "", "state": " finished "}, Change(None, "FINISHED")),
        (
            {"requestId": "r", "state": "FAILED", "errors": ["a\nb", "c"], "sourceIds": ["s", "t"]},
            Change("r", "FAILED", ("a b", "c"), ("s", "t")),
        ),
        ({"requestId": "r", "state": "FINISHED", "errors": None, "sourceIds": None}, Change("r", "FINISHED")),
        # The published example of beta.
        ({"status": "IN_PROCESS", "reqeustId": "r", "error": None}, Change("r", "IN_PROGRESS")),
        ({"status": "FAILED", "reqeustId": "r", "error": "why"}, Change("r", "FAILED", ("why",))),
        ({"requestId": "r", "state": "QUEUED", "more": 1}, Change("r", "QUEUED")),
    ],
)
def test_a_response_is_read(response, change):
    assert read_change(Fields(response, "set password")) == change


def test_empty_texts_are_left_out():
    change = read_change(Fields({"state": "FAILED", "errors": ["", " ", "\x00", "why"], "sourceIds": ["\n", "s"]}, "x"))
    assert change == Change(None, "FAILED", ("why",), ("s",))
    assert read_change(Fields({"state": "FAILED", "error": ""}, "x")).reason == "ISC gave no reason"


@pytest.mark.parametrize(
    ("response", "problem"),
    [
        ({}, "has no state."),
        ({"state": "\x00\x1b\u2028"}, "has no state."),
        ({"state": "FINISHED", "requestId": "r\ns"}, "has control characters in requestId."),
        ({"state": "FINISHED", "reqeustId": "r\x1b[2J"}, "has control characters in requestId."),
        ({"state": "FINISHED", "requestId": "r" * 4097}, "has more than 4096 characters in requestId."),
        ({"requestId": "r", "state": 7}, "has no state."),
        ({"requestId": 7, "state": "FINISHED"}, "has a requestId that is not a string."),
        ({"requestId": "r", "state": "FAILED", "errors": 7}, "has errors that are not a list of strings."),
        ({"requestId": "r", "state": "FAILED", "errors": [{}]}, "has errors that are not a list of strings."),
        ({"requestId": "r", "state": "FAILED", "sourceIds": [7]}, "has sourceIds that are not a list of strings."),
    ],
)
def test_a_malformed_response_is_refused(response, problem):
    with pytest.raises(UnexpectedResponseError) as refusal:
        read_change(Fields(response, "set password"))
    assert refusal.value.message == f"ISC's response to set password {problem}"


@pytest.mark.parametrize(
    ("state", "ended"), [("FINISHED", True), ("FAILED", True), ("IN_PROGRESS", False), ("QUEUED", False)]
)
def test_only_two_states_are_final(state, ended):
    assert Change("r", state).ended is ended


def test_a_later_response_keeps_what_it_leaves_out():
    earlier = Change("r", "IN_PROGRESS", ("old",), ("s",))
    assert earlier.updated(Change(None, "FINISHED")) == Change("r", "FINISHED", (), ("s",))
    assert earlier.updated(Change("other", "FAILED", ("new",), ("t",))) == Change("r", "FAILED", ("new",), ("t",))
    assert Change(None, "IN_PROGRESS").updated(Change("r", "FINISHED")) == Change("r", "FINISHED")


@pytest.mark.parametrize("state", ["FINISHED", "IN_PROGRESS", "QUEUED"])
def test_a_change_that_has_not_failed_raises_nothing(state):
    Change("r", state, ("note",)).raise_if_failed()


def test_a_failure_names_the_reasons():
    with pytest.raises(ChangeFailedError) as failure:
        Change("r", "FAILED", ("Too short", "Used before."), ("s",)).raise_if_failed()
    assert failure.value.message == (
        "ISC accepted the password change and then reported FAILED: Too short; Used before."
    )
    result = failure.value.as_result()
    assert (result["outcome"], result["request_id"], result["state"]) == ("failed", "r", "FAILED")
    assert (result["errors"], result["source_ids"]) == (["Too short", "Used before."], ["s"])


def test_a_failure_without_reason_says_so_and_warns_of_a_sync_group():
    with pytest.raises(ChangeFailedError, match="ISC gave no reason.*several sources.*may have been carried out"):
        Change(None, "FAILED", (), ("s", "t")).raise_if_failed()


def test_texts_of_a_change_are_cut_and_on_one_line():
    response = Fields(
        {
            "requestId": "r" * 4096,
            "state": "\x1b[1mstrange\r\n" + "x" * 100,
            "errors": ["\x1b[2Jno\nway", "y" * 2000, *map(str, range(50))],
            "sourceIds": ["a\u2028b"],
        },
        "x",
    )
    change = read_change(response)
    assert change.request_id == "r" * 4096
    assert change.state == "[1MSTRANGE " + "X" * 26 + "..."
    assert change.errors == ("[2Jno way", "y" * 997 + "...", *map(str, range(18)))
    assert change.source_ids == ("a b",)
