# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report on a password whose change is interrupted, at each point where that can happen."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import Change
from ansible_collections.community.sailpoint.plugins.module_utils._change.flow import interrupted_error
from ansible_collections.community.sailpoint.plugins.module_utils._errors import OutcomeUnknownError
from support.flows import FAILED, FINISHED, FOUND, LOST, RUNNING, Resume, SteppedFlow, rate_limited
from support.modules import EPOCH

UNSENT = "The run was interrupted before it sent the password. Run it again."
SENT = (
    "The run was interrupted while it sent the password; whether ISC got it is not known. Find out whether the new "
    "password is in effect before you set it again."
)
WAITED = (
    "The run was interrupted after ISC had accepted the password change; whether it will succeed is not known. Don't "
    "set the password again now. Keep waiting with community.sailpoint.isc_password_change_info and request_id r."
)
NO_REQUEST_ID = "ISC accepted the password change without a request id..."
SUCCEEDED = "The run was interrupted after ISC had reported that the password is set."
REFUSED = "ISC accepted the password change and then reported FAILED: No...."

FAILED_QUERY = SteppedFlow(retries=0).respond(LOST)
LOST_RESPONSE = SteppedFlow().respond(FOUND, OutcomeUnknownError("Lost.", "Look."))
WITHOUT_ID = SteppedFlow(polling=None).accepted(Change(None, "IN_PROGRESS"))
# The flow, whether a request is under way, and the expected outcome, step and explanation ("..." stands for more).
CASES = {
    "before the query": (SteppedFlow(), False, "not_sent", "query", UNSENT),
    "during the query": (SteppedFlow(), True, "not_sent", "query", UNSENT),
    "after the query": (SteppedFlow().respond(FOUND), False, "not_sent", "query", UNSENT),
    "while sending": (SteppedFlow().respond(FOUND), True, "unknown", "set", SENT),
    "after a 429": (SteppedFlow().respond(FOUND, rate_limited()), False, "not_sent", "query", UNSENT),
    "between two reads": (SteppedFlow().accepted(), False, "unknown", "wait", WAITED),
    "during a read": (SteppedFlow().accepted(), True, "unknown", "wait", WAITED),
    "a change of an earlier run": (SteppedFlow(how=Resume(RUNNING, EPOCH)), True, "unknown", "wait", WAITED),
    "a change that is not waited for": (SteppedFlow(polling=None).accepted(), False, "unknown", "wait", WAITED),
    "a change without a request id": (WITHOUT_ID, False, "unknown", "wait", NO_REQUEST_ID),
    "after success": (SteppedFlow().accepted(FINISHED), False, "finished", "wait", SUCCEEDED),
    "after failure": (SteppedFlow().accepted(FAILED), False, "failed", "wait", REFUSED),
    "after a failed query": (FAILED_QUERY, False, "refused", "query", FAILED_QUERY.flow.error.explanation),
    "after a lost response": (LOST_RESPONSE, False, "unknown", "set", LOST_RESPONSE.flow.error.explanation),
}


@pytest.mark.parametrize(("stepped", "under_way", "outcome", "step", "explanation"), CASES.values(), ids=CASES)
def test_an_interruption_reports_the_state_of_the_password(stepped, under_way, outcome, step, explanation):
    if under_way:
        stepped.flow.requested(stepped.time.now)
    error = interrupted_error(stepped.flow)
    assert (error.details["outcome"], error.details["step"]) == (outcome, step)
    beginning = explanation.removesuffix("...")
    assert error.explanation == explanation or beginning != explanation and error.explanation.startswith(beginning)
    assert explanation is not WAITED or error.details["request_id"] == "r"
