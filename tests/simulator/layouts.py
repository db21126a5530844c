# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which operation a path means, in the six layouts of the API."""

from __future__ import annotations

from urllib.parse import unquote

from simulator.clients import (
    ACCOUNT_SCOPE,
    DIGIT_SCOPE,
    ORG_CONFIG_SCOPE,
    QUERY_SCOPE,
    RELOAD_SCOPE,
    SEARCH_SCOPE,
    SET_SCOPE,
    SOURCE_SCOPE,
    STATUS_SCOPE,
    SYNC_GROUP_SCOPE,
)
from simulator.settings import LAYOUTS

LOGIN, QUERY, SET, STATUS, DIGIT_TOKEN, UNKNOWN = "login", "query", "set", "status", "digit_token", "unknown"
SYNC_GROUPS, SOURCES, SEARCH, ACCOUNTS, RELOAD = "sync_groups", "sources", "search", "accounts", "reload"
ACTIVITIES, ORG_CONFIG = "activities", "org_config"
OPERATIONS = (
    LOGIN,
    QUERY,
    SET,
    STATUS,
    DIGIT_TOKEN,
    SYNC_GROUPS,
    SOURCES,
    SEARCH,
    ACCOUNTS,
    RELOAD,
    ACTIVITIES,
    ORG_CONFIG,
)


class Route:
    """An operation of one layout. v1 alone isn't deprecated; v3 has no digit token and beta no Search."""

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
        "password-org-config": (ORG_CONFIG, "GET", ORG_CONFIG_SCOPE),
        "accounts": (ACCOUNTS, "GET", ACCOUNT_SCOPE),
        "search": (SEARCH, "POST", SEARCH_SCOPE),
        # The description names no scope.
        "account-activities": (ACTIVITIES, "GET", None),
    }
    for version in LAYOUTS:
        for name, (operation, method, scope) in names.items():
            if (version, operation) == ("beta", SEARCH):
                continue
            path = f"/{name}/v1" if version == "v1" else f"/{version}/{name}"
            routes[path] = Route(operation, version, method, scope)
        if version != "v3":
            name = "generate-password-reset-token"
            path = f"/{name}/v1/digit" if version == "v1" else f"/{version}/{name}/digit"
            routes[path] = Route(DIGIT_TOKEN, version, "POST", DIGIT_SCOPE)
    return routes


_EXACT = _routes()
# Routes with an id, by what is before and behind it.
_WITH_ID = {
    (f"/{name}/v1/" if version == "v1" else f"/{version}/{name}/", rest): Route(operation, version, method, scope)
    for version in LAYOUTS
    for name, rest, operation, method, scope in (
        ("password-change-status", "", STATUS, "GET", STATUS_SCOPE),
        ("accounts", "/reload", RELOAD, "POST", RELOAD_SCOPE),
    )
}


def find_route(raw_path: str):
    """``(route, id)`` of a path as it was sent; ``(None, None)`` for a path that is nowhere documented."""
    route = _EXACT.get(raw_path)
    if route is not None:
        return route, None
    for rest in ("/reload", ""):
        if raw_path.endswith(rest):
            prefix, slash, last = raw_path[: len(raw_path) - len(rest)].rpartition("/")
            route = _WITH_ID.get((prefix + slash, rest))
            if route is not None and last:
                return route, unquote(last)
    return None, None
