# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients with a RateLimiter and servers with a limit, simulated with a fake clock."""

from __future__ import annotations

import heapq
import itertools
import math
from collections import Counter, deque
from collections.abc import Callable, Iterable

from ansible_collections.community.sailpoint.plugins.module_utils._batch.rate_limit import RateLimit, RateLimiter

START = 5000.0


class SlidingWindow:
    """A server that limits the requests in any window. Refused requests count too, as in the simulator."""

    def __init__(self, limit: RateLimit) -> None:
        self._limit = limit
        self._taken: deque[float] = deque()

    def takes(self, at: float) -> bool:
        """Count a request that arrives, and return whether it is served."""
        while self._taken and self._taken[0] <= at - self._limit.seconds:
            self._taken.popleft()
        self._taken.append(at)
        return len(self._taken) <= self._limit.requests

    def retry_after(self, at: float) -> float:
        """Return how long a refused client must wait, in whole seconds."""
        return max(1, math.ceil(self._taken[0] + self._limit.seconds - at))


class FixedWindows:
    """A server that counts the requests of consecutive windows."""

    def __init__(self, limit: RateLimit) -> None:
        self._limit = limit
        self._counts: Counter[int] = Counter()

    def takes(self, at: float) -> bool:
        window = int(at // self._limit.seconds)
        self._counts[window] += 1
        return self._counts[window] <= self._limit.requests

    def retry_after(self, at: float) -> float:
        return max(1, math.ceil(self._limit.seconds - at % self._limit.seconds))


class Job:
    """A client that sends whenever its limiter allows it. ``sent``, ``served`` and ``refused`` are times."""

    def __init__(
        self,
        limit: RateLimit,
        way: Iterable[float],
        begins: float = 0.0,
        ends: float = float("inf"),
        concurrency: int = 64,
        recent: Iterable[float] = (),
    ) -> None:
        self.limiter = RateLimiter(limit, recent)
        self.way = itertools.cycle(way)
        self.begins, self.ends = START + begins, START + ends
        self.concurrency = concurrency
        self.in_flight = 0
        self.tries = 0
        self.sent: list[float] = []
        self.served: list[float] = []
        self.refused: list[float] = []

    def served_between(self, start: float, end: float) -> int:
        """Return the number of requests served between two times, in seconds."""
        return sum(1 for at in self.served if start <= at - START < end)


class Traffic:
    """Jobs that send to one server. Each request takes time there and back."""

    def __init__(self, server: SlidingWindow | FixedWindows, *jobs: Job) -> None:
        self._server = server
        self._jobs = jobs
        self._events: list[tuple[float, int, Callable[[float], None]]] = []
        self._numbers = itertools.count()

    def run(self, seconds: float) -> None:
        for job in self._jobs:
            self._at(job.begins, lambda now, job=job: self._try(job, now))
        while self._events and self._events[0][0] < START + seconds:
            now, _number, event = heapq.heappop(self._events)
            event(now)

    def _at(self, time: float, event: Callable[[float], None]) -> None:
        heapq.heappush(self._events, (time, next(self._numbers), event))

    def _try(self, job: Job, now: float) -> None:
        while now < job.ends and job.in_flight < job.concurrency:
            delay = job.limiter.delay(now)
            if delay > 0:
                if delay < float("inf"):
                    # A minimum delay, because floating-point times aren't exact.
                    job.tries += 1
                    self._at(now + max(delay, 1e-6), lambda later, number=job.tries: self._try_once(job, number, later))
                return
            job.limiter.sent()
            job.in_flight += 1
            job.sent.append(now)
            self._at(now + next(job.way), lambda arrived, sent=now: self._serve(job, sent, arrived))

    def _try_once(self, job: Job, number: int, now: float) -> None:
        if number == job.tries:
            self._try(job, now)

    def _serve(self, job: Job, sent: float, arrived: float) -> None:
        taken = self._server.takes(arrived)
        (job.served if taken else job.refused).append(arrived)
        wait = None if taken else self._server.retry_after(arrived)
        self._at(arrived + next(job.way), lambda now: self._response(job, sent, wait, now))

    def _response(self, job: Job, sent: float, wait: float | None, now: float) -> None:
        job.in_flight -= 1
        job.limiter.completed(now)
        if wait is None:
            job.limiter.served()
        else:
            job.limiter.refused(sent, wait, now)
        self._try(job, now)
