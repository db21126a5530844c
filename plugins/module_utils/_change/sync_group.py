# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The password sync group of a source: setting a password on one of its sources sets it on all of them."""

from __future__ import annotations

import threading
import typing as t

from .._api.sources import read_source_names
from .._api.sync_groups import LIST_SYNC_GROUPS, list_sync_groups
from .._client.client import Client
from .._errors import IscError, SyncGroupError
from .._outcomes import REFUSED

IGNORE = "ignore"
ALLOW = "allow"
WARN = "warn"
REFUSE = "refuse"
MODES = (ALLOW, WARN, REFUSE, IGNORE)

MAX_NAMED = 50  # Sources of a group whose names are looked up and shown. No person creates a larger group.
NAMED_AT_ONCE = 10  # Sources per request: the response holds the whole configuration of each.


class SyncedSource(t.NamedTuple):
    """Another source of a sync group; ``name`` is ``None`` if the token may not read it."""

    source_id: str
    name: str | None = None

    def __str__(self) -> str:
        return f"{self.name} ({self.source_id})" if self.name else self.source_id


class SyncGroup(t.NamedTuple):
    """The sync group of a source.

    :ivar name: ``None`` if the source is in no group, or if that is unknown.
    :ivar others: the other sources of the group.
    :ivar problem: a sentence that says why the group is unknown, or ``None``.
    """

    name: str | None = None
    others: tuple[SyncedSource, ...] = ()
    problem: str | None = None

    def as_result(self) -> dict[str, t.Any]:
        sources = [{"source_id": each.source_id, "source_name": each.name} for each in self.others]
        return {"name": self.name, "sources": sources, "problem": self.problem}


class SyncGroups:
    """The sync groups of a tenant, read when the first one is needed. Thread-safe."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._groups: list[tuple[str, tuple[str, ...]]] | None = None
        self._problem: IscError | None = None
        self._names: dict[str, str | None] = {}
        self._may_name = True

    def warning_for(self, source_id: str, mode: str, check_mode: bool) -> tuple[SyncGroup | None, str | None]:
        """Return the sync group of a source, and a warning if a change affects other sources too.

        :param mode: IGNORE looks nothing up. ALLOW looks the group up in check mode only, and never warns. WARN warns.
            REFUSE raises.
        :returns: ``None`` for a group that was not looked up, and for no warning.
        :raises SyncGroupError: a change affects other sources too, or may, and *mode* is REFUSE.
        """
        if mode == IGNORE or (mode == ALLOW and not check_mode):
            return None, None
        group = self.of(source_id)
        if mode == ALLOW or not (group.problem or group.others):
            return group, None
        warning = _warning(group)
        if mode == WARN:
            return group, warning
        hint = "Set sync_group to warn or allow if that is intended."
        if group.problem:
            hint = f"Give the token the scope {LIST_SYNC_GROUPS.scope}, or set sync_group to warn."
        raise SyncGroupError(warning, f"Nothing was sent. {hint}", sync_group=group.as_result(), outcome=REFUSED)

    def of(self, source_id: str) -> SyncGroup:
        """Return the sync group of a source. Its ``problem`` says why if the groups can't be read."""
        with self._lock:
            if self._groups is None and self._problem is None:
                try:
                    self._groups = list_sync_groups(self._client)
                except IscError as error:
                    if error.at_login:
                        raise
                    self._problem = error
            if self._problem is not None:
                return SyncGroup(problem=self._problem.explanation)
            for name, source_ids in self._groups or ():
                if source_id in source_ids:
                    others = [each for each in source_ids if each != source_id]
                    self._look_up_names(others[:MAX_NAMED])
                    return SyncGroup(name, tuple(SyncedSource(each, self._names.get(each)) for each in others))
            return SyncGroup()

    def _look_up_names(self, source_ids: list[str]) -> None:
        missing = [each for each in source_ids if each not in self._names]
        for first in range(0, len(missing), NAMED_AT_ONCE):
            chunk = missing[first : first + NAMED_AT_ONCE]
            self._names.update(dict.fromkeys(chunk))
            if self._may_name:
                found = read_source_names(self._client, chunk)
                self._may_name = found is not None
                self._names.update(found or {})


def _warning(group: SyncGroup) -> str:
    if group.problem:
        return f"Whether the password changes on other sources too is not known: {group.problem}"
    named = ", ".join(map(str, group.others[:MAX_NAMED]))
    if len(group.others) > MAX_NAMED:
        named += f", and {len(group.others) - MAX_NAMED} more"
    return (
        f"The source is in the password sync group {group.name}: the password also changes on any account that the "
        f"identity has on {named}."
    )
