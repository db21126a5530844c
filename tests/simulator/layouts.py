# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which operation a path means, in the six layouts of the API."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import unquote

from simulator.clients import (
    CONNECTOR_SCOPE,
    DIGIT_SCOPE,
    ORG_CONFIG_MANAGE_SCOPE,
    ORG_CONFIG_READ_SCOPE,
    POLICY_READ_SCOPE,
    POLICY_WRITE_SCOPE,
    QUERY_SCOPE,
    RELOAD_SCOPE,
    SEARCH_SCOPE,
    SET_SCOPE,
    SOURCE_MANAGE_SCOPE,
    SOURCE_SCOPE,
    STATUS_SCOPE,
    SYNC_GROUP_MANAGE_SCOPE,
    SYNC_GROUP_SCOPE,
)
from simulator.settings import LAYOUTS

LOGIN, QUERY, SET, STATUS, DIGIT_TOKEN, UNKNOWN = "login", "query", "set", "status", "digit_token", "unknown"
SYNC_GROUPS, SOURCES, SEARCH, RELOAD = "sync_groups", "sources", "search", "reload"
ACTIVITIES = "activities"
POLICIES, CREATE_POLICY, SET_POLICY, DELETE_POLICY = "policies", "create_policy", "set_policy", "delete_policy"
CREATE_SYNC_GROUP, SET_SYNC_GROUP, DELETE_SYNC_GROUP = "create_sync_group", "set_sync_group", "delete_sync_group"
ORG_CONFIG, SET_ORG_CONFIG, CREATE_ORG_CONFIG = "org_config", "set_org_config", "create_org_config"
SOURCE, SOURCE_PATCH, CHECK_CONNECTION = "source", "source_patch", "check_connection"
SOURCE_POLICIES, SET_SOURCE_POLICIES = "source_policies", "set_source_policies"
JSON, JSON_PATCH = "application/json", "application/json-patch+json"


class _Place(NamedTuple):
    """Where an operation is: what is behind the version, ``{id}`` in it, and what it takes."""

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


_POLICIES, _GROUPS, _ORG = "password-policies", "password-sync-groups", "password-org-config"
_OF_SOURCE = "/{id}/password-policies"
_PLACES = (
    _Place(QUERY, "POST", "query-password-info", "", QUERY_SCOPE),
    _Place(SET, "POST", "set-password", "", SET_SCOPE),
    _Place(STATUS, "GET", "password-change-status", "/{id}", STATUS_SCOPE),
    _Place(
        DIGIT_TOKEN, "POST", "generate-password-reset-token", "/digit", DIGIT_SCOPE, experimental=True, without=("v3",)
    ),
    _Place(SEARCH, "POST", "search", "", SEARCH_SCOPE, lists=True, without=("beta",)),
    _Place(RELOAD, "POST", "accounts", "/{id}/reload", RELOAD_SCOPE, content_type=None),
    # The description names no scope.
    _Place(ACTIVITIES, "GET", "account-activities", "", None, lists=True),
    _Place(SOURCES, "GET", "sources", "", SOURCE_SCOPE, lists=True),
    _Place(SOURCE, "GET", "sources", "/{id}", SOURCE_SCOPE),
    _Place(SOURCE_PATCH, "PATCH", "sources", "/{id}", SOURCE_MANAGE_SCOPE, content_type=JSON_PATCH),
    _Place(
        CHECK_CONNECTION,
        "POST",
        "sources",
        "/{id}/connector/check-connection",
        CONNECTOR_SCOPE,
        content_type=None,
        without=("v3",),
    ),
    _Place(
        SOURCE_POLICIES,
        "GET",
        "sources",
        _OF_SOURCE,
        POLICY_READ_SCOPE,
        user_only=True,
        lists=True,
        without=("beta", "v3", "v2024"),
    ),
    _Place(SET_SOURCE_POLICIES, "PATCH", "sources", _OF_SOURCE, SOURCE_MANAGE_SCOPE, without=("beta", "v3")),
    _Place(POLICIES, "GET", _POLICIES, "", POLICY_READ_SCOPE, experimental=True, lists=True),
    _Place(CREATE_POLICY, "POST", _POLICIES, "", POLICY_WRITE_SCOPE, experimental=True, user_only=True),
    _Place(SET_POLICY, "PUT", _POLICIES, "/{id}", POLICY_WRITE_SCOPE, experimental=True, user_only=True),
    _Place(
        DELETE_POLICY,
        "DELETE",
        _POLICIES,
        "/{id}",
        POLICY_WRITE_SCOPE,
        experimental=True,
        user_only=True,
        content_type=None,
    ),
    _Place(SYNC_GROUPS, "GET", _GROUPS, "", SYNC_GROUP_SCOPE, lists=True),
    _Place(CREATE_SYNC_GROUP, "POST", _GROUPS, "", SYNC_GROUP_MANAGE_SCOPE, user_only=True),
    _Place(SET_SYNC_GROUP, "PUT", _GROUPS, "/{id}", SYNC_GROUP_MANAGE_SCOPE, user_only=True),
    _Place(DELETE_SYNC_GROUP, "DELETE", _GROUPS, "/{id}", SYNC_GROUP_MANAGE_SCOPE, user_only=True, content_type=None),
    _Place(ORG_CONFIG, "GET", _ORG, "", ORG_CONFIG_READ_SCOPE),
    _Place(SET_ORG_CONFIG, "PUT", _ORG, "", ORG_CONFIG_MANAGE_SCOPE),
    _Place(CREATE_ORG_CONFIG, "POST", _ORG, "", ORG_CONFIG_MANAGE_SCOPE),
)
OPERATIONS = (LOGIN, *(place.operation for place in _PLACES))


class Route:
    """An operation of one layout. v1 alone isn't deprecated, and beta and v3 have no experimental header.

    :ivar content_type: of the request's body; None where it has none.
    :ivar lists: it takes query parameters. :ivar user_only: an API client gets 403.
    """

    __slots__ = (
        "operation",
        "api_version",
        "method",
        "scope",
        "deprecated",
        "experimental",
        "user_only",
        "content_type",
        "lists",
    )

    def __init__(self, place: _Place, api_version: str | None):
        self.operation = place.operation
        self.api_version = api_version
        self.method = place.method
        self.scope = place.scope
        self.deprecated = api_version not in (None, "v1")
        self.experimental = place.experimental and api_version not in ("beta", "v3")
        self.user_only = place.user_only
        self.content_type = None if place.method == "GET" else place.content_type
        self.lists = place.lists


def _routes() -> dict[tuple[str, str | None], dict[str, Route]]:
    """Routes by method, by what of the path is before an id and what is behind it; None where there is no id."""
    login = _Place(LOGIN, "POST", "", "", None)
    routes: dict[tuple[str, str | None], dict[str, Route]] = {("/oauth/token", None): {"POST": Route(login, None)}}
    for version in LAYOUTS:
        for place in _PLACES:
            if version not in place.without:
                path = (f"/{place.name}/v1" if version == "v1" else f"/{version}/{place.name}") + place.rest
                before, with_id, behind = path.partition("{id}")
                routes.setdefault((before, behind if with_id else None), {})[place.method] = Route(place, version)
    return routes


_ROUTES = _routes()
_BEHIND = sorted({behind for _before, behind in _ROUTES if behind is not None}, key=len, reverse=True)


def find_route(raw_path: str, method: str = ""):
    """``(route, id)`` of a path as it was sent; ``(None, None)`` for a path that is nowhere documented.

    :param method: where no route of the path has it, one with another is returned.
    """
    found = _ROUTES.get((raw_path, None))
    if found is not None:
        return _of_method(found, method), None
    for behind in _BEHIND:
        if raw_path.endswith(behind):
            before, slash, last = raw_path[: len(raw_path) - len(behind)].rpartition("/")
            found = _ROUTES.get((before + slash, behind))
            if found is not None and last:
                return _of_method(found, method), unquote(last)
    return None, None


def _of_method(routes: dict[str, Route], method: str) -> Route:
    return routes.get(method) or next(iter(routes.values()))
