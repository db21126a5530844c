# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Password sync groups, and the names of sources.

The facts about the two lists are those of SailPoint's description, ``password-sync-groups`` and ``sources`` at
https://developer.sailpoint.com/docs/api.
"""

from __future__ import annotations

import typing as t

from .._client.answers import Fields
from .._client.operation import Operation
from .._errors import IscError

if t.TYPE_CHECKING:
    from .._client.client import Client

_ADMINISTRATOR = "that the user who made it is an administrator of the tenant"

GONE = "Somebody may have deleted it meanwhile. Run this again: it compares with what ISC has."
"""What to do where what was just read is not found."""

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

CREATE_SYNC_GROUP = Operation(
    name="create a password sync group",
    method="POST",
    resource="password-sync-groups",
    rest="",
    scope="idn:password-sync-group:manage",
    repeatable=False,
    other_reason=_ADMINISTRATOR,
    user_only=True,
)
SET_SYNC_GROUP = Operation(
    name="change a password sync group",
    method="PUT",
    resource="password-sync-groups",
    rest="/{id}",
    scope="idn:password-sync-group:manage",
    repeatable=False,
    other_reason=_ADMINISTRATOR,
    user_only=True,
    hints={404: GONE},
)
DELETE_SYNC_GROUP = Operation(
    name="delete a password sync group",
    method="DELETE",
    resource="password-sync-groups",
    rest="/{id}",
    scope="idn:password-sync-group:manage",
    repeatable=False,
    other_reason=_ADMINISTRATOR,
    user_only=True,
    hints={404: GONE},
)

LONGEST_LABEL = 200


class SyncGroup(t.NamedTuple):
    """A sync group: sources whose passwords are the same, and the policy for them."""

    id: str
    name: str
    policy_id: str | None
    source_ids: tuple[str, ...]


def list_sync_groups(client: Client) -> list[tuple[str, tuple[str, ...]]]:
    """Return the name of each sync group of the tenant, and the ids of its sources.

    :raises IscError: they can't be read.
    """
    return [
        (fields.text("name", longest=LONGEST_LABEL) or "without a name", fields.ids("sourceIds"))
        for fields in _listed(client)
    ]


def read_sync_groups(client: Client) -> list[SyncGroup]:
    """Return all sync groups of the tenant, as they are to be changed.

    :raises IscError: they can't be read.
    """
    return [
        SyncGroup(
            fields.required_path_id("id"),
            fields.required_id("name"),
            fields.id("passwordPolicyId"),
            fields.ids("sourceIds"),
        )
        for fields in _listed(client)
    ]


def write_sync_group(client: Client, group: SyncGroup) -> str:
    """Create a sync group, where its id is empty, or replace it; return its id.

    :raises IscError: ISC refuses, or did not answer.
    """
    body = {"name": group.name, "passwordPolicyId": group.policy_id, "sourceIds": list(group.source_ids)}
    if group.id:
        client.call(SET_SYNC_GROUP, group.id, {"id": group.id, **body})
        return group.id
    answer = client.call(CREATE_SYNC_GROUP, json=body)
    return Fields(answer, CREATE_SYNC_GROUP.name, client.redaction()).required_id("id")


def delete_sync_group(client: Client, group_id: str) -> None:
    """Delete a sync group. From then on each of its sources has passwords of its own.

    :raises IscError: ISC refuses, or did not answer.
    """
    client.call_without_answer(DELETE_SYNC_GROUP, group_id)


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


def _listed(client: Client) -> list[Fields]:
    entries = client.call_pages(LIST_SYNC_GROUPS, "password sync groups")
    redact = client.redaction()
    return [Fields(entry, LIST_SYNC_GROUPS.name, redact) for entry in entries]
