# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection to ISC from the control node: options from the environment, and a client."""

from __future__ import annotations

import contextlib
import os
import typing as t

from ..module_utils._client.client import Client
from ..module_utils._client.connection import ENVIRONMENT, connect, parse_base_url, url_for_message
from ..module_utils._errors import InputError

if t.TYPE_CHECKING:
    from ansible.plugins.action import ActionBase


def task_environment(action: ActionBase) -> dict[str, str]:
    """Return the variables that the keyword ``environment`` sets on the play, its blocks and the task."""
    environment: dict[str, t.Any] = {}
    action._compute_environment_string(environment)
    return {str(name): str(value) for name, value in environment.items()}


def with_environment(arguments: t.Mapping[str, t.Any], environment: t.Mapping[str, str]) -> dict[str, t.Any]:
    """Return *arguments*, completed with connection options from the environment.

    The control node's environment applies even if the module runs elsewhere, because AWX puts credentials there.

    :param environment: variables that take precedence over those of the process.
    :raises InputError: a secret of the environment would be sent to another address than the environment's.
    """
    found = {option: environment.get(variable, os.environ.get(variable)) for option, variable in ENVIRONMENT.items()}
    taken = {option: value for option, value in found.items() if value and arguments.get(option) is None}
    address, given = found["base_url"], arguments.get("base_url")
    secret = next((option for option in taken if option in ("client_secret", "access_token")), None)
    if address and given is not None and secret and _normalize_url(str(given)) != _normalize_url(address):
        raise InputError(
            f"base_url is {_normalize_url(str(given))}, but {secret} comes from the environment, with the address "
            f"{_normalize_url(address)} in {ENVIRONMENT['base_url']}.",
            f"It is sent to that address only: leave base_url out, or give {secret} too. Nothing was sent.",
        )
    return {**arguments, **taken}


def _normalize_url(text: str) -> str:
    try:
        return parse_base_url(text).url
    except InputError:
        return url_for_message(text)


@contextlib.contextmanager
def in_environment(variables: t.Mapping[str, str]) -> t.Iterator[None]:
    """Temporarily add *variables* (such as proxies) to the environment, as a module's own process would have them."""
    if not variables:
        yield
        return
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextlib.contextmanager
def connected(params: t.Mapping[str, t.Any], warn: t.Callable[[str], None]) -> t.Iterator[Client]:
    """Connect to a tenant. On exit, pass the client's warnings to *warn* and close the client.

    :param params: validated options.
    :raises InputError: an option can't be used. The message names it.
    """
    client = connect(params)
    try:
        yield client
    finally:
        for warning in client.warnings:
            warn(warning)
        client.close()
