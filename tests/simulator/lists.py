# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists of sync groups and sources, page by page, with the standard parameters of ISC's collections; one source."""

from __future__ import annotations

import re
from typing import Any

from simulator.answers import Answer, Refusal
from simulator.call import Call
from simulator.state import State
from simulator.world import Source

LARGEST_PAGE = 250
QUOTED = r'"((?:[^"\\]|\\.)*)"'
_ID_IN = re.compile(rf"id in \(({QUOTED}(?:,\s*{QUOTED})*)\)")
_IS = re.compile(rf"(?P<field>id|name) eq {QUOTED}")


async def sync_groups(state: State, call: Call) -> Answer:
    """Password sync groups. A group of one source is listed too: that such a group may exist is assumed."""
    page = page_of(call, ())
    groups: dict[str, list[str]] = {}
    for source in state.world.sources.values():
        if source.sync_group is not None:
            groups.setdefault(source.sync_group, []).append(source.id)
    documents = [_sync_group(number, name, ids) for number, (name, ids) in enumerate(groups.items())]
    return Answer(200, documents[page])


async def sources(state: State, call: Call) -> Answer:
    """Sources, of whose many fields a few are given; of the filters, those on ids and names are understood."""
    page = page_of(call, ("filters",))
    filters = call.request.rel_url.query.get("filters")
    found = list(state.world.sources.values())
    if filters is not None:
        field, wanted = _wanted(filters)
        found = [source for source in found if getattr(source, field) in wanted]
    return Answer(200, [state.connectors.document(source) for source in found][page])


async def source(state: State, call: Call) -> Answer:
    """One source."""
    return Answer(200, state.connectors.document(_source(state, call)))


async def patch_source(state: State, call: Call) -> Answer:
    """Change a source, and show it as it is then."""
    if call.document is None or isinstance(call.document, Exception):
        raise Refusal(400, "The request's body is not valid JSON.")
    found = _source(state, call)
    state.connectors.patch(found, call.document)
    return Answer(200, state.connectors.document(found))


async def check_connection(state: State, call: Call) -> Answer:
    """Whether ISC can connect. What the details are for a connector that can't is not published."""
    found = _source(state, call)
    connected = state.connectors.is_connected(found)
    return Answer(
        200,
        {
            "id": found.id,
            "name": found.name,
            "status": "SUCCESS" if connected else "FAILURE",
            "elapsedMillis": 12,
            "details": {} if connected else {"error": "The user name or password is incorrect."},
        },
    )


def page_of(call: Call, more: tuple[str, ...]) -> slice:
    """Which entries are wanted.

    :param more: the parameters that the list knows beside those of all lists.
    :raises Refusal: 400.
    """
    query = call.request.rel_url.query
    known = ("limit", "offset", "count", *more)
    for name in query:
        if name not in known or len(query.getall(name)) > 1:
            raise Refusal(400, f'The parameter "{name}" is unknown or given twice.')
    limit = _number(query.get("limit", str(LARGEST_PAGE)), "limit")
    offset = _number(query.get("offset", "0"), "offset")
    if limit > LARGEST_PAGE:
        raise Refusal(400, f'The parameter "limit" must be at most {LARGEST_PAGE}.')
    return slice(offset, offset + limit)


def _number(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise Refusal(400, f'The parameter "{name}" must be a number from 0.')
    return int(text)


def _wanted(filters: str) -> tuple[str, set[str]]:
    given, one = _ID_IN.fullmatch(filters), _IS.fullmatch(filters)
    if given is None and one is None:
        raise Refusal(400, 'The parameter "filters" is not understood.')
    texts = re.findall(QUOTED, given[1]) if given else [one[2]]
    return one["field"] if one else "id", {unquoted(text) for text in texts}


def unquoted(text: str) -> str:
    """What a text in quotes means."""
    return re.sub(r"\\(.)", r"\1", text)


def _sync_group(number: int, name: str, source_ids: list[str]) -> dict[str, Any]:
    return {
        "id": f"6881f631-3bd5-4213-9c75-{number:012d}",
        "name": name,
        "passwordPolicyId": "2c91808d744ba0ce01746f93b6204501",
        "sourceIds": source_ids,
        "created": "2026-01-05T08:00:00Z",
        "modified": None,
    }


def _source(state: State, call: Call) -> Source:
    found = state.world.source_by_id(call.request_id or "")
    if found is None:
        raise Refusal(404)
    return found
