# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tenant, and a folder to run playbooks against it."""

from __future__ import annotations

import getpass
import json
import os
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

from simulator.tenant import Tenant

from benchmarks.command import Cost, measured

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).resolve().parent
SOURCE = "Active Directory"


class Stage:
    """Starts a tenant on entering, and stops it on leaving.

    :param options: options of the tenant.
    :ivar more_environment: variables for the playbooks besides those of the tenant.
    """

    def __init__(self, **options: Any) -> None:
        self.tenant = Tenant(**options)
        self.more_environment: dict[str, str] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="isc-benchmark-")
        self._number = 0

    def __enter__(self) -> Stage:
        self.tenant.start()
        return self

    def __exit__(self, *_exception: Any) -> None:
        self.tenant.stop()
        self._folder.cleanup()

    @property
    def folder(self) -> str:
        """The folder that is there as long as the tenant is."""
        return self._folder.name

    def play(
        self,
        playbook: str,
        hosts: dict[str, dict[str, Any]] | None = None,
        ordinary: bool = False,
        **variables: Any,
    ) -> Cost:
        """Run a playbook of this folder and return what it cost.

        :param hosts: their variables by name; localhost alone by default.
        :param ordinary: become another user, even if it is the same one: then a task is an ordinary module.
        :param variables: extra variables; ``ca_path`` and ``base_url`` are given in any case.
        """
        variables = {"ca_path": self.tenant.ca_path, "base_url": self.tenant.base_url, **variables}
        command = [str(Path(sys.executable).with_name("ansible-playbook")), str(FOLDER / f"{playbook}.yml")]
        command += ["-e", f"@{self._file(variables)}"]
        if hosts is not None:
            command += ["-i", self._file({"all": {"hosts": hosts}})]
        environment = {**self.environment(), "ANSIBLE_BECOME": str(ordinary).lower()}
        return measured(command, environment, Path(self._folder.name))

    def script(self, python: Path, script: Path, arguments: list[str], accounts: list[dict[str, Any]]) -> Cost:
        """Run a script with a file of accounts and return what it cost."""
        command = [str(python), str(script), *arguments, self._file(accounts)]
        # For libraries that can't be told a CA for everything they send.
        environment = {**self.environment(), "SSL_CERT_FILE": str(self.tenant.ca_path)}
        return measured(command, environment, Path(self._folder.name))

    def environment(self) -> dict[str, str]:
        """Return the variables for a command that talks with the tenant."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("SAIL_")}
        return {
            "ANSIBLE_CONFIG": str(ROOT / "tests" / "ansible.cfg"),
            **inherited,
            **self.tenant.environment(),
            **self.more_environment,
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".build"),
            "ANSIBLE_HOME": self._folder.name,
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            # To become oneself needs no sudo.
            "ANSIBLE_BECOME_USER": getpass.getuser(),
        }

    def _file(self, content: Any) -> str:
        self._number += 1
        path = Path(self._folder.name) / f"{self._number}.json"
        path.write_text(json.dumps(content))
        return str(path)


def user_names(number: int) -> list[str]:
    """Return the names of the users that ``accounts=number`` gives to a tenant."""
    return [f"user{count:05d}" for count in range(1, number + 1)]


def new_password() -> str:
    """Return a password that fits the policies of all sources, and was hardly there before."""
    return "Never-" + "-".join(str(random.randrange(100, 999)) for _group in range(4))


def accounts(number: int, discard: bool = False) -> list[dict[str, Any]]:
    """Return accounts for isc_password_batch, with a new password each, or with one that nobody gets to know."""
    secret = (lambda: {"discard": True}) if discard else (lambda: {"password": new_password()})
    return [{"user_name": name, "source_name": SOURCE, **secret()} for name in user_names(number)]
