# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ctrl-C during a password change: the terminal shows the state of the change.

The unit tests cover the messages for each state. These tests interrupt whole processes as a terminal does.
"""

from __future__ import annotations

import os
import signal
import time

import pytest
from support.accounts import NEW
from support.killing import STAGED, Scene
from support.playbook import defaults, kill, play, task
from support.role_plays import SOURCE
from support.waiting import until

SENT = (
    "The run was interrupted while it sent the password; whether ISC got it is not known. Find out whether the new "
    "password is in effect before you set it again."
)
ACCEPTED = "The run was interrupted after ISC had accepted the password change; whether it will succeed is not known."
WHO = "rotate_password: user00001 on Active Directory: "
BOTH_KEPT = (
    'Whether the new password or the previous one is in effect is not known. The store keeps both, as "pending" and '
    '"current". Run this again: it finishes the pending password, and generates no other.'
)


def interrupt(child, tenant=None, gate=None):
    """Press Ctrl-C, open the named gate once the signal has arrived, and return what the terminal shows."""
    # A terminal sends it to the whole foreground group. Up to ansible-core 2.18, the workers are in that group. Later
    # they get it from ansible-playbook.
    os.killpg(child.pid, signal.SIGINT)
    if gate is not None:
        time.sleep(0.5)
        tenant.control("POST", f"gates/{gate}/open")
    try:
        shown = "".join(child.communicate(timeout=30))
    finally:
        kill(child)
    assert child.returncode != 0
    return shown


def wait_until_held(tenant, child, operation):
    """Wait until the gate holds a request."""
    until(lambda: tenant.gate(operation)["held"] or child.poll() is not None, f"no {operation} arrived")
    assert child.poll() is None, "".join(child.communicate())


@pytest.fixture
def set_password(playbook, wide_tenant, tmp_path):
    """Start a task that sets a password, and return it once one of its requests is held."""

    def start(operation, **more):
        wide_tenant.fault(operation, "gate", name=operation)
        options = {"user_name": "user00001", "source_name": SOURCE, "password": "{{ new_password }}", **more}
        plays = play([task("Set", "isc_password", options)], hosts="in_process", module_defaults=defaults(wide_tenant))
        child = playbook.start(plays, variables={"new_password": NEW})
        wait_until_held(wide_tenant, child, operation)
        return child

    return start


def test_an_interrupted_module_waits_for_the_response(set_password, wide_tenant, tmp_path):
    receipt = tmp_path / "receipt.json"
    shown = interrupt(set_password("set", receipt_file=str(receipt)), wide_tenant, "set")
    assert f"isc_password: {ACCEPTED}" in shown
    assert '"state": "IN_PROGRESS"' in receipt.read_text("utf-8")
    assert "Or run this again with its receipt: that also keeps waiting, and sends nothing." in shown
    assert NEW not in shown


def test_a_waiting_module_names_the_request(set_password, wide_tenant):
    shown = interrupt(set_password("status"))
    request_id = wide_tenant.requests("status")[-1]["path"].rpartition("/")[2]
    assert f"isc_password: {ACCEPTED} Don't set the password again now." in shown
    assert f"community.sailpoint.isc_password_change_info and request_id {request_id}." in shown


@pytest.fixture
def scene(wide_tenant, tmp_path):
    """An account in a file store whose rotation is due."""
    return Scene(wide_tenant, tmp_path / "scene")


def test_an_interrupted_rotation_says_what_the_store_holds(scene):
    shown = interrupt(scene.held_at("set"))
    assert f"{WHO}{SENT} {BOTH_KEPT}" in shown
    assert scene.state() == STAGED
