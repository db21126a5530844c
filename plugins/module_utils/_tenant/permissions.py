# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of what the token may do: each read is tried, and of each write the token's own claims are read."""

from __future__ import annotations

import typing as t

from .._api.accounts import SEARCH
from .._api.digit_token import CREATE_DIGIT_TOKEN
from .._api.password_change import CHANGE_STATUS, QUERY_PASSWORD_INFO, SET_PASSWORD
from .._api.password_org_config import READ_ORG_CONFIG, read_org_config
from .._api.sources import LIST_SOURCES
from .._api.sync_groups import LIST_SYNC_GROUPS
from .._client.operation import Operation
from .._errors import ApiError, IscError
from .inspection import FAILED, OK, SKIPPED, WARNING, Finding, Inspection

NO_REQUEST = "00000000-0000-0000-0000-000000000000"
"""A request id that no change has. ISC says so to who may read the status of changes."""

_ANYTHING = {
    "indices": ["identities"],
    "query": {"query": "*"},
    "queryResultFilter": {"includes": ["id"]},
    "sort": ["id"],
}


class Permission(t.NamedTuple):
    """Something that a token may do or not.

    :ivar needed_for: completes the sentence "Without it, ...".
    :ivar required: whether no password can be changed without it.
    """

    operation: Operation
    needed_for: str
    required: bool = False


READ_SOURCES = Permission(LIST_SOURCES, "sources have no names in messages, and one that doesn't exist is not noticed")
READ_SEARCH = Permission(
    SEARCH, "isc_accounts and isc_account_info can't list accounts, and age_from isc knows no ages"
)
READ_SETTINGS = Permission(
    READ_ORG_CONFIG, "whether the tenant creates digit tokens is not known before one is asked for"
)
QUERYING = Permission(QUERY_PASSWORD_INFO, "no password can be set by the names of user and source", required=True)


def check_status(inspection: Inspection) -> Finding:

    def read() -> None:
        try:
            inspection.tried(CHANGE_STATUS, lambda: inspection.client.call(CHANGE_STATUS, NO_REQUEST))
        except ApiError as error:
            if error.status_code not in (400, 404):
                raise

    return _tried(inspection, Permission(CHANGE_STATUS, "no change can be waited for", required=True), read)


def check_sync_groups(inspection: Inspection) -> Finding:
    """Say how listing sync groups ended, which was tried to find out whether the API's version is served."""

    def read() -> None:
        if inspection.list_of_sync_groups is not None:
            raise inspection.list_of_sync_groups

    needed_for = "sync_group can't tell which other sources a change reaches"
    return _tried(inspection, Permission(LIST_SYNC_GROUPS, needed_for), read)


def check_sources(inspection: Inspection) -> Finding:
    return _tried(inspection, READ_SOURCES, lambda: _listed(inspection, LIST_SOURCES))


def check_search(inspection: Inspection) -> Finding:
    return _tried(inspection, READ_SEARCH, lambda: _listed(inspection, SEARCH, _ANYTHING))


def check_digit_tokens(inspection: Inspection) -> Finding:
    are_on: list[bool] = []

    def read() -> None:
        org_config = inspection.tried(READ_ORG_CONFIG, lambda: read_org_config(inspection.client))
        are_on.append(org_config is not None and org_config["digit_token_enabled"])

    check = _tried(inspection, READ_SETTINGS, read)
    if not are_on:
        return check
    inspection.facts["digit tokens"] = "on" if are_on[0] else "off"
    if are_on[0]:
        return Finding(OK, "The tenant creates digit tokens.")
    return Finding(
        WARNING,
        "Digit tokens are off in the tenant, so ISC will refuse to create one.",
        "To use isc_digit_token, turn them on in ISC's password settings.",
    )


def check_setting(inspection: Inspection) -> Finding:
    return claimed(inspection, Permission(SET_PASSWORD, "no password can be changed", required=True))


def check_creating(inspection: Inspection) -> Finding:
    version = inspection.client.api_version
    if version in CREATE_DIGIT_TOKEN.not_served_by:
        return Finding(WARNING, f"api_version {version} has no digit tokens.", "Use another one to create them.")
    return claimed(inspection, Permission(CREATE_DIGIT_TOKEN, "isc_digit_token can't be used"))


def claimed(inspection: Inspection, permission: Permission) -> Finding:
    """Return what the token itself says about something that is not tried."""
    claims, scope = inspection.client.claims, permission.operation.scope
    if claims.lacks_scope(scope):
        return Finding(
            FAILED if permission.required else WARNING,
            f"The token lacks the scope {scope}. Without it, {permission.needed_for}.",
            f"Add {scope} to the API client or personal access token in ISC.",
        )
    if claims.has_scope(scope):
        return Finding(OK, f"The token has the scope {scope}. This was not tried.")
    return Finding(
        SKIPPED,
        "The token doesn't name its scopes one by one, and this is not tried.",
        f"Check in ISC that the API client has the scope {scope}.",
    )


def refused(permission: Permission, error: IscError) -> Finding:
    """Return what it means that ISC refused a read."""
    state = FAILED if permission.required else WARNING
    return Finding(state, f"{error.message} Without it, {permission.needed_for}.", error.hint or "")


def _listed(inspection: Inspection, operation: Operation, body: t.Any = None) -> None:
    inspection.tried(operation, lambda: inspection.client.call_list(operation, {"limit": "1"}, body))


def _tried(inspection: Inspection, permission: Permission, read: t.Callable[[], t.Any]) -> Finding:
    try:
        read()
    except IscError as error:
        return refused(permission, error)
    return Finding(OK, f"The token may do this ({permission.operation.scope}).")


CHECKS = (
    ("Read changes", check_status),
    ("Set a password", check_setting),
    ("List sync groups", check_sync_groups),
    ("List sources", check_sources),
    ("Search", check_search),
    ("Digit tokens", check_digit_tokens),
    ("Create a digit token", check_creating),
)
