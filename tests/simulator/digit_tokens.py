# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The digit tokens of the tenant."""

from __future__ import annotations

import random
import time
import uuid
from collections import deque

from simulator.settings import Settings

KEPT = 10000


class DigitTokens:
    """Creates digit tokens and keeps the last KEPT of them for tests."""

    def __init__(self, settings: Settings, numbers: random.Random):
        self._settings = settings
        self._numbers = numbers
        self._tokens: deque = deque(maxlen=KEPT)

    def create(self, user_id: str, length: int, minutes: int) -> dict:
        """Create a token, and return ``{digitToken, requestId}``. The first digit is 0, which breaks some clients."""
        digits = "".join(self._numbers.choice("0123456789") for _digit in range(length))
        if self._settings.digit_leading_zero:
            digits = "0" + digits[1:]
        request_id = str(uuid.UUID(int=self._numbers.getrandbits(128), version=4))
        now = time.time()
        self._tokens.append(
            {
                "user_id": user_id,
                "digit_token": digits,
                "request_id": request_id,
                "length": length,
                "duration_minutes": minutes,
                "created_at": now,
                "expires_at": now + 60 * minutes,
            }
        )
        return {"digitToken": digits, "requestId": request_id}

    def as_list(self) -> list:
        return list(self._tokens)

    def reset(self) -> None:
        self._tokens.clear()
