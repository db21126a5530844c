# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A password taken out of what ISC said about it, before anybody keeps or shows that."""

from __future__ import annotations

import typing as t

from .._api.password_change import Change
from .._errors import IscError

_MASK = "********"
_SHORTEST_MASKED = 4
"""Characters. A shorter password occurs in all kinds of text; nothing of it would be left to read."""


def masked(value: t.Any, password: str | None) -> t.Any:
    """Return *value* (text, or lists and dictionaries of text) without *password*."""
    if not password or len(password) < _SHORTEST_MASKED:
        return value
    if isinstance(value, str):
        return value.replace(password, _MASK)
    if isinstance(value, dict):
        return {key: masked(each, password) for key, each in value.items()}
    return [masked(each, password) for each in value] if isinstance(value, list) else value


def masked_change(change: Change, password: str | None) -> Change:
    """Return *change* without *password* in what people are to read."""
    return change._replace(
        errors=tuple(masked(list(change.errors), password)), source_ids=tuple(masked(list(change.source_ids), password))
    )


def masked_error(error: IscError, password: str | None) -> IscError:
    """Return *error* without *password* in anything that it tells."""
    return error.replaced(
        message=masked(error.message, password),
        hint=masked(error.hint, password),
        details=masked(error.details, password),
    )
