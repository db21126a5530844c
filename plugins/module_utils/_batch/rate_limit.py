# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rate limiter: when the next request may be sent, for all requests that share a client ID's budget."""

from __future__ import annotations

import math
import typing as t
from collections import deque

DECREASE = 0.7
INCREASE = 0.005
"""Additive increase, multiplicative decrease: a 429 multiplies the used share of the budget by DECREASE, and each
second without a pause adds INCREASE. So jobs with the same budget slow down until it suffices for all of them."""

SMALLEST_SHARE = 0.02

_FIRST_PAUSE = 2.0
_LONGEST_PAUSE = 30.0
"""Seconds to pause if the server doesn't say how long. The pause doubles from the first to the longest one."""

_SHORTEST_PAUSE = 1.0  # Seconds to pause after FAILURES_IN_A_ROW refusals, even if the server asks for less.

FAILURES_IN_A_ROW = 8
"""After this many failed requests in a row, all requests pause, so that a server that is down is not hammered."""


class RateLimit(t.NamedTuple):
    """The budget: at most ``requests`` in any period of ``seconds``; 0 requests mean no limit."""

    requests: int
    seconds: float


class RateLimiter:
    """A sliding window: allows a request unless it could be one too many for the server in the last ``limit.seconds``.

    The server counts a request at an unknown time between sending and response. So each request occupies the window
    from when it is sent until ``limit.seconds`` after its response. Then no network delay can make one too many.

    All times are in seconds of a monotonic clock. Not thread-safe.

    :param recent: when requests that count in the first window completed, oldest first.
    :ivar share: the fraction of the budget that is used; less than 1 after a 429.
    :ivar refusals: the number of 429 responses.
    :ivar unserved_since: since when every request was refused or failed; ``None`` if the last one was served.
    """

    def __init__(self, limit: RateLimit, recent: t.Iterable[float] = ()) -> None:
        self.limit = limit
        self.share = 1.0
        self.refusals = 0
        self._in_flight = 0
        self._responses: deque[float] = deque(recent)
        self._blocked_until = -math.inf
        self._cut_at = -math.inf
        self._grown_at = -math.inf
        self._refused_in_a_row = 0
        self.unserved_since: float | None = None
        self._failed_in_a_row = 0

    def delay(self, now: float) -> float:
        """Return the seconds until the next request may be sent; ``inf`` if a response must arrive first."""
        delay = max(0.0, self._blocked_until - now)
        if not self.limit.requests:
            return delay
        self._grow(now)
        self._drop_expired(now)
        budget = max(1, int(self.limit.requests * self.share))
        too_many = self._in_flight + len(self._responses) - budget
        if too_many < 0:
            return delay
        if too_many >= len(self._responses):
            return math.inf
        return max(delay, self._responses[too_many] + self.limit.seconds - now)

    def recent(self, now: float) -> list[float]:
        """Return when the requests in the current window completed, oldest first."""
        self._drop_expired(now)
        return list(self._responses)

    def sent(self) -> None:
        """Count a request that is about to be sent."""
        self._in_flight += 1

    def completed(self, now: float) -> None:
        """Count that a request has ended, with a response or without one."""
        self._in_flight -= 1
        if self.limit.requests:
            self._responses.append(now)

    def served(self) -> None:
        """Record that the server responded, with anything but a 429."""
        self._refused_in_a_row = 0
        self.unserved_since = None
        self._failed_in_a_row = 0

    def refused(self, sent_at: float, retry_after: float | None, now: float) -> None:
        """Record a 429: pause all requests, then continue more slowly.

        :param sent_at: when the refused request was sent. If that was before the last slowdown, the 429 causes no
            further one.
        :param retry_after: the seconds that the server asks to wait, or ``None``.
        """
        self.refusals += 1
        self.unserved_since = now if self.unserved_since is None else self.unserved_since
        self._failed_in_a_row = 0
        if sent_at >= self._cut_at:
            self.share = max(SMALLEST_SHARE, self.share * DECREASE)
            self._cut_at = self._grown_at = now
            self._refused_in_a_row += 1
        pause = retry_after
        if pause is None:
            pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(self._refused_in_a_row - 1, 10))
        elif self._refused_in_a_row >= FAILURES_IN_A_ROW:
            pause = max(pause, _SHORTEST_PAUSE)
        self._block(now + pause)

    def failed(self, now: float) -> None:
        """Record that a request reached no working server. From FAILURES_IN_A_ROW on, all requests pause."""
        self.unserved_since = now if self.unserved_since is None else self.unserved_since
        self._failed_in_a_row += 1
        excess = self._failed_in_a_row - FAILURES_IN_A_ROW
        if excess >= 0:
            self._block(now + min(_LONGEST_PAUSE, 2.0 ** min(excess, 10)))

    def _drop_expired(self, now: float) -> None:
        window_start = now - self.limit.seconds
        while self._responses and self._responses[0] <= window_start:
            self._responses.popleft()

    def _block(self, until: float) -> None:
        self._blocked_until = max(self._blocked_until, until)

    def _grow(self, now: float) -> None:
        if self.share >= 1:
            return
        if now > self._blocked_until:
            self.share = min(1.0, self.share + INCREASE * (now - max(self._grown_at, self._blocked_until)))
        self._grown_at = now
