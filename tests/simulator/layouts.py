# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which operation a path means, in the six layouts of the API."""

from __future__ import annotations

from urllib.parse import unquote

from simulator.clients import (
    DIGIT_SCOPE,
    QUERY_SCOPE,
    SET_SCOPE,
    SOURCE_SCOPE,
    STATUS_SCOPE,
    SYNC_GROUP_SCOPE,
)
from simulator.settings import LAYOUTS

LOGIN, QUERY, SET, STATUS, DIGIT_TOKEN, UNKNOWN = "login", "query", "set", "status", "digit_token", "unknown"
SYNC_GROUPS, SOURCES = "sync_groups", "sources"
OPERATIONS = (LOGIN, QUERY, SET, STATUS, DIGIT_TOKEN, SYNC_GROUPS, SOURCES)


class Route:
    """An operation of one layout. v1 alone isn't deprecated; v3 has no digit token; experimental as documented."""

    __slots__ = ("operation", "api_version", "method", "scope", "deprecated", "experimental")

    def __init__(self, operation: str, api_version: str | None, method: str, scope: str | None):
        self.operation = operation
        self.api_version = api_version
        self.method = method
        self.scope = scope
        self.deprecated = api_version not in (None, "v1")
        self.experimental = operation == DIGIT_TOKEN and api_version not in ("beta", "v3")


def _routes() -> dict:
    routes = {"/oauth/token": Route(LOGIN, None, "POST", None)}
    names = {
        "query-password-info": (QUERY, "POST", QUERY_SCOPE),
        "set-password": (SET, "POST", SET_SCOPE),
        "password-sync-groups": (SYNC_GROUPS, "GET", SYNC_GROUP_SCOPE),
        "sources": (SOURCES, "GET", SOURCE_SCOPE),
    }
    for version in LAYOUTS:
        for name, (operation, method, scope) in names.items():
            path = f"/{name}/v1" if version == "v1" else f"/{version}/{name}"
            routes[path] = Route(operation, version, method, scope)
        if version != "v3":
            name = "generate-password-reset-token"
            path = f"/{name}/v1/digit" if version == "v1" else f"/{version}/{name}/digit"
            routes[path] = Route(DIGIT_TOKEN, version, "POST", DIGIT_SCOPE)
    return routes


_EXACT = _routes()
_STATUS = {
    "/password-change-status/v1" if version == "v1" else f"/{version}/password-change-status": Route(
        STATUS, version, "GET", STATUS_SCOPE
    )
    for version in LAYOUTS
}


def find_route(raw_path: str):
    """``(route, request id)`` of a path as it was sent; ``(None, None)`` for a path that is nowhere documented."""
    route = _EXACT.get(raw_path)
    if route is not None:
        return route, None
    prefix, _slash, last = raw_path.rpartition("/")
    route = _STATUS.get(prefix)
    if route is None or not last:
        return None, None
    return route, unquote(last)
