# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter C(client_of_slice)."""

from __future__ import annotations

DOCUMENTATION = r"""
name: client_of_slice
short_description: Choose the API client of a slice
version_added: 1.0.0
author:
  - The community.sailpoint authors (@community-sailpoint)
description:
  - Chooses one of several API clients by the number of a slice, in turn. ISC counts its rate limit for each client id,
    so slices that have clients of their own are not slowed down by each other.
  - What is wrong with the list is told without what is in it, as that is secret.
positional: slice
options:
  _input:
    description:
      - The API clients, each with a C(client_id) and a C(client_secret), or the text of such a list as YAML or JSON.
    type: raw
    required: true
  slice:
    description:
      - The number of the slice. Consecutive ones, such as the job ids of the slices of an AWX job, get different
        clients as long as there are any.
    type: int
    required: true
seealso:
  - module: community.sailpoint.isc_login
  - ref: ansible_collections.community.sailpoint.docsite.batch
    description: Many accounts at once.
"""

EXAMPLES = r"""
- name: Log in with one of two API clients
  community.sailpoint.isc_login:
    client_id: "{{ client.client_id }}"
    client_secret: "{{ client.client_secret }}"
  vars:
    clients:
      - client_id: "{{ lookup('ansible.builtin.env', 'SAIL_CLIENT_ID') }}"
        client_secret: "{{ lookup('ansible.builtin.env', 'SAIL_CLIENT_SECRET') }}"
      - client_id: "{{ lookup('ansible.builtin.env', 'SAIL_CLIENT_ID') }}"
        client_secret: "{{ lookup('ansible.builtin.env', 'SAIL_CLIENT_SECRET') }}"
    client: "{{ clients | community.sailpoint.client_of_slice(awx_job_id | default(0)) }}"
"""

RETURN = r"""
_value:
  description: The C(client_id) and C(client_secret) of the API client.
  type: dict
"""

from typing import Any, Callable

import yaml  # type: ignore[import-untyped]
from ansible.errors import AnsibleFilterError
from jinja2.runtime import Undefined

from ..plugin_utils._explained import explained

_HINT = "Give a list of API clients, each with a client_id and a client_secret."


def client_of_slice(clients: Any, slice: Any) -> Any:  # noqa: A002 (the option's name)
    """Return the API client of a slice, or the first undefined argument, which Jinja then reports.

    :raises AnsibleFilterError: an argument is malformed. Its text holds nothing of the clients.
    """
    for argument in (clients, slice):
        if isinstance(argument, Undefined):
            return argument
    given = _read(clients)
    if not isinstance(given, (list, tuple)):
        raise AnsibleFilterError(f"What is given as API clients is no list. {_HINT}")
    if not given:
        raise AnsibleFilterError(f"The list of API clients is empty. {_HINT}")
    pairs = [_pair(entry, number) for number, entry in enumerate(given, 1)]
    return pairs[_number(slice) % len(pairs)]


def _read(clients: Any) -> Any:
    if not isinstance(clients, str):
        return clients
    try:
        # This loader makes lists, dictionaries and texts only, so a secret such as 007 stays as it is written.
        return yaml.load(str(clients), Loader=yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, RecursionError) as error:
        # The error's own text may quote a secret.
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
    raise AnsibleFilterError(f"The text of the list of API clients is no YAML{where}. {_HINT}")


def _pair(entry: Any, number: int) -> dict[str, str]:
    for key in ("client_id", "client_secret"):
        value = entry.get(key) if isinstance(entry, dict) else None
        if not isinstance(value, str) or not value:
            raise AnsibleFilterError(f"Entry {number} of the list of API clients has no text as its {key}. {_HINT}")
    return {key: str(entry[key]) for key in ("client_id", "client_secret")}


def _number(slice_number: Any) -> int:
    try:
        return int(str(slice_number))
    except ValueError:
        pass
    raise AnsibleFilterError("The number of the slice is no whole number.")


class FilterModule:
    """Ansible's entry point to the filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"client_of_slice": explained(client_of_slice)}
