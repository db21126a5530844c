# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The number of the format in what is kept between runs: receipts and records."""

from __future__ import annotations

import typing as t

from ._errors import IscError

_LARGEST = 10**6
"""What claims to be of a larger format isn't newer but malformed; Python refuses to print huge numbers."""


def refuse_newer_format(value: t.Any, known: int, name: str, error: type[IscError]) -> None:
    """Raise *error* when *value* was written in a newer format than *known*.

    :param name: what the value is called in the message, such as ``receipt_file /var/lib/x``.
    """
    version = value.get("format") if isinstance(value, dict) else None
    if isinstance(version, int) and known < version < _LARGEST:
        raise error(
            f"{name} was written by a newer version of community.sailpoint (format {version}).",
            "Update the collection here as well.",
        )
