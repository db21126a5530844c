# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kinds of stores, including the two that store nothing themselves."""

from __future__ import annotations

import os
import typing as t

from .base import Stored, StoreKind
from .file import File
from .kv2 import Kv2

if t.TYPE_CHECKING:
    from .._paths import Places
    from .._rotation.options import RotationOptions
    from .._rotation.record import RecordedAccount

FILES = ("load.yml", "save.yml")


class NullStore:
    """A store that stores nothing itself.

    :ivar save_due: whether the record was updated, so that the user's ``save.yml`` must save it.
    """

    def __init__(self, place: str) -> None:
        self.place = place
        self.save_due = False

    def load(self) -> Stored:
        return Stored({}, "")

    def save(self, record: t.Mapping[str, t.Any], version: str, check_mode: bool = False) -> str:
        self.save_due = not check_mode
        return version


class NoStore(StoreKind):
    """``none``: the password is given, or nobody is meant to know it."""

    def open(self, options: RotationOptions, account: RecordedAccount, connection: t.Any) -> NullStore:
        return NullStore("")


class Tasks(StoreKind):
    """A folder with the user's task files, which the role includes to load and save the record."""

    def mistakes(self, options: RotationOptions, places: Places) -> t.Iterator[str]:
        folder = places.find(options["store"])
        missing = [name for name in FILES if not os.path.isfile(os.path.join(folder, name))]
        if missing:
            yield (
                f"rotate_password_store is {options['store']}, which is not none, file, kv2 or a folder with "
                f"{' and '.join(FILES)}: {folder} has no {' and no '.join(missing)}."
            )

    def open(self, options: RotationOptions, account: RecordedAccount, connection: t.Any) -> NullStore:
        return NullStore(options["store"])


NONE = "none"
STORES: dict[str, StoreKind] = {NONE: NoStore(), "file": File(), "kv2": Kv2()}
"""The built-in stores by the value of the option ``store``. Any other value is a folder of tasks."""


def kind_of(store: str) -> StoreKind:
    """Return the kind of store that the option ``store`` names."""
    return STORES.get(store) or Tasks()


def is_built_in(store: str) -> bool:
    """Return whether the store needs no tasks of the user."""
    return store in STORES


def store_mistakes(options: RotationOptions, places: Places) -> list[str]:
    """Return the mistakes in the options of the store, as sentences."""
    return list(kind_of(options["store"]).mistakes(options, places))
