# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The passwords that were set on all accounts, in memory only."""

from __future__ import annotations

import time
from collections import deque

from simulator.world import Account

HISTORY_LENGTH = 100


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
