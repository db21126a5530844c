# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of what the token may do. Reads are tried; writes are judged by the token's claims."""

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

NONEXISTENT_REQUEST_ID = "00000000-0000-0000-0000-000000000000"
"""A request id of no change. ISC responds with 400 or 404 if the token may read the status of changes."""

_ANY_IDENTITY = {
    "indices": ["identities"],
    "query": {"query": "*"},
    "queryResultFilter": {"includes": ["id"]},
    "sort": ["id"],
}


class Permission(t.NamedTuple):
    """The permission to perform an operation.

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
QUERY_INFO = Permission(QUERY_PASSWORD_INFO, "no password can be set by the names of user and source", required=True)


def check_status(inspection: Inspection) -> Finding:
    permission = Permission(CHANGE_STATUS, "no change can be waited for", required=True)
    try:
        inspection.attempt(CHANGE_STATUS, lambda: inspection.client.call(CHANGE_STATUS, NONEXISTENT_REQUEST_ID))
    except IscError as error:
        if not isinstance(error, ApiError) or error.status_code not in (400, 404):
            return read_finding(permission, error)
    return read_finding(permission)


def check_sync_groups(inspection: Inspection) -> Finding:
    """Report the attempt to list sync groups that ``check_versions`` made."""
    needed_for = "sync_group can't tell which other sources a change reaches"
    return read_finding(Permission(LIST_SYNC_GROUPS, needed_for), inspection.sync_groups_error)


def check_sources(inspection: Inspection) -> Finding:
    return _check_list(inspection, READ_SOURCES)


def check_search(inspection: Inspection) -> Finding:
    return _check_list(inspection, READ_SEARCH, _ANY_IDENTITY)


def check_digit_tokens(inspection: Inspection) -> Finding:
    try:
        org_config = inspection.attempt(READ_ORG_CONFIG, lambda: read_org_config(inspection.client))
    except IscError as error:
        return read_finding(READ_SETTINGS, error)
    enabled = org_config is not None and org_config["digit_token_enabled"]
    inspection.facts["digit tokens"] = "on" if enabled else "off"
    if enabled:
        return Finding(OK, "The tenant creates digit tokens.")
    return Finding(
        WARNING,
        "Digit tokens are off in the tenant, so ISC will refuse to create one.",
        "To use isc_digit_token, turn them on in ISC's password settings.",
    )


def check_set_password(inspection: Inspection) -> Finding:
    return claim_finding(inspection, Permission(SET_PASSWORD, "no password can be changed", required=True))


def check_create_digit_token(inspection: Inspection) -> Finding:
    version = inspection.client.api_version
    if version in CREATE_DIGIT_TOKEN.not_served_by:
        return Finding(WARNING, f"api_version {version} has no digit tokens.", "Use another one to create them.")
    return claim_finding(inspection, Permission(CREATE_DIGIT_TOKEN, "isc_digit_token can't be used"))


def claim_finding(inspection: Inspection, permission: Permission) -> Finding:
    """Return the finding for an operation that is not tried, by the claims of the token."""
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
        "The token doesn't list individual scopes, and this is not tried.",
        f"Check in ISC that the API client has the scope {scope}.",
    )


def read_finding(permission: Permission, error: IscError | None = None) -> Finding:
    """Return the finding for a read that was tried, and failed with *error* if there is one."""
    if error is None:
        return Finding(OK, f"The token may do this ({permission.operation.scope}).")
    state = FAILED if permission.required else WARNING
    return Finding(state, f"{error.message} Without it, {permission.needed_for}.", error.hint or "")


def _check_list(inspection: Inspection, permission: Permission, body: t.Any = None) -> Finding:
    operation = permission.operation
    try:
        inspection.attempt(operation, lambda: inspection.client.call_list(operation, {"limit": "1"}, body))
    except IscError as error:
        return read_finding(permission, error)
    return read_finding(permission)


CHECKS = (
    ("Read changes", check_status),
    ("Set a password", check_set_password),
    ("List sync groups", check_sync_groups),
    ("List sources", check_sources),
    ("Search", check_search),
    ("Digit tokens", check_digit_tokens),
    ("Create a digit token", check_create_digit_token),
)
