# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operations that this collection uses, and where each API version serves them."""

from __future__ import annotations

import contextlib
import typing as t
from urllib.parse import quote

from .._errors import InputError

API_VERSIONS = ("v1", "v2026", "v2025", "v2024", "v3", "beta")
DEFAULT_API_VERSION = "v1"


class Operation(t.NamedTuple):
    """One operation of the API.

    ``resource`` and ``rest`` make its path: ``/VERSION/resource/rest``, and for v1 ``/resource/v1/rest``.
    ``repeatable``: a request whose answer was lost may be sent again.
    ``experimental``: it wants the header C(X-SailPoint-Experimental).
    """

    name: str
    method: str
    resource: str
    rest: str
    scope: str
    repeatable: bool
    experimental: bool = False


QUERY_PASSWORD_INFO = Operation(
    name="query password info",
    method="POST",
    resource="query-password-info",
    rest="",
    scope="idn:password-info:read",
    repeatable=True,
)
SET_PASSWORD = Operation(
    name="set password",
    method="POST",
    resource="set-password",
    rest="",
    scope="idn:password-change:manage",
    repeatable=False,
)
CHANGE_STATUS = Operation(
    name="read password change status",
    method="GET",
    resource="password-change-status",
    rest="/{id}",
    scope="idn:password-change:read",
    repeatable=True,
)
CREATE_DIGIT_TOKEN = Operation(
    name="create digit token",
    method="POST",
    resource="generate-password-reset-token",
    rest="/digit",
    scope="idn:password-digit-token:create",
    repeatable=False,
    experimental=True,
)
LIST_SYNC_GROUPS = Operation(
    name="list password sync groups",
    method="GET",
    resource="password-sync-groups",
    rest="",
    scope="idn:password-sync-group:read",
    repeatable=True,
)
LIST_SOURCES = Operation(
    name="list sources",
    method="GET",
    resource="sources",
    rest="",
    scope="idn:sources:read",
    repeatable=True,
)
OPERATIONS = (QUERY_PASSWORD_INFO, SET_PASSWORD, CHANGE_STATUS, CREATE_DIGIT_TOKEN, LIST_SYNC_GROUPS, LIST_SOURCES)

_NOT_SERVED = {("v3", CREATE_DIGIT_TOKEN.name)}


def path_of(operation: Operation, api_version: str, request_id: str = "") -> str:
    """Return the path of *operation* below the base URL, with *request_id* quoted into it.

    :raises InputError: that version doesn't have the operation, or it is no request id.
    """
    if (api_version, operation.name) in _NOT_SERVED:
        raise InputError(
            f"api_version {api_version} has no operation to {operation.name}.",
            f"Use api_version {DEFAULT_API_VERSION}.",
        )
    rest = operation.rest.replace("{id}", _quoted(request_id))
    if api_version == "v1":
        return f"/{operation.resource}/v1{rest}"
    return f"/{api_version}/{operation.resource}{rest}"


def _quoted(request_id: str) -> str:
    # "." and ".." stay what they are however they are quoted: HTTP libraries resolve them against the path.
    with contextlib.suppress(UnicodeEncodeError):
        if request_id not in (".", ".."):
            return quote(request_id, safe="", errors="strict")
    raise InputError(f"request_id {request_id!r} is no request id.", "Give the id that set password returned.")
