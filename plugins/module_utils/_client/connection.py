# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the connection options to a client."""

from __future__ import annotations

import typing as t

from .._errors import InputError
from .._http.transport import Transport, TransportOptions
from .._limits import (
    LONGEST_REQUEST_TIMEOUT,
    MOST_RETRIES,
    check_number,
    check_seconds,
)
from .authenticator import Credentials
from .base_url import parse_base_url
from .client import REAL_RUNTIME, Client, Runtime
from .operation import DEFAULT_API_VERSION


def connect(params: t.Mapping[str, t.Any], runtime: Runtime = REAL_RUNTIME) -> Client:
    """Return a client for the connection options of a module; nothing is sent yet.

    :raises InputError: an option can't be used; the message names it.
    """
    base = parse_base_url(params.get("base_url"))
    api_version = params.get("api_version")
    if base.api_version and api_version and base.api_version != api_version:
        raise InputError(
            f"base_url ends with /{base.api_version}, but api_version is {api_version}.",
            "Leave the version out of base_url, or give the same one.",
        )
    # An empty one counts as not given, as it does in the environment.
    credentials = Credentials(*(params.get(option) or None for option in Credentials._fields))
    credentials.check()
    check_number("retries", params["retries"], 0, MOST_RETRIES)
    check_seconds("request_timeout", params["request_timeout"], LONGEST_REQUEST_TIMEOUT)
    options = TransportOptions(
        verify=_verification(params["validate_certs"], params.get("ca_path")),
        timeout=params["request_timeout"],
        connections=params.get("concurrency", 1),
    )
    return Client(
        Transport(base.url, options),
        credentials,
        api_version or base.api_version or DEFAULT_API_VERSION,
        params["retries"],
        runtime,
    )


def _verification(validate_certs: bool, ca_path: str | None) -> bool | str:
    # An empty one counts as not given; requests would take it for "don't verify".
    if not ca_path:
        return validate_certs
    if not validate_certs:
        raise InputError("ca_path is given, but validate_certs is false.", "Remove one of the two.")
    return ca_path
