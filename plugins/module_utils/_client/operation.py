# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an operation of the API is, where each API version serves it, and what to do where ISC refuses it."""

from __future__ import annotations

import contextlib
import dataclasses
import typing as t
from urllib.parse import quote

from .._errors import ApiError, InputError
from .._http.transport import LARGEST_ANSWER
from .answers import hint_of_status
from .authenticator import AUTHORITY_API_CLIENT, AUTHORITY_USER, Claims, foreign_token

API_VERSIONS = ("v1", "v2026", "v2025", "v2024", "v3", "beta")
DEFAULT_API_VERSION = "v1"


@dataclasses.dataclass(frozen=True, eq=False)
class Operation:
    """One operation of the API.

    :ivar resource: with ``rest`` makes its path: ``/VERSION/resource/rest``, and for v1 ``/resource/v1/rest``.
    :ivar repeatable: a request whose answer was lost may be sent again.
    :ivar experimental: it requires the header C(X-SailPoint-Experimental).
    :ivar hints: what to do about an answer, by its HTTP status.
    :ivar other_reason: what to check where ISC refuses it with 403 although the token has the scope.
    :ivar refused_to_users: why ISC may refuse it to a token with user context, as the end of a sentence.
    :ivar not_served_by: the API versions that don't have it.
    :ivar largest_answer: the bytes that a successful answer may have.
    :ivar content_type: the media type of the body, where it is not that of JSON.
    :ivar id_option: the option that gives what the path names, for a message.
    :ivar user_only: ISC documents that only a token with user context may do it.
    """

    name: str
    method: str
    resource: str
    rest: str
    scope: str
    repeatable: bool
    other_reason: str
    experimental: bool = False
    hints: t.Mapping[int, str] = dataclasses.field(default_factory=dict)
    refused_to_users: str = ""
    not_served_by: tuple[str, ...] = ()
    largest_answer: int = LARGEST_ANSWER
    content_type: str = ""
    id_option: str = "request_id"
    user_only: bool = False


def path_of(operation: Operation, api_version: str, request_id: str = "") -> str:
    """Return the path of *operation* below the base URL, with *request_id* quoted into it.

    :raises InputError: that version doesn't have the operation, or it is no request id.
    """
    if api_version in operation.not_served_by:
        raise InputError(
            f"api_version {api_version} has no operation to {operation.name}.",
            f"Use api_version {DEFAULT_API_VERSION}.",
        )
    rest = operation.rest.replace("{id}", _quoted(request_id, operation.id_option))
    if api_version == "v1":
        return f"/{operation.resource}/v1{rest}"
    return f"/{api_version}/{operation.resource}{rest}"


def _quoted(request_id: str, option: str) -> str:
    # "." and ".." stay what they are however they are quoted: HTTP libraries resolve them against the path.
    with contextlib.suppress(UnicodeEncodeError):
        if request_id not in (".", ".."):
            return quote(request_id, safe="", errors="strict")
    if option == "request_id":
        raise InputError(f"request_id {request_id!r} is not a request id.", "Give the id that set password returned.")
    raise InputError(f"{option} {request_id!r} is not an id of ISC.", f"Check {option}.")


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


def forbidden_hint(operation: Operation, claims: Claims) -> str:
    """Return what a 403 to *operation* means for a token with *claims*."""
    if not operation.scope:
        return f"SailPoint names no scope for this: check {operation.other_reason}."
    if claims.lacks_scope(operation.scope):
        return f"The token lacks the scope {operation.scope}: add it to the API client or personal access token in ISC."
    if operation.user_only and claims.authority == AUTHORITY_API_CLIENT:
        return (
            "The token is an API client's, and ISC documents that only a user may do this. Use a personal access token "
            f"of an administrator of the tenant, with the scope {operation.scope}."
        )
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
