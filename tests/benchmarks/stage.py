# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tenant, and a folder from which playbooks run against it."""

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
    :ivar more_environment: additional environment variables of the playbooks.
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
        """A folder that exists as long as the tenant runs."""
        return self._folder.name

    def play(
        self, playbook: str, hosts: dict[str, dict[str, Any]] | None = None, ordinary: bool = False, **variables: Any
    ) -> Cost:
        """Run a playbook of this folder, and return its cost.

        :param hosts: variables by host; by default only localhost.
        :param ordinary: whether tasks run as ordinary modules, because they become another user (who is the same).
        :param variables: extra variables in addition to ``ca_path`` and ``base_url``.
        """
        variables = {"ca_path": self.tenant.ca_path, "base_url": self.tenant.base_url, **variables}
        command = [str(Path(sys.executable).with_name("ansible-playbook")), str(FOLDER / f"{playbook}.yml")]
        command += ["-e", f"@{self._file(variables)}"]
        if hosts is not None:
            command += ["-i", self._file({"all": {"hosts": hosts}})]
        environment = {**self._environment(), "ANSIBLE_BECOME": str(ordinary).lower()}
        return measured(command, environment, Path(self._folder.name))

    def script(self, python: Path, script: Path, arguments: list[str], accounts: list[dict[str, Any]]) -> Cost:
        """Run a script with a file of accounts, and return its cost."""
        command = [str(python), str(script), *arguments, self._file(accounts)]
        # For libraries that have no option for a CA.
        environment = {**self._environment(), "SSL_CERT_FILE": str(self.tenant.ca_path)}
        return measured(command, environment, Path(self._folder.name))

    def _environment(self) -> dict[str, str]:
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
            # Becoming the same user needs no sudo.
            "ANSIBLE_BECOME_USER": getpass.getuser(),
        }

    def _file(self, content: Any) -> str:
        self._number += 1
        path = Path(self._folder.name) / f"{self._number}.json"
        path.write_text(json.dumps(content))
        return str(path)


def user_names(number: int) -> list[str]:
    """Return the names of the users of a tenant with ``accounts=number``."""
    return [f"user{count:05d}" for count in range(1, number + 1)]


def new_password() -> str:
    """Return a password that fits the policies of all sources, and is probably new."""
    return "Never-" + "-".join(str(random.randrange(100, 999)) for _group in range(4))


def accounts(number: int, discard: bool = False) -> list[dict[str, Any]]:
    """Return accounts for isc_password_batch, each with a new password or with ``discard``."""
    secret = (lambda: {"discard": True}) if discard else (lambda: {"password": new_password()})
    return [{"user_name": name, "source_name": SOURCE, **secret()} for name in user_names(number)]
