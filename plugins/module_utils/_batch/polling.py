# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The changes of one source that ISC has accepted, and when to read which of them."""

from __future__ import annotations

import heapq
import math
from collections import deque

from .._change.wait import LONGEST_INTERVAL, Patience
from .account import BatchAccount
from .expectation import PROBE_GROWTH, Expectation

SHORTEST_INTERVAL = 0.5
"""Seconds between two reads of the same change, at least."""


class FollowedChanges:
    """A queue of the changes of one source, the one that is most worth reading first.

    Sources differ in how long their changes take, so each has an expectation of its own. Times are those of the clock.

    :param patience: how long a change may take, and the age at which the first one is read.
    """

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._expectation = Expectation(patience.first_interval)
        self._fresh: deque[BatchAccount] = deque()
        self._again: list[tuple[float, int, BatchAccount]] = []
        self._added = 0
        self._reading = 0

    def follow(self, account: BatchAccount) -> None:
        """Add a change that was just accepted."""
        self._fresh.append(account)

    def follow_again(self, account: BatchAccount, due: float) -> None:
        """Add a change that was read before, or that an earlier run sent, to be read at the time *due*."""
        self._added += 1
        heapq.heappush(self._again, (due, self._added, account))

    @property
    def due(self) -> float:
        """When the next read is due; ``inf`` while none is, or while one read feels its way for all."""
        fresh = self._due_of_fresh()
        if not self._expectation.known and self._reading:
            return math.inf
        if not self._expectation.known and self._fresh:
            return fresh
        return min(fresh, self._again[0][0] if self._again else math.inf)

    def take(self) -> BatchAccount:
        """Remove the change whose read is due first, and return it."""
        self._reading += 1
        if self._again and (not self._fresh or (self._expectation.known and self._again[0][0] < self._due_of_fresh())):
            return heapq.heappop(self._again)[2]
        return self._fresh.popleft()

    def ended(self, account: BatchAccount, now: float) -> None:
        """Take note that a read found *account* ended."""
        self._reading -= 1
        if account.reads == 1 and not account.from_earlier_run:
            self._expectation.ended(now - account.accepted_at)

    def given_up(self) -> None:
        """Take note that a read was the last one of its change, without having seen it end."""
        self._reading -= 1

    def going_on(self, account: BatchAccount, now: float, delay: float = 0.0) -> None:
        """Take note that a read found *account* going on, and keep it for another one.

        :param delay: seconds to wait at least, where the read met a problem; it then tells nothing of the change.
        """
        self._reading -= 1
        age = now - account.accepted_at
        if not delay and account.reads == 1 and not account.from_earlier_run:
            self._expectation.going_on(age)
        interval = min(LONGEST_INTERVAL, max(SHORTEST_INTERVAL, age * (PROBE_GROWTH - 1), delay))
        self.follow_again(account, min(now + interval, max(now + delay, self.deadline(account))))

    def remove_overdue(self, now: float) -> list[BatchAccount]:
        """Remove the changes whose deadline is over, and return them."""
        kept = [account for account in self._fresh if self.deadline(account) > now]
        again = [entry for entry in self._again if self.deadline(entry[2]) > now]
        overdue = [account for account in self._fresh if self.deadline(account) <= now]
        overdue += [entry[2] for entry in self._again if self.deadline(entry[2]) <= now]
        self._fresh, self._again = deque(kept), again
        heapq.heapify(self._again)
        return overdue

    def deadline(self, account: BatchAccount) -> float:
        """Return the time after which a change that is still going on is given up."""
        return account.accepted_at + self._patience.timeout

    def _due_of_fresh(self) -> float:
        if not self._fresh:
            return math.inf
        return self._fresh[0].accepted_at + min(self._expectation.age, self._patience.timeout)
