# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Receipts of isc_password when a play is killed, when two run at the same time, and in diff mode."""

from __future__ import annotations

import json

import pytest
from support.playbook import WAYS, assert_all_ok, defaults, kill, play, task

SOURCE = "Active Directory"
ACCOUNT = "CN=svc-backup,OU=Service Accounts,DC=acme,DC=com"
PASSWORD = "Kept-by-receipt.1"


class Change:
    """A play that sets a password with a receipt file, in one of the two ways."""

    def __init__(self, playbook, tenant, way):
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
        self.given = {
            "inventory": {"svc-backup": {"ansible_connection": WAYS[way]}},
            "variables": {"new_password": PASSWORD},
        }

    def run(self, *arguments):
        return self.playbook.run(self.play, *arguments, **self.given)

    def start(self):
        return self.playbook.start(self.play, **self.given)

    @property
    def receipt(self):
        return json.loads(self.path.read_text("utf-8"))


@pytest.fixture
def change(playbook, tenant, request):
    """Return the play in one of the two ways; what is decided is the same in both."""
    return Change(playbook, tenant, request.param)


IN_PROCESS = pytest.mark.parametrize("change", ["in_process"], indirect=True)
ORDINARY = pytest.mark.parametrize("change", ["ordinary"], indirect=True)


@ORDINARY
def test_a_play_that_is_killed_while_it_waits_is_taken_up(change, tenant):
    tenant.fault("status", "gate", name="status", when="before")
    child = change.start()
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
    outcome = change.run()
    assert_all_ok(outcome)
    result = outcome.result("Set")
    assert (result["decision"], result["changed"], result["state"]) == ("resumed", True, "FINISHED")
    assert change.receipt == {**killed, "state": "FINISHED"}
    assert tenant.counts()["set"] == 1
    assert tenant.password(SOURCE, ACCOUNT)["password"] == PASSWORD
    third = change.run().result("Set")
    assert (third["decision"], third["changed"]) == ("same_password", False)
    assert tenant.counts()["set"] == 1


@IN_PROCESS
def test_a_play_that_is_killed_before_the_answer_sends_again(change, tenant):
    tenant.fault("set", "gate", name="set", when="before")
    child = change.start()
    try:
        tenant.wait_for_gate("set")
    finally:
        kill(child)
    tenant.abort_gate("set")
    assert (change.receipt["state"], change.receipt["request_id"]) == ("UNKNOWN", None)
    outcome = change.run()
    assert_all_ok(outcome)
    assert outcome.result("Set")["decision"] == "set"
    assert change.receipt["state"] == "FINISHED"
    assert tenant.counts()["set"] == 2
    assert tenant.password(SOURCE, ACCOUNT)["history"] == [PASSWORD]


@IN_PROCESS
def test_diff_mode_shows_the_receipt_and_no_secret(change, tenant):
    predicted = change.run("--diff", "--check")
    assert_all_ok(predicted)
    assert not change.path.exists()
    outcome = change.run("--diff")
    assert_all_ok(outcome)
    for one in (predicted, outcome):
        shown = one.stdout
        assert '+    "state": "FINISHED"' in shown
        assert "digest" not in shown and "salt" not in shown and PASSWORD not in shown
    assert tenant.requests("set")[0]["request_id"] in outcome.stdout
