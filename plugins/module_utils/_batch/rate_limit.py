# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the next request may go, for all requests that share a client id's budget."""

from __future__ import annotations

import math
import typing as t
from collections import deque

KEPT_AFTER_A_REFUSAL = 0.7  # Of the budget: another job uses it too, and both come down until it suffices for both.
GROWTH = 0.005  # Of the whole budget, regained each second (additive increase, multiplicative decrease).

SMALLEST_SHARE = 0.02

_FIRST_PAUSE = 2.0
_LONGEST_PAUSE = 30.0
"""Seconds, where the server doesn't say how long to wait."""

_SHORTEST_PAUSE = 1.0  # Seconds after many refusals in a row, where the server asks for less, such as for none.

FAILURES_IN_A_ROW = 8
"""After so many requests without any response that helps, all of them wait: what is down is not to be hammered.

So do they after so many refusals, even where each of these asks to come back at once.
"""


class RateLimit(t.NamedTuple):
    """The budget: so many requests in any so many seconds. No requests stand for no limit."""

    requests: int
    seconds: float


class RateLimiter:
    """A sliding window: requests go as long as no window of the budget's seconds can hold too many of them.

    The server counts a request somewhere between sending it and its response. So it is taken to be in the window from
    when it is sent until the budget's seconds after its response: then no delay on the way can make one too many.

    Times are those of a monotonic clock, in seconds.

    :param recent: when requests that count in the first window were answered, oldest first.
    :ivar share: the part of the budget that is used; less than 1 after the server has refused.
    :ivar refusals: how often it did.
    :ivar unserved_since: since when all requests were refused or met no working server; ``None`` when the last one was
        served.
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
        """Return the seconds until the next request may be sent; ``inf`` when a response must come first."""
        delay = max(0.0, self._blocked_until - now)
        if not self.limit.requests:
            return delay
        self._grow(now)
        self._forget(now)
        budget = max(1, int(self.limit.requests * self.share))
        too_many = self._in_flight + len(self._responses) - budget
        if too_many < 0:
            return delay
        if too_many >= len(self._responses):
            return math.inf
        return max(delay, self._responses[too_many] + self.limit.seconds - now)

    def recent(self, now: float) -> list[float]:
        """Return when the requests that count in the present window were answered, oldest first."""
        self._forget(now)
        return list(self._responses)

    def sent(self) -> None:
        """Count a request that is sent now."""
        self._in_flight += 1

    def answered(self, now: float) -> None:
        """Count that a request that was sent has ended, in whatever way."""
        self._in_flight -= 1
        if self.limit.requests:
            self._responses.append(now)

    def served(self) -> None:
        """Take into account that the server works: it answered, and not with a refusal to work at this rate."""
        self._refused_in_a_row = 0
        self.unserved_since = None
        self._failed_in_a_row = 0

    def refused(self, sent_at: float, retry_after: float | None, now: float) -> None:
        """Stop all, as a 429 asks for, and go on more slowly.

        :param sent_at: when the refused request was sent: what was under way already does not slow down once more.
        :param retry_after: the seconds that the server asks to wait, if it does.
        """
        self.refusals += 1
        self.unserved_since = now if self.unserved_since is None else self.unserved_since
        self._failed_in_a_row = 0
        if sent_at >= self._cut_at:
            self.share = max(SMALLEST_SHARE, self.share * KEPT_AFTER_A_REFUSAL)
            self._cut_at = self._grown_at = now
            self._refused_in_a_row += 1
        pause = retry_after
        if pause is None:
            pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(self._refused_in_a_row - 1, 10))
        elif self._refused_in_a_row >= FAILURES_IN_A_ROW:
            pause = max(pause, _SHORTEST_PAUSE)
        self._block(now + pause)

    def failed(self, now: float) -> None:
        """Take into account that a request met no working server; after several in a row, all of them wait."""
        self.unserved_since = now if self.unserved_since is None else self.unserved_since
        self._failed_in_a_row += 1
        more = self._failed_in_a_row - FAILURES_IN_A_ROW
        if more >= 0:
            self._block(now + min(_LONGEST_PAUSE, 2.0 ** min(more, 10)))

    def _forget(self, now: float) -> None:
        window_start = now - self.limit.seconds
        while self._responses and self._responses[0] <= window_start:
            self._responses.popleft()

    def _block(self, until: float) -> None:
        self._blocked_until = max(self._blocked_until, until)

    def _grow(self, now: float) -> None:
        if self.share >= 1:
            return
        if now > self._blocked_until:
            self.share = min(1.0, self.share + GROWTH * (now - max(self._grown_at, self._blocked_until)))
        self._grown_at = now
