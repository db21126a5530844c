# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations of the API, and their paths in its six layouts."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import unquote

from simulator.settings import LAYOUTS

LOGIN, QUERY, SET, STATUS, DIGIT_TOKEN, UNKNOWN = "login", "query", "set", "status", "digit_token", "unknown"
SYNC_GROUPS, SEARCH = "sync_groups", "search"
JSON, JSON_PATCH = "application/json", "application/json-patch+json"


class Route(NamedTuple):
    """An operation, in one layout or (with ``api_version`` None) in general.

    :ivar name: the first part of the path. ``rest`` is what follows it, with ``{id}`` for an id.
    :ivar user_only: whether an API client gets a 403.
    :ivar content_type: that of the request's body, or None if there is no body.
    :ivar lists: whether it takes query parameters.
    :ivar without: the layouts that don't have it.
    """

    operation: str
    method: str
    name: str
    rest: str
    scope: str | None
    experimental: bool = False
    user_only: bool = False
    content_type: str | None = JSON
    lists: bool = False
    without: tuple[str, ...] = ()
    api_version: str | None = None

    @property
    def deprecated(self) -> bool:
        """All layouts but v1 are."""
        return self.api_version not in (None, "v1")

    def in_layout(self, version: str) -> Route:
        """Return the operation in a layout. Beta and v3 have no experimental header."""
        return self._replace(
            api_version=version,
            experimental=self.experimental and version not in ("beta", "v3"),
            content_type=None if self.method == "GET" else self.content_type,
        )

    def path(self, version: str) -> str:
        """Return the path in a layout, with ``{id}``."""
        return (f"/{self.name}/v1" if version == "v1" else f"/{version}/{self.name}") + self.rest


_READ_POLICIES, _WRITE_POLICIES = "idn:password-policy:read", "idn:password-policy:write"
_MANAGE_SOURCES = "idn:sources:manage"
_MANAGE_GROUPS, _MANAGE_ORG = "idn:password-sync-group:manage", "idn:password-org-config:manage"
_POLICIES, _GROUPS, _ORG = "password-policies", "password-sync-groups", "password-org-config"
_RESET, _CHECK = "generate-password-reset-token", "/{id}/connector/check-connection"
_OF_SOURCE = "/{id}/password-policies"
_ROUTES = (
    Route(QUERY, "POST", "query-password-info", "", "idn:password-info:read"),
    Route(SET, "POST", "set-password", "", "idn:password-change:manage"),
    Route(STATUS, "GET", "password-change-status", "/{id}", "idn:password-change:read"),
    Route(DIGIT_TOKEN, "POST", _RESET, "/digit", "idn:password-digit-token:create", experimental=True, without=("v3",)),
    Route(SEARCH, "POST", "search", "", "sp:search:read", lists=True, without=("beta",)),
    Route("reload", "POST", "accounts", "/{id}/reload", "idn:accounts-state:manage", content_type=None),
    # The API description names no scope.
    Route("activities", "GET", "account-activities", "", None, lists=True),
    Route("sources", "GET", "sources", "", "idn:sources:read", lists=True),
    Route("source", "GET", "sources", "/{id}", "idn:sources:read"),
    Route("source_patch", "PATCH", "sources", "/{id}", _MANAGE_SOURCES, content_type=JSON_PATCH),
    Route(
        "check_connection", "POST", "sources", _CHECK, "idn:source-connector:manage", content_type=None, without=("v3",)
    ),
    Route(
        "source_policies",
        "GET",
        "sources",
        _OF_SOURCE,
        _READ_POLICIES,
        user_only=True,
        lists=True,
        without=("beta", "v3", "v2024"),
    ),
    Route("set_source_policies", "PATCH", "sources", _OF_SOURCE, _MANAGE_SOURCES, without=("beta", "v3")),
    Route("policies", "GET", _POLICIES, "", _READ_POLICIES, experimental=True, lists=True),
    Route("create_policy", "POST", _POLICIES, "", _WRITE_POLICIES, experimental=True, user_only=True),
    Route("set_policy", "PUT", _POLICIES, "/{id}", _WRITE_POLICIES, experimental=True, user_only=True),
    Route("delete_policy", "DELETE", _POLICIES, "/{id}", _WRITE_POLICIES, True, user_only=True, content_type=None),
    Route(SYNC_GROUPS, "GET", _GROUPS, "", "idn:password-sync-group:read", lists=True),
    Route("create_sync_group", "POST", _GROUPS, "", _MANAGE_GROUPS, user_only=True),
    Route("set_sync_group", "PUT", _GROUPS, "/{id}", _MANAGE_GROUPS, user_only=True),
    Route("delete_sync_group", "DELETE", _GROUPS, "/{id}", _MANAGE_GROUPS, user_only=True, content_type=None),
    Route("org_config", "GET", _ORG, "", "idn:password-org-config:read"),
    Route("set_org_config", "PUT", _ORG, "", _MANAGE_ORG),
    Route("create_org_config", "POST", _ORG, "", _MANAGE_ORG),
)
OPERATIONS = (LOGIN, *(route.operation for route in _ROUTES))
SCOPES = {route.operation: route.scope for route in _ROUTES if route.scope is not None}
"""The scope that each operation requires."""


def _by_path() -> dict[tuple[str, str | None], dict[str, Route]]:
    """Return the routes by method, by the parts of the path before and after the id (None if there is no id)."""
    routes = {("/oauth/token", None): {"POST": Route(LOGIN, "POST", "", "", None)}}
    for version in LAYOUTS:
        for route in _ROUTES:
            if version not in route.without:
                before, with_id, after = route.path(version).partition("{id}")
                methods = routes.setdefault((before, after if with_id else None), {})
                methods[route.method] = route.in_layout(version)
    return routes


_BY_PATH = _by_path()
_AFTER_ID = sorted({after for _before, after in _BY_PATH if after is not None}, key=len, reverse=True)


def find_route(raw_path: str, method: str = "") -> tuple[Route | None, str | None]:
    """Return ``(route, id)`` for a path as it was sent, or ``(None, None)`` if the path isn't documented.

    :param method: if no route of the path has this method, a route with another one is returned.
    """
    found, identifier = _BY_PATH.get((raw_path, None)), None
    for after in _AFTER_ID if found is None else ():
        if raw_path.endswith(after):
            before, slash, last = raw_path[: len(raw_path) - len(after)].rpartition("/")
            found = _BY_PATH.get((before + slash, after)) if last else None
            if found is not None:
                identifier = unquote(last)
                break
    if found is None:
        return None, None
    return found.get(method) or next(iter(found.values())), identifier
