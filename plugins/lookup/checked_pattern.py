# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: checked_pattern
short_description: Check that each part of a host pattern matches
version_added: 1.0.0
author:
  - The community.sailpoint authors (@community-sailpoint)
description:
  - Returns a host pattern for the keyword C(hosts) of a play, after checking that it matches as intended.
  - By itself, Ansible accepts a pattern that matches nothing, a misspelled part of one, and an inventory that it can't
    read. The play then succeeds, and some or all passwords are unchanged.
  - The lookup fails if the pattern is empty, if it or one of its parts matches no host, if O(ansible_limit) leaves no
    host, or if Ansible could not read an inventory source.
  - A number, to which YAML converts digits, is treated as the name of a host.
  - In a slice of a sliced job of AWX, which sees only its share of the hosts, a pattern may match nothing.
options:
  _terms:
    description:
      - The pattern, such as V(accounts:!retired), or a list of patterns.
    type: raw
    required: true
  option:
    description:
      - The name of the variable that holds the pattern, for messages.
    type: str
    default: hosts
  serial:
    description:
      - The value of the play's keyword C(serial), to be checked too. By itself, Ansible ends with an unexpected
        exception if the value is neither a number of hosts, nor a percentage, nor a list of these.
    type: raw
  serial_option:
    description:
      - The name of the variable that holds O(serial), for messages.
    type: str
    default: serial
  sliced:
    description:
      - Whether the run is a slice of a job.
      - By default, this is the case if C(awx_workflow_job_name) is C(awx_job_template_name), because AWX names a sliced
        job after its template.
    type: bool
  ansible_limit:
    description:
      - The limit of the run.
    type: str
    vars:
      - name: ansible_limit
notes:
  - With C(--syntax-check), the lookup checks nothing.
seealso:
  - ref: ansible_collections.community.sailpoint.docsite.batch
    description: Many accounts at once.
"""

EXAMPLES = r"""
- name: Rotate the passwords of some accounts
  hosts: "{{ lookup('community.sailpoint.checked_pattern', 'accounts:!retired') }}"
  connection: local
  gather_facts: false
  tasks:
    - name: Rotate
      ansible.builtin.import_role:
        name: community.sailpoint.rotate_password
        tasks_from: batch
"""

RETURN = r"""
_raw:
  description: The pattern as it was given.
  type: list
  elements: str
"""

import os
import re
import typing as t

from ansible import context
from ansible.errors import AnsibleLookupError
from ansible.inventory.manager import InventoryManager, split_host_pattern
from ansible.plugins.lookup import LookupBase

from ..module_utils._text import clean_text
from ..plugin_utils._variables import NOTHING_IS_DUE

_NOTHING_SENT = "Nothing was sent to ISC."
_DEFAULT_INVENTORY = "/etc/ansible/hosts"
"""The inventory that Ansible reads if none is given. It need not exist."""

_WITH_PORT = re.compile(r"[^:]+:[0-9]+")


class LookupModule(LookupBase):
    def run(self, terms: t.Sequence[t.Any], variables: t.Any = None, **kwargs: t.Any) -> list[str]:
        """Return the pattern.

        :raises AnsibleLookupError: the pattern does not match as intended.
        """
        self.set_options(var_options=variables, direct=kwargs)
        pattern, option = _texts(terms[0]), self.get_option("option")
        if context.CLIARGS.get("syntax"):
            # The check fails if a play has no hosts.
            return [pattern or "all"]
        try:
            _check_serial(self.get_option("serial"), self.get_option("serial_option"))
            _check_number(terms[0], option, variables["groups"].get("all", ()))
            self._check(pattern, option, variables)
        except ValueError as error:
            raise AnsibleLookupError(f"{error} {_NOTHING_SENT}") from None
        return [pattern]

    def _check(self, pattern: t.Any, option: str, variables: t.Mapping[str, t.Any]) -> None:
        if not pattern:
            raise ValueError(f"{option} is not set. Set it to the hosts, which stand for accounts.")
        sources = _Sources(self._loader)
        refused = sources.refused(variables.get("ansible_inventory_sources") or ())
        if refused:
            raise ValueError(
                f"Ansible could not read the inventory {', '.join(map(clean_text, refused))}, see its warnings. "
                "Correct it, or leave it out."
            )
        if self._is_slice(variables):
            return
        inventory = InventoryManager(self._loader, parse=False)
        for group, hosts in variables["groups"].items():
            inventory.add_group(group)
            for host in hosts:
                inventory.add_host(host, group=group)
        wanted = split_host_pattern(pattern)
        if sources.nothing_is_due(wanted):
            return
        given = f"{option} is {clean_text(str(pattern))}"
        for part in wanted:
            name = part[1:] if part[:1] in ("!", "&") else part
            # Excluding a group without hosts is fine. An unknown name is a mistake.
            excludes_group = part[:1] == "!" and name in inventory.groups
            if not excludes_group and not inventory.get_hosts(name):
                remedy = "Correct it, or leave it out."
                if _WITH_PORT.fullmatch(name):
                    remedy = (
                        "Ansible takes the number behind the colon for a port. Put a comma between the names of hosts."
                    )
                raise ValueError(f"{given}, and its part {clean_text(part)} matches no host. {remedy}")
        if not inventory.get_hosts(pattern):
            raise ValueError(f"{given}, which matches no host. Check the inventory.")
        limit = self.get_option("ansible_limit")
        if limit:
            inventory.subset(limit)
            if not inventory.get_hosts(pattern):
                raise ValueError(
                    f"{given}, and none of its hosts is within the limit {clean_text(limit)}. Correct one of the two."
                )

    def _is_slice(self, variables: t.Mapping[str, t.Any]) -> bool:
        sliced = self.get_option("sliced")
        if sliced is not None:
            return bool(sliced)
        job, template = variables.get("awx_workflow_job_name"), variables.get("awx_job_template_name")
        return job is not None and job == template


def _texts(pattern: t.Any) -> t.Any:
    """Return the pattern, or the list of patterns, as text. YAML turns a host name of digits into a number."""
    if pattern is None:
        return ""
    if isinstance(pattern, (list, tuple)):
        return [_texts(part) for part in pattern]
    return pattern if isinstance(pattern, str) else str(pattern)


def _check_number(pattern: t.Any, option: str, hosts: t.Iterable[str]) -> None:
    """Raise ValueError if the pattern may be a host name of digits whose leading zeros YAML has dropped."""
    if not isinstance(pattern, int) or isinstance(pattern, bool):
        return
    others = [host for host in hosts if host.isdecimal() and int(host) == pattern and host != str(pattern)]
    if others:
        raise ValueError(
            f"{option} has become the number {pattern}, and may have been {others[0]}, which is a host. "
            f"Write ~^{others[0]}$ or ~^{pattern}$ instead."
        )


def _check_serial(serial: t.Any, option: str) -> None:
    """Raise ValueError if the size of a batch is neither a number of hosts nor a percentage."""
    for size in serial if isinstance(serial, (list, tuple)) else [serial]:
        if size is not None and not re.fullmatch(r"[0-9]+%?", str(size).strip()):
            raise ValueError(
                f"{option} is {clean_text(str(size))}, and must be a number of hosts, or a percentage such as 10%."
            )


class _Sources(InventoryManager):
    """Reads the sources of the inventory again, because Ansible doesn't reveal which of them it couldn't read."""

    def __init__(self, loader: t.Any) -> None:
        super().__init__(loader, parse=False)
        self._refused: list[str] = []

    def refused(self, sources: t.Iterable[str]) -> list[str]:
        """Return the files in *sources*, including those in folders, that can't be read."""
        for source in sources:
            if source != _DEFAULT_INVENTORY or os.path.exists(source):
                # With the cache, as Ansible itself reads it.
                self.parse_source(source, cache=True)
        return self._refused

    def nothing_is_due(self, wanted: t.Sequence[str]) -> bool:
        """Return whether the pattern matches no host because ISC has no such accounts, as an inventory plugin found."""
        empty = {name for name, group in self.groups.items() if group.vars.get(NOTHING_IS_DUE)}
        if not empty or not set(wanted) <= {"all", *empty}:
            return False
        return not any(self.hosts if name == "all" else self.groups[name].get_hosts() for name in wanted)

    def parse_source(self, source: t.Any, cache: bool = False) -> t.Any:
        """Read a source. For a folder, Ansible calls this for each of its files."""
        parsed = super().parse_source(source, cache)
        if not parsed and not os.path.isdir(source):
            self._refused.append(str(source))
        return parsed
