# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each response means for a change that was accepted and is waited for."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._change.flow import STATUS
from ansible_collections.community.sailpoint.plugins.module_utils._errors import TlsError
from support.flows import FINISHED, FOUND, LOST, NOT_FOUND, RUNNING, SteppedFlow, api_error, rate_limited


def test_a_run_that_has_stopped_waits_for_what_was_sent():
    stepped = SteppedFlow(rate_limited=True).accepted()
    stepped.flow.may_go_on = False
    stepped.answer(RUNNING, LOST)
    assert (stepped.flow.kind, stepped.flow.delay) == (STATUS, 1)
    assert stepped.answer(FINISHED).flow.outcome == "finished"


def test_a_status_that_fails_waits_longer_each_time():
    stepped = SteppedFlow().accepted()
    delays = [stepped.answer(LOST).flow.delay for _each in range(7)]
    assert delays == [0.5, 1, 2, 4, 4, 4, 4]
    assert stepped.answer(RUNNING).flow.delay == 0
    assert stepped.flow.outcome is None


@pytest.mark.parametrize("error", [*map(api_error, (400, 401, 403, 500)), TlsError("No certificate.")])
def test_a_status_that_cannot_be_read_ends_it(error):
    stepped = SteppedFlow().accepted().answer(RUNNING, error)
    assert stepped.ending == ("unknown", True, "wait")
    assert stepped.flow.error.message.endswith(error.message)
    assert stepped.log.told == [("unknown", stepped.flow.error)]
    assert stepped.flow.change == RUNNING


def test_a_status_is_not_there_yet_for_thirty_seconds_since_it_was_sent():
    stepped = SteppedFlow().answer(FOUND).answer(RUNNING, took=10.0)
    assert stepped.answer(NOT_FOUND, took=19.9).flow.kind == STATUS
    assert stepped.answer(NOT_FOUND, took=0.1).flow.outcome == "unknown"


def test_a_429_is_no_read_where_a_rate_limiter_slows_all_requests_down():
    stepped = SteppedFlow(rate_limited=True).accepted().answer(rate_limited(50.0))
    assert (stepped.flow.reads, stepped.flow.kind) == (0, STATUS)
    assert 0 < stepped.flow.delay < 0.01
    assert stepped.answer(LOST).flow.delay == 0.5
    alone = SteppedFlow().accepted().answer(rate_limited(50.0))
    assert (alone.flow.reads, alone.flow.delay) == (1, 50)


def test_a_read_that_is_refused_counts_once_the_run_has_stopped():
    stepped = SteppedFlow(rate_limited=True).accepted()
    stepped.flow.may_go_on = False
    stepped.answer(rate_limited(50.0), took=700.0)
    assert (stepped.flow.reads, stepped.flow.outcome) == (1, "unknown")


@pytest.mark.parametrize(("responses", "reason"), [((RUNNING,), ""), ((LOST,), LOST.message), ((LOST, RUNNING), "")])
def test_it_is_given_up_at_its_deadline(responses, reason):
    stepped = SteppedFlow().accepted().answer(*[RUNNING] * 599)
    assert stepped.flow.kind == STATUS
    for response in responses[:-1]:
        stepped.answer(response, took=0)
    stepped.answer(responses[-1], took=1.0)
    assert stepped.ending == ("unknown", True, "wait")
    assert "has not ended after wait_timeout (600 s)" in stepped.flow.error.message
    assert stepped.flow.error.message.endswith(reason or "is not known.")
    assert stepped.log.told == [("unknown", stepped.flow.error)]


def test_a_change_that_ends_after_its_deadline_has_ended_all_the_same():
    assert SteppedFlow().accepted().answer(FINISHED, took=9999.0).flow.outcome == "finished"
