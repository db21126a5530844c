# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A batch that sends at a steady rate with a fake clock, and changes that take time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from ansible_collections.community.sailpoint.plugins.module_utils._batch.account import BatchAccount
from ansible_collections.community.sailpoint.plugins.module_utils._batch.schedule import Scheduler
from ansible_collections.community.sailpoint.plugins.module_utils._change.flow import (
    QUERY,
    SET,
    STATUS,
    ChangeFlow,
    Resume,
    Settings,
)
from ansible_collections.community.sailpoint.plugins.module_utils._change.poll import PollSettings
from ansible_collections.community.sailpoint.plugins.module_utils._outcomes import FAILED
from ansible_collections.community.sailpoint.plugins.module_utils._outcomes import FINISHED as ENDED_WELL

from support.flows import FINISHED, FOUND, POLLING, RUNNING, START, WANTED, VirtualTime
from support.modules import EPOCH

STEP = 0.1
TIME = VirtualTime()


def account(name: str = "anybody", source_id: str = "s", polling: PollSettings | None = POLLING) -> BatchAccount:
    """Return an account whose change has not begun."""
    made = BatchAccount({**WANTED, "user_name": name})
    made.ids = (source_id, name)
    made.flow = ChangeFlow(made.options, "Quiet-Harbour-42", Settings(polling, 4, rate_limited=True), TIME.runtime)
    return made


def found(name: str = "anybody") -> BatchAccount:
    """Return an account whose change can be sent."""
    made = account(name)
    made.flow.settle(FOUND, None, START)
    return made


def accepted(at: float, name: str = "anybody", source_id: str = "s", polling: PollSettings = POLLING) -> BatchAccount:
    """Return an account whose change was accepted at a time."""
    made = account(name, source_id, polling)
    made.flow.settle(FOUND, None, at)
    made.flow.requested(at)
    made.flow.settle(RUNNING, None, at)
    return made


def resumed(at: float) -> BatchAccount:
    """Return an account whose change was sent by an earlier run, and is waited for since a time."""
    made = account()
    made.from_earlier_run = True
    made.flow.resume(Resume(RUNNING, EPOCH - 100), at)
    return made


class SteadyBatch:
    """Sends a request each STEP. The response comes after ``latency`` steps.

    :param takes: returns the source of an account (given by number), and the duration of its change in seconds.
    :ivar log: the time since START in seconds, the kind and the account of each request.
    """

    def __init__(
        self,
        accounts: int,
        takes: Callable[[int], tuple[str, float]],
        polling: PollSettings = POLLING,
        latency: int = 1,
    ) -> None:
        self.scheduler = Scheduler(polling)
        self.now = START
        self.log: list[tuple[float, str, BatchAccount]] = []
        self.seen: dict[BatchAccount, float] = {}
        self.given_up: dict[BatchAccount, float] = {}
        self.takes = {}
        self._under_way: deque[tuple[float, BatchAccount]] = deque()
        self._latency = latency
        for number in range(accounts):
            source, seconds = takes(number)
            made = account(str(number), source, polling)
            self.takes[made] = seconds
            self.scheduler.put(made, self.now)

    def run(self, most: int = 100000) -> None:
        """Run until all changes have ended."""
        for _step in range(most):
            if self.scheduler.idle and not self._under_way:
                return
            while self._under_way and self._under_way[0][0] <= self.now:
                self._response(self._under_way.popleft()[1])
            account = self.scheduler.next(self.now)
            if account is not None:
                self.log.append((self.now - START, str(account.flow.kind), account))
                account.flow.requested(self.now)
                self._under_way.append((self.now + (self._latency - 0.5) * STEP, account))
            self.now += STEP
        raise AssertionError("it never ends")

    def reads(self) -> float:
        """Return the average number of status reads per account."""
        return sum(kind == STATUS for _at, kind, _account in self.log) / len(self.takes)

    def late(self, account: BatchAccount) -> float:
        """Return how many seconds after its end a change was seen to have ended."""
        return self.seen[account] - account.flow.accepted_at - self.takes[account]

    def _response(self, account: BatchAccount) -> None:
        flow = account.flow
        self.scheduler.completed(str(flow.kind))
        if flow.kind in (QUERY, SET):
            flow.settle(FOUND if flow.kind == QUERY else RUNNING, None, self.now)
        else:
            over = self.now - flow.accepted_at >= self.takes[account]
            flow.settle(FINISHED if over else RUNNING, None, self.now)
            self.scheduler.polls_of(account).record_read(account, self.now, flow.outcome in (ENDED_WELL, FAILED))
        if flow.kind is not None:
            self.scheduler.put(account, self.now)
        else:
            (self.seen if flow.outcome == ENDED_WELL else self.given_up)[account] = self.now
