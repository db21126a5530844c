# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an error status of an operation means and what to do about it."""

from __future__ import annotations

import typing as t

from .._errors import ApiError
from .base_url import org_of
from .claims import AUTHORITY_USER, Claims
from .operation import DEFAULT_API_VERSION, Operation

_API_CLIENT_HINT = "Use the client id and secret of an API client (grant client_credentials) instead."


def explain_refusal(
    error: ApiError, operation: Operation, api_version: str, claims: Claims, host: str = ""
) -> ApiError:
    """Return *error* with what to do, as far as status, operation, the token's claims and the tenant's host tell."""
    status = error.status_code
    foreign = foreign_token(host, claims)
    if foreign and status in (401, 403, 404):
        hint = f"{foreign} Use credentials of the tenant in base_url, or the base_url of the token's tenant."
    elif status in operation.hints:
        hint = operation.hints[status]
    elif status == 401:
        hint = (
            "The access token is expired or not of this tenant. Give client_id and client_secret, "
            "so that it can be renewed, or a fresh access_token."
        )
    elif status == 403:
        hint = forbidden_hint(operation, claims)
    elif status == 404:
        hint = (
            f"The tenant may not serve api_version {api_version}: "
            f"try another one ({DEFAULT_API_VERSION} is the newest, v2025 is older)."
        )
    else:
        hint = hint_of_status(status)
    if not hint:
        return error
    return t.cast(ApiError, error.with_hint(hint))


def hint_of_status(status: int) -> str:
    """Return what to do about a status that says the same for each operation; empty where it says nothing."""
    if status >= 500:
        return (
            "ISC, or a gateway before it, has a problem of its own: run this again later. If it lasts, look at "
            "https://status.sailpoint.com, and at the proxy if there is one."
        )
    if status == 405:
        return "What answers here does not serve ISC's API: check base_url, and the proxy if there is one."
    if status == 413:
        return "A proxy or gateway refuses the size of the request: have its limit raised, or reach ISC without it."
    return ""


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
    if claims.authority == AUTHORITY_USER and operation.refused_to_users:
        return (
            f"The token has user context ({claims.user_name or 'a personal access token'}), "
            f"{operation.refused_to_users}. {_API_CLIENT_HINT}"
        )
    if claims.authority == AUTHORITY_USER:
        return (
            f"Check that the personal access token has the scope {operation.scope}, and its owner the right to do this."
        )
    if claims.has_scope(operation.scope):
        return (
            f"The token has the scope {operation.scope}, so ISC has another reason: check "
            f"{operation.other_reason}, and whether the tenant restricts the networks that use its API."
        )
    return f"Check that the API client has the scope {operation.scope}."
