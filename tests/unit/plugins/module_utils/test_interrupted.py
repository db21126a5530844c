# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of a password when the run of its change is interrupted, wherever that happens."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import Change
from ansible_collections.community.sailpoint.plugins.module_utils._change.flow import interrupted_error
from ansible_collections.community.sailpoint.plugins.module_utils._errors import OutcomeUnknownError
from support.flows import EPOCH, FAILED, FINISHED, FOUND, LOST, RUNNING, Resume, SteppedFlow, rate_limited

UNSENT = "The run was interrupted before it sent the password. Run it again."
SENT = (
    "The run was interrupted while it sent the password; whether ISC got it is not known. Find out whether the new "
    "password is in effect before you set it again."
)
WAITED = (
    "The run was interrupted after ISC had accepted the password change; whether it will succeed is not known. Don't "
    "set the password again now. Keep waiting with community.sailpoint.isc_password_change_info and request_id r."
)


def told(stepped, under_way=False):
    """Return outcome, step and sentences, with a request under way or none."""
    if under_way:
        stepped.flow.requested(stepped.time.now)
    error = interrupted_error(stepped.flow)
    return error.details["outcome"], error.details["step"], error.explanation


@pytest.mark.parametrize("under_way", [False, True])
def test_before_the_account_is_found(under_way):
    assert told(SteppedFlow(), under_way) == ("not_sent", "query", UNSENT)


def test_between_the_query_and_the_set():
    assert told(SteppedFlow().answer(FOUND)) == ("not_sent", "query", UNSENT)


def test_while_the_password_is_being_sent():
    assert told(SteppedFlow().answer(FOUND), under_way=True) == ("unknown", "set", SENT)


def test_after_it_was_refused_for_now():
    assert told(SteppedFlow().answer(FOUND, rate_limited())) == ("not_sent", "query", UNSENT)


@pytest.mark.parametrize("under_way", [False, True])
def test_while_the_change_is_waited_for(under_way):
    assert told(SteppedFlow().accepted(), under_way) == ("unknown", "wait", WAITED)
    assert interrupted_error(SteppedFlow().accepted().flow).details["request_id"] == "r"


def test_while_the_change_of_an_earlier_run_is_waited_for():
    assert told(SteppedFlow(how=Resume(RUNNING, EPOCH)), under_way=True) == ("unknown", "wait", WAITED)


def test_after_a_change_that_is_not_waited_for():
    assert told(SteppedFlow(polling=None).accepted()) == ("unknown", "wait", WAITED)


def test_after_a_change_without_a_request_id():
    outcome, step, sentences = told(SteppedFlow(polling=None).accepted(Change(None, "IN_PROGRESS")))
    assert (outcome, step) == ("unknown", "wait")
    assert sentences.startswith("ISC accepted the password change without a request id")


def test_after_the_end():
    said = "The run was interrupted after ISC had reported that the password is set."
    assert told(SteppedFlow().accepted(FINISHED)) == ("finished", "wait", said)
    outcome, step, sentences = told(SteppedFlow().accepted(FAILED))
    assert (outcome, step) == ("failed", "wait")
    assert sentences.startswith("ISC accepted the password change and then reported FAILED: No.")


@pytest.mark.parametrize(
    ("responses", "known"),
    [([LOST], ("refused", "query")), ([FOUND, OutcomeUnknownError("Lost.", "Look.")], ("unknown", "set"))],
)
def test_after_it_has_failed_its_own_sentences_are_told(responses, known):
    stepped = SteppedFlow(retries=0).answer(*responses)
    assert told(stepped) == (*known, stepped.flow.error.explanation)
