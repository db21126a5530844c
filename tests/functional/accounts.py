# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rotations of many accounts in one play, each account a host of the inventory, and what their stores hold."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any

from ansible_collections.community.sailpoint.plugins.modules import isc_password
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.owner import this_run
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.record import (
    KeptPassword,
    PendingPassword,
    Record,
    RecordedAccount,
    read_record,
)
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores.file import RecordFile
from functional.playbook import Outcome, Playbook
from functional.test_role import SOURCE, arrived, connection, in_role, result_of, rotation
from simulator.fixtures import SYNCED_POLICIES, hexadecimal
from unit.support import FakeTime, run

KEY = "the key of the encrypted files"
OLD = "Old-and-true-11"
NEW = "New-and-sent-22"
SOURCE_ID = hexadecimal("source:ad")
# What such a tenant is started with.
OPTIONS: dict[str, Any] = {"accounts": 50, "change_seconds": 0.1, "rate_limit": 0, "no_tls": True}


class Accounts:
    """Accounts, each a host named for what it is a case of, which are rotated with the store C(file) by default."""

    def __init__(self, tenant: Any, folder: Path, **hosts: dict[str, Any]) -> None:
        self.tenant = tenant
        self.hosts = hosts
        self.store = folder / "store"
        self.playbook = Playbook(folder)
        self._users = {name: f"user{number:05d}" for number, name in enumerate(hosts, 1)}
        self.keep_history(False)

    def keep_history(self, kept: bool) -> None:
        """Say whether the source refuses a password that it had before."""
        policies = [policy for policy in SYNCED_POLICIES if kept or not policy.startswith("passwordHistory")]
        self.tenant.settings(policies={SOURCE: policies})

    def rotate(self, *arguments: str, how: dict[str, Any] | None = None, **more: Any) -> Outcome:
        """Run the role for all hosts.

        :param how: keywords of Playbook.run.
        :param more: variables for hosts, by name, which are added to theirs.
        """
        variables = {
            "rotate_password_source_name": SOURCE,
            "rotate_password_store": "file",
            "rotate_password_store_dir": str(self.store),
            "rotate_password_store_key": KEY,
            "rotate_password_wait_sleep": 0.1,
            **connection(self.tenant),
        }
        hosts = {
            name: {
                "ansible_connection": "local",
                **variables,
                "rotate_password_user_name": self._users[name],
                **given,
                **more.get(name, {}),
            }
            for name, given in self.hosts.items()
        }
        how = {"inventory": hosts, **(how or {})}
        return self.playbook.run(rotation(), "--forks", "4", *arguments, **how)

    def account(self, host: str) -> RecordedAccount:
        """Return a host's account."""
        user = self._users[host]
        return RecordedAccount(user, SOURCE, SOURCE_ID, f"CN={user},OU=Generated,DC=acme,DC=com")

    def file(self, host: str) -> Path:
        """Return the file of a host's record."""
        account = self.account(host)
        digest = hashlib.sha256(f"{account.source_id}/{account.account_id}".encode()).hexdigest()[:12]
        return self.store / f"{account.user_name}.active-directory.{digest}.json"

    def read(self, host: str) -> Record:
        """Return what the store holds for a host."""
        return read_record(RecordFile(str(self.file(host)), KEY).load()[0], self.account(host))

    def write(self, host: str, **parts: Any) -> None:
        """Put a record in the store; see current and pending."""
        file = RecordFile(str(self.file(host)), KEY)
        file.save(Record(self.account(host), **parts).as_value(), file.load()[1])

    def contents(self) -> dict[str, bytes]:
        """Return all files of the store, but those that are locks."""
        return {path.name: path.read_bytes() for path in self.store.glob("*") if not path.name.endswith(".lock")}

    def held(self, host: str) -> str | None:
        """Return the password that the tenant holds for a host."""
        return arrived(self.tenant, self.account(host).account_id)

    def set(self, host: str, password: str, wait: bool = True, **outcome: Any) -> str:
        """Set a host's password without the role, and return the request's id; see Tenant.outcome."""
        if outcome:
            self.tenant.outcome(user_name=self._users[host], **outcome)
        params = {"user_name": self._users[host], "source_name": SOURCE, "password": password, "wait": False}
        request = run(isc_password, self.tenant, FakeTime(), **params)["request_id"]
        deadline = time.monotonic() + 10
        while wait and self.held(host) != password:
            assert time.monotonic() < deadline, "the password did not arrive"
            time.sleep(0.02)
        return request

    def sets(self) -> int:
        """Return how many times the tenant was asked to set a password."""
        return self.tenant.counts().get("set", 0)

    def outcome(self, host: str, **wish: Any) -> None:
        """Say how the next change of a host's account goes; see Tenant.outcome."""
        self.tenant.outcome(user_name=self._users[host], **wish)


def current(password: str = OLD, age: float = 1000) -> KeptPassword:
    """Return a password that holds."""
    return KeptPassword(password, time.time() - age, "request-0")


def pending(request_id: str | None = None, password: str = NEW, age: float = 100, **more: Any) -> PendingPassword:
    """Return a password that a run staged, which has ended."""
    owner = this_run("localhost")._replace(started="long ago")
    return PendingPassword(password, time.time() - age, owner, request_id, **more)


def failed_hosts(outcome: Outcome) -> set[str]:
    """Return the hosts whose rotation failed."""
    hosts = {event["host"] for event in outcome.events}
    return hosts - {event["host"] for event in outcome.events if event["task"] == "Result"}


def changed(outcome: Outcome, host: str) -> Any:
    """Return whether a host's result says that it was changed, or 'failed'."""
    return "failed" if host in failed_hosts(outcome) else result_of(outcome, host)["changed"]


def verdict(outcome: Outcome, host: str) -> str:
    """Return the last message of a host whose rotation failed."""
    return in_role(outcome, "Say what became of the password", host)["msg"]


def reported(outcome: Outcome, host: str) -> str:
    """Return the report of a host whose rotation succeeded."""
    return in_role(outcome, "Report", host)["msg"]


def mistake(outcome: Outcome, host: str) -> str:
    """Return the messages of all that failed for a host."""
    return "\n".join(
        str(event["result"].get("msg"))
        for event in outcome.events
        if event["host"] == host and event["event"] == "failed"
    )
