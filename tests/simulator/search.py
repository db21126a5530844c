# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Search: identities with their accounts, page by page, and the newest events of password changes.

Documented: the fields, the limits, ``searchAfter``, the query language. Assumed: that fields of accounts have an exact
form, and which mistakes are refused with a 400.
"""

from __future__ import annotations

from typing import Any

from simulator.body import checked
from simulator.call import Call
from simulator.lists import page_of
from simulator.query_language import EVENT_FIELDS, IDENTITY_FIELDS, parse
from simulator.responses import Refusal, Response
from simulator.state import State

WINDOW = 10000
"""The largest sum of limit and offset. Beyond it, ``searchAfter`` is needed."""

INDICES = ("accessprofiles", "accountactivities", "entitlements", "events", "identities", "roles", "*")
_FIELDS: dict[str, tuple] = {
    "indices": (list,),
    "query": (dict,),
    "queryType": (str,),
    "queryVersion": (str,),
    "queryResultFilter": (dict,),
    "includeNested": (bool,),
    "sort": (list,),
    "searchAfter": (list,),
}
_SORTS = {"id": False, "+id": False, "-id": True}
_WHOLE = ("id", "name", "displayName", "status", "inactive", "disabled", "locked", "created", "modified", "attributes")


class Request:
    """A checked request.

    :raises Refusal: 400.
    """

    def __init__(self, call: Call):
        page = page_of(call, (), WINDOW)
        if page.stop > WINDOW:
            raise Refusal(400, f'The parameters "limit" and "offset" must be at most {WINDOW} together.')
        self.limit, self.offset = page.stop - page.start, page.start
        count = call.request.rel_url.query.get("count", "false")
        if count not in ("true", "false"):
            raise Refusal(400, 'The parameter "count" must be true or false.')
        self.count = count == "true"
        document = checked(call.document, _FIELDS, ("indices", "query"))
        if document.get("queryType", "SAILPOINT") != "SAILPOINT":
            raise Refusal(400, "This simulator has the query type SAILPOINT only.")
        if document["indices"] not in (["identities"], ["events"]):
            known = all(index in INDICES for index in document["indices"])
            raise Refusal(400, "This simulator has identities and events." if known else "An index is unknown.")
        self.events = document["indices"] == ["events"]
        self.matches = parse(_query(document["query"]), EVENT_FIELDS if self.events else IDENTITY_FIELDS)
        if self.events:
            _only_newest_events(document, self.offset)
            return
        self.keep = _Filter(document.get("queryResultFilter", {}), document.get("includeNested", True))
        self.descending, self.after = _order(document)
        if self.after is not None and self.offset:
            raise Refusal(400, 'With "searchAfter" there is no "offset".')


async def reload(state: State, call: Call) -> Response:
    """Read an account again from its source. That this takes no time is assumed. ``search_lag`` follows it."""
    account = state.world.account_by_id(call.request_id or "")
    if account is None:
        raise Refusal(404)
    state.search_index.reload(account)
    return Response(202, {"id": state.tracking_id()})


async def search(state: State, call: Call) -> Response:
    """Search. With ``search_page``, a response may have fewer documents than requested although more follow."""
    request = Request(call)
    if request.events:
        return _events(state, request)
    index = state.search_index
    documents = (index.document(identity) for identity in index.identities(request.descending, request.after))
    hits = (document for document in documents if request.matches(document))
    limit = min(request.limit, state.settings.search_page or request.limit)
    page, total = [], 0
    for hit in hits:
        total += 1
        if request.offset < total <= request.offset + limit:
            page.append(request.keep.kept(hit))
        elif total > request.offset + limit and not request.count:
            break
    return Response(200, page, {"X-Total-Count": str(total)} if request.count else {})


def _events(state: State, request: Request) -> Response:
    """Return the newest events of password changes. Sorting by time is documented for all indices."""
    hits = [document for document in state.records.events() if request.matches(document)]
    return Response(200, hits[: request.limit], {"X-Total-Count": str(len(hits))} if request.count else {})


def _only_newest_events(document: dict, offset: int) -> None:
    if document.get("sort") != ["-created"] or offset:
        raise Refusal(400, 'This simulator returns the newest events only, sorted by "-created".')
    for name in ("searchAfter", "queryResultFilter", "includeNested"):
        if name in document:
            raise Refusal(400, f'This simulator has no "{name}" for events.')


class _Filter:
    """Selects the fields of a document that are sent."""

    def __init__(self, filters: dict, nested: bool):
        for name, value in filters.items():
            if name not in ("includes", "excludes"):
                raise Refusal(400, f'Unrecognized field "queryResultFilter.{name}".')
            if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
                raise Refusal(400, f'The field "queryResultFilter.{name}" must be a list of names.')
            for each in value:
                first, _dot, rest = each.partition(".")
                if first not in (*_WHOLE, "accounts") or (rest and first != "attributes"):
                    raise Refusal(400, f'The field "{each}" can\'t be included or excluded.')
        self._includes = filters.get("includes")
        self._excludes = filters.get("excludes", [])
        self._nested = nested

    def kept(self, document: dict[str, Any]) -> dict[str, Any]:
        found = document if self._includes is None else {}
        for name in self._includes or ():
            first, _dot, rest = name.partition(".")
            if not rest:
                found[first] = document[first]
            elif rest in document["attributes"]:
                found.setdefault("attributes", {})[rest] = document["attributes"][rest]
        found = {name: value for name, value in found.items() if name not in self._excludes}
        if not self._nested:
            found.pop("accounts", None)
        # Every document has these.
        return {**found, "id": document["id"], "_type": "identity", "type": "identity", "_version": "v2"}


def _query(query: dict) -> str:
    if set(query) != {"query"} or not isinstance(query["query"], str):
        raise Refusal(400, 'The field "query" must hold a "query", and this simulator has no other field in it.')
    return query["query"]


def _order(document: dict) -> tuple[bool, str | None]:
    """Return whether the order is descending, and the id after which documents are requested."""
    sort, after = document.get("sort"), document.get("searchAfter")
    if sort is not None and (len(sort) != 1 or sort[0] not in _SORTS):
        raise Refusal(400, 'This simulator sorts by "id" only.')
    if after is None:
        return _SORTS[sort[0]] if sort else False, None
    if not sort or len(after) != len(sort) or not isinstance(after[0], str) or not after[0]:
        raise Refusal(400, 'The field "searchAfter" must hold a value for each field of "sort".')
    return _SORTS[sort[0]], after[0]
