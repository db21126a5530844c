# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API clients among which the slices of a job are divided: ISC counts its rate limit for each client id."""

from __future__ import annotations

import typing as t

import yaml  # type: ignore[import-untyped]

from ...module_utils._errors import InputError

_FIELDS = ("client_id", "client_secret")
_HINT = "Give a list of API clients, each with a client_id and a client_secret. Nothing was sent to ISC."


def client_of_slice(clients: t.Any, number: int) -> dict[str, str]:
    """Return the C(client_id) and C(client_secret) of a slice; consecutive slices take the clients in turn.

    :param clients: the list, or its text as YAML or JSON.
    :raises InputError: it is malformed. Neither message nor hint holds anything of it, as it is secret.
    """
    given = _read(clients)
    if not isinstance(given, (list, tuple)):
        raise InputError("rotate_password_clients is not a list.", _HINT)
    if not given:
        raise InputError("rotate_password_clients is empty.", _HINT)
    for position, entry in enumerate(given, 1):
        for field in _FIELDS:
            value = entry.get(field) if isinstance(entry, t.Mapping) else None
            if not isinstance(value, str) or not value:
                raise InputError(f"Entry {position} of rotate_password_clients has no text as its {field}.", _HINT)
    chosen = given[number % len(given)]
    return {field: str(chosen[field]) for field in _FIELDS}


def _read(clients: t.Any) -> t.Any:
    if not isinstance(clients, str):
        return clients
    try:
        # This loader makes lists, dictionaries and texts only, so a secret such as 007 stays as it is written.
        return yaml.load(str(clients), Loader=yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, RecursionError) as error:
        # The error's own text may quote a secret.
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
    raise InputError(f"The text of rotate_password_clients is not YAML{where}.", _HINT)
