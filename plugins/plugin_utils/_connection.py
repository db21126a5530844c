# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection to ISC from the control node: what the environment says of it, and a client."""

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
    """Return the variables of the keyword C(environment), of play, block and task."""
    environment: dict[str, t.Any] = {}
    action._compute_environment_string(environment)
    return {str(name): str(value) for name, value in environment.items()}


def with_environment(arguments: t.Mapping[str, t.Any], environment: t.Mapping[str, str]) -> dict[str, t.Any]:
    """Return *arguments* with connection options from the environment where they are not given.

    The control node's environment counts for every way of running: that is where AWX puts a credential.

    :raises InputError: a secret of the environment would be sent to another address than the environment's.
    """
    found = {option: environment.get(variable, os.environ.get(variable)) for option, variable in ENVIRONMENT.items()}
    taken = [option for option, value in found.items() if value and arguments.get(option) is None]
    address, given = found.get("base_url"), arguments.get("base_url")
    secrets = [option for option in taken if option in ("client_secret", "access_token")]
    if address and given is not None and secrets and _address_of(str(given)) != _address_of(address):
        raise InputError(
            f"base_url is {_address_of(str(given))}, but {secrets[0]} comes from the environment, with the address "
            f"{_address_of(address)} in {ENVIRONMENT['base_url']}.",
            f"It is sent to no other address: leave base_url out, or give {secrets[0]} together with it. Nothing was "
            "sent.",
        )
    return {**arguments, **{option: found[option] for option in taken}}


def _address_of(text: str) -> str:
    try:
        return parse_base_url(text).url
    except InputError:
        return url_for_message(text)


@contextlib.contextmanager
def in_environment(variables: t.Mapping[str, str]) -> t.Iterator[None]:
    """Put *variables* into the environment for a while, as a module's process would have them (proxies, for one)."""
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
    """Connect to a tenant, and show the warnings of the client at the end.

    :param params: validated options.
    :raises InputError: an option can't be used; the message names it.
    """
    client = connect(params)
    try:
        yield client
    finally:
        for warning in client.warnings:
            warn(warning)
        client.close()
