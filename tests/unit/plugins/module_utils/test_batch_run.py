# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run of a batch makes of its accounts when it is interrupted."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._batch.rate_limit import RateLimit, RateLimiter
from ansible_collections.community.sailpoint.plugins.module_utils._batch.run import GRACE, BatchRun
from ansible_collections.community.sailpoint.plugins.module_utils._batch.schedule import Scheduler
from support.flows import POLLING, START, VirtualTime
from support.steady_batch import accepted, account, found


class NoResponses:
    """Stands in for Workers: what is submitted stays under way for ever."""

    def __init__(self, time, number):
        self.busy = 0
        self._time, self._number = time, number

    @property
    def free(self):
        return self.busy < self._number

    def submit(self, job):
        self.busy += 1

    def next_done(self, timeout):
        if timeout > 0:
            self._time.sleep(timeout)


class SoonInterrupted:
    """Stands in for Interruption: it happens once something is under way."""

    def __init__(self, workers):
        self._workers = workers

    @property
    def happened(self):
        return self._workers.busy > 0


def interrupted(*accounts, concurrency=8):
    """Interrupt a run as soon as the requests of the accounts are under way; return the seconds until it ends."""
    time = VirtualTime()
    time.now = START + 10
    workers = NoResponses(time, concurrency)
    limiter = RateLimiter(RateLimit(0, 10))
    run = BatchRun(Scheduler(POLLING), limiter, workers, time.runtime, len(accounts))
    for each in accounts:
        run.add(each)
    told = []
    run.work(SoonInterrupted(workers), None, lambda: told.append(time.now - START - 10))
    for each in accounts:
        if each.flow.outcome is None:
            run.interrupt(each)
    assert run.stopped == "interrupted"
    assert len(told) == 1
    return time.now - START - 10 - told[0]


def ending(account):
    return account.flow.outcome, account.flow.changed, account.flow.step


def test_a_change_that_is_being_sent_is_waited_for_a_while_and_then_unknown():
    sent = found()
    assert interrupted(sent) == pytest.approx(GRACE)
    assert ending(sent) == ("unknown", True, "set")
    assert sent.flow.error.message.startswith("The run was interrupted while it sent the change; whether ISC got it")


def test_a_change_that_is_waited_for_is_unknown():
    waiting = accepted(START)
    assert interrupted(waiting) == 0
    assert ending(waiting) == ("unknown", True, "wait")
    assert waiting.flow.error.message == "The run was interrupted while it waited for the change."


def test_what_has_not_begun_is_not_sent():
    sent, left = found("sent"), found("left")
    interrupted(sent, left, concurrency=1)
    assert ending(left) == ("not_sent", False, None)


def test_an_account_that_is_just_being_queried_is_not_sent():
    queried = account()
    assert interrupted(queried) == 0
    assert ending(queried) == ("not_sent", False, None)
