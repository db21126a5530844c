# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scheduler of a batch: which account's request comes next.

Changes are sent before statuses are read. ``Scheduler`` holds the queues of what is still to be sent, and
``SourcePolls`` estimates for each source when its changes end, so that few reads come too early.
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
"""The fraction of requests that may be reads while changes are still to be sent. Enough to see failures early, and to
measure how long changes take."""

PATIENCE = 30.0  # Seconds that a read must be overdue before it takes the turn of a request that sends.

LONGEST_UNREAD = 600.0
"""Seconds that a read may be overdue. After that it takes precedence, so that ISC does not forget the change."""


class Scheduler:
    """Queues accounts by the next request of their flows. Times are in seconds of the monotonic clock.

    :param polling: how to poll for the end of changes, or ``None`` not to wait for it.
    :param sent_first: when at most this many changes are left, all of them are sent before any is read. The batch ends
        with its last change, and a read that comes too early could delay sending it to the next window of the rate
        limit. While more changes are left, only reads that are overdue by PATIENCE go first. 0 to see failures early.
    """

    def __init__(self, polling: PollSettings | None, sent_first: int = 0) -> None:
        self._polling = polling
        self._sent_first = sent_first
        self._patience = PATIENCE if sent_first else 0.0
        self._queries: deque[BatchAccount] = deque()  # Accounts to be queried.
        self._ready: deque[BatchAccount] = deque()  # Accounts whose change is ready to be sent.
        self._delayed: list[tuple[float, int, BatchAccount]] = []  # A heap of queries and changes to be retried.
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
        """The number of queued accounts whose change is still to be sent."""
        return len(self._queries) + len(self._ready) + len(self._delayed)

    @property
    def waiting(self) -> int:
        """The number of queued accounts whose status is to be read."""
        return sum(map(len, self._polls.values()))

    @property
    def requests_left(self) -> int:
        """The approximate number of requests that the queued accounts still need."""
        per_account = 2 if self._polling is None else 3
        unsent = len(self._queries) * per_account + len(self._ready) * (per_account - 1) + len(self._delayed)
        return unsent + self.waiting

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
        """Remove and return the accounts whose deadline has passed, except those being read."""
        return [account for polls in self._polls.values() for account in polls.remove_overdue(now)]

    def stop(self) -> list[BatchAccount]:
        """Send nothing new from now on. Remove and return the accounts that were still to be sent."""
        self.stopped = True
        unsent = [entry[2] for entry in self._delayed] + [*self._ready, *self._queries]
        self._delayed, self._ready, self._queries = [], deque(), deque()
        return unsent

    def next(self, now: float) -> BatchAccount | None:
        """Remove and return the account whose request comes next, or ``None`` if none is due."""
        account = self._next(now)
        if account is not None:
            reads = account.flow.kind == STATUS
            self._since_read = 0 if reads else self._since_read + 1
            self._sending += not reads
        return account

    def completed(self, kind: str) -> None:
        """Record that a request of an account from ``next`` has ended; *kind* is the kind of the request."""
        self._sending -= kind != STATUS

    def next_due(self) -> float:
        """Return when the next account is due; ``inf`` if none is before a response arrives."""
        due = self._delayed[0][0] if self._delayed else math.inf
        if self._sends_first:
            return due
        return min(due, min((polls.due for polls in self._polls.values()), default=math.inf))

    def _next(self, now: float) -> BatchAccount | None:
        if self._delayed and self._delayed[0][0] <= now:
            return heapq.heappop(self._delayed)[2]
        polls = min(self._polls.values(), key=lambda each: each.due, default=None)
        overdue = -math.inf if polls is None else now - polls.due
        may_read = (self._since_read + 1) * EARLY_READS >= 1 and not self._sends_first
        if polls is not None and (overdue >= LONGEST_UNREAD or (overdue >= self._patience and may_read)):
            return polls.take()
        if self._ready:
            return self._ready.popleft()
        if self._queries:
            return self._queries.popleft()
        return polls.take() if polls is not None and overdue >= 0 and not self._sends_first else None

    @property
    def _sends_first(self) -> bool:
        """Whether reads wait, because few changes are left and some of them are still to be sent."""
        unsent = self.unsent + self._sending
        return unsent > 0 and unsent + self.waiting <= self._sent_first


SHORTEST_INTERVAL = 0.5  # The minimum number of seconds between two reads of the same change.

LONGEST_PROBE = 2.5
"""While no change of a source was seen to end, one read at a time probes for it, at most this many seconds apart."""

GROWTH = 0.1
"""A change is read again after this fraction of its age, and the next probe reads a change older by this fraction."""

MARGIN = 0.05
"""Margin added to the duration of the first change that was seen to end, as a fraction of it: durations vary."""

SHORTEST_MARGIN, LONGEST_MARGIN = 0.2, 0.5  # Bounds of that margin, in seconds.

_RAISE = 1.08
_LOWER = 0.994
"""A first read that comes too early raises the expected duration by 8 %, one that finds the change ended lowers it by
0.6 %. With these values, 7 % of the first reads come too early."""

_NEAR = 1.5
"""A change says little about the duration if its read came later than this multiple of the expected duration."""

_YOUNGER = 0.8
"""If a probe found such a change, changes older than this fraction of its age are read without a probe."""


class SourcePolls:
    """The changes of one source whose status is to be read, and an estimate of how long its changes take.

    Most changes of a source take about the same time. So each is read first when it has probably ended. In a simulation
    with changes that take 20 seconds, a batch of 1,000 accounts ends after 291 seconds, and after 301 with plain
    backoff; a batch of 30 accounts ends after 20 seconds, and after 31 with plain backoff.

    Until a change was seen to end, the duration is unknown, and one read at a time probes for it. All times are in
    seconds of the monotonic clock; the age of a change counts from when ISC accepted it.
    """

    def __init__(self, settings: PollSettings) -> None:
        # The age at which a change is first read: the estimated duration or, until it is known, the next probe.
        self._expected = settings.first_interval
        # While a probe is under way, only changes of at least this age are read as well.
        self._sure = math.inf
        self._fresh: deque[BatchAccount] = deque()  # Changes that were not read yet, oldest first.
        self._again: list[tuple[float, int, BatchAccount]] = []  # A heap of changes to be read again, or resumed.
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
        """When the next read is due; ``inf`` if there is none, or if a probe must end first."""
        fresh = self._due_of_fresh()
        return fresh if self._fresh and not self._known else min(fresh, self._again[0][0] if self._again else math.inf)

    def take(self) -> BatchAccount:
        self._reading += 1
        if self._again and (not self._fresh or (self._known and self._again[0][0] < self._due_of_fresh())):
            return heapq.heappop(self._again)[2]
        return self._fresh.popleft()

    def record_read(self, account: BatchAccount, now: float, ended: bool | None) -> None:
        """Update the estimate after a read of an account from ``take``.

        :param ended: whether the change had ended, or ``None`` if the read failed.
        """
        self._reading -= 1
        flow = account.flow
        if ended is None or flow.resumed:
            return
        age = now - flow.accepted_at
        near = age <= self._expected * _NEAR
        if self._known:
            if ended and flow.reads == 1 and near:
                self._expected *= _LOWER
            elif not ended and flow.reads == 1:
                self._expected = max(self._expected, age * _RAISE)
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
        """Remove and return the accounts whose deadline has passed, except those being read."""
        accounts = [*self._fresh, *(entry[2] for entry in self._again)]
        self._fresh = deque(account for account in self._fresh if account.flow.deadline > now)
        self._again = [entry for entry in self._again if entry[2].flow.deadline > now]
        heapq.heapify(self._again)
        return [account for account in accounts if account.flow.deadline <= now]

    def __len__(self) -> int:
        return len(self._fresh) + len(self._again)

    @property
    def _known(self) -> bool:
        """Whether the expected duration comes from a change that was seen to end, so that no probe is needed."""
        return self._sure <= self._expected

    def _due_of_fresh(self) -> float:
        if not self._fresh:
            return math.inf
        flow = self._fresh[0].flow
        age = self._sure if self._reading and not self._known else self._expected
        return min(flow.accepted_at + age, flow.deadline)
