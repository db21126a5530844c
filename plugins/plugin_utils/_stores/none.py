# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The store C(none): a password that is given, or that nobody is meant to know, is kept nowhere."""

from __future__ import annotations

import typing as t

from .base import Stored, StoreKind

if t.TYPE_CHECKING:
    from .._rotation.options import RotationOptions
    from .._rotation.record import RecordedAccount


class NoStore(StoreKind):
    """The kind of store, and the store of each account: it keeps nothing.

    :ivar place: nowhere.
    """

    place = ""

    def open(self, options: RotationOptions, account: RecordedAccount, connection: t.Any) -> NoStore:
        """Return this store."""
        return self

    def load(self) -> Stored:
        """Return nothing."""
        return Stored({}, "")

    def save(self, record: t.Mapping[str, t.Any], version: str, check_mode: bool = False) -> str:
        """Keep nothing."""
        return version
