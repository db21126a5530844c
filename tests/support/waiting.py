# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for other processes and servers."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(condition: Callable[[], bool], problem: str, seconds: float = 60) -> None:
    """Wait until *condition* holds, and fail with *problem* if it takes too many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, problem
        time.sleep(0.02)
