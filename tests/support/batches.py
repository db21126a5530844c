# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts that the playbooks rotate_accounts and lock_out_accounts rotate as one batch."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import yaml

from support.accounts import Accounts
from support.playbook import Outcome
from support.role_plays import SOURCE, connection

GIVEN = "Of-{}-1.a"
_SUMMARY = re.compile(r"\d+ accounts?: ")
OWN_LOAD = """\
- name: Read the file
  ansible.builtin.set_fact:
    rotate_password_record: "{{ lookup('ansible.builtin.file', kept) | from_json }}"
  when: kept is exists
  no_log: true
"""
OWN_SAVE = """\
- name: Write the file
  ansible.legacy.write_text:
    content: "{{ rotate_password_record | to_json }}"
    dest: "{{ kept }}"
  no_log: true
"""
DISCARD: dict[str, Any] = {"rotate_password_discard": True}


class Batch:
    """Accounts that a playbook of the collection rotates.

    :ivar journal: a path for a journal.
    """

    def __init__(self, these: Accounts, name: str = "rotate_accounts", **common: Any) -> None:
        self.these, self.tenant, self.common = these, these.tenant, common
        self.journal = these.playbook.folder / "journal.jsonl"
        self._name = name

    def run(self, *arguments: str, how: dict[str, Any] | None = None, **more: Any) -> Outcome:
        """Run the playbook to its end.

        :param how: keywords of Playbook.run.
        :param more: variables of all hosts.
        """
        how = {"plays": self.plays(), "inventory": self.inventory(**more), **(how or {})}
        return self.these.playbook.run(how.pop("plays"), *arguments, **how)

    def start(self, *arguments: str, **more: Any) -> subprocess.Popen[str]:
        return self.these.playbook.start(self.plays(), *arguments, inventory=self.inventory(**more))

    def inventory(self, **more: Any) -> dict[str, Any]:
        """Return the hosts.

        :param more: variables of all hosts.
        """
        common = {
            # These hosts can't be reached.
            "ansible_connection": "ssh",
            "ansible_become": True,
            "rotate_password_source_name": SOURCE,
            "rotate_password_wait_sleep": 0.1,
            "rotate_password_rate_limit": {"requests": 0},
            **connection(self.tenant),
            **self.common,
            **more,
        }
        users = {name: {"rotate_password_user_name": self.these.account(name).user_name} for name in self.these.hosts}
        return {name: {**common, **users[name], **own} for name, own in self.these.hosts.items()}

    def steps(self) -> dict[str, list[str]]:
        """Return the steps of each account in the journal, by name."""
        lines = [json.loads(line) for line in self.journal.read_text("utf-8").splitlines()]
        names = [line["name"] for line in lines if "name" in line]
        return {
            name: [line["step"] for line in lines if line.get("account") == number and "step" in line]
            for number, name in enumerate(names)
        }

    def plays(self) -> list[dict[str, Any]]:
        """Return a playbook that imports the collection's."""
        return [{"name": self._name, "ansible.builtin.import_playbook": f"community.sailpoint.{self._name}"}]


def own_store(folder: Path, load: str = OWN_LOAD, save: str = OWN_SAVE) -> dict[str, Any]:
    """Write the tasks of a store into *folder*, and return the variables of a host that uses it."""
    folder.mkdir()
    (folder / "load.yml").write_text(load, "utf-8")
    (folder / "save.yml").write_text(save, "utf-8")
    return {"rotate_password_store": str(folder), "kept": f"{folder}/{{{{ inventory_hostname }}}}.json"}


def given(name: str) -> dict[str, Any]:
    """Return the variables of a host with a given password."""
    return {"rotate_password_value": GIVEN.format(name)}


def as_extra(**variables: Any) -> tuple[str, str]:
    """Return the arguments that set extra variables."""
    return "-e", yaml.safe_dump(variables, default_flow_style=True, width=10000).strip()


def stats_of(outcome: Outcome) -> dict[str, Any]:
    """Return the statistics that a workflow gets."""
    return outcome.stats["rotate_password_stats"]


def failures(outcome: Outcome) -> dict[str, tuple[str, str]]:
    """Return the outcome and the step of each failed host, as a workflow gets them."""
    return {host: (each["outcome"], each["step"]) for host, each in stats_of(outcome)["failures"].items()}


def last_line(outcome: Outcome) -> str:
    lines = [line for line in outcome.stdout.splitlines() if _SUMMARY.match(line)]
    assert lines, outcome.complaints
    return lines[-1]
