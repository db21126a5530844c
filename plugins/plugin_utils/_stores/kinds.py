# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which stores there are."""

from __future__ import annotations

import typing as t

from .base import StoreKind
from .file import File
from .kv2 import Kv2
from .none import NoStore
from .tasks import Tasks

if t.TYPE_CHECKING:
    from .._paths import Places
    from .._rotation.options import RotationOptions

NONE = "none"
STORES: dict[str, StoreKind] = {NONE: NoStore(), "file": File(), "kv2": Kv2()}
"""The built-in stores, by the value of the option C(store). Any other value is a folder of tasks."""

_TASKS = Tasks()


def kind_of(store: str) -> StoreKind:
    """Return the kind of store that the option C(store) names."""
    return STORES.get(store, _TASKS)


def is_built_in(store: str) -> bool:
    """Return whether the role keeps the records itself."""
    return store in STORES


def store_mistakes(options: RotationOptions, places: Places) -> list[str]:
    """Return what is wrong with the options of the store."""
    return list(kind_of(options["store"]).mistakes(options, places))
