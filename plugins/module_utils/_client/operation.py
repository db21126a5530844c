# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations of the API, their paths in each API version, and hints for refused requests."""

from __future__ import annotations

import dataclasses
import typing as t
from urllib.parse import quote

from .._errors import ApiError, InputError
from .._http.transport import MAX_RESPONSE_SIZE
from .._text import is_utf8
from .authenticator import AUTHORITY_API_CLIENT, AUTHORITY_USER, Claims, tenant_mismatch
from .responses import status_hint

API_VERSIONS = ("v1", "v2026", "v2025", "v2024", "v3", "beta")
DEFAULT_API_VERSION = "v1"


@dataclasses.dataclass(frozen=True, eq=False)
class Operation:
    """One operation of the API.

    :ivar name: what the operation does, as a phrase that follows "ISC refused to".
    :ivar path: the path in v1 without the version. ``{id}`` is a placeholder for the id of the resource.
    :ivar scope: the scope that the token needs, or empty if SailPoint publishes none.
    :ivar repeatable: whether the request may be sent again if its response was lost. A GET request always may.
    :ivar other_reason: what to check if ISC responds with 403 although the token has the scope.
    :ivar hints: hints for error responses, by HTTP status.
    :ivar refused_to_users: why ISC may refuse a token with user context, as the end of a sentence.
    :ivar user_only: whether ISC documents that the operation requires a token with user context.
    :ivar experimental: whether the operation requires the header ``X-SailPoint-Experimental``.
    :ivar not_served_by: the API versions that lack the operation.
    :ivar max_response_size: the maximum size of a successful response in bytes.
    :ivar content_type: the media type of the body if it is not the one of JSON.
    :ivar id_option: the option that sets the id in the path, for an error message.
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
    max_response_size: int = MAX_RESPONSE_SIZE
    content_type: str = ""
    id_option: str = "id"

    def __post_init__(self) -> None:
        object.__setattr__(self, "repeatable", self.repeatable or self.method == "GET")


def operation_path(operation: Operation, api_version: str, resource_id: str = "") -> str:
    """Return the path of *operation* below the base URL, with *resource_id* percent-encoded.

    In v1 the version follows the first segment; in all other versions it precedes the first segment.

    :raises InputError: the version lacks the operation, or the id can't be part of a path.
    """
    if api_version in operation.not_served_by:
        raise InputError(
            f"api_version {api_version} has no operation to {operation.name}.",
            f"Use api_version {DEFAULT_API_VERSION}.",
        )
    # HTTP libraries resolve "." and ".." even if they are percent-encoded.
    if resource_id in (".", "..") or not is_utf8(resource_id):
        raise InputError(f"{operation.id_option} {resource_id!r} is not an id of ISC.", f"Check {operation.id_option}.")
    resource, slash, rest = operation.path.replace("{id}", quote(resource_id, safe="")).partition("/")
    return f"/{resource}/v1{slash}{rest}" if api_version == "v1" else f"/{api_version}/{resource}{slash}{rest}"


def quote_value(text: str) -> str:
    """Return *text* as a quoted and escaped value for a filter or a query."""
    return '"{}"'.format(text.replace("\\", "\\\\").replace('"', '\\"'))


def explain_refusal(
    error: ApiError, operation: Operation, api_version: str, claims: Claims, host: str = ""
) -> ApiError:
    """Return *error* with a hint, chosen by its status, the operation, the token's claims and the tenant's host."""
    status = error.status_code
    mismatch = tenant_mismatch(host, claims)
    if mismatch and status in (401, 403, 404):
        hint = f"{mismatch} Use credentials of the tenant in base_url, or the base_url of the token's tenant."
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
        hint = status_hint(status)
    return error.with_hint(hint) if hint else error


def forbidden_hint(operation: Operation, claims: Claims) -> str:
    """Return the hint for a 403 response to *operation* with a token that has *claims*."""
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
