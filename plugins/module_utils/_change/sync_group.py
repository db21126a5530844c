# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a password sync group means for a change: on one of its sources it changes the password on all of them."""

from __future__ import annotations

import threading
import typing as t

from .._api.sources import names_of_sources
from .._api.sync_groups import LIST_SYNC_GROUPS, list_sync_groups
from .._client.client import Client
from .._errors import IscError, SyncGroupError
from .._outcomes import REFUSED

IGNORE = "ignore"
ALLOW = "allow"
WARN = "warn"
REFUSE = "refuse"
MODES = (ALLOW, WARN, REFUSE, IGNORE)

MOST_NAMED = 50  # Sources of a group whose names are looked up and shown. A group of more was not made by people.
NAMED_AT_ONCE = 10  # Sources in one response: each comes with its whole configuration.


class SyncedSource(t.NamedTuple):
    """Another source of a sync group; ``name`` is ``None`` where the token may not read it."""

    source_id: str
    name: str | None = None

    def __str__(self) -> str:
        return f"{self.name} ({self.source_id})" if self.name else self.source_id


class SyncGroup(t.NamedTuple):
    """What is known of the sync group of a source.

    ``name`` is ``None`` when the source is in none, or when ``problem``, a sentence, says why that isn't known.
    """

    name: str | None = None
    others: tuple[SyncedSource, ...] = ()
    problem: str | None = None

    def as_result(self) -> dict[str, t.Any]:
        """Return it as a module's result shows it."""
        sources = [{"source_id": each.source_id, "source_name": each.name} for each in self.others]
        return {"name": self.name, "sources": sources, "problem": self.problem}


class SyncGroups:
    """The sync groups of a tenant, read when the first one is asked for. Several threads may ask."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._groups: list[tuple[str, tuple[str, ...]]] | None = None
        self._problem: IscError | None = None
        self._names: dict[str, str | None] = {}
        self._may_name = True

    def warning_for(self, source_id: str, mode: str, check_mode: bool) -> tuple[SyncGroup | None, str | None]:
        """Return what is known of the sync group of a source, and a sentence of warning.

        :param mode: C(ignore) looks nothing up, C(allow) in check mode only and without a warning; C(warn) warns;
            C(refuse) raises.
        :returns: ``None`` where it was not looked up, and where there is nothing to warn of.
        :raises SyncGroupError: other sources would change too, or that isn't known, and *mode* is C(refuse).
        """
        if mode == IGNORE or (mode == ALLOW and not check_mode):
            return None, None
        group = self.of(source_id)
        if mode == ALLOW or not (group.problem or group.others):
            return group, None
        warning = _warning(group)
        if mode == WARN:
            return group, warning
        hint = "Set sync_group to warn or allow if that is meant."
        if group.problem:
            hint = f"Give the token the scope {LIST_SYNC_GROUPS.scope}, or set sync_group to warn."
        raise SyncGroupError(warning, f"Nothing was sent. {hint}", sync_group=group.as_result(), outcome=REFUSED)

    def of(self, source_id: str) -> SyncGroup:
        """Return the sync group of a source, or why it can't be known."""
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
                    self._look_up_names(others[:MOST_NAMED])
                    return SyncGroup(name, tuple(SyncedSource(each, self._names.get(each)) for each in others))
            return SyncGroup()

    def _look_up_names(self, source_ids: list[str]) -> None:
        missing = [each for each in source_ids if each not in self._names]
        for first in range(0, len(missing), NAMED_AT_ONCE):
            some = missing[first : first + NAMED_AT_ONCE]
            self._names.update(dict.fromkeys(some))
            if self._may_name:
                found = names_of_sources(self._client, some)
                self._may_name = found is not None
                self._names.update(found or {})


def _warning(group: SyncGroup) -> str:
    if group.problem:
        return f"Whether the password changes on other sources too is not known: {group.problem}"
    named = ", ".join(map(str, group.others[:MOST_NAMED]))
    if len(group.others) > MOST_NAMED:
        named += f", and {len(group.others) - MOST_NAMED} more"
    return (
        f"The source is in the password sync group {group.name}: the password also changes on any account that the "
        f"identity has on {named}."
    )
