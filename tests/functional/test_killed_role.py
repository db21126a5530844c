# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rotations killed with SIGKILL and run again, or run twice at the same time: no password is lost.

These tests show that whole processes keep the promises of the steps. tests/promises/test_crashes.py tests kills
anywhere with each store, tests/promises/test_pending_passwords.py that a record of another run is not overwritten, and
the unit tests that a killed write leaves the file intact and when a run gives way.
"""

from __future__ import annotations

import re
import socket

from support.accounts import OLD
from support.killing import COMMITTED, HOST, STAGED, Scene
from support.playbook import kill
from support.role_plays import result_of, verdict
from support.waiting import until


def test_a_run_killed_at_a_request_is_finished_by_the_next(wide_tenant, tmp_path):
    scene = Scene(wide_tenant, tmp_path / "scene")
    # The next run may start before the change has ended.
    scene.outcome(HOST, change_seconds=1)
    scene.strike_at_request("set", "after")
    assert scene.state() == STAGED
    staged = scene.read(HOST).pending.password
    scene.wait_until_carried_out()
    scene.finish(sets=1)
    assert scene.held(HOST) == staged


HOOK = """
- name: Tell the consumer
  ansible.builtin.shell: echo told >> {folder}/told
  changed_when: true
- name: Never end
  ansible.builtin.command: sleep 600
  changed_when: false
  when: never_ends
"""


def test_a_killed_hook_is_all_that_the_next_run_does(wide_tenant, tmp_path):
    hook, told = tmp_path / "hook.yml", tmp_path / "told"
    hook.write_text(HOOK.format(folder=tmp_path), "utf-8")
    scene = Scene(wide_tenant, tmp_path / "scene", rotate_password_after_change=str(hook), never_ends=True)
    child = scene.start()
    try:
        until(lambda: told.exists() or child.poll() is not None, "the hook has not run", 120)
        assert child.poll() is None
    finally:
        kill(child)
    record = scene.read(HOST)
    assert (scene.state(), record.after_change_due) == (COMMITTED, True)
    again = scene.finish(sets=0, never_ends=False)
    assert result_of(again, HOST)["outcome"] == "unchanged"
    assert scene.read(HOST) == record._replace(after_change_due=False)
    assert told.read_text().split() == ["told"] * 2


def test_a_second_run_names_the_first_and_sends_nothing(wide_tenant, tmp_path):
    scene = Scene(wide_tenant, tmp_path / "scene")
    first = scene.held_at("set")
    try:
        staged = scene.read(HOST)
        second = scene.rotate()
        assert second.rc == 2
        assert re.search(
            r"Another run has been rotating this password since \S+: "
            rf"process {first.pid} on {re.escape(socket.gethostname())}, for the host {HOST}\.",
            verdict(second, HOST),
        ), verdict(second, HOST)
        assert "This run sent nothing." in verdict(second, HOST)
        assert result_of(second, HOST)["outcome"] == "not_sent"
        assert scene.sets() == 1
        assert scene.read(HOST) == staged
        scene.tenant.open_gate("set")
        stdout, stderr = first.communicate(timeout=120)
        assert first.returncode == 0, stdout + stderr
    finally:
        if first.poll() is None:
            kill(first)
    assert scene.agree(HOST)
    assert scene.held(HOST) != OLD
    assert scene.sets() == 1
