# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations on password policies, sync groups and the org config."""

from __future__ import annotations

from typing import Any

from simulator.body import checked
from simulator.call import Call
from simulator.lists import listed, page_of
from simulator.password_settings import DEFAULTS, FLAGS, NUMBERS, ORG_BOUNDS
from simulator.responses import Refusal, Response
from simulator.state import State

NULL = type(None)
POLICY_FIELDS = {
    "id": (str, NULL),
    "name": (str,),
    "description": (str, NULL),
    "defaultPolicy": (bool,),
    "sourceIds": (list,),
    **dict.fromkeys(NUMBERS, (int,)),
    "firstExpirationReminder": (int, NULL),
    **dict.fromkeys(FLAGS, (bool,)),
}
GROUP_FIELDS = {"id": (str, NULL), "name": (str,), "passwordPolicyId": (str,), "sourceIds": (list,)}
ORG_FIELDS = {
    "customInstructionsEnabled": (bool,),
    "digitTokenEnabled": (bool,),
    "digitTokenDurationMinutes": (int,),
    "digitTokenLength": (int,),
}


async def policies(state: State, call: Call) -> Response:
    """List password policies. There are no filters."""
    page = page_of(call, ())
    found = [_policy_document(state, call, each) for each in state.password_settings.policies.values()]
    return listed(call, found, page)


async def create_policy(state: State, call: Call) -> Response:
    """Create a password policy. Missing fields get their defaults."""
    fields = _policy_fields(state, call, None)
    return Response(200, _policy_document(state, call, state.password_settings.create_policy(fields)))


async def set_policy(state: State, call: Call) -> Response:
    """Replace a password policy. Missing fields get their defaults."""
    present = _found(call, state.password_settings.policies)
    fields = _policy_fields(state, call, present)
    present.update(fields, lastUpdated=True)
    return Response(200, _policy_document(state, call, present))


async def delete_policy(state: State, call: Call) -> Response:
    state.password_settings.delete_policy(_found(call, state.password_settings.policies)["id"])
    return Response(204, body=b"")


async def sync_groups(state: State, call: Call) -> Response:
    page = page_of(call, ())
    settings = state.password_settings
    return listed(call, [settings.group_document(each) for each in settings.groups.values()], page)


async def create_sync_group(state: State, call: Call) -> Response:
    return _put_group(state, call, None)


async def set_sync_group(state: State, call: Call) -> Response:
    return _put_group(state, call, _found(call, state.password_settings.groups)["id"])


async def delete_sync_group(state: State, call: Call) -> Response:
    state.password_settings.delete_group(_found(call, state.password_settings.groups)["id"])
    return Response(204, body=b"")


async def org_config(state: State, call: Call) -> Response:
    """Read the org config. That it may be missing, and that this is a 404, is assumed."""
    document = state.password_settings.org_document()
    if document is None:
        raise Refusal(404)
    return Response(200, document)


async def set_org_config(state: State, call: Call) -> Response:
    """Change the org config. Missing fields keep their values."""
    return Response(200, state.password_settings.put_org_config(_org_fields(call), create=False))


async def create_org_config(state: State, call: Call) -> Response:
    """Create the org config. Missing fields get their defaults."""
    return Response(200, state.password_settings.put_org_config(_org_fields(call), create=True))


def _policy_document(state: State, call: Call, found: dict[str, Any]) -> dict[str, Any]:
    return state.password_settings.policy_document(found, call.route.api_version)


def _policy_fields(state: State, call: Call, present: dict[str, Any] | None) -> dict[str, Any]:
    """Return the fields of the policy in the body, with defaults for the missing ones.

    :raises Refusal: 400. Dates, which only the server sets, are refused. That is stricter than the description.
    """
    fields = dict(checked(call.document, POLICY_FIELDS, ("name",)))
    if fields.pop("id", None) not in (None, present and present["id"]):
        raise Refusal(400, 'The field "id" can not be set.')
    if fields.pop("defaultPolicy", False) is not (present is not None and present["defaultPolicy"]):
        raise Refusal(400, 'The field "defaultPolicy" can not be changed.')
    # Observed: it doesn't attach the policy to any source.
    fields.pop("sourceIds", None)
    for name in NUMBERS:
        if name in fields and fields[name] is not None and not -1 <= fields[name] <= 10000:
            raise Refusal(400, f'The field "{name}" is out of its bounds.')
    if 0 < fields.get("maxLength", 0) < fields.get("minLength", 0):
        raise Refusal(400, "The maximum length is less than the minimum length.")
    for other in state.password_settings.policies.values():
        if other is not present and other["name"] == fields["name"]:
            raise Refusal(400, f'There is a password policy "{fields["name"]}".')
    return {**DEFAULTS, **fields}


def _put_group(state: State, call: Call, group_id: str | None) -> Response:
    fields = checked(call.document, GROUP_FIELDS, ("name", "passwordPolicyId", "sourceIds"))
    if fields.get("id") not in (None, group_id):
        raise Refusal(400, 'The field "id" can not be set.')
    settings = state.password_settings
    group = settings.put_group(group_id, fields["name"], fields["passwordPolicyId"], fields["sourceIds"])
    return Response(200, settings.group_document(group))


def _org_fields(call: Call) -> dict[str, Any]:
    fields = checked(call.document, ORG_FIELDS, ())
    for name, (smallest, largest) in ORG_BOUNDS.items():
        if name in fields and not smallest <= fields[name] <= largest:
            raise Refusal(400, f'The field "{name}" must be from {smallest} to {largest}.')
    return fields


def _found(call: Call, objects: dict[str, dict[str, Any]]) -> dict[str, Any]:
    found = objects.get(call.request_id or "")
    if found is None:
        raise Refusal(404)
    return found
