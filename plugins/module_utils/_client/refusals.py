# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an error status of an operation means and what to do about it."""

from __future__ import annotations

from .._errors import ApiError
from .base_url import org_of
from .claims import AUTHORITY_USER, Claims
from .endpoints import (
    CHANGE_STATUS,
    CREATE_DIGIT_TOKEN,
    DEFAULT_API_VERSION,
    LIST_SOURCES,
    LIST_SYNC_GROUPS,
    QUERY_PASSWORD_INFO,
    SET_PASSWORD,
    Operation,
)

_API_CLIENT_HINT = "Use the client id and secret of an API client (grant client_credentials) instead."

_MANAGED = "that password management is enabled for the source"
_OTHER_REASONS = {
    QUERY_PASSWORD_INFO.name: _MANAGED,
    SET_PASSWORD.name: _MANAGED,
    CREATE_DIGIT_TOKEN.name: "that digit tokens are enabled in ISC's password settings",
    CHANGE_STATUS.name: "that request_id is of this tenant",
    LIST_SYNC_GROUPS.name: "that the user who made it is an administrator of the tenant",
    LIST_SOURCES.name: "that the user who made it is an administrator of the tenant",
}


def explain_refusal(
    error: ApiError, operation: Operation, api_version: str, claims: Claims, host: str = ""
) -> ApiError:
    """Add to *error* what to do, as far as status, operation, the token's claims and the tenant's host tell."""
    status = error.status_code
    foreign = foreign_token(host, claims)
    hint = ""
    if foreign and status in (401, 403, 404):
        hint = f"{foreign} Use credentials of the tenant in base_url, or the base_url of the token's tenant."
    elif status == 400:
        hint = _bad_request(operation)
    elif status == 401:
        hint = (
            "The access token is expired or not of this tenant. Give client_id and client_secret, "
            "so that it can be renewed, or a fresh access_token."
        )
    elif status == 403:
        hint = forbidden_hint(operation, claims)
    elif status == 404:
        hint = _not_found(operation, api_version)
    if hint:
        error.add_hint(hint)
    return error


def foreign_token(host: str, claims: Claims) -> str | None:
    """Return a sentence when the token names another tenant than *host*; ``None`` also where nothing is known."""
    org = org_of(host)
    if org is None or claims.org is None or claims.org.lower() == org:
        return None
    return f"The access token says that it is of the tenant {claims.org}, but base_url is the address of {org}."


def forbidden_hint(operation: Operation, claims: Claims) -> str:
    """Return what a 403 to *operation* means for a token with *claims*."""
    if claims.lacks_scope(operation.scope):
        return f"The token lacks the scope {operation.scope}: add it to the API client or personal access token in ISC."
    if claims.authority == AUTHORITY_USER and operation is QUERY_PASSWORD_INFO:
        return (
            f"The token has user context ({claims.user_name or 'a personal access token'}), and ISC may refuse "
            f"{operation.name} to such a token. {_API_CLIENT_HINT}"
        )
    if claims.authority == AUTHORITY_USER and operation is SET_PASSWORD:
        return (
            f"The token has user context ({claims.user_name or 'a personal access token'}), and such a token may set "
            f"only its own identity's password. {_API_CLIENT_HINT}"
        )
    if claims.authority == AUTHORITY_USER:
        return (
            f"Check that the personal access token has the scope {operation.scope}, and its owner the right to do this."
        )
    if operation.scope in claims.scopes:
        return (
            f"The token has the scope {operation.scope}, so ISC has another reason: check "
            f"{_OTHER_REASONS[operation.name]}, and whether the tenant restricts the networks that use its API."
        )
    return f"Check that the API client has the scope {operation.scope}."


def _bad_request(operation: Operation) -> str:
    if operation is QUERY_PASSWORD_INFO:
        return "Check user_name (the identity's login name) and source_name (the source's display name, as in ISC)."
    if operation is SET_PASSWORD:
        return (
            "Query password info again, and pass identity_id, source_id, account_id, public_key_id and public_key on "
            "unchanged; check that password management is enabled for the source."
        )
    if operation is CREATE_DIGIT_TOKEN:
        return "Check user_id (the identity's uid), and that digit tokens are enabled in ISC's password settings."
    if operation is CHANGE_STATUS:
        return "Check request_id."
    return ""


def _not_found(operation: Operation, api_version: str) -> str:
    if operation is CHANGE_STATUS:
        return "ISC doesn't know this request_id (any more): check it, and whether base_url is the same tenant's."
    return (
        f"The tenant may not serve api_version {api_version}: "
        f"try another one ({DEFAULT_API_VERSION} is the newest, v2025 is older)."
    )
