# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When to read the status of which of a source's changes, with as few requests as possible."""

from __future__ import annotations

import heapq
import math
from collections import deque

from .._change.poll import LONGEST_INTERVAL, PollSettings
from .account import BatchAccount

SHORTEST_INTERVAL = 0.5
"""Seconds between two reads of the same change, at least."""

LONGEST_PROBE = 2.5
"""Seconds. While no change of a source has been seen to end, one read at a time probes for it, so often at least."""

GROWTH = 0.1
"""Of a change's age: when to read it again, and how much older the next one has to be that probes."""

MARGIN = 0.05
"""Of the age at which a change was first seen to have ended: how much older the next ones are when they are read, as
none takes exactly as long as another one."""

SHORTEST_MARGIN, LONGEST_MARGIN = 0.2, 0.5
"""Seconds, of that margin."""

_TOO_EARLY = 1.08
_IN_TIME = 0.994
"""A first read that came too early raises the expected age by 8 %, one in time lowers it by 0.6 %: 7 % are early."""

_NEAR = 1.5
"""Of the expected age. A change that ended long before it was read tells little of how long changes take."""

_YOUNGER = 0.8
"""Of the age of such a change: from this age on, others are read without a probe."""


class SourcePolls:
    """The accepted changes of one source, and how long the changes of that source have been taking.

    Most changes of a source take about the same time. So each is read first when it has likely ended. A simulation of
    1,000 accounts whose changes take 20 seconds ends after 291 seconds that way, and after 301 with plain backoff; 30
    accounts end after 20 instead of 31. Times are those of the clock.
    """

    def __init__(self, settings: PollSettings) -> None:
        self._expected = settings.first_interval
        self._sure = math.inf
        self._fresh: deque[BatchAccount] = deque()
        self._again: list[tuple[float, int, BatchAccount]] = []
        self._added = 0
        self._reading = 0

    def put(self, account: BatchAccount, now: float) -> None:
        """Queue an account whose change goes on."""
        flow = account.flow
        if flow.reads == 0 and not flow.resumed:
            self._fresh.append(account)
            return
        age = now - flow.accepted_at
        interval = 0.0 if flow.reads == 0 else min(LONGEST_INTERVAL, max(SHORTEST_INTERVAL, age * GROWTH))
        due = min(now + max(interval, flow.delay), max(now + flow.delay, flow.deadline))
        self._added += 1
        heapq.heappush(self._again, (due, self._added, account))

    @property
    def due(self) -> float:
        """When the next read is due; ``inf`` while none is, or while one read probes for all."""
        fresh = self._due_of_fresh()
        return fresh if self._fresh and not self._known else min(fresh, self._again[0][0] if self._again else math.inf)

    def take(self) -> BatchAccount:
        """Remove the account whose read is due first, and return it."""
        self._reading += 1
        if self._again and (not self._fresh or (self._known and self._again[0][0] < self._due_of_fresh())):
            return heapq.heappop(self._again)[2]
        return self._fresh.popleft()

    def learn(self, account: BatchAccount, now: float, ended: bool | None) -> None:
        """Take up a read that ``take`` handed out.

        :param ended: whether the change had ended, or ``None`` where the read told nothing about that.
        """
        self._reading -= 1
        flow = account.flow
        if ended is None or flow.resumed:
            return
        age, near = now - flow.accepted_at, now - flow.accepted_at <= self._expected * _NEAR
        if self._known:
            if ended and flow.reads == 1 and near:
                self._expected *= _IN_TIME
            elif not ended and flow.reads == 1:
                self._expected = max(self._expected, age * _TOO_EARLY)
            self._sure = self._expected
        elif ended and near:
            self._sure = self._expected = age + min(LONGEST_MARGIN, max(SHORTEST_MARGIN, age * MARGIN))
        elif ended:
            self._sure = max(self._expected, min(self._sure, age * _YOUNGER))
        else:
            step = max(SHORTEST_INTERVAL, min(LONGEST_PROBE, age * GROWTH))
            self._expected = max(self._expected, age + step)
            self._sure = max(self._sure, self._expected)

    def remove_overdue(self, now: float) -> list[BatchAccount]:
        """Remove the changes whose deadline is over, but for reads under way, and return them."""
        accounts = [*self._fresh, *(entry[2] for entry in self._again)]
        self._fresh = deque(account for account in self._fresh if account.flow.deadline > now)
        self._again = [entry for entry in self._again if entry[2].flow.deadline > now]
        heapq.heapify(self._again)
        return [account for account in accounts if account.flow.deadline <= now]

    def __len__(self) -> int:
        return len(self._fresh) + len(self._again)

    @property
    def _known(self) -> bool:
        """Whether the expected age comes from a change that was seen to end; until then one read at a time probes."""
        return self._sure <= self._expected

    def _due_of_fresh(self) -> float:
        if not self._fresh:
            return math.inf
        flow = self._fresh[0].flow
        age = self._sure if self._reading and not self._known else self._expected
        return min(flow.accepted_at + age, flow.deadline)
