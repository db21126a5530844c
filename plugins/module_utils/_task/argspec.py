# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Option specifications that several modules share; the doc fragments describe the same options."""

from __future__ import annotations

import os
import typing as t

from ansible.module_utils.errors import AnsibleFallbackNotFound

from .._client.operation import API_VERSIONS

Spec = dict[str, dict[str, t.Any]]

ENVIRONMENT = {
    "base_url": "SAIL_BASE_URL",
    "client_id": "SAIL_CLIENT_ID",
    "client_secret": "SAIL_CLIENT_SECRET",
    "access_token": "SAIL_ACCESS_TOKEN",
    "api_version": "SAIL_API_VERSION",
}
"""The environment variable that stands in for an option. An empty one counts as unset: AWX injects those."""


def environment_variable(name: str) -> str:
    """Return the value of an environment variable, for the C(fallback) of an option.

    :raises AnsibleFallbackNotFound: it is unset or empty.
    """
    value = os.environ.get(name)
    if not value:
        raise AnsibleFallbackNotFound
    return value


def _from_environment(option: str) -> tuple[t.Callable[..., str], list[str]]:
    return (environment_variable, [ENVIRONMENT[option]])


def connection_spec() -> Spec:
    """Return the options that every module has (doc fragment C(connection))."""
    return {
        "base_url": {"type": "str", "fallback": _from_environment("base_url")},
        "client_id": {"type": "str", "fallback": _from_environment("client_id")},
        "client_secret": {"type": "str", "no_log": True, "fallback": _from_environment("client_secret")},
        "access_token": {"type": "str", "no_log": True, "fallback": _from_environment("access_token")},
        "api_version": {
            "type": "str",
            "choices": list(API_VERSIONS),
            "fallback": _from_environment("api_version"),
        },
        "validate_certs": {"type": "bool", "default": True},
        "ca_path": {"type": "path"},
        "request_timeout": {"type": "float", "default": 30},
        "retries": {"type": "int", "default": 4},
    }


def wait_spec() -> Spec:
    """Return the options of waiting (doc fragment C(wait))."""
    return {
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "float", "default": 600},
        "wait_sleep": {"type": "float", "default": 2},
    }
