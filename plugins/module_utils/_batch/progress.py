# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far a batch is, in words: a line now and then."""

from __future__ import annotations

import typing as t
from collections import deque

_INTERVALS = ((60.0, 10.0), (600.0, 30.0), (float("inf"), 60.0))
"""Seconds between two lines, by the seconds since the beginning: a log of an hour stays readable."""

_FIRST_LINE = 3.0
"""Seconds from the beginning. A short batch has no need of lines."""

_RATE_OVER = 15.0
"""Seconds that the rate is measured over."""


class Snapshot(t.NamedTuple):
    """How many accounts have succeeded, failed, are in flight (sent, or being sent) and are still to be sent.

    ``requests`` were sent so far, about ``requests_left`` are left.
    """

    total: int
    succeeded: int
    failed: int
    in_flight: int
    unsent: int
    requests: int
    requests_left: int


class BatchProgress:
    """Shows now and then how far a batch is.

    :param show: is given a line.
    :ivar tell: is given what the user has to know at once.
    """

    def __init__(self, show: t.Callable[[str], None], tell: t.Callable[[str], None]) -> None:
        self.tell = tell
        self._show = show
        self._began: float | None = None
        self._next = 0.0
        self._seen: deque[tuple[float, int]] = deque()

    def __call__(self, now: float, snapshot: t.Callable[[], Snapshot]) -> None:
        """Show where the batch is, if it is time to."""
        if self._began is None:
            self._began = now
            self._next = now + _FIRST_LINE
            self._seen.append((now, 0))
        if now < self._next:
            return
        began = self._began
        self._next = now + next(interval for until, interval in _INTERVALS if now - began < until)
        taken = snapshot()
        self._seen.append((now, taken.requests))
        while len(self._seen) > 2 and now - self._seen[0][0] > _RATE_OVER:
            self._seen.popleft()
        self._show(self._text(taken))

    def _text(self, taken: Snapshot) -> str:
        (began, before), (now, requests) = self._seen[0], self._seen[-1]
        rate = (requests - before) / (now - began) if now > began else 0.0
        parts = [f"{taken.succeeded} of {taken.total} done", f"{taken.failed} failed", f"{taken.in_flight} in flight"]
        parts.append(f"{rate:.1f} requests/s")
        if rate and taken.requests_left:
            parts.append(f"about {in_words(taken.requests_left / rate)} left")
        return ", ".join(parts)


def in_words(seconds: float) -> str:
    """Return a time such as ``4 min 10 s``."""
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole < 600 else f"{round(whole / 60)} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
