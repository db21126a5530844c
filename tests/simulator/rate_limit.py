# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The request budget of each client id and API version."""

from __future__ import annotations

import math
import time
from collections import deque
from typing import Callable

from simulator.settings import Settings


class RateLimiter:
    """A sliding window, which is assumed. The numbers, and that they count per client and version, are documented."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic):
        self._settings = settings
        self._clock = clock
        self._windows: dict[tuple, deque] = {}

    def exceeded(self, client_id: str, api_version: str) -> int | None:
        """Count a request now. Return None, or the whole seconds of Retry-After if it exceeds the limit."""
        limit, window = self._settings.rate_limit, self._settings.rate_window
        if not limit:
            return None
        now = self._clock()
        times = self._windows.get((client_id, api_version))
        if times is None or times.maxlen != limit:
            # The last `limit` times are enough: another request is too many while the first of them is in the window.
            times = self._windows[client_id, api_version] = deque(times or (), maxlen=limit)
        refused = len(times) == limit and times[0] > now - window
        if not refused or self._settings.rate_counts_throttled:
            times.append(now)
        return max(1, math.ceil(times[0] + window - now)) if refused else None

    def reset(self) -> None:
        self._windows.clear()
