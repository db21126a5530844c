# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A receipt of isc_password when a play is killed, when two plays run at once, and in diff mode."""

from __future__ import annotations

import json

from support.playbook import WAYS, assert_all_ok, defaults, kill, play, task

SOURCE = "Active Directory"
ACCOUNT = "CN=svc-backup,OU=Service Accounts,DC=acme,DC=com"
PASSWORD = "Kept-by-receipt.1"


class Change:
    """A play that sets a password with a receipt file."""

    def __init__(self, playbook, tenant):
        self.playbook = playbook
        self.path = playbook.folder / "receipt.json"
        options = {
            "user_name": "svc-backup",
            "source_name": SOURCE,
            "password": "{{ new_password }}",
            "update_password": "when_changed",
            "receipt_file": str(self.path),
            "wait_sleep": 0.1,
        }
        self.play = play([task("Set", "isc_password", options)], module_defaults=defaults(tenant))

    def given(self, way):
        inventory = {"svc-backup": {"ansible_connection": WAYS[way]}}
        return {"inventory": inventory, "variables": {"new_password": PASSWORD}}

    def run(self, *arguments):
        return self.playbook.run(self.play, *arguments, **self.given("in_process"))

    @property
    def receipt(self):
        return json.loads(self.path.read_text("utf-8"))


def test_a_play_that_is_killed_while_it_waits_is_resumed(playbook, tenant):
    """An ordinary module runs in a separate process, which is killed too. The second run is in process."""
    change = Change(playbook, tenant)
    tenant.fault("status", "gate", name="status", when="before")
    child = playbook.start(change.play, **change.given("ordinary"))
    try:
        tenant.wait_for_gate("status")
        assert change.receipt["state"] == "IN_PROGRESS"
        second = change.run()
        assert "is in use by another run" in second.result("Set")["msg"]
    finally:
        kill(child)
    tenant.open_gate("status")
    killed = change.receipt
    assert (killed["state"], killed["request_id"]) == ("IN_PROGRESS", tenant.requests("set")[0]["request_id"])
    outcome = change.run("--diff")
    assert_all_ok(outcome)
    result = outcome.result("Set")
    assert (result["decision"], result["changed"], result["state"]) == ("resumed", True, "FINISHED")
    assert change.receipt == {**killed, "state": "FINISHED"}
    assert tenant.counts()["set"] == 1
    assert tenant.password(SOURCE, ACCOUNT)["password"] == PASSWORD
    # The diff shows the receipt without secrets.
    assert '+    "state": "FINISHED"' in outcome.stdout
    assert killed["request_id"] in outcome.stdout
    assert "digest" not in outcome.stdout and "salt" not in outcome.stdout and PASSWORD not in outcome.stdout
