# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A batch at an even pace, with an ISC that needs its time, in a time of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from ansible_collections.community.sailpoint.plugins.module_utils._batch.account import BatchAccount
from ansible_collections.community.sailpoint.plugins.module_utils._batch.schedule import QUERY, SET, STATUS, Agenda, Job
from ansible_collections.community.sailpoint.plugins.module_utils._change.wait import Patience

START = 5000.0
STEP = 0.1
PATIENCE = Patience(600.0, 2.0)


def account(name: str = "anybody") -> BatchAccount:
    """Return an account of that name."""
    return BatchAccount({"user_name": name, "source_name": "somewhere"})


class PacedBatch:
    """Sends a request each STEP; the answer comes after ``latency`` steps.

    :param takes: gives for an account's number the source, and the seconds that its change takes.
    """

    def __init__(
        self,
        accounts: int,
        takes: Callable[[int], tuple[str, float]],
        patience: Patience = PATIENCE,
        latency: int = 1,
    ) -> None:
        self.agenda = Agenda(patience)
        self.now = START
        self.log: list[tuple[float, Job]] = []
        self.seen: dict[BatchAccount, float] = {}
        self.given_up: dict[BatchAccount, float] = {}
        self.takes = {}
        self._under_way: deque[tuple[float, Job]] = deque()
        self._latency = latency
        for number in range(accounts):
            made = account(str(number))
            source, self.takes[made] = takes(number)
            made.place = (source, str(number))
            self.agenda.add(made)

    def run(self, most: int = 100000) -> None:
        """Go on until all have ended."""
        for _step in range(most):
            if self.agenda.idle and not self._under_way:
                return
            while self._under_way and self._under_way[0][0] <= self.now:
                self._answer(self._under_way.popleft()[1])
            job = self.agenda.next_job(self.now)
            if job is not None:
                self.log.append((self.now - START, job))
                job.account.reads += job.kind == STATUS
                self._under_way.append((self.now + (self._latency - 0.5) * STEP, job))
            self.now += STEP
        raise AssertionError("it never ends")

    def reads(self) -> float:
        """Return how many status reads there were an account."""
        return sum(job.kind == STATUS for _at, job in self.log) / len(self.takes)

    def late(self, account: BatchAccount) -> float:
        """Return how many seconds after its end a change was seen."""
        return self.seen[account] - account.accepted_at - self.takes[account]

    def _answer(self, job: Job) -> None:
        account = job.account
        if job.kind == QUERY:
            self.agenda.found(account)
        elif job.kind == SET:
            account.sent_at = account.accepted_at = self.now
            self.agenda.accepted(account)
        else:
            self._answer_status(account)

    def _answer_status(self, account: BatchAccount) -> None:
        followed = self.agenda.source_of(account)
        if self.now - account.accepted_at >= self.takes[account]:
            followed.ended(account, self.now)
            self.agenda.ended()
            self.seen[account] = self.now
        elif self.now >= followed.deadline(account):
            followed.given_up()
            self.agenda.ended()
            self.given_up[account] = self.now
        else:
            followed.going_on(account, self.now)
