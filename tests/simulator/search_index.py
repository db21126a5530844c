# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The index of Search: identities and their accounts."""

from __future__ import annotations

import time
from bisect import bisect_right
from datetime import datetime, timezone
from typing import Any

from simulator.passwords import PasswordStore
from simulator.settings import Settings
from simulator.world import Account, Identity, World


class SearchIndex:
    """The index. It knows the age of a password only if the source reported it, and only after a while."""

    def __init__(self, settings: Settings, world: World, passwords: PasswordStore):
        self._settings = settings
        self._world = world
        self._passwords = passwords
        self._sorted: list[Identity] = []
        self._ids: list[str] = []
        self._aggregated: dict[str, float] = {}
        self._reloaded: dict[tuple, float] = {}

    def aggregate(self, source_name: str) -> None:
        """Let a source report when its passwords were set."""
        self._aggregated[source_name] = time.time()

    def reload(self, account: Account) -> None:
        """Let the source report when the password of one account was set."""
        self._reloaded[account.key] = time.time()

    def reset(self) -> None:
        self._sorted = []
        self._aggregated.clear()
        self._reloaded.clear()

    def identities(self, descending: bool, after: str | None) -> Any:
        """Return all identities after an id, ordered by id."""
        if len(self._sorted) != len(self._world.identities):
            self._sorted = sorted(self._world.identities.values(), key=lambda identity: identity.id)
            self._ids = [identity.id for identity in self._sorted]
        if descending:
            found = reversed(self._sorted)
            return (identity for identity in found if after is None or identity.id < after)
        start = 0 if after is None else bisect_right(self._ids, after)
        return (self._sorted[number] for number in range(start, len(self._sorted)))

    def document(self, identity: Identity) -> dict[str, Any]:
        """Return an identity with all of its accounts, and a few of the many fields."""
        return {
            "id": identity.id,
            "name": identity.user_name,
            "displayName": identity.user_name,
            "created": "2024-04-04T21:36:00.385Z",
            "modified": "2026-01-17T03:17:17.895Z",
            "inactive": False,
            "status": "ACTIVE",
            "disabled": False,
            "locked": False,
            "attributes": {"uid": identity.uid, "displayName": identity.user_name, **identity.attributes},
            "accounts": [self._account(account) for account in identity.accounts],
            "accountCount": len(identity.accounts),
            "synced": "2026-01-17T06:10:19.853Z",
            "_type": "identity",
            "type": "identity",
            "_version": "v2",
        }

    def _account(self, account: Account) -> dict[str, Any]:
        source = account.source
        document = {
            "id": account.id,
            "name": account.account_name,
            "accountId": account.account_id,
            "source": {"id": source.id, "name": source.name, "type": source.type},
            "disabled": False,
            "locked": False,
            "privileged": False,
            "manuallyCorrelated": False,
            "created": "2024-04-04T21:42:26.787Z",
            "supportsPasswordChange": "PASSWORD" in source.features,
        }
        last_set = self._last_set(account)
        if last_set is not None:
            document["passwordLastSet"] = iso(last_set)
        return {**document, **account.facts}

    def _last_set(self, account: Account) -> float | None:
        """Return when the password was set, if it was reported at least ``search_lag`` ago. Most sources never do."""
        record = self._passwords.record(*account.key)
        if record is None or not account.source.reports_last_set:
            return account.last_set
        changed_at = record["changed_at"]
        times = [self._aggregated.get(account.source.name, 0), self._reloaded.get(account.key, 0)]
        if self._settings.last_set_at_once:
            times.append(changed_at)
        reported = [each for each in times if each >= changed_at]
        known = reported and min(reported) + self._settings.search_lag <= time.time()
        return changed_at if known else account.last_set


def iso(seconds: float) -> str:
    """Return a time as Search sends it: UTC, with milliseconds."""
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
