# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which operation a path means, in the six layouts of the API."""

from __future__ import annotations

from urllib.parse import unquote

from simulator.clients import (
    ACCOUNT_SCOPE,
    CONNECTOR_SCOPE,
    DIGIT_SCOPE,
    ORG_CONFIG_SCOPE,
    QUERY_SCOPE,
    RELOAD_SCOPE,
    SEARCH_SCOPE,
    SET_SCOPE,
    SOURCE_MANAGE_SCOPE,
    SOURCE_SCOPE,
    STATUS_SCOPE,
    SYNC_GROUP_SCOPE,
)
from simulator.settings import LAYOUTS

LOGIN, QUERY, SET, STATUS, DIGIT_TOKEN, UNKNOWN = "login", "query", "set", "status", "digit_token", "unknown"
SYNC_GROUPS, SOURCES, SEARCH, ACCOUNTS, RELOAD = "sync_groups", "sources", "search", "accounts", "reload"
ACTIVITIES, ORG_CONFIG = "activities", "org_config"
SOURCE, SOURCE_PATCH, CHECK_CONNECTION = "source", "source_patch", "check_connection"
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
    SOURCE,
    SOURCE_PATCH,
    CHECK_CONNECTION,
)
WITHOUT_BODY = (RELOAD, CHECK_CONNECTION)
"""The operations that take none though they are not read with GET."""


class Route:
    """An operation of one layout. v1 alone isn't deprecated; v3 has no digit token and no check, beta no Search."""

    __slots__ = ("operation", "api_version", "method", "scope", "deprecated", "experimental", "content_type")

    def __init__(self, operation: str, api_version: str | None, method: str, scope: str | None):
        self.operation = operation
        self.api_version = api_version
        self.method = method
        self.scope = scope
        self.deprecated = api_version not in (None, "v1")
        self.experimental = operation == DIGIT_TOKEN and api_version not in ("beta", "v3")
        self.content_type = "application/json-patch+json" if operation == SOURCE_PATCH else "application/json"


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
_WITH_ID: dict = {}
for _version in LAYOUTS:
    for _name, _rest, _operation, _method, _scope in (
        ("password-change-status", "", STATUS, "GET", STATUS_SCOPE),
        ("accounts", "/reload", RELOAD, "POST", RELOAD_SCOPE),
        ("sources", "", SOURCE, "GET", SOURCE_SCOPE),
        ("sources", "", SOURCE_PATCH, "PATCH", SOURCE_MANAGE_SCOPE),
        ("sources", "/connector/check-connection", CHECK_CONNECTION, "POST", CONNECTOR_SCOPE),
    ):
        if (_version, _operation) != ("v3", CHECK_CONNECTION):
            _path = f"/{_name}/v1/" if _version == "v1" else f"/{_version}/{_name}/"
            _WITH_ID.setdefault((_path, _rest), []).append(Route(_operation, _version, _method, _scope))
_RESTS = sorted({rest for _path, rest in _WITH_ID}, reverse=True)


def find_route(raw_path: str, method: str = ""):
    """``(route, id)`` of a path as it was sent; ``(None, None)`` for a path that is nowhere documented.

    :param method: chooses where a path has several; without a match it is the first.
    """
    route = _EXACT.get(raw_path)
    if route is not None:
        return route, None
    for rest in _RESTS:
        if raw_path.endswith(rest):
            prefix, slash, last = raw_path[: len(raw_path) - len(rest)].rpartition("/")
            routes = _WITH_ID.get((prefix + slash, rest))
            if routes is not None and last:
                return next((each for each in routes if each.method == method), routes[0]), unquote(last)
    return None, None
