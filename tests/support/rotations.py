# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rotations for tests: their options, their records, and a store in memory."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.community.sailpoint.plugins.module_utils._errors import RecordError
from ansible_collections.community.sailpoint.plugins.plugin_utils._paths import Places
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.options import (
    BATCH_SPEC,
    RotationOptions,
    read_options,
)
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.owner import RunOwner
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.record import (
    PendingPassword,
    Record,
    RecordedAccount,
    RecordedPassword,
)
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.rotation import Rotation
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores.base import Stored

from support.modules import NAMES

NOW = 2_000_000_000.0
"""2033-05-18T03:33:20Z."""

NOWHERE = Places("/nowhere/playbook", "/nowhere/working")
ACCOUNT = RecordedAccount("svc-backup", "Active Directory", "source", "CN=svc-backup")
# No such process: a run that has ended.
ME = RunOwner("here", 2**30, "1", "localhost")
OLD = RecordedPassword("Old-Harbour-41", NOW - 1000, "request-0")
BEFORE = RecordedPassword("Older-Harbour-40", NOW - 5000)
NEW = "New-Harbour-42"
PENDING = PendingPassword(NEW, NOW - 10, ME)
KNOWN = PENDING._replace(request_id="request-1")
UNSURE = PENDING._replace(outcome_unknown=True)
INCONCLUSIVE = UNSURE._replace(inconclusive=True)


def options(batch: bool = False, **given: Any) -> RotationOptions:
    """Return options with the two names and *given*, without checking whether the options of the store fit."""
    return read_options({**NAMES, **given}, NOWHERE, lambda _options, _places: (), batch)


def stored_options(**given: Any) -> RotationOptions:
    """Return options of a rotation whose password is stored in a file."""
    return options(store="file", **given)


def rotation(record: Record | None = None, hooks: tuple[str, ...] = (), **given: Any) -> Rotation:
    """Return the rotation of a stored account that was found.

    :param hooks: the hooks to use. Their files don't exist.
    """
    batch = bool(BATCH_SPEC.keys() & given.keys())
    made = Rotation(options(batch, **{"store": "file", **given}))
    made.options.values.update({hook: f"/play/{hook}.yml" for hook in hooks})
    made.account, made.identity_id = ACCOUNT, "identity"
    made.record = record or Record(ACCOUNT)
    return made


class MemoryStore:
    """A store in memory, which converts records to JSON and back.

    :ivar writes: all stored records. :ivar problem: an exception to raise instead of storing.
    """

    place = "memory"

    def __init__(self, record: Record | None = None) -> None:
        self.writes: list[dict[str, Any]] = [] if record is None else [record.as_value()]
        self.problem: RecordError | None = None

    def load(self) -> Stored:
        return Stored(self.writes[-1] if self.writes else {}, str(len(self.writes)))

    def save(self, record: Any, version: str, check_mode: bool = False) -> str:
        if self.problem is not None:
            raise self.problem
        if version != str(len(self.writes)):
            raise RecordError("Somebody else has written it.")
        if not check_mode:
            self.writes.append(json.loads(json.dumps(record)))
        return str(len(self.writes))
