# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Search knows of identities and their accounts."""

from __future__ import annotations

import time
from bisect import bisect_right
from datetime import datetime, timezone
from typing import Any

from simulator.passwords import PasswordStore
from simulator.settings import Settings
from simulator.world import Account, Identity, World


class SearchIndex:
    """What Search knows: of passwords, what a source has told, and that only after a while."""

    def __init__(self, settings: Settings, world: World, passwords: PasswordStore):
        self._settings = settings
        self._world = world
        self._passwords = passwords
        self._sorted: list[Identity] = []
        self._ids: list[str] = []
        self._aggregated: dict[str, float] = {}
        self._reloaded: dict[tuple, float] = {}

    def aggregate(self, source_name: str) -> None:
        """The source tells when the passwords on it were set."""
        self._aggregated[source_name] = time.time()

    def reload(self, account: Account) -> None:
        """The source tells when the password of one account was set."""
        self._reloaded[account.key] = time.time()

    def reset(self) -> None:
        self._sorted = []
        self._aggregated.clear()
        self._reloaded.clear()

    def identities(self, descending: bool, after: str | None) -> Any:
        """All identities in the order of their ids, those after an id only."""
        if len(self._sorted) != len(self._world.identities):
            self._sorted = sorted(self._world.identities.values(), key=lambda identity: identity.id)
            self._ids = [identity.id for identity in self._sorted]
        if descending:
            found = reversed(self._sorted)
            return (identity for identity in found if after is None or identity.id < after)
        start = 0 if after is None else bisect_right(self._ids, after)
        return (self._sorted[number] for number in range(start, len(self._sorted)))

    def document(self, identity: Identity) -> dict[str, Any]:
        """An identity with all of its accounts: a few of the many fields."""
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
        last_set = self.told(account, self._settings.search_lag)
        if last_set is not None:
            document["passwordLastSet"] = iso(last_set)
        if account.facts:
            document.update(account.facts)
        return document

    def told(self, account: Account, lag: float) -> float | None:
        """When the password was set, as far as ISC has been told for *lag* seconds. Most connectors don't tell."""
        record = self._passwords.record(*account.key)
        if record is None or not account.source.tells_last_set:
            return account.last_set
        settings, changed_at, now = self._settings, record["changed_at"], time.time()
        times = self._aggregated.get(account.source.name, 0), self._reloaded.get(account.key, 0)
        told = [changed_at] if settings.last_set_at_once else []
        told += [time_told for time_told in times if time_told >= changed_at]
        return changed_at if told and min(told) + lag <= now else account.last_set


def iso(seconds: float) -> str:
    """As Search sends it: UTC, milliseconds."""
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
