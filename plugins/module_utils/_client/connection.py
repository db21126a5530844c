# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection options of all modules, and creating a client from them."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import re
import typing as t
from urllib.parse import urlsplit

from ansible.module_utils.errors import AnsibleFallbackNotFound

from .._errors import InputError, check_number, check_seconds
from .._http.transport import Transport
from .authenticator import Credentials
from .client import REAL_RUNTIME, Client, Runtime
from .operation import API_VERSIONS, DEFAULT_API_VERSION

Spec = dict[str, dict[str, t.Any]]  # An argument specification of Ansible.

ENVIRONMENT = {
    "base_url": "SAIL_BASE_URL",
    "client_id": "SAIL_CLIENT_ID",
    "client_secret": "SAIL_CLIENT_SECRET",
    "access_token": "SAIL_ACCESS_TOKEN",
    "api_version": "SAIL_API_VERSION",
}
"""The environment variable of each option that has one. An empty variable counts as unset, because AWX sets those."""


def environment_variable(name: str) -> str:
    """Return the value of an environment variable, as the ``fallback`` of an option.

    :raises AnsibleFallbackNotFound: the variable is unset or empty.
    """
    value = os.environ.get(name)
    if not value:
        raise AnsibleFallbackNotFound
    return value


def connection_spec() -> Spec:
    """Return the specification of the connection options, which the doc fragment ``connection`` documents."""
    spec: Spec = {
        "base_url": {"type": "str"},
        "client_id": {"type": "str"},
        "client_secret": {"type": "str", "no_log": True},
        "access_token": {"type": "str", "no_log": True},
        "api_version": {"type": "str", "choices": list(API_VERSIONS)},
        "validate_certs": {"type": "bool", "default": True},
        "ca_path": {"type": "path"},
        "request_timeout": {"type": "float", "default": 30},
        "retries": {"type": "int", "default": 4},
    }
    for option, variable in ENVIRONMENT.items():
        spec[option]["fallback"] = (environment_variable, [variable])
    return spec


def connect(params: t.Mapping[str, t.Any], runtime: Runtime = REAL_RUNTIME) -> Client:
    """Return a client for the connection options of a module, without sending anything.

    :raises InputError: an option can't be used. The message names the option.
    """
    base = parse_base_url(params.get("base_url"))
    api_version = params.get("api_version")
    if base.api_version and api_version and base.api_version != api_version:
        raise InputError(
            f"base_url ends with /{base.api_version}, but api_version is {api_version}.",
            "Leave the version out of base_url, or give the same one.",
        )
    # An empty value counts as unset, as it does in the environment.
    credentials = Credentials(*(params.get(option) or None for option in Credentials._fields))
    credentials.check()
    check_number("retries", params["retries"], 0, 20)
    check_seconds("request_timeout", params["request_timeout"], 3600)
    # An empty value counts as unset. requests would take it for "don't verify".
    ca_path = params.get("ca_path") or None
    if ca_path is not None and not params["validate_certs"]:
        raise InputError("ca_path is given, but validate_certs is false.", "Remove one of the two.")
    verify, connections = ca_path or params["validate_certs"], params.get("concurrency", 1)
    return Client(
        Transport(base.url, verify, params["request_timeout"], connections),
        credentials,
        api_version or base.api_version or DEFAULT_API_VERSION,
        params["retries"],
        runtime,
    )


_EXAMPLE = "https://acme.api.identitynow.com"

_UI_HOST = re.compile(
    r"^(?P<tenant>[^.]+)\.(?P<domain>identitynow\.com|identitynow-demo\.com|saas\.sailpointfedramp\.com)$"
)
_LOGIN_HOST = re.compile(r"^(?P<tenant>[^.]+)\.login\.sailpoint\.com$")
_HOST_NAME = re.compile(r"(?!.{254})[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?")


class BaseUrl(t.NamedTuple):
    """The address of a tenant's API.

    :ivar url: the URL without a trailing slash and without a version.
    :ivar api_version: the API version at the end of the option, if any.
    """

    url: str
    api_version: str | None


def parse_base_url(text: str | None) -> BaseUrl:
    """Parse the option ``base_url``.

    :raises InputError: the text is not the address of an API. The hint says what to write instead.
    """
    text = (text or "").strip()
    if not text:
        raise InputError(
            "base_url is missing.",
            f"Give the address of the tenant's API, for example {_EXAMPLE} (environment SAIL_BASE_URL).",
        )
    shown = url_for_message(text)
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise InputError(f"base_url is not a URL: {shown}.", f"Write it like {_EXAMPLE}.") from None
    if parts.scheme not in ("https", "http") or not host:
        raise InputError(f"base_url is not an https URL: {shown}.", f"Write it with the scheme, like {_EXAMPLE}.")
    if parts.username is not None or parts.password is not None:
        raise InputError("base_url contains a user name or password.", "Remove it and use client_id and client_secret.")
    if parts.query or parts.fragment or "?" in text or "#" in text:
        raise InputError(f"base_url has a query or fragment: {shown}.", f"Write it like {_EXAMPLE}.")
    _check_host(host, shown)
    if parts.scheme == "http" and not is_loopback(host):
        raise InputError(
            f"base_url uses plain http to {host}.",
            "Use https: over http, tokens could be intercepted. Plain http is allowed only to a loopback address.",
        )
    location = f"[{host}]" if ":" in host else host
    if port is not None:
        location = f"{location}:{port}"
    version = parts.path.strip("/") or None
    if version not in (None, *API_VERSIONS):
        raise InputError(
            f"base_url has a path that is not an API version: {shown}.",
            f"Give only scheme and host, like {_EXAMPLE}; the paths of the operations are added to it.",
        )
    return BaseUrl(f"{parts.scheme}://{location}", version)


def is_loopback(host: str) -> bool:
    """Return whether *host* is ``localhost``, in 127.0.0.0/8 or ``::1``.

    An IPv4-mapped IPv6 address doesn't count, because Python versions disagree about it.
    """
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback and getattr(address, "ipv4_mapped", None) is None


def _check_host(host: str, shown: str) -> None:
    for pattern, message in (
        (_LOGIN_HOST, "base_url is the address of the login page, not of the API: "),
        (_UI_HOST, "base_url is the address of the user interface, not of the API: "),
    ):
        match = pattern.match(host)
        if match:
            domain = match.groupdict().get("domain", "identitynow.com")
            raise InputError(f"{message}{shown}.", f"Use https://{match['tenant']}.api.{domain}.")
    valid = _HOST_NAME.fullmatch(host) is not None
    if ":" in host:
        with contextlib.suppress(ValueError):
            ipaddress.IPv6Address(host)
            valid = "%" not in host
    if not valid:
        raise InputError(f"base_url has no valid host name: {shown}.", f"Write it like {_EXAMPLE}.")


def url_for_message(text: str) -> str:
    """Return *text* for a message, without the part before an ``@``, which could be a credential."""
    return repr(text.rsplit("@", 1)[-1][:200])
