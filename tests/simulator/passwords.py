# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The passwords of all accounts and the digit tokens, in memory only."""

from __future__ import annotations

import random
import time
import uuid
from collections import deque

from simulator.settings import Settings
from simulator.world import Account

HISTORY_LENGTH = 100
MOST_TOKENS = 10000


class PasswordStore:
    """The last HISTORY_LENGTH passwords of each account, by (source, account id)."""

    def __init__(self):
        self._records: dict[tuple, dict] = {}

    def set(self, account: Account, password: str) -> None:
        record = self._records.setdefault(account.key, {"changes": 0, "history": deque(maxlen=HISTORY_LENGTH)})
        record["password"] = password
        record["changed_at"] = time.time()
        record["changes"] += 1
        record["history"].append(password)

    def history(self, account: Account) -> list:
        """Return the passwords of an account, oldest first, the present one last."""
        record = self._records.get(account.key)
        return list(record["history"]) if record else []

    def record(self, source_name: str, account_id: str) -> dict | None:
        """Return ``{password, changed_at, changes, history}``, or None if none was ever set."""
        record = self._records.get((source_name, account_id))
        return {**record, "history": list(record["history"])} if record else None

    def reset(self) -> None:
        self._records.clear()


class DigitTokens:
    """Creates digit tokens and keeps the last MOST_TOKENS of them for tests."""

    def __init__(self, settings: Settings, numbers: random.Random):
        self._settings = settings
        self._numbers = numbers
        self._tokens: deque = deque(maxlen=MOST_TOKENS)

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
