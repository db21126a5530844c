# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading password sync groups, and the names of sources.

The facts about the two lists are those of SailPoint's description, ``password-sync-groups`` and ``sources`` at
https://developer.sailpoint.com/docs/api.
"""

from __future__ import annotations

import typing as t

from .._client.answers import Fields
from .._client.operation import Operation
from .._errors import IscError, UnexpectedAnswerError

if t.TYPE_CHECKING:
    from .._client.client import Client

_ADMINISTRATOR = "that the user who made it is an administrator of the tenant"

LIST_SYNC_GROUPS = Operation(
    name="list password sync groups",
    method="GET",
    resource="password-sync-groups",
    rest="",
    scope="idn:password-sync-group:read",
    repeatable=True,
    other_reason=_ADMINISTRATOR,
)
LIST_SOURCES = Operation(
    name="list sources",
    method="GET",
    resource="sources",
    rest="",
    scope="idn:sources:read",
    repeatable=True,
    other_reason=_ADMINISTRATOR,
)

PAGE = 250
"""Groups of one answer: the most that ISC sends."""

MOST_PAGES = 20

LONGEST_LABEL = 200


def list_sync_groups(client: Client) -> list[tuple[str, tuple[str, ...]]]:
    """Return the name of each sync group of the tenant, and the ids of its sources.

    :raises IscError: they can't be read.
    """
    groups = []
    for number in range(MOST_PAGES):
        page = client.call_list(LIST_SYNC_GROUPS, {"limit": str(PAGE), "offset": str(number * PAGE)})
        redact = client.redaction()
        groups += [_group(Fields(entry, LIST_SYNC_GROUPS.name, redact)) for entry in page]
        if len(page) < PAGE:
            return groups
    raise UnexpectedAnswerError(f"The tenant lists more than {MOST_PAGES * PAGE} password sync groups.")


def names_of_sources(client: Client, source_ids: t.Sequence[str]) -> dict[str, str] | None:
    """Return names of sources by id; ``None`` where the token may not read them."""
    query = {"filters": f"id in ({','.join(map(quoted_value, source_ids))})", "limit": str(len(source_ids))}
    try:
        entries = client.call_list(LIST_SOURCES, query)
    except IscError:
        return None
    found, redact = {}, client.redaction()
    for entry in entries:
        fields = Fields(entry, LIST_SOURCES.name, redact)
        source_id, name = entry.get("id"), fields.text("name", longest=LONGEST_LABEL)
        if isinstance(source_id, str) and name:
            found[source_id] = name
    return found


def quoted_value(text: str) -> str:
    """Return *text* as a value in a filter or a query: nothing in it is syntax any more."""
    return '"{}"'.format(text.replace("\\", "\\\\").replace('"', '\\"'))


def _group(fields: Fields) -> tuple[str, tuple[str, ...]]:
    return fields.text("name", longest=LONGEST_LABEL) or "without a name", fields.ids("sourceIds")
