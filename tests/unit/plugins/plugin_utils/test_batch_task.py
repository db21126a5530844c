# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the tasks of a batch find the hosts, and what they take over from the serial batch before."""

from __future__ import annotations

from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation import task as _task
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.task import (
    RESULT,
    ROTATION,
    SHARED,
    BatchAction,
)
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores import kv2 as _kv2
from support.actions import WHERE, HostVars, action
from support.rotations import rotation


class Task(BatchAction):
    def perform(self, params, task_vars):
        return {}


def begun(made):
    return {"changed": False, "rotation": made.as_value()}


def play(batch, everyone=None, **variables):
    return {**WHERE, "hostvars": HostVars(variables), "ansible_play_batch": batch, "ansible_play_hosts_all": everyone}


def test_each_host_of_the_batch_is_found_as_it_has_begun():
    first, second = rotation(user_name="one"), rotation(user_name="two")
    known = play(["a", "b"], a={RESULT: begun(first)}, b={RESULT: begun(second)}, c={RESULT: begun(first)})
    assert action(Task).hosts(known) == {"a": first, "b": second}


def test_what_tasks_of_the_user_have_made_of_it_counts():
    first, moved = rotation(user_name="one"), rotation(user_name="moved")
    known = play(["a"], a={RESULT: begun(first), ROTATION: begun(moved)})
    assert action(Task).hosts(known) == {"a": moved}


def test_a_host_that_did_not_get_so_far_is_left_out():
    first = rotation()
    crashed = {"failed": True, "msg": "It crashed."}
    known = play(["a", "b", "c", "d"], a={RESULT: begun(first)}, b={RESULT: crashed}, c={}, d={RESULT: "text"})
    assert action(Task).hosts(known) == {"a": first}


def test_what_was_left_of_another_rotation_does_not_count():
    # A result holds no rotation.
    first = rotation()
    known = play(["a"], a={RESULT: begun(first), ROTATION: {"changed": False, "result": {"outcome": "finished"}}})
    assert action(Task).hosts(known) == {"a": first}


def test_one_connection_for_each_store_with_the_variables_of_its_hosts(monkeypatch):
    asked = []

    class Connection:
        """Tells what it was made of."""

        def __init__(self, lookup, session, threads):
            asked.append((lookup, session, threads))

    monkeypatch.setattr(_kv2, "VaultConnection", Connection)
    monkeypatch.setattr(_task, "make_lookup", lambda _loader, _templar, variables: variables)
    hosts = {name: rotation(store=store) for name, store in (("a", "file"), ("b", "kv2"), ("c", "kv2"), ("d", "/own"))}
    for name in ("b", "c"):
        hosts[name].store_variables = {"ansible_hashi_vault_url": "x"}
    found = action(Task).connections(hosts, {"kv2": {"token": "t"}}, {"of": "the play"}, 8)
    assert found.keys() == {"kv2"}
    assert asked == [({"of": "the play", "ansible_hashi_vault_url": "x"}, {"token": "t"}, 8)]


TOTALS = {"totals": {"finished": 2}, "recent": [1.0]}


def test_the_totals_of_the_serial_batch_before_are_those_of_its_last_host():
    hosts = ["a", "b", "c", "d"]
    known = {"a": {SHARED: {"totals": "old"}}, "b": {SHARED: TOTALS}, "c": {}, "d": {}}
    assert action(Task).previous_report(play(["c", "d"], hosts, **known)) == TOTALS


def test_the_first_batch_has_nothing_before_it():
    # What an earlier use of the role in the play has left is of no batch of this one.
    hosts = ["a", "b", "c"]
    known = {"a": {SHARED: TOTALS}, "b": {SHARED: TOTALS}, "c": {SHARED: TOTALS}}
    assert action(Task).previous_report(play(["a", "b"], hosts, **known)) == {}
    assert action(Task).previous_report(play([], hosts, **known)) == {}


def test_where_the_batch_before_was_not_reported_on_there_are_no_totals():
    for left in ({}, {SHARED: {"problem": None}}, {SHARED: "text"}):
        assert action(Task).previous_report(play(["b"], ["a", "b"], a=left)) == {}
