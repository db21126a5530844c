# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rotations of many accounts in one play, each account a host of the inventory, and their stores."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

from ansible_collections.community.sailpoint.plugins.modules import isc_password
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.owner import this_run
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.record import (
    PendingPassword,
    Record,
    RecordedAccount,
    RecordedPassword,
    read_record,
)
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores.base import Store
from simulator.fixtures import SYNCED_POLICIES, hexadecimal

from support.keepers import Files
from support.modules import FakeTime, run
from support.playbook import Outcome, Playbook
from support.role_plays import SOURCE, arrived, connection, rotation
from support.waiting import until

OLD = "Old-and-true-11"
NEW = "New-and-sent-22"
SOURCE_ID = hexadecimal("source:ad")
# Options of the tenant.
OPTIONS: dict[str, Any] = {"accounts": 50, "change_seconds": 0.1, "rate_limit": 0, "no_tls": True}


class Accounts:
    """Accounts, each a host that is named after its test case.

    :param keeper: the default store of the accounts, see ``support.keepers``. By default it is files.
    :ivar store: the folder of these files.
    """

    def __init__(self, tenant: Any, folder: Path, keeper: Any = None, **hosts: dict[str, Any]) -> None:
        self.tenant = tenant
        self.hosts = hosts
        self.store = folder / "store"
        self.keeper = keeper or Files(self.store)
        self.playbook = Playbook(folder)
        self._users = {name: f"user{number:05d}" for number, name in enumerate(hosts, 1)}
        # The source accepts a password that it had before.
        policies = [policy for policy in SYNCED_POLICIES if not policy.startswith("passwordHistory")]
        self.tenant.settings(policies={SOURCE: policies})

    def rotate(self, *arguments: str, how: dict[str, Any] | None = None, **more: Any) -> Outcome:
        """Run the role for all hosts.

        :param how: keywords of Playbook.run.
        :param more: additional variables by host.
        """
        return self.playbook.run(rotation(), "--forks", "4", *arguments, **self._how(more, **(how or {})))

    def start(self, *arguments: str, **more: Any) -> subprocess.Popen[str]:
        """Start the role for all hosts.

        :param more: additional variables by host.
        """
        return self.playbook.start(rotation(), "--forks", "4", *arguments, **self._how(more))

    def _how(self, more: dict[str, Any], **how: Any) -> dict[str, Any]:
        environment = {**self.keeper.environment, **how.get("environment", {})}
        return {"inventory": self.inventory(more), **how, "environment": environment}

    def inventory(self, more: dict[str, Any]) -> dict[str, Any]:
        """Return the hosts.

        :param more: additional variables by host.
        """
        common = {
            "ansible_connection": "local",
            "rotate_password_source_name": SOURCE,
            "rotate_password_wait_sleep": 0.1,
            **self.keeper.variables,
            **connection(self.tenant),
        }
        return {
            name: {**common, "rotate_password_user_name": self._users[name], **variables, **more.get(name, {})}
            for name, variables in self.hosts.items()
        }

    def account(self, host: str) -> RecordedAccount:
        user = self._users[host]
        return RecordedAccount(user, SOURCE, SOURCE_ID, f"CN={user},OU=Generated,DC=acme,DC=com")

    def file(self, host: str) -> Path:
        return self.keeper.path(self.account(host))

    def read(self, host: str) -> Record:
        return read_record(self._open(host).load().record, self.account(host))

    def write(self, host: str, **parts: Any) -> None:
        """Store a record of a host. See ``current`` and ``pending``."""
        store = self._open(host)
        store.save(Record(self.account(host), **parts).as_value(), store.load().version)

    def _open(self, host: str) -> Store:
        return self.keeper.open(self.account(host))

    def contents(self) -> dict[str, bytes]:
        """Return all files of the store except locks."""
        return {path.name: path.read_bytes() for path in self.store.glob("*") if not path.name.endswith(".lock")}

    def held(self, host: str) -> str | None:
        """Return the password of a host in the tenant."""
        return arrived(self.tenant, self.account(host).account_id)

    def agree(self, host: str) -> bool:
        """Return whether store and tenant have the same password, and no other one is pending."""
        record = self.read(host)
        return record.pending is None and record.current is not None and record.current.password == self.held(host)

    def set(self, host: str, password: str, wait: bool = True, **outcome: Any) -> str:
        """Set the password of a host without the role, and return the request id. See Tenant.outcome."""
        if outcome:
            self.tenant.outcome(user_name=self._users[host], **outcome)
        params = {"user_name": self._users[host], "source_name": SOURCE, "password": password, "wait": False}
        request = run(isc_password, self.tenant, FakeTime(), **params)["request_id"]
        until(lambda: not wait or self.held(host) == password, "the password did not arrive")
        return request

    def sets(self) -> int:
        return self.tenant.counts().get("set", 0)

    def outcome(self, host: str, **outcome: Any) -> None:
        """Choose the outcome of the next change of a host's account. See Tenant.outcome."""
        self.tenant.outcome(user_name=self._users[host], **outcome)


def current(password: str = OLD, age: float = 1000) -> RecordedPassword:
    """Return the password in effect."""
    return RecordedPassword(password, time.time() - age, "request-0")


def pending(request_id: str | None = None, age: float = 100, **more: Any) -> PendingPassword:
    """Return the password NEW as staged by a run that has ended."""
    owner = this_run("localhost")._replace(started="long ago")
    return PendingPassword(NEW, time.time() - age, owner, request_id, **more)


def failed_hosts(outcome: Outcome) -> set[str]:
    return {host for host, how in outcome.ended.items() if how == "failed"}
