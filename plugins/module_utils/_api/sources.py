# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading what ISC knows of a source."""

from __future__ import annotations

import typing as t

from .._client.answers import Fields
from .sync_groups import LIST_SOURCES, quoted_value

if t.TYPE_CHECKING:
    from .._client.client import Client

FEATURE_NEEDED = "PASSWORD"
"""The feature of a source whose passwords ISC can set."""


class KnownSource(t.NamedTuple):
    """A source: its id, and its features."""

    source_id: str
    features: tuple[str, ...]


def find_source(client: Client, name: str) -> KnownSource | None:
    """Return the source with exactly that name, or ``None``.

    :raises IscError: sources can't be read.
    """
    entries = client.call_list(LIST_SOURCES, {"filters": f"name eq {quoted_value(name)}", "limit": "10"})
    redact = client.redaction()
    for entry in entries:
        fields = Fields(entry, LIST_SOURCES.name, redact)
        if fields.value("name") == name:
            return KnownSource(fields.required_id("id"), fields.texts("features"))
    return None
