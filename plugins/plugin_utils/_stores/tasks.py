# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A store that the user brings: a folder of task files, which the role includes before and after its own steps."""

from __future__ import annotations

import os
import typing as t

from .base import Stored, StoreKind

if t.TYPE_CHECKING:
    from .._paths import Places
    from .._rotation.options import RotationOptions
    from .._rotation.record import RecordedAccount

FILES = ("load.yml", "save.yml")


class Tasks(StoreKind):
    """The kind of store: a folder with C(load.yml) and C(save.yml)."""

    def mistakes(self, options: RotationOptions, places: Places) -> t.Iterator[str]:
        """Yield what is wrong with the folder."""
        folder = places.find(options["store"])
        missing = [name for name in FILES if not os.path.isfile(os.path.join(folder, name))]
        if missing:
            yield (
                f"rotate_password_store is {options['store']}, which is neither none, file or kv2 nor a folder with "
                f"{' and '.join(FILES)}: {folder} has no {' and no '.join(missing)}."
            )

    def open(self, options: RotationOptions, account: RecordedAccount, connection: t.Any) -> TasksStore:
        """Return a store that keeps nothing."""
        return TasksStore(options["store"])


class TasksStore:
    """Keeps nothing: the tasks that are included before and after do.

    :ivar to_be_saved: C(save.yml) is to be included.
    """

    def __init__(self, place: str) -> None:
        self.place = place
        self.to_be_saved = False

    def load(self) -> Stored:
        """Return nothing: the record is handed over by C(load.yml)."""
        return Stored({}, "")

    def save(self, record: t.Mapping[str, t.Any], version: str, check_mode: bool = False) -> str:
        """Keep nothing: the record is handed over to C(save.yml)."""
        self.to_be_saved = not check_mode
        return version
