# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts as hosts that are rotated all at once, by the playbooks rotate_accounts and lock_out_accounts."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from functional.accounts import KEY, Accounts
from functional.playbook import Outcome
from functional.test_role import SOURCE, connection

REPORT = "community.sailpoint.rotate_password : Report"
GIVEN = "Of-{}-1.a"
_RECAP = re.compile(r"^(\S+)\s+: ((?:\w+=\d+\s*)+)$", re.MULTILINE)


class Batch:
    """Accounts that a playbook of the collection rotates.

    :ivar journal: the path of the journal that runs are given.
    """

    def __init__(self, these: Accounts, name: str = "rotate_accounts", **common: Any) -> None:
        self.these, self.tenant, self.common = these, these.tenant, common
        self.journal = these.playbook.folder / "journal.jsonl"
        self._name = name

    def run(self, *arguments: str, environment: dict[str, str] | None = None, **more: Any) -> Outcome:
        """Run the playbook to its end, then show the results of the hosts that have not failed.

        :param more: variables of all hosts.
        """
        return self.these.playbook.run(self._plays(), *arguments, inventory=self._hosts(more), environment=environment)

    def start(self, *arguments: str, **more: Any) -> subprocess.Popen[str]:
        """Start the playbook."""
        return self.these.playbook.start(self._plays(), *arguments, inventory=self._hosts(more))

    def steps(self) -> dict[str, list[str]]:
        """Return what the journal says of each account, by its name, in order."""
        lines = [json.loads(line) for line in self.journal.read_text("utf-8").splitlines()]
        names = [line["name"] for line in lines if "name" in line]
        return {
            name: [line["step"] for line in lines if line.get("account") == number and "step" in line]
            for number, name in enumerate(names)
        }

    def _plays(self) -> list[dict[str, Any]]:
        show = {"name": "Result", "ansible.builtin.debug": {"var": "rotate_password_result"}}
        return [
            {"name": self._name, "ansible.builtin.import_playbook": f"community.sailpoint.{self._name}"},
            {"hosts": "all", "gather_facts": False, "connection": "local", "tasks": [show]},
        ]

    def _hosts(self, more: dict[str, Any]) -> dict[str, Any]:
        common = {
            # Nothing of an account can be reached from here.
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


def stored(folder: Path, **more: Any) -> dict[str, Any]:
    """Return the variables of a host whose password is generated and kept in encrypted files."""
    return {
        "rotate_password_store": "file",
        "rotate_password_store_dir": str(folder / "store"),
        "rotate_password_store_key": KEY,
        **more,
    }


def given(name: str) -> dict[str, Any]:
    """Return the variables of a host whose password is given."""
    return {"rotate_password_value": GIVEN.format(name)}


DISCARD: dict[str, Any] = {"rotate_password_discard": True}


def recap(outcome: Outcome) -> dict[str, dict[str, int]]:
    """Return the numbers at the end of the output, by host."""
    return {
        host: {key: int(number) for key, number in (pair.split("=") for pair in numbers.split())}
        for host, numbers in _RECAP.findall(outcome.stdout)
    }


def ended(outcome: Outcome) -> dict[str, str]:
    """Return how each host ended by the recap: failed, changed or ok."""
    return {
        host: "failed" if numbers["failed"] else "changed" if numbers["changed"] else "ok"
        for host, numbers in recap(outcome).items()
    }


def told(outcome: Outcome, host: str) -> str:
    """Return the last message of a host: its report, or what became of its password when that failed."""
    events = [event for event in outcome.events if event["host"] == host and event["event"] in ("ok", "failed")]
    messages = [event["result"].get("msg") for event in events if event["task"] != "Result"]
    return str([message for message in messages if message][-1])
