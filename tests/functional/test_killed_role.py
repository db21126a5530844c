# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rotations killed with SIGKILL and run again: store and tenant agree, and no password is lost.

These two whole processes show that the role does what its steps promise. That they converge wherever they are struck,
with each store, is in tests/promises/test_crashes.py; that a file stays whole in a write is in the unit tests.
"""

from __future__ import annotations

from support.killing import COMMITTED, HOST, STAGED, Scene
from support.playbook import kill
from support.role_plays import result_of
from support.waiting import until


def test_a_run_that_is_killed_at_a_request_is_finished_by_the_next(wide_tenant, tmp_path):
    these = Scene(wide_tenant, tmp_path / "scene")
    # So that the next run may come before the change has ended.
    these.outcome(HOST, change_seconds=1)
    these.strike_at_request("set", "after")
    assert these.state() == STAGED
    staged = these.read(HOST).pending.password
    these.wait_until_carried_out()
    these.finish(sets=1)
    assert these.held(HOST) == staged


HOOK = """
- name: Tell the consumer
  ansible.builtin.shell: echo told >> {folder}/told
  changed_when: true
- name: Never end
  ansible.builtin.command: sleep 600
  changed_when: false
  when: never_ends
"""


def test_a_hook_that_was_killed_is_all_that_the_next_run_does(wide_tenant, tmp_path):
    hook, told = tmp_path / "hook.yml", tmp_path / "told"
    hook.write_text(HOOK.format(folder=tmp_path), "utf-8")
    these = Scene(wide_tenant, tmp_path / "scene", rotate_password_after_change=str(hook), never_ends=True)
    child = these.start()
    try:
        until(lambda: told.exists() or child.poll() is not None, "the hook has not run", 120)
        assert child.poll() is None
    finally:
        kill(child)
    record = these.read(HOST)
    assert (these.state(), record.after_change_due) == (COMMITTED, True)
    again = these.finish(sets=0, never_ends=False)
    assert result_of(again, HOST)["outcome"] == "unchanged"
    assert these.read(HOST) == record._replace(after_change_due=False)
    assert told.read_text().split() == ["told"] * 2
