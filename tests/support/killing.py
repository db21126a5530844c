# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rotations of one account that are killed: when, the state they leave, and what the next run must do."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import Any

from support.accounts import OLD, Accounts, current
from support.playbook import Outcome, kill
from support.role_plays import SOURCE
from support.waiting import until

HOST = "svc"

NOTHING_STAGED = "nothing staged"
STAGED = "staged"
REQUEST_KNOWN = "request id known"
COMMITTED = "committed"

SETS: dict[str, tuple[tuple[int, ...], int]] = {
    NOTHING_STAGED: ((0,), 1),
    STAGED: ((0, 1), 1),
    REQUEST_KNOWN: ((1,), 0),
    COMMITTED: ((1,), 0),
}
"""For each state, the possible numbers of set requests, and the number that the next run sends."""


class Scene(Accounts):
    """An account whose rotation is due, or that has never been rotated (*first*)."""

    def __init__(
        self, tenant: Any, folder: Path, keeper: Any = None, first: bool = False, **options: dict[str, Any]
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        # With an age, the next run changes nothing if the killed rotation was complete.
        super().__init__(tenant, folder, keeper, **{HOST: {"rotate_password_max_age": "900s", **options}})
        self.first = first
        if not first:
            self.set(HOST, OLD)
            self.write(HOST, current=current())
            tenant.clear_requests()

    def held_at(self, operation: str, when: str = "before") -> subprocess.Popen[str]:
        """Start a run, and return it once one of its requests is held, before or after processing."""
        self.tenant.fault(operation, "gate", name=operation, when=when)
        child = self.start()
        try:
            while not self.tenant.gate(operation)["held"]:
                assert child.poll() is None, "".join(child.communicate())
                time.sleep(0.02)
        except BaseException:
            kill(child)
            raise
        return child

    def strike_at_request(self, operation: str, when: str = "before", end: str = "abort") -> None:
        """Kill a run while a request is held, before or after processing, and then ``open`` or ``abort`` the gate."""
        kill(self.held_at(operation, when))
        self.tenant.control("POST", f"gates/{operation}/{end}")

    def state(self) -> str:
        record = self.read(HOST)
        if record.pending is not None:
            return REQUEST_KNOWN if record.pending.request_id else STAGED
        held = record.current.password if record.current else None
        return NOTHING_STAGED if held == (None if self.first else OLD) else COMMITTED

    def passwords(self) -> set[str]:
        """Return all passwords in the store, and all that the tenant ever had."""
        record = self.read(HOST)
        kept = (record.current, record.previous, record.pending, *record.discarded)
        known = self.tenant.password(SOURCE, self.account(HOST).account_id) or {"history": []}
        return {each.password for each in kept if each} | set(known["history"])

    def wait_until_carried_out(self) -> None:
        """Wait until the tenant has the password that was sent."""
        record = self.read(HOST)
        password = (record.pending or record.current).password
        until(lambda: self.held(HOST) == password, "the tenant doesn't hold the password that was sent")

    def finish(self, sets: int, **more: Any) -> Outcome:
        """Run the role again, and fail unless store and tenant then agree, and no additional password was made.

        :param sets: the number of set requests that it must send.
        """
        before, sent = self.passwords(), self.sets()
        outcome = self.rotate(**({HOST: more} if more else {}))
        assert outcome.rc == 0, outcome.complaints
        assert self.agree(HOST)
        assert self.sets() - sent == sets
        ever = before | self.passwords()
        assert len(ever) == (1 if self.first else 2), "another password was made"
        previous = self.read(HOST).previous
        assert (previous and previous.password) == (None if self.first else OLD)
        self.no_plaintext(ever)
        return outcome

    def no_plaintext(self, passwords: set[str]) -> None:
        """Fail if a file of the store or of a run contains a password in plain text."""
        forms = [form.encode() for one in passwords for form in (one, json.dumps(one)[1:-1])]
        for path in self.playbook.folder.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                assert not any(form in content for form in forms), f"{path} holds a password"
