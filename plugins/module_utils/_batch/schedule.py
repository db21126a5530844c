# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which request of a batch comes next: setting before reading, and reading where a response is due.

When that is, each source's finished changes tell.
"""

from __future__ import annotations

import heapq
import math
import typing as t
from collections import deque

from .._change.flow import SET, STATUS
from .._change.poll import LONGEST_INTERVAL, PollSettings

if t.TYPE_CHECKING:
    from .account import BatchAccount

EARLY_READS = 0.1
"""Of the requests, while there is something to set: enough to see early when changes fail, and how long they take."""

PATIENCE = 30.0  # Seconds that a read has to be overdue before it takes the turn of something that is to be sent.

LONGEST_UNREAD = 600.0
"""Seconds that a read may be overdue; then it comes before setting, so that ISC does not forget the change."""


class Scheduler:
    """Queues accounts by what their flows need next, and hands them out. Times are those of the clock.

    :param polling: how to wait for changes, or ``None`` for not waiting.
    :param sent_first: as long as no more changes than this are left, all of them are sent before any is read; while
        there are more, only those are read early that have likely ended. A read in vain could push the last change into
        a later window of the rate limit, and all of them end with that one. 0 where failures are to be seen early.
    """

    def __init__(self, polling: PollSettings | None, sent_first: int = 0) -> None:
        self._polling = polling
        self._sent_first = sent_first
        self._patience = PATIENCE if sent_first else 0.0
        self._queries: deque[BatchAccount] = deque()
        self._ready: deque[BatchAccount] = deque()
        self._delayed: list[tuple[float, int, BatchAccount]] = []
        self._number = 0
        self._polls: dict[str, SourcePolls] = {}
        self._since_read = 0
        self._sending = 0
        self.stopped = False

    @property
    def idle(self) -> bool:
        return not (self.unsent or self.waiting)

    @property
    def unsent(self) -> int:
        """The queued accounts whose change is still to be sent."""
        return len(self._queries) + len(self._ready) + len(self._delayed)

    @property
    def waiting(self) -> int:
        """The queued accounts whose change is waited for."""
        return sum(map(len, self._polls.values()))

    @property
    def requests_left(self) -> int:
        """About how many requests are left for what is queued."""
        each = 2 if self._polling is None else 3
        return len(self._queries) * each + len(self._ready) * (each - 1) + len(self._delayed) + self.waiting

    def put(self, account: BatchAccount, now: float) -> None:
        flow = account.flow
        if flow.kind == STATUS:
            self.polls_of(account).put(account, now)
        elif flow.delay > 0:
            self._number += 1
            heapq.heappush(self._delayed, (now + flow.delay, self._number, account))
        elif flow.kind == SET:
            self._ready.append(account)
        else:
            self._queries.append(account)

    def polls_of(self, account: BatchAccount) -> SourcePolls:
        source_id = account.ids[0] if account.ids else ""
        polls = self._polls.get(source_id)
        if polls is None:
            polls = self._polls[source_id] = SourcePolls(t.cast(PollSettings, self._polling))
        return polls

    def remove_overdue(self, now: float) -> list[BatchAccount]:
        """Remove the changes that should have ended by *now*, except those being read, and return the accounts."""
        return [account for polls in self._polls.values() for account in polls.remove_overdue(now)]

    def stop(self) -> list[BatchAccount]:
        """Send nothing new from now on; return the accounts that this leaves out."""
        self.stopped = True
        left = [entry[2] for entry in self._delayed] + [*self._ready, *self._queries]
        self._delayed, self._ready, self._queries = [], deque(), deque()
        return left

    def next(self, now: float) -> BatchAccount | None:
        """Remove the account whose request comes next and return it, or ``None`` when none is due."""
        account = self._next(now)
        if account is not None:
            reads = account.flow.kind == STATUS
            self._since_read = 0 if reads else self._since_read + 1
            self._sending += not reads
        return account

    def answered(self, kind: str) -> None:
        """Take into account that the response is here to a request of that kind that ``next`` handed out."""
        self._sending -= kind != STATUS

    def next_due(self) -> float:
        """Return when something is due that isn't yet; ``inf`` when only a response can bring more."""
        due = self._delayed[0][0] if self._delayed else math.inf
        if self._sends_first:
            return due
        return min(due, min((polls.due for polls in self._polls.values()), default=math.inf))

    def _next(self, now: float) -> BatchAccount | None:
        if self._delayed and self._delayed[0][0] <= now:
            return heapq.heappop(self._delayed)[2]
        polls, due = self._next_read()
        overdue = now - due
        turn = (self._since_read + 1) * EARLY_READS >= 1 and not self._sends_first
        if polls is not None and (overdue >= LONGEST_UNREAD or (overdue >= self._patience and turn)):
            return polls.take()
        if self._ready:
            return self._ready.popleft()
        if self._queries:
            return self._queries.popleft()
        return polls.take() if polls is not None and overdue >= 0 and not self._sends_first else None

    @property
    def _sends_first(self) -> bool:
        """Whether nothing is read, because few changes are left and some of them are still to be sent."""
        unsent = self.unsent + self._sending
        return unsent > 0 and unsent + self.waiting <= self._sent_first

    def _next_read(self) -> tuple[SourcePolls | None, float]:
        first, earliest = None, math.inf
        for polls in self._polls.values():
            due = polls.due
            if due < earliest:
                first, earliest = polls, due
        return first, earliest


SHORTEST_INTERVAL = 0.5  # Seconds between two reads of the same change, at least.

LONGEST_PROBE = 2.5
"""Seconds. While no change of a source has been seen to end, one read at a time probes for it, so often at least."""

GROWTH = 0.1  # Of a change's age: when to read it again, and how much older the next one has to be that probes.

MARGIN = 0.05
"""Of the age at which a change was first seen to have ended: how much older the next ones are when they are read, as
none takes exactly as long as another one."""

SHORTEST_MARGIN, LONGEST_MARGIN = 0.2, 0.5  # Seconds, of that margin.

_TOO_EARLY = 1.08
_IN_TIME = 0.994
"""A first read that came too early raises the expected age by 8 %, one in time lowers it by 0.6 %: 7 % are early."""

_NEAR = 1.5  # Of the expected age. A change that ended long before it was read tells little of how long changes take.
_YOUNGER = 0.8  # Of the age of such a change: from this age on, others are read without a probe.


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
        self._reading += 1
        if self._again and (not self._fresh or (self._known and self._again[0][0] < self._due_of_fresh())):
            return heapq.heappop(self._again)[2]
        return self._fresh.popleft()

    def learn(self, account: BatchAccount, now: float, ended: bool | None) -> None:
        """Learn from a read that ``take`` handed out.

        :param ended: whether the change had ended, or ``None`` where the read did not show that.
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
        """Remove the changes whose deadline is over, except those being read, and return them."""
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
