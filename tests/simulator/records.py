# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tenant's records of password changes: account activities and audit events.

Documented: paths, parameters, fields, the type CloudPasswordRequest, and the names of events. Assumed: that one request
makes one activity and two events, which of them carries which id, and that they appear after ``records_lag``.
"""

from __future__ import annotations

import hashlib
import time
from collections import deque
from typing import Any

from simulator.search_index import iso
from simulator.settings import Settings
from simulator.world import Account, Identity

MOST = 10000
CHANGE = "CloudPasswordRequest"
_COMPLETION = {"FINISHED": "SUCCESS", "FAILED": "FAILURE"}


class Entry:
    """An accepted password change. ``change`` is the engine's object, whose state still changes."""

    __slots__ = ("identity", "account", "change", "created", "id")

    def __init__(self, identity: Identity, account: Account, change: Any):
        self.identity = identity
        self.account = account
        self.change = change
        self.created = time.time()
        self.id = hashlib.sha256(f"{change.request_id}:{self.created}".encode()).hexdigest()


class ChangeRecords:
    """The entries of all changes."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._entries: deque[Entry] = deque(maxlen=MOST)

    def add(self, identity: Identity, account: Account, change: Any) -> None:
        self._entries.append(Entry(identity, account, change))

    def newest_first(self) -> list[Entry]:
        """Return the entries that have appeared."""
        latest = time.time() - self._settings.records_lag
        return [entry for entry in reversed(self._entries) if entry.created <= latest]

    def events(self) -> list[dict[str, Any]]:
        """Return the events as documents of Search, the newest first."""
        return [document for entry in self.newest_first() for document in reversed(_events(entry))]

    def reset(self) -> None:
        self._entries.clear()


def activity(entry: Entry) -> dict[str, Any]:
    identity, change = entry.identity, entry.change
    ended = change.state in _COMPLETION
    person = {"id": identity.id, "name": identity.user_name, "identityId": identity.id, "completed": True}
    return {
        "id": entry.id[:32],
        "name": entry.id[:32],
        "created": iso(entry.created),
        "modified": iso(entry.created),
        "completed": iso(entry.created) if ended else None,
        "completionStatus": _COMPLETION.get(change.state, "PENDING"),
        "type": CHANGE,
        "requesterIdentitySummary": None,
        "targetIdentitySummary": person,
        "errors": list(change.errors) or None,
        "warnings": None,
        "items": [_item(entry, account) for account in change.accounts],
        "executionStatus": "COMPLETED" if ended else "EXECUTING",
        "clientMetadata": None,
    }


def _item(entry: Entry, account: Account) -> dict[str, Any]:
    number = hashlib.sha256(f"{entry.id}:{account.id}".encode()).hexdigest()[:32]
    return {
        "id": number,
        "name": number,
        "requested": iso(entry.created),
        "approvalStatus": None,
        "provisioningStatus": entry.change.state if entry.change.state in _COMPLETION else "PENDING",
        "operation": "SET",
        "attribute": "password",
        "value": None,
        "nativeIdentity": account.account_id,
        "sourceId": account.source.id,
    }


def _events(entry: Entry) -> list[dict[str, Any]]:
    """Return the start of a change, as seen in a real tenant, and its end, whose form is assumed."""
    info = f"Password workflow invoked successfully. Request Id :{(entry.change.request_id or '').replace('-', '')}"
    events = [_event(entry, "USER_PASSWORD_UPDATE_PASSED", "PASSED", info)]
    if entry.change.state in _COMPLETION:
        status = "PASSED" if entry.change.state == "FINISHED" else "FAILED"
        events.append(_event(entry, f"ACCOUNT_PASSWORD_RESET_{status}", status, "The password workflow has ended."))
    return events


def _event(entry: Entry, name: str, status: str, info: str) -> dict[str, Any]:
    return {
        "id": hashlib.sha256(f"{entry.id}:{name}".encode()).hexdigest(),
        "name": name.replace("_", " ").title(),
        "created": iso(entry.created),
        "synced": iso(entry.created),
        "action": name,
        "type": "PASSWORD_ACTIVITY",
        "actor": {"name": "System"},
        "target": {"name": entry.identity.user_name},
        "stack": "pigs",
        "trackingNumber": entry.id[:32],
        "attributes": {"accountId": entry.account.account_id, "sourceName": entry.account.source.name, "info": info},
        "objects": ["ACCOUNT", "PASSWORD"],
        "operation": "UPDATE",
        "status": status,
        "technicalName": name,
        "_type": "event",
        "_version": "v2",
    }
