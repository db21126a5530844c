# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rotations killed with SIGKILL and run again: store and tenant agree, and no password is lost.

These few whole processes show that the role does what its steps promise. That they converge wherever they are struck is
shown by the unit tests, at thousands of points.
"""

from __future__ import annotations

import time
from typing import Any

import pytest
from support.accounts import NEW, OLD, current, pending
from support.keepers import Files, Own, Vault
from support.killing import COMMITTED, HOST, NOTHING_STAGED, REQUEST_KNOWN, SETS, STAGED, Scene
from support.playbook import assert_all_ok, kill
from support.role_plays import result_of, verdict


@pytest.fixture
def scene(wide_tenant, tmp_path, request):
    """Make an account whose rotation is due, kept in a store of a kind."""

    def make(kind: str = "file", **options: Any) -> Scene:
        if kind == "kv2":
            keeper: Any = Vault(request.getfixturevalue("openbao"))
        else:
            keeper = Own(tmp_path / "own") if kind == "own" else Files(tmp_path / "store")
        return Scene(wide_tenant, tmp_path / "scene", keeper, **options)

    return make


# Each moment with each store is in tests/promises/test_crashes.py. These are whole processes.
@pytest.mark.parametrize(
    ("operation", "when", "state", "sent", "kind"),
    [
        ("set", "before", STAGED, False, "file"),
        ("set", "after", STAGED, True, "kv2"),
        ("status", "before", REQUEST_KNOWN, True, "own"),
    ],
)
def test_a_run_that_is_killed_at_a_request_is_finished_by_the_next(scene, kind, operation, when, state, sent):
    these = scene(kind)
    # So that the next run may come before the change has ended.
    these.outcome(HOST, change_seconds=1)
    these.strike_at_request(operation, when)
    assert these.state() == state
    staged = these.read(HOST).pending.password
    if sent and state == STAGED:
        these.wait_until_carried_out()
    these.finish(sets=SETS[state][1])
    assert these.held(HOST) == staged


@pytest.mark.parametrize(
    ("number", "moment", "first", "state"),
    [
        (1, "torn", True, NOTHING_STAGED),
        (2, "replaced", False, REQUEST_KNOWN),
    ],
)
def test_a_run_that_is_killed_in_a_write_of_the_store_is_finished_by_the_next(scene, number, moment, first, state):
    these = scene(first=first)
    these.strike_at_write(number, moment)
    assert these.state() == state
    if state != NOTHING_STAGED:
        these.wait_until_carried_out()
    outcome = these.finish(sets=SETS[state][1])
    assert result_of(outcome, HOST)["changed"] == (state != COMMITTED)


def test_what_failed_after_a_kill_is_settled_by_the_user(scene):
    these = scene()
    these.set(HOST, NEW)
    these.write(HOST, current=current(), pending=pending())
    these.keep_history(True)
    sets = these.sets()
    first = these.rotate()
    assert (first.rc, result_of(first, HOST)["outcome"]) == (2, "unknown")
    kept = these.read(HOST)
    assert (kept.pending.password, kept.current.password, these.sets() - sets) == (NEW, OLD, 1)
    for outcome in (first, these.rotate()):
        assert outcome.rc == 2
        assert "reported FAILED" in verdict(outcome, HOST)
        assert "set rotate_password_settle_pending to commit if it is the pending one" in verdict(outcome, HOST)
    settled = these.finish(sets=0, rotate_password_settle_pending="commit")
    assert (these.sets() - sets, these.read(HOST).current.password) == (1, NEW)
    assert "the pending password is now the current one" in result_of(settled, HOST)["msg"]


HOOK = """
- name: Tell the consumer
  ansible.builtin.shell: echo told >> {folder}/told
  changed_when: true
- name: Never end
  ansible.builtin.command: sleep 600
  changed_when: false
  when: never_ends
"""


def test_a_hook_that_was_killed_is_all_that_the_next_run_does(scene, tmp_path):
    hook, told = tmp_path / "hook.yml", tmp_path / "told"
    hook.write_text(HOOK.format(folder=tmp_path), "utf-8")
    these = scene(rotate_password_after_change=str(hook), never_ends=True)
    child = these.start()
    try:
        deadline = time.monotonic() + 120
        while not told.exists():
            assert time.monotonic() < deadline and child.poll() is None, "the hook has not run"
            time.sleep(0.02)
    finally:
        kill(child)
    record = these.read(HOST)
    assert (these.state(), record.after_change_due) == (COMMITTED, True)
    again = these.finish(sets=0, never_ends=False)
    assert result_of(again, HOST)["outcome"] == "unchanged"
    assert these.read(HOST) == record._replace(after_change_due=False)
    assert told.read_text().split() == ["told"] * 2
    third = these.rotate(**{HOST: {"never_ends": False}})
    assert_all_ok(third)
    assert told.read_text().split() == ["told"] * 2
