# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each response means for a change that an earlier run sent, and what check mode foretells of any."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import Change
from ansible_collections.community.sailpoint.plugins.module_utils._change.flow import QUERY, SET, STATUS, Leave, Resume
from support.flows import (
    EPOCH,
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

OLD = Resume(RUNNING, EPOCH - 3600)
YOUNG = Resume(RUNNING, EPOCH - 20)
MAY_BE_SET = OLD._replace(set_if_forgotten=True)


def taken_up(how, *responses, took=1.0, **settings):
    """Return a flow that an earlier run's change was handed to by the decision after its query."""
    stepped = SteppedFlow(**settings).answer(FOUND._replace(decision=how, prepared=None))
    stepped.flow.target = FOUND.target
    return stepped.answer(*responses, took=took)


def test_it_is_waited_for_from_the_query_on():
    stepped = taken_up(OLD)
    assert (stepped.flow.kind, stepped.flow.resumed, stepped.flow.change) == (STATUS, True, RUNNING)
    assert (stepped.flow.sent_at, stepped.flow.accepted_at) == (EPOCH - 3600, START + 1)
    assert stepped.flow.deadline == START + 1 + POLLING.timeout
    assert not stepped.flow.sending


def test_its_end_is_seen():
    stepped = taken_up(OLD, RUNNING, FINISHED)
    assert (stepped.ending, stepped.flow.change) == (("finished", True, None), FINISHED)
    assert stepped.flow.duration == 3600 + 3
    assert taken_up(OLD, FAILED).ending == ("failed", False, "wait")


def test_it_can_begin_with_that():
    stepped = SteppedFlow(how=OLD)
    assert (stepped.flow.kind, stepped.flow.accepted_at) == (STATUS, START)
    assert stepped.answer(FINISHED).flow.outcome == "finished"


@pytest.mark.parametrize("how", [YOUNG, YOUNG._replace(sent_at=EPOCH + 20), MAY_BE_SET._replace(sent_at=EPOCH)])
def test_at_first_a_young_one_may_not_be_there_yet(how):
    """Also where another clock was ahead."""
    stepped = taken_up(how, NOT_FOUND)
    assert (stepped.flow.kind, stepped.flow.resumed) == (STATUS, True)
    # From then on it has as long as a new one to appear.
    stepped.answer(*[NOT_FOUND] * 28)
    assert stepped.flow.kind == STATUS
    stepped.answer(NOT_FOUND)
    assert stepped.ending == ("unknown", True, "wait")


@pytest.mark.parametrize("how", [OLD, OLD._replace(sent_at=EPOCH + 3600)])
def test_one_that_isc_has_forgotten_is_of_unknown_outcome(how):
    stepped = taken_up(how, NOT_FOUND)
    assert stepped.ending == ("unknown", True, "wait")
    assert stepped.log.steps == ["unknown"]


def test_one_that_isc_has_forgotten_is_set_again_where_that_is_asked_for():
    stepped = taken_up(MAY_BE_SET, NOT_FOUND)
    assert (stepped.flow.kind, stepped.flow.needs_no_request) == (QUERY, True)
    assert (stepped.flow.resumed, stepped.flow.change, stepped.flow.sent_at) == (False, None, None)
    (warning,) = stepped.flow.warnings
    assert warning.startswith("ISC no longer knows the request r, which an earlier run sent.")
    assert stepped.log.told == []
    stepped.answer(FOUND)
    assert stepped.flow.kind == SET
    stepped.answer(RUNNING, FINISHED)
    assert stepped.ending == ("finished", True, None)
    assert stepped.flow.duration == 2


def test_one_that_was_set_again_is_not_set_a_third_time():
    stepped = taken_up(MAY_BE_SET, NOT_FOUND, FOUND, RUNNING)
    assert stepped.answer(NOT_FOUND, took=60.0).ending == ("unknown", True, "wait")


@pytest.mark.parametrize("polling", [POLLING, None])
def test_one_that_isc_has_forgotten_is_set_again_also_after_a_read_that_failed(polling):
    assert taken_up(MAY_BE_SET, LOST, NOT_FOUND, polling=polling).flow.kind == QUERY


@pytest.mark.parametrize("how", [OLD, MAY_BE_SET])
def test_one_that_was_seen_is_not_forgotten_at_once(how):
    stepped = taken_up(how, RUNNING, NOT_FOUND)
    assert (stepped.flow.kind, stepped.flow.warnings) == (STATUS, [])


@pytest.mark.parametrize("problem", [LOST, api_error(503), rate_limited(5.0)])
def test_a_problem_in_passing_is_waited_for(problem):
    stepped = taken_up(MAY_BE_SET, problem, retries=0)
    assert (stepped.flow.kind, stepped.flow.reads) == (STATUS, 1)
    assert stepped.answer(FINISHED).flow.outcome == "finished"


def test_a_read_that_was_refused_for_the_rate_was_no_look():
    stepped = taken_up(MAY_BE_SET, rate_limited(5.0), rate_limited=True)
    assert stepped.answer(NOT_FOUND).flow.kind == QUERY


def test_a_lasting_problem_ends_it():
    assert taken_up(MAY_BE_SET, api_error(403)).ending == ("unknown", True, "wait")


def test_it_is_given_up_at_the_deadline_of_this_run():
    stepped = taken_up(OLD, RUNNING, took=599.0)
    assert stepped.flow.kind == STATUS
    assert stepped.answer(RUNNING).ending == ("unknown", True, "wait")


@pytest.mark.parametrize("response", [RUNNING, Change("r", "QUEUED"), NOT_FOUND])
def test_without_waiting_one_look_is_enough(response):
    stepped = taken_up(YOUNG, response, polling=None)
    assert (stepped.ending, stepped.flow.error) == (("accepted", False, None), None)
    assert stepped.log.told == []


@pytest.mark.parametrize(("end", "ending"), [(FINISHED, ("finished", True, None)), (FAILED, ("failed", False, "wait"))])
def test_without_waiting_its_end_is_told_where_it_is_there(end, ending):
    assert taken_up(OLD, end, polling=None).ending == ending


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_without_waiting_a_look_is_tried_again_as_often_as_asked(retries):
    stepped = taken_up(OLD, polling=None, retries=retries)
    tries = 0
    while stepped.flow.kind is not None:
        stepped.answer(LOST)
        tries += 1
    assert tries == retries + 1
    assert stepped.ending == ("unknown", True, "wait")


def test_without_waiting_one_that_isc_has_forgotten_is_set_again_too():
    stepped = taken_up(MAY_BE_SET, NOT_FOUND, FOUND, RUNNING, polling=None)
    assert stepped.ending == ("accepted", True, None)


@pytest.mark.parametrize(("polling", "outcome"), [(POLLING, "finished"), (None, "accepted")])
def test_check_mode_foretells_that_it_will_be_set(polling, outcome):
    stepped = SteppedFlow(polling, check_mode=True).answer(FOUND)
    assert (stepped.ending, stepped.flow.change) == ((outcome, True, None), None)
    assert stepped.log.told == []


def test_check_mode_foretells_a_refusal():
    assert SteppedFlow(check_mode=True).answer(api_error(403)).ending == ("refused", False, "query")


def test_check_mode_leaves_what_is_not_due():
    stepped = SteppedFlow(check_mode=True).answer(FOUND._replace(decision=Leave(FINISHED), prepared=None))
    assert stepped.ending == ("unchanged", False, None)


@pytest.mark.parametrize("response", [RUNNING, NOT_FOUND, LOST, api_error(503)])
@pytest.mark.parametrize(("polling", "ending"), [(POLLING, ("finished", True)), (None, ("accepted", False))])
def test_check_mode_foretells_of_one_that_is_under_way_what_waiting_makes_of_it(polling, ending, response):
    stepped = taken_up(YOUNG, response, polling=polling, check_mode=True)
    assert stepped.ending == (*ending, None)
    assert stepped.log.told == []


@pytest.mark.parametrize(("end", "ending"), [(FINISHED, ("finished", True, None)), (FAILED, ("failed", False, "wait"))])
@pytest.mark.parametrize("polling", [POLLING, None])
def test_check_mode_tells_the_end_of_one_that_has_ended(polling, end, ending):
    assert taken_up(OLD, end, polling=polling, check_mode=True).ending == ending


@pytest.mark.parametrize(("polling", "outcome"), [(POLLING, "finished"), (None, "accepted")])
def test_check_mode_foretells_that_one_that_was_forgotten_will_be_set(polling, outcome):
    stepped = taken_up(MAY_BE_SET, NOT_FOUND, FOUND, polling=polling, check_mode=True)
    assert stepped.ending == (outcome, True, None)
    assert len(stepped.flow.warnings) == 1
