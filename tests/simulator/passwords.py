# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was set: the passwords of all accounts, in memory only."""

from __future__ import annotations

import time
from collections import deque

from simulator.world import Account

HISTORY_LENGTH = 100


class PasswordStore:
    """Passwords by (source, account); the last HISTORY_LENGTH of each are kept."""

    def __init__(self):
        self._records: dict[tuple, dict] = {}

    def set(self, account: Account, password: str) -> None:
        record = self._records.setdefault(account.key, {"changes": 0, "history": deque(maxlen=HISTORY_LENGTH)})
        record["password"] = password
        record["changed_at"] = time.time()
        record["changes"] += 1
        record["history"].append(password)

    def history(self, account: Account) -> list:
        """Passwords of the account, oldest first, the present one last."""
        record = self._records.get(account.key)
        return list(record["history"]) if record else []

    def record(self, source_name: str, account_id: str) -> dict | None:
        """``{password, changed_at, changes, history}``; None when none was ever set."""
        record = self._records.get((source_name, account_id))
        return {**record, "history": list(record["history"])} if record else None

    def __len__(self) -> int:
        return len(self._records)

    def reset(self) -> None:
        self._records.clear()
