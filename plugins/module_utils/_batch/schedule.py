# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which request of a batch comes next: setting before reading, and reading where an answer is due."""

from __future__ import annotations

import heapq
import math
import typing as t
from collections import deque

from .._change.wait import Patience
from .account import BatchAccount
from .polling import FollowedChanges

QUERY = "query"
SET = "set"
STATUS = "status"

EARLY_READS = 0.1
"""Of the requests, while there is something to set: enough to see early when changes fail, and how long they take."""

LONGEST_UNREAD = 600.0
"""Seconds that a read may be overdue; then it comes before setting, lest ISC forgets the change."""


class Job(t.NamedTuple):
    """A request to send: C(QUERY), C(SET) or C(STATUS), for an account."""

    kind: str
    account: BatchAccount


class Agenda:
    """Hands out jobs and takes note of what came of them. Times are those of the clock.

    :param patience: how to wait for changes, or ``None`` for not waiting.
    """

    def __init__(self, patience: Patience | None) -> None:
        self._patience = patience
        self._waiting: deque[BatchAccount] = deque()
        self._ready: deque[BatchAccount] = deque()
        self._later: list[tuple[float, int, Job]] = []
        self._delayed = 0
        self._followed: dict[str, FollowedChanges] = {}
        self._since_read = 0
        self.stopped = False
        self.following = 0

    @property
    def idle(self) -> bool:
        """Whether nothing is left to do but what is under way."""
        return not (self._waiting or self._ready or self._later or self.following)

    @property
    def unsent(self) -> int:
        """The accounts whose change is still to be sent, without those whose request is under way."""
        return len(self._waiting) + len(self._ready) + len(self._later)

    @property
    def requests_left(self) -> int:
        """About how many requests are left."""
        each = 2 if self._patience is None else 3
        return len(self._waiting) * each + len(self._ready) * (each - 1) + len(self._later) + self.following

    def add(self, account: BatchAccount) -> None:
        """Add an account whose change is to be sent."""
        self._waiting.append(account)

    def found(self, account: BatchAccount) -> None:
        """Take note that the change of *account* is ready to be sent."""
        self._ready.append(account)

    def accepted(self, account: BatchAccount) -> None:
        """Take note that ISC accepted the change of *account*, whose end is to be waited for."""
        self.following += 1
        self.source_of(account).follow(account)

    def resume(self, account: BatchAccount, now: float) -> None:
        """Add an account whose change an earlier run sent."""
        self.following += 1
        self.source_of(account).follow_again(account, now)

    def source_of(self, account: BatchAccount) -> FollowedChanges:
        """Return the queue that the account's change is in."""
        if self._patience is None:
            raise ValueError("without patience no change is followed")
        source_id = account.place[0] if account.place else ""
        followed = self._followed.get(source_id)
        if followed is None:
            followed = self._followed[source_id] = FollowedChanges(self._patience)
        return followed

    def give_up(self, now: float) -> list[BatchAccount]:
        """Follow no more what should have ended by *now*, but for reads under way, and return the accounts."""
        given_up = [account for followed in self._followed.values() for account in followed.remove_overdue(now)]
        self.following -= len(given_up)
        return given_up

    def ended(self) -> None:
        """Take note that a change is not followed any more."""
        self.following -= 1

    def postpone(self, job: Job, due: float) -> None:
        """Hand out *job* once more at the time *due*."""
        self._delayed += 1
        heapq.heappush(self._later, (due, self._delayed, job))

    def stop(self) -> list[BatchAccount]:
        """Send nothing new from now on; return the accounts that this leaves out."""
        self.stopped = True
        left = [job.account for due, number, job in self._later] + [*self._ready, *self._waiting]
        self._later, self._ready, self._waiting = [], deque(), deque()
        return left

    def next_job(self, now: float) -> Job | None:
        """Remove the next job and return it, or ``None`` when none is due."""
        job = self._next_job(now)
        if job is not None:
            self._since_read = 0 if job.kind == STATUS else self._since_read + 1
        return job

    def next_due(self) -> float:
        """Return when something is due that isn't yet; ``inf`` when only an answer can bring more."""
        due = self._later[0][0] if self._later else math.inf
        return min(due, min((followed.due for followed in self._followed.values()), default=math.inf))

    def _next_job(self, now: float) -> Job | None:
        if self._later and self._later[0][0] <= now:
            return heapq.heappop(self._later)[2]
        read_from, due = self._next_read()
        overdue = now - due
        turn = (self._since_read + 1) * EARLY_READS >= 1
        if read_from is not None and (overdue >= LONGEST_UNREAD or (overdue >= 0 and turn)):
            return Job(STATUS, read_from.take())
        if self._ready:
            return Job(SET, self._ready.popleft())
        if self._waiting:
            return Job(QUERY, self._waiting.popleft())
        if read_from is not None and overdue >= 0:
            return Job(STATUS, read_from.take())
        return None

    def _next_read(self) -> tuple[FollowedChanges | None, float]:
        read_from, earliest = None, math.inf
        for followed in self._followed.values():
            due = followed.due
            if due < earliest:
                read_from, earliest = followed, due
        return read_from, earliest
