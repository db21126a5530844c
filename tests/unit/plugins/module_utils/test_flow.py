# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state machine of a new change, response by response, from the query to waiting and its end."""

from __future__ import annotations

import math

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import Change
from ansible_collections.community.sailpoint.plugins.module_utils._change.flow import QUERY, SET, STATUS, Leave
from ansible_collections.community.sailpoint.plugins.module_utils._change.poll import NO_REQUEST_ID
from ansible_collections.community.sailpoint.plugins.module_utils._change.prepare import PreparedChange
from ansible_collections.community.sailpoint.plugins.module_utils._change.sync_group import SyncGroup
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    AccountChoiceError,
    ChangeFailedError,
    ConnectError,
    IscError,
    JournalError,
    OutcomeUnknownError,
    PolicyViolationError,
    ReceiptError,
    RecordError,
    TlsError,
)
from support.flows import (
    FAILED,
    FINISHED,
    FOUND,
    LOST,
    NOT_FOUND,
    POLLING,
    RUNNING,
    START,
    TARGET,
    SteppedFlow,
    api_error,
    rate_limited,
)
from support.modules import EPOCH

RESPONSE_LOST = OutcomeUnknownError("The password change was sent, and whether ISC accepted it is not known.")
REFUSED_LOGIN = api_error(503)
REFUSED_LOGIN.at_login = True


def test_a_change_goes_from_the_query_to_its_end():
    stepped = SteppedFlow()
    kinds = []
    for response in (FOUND, RUNNING, RUNNING, FINISHED):
        kinds.append(stepped.flow.kind)
        stepped.respond(response)
    assert kinds == [QUERY, SET, STATUS, STATUS]
    assert stepped.flow.kind is None
    assert stepped.ending == ("finished", True, None)
    assert (stepped.flow.change, stepped.flow.error, stepped.flow.warnings) == (FINISHED, None, [])


def test_times_count_from_the_moment_of_sending():
    stepped = SteppedFlow().respond(FOUND, took=5.0)
    stepped.time.now += 10
    stepped.respond(RUNNING, took=2.0)
    assert stepped.flow.sent_at == EPOCH + 15
    assert (stepped.flow.accepted_at, stepped.flow.deadline) == (START + 17, START + 617)
    assert stepped.flow.duration is None
    stepped.respond(FINISHED, took=3.5)
    assert stepped.flow.duration == 5.5


def test_requests_are_counted():
    stepped = SteppedFlow()
    assert (stepped.flow.reads, stepped.flow.requested_at) == (0, 0)
    stepped.accepted().respond(RUNNING)
    assert (stepped.flow.reads, stepped.flow.requested_at) == (1, START + 2)


@pytest.mark.parametrize(("end", "outcome"), [(FINISHED, "finished"), (FAILED, "failed")])
def test_a_change_that_ends_at_once_is_not_polled(end, outcome):
    for polling in (POLLING, None):
        stepped = SteppedFlow(polling).respond(FOUND).respond(end, took=2.0)
        assert (stepped.flow.outcome, stepped.flow.reads, stepped.flow.duration) == (outcome, 0, 2)


def test_a_failed_change_changed_nothing_except_maybe_in_a_sync_group():
    stepped = SteppedFlow().accepted().respond(FAILED)
    assert stepped.ending == ("failed", False, "wait")
    assert isinstance(stepped.flow.error, ChangeFailedError)
    assert (stepped.flow.change, stepped.flow.duration) == (FAILED, 2)

    in_a_sync_group = SteppedFlow().accepted().respond(FAILED._replace(source_ids=("s", "t")))
    assert in_a_sync_group.flow.changed is True


def test_without_waiting_a_change_ends_as_accepted():
    stepped = SteppedFlow(polling=None).accepted()
    assert stepped.ending == ("accepted", True, None)
    assert (stepped.flow.change, stepped.flow.duration, stepped.flow.warnings) == (RUNNING, None, [])
    assert stepped.flow.deadline == math.inf


def test_without_a_request_id_the_outcome_is_unknown():
    change = Change(None, "IN_PROGRESS")
    stepped = SteppedFlow().accepted(change)
    assert stepped.ending == ("unknown", True, "wait")
    assert stepped.flow.error.message.startswith(NO_REQUEST_ID)
    assert stepped.log.told == [("unknown", stepped.flow.error)]
    without = SteppedFlow(polling=None).accepted(change)
    assert (without.ending, without.flow.warnings) == (("accepted", True, None), [NO_REQUEST_ID])


def test_after_a_lost_response_it_is_never_sent_again():
    stepped = SteppedFlow().respond(FOUND, RESPONSE_LOST)
    assert stepped.ending == ("unknown", True, "set")
    assert (stepped.flow.error, stepped.flow.kind, stepped.flow.change) == (RESPONSE_LOST, None, None)


@pytest.mark.parametrize("error", [AccountChoiceError("None."), PolicyViolationError("Short."), api_error(400)])
def test_a_problem_before_the_change_is_sent_refuses_it(error):
    stepped = SteppedFlow().respond(error)
    assert stepped.ending == ("refused", False, "query")
    assert stepped.flow.error.message == error.message
    assert stepped.log.told == [("refused", error)]


def test_an_earlier_change_of_unknown_outcome_makes_this_one_unknown():
    error = IscError("It is not known whether a pending password is in effect.", outcome="unknown")
    stepped = SteppedFlow().respond(error)
    assert stepped.ending == ("unknown", False, "query")
    assert stepped.log.steps == ["unknown"]


@pytest.mark.parametrize("error", [*map(api_error, (400, 401, 403, 404, 409)), TlsError("No certificate."), LOST])
def test_a_change_that_is_refused_is_not_sent_again(error):
    stepped = SteppedFlow().respond(FOUND, error)
    assert stepped.ending == ("refused", False, "set")
    assert stepped.flow.error.as_result() == error.as_result()


@pytest.mark.parametrize("error", [JournalError("Full."), ReceiptError("Full."), RecordError("Full.")])
def test_a_log_that_cannot_be_written_prevents_sending(error):
    stepped = SteppedFlow().respond(FOUND, error)
    assert stepped.ending == ("refused", False, "store")


@pytest.mark.parametrize("problem", [LOST, ConnectError("No."), *map(api_error, (408, 502, 503, 504))])
@pytest.mark.parametrize("retries", [0, 1, 4])
def test_a_query_is_tried_again(problem, retries):
    stepped = SteppedFlow(retries=retries)
    delays = []
    while stepped.flow.kind is not None:
        delays.append(stepped.flow.delay)
        stepped.respond(problem)
    assert delays == [0, 0.5, 1, 2, 4][: retries + 1]
    assert stepped.ending == ("refused", False, "query")
    hints = [problem.hint, f"It was tried {retries + 1} times." if retries else None]
    assert stepped.flow.error.hint == (" ".join(filter(None, hints)) or None)
    assert stepped.log.steps == ["refused"]
    assert "tried" not in (problem.hint or "")


@pytest.mark.parametrize("problem", [ConnectError("No."), REFUSED_LOGIN])
def test_a_certainly_unprocessed_change_is_sent_again(problem):
    stepped = SteppedFlow(retries=2).respond(FOUND, problem)
    assert (stepped.flow.kind, stepped.flow.delay) == (SET, 0.5)
    stepped.respond(problem)
    assert (stepped.flow.kind, stepped.flow.delay) == (SET, 1)
    assert SteppedFlow(retries=2).respond(FOUND, problem, problem, RUNNING).flow.kind == STATUS
    stepped.respond(problem)
    assert stepped.ending == ("refused", False, "set")
    assert stepped.flow.error.hint.endswith("It was tried 3 times.")


def test_query_and_change_have_separate_attempts():
    stepped = SteppedFlow().respond(LOST, LOST, FOUND)
    assert stepped.flow.delay == 0
    assert SteppedFlow().respond(LOST, FOUND, api_error(400)).flow.error.hint == "Look."
    assert stepped.respond(ConnectError("No.")).flow.delay == 0.5


@pytest.mark.parametrize("before", [(), (FOUND,)])
def test_a_429_uses_up_an_attempt_and_is_waited_for(before):
    stepped = SteppedFlow(retries=2).respond(*before, rate_limited(7.0))
    assert stepped.flow.delay == 7
    stepped.respond(rate_limited())
    assert stepped.flow.delay == 4
    assert stepped.respond(rate_limited(1.0)).flow.outcome == "refused"


@pytest.mark.parametrize("before", [(), (FOUND,)])
def test_with_a_rate_limiter_a_429_uses_up_no_attempt(before):
    stepped = SteppedFlow(retries=1, rate_limited=True).respond(*before, *[rate_limited(7.0)] * 20)
    assert (stepped.flow.outcome, stepped.flow.delay, stepped.flow.sending) == (None, 0, False)
    stepped.respond(ConnectError("No."))
    assert stepped.flow.outcome is None
    stepped.respond(rate_limited(), ConnectError("No."))
    assert stepped.flow.outcome == "refused"
    assert stepped.flow.error.hint == "It was tried 2 times."


@pytest.mark.parametrize("limited", [False, True])
@pytest.mark.parametrize("before", [(), (FOUND,)])
def test_a_429_of_more_than_two_minutes_refuses_the_change(limited, before):
    stepped = SteppedFlow(rate_limited=limited).respond(*before, rate_limited(121.0))
    assert stepped.ending == ("refused", False, "set" if before else "query")


@pytest.mark.parametrize("before", [(), (FOUND,)])
@pytest.mark.parametrize("error", [ConnectError("No."), rate_limited(1.0)])
def test_once_the_run_has_stopped_nothing_is_tried_again(before, error):
    stepped = SteppedFlow(rate_limited=True)
    stepped.respond(*before)
    stepped.flow.may_go_on = False
    stepped.respond(error)
    assert stepped.ending == ("not_sent", False, None)
    assert stepped.flow.error is error
    assert stepped.log.told == []


def test_once_the_run_has_stopped_a_refusal_is_still_one():
    stepped = SteppedFlow().respond(FOUND)
    stepped.flow.may_go_on = False
    assert stepped.respond(api_error(400)).ending == ("refused", False, "set")


def test_the_flow_records_the_findings_about_the_account():
    group = SyncGroup("Directory")
    prepared = PreparedChange(TARGET, "encrypted", ("Too short.",))
    stepped = SteppedFlow().respond(FOUND._replace(prepared=prepared, warnings=("Weak.",), sync_group=group))
    assert stepped.flow.policy_violations == ("Too short.",)
    assert (stepped.flow.warnings, stepped.flow.sync_group) == (["Weak."], group)


def test_an_account_that_is_not_due_ends_with_its_last_change():
    stepped = SteppedFlow().respond(FOUND._replace(decision=Leave(FINISHED), prepared=None))
    assert stepped.ending == ("unchanged", False, None)
    assert (stepped.flow.change, stepped.flow.error, stepped.flow.sent_at) == (FINISHED, None, None)


def test_the_driver_can_end_a_flow():
    refused = SteppedFlow().respond(FOUND)
    error = IscError("It is the same account.")
    refused.flow.refuse(error, QUERY)
    assert (refused.ending, refused.log.told) == (("refused", False, "query"), [("refused", error)])
    unsent = SteppedFlow()
    unsent.flow.leave_unsent()
    assert (unsent.ending, unsent.log.told) == (("not_sent", False, None), [])
    given_up = SteppedFlow().accepted()
    given_up.flow.give_up(LOST)
    assert given_up.ending == ("unknown", True, "wait")
    assert given_up.flow.error.message.endswith(LOST.message)


def test_the_key_and_policies_are_dropped_at_the_end():
    stepped = SteppedFlow().accepted()
    stepped.respond(FINISHED)
    assert stepped.flow._prepared is None


def test_a_stopped_run_waits_for_a_change_that_was_sent():
    stepped = SteppedFlow(rate_limited=True).accepted()
    stepped.flow.may_go_on = False
    stepped.respond(RUNNING, LOST)
    assert (stepped.flow.kind, stepped.flow.delay) == (STATUS, 1)
    assert stepped.respond(FINISHED).flow.outcome == "finished"


def test_the_delay_after_a_failed_read_grows():
    stepped = SteppedFlow().accepted()
    delays = [stepped.respond(LOST).flow.delay for _each in range(7)]
    assert delays == [0.5, 1, 2, 4, 4, 4, 4]
    assert stepped.respond(RUNNING).flow.delay == 0
    assert stepped.flow.outcome is None


@pytest.mark.parametrize("error", [*map(api_error, (400, 401, 403, 500)), TlsError("No certificate.")])
def test_a_status_that_cannot_be_read_makes_the_change_unknown(error):
    stepped = SteppedFlow().accepted().respond(RUNNING, error)
    assert stepped.ending == ("unknown", True, "wait")
    assert stepped.flow.error.message.endswith(error.message)
    assert stepped.log.told == [("unknown", stepped.flow.error)]
    assert stepped.flow.change == RUNNING


def test_a_404_means_not_yet_for_thirty_seconds_after_sending():
    stepped = SteppedFlow().respond(FOUND).respond(RUNNING, took=10.0)
    assert stepped.respond(NOT_FOUND, took=19.9).flow.kind == STATUS
    assert stepped.respond(NOT_FOUND, took=0.1).flow.outcome == "unknown"


def test_with_a_rate_limiter_a_429_is_not_a_read():
    stepped = SteppedFlow(rate_limited=True).accepted().respond(rate_limited(50.0))
    assert (stepped.flow.reads, stepped.flow.kind) == (0, STATUS)
    assert 0 < stepped.flow.delay < 0.01
    assert stepped.respond(LOST).flow.delay == 0.5
    alone = SteppedFlow().accepted().respond(rate_limited(50.0))
    assert (alone.flow.reads, alone.flow.delay) == (1, 50)


def test_once_the_run_has_stopped_a_429_counts_as_a_read():
    stepped = SteppedFlow(rate_limited=True).accepted()
    stepped.flow.may_go_on = False
    stepped.respond(rate_limited(50.0), took=700.0)
    assert (stepped.flow.reads, stepped.flow.outcome) == (1, "unknown")


@pytest.mark.parametrize(("responses", "reason"), [((RUNNING,), ""), ((LOST,), LOST.message), ((LOST, RUNNING), "")])
def test_a_change_is_given_up_at_its_deadline(responses, reason):
    stepped = SteppedFlow().accepted().respond(*[RUNNING] * 599)
    assert stepped.flow.kind == STATUS
    for response in responses[:-1]:
        stepped.respond(response, took=0)
    stepped.respond(responses[-1], took=1.0)
    assert stepped.ending == ("unknown", True, "wait")
    assert "has not ended after wait_timeout (600 s)" in stepped.flow.error.message
    assert stepped.flow.error.message.endswith(reason or "is not known.")
    assert stepped.log.told == [("unknown", stepped.flow.error)]


def test_an_end_reported_after_the_deadline_counts():
    assert SteppedFlow().accepted().respond(FINISHED, took=9999.0).flow.outcome == "finished"
