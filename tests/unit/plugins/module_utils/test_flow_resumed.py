# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state machine of a change that an earlier run sent, and the predictions of check mode."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import Change
from ansible_collections.community.sailpoint.plugins.module_utils._change.flow import QUERY, SET, STATUS, Leave, Resume
from support.flows import (
    FAILED,
    FINISHED,
    FOUND,
    LOST,
    NOT_FOUND,
    POLLING,
    RUNNING,
    START,
    SteppedFlow,
    api_error,
    rate_limited,
)
from support.modules import EPOCH

OLD = Resume(RUNNING, EPOCH - 3600)
YOUNG = Resume(RUNNING, EPOCH - 20)
MAY_BE_SET = OLD._replace(set_if_forgotten=True)


def resumed(how, *responses, took=1.0, **settings):
    """Return a flow whose decision resumes the change of an earlier run, after the given responses."""
    stepped = SteppedFlow(**settings).respond(FOUND._replace(decision=how, prepared=None))
    stepped.flow.target = FOUND.target
    return stepped.respond(*responses, took=took)


def test_a_resumed_change_is_waited_for_after_the_query():
    stepped = resumed(OLD)
    assert (stepped.flow.kind, stepped.flow.resumed, stepped.flow.change) == (STATUS, True, RUNNING)
    assert (stepped.flow.sent_at, stepped.flow.accepted_at) == (EPOCH - 3600, START + 1)
    assert stepped.flow.deadline == START + 1 + POLLING.timeout
    assert not stepped.flow.sending


def test_the_duration_counts_from_the_earlier_run():
    stepped = resumed(OLD, RUNNING, FINISHED)
    assert (stepped.ending, stepped.flow.change) == (("finished", True, None), FINISHED)
    assert stepped.flow.duration == 3600 + 3


def test_a_flow_can_begin_with_a_resumed_change():
    stepped = SteppedFlow(how=OLD)
    assert (stepped.flow.kind, stepped.flow.accepted_at) == (STATUS, START)
    assert stepped.respond(FINISHED).flow.outcome == "finished"


@pytest.mark.parametrize("how", [YOUNG, YOUNG._replace(sent_at=EPOCH + 20), MAY_BE_SET._replace(sent_at=EPOCH)])
def test_a_young_change_may_not_be_readable_yet(how):
    # Also where another clock was ahead.
    stepped = resumed(how, NOT_FOUND)
    assert (stepped.flow.kind, stepped.flow.resumed) == (STATUS, True)
    # It then has as long to appear as a new change.
    stepped.respond(*[NOT_FOUND] * 28)
    assert stepped.flow.kind == STATUS
    stepped.respond(NOT_FOUND)
    assert stepped.ending == ("unknown", True, "wait")


@pytest.mark.parametrize("how", [OLD, OLD._replace(sent_at=EPOCH + 3600)])
def test_a_forgotten_change_is_of_unknown_outcome(how):
    stepped = resumed(how, NOT_FOUND)
    assert stepped.ending == ("unknown", True, "wait")
    assert stepped.log.steps == ["unknown"]


def test_a_forgotten_change_is_set_again_on_request():
    stepped = resumed(MAY_BE_SET, NOT_FOUND)
    assert (stepped.flow.kind, stepped.flow.needs_no_request) == (QUERY, True)
    assert (stepped.flow.resumed, stepped.flow.change, stepped.flow.sent_at) == (False, None, None)
    (warning,) = stepped.flow.warnings
    assert warning.startswith("ISC no longer knows the request r, which an earlier run sent.")
    assert stepped.log.told == []
    stepped.respond(FOUND)
    assert stepped.flow.kind == SET
    stepped.respond(RUNNING, FINISHED)
    assert stepped.ending == ("finished", True, None)
    assert stepped.flow.duration == 2


def test_a_change_is_not_set_a_third_time():
    stepped = resumed(MAY_BE_SET, NOT_FOUND, FOUND, RUNNING)
    assert stepped.respond(NOT_FOUND, took=60.0).ending == ("unknown", True, "wait")


@pytest.mark.parametrize("polling", [POLLING, None])
def test_a_forgotten_change_is_set_again_even_after_a_failed_read(polling):
    assert resumed(MAY_BE_SET, LOST, NOT_FOUND, polling=polling).flow.kind == QUERY


@pytest.mark.parametrize("how", [OLD, MAY_BE_SET])
def test_a_change_that_was_read_once_is_not_taken_for_forgotten(how):
    stepped = resumed(how, RUNNING, NOT_FOUND)
    assert (stepped.flow.kind, stepped.flow.warnings) == (STATUS, [])


@pytest.mark.parametrize("problem", [LOST, api_error(503), rate_limited(5.0)])
def test_a_transient_problem_is_waited_for(problem):
    stepped = resumed(MAY_BE_SET, problem, retries=0)
    assert (stepped.flow.kind, stepped.flow.reads) == (STATUS, 1)
    assert stepped.respond(FINISHED).flow.outcome == "finished"


def test_a_read_refused_by_the_rate_limit_does_not_count():
    stepped = resumed(MAY_BE_SET, rate_limited(5.0), rate_limited=True)
    assert stepped.respond(NOT_FOUND).flow.kind == QUERY


def test_a_permanent_problem_makes_it_unknown():
    assert resumed(MAY_BE_SET, api_error(403)).ending == ("unknown", True, "wait")


def test_a_resumed_change_has_the_deadline_of_this_run():
    stepped = resumed(OLD, RUNNING, took=599.0)
    assert stepped.flow.kind == STATUS
    assert stepped.respond(RUNNING).ending == ("unknown", True, "wait")


@pytest.mark.parametrize("response", [RUNNING, Change("r", "QUEUED"), NOT_FOUND])
def test_without_waiting_one_read_is_enough(response):
    stepped = resumed(YOUNG, response, polling=None)
    assert (stepped.ending, stepped.flow.error) == (("accepted", False, None), None)
    assert stepped.log.told == []


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_without_waiting_a_failed_read_is_tried_again_as_often_as_asked(retries):
    stepped = resumed(OLD, polling=None, retries=retries)
    tries = 0
    while stepped.flow.kind is not None:
        stepped.respond(LOST)
        tries += 1
    assert tries == retries + 1
    assert stepped.ending == ("unknown", True, "wait")


def test_without_waiting_a_forgotten_change_is_set_again_too():
    stepped = resumed(MAY_BE_SET, NOT_FOUND, FOUND, RUNNING, polling=None)
    assert stepped.ending == ("accepted", True, None)


@pytest.mark.parametrize(("polling", "outcome"), [(POLLING, "finished"), (None, "accepted")])
def test_check_mode_predicts_that_it_will_be_set(polling, outcome):
    stepped = SteppedFlow(polling, check_mode=True).respond(FOUND)
    assert (stepped.ending, stepped.flow.change) == ((outcome, True, None), None)
    assert stepped.log.told == []


def test_check_mode_predicts_a_refusal_and_leaves_an_account_that_is_not_due():
    assert SteppedFlow(check_mode=True).respond(api_error(403)).ending == ("refused", False, "query")
    stepped = SteppedFlow(check_mode=True).respond(FOUND._replace(decision=Leave(FINISHED), prepared=None))
    assert stepped.ending == ("unchanged", False, None)


@pytest.mark.parametrize("response", [RUNNING, NOT_FOUND, LOST, api_error(503)])
@pytest.mark.parametrize(("polling", "ending"), [(POLLING, ("finished", True)), (None, ("accepted", False))])
def test_check_mode_predicts_that_a_change_under_way_will_finish(polling, ending, response):
    stepped = resumed(YOUNG, response, polling=polling, check_mode=True)
    assert stepped.ending == (*ending, None)
    assert stepped.log.told == []


@pytest.mark.parametrize(("end", "ending"), [(FINISHED, ("finished", True, None)), (FAILED, ("failed", False, "wait"))])
@pytest.mark.parametrize("polling", [POLLING, None])
@pytest.mark.parametrize("check_mode", [False, True])
def test_a_change_that_has_ended_is_reported_with_or_without_waiting(check_mode, polling, end, ending):
    assert resumed(OLD, end, polling=polling, check_mode=check_mode).ending == ending


@pytest.mark.parametrize(("polling", "outcome"), [(POLLING, "finished"), (None, "accepted")])
def test_check_mode_predicts_that_a_forgotten_change_will_be_set(polling, outcome):
    stepped = resumed(MAY_BE_SET, NOT_FOUND, FOUND, polling=polling, check_mode=True)
    assert stepped.ending == (outcome, True, None)
    assert len(stepped.flow.warnings) == 1
