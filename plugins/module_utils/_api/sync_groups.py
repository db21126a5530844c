# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists, creates, changes and deletes password sync groups.

The facts are from SailPoint's API description (``password-sync-groups`` at https://developer.sailpoint.com/docs/api).
Every function raises IscError if ISC refuses or returns no usable response.
"""

from __future__ import annotations

import functools
import typing as t

from .._client.operation import Operation
from .._text import MAX_NAME_LENGTH

if t.TYPE_CHECKING:
    from .._client.client import Client

_GROUPS = "password-sync-groups"

DELETED_HINT = "Somebody may have deleted it meanwhile. Run this again: it compares with what ISC has."
"""The hint when an object that was just read is not found."""

LIST_SYNC_GROUPS = Operation("list password sync groups", "GET", _GROUPS, "idn:password-sync-group:read")
_write_operation = functools.partial(Operation, scope="idn:password-sync-group:manage", user_only=True)
CREATE_SYNC_GROUP = _write_operation("create a password sync group", "POST", _GROUPS)
SET_SYNC_GROUP = _write_operation("change a password sync group", "PUT", f"{_GROUPS}/{{id}}", hints={404: DELETED_HINT})
DELETE_SYNC_GROUP = _write_operation(
    "delete a password sync group", "DELETE", f"{_GROUPS}/{{id}}", hints={404: DELETED_HINT}
)


class SyncGroup(t.NamedTuple):
    """A sync group: sources that share an identity's password, and the policy for them.

    :ivar id: empty for a group that is yet to be created.
    """

    id: str
    name: str
    policy_id: str | None
    source_ids: tuple[str, ...]


def list_sync_groups(client: Client) -> list[tuple[str, tuple[str, ...]]]:
    """Return the name and source ids of each sync group of the tenant."""
    return [
        (fields.text("name", longest=MAX_NAME_LENGTH) or "without a name", fields.ids("sourceIds"))
        for fields in client.call_pages(LIST_SYNC_GROUPS)
    ]


def read_sync_groups(client: Client) -> list[SyncGroup]:
    """Return all sync groups of the tenant with the fields required to change them."""
    return [
        SyncGroup(
            fields.required_path_id("id"),
            fields.required_id("name"),
            fields.id("passwordPolicyId"),
            fields.ids("sourceIds"),
        )
        for fields in client.call_pages(LIST_SYNC_GROUPS)
    ]


def write_sync_group(client: Client, group: SyncGroup) -> None:
    """Replace a sync group, or create it if its id is empty."""
    body = {"name": group.name, "passwordPolicyId": group.policy_id, "sourceIds": list(group.source_ids)}
    if group.id:
        client.call(SET_SYNC_GROUP, group.id, {"id": group.id, **body})
    else:
        # A response without an id does not confirm that the group was created.
        client.call(CREATE_SYNC_GROUP, json=body).required_id("id")


def delete_sync_group(client: Client, group_id: str) -> None:
    """Delete a sync group. Its sources then have separate passwords."""
    client.call_without_response(DELETE_SYNC_GROUP, group_id)
