# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations on sources.

Documented: paths, fields, and what is immutable. Observed: that the password policies of a source are assigned by a
list of them in plain JSON. Assumed: that this is the whole list.
"""

from __future__ import annotations

import re
from typing import Any

from simulator.body import checked, checked_list
from simulator.call import Call
from simulator.lists import QUOTED, listed, page_of, unquoted
from simulator.responses import Refusal, Response
from simulator.state import State
from simulator.world import Source

_IN = re.compile(rf"(?P<field>id|name) in \((?P<values>{QUOTED}(?:,\s*{QUOTED})*)\)")
_IS = re.compile(rf"(?P<field>id|name) eq {QUOTED}")


async def sources(state: State, call: Call) -> Response:
    """List sources, with a few of their many fields. The only filters are those on ids and names."""
    page = page_of(call, ("filters",))
    filters = call.request.rel_url.query.get("filters")
    found = list(state.world.sources.values())
    if filters is not None:
        field, wanted = _wanted(filters)
        found = [each for each in found if getattr(each, field) in wanted]
    return listed(call, [source_document(state, each) for each in found], page)


async def source(state: State, call: Call) -> Response:
    return Response(200, source_document(state, _source(state, call)))


async def source_policies(state: State, call: Call) -> Response:
    """List the password policies of a source, which must support passwords."""
    page = page_of(call, ())
    return listed(call, state.password_settings.holder_documents(_source_with_passwords(state, call)), page)


async def set_source_policies(state: State, call: Call) -> Response:
    """Replace the password policies of a source. The body is a list, not a JSON Patch."""
    found = _source_with_passwords(state, call)
    state.password_settings.assign(found, [_holder(entry) for entry in checked_list(call.document)])
    return Response(200, state.password_settings.holder_documents(found))


async def source_patch(state: State, call: Call) -> Response:
    """Change a source by JSON Patch, and return the changed source."""
    found = _source(state, call)
    state.connectors.patch(found, checked_list(call.document))
    return Response(200, source_document(state, found))


async def check_connection(state: State, call: Call) -> Response:
    """Check whether ISC can connect. The details of a failure aren't published."""
    found = _source(state, call)
    connected = state.connectors.is_connected(found)
    return Response(
        200,
        {
            "id": found.id,
            "name": found.name,
            "status": "SUCCESS" if connected else "FAILURE",
            "elapsedMillis": 12,
            "details": {} if connected else {"error": "The user name or password is incorrect."},
        },
    )


def source_document(state: State, source: Source) -> dict[str, Any]:
    """Return a source as ISC shows it, with a few of its many fields."""
    policies = [
        {"type": "PASSWORD_POLICY", "id": each["policyId"], "name": each["policyName"]}
        for each in state.password_settings.holder_documents(source)
    ]
    return {**state.connectors.document(source), "passwordPolicies": policies or None}


def _wanted(filters: str) -> tuple[str, set[str]]:
    one = _IS.fullmatch(filters)
    if one is not None:
        return one["field"], {unquoted(one[2])}
    given = _IN.fullmatch(filters)
    if given is None:
        raise Refusal(400, 'The parameter "filters" is not understood.')
    return given["field"], {unquoted(text) for text in re.findall(QUOTED, given["values"])}


def _holder(entry: Any) -> dict[str, Any]:
    fields = checked(entry, {"policyId": (str,), "selectors": (dict, type(None))}, ("policyId",))
    selectors = fields.get("selectors")
    if selectors is not None:
        checked(selectors, {"identityAttr": (list,)}, ("identityAttr",))
        for each in selectors["identityAttr"]:
            checked(each, {"name": (str,), "value": (str,)}, ("name", "value"))
    return {"policyId": fields["policyId"], "selectors": selectors}


def _source(state: State, call: Call) -> Source:
    found = state.world.source_by_id(call.request_id or "")
    if found is None:
        raise Refusal(404)
    return found


def _source_with_passwords(state: State, call: Call) -> Source:
    found = _source(state, call)
    if "PASSWORD" not in found.features:
        raise Refusal(400, f'The source "{found.name}" does not support the feature PASSWORD.')
    return found
