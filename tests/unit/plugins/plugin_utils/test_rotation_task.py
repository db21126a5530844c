# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data that the tasks of the role and of a batch pass on, show and hide."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import Change
from ansible_collections.community.sailpoint.plugins.plugin_utils._paths import Places
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation import steps
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation import task as _task
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.record import Record, RecordedPassword
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.rotation import Problem
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.task import (
    RESULT,
    ROTATION,
    SHARED,
    BatchAction,
    RotationAction,
    open_client,
    public_result,
    read_rotation,
    secrets_in,
    view,
)
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores import kv2 as _kv2
from support.actions import WHERE, HostVars, action, run_action
from support.modules import access
from support.rotations import ACCOUNT, BEFORE, KNOWN, NEW, OLD, options, rotation

TASKS = Path(__file__).resolve().parents[4] / "roles" / "rotate_password" / "tasks"
DISCARDED = RecordedPassword("Discarded-43", 1.0)
RECORD = Record(ACCOUNT, OLD, BEFORE, KNOWN, (DISCARDED,), True)
GIVEN = {
    "value": "Given-1",
    "store_key": "the store's key",
    "client_secret": "the client's secret",
    "access_token": "the tenant's token",
}
SECRETS = {OLD.password, BEFORE.password, NEW, DISCARDED.password, *GIVEN.values()}


class Task(RotationAction):
    """A task of the role that does what its test gives it."""

    def perform(self, params, task_vars):
        return task_vars["does"](self, task_vars)


def full():
    """Return a rotation with a secret in every field that can hold one."""
    return rotation(RECORD, **GIVEN)


def test_every_secret_of_a_rotation_is_known():
    secrets, handed_on = action(Task).secrets, {"rotation": full().as_value()}
    assert set(secrets({**handed_on, "session": {"token": "the vault's token"}})) == {*SECRETS, "the vault's token"}
    assert set(secrets({**handed_on, "session": None})) == SECRETS
    assert set(secrets({**handed_on, "session": {"settings": {}, "token": None}})) == SECRETS
    made = rotation(value="Given-1")
    made.record = None
    assert secrets_in(made.as_value()) == ["Given-1"]


def test_a_result_is_always_hidden():
    does = {"does": lambda task, task_vars: {"changed": False}}
    assert run_action(Task, variables=does)["_ansible_no_log"] is True
    handing_on = {"does": lambda task, task_vars: task.pass_on(full(), {"token": "t"}, task_vars)}
    assert run_action(Task, variables=handing_on)["_ansible_no_log"] is True


def test_the_next_task_gets_the_rotation_and_session():
    made, session = full(), {"settings": {"url": "x"}, "token": "t"}
    handed_on = action(Task).pass_on(made, session, WHERE, files=["set.yml"])
    assert handed_on["files"] == ["set.yml"]
    assert handed_on["changed"] is False
    assert action(Task).rotation({ROTATION: json.loads(json.dumps(handed_on))}) == (made, session)


def test_each_plan_has_its_own_loop_variable():
    # Ansible warns if a loop variable is in use already, and mixes up the files of hosts that share one.
    made, seen = full(), []
    for rounds, files in ((1, ["set.yml"]), (1, ["set.yml", "wait.yml"]), (2, ["set.yml"])):
        made.rounds = rounds
        seen.append(action(Task).pass_on(made, None, WHERE, files=files)["loop_variable"])
    assert len(set(seen)) == 3
    # Tasks within the loop pass on another rotation, but the loop keeps its variable.
    assert action(Task).pass_on(made, None, WHERE, save_due=True)["loop_variable"] == seen[-1]


def test_a_crashed_task_leaves_its_message():
    made = read_rotation({"failed": True, "msg": "It crashed."})
    assert made.problem == Problem("It crashed.", None, "options")
    assert made.outcome == "refused"
    assert read_rotation({}).problem.message == "A task of the role has failed."
    assert read_rotation({"rotation": full().as_value(), "failed": True, "msg": "x"}) == full()


def test_every_field_that_the_tasks_of_the_role_use_is_passed_on():
    used = {
        entry
        for file in TASKS.glob("*.yml")
        for entry in re.findall(rf"\b{ROTATION}\.(\w+)", file.read_text(encoding="utf-8"))
    }
    assert "record" in used and "in_progress" in used
    assert used - action(Task).pass_on(full(), None, WHERE).keys() == {"files", "save_due"}


def test_fields_before_the_record_is_loaded():
    made = rotation(value="Given-1")
    made.account = made.record = None
    seen = view(made)
    nothing = {"account": {}, "record": {}, "password": "", "request_id": "", "new_value": "", "old_value": ""}
    assert {name: seen[name] for name in nothing} == nothing
    assert (seen["in_progress"], seen["has_failed"], seen["failure"], seen["follow_up_due"]) == (True, False, {}, False)


def test_fields_during_a_change():
    made = rotation(RECORD, ("before_change", "after_change", "on_failure"), wait=False, wait_timeout=60, wait_sleep=1)
    seen = view(made)
    assert seen["account"] == {**ACCOUNT._asdict(), "identity_id": "identity"}
    assert seen["record"] == RECORD.as_value()
    assert (seen["password"], seen["request_id"]) == (NEW, "request-1")
    assert (seen["new_value"], seen["old_value"]) == (NEW, OLD.password)
    assert (seen["wait"], seen["wait_timeout"], seen["wait_sleep"]) == (False, 60.0, 1.0)
    assert (seen["user_name"], seen["source_name"]) == ("svc-backup", "Active Directory")
    for hook in ("after_change", "on_failure"):
        assert seen[hook] == f"/play/{hook}.yml"


@pytest.mark.parametrize(
    ("outcome", "problem", "in_progress"),
    [
        (None, None, True),
        ("finished", None, False),
        ("finished", Problem("No.", None, "store"), False),
        (None, Problem("No.", None, "store"), False),
    ],
)
def test_a_change_goes_on_until_it_has_ended_or_failed(outcome, problem, in_progress):
    made = full()
    made.outcome, made.problem = outcome, problem
    assert view(made)["in_progress"] is in_progress
    assert view(made)["has_failed"] is (problem is not None)


def test_the_failure_hook_and_the_result_get_the_problem():
    made = full()
    made.fail(Problem("No.", "Do.", "wait"), "failed")
    assert view(made)["failure"] == {"outcome": "failed", "step": "wait", "message": "No. Do."}
    result = public_result(ended(outcome="failed", problem=Problem("No.", None, "wait")))
    assert (result["outcome"], result["step"]) == ("failed", "wait")
    assert result["msg"].startswith("svc-backup on Active Directory: No. ")


CHANGE = Change("request-1", "FINISHED", (), ("a", "b"))
GROUP = {"name": "group", "sources": [], "problem": None}


def ended(**more):
    made = rotation(RECORD)
    made.outcome, made.changed, made.change, made.due = "finished", True, CHANGE, steps.SET
    made.place, made.rotated_at, made.sync_group = "/store/file.json", "2026-03-14T09:26:53Z", GROUP
    for name, value in more.items():
        setattr(made, name, value)
    return made


def test_the_result_has_the_outcome_and_no_secret():
    result = public_result(ended())
    assert result == {
        "outcome": "finished",
        "changed": True,
        "state": "FINISHED",
        "request_id": "request-1",
        "account_id": "CN=svc-backup",
        "source_ids": ["a", "b"],
        "sync_group": GROUP,
        "password_age": None,
        "rotated_at": "2026-03-14T09:26:53Z",
        "kept_in": "/store/file.json",
        "step": None,
        "msg": "svc-backup on Active Directory: set for CN=svc-backup on 2 sources of a password sync group",
    }
    assert not [secret for secret in SECRETS if secret in str(result)]


def test_the_result_of_a_rotation_with_invalid_options():
    made = rotation(value="Given-1", store="none")
    made.account = None
    made.fail(Problem("No.", None, "options"))
    result = public_result(made)
    nothing = dict.fromkeys(("state", "request_id", "account_id", "sync_group", "rotated_at", "kept_in"))
    assert {name: result[name] for name in nothing} == nothing
    assert result["source_ids"] == []


@pytest.mark.parametrize(("changed", "state"), [(True, None), (False, "FINISHED")])
def test_check_mode_has_no_state_for_a_change_it_did_not_send(changed, state):
    assert public_result(ended(changed=changed), check_mode=True)["state"] == state


def test_files_are_searched_beside_the_playbook_and_in_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert action(Task).places(WHERE) == Places("/nowhere/playbook", os.getcwd())
    (tmp_path / "store").mkdir()
    assert action(Task).own_store(rotation(store="store"), WHERE) == str(tmp_path / "store")
    assert action(Task).own_store(rotation(store="kv2"), WHERE) == ""
    assert action(Task).me({"inventory_hostname": "a"}).inventory_host == "a"


def test_a_client_shows_its_warnings_and_is_always_closed(tenant):
    given, shown = options(value="Given-1", **access(tenant)), []
    with pytest.raises(ZeroDivisionError), open_client(given, shown.append) as client:
        client.close = lambda: shown.append("closed")
        client.warnings.append("careful")
        raise ZeroDivisionError
    assert shown == ["careful", "closed"]


class BatchTask(BatchAction):
    def perform(self, params, task_vars):
        return {}


def result_of(made):
    return {"changed": False, "rotation": made.as_value()}


def play(batch, everyone=None, **variables):
    return {**WHERE, "hostvars": HostVars(variables), "ansible_play_batch": batch, "ansible_play_hosts_all": everyone}


def test_hosts_are_found_with_the_latest_state_of_their_rotation():
    first, second, moved = (rotation(user_name=name) for name in ("one", "two", "moved"))
    # The result of an earlier rotation holds no rotation.
    earlier = {"changed": False, "result": {"outcome": "finished"}}
    known = play(
        ["a", "b", "c"],
        a={RESULT: result_of(first), ROTATION: earlier},
        b={RESULT: result_of(second)},
        c={RESULT: result_of(first), ROTATION: result_of(moved)},
        d={RESULT: result_of(first)},
    )
    assert action(BatchTask).hosts(known) == {"a": first, "b": second, "c": moved}


def test_a_host_without_a_rotation_is_left_out():
    first = rotation()
    crashed = {"failed": True, "msg": "It crashed."}
    known = play(["a", "b", "c", "d"], a={RESULT: result_of(first)}, b={RESULT: crashed}, c={}, d={RESULT: "text"})
    assert action(BatchTask).hosts(known) == {"a": first}


def test_each_store_has_one_connection_with_the_variables_of_its_hosts(monkeypatch):
    connections = []

    class Connection:
        def __init__(self, lookup, session, threads):
            connections.append((lookup, session, threads))

    monkeypatch.setattr(_kv2, "VaultConnection", Connection)
    monkeypatch.setattr(_task, "make_lookup", lambda _loader, _templar, variables: variables)
    hosts = {name: rotation(store=store) for name, store in (("a", "file"), ("b", "kv2"), ("c", "kv2"), ("d", "/own"))}
    for name in ("b", "c"):
        hosts[name].store_variables = {"ansible_hashi_vault_url": "x"}
    found = action(BatchTask).connections(hosts, {"kv2": {"token": "t"}}, {"of": "the play"}, 8)
    assert found.keys() == {"kv2"}
    assert connections == [({"of": "the play", "ansible_hashi_vault_url": "x"}, {"token": "t"}, 8)]


TOTALS = {"totals": {"finished": 2}, "recent": [1.0]}


def test_the_totals_of_the_previous_serial_batch_are_those_of_its_last_host():
    hosts = ["a", "b", "c", "d"]
    known = {"a": {SHARED: {"totals": "old"}}, "b": {SHARED: TOTALS}, "c": {}, "d": {}}
    assert action(BatchTask).previous_report(play(["c", "d"], hosts, **known)) == TOTALS
    for unreported in ({}, {SHARED: {"problem": None}}, {SHARED: "text"}):
        assert action(BatchTask).previous_report(play(["b"], ["a", "b"], a=unreported)) == {}


def test_the_first_batch_has_no_previous_one():
    # These totals are from an earlier use of the role in the same play.
    hosts = ["a", "b", "c"]
    known = {"a": {SHARED: TOTALS}, "b": {SHARED: TOTALS}, "c": {SHARED: TOTALS}}
    assert action(BatchTask).previous_report(play(["a", "b"], hosts, **known)) == {}
    assert action(BatchTask).previous_report(play([], hosts, **known)) == {}
