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
from .._http.transport import LARGEST_RESPONSE
from .authenticator import AUTHORITY_API_CLIENT, AUTHORITY_USER, Claims, foreign_token
from .responses import hint_of_status

API_VERSIONS = ("v1", "v2026", "v2025", "v2024", "v3", "beta")
DEFAULT_API_VERSION = "v1"


@dataclasses.dataclass(frozen=True, eq=False)
class Operation:
    """One operation of the API.

    :ivar name: what it does, as words after C(ISC refused to).
    :ivar path: as v1 has it, without the version; C({id}) stands for the id of what it is about.
    :ivar scope: what the token needs; empty where SailPoint publishes none.
    :ivar repeatable: a request whose response was lost may be sent again. That of a GET always may.
    :ivar other_reason: what to check where ISC refuses it with 403 although the token has the scope.
    :ivar hints: what to do about a response, by its HTTP status.
    :ivar refused_to_users: why ISC may refuse it to a token with user context, as the end of a sentence.
    :ivar user_only: ISC documents that only a token with user context may do it.
    :ivar experimental: it requires the header C(X-SailPoint-Experimental).
    :ivar not_served_by: the API versions that don't have it.
    :ivar largest_response: the bytes that a successful response may have.
    :ivar content_type: the media type of the body, where it is not that of JSON.
    :ivar id_option: the option that gives the id in the path, for a message.
    """

    name: str
    method: str
    path: str
    scope: str
    repeatable: bool = False
    other_reason: str = "that the user who made it is an administrator of the tenant"
    hints: t.Mapping[int, str] = dataclasses.field(default_factory=dict)
    refused_to_users: str = ""
    user_only: bool = False
    experimental: bool = False
    not_served_by: tuple[str, ...] = ()
    largest_response: int = LARGEST_RESPONSE
    content_type: str = ""
    id_option: str = "id"

    def __post_init__(self) -> None:
        object.__setattr__(self, "repeatable", self.repeatable or self.method == "GET")


def path_of(operation: Operation, api_version: str, of_id: str = "") -> str:
    """Return the path of *operation* below the base URL, with *of_id* quoted into it.

    v1 has its version after the first segment, the others have it before that.

    :raises InputError: that version doesn't have the operation, or a path can't name the id.
    """
    if api_version in operation.not_served_by:
        raise InputError(
            f"api_version {api_version} has no operation to {operation.name}.",
            f"Use api_version {DEFAULT_API_VERSION}.",
        )
    # "." and ".." stay what they are however they are quoted: HTTP libraries resolve them against the path.
    with contextlib.suppress(UnicodeEncodeError):
        if of_id not in (".", ".."):
            quoted_id = quote(of_id, safe="", errors="strict")
            resource, slash, rest = operation.path.replace("{id}", quoted_id).partition("/")
            return f"/{resource}/v1{slash}{rest}" if api_version == "v1" else f"/{api_version}/{resource}{slash}{rest}"
    raise InputError(f"{operation.id_option} {of_id!r} is not an id of ISC.", f"Check {operation.id_option}.")


def quoted_value(text: str) -> str:
    """Return *text* as a value in a filter or a query: nothing in it is syntax any more."""
    return '"{}"'.format(text.replace("\\", "\\\\").replace('"', '\\"'))


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
    return t.cast(ApiError, error.with_hint(hint)) if hint else error


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
            f"{operation.refused_to_users}. "
            "Use the client id and secret of an API client (grant client_credentials) instead."
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
