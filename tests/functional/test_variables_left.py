# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""After a rotation, the only variables of the play with a secret are those that the user gave.

tests/promises/test_ends_of_a_rotation.py tests every end of a rotation, without Ansible's own variables.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.accounts import OLD, Accounts, current
from support.batches import GIVEN, OWN_SAVE, given, own_store
from support.leak_search import leaks
from support.playbook import Outcome, assert_all_ok, play
from support.role_plays import KEY, role

FAIL = "- name: Fail\n  ansible.builtin.fail:\n    msg: broken\n"
UNLESS_STAGED = f"{FAIL}  when: not rotate_password_record.pending\n"
HOOK = "- name: Note\n  ansible.builtin.set_fact:\n    noted: '{{ rotate_password_account.user_name }}'\n"
STEPS = ("before_change", "after_change", "on_failure")


@pytest.fixture
def hosts(tmp_path):
    """Return hosts that use every feature of a rotation, some of which fail."""
    for name, content in {"hook": HOOK, "fail": FAIL}.items():
        (tmp_path / f"{name}.yml").write_text(content, "utf-8")
    hooks, bad_hooks = (
        {f"rotate_password_{step}": str(tmp_path / f"{name}.yml") for step in STEPS} for name in ("hook", "fail")
    )
    return {
        "hooked": {**given("hooked"), **hooks},
        "vault": {"rotate_password_store": "kv2"},
        "failing_own": own_store(tmp_path / "failing_own"),
        "own_commit": own_store(tmp_path / "own_commit", save=f"{OWN_SAVE}{UNLESS_STAGED}"),
        "failing_hooks": bad_hooks,
        "mistaken": {"rotate_password_wait_timeout": "soon"},
    }


def left_by(group: Accounts, openbao: Any, tasks_from: str, *arguments: str) -> tuple[Outcome, dict[str, Any]]:
    """Run the role, and return the outcome and all variables in the same play and in the next one."""
    folder: Path = group.playbook.folder
    keep = {"name": "Keep", "keep_variables": {"dest": f"{folder}/{{{{ inventory_hostname }}}}.here"}}
    again = {"name": "Keep again", "keep_variables": {"dest": f"{folder}/next"}}
    show = {"name": "Show the failure", "ansible.builtin.debug": {"var": "ansible_failed_result.msg"}}
    block = {"block": [role(tasks_from=tasks_from)], "rescue": [show, keep], "always": [keep]}
    plays = [*play([block], any_errors_fatal=False), *play([again], hosts="localhost", connection="local")]
    how = {"inventory": group.inventory({}), "environment": openbao.environment()}
    outcome = group.playbook.run(plays, "--forks", "4", *arguments, **how)
    left = {path.stem: json.loads(path.read_text("utf-8")) for path in folder.glob("*.here")}
    left["the next play"] = json.loads((folder / "next").read_text("utf-8"))
    return outcome, left


def holding(left: dict[str, Any], of_user: dict[str, dict[str, Any]], secrets: list[str]) -> set[tuple[str, str, str]]:
    """Return where a secret is left: the looking host, the variable's host, and its name, except the user's own."""
    found = set()
    for looking, hosts in left.items():
        for host, variables in hosts.items():
            own = of_user.get(looking if host == "here" else host, {})
            for name, value in variables.items():
                if name not in own and leaks(value, secrets):
                    found.add((looking, host, name))
    return found


@pytest.mark.parametrize("tasks_from", ["main", "batch"])
def test_no_variable_of_the_play_holds_a_secret(wide_tenant, tmp_path, openbao, hosts, tasks_from):
    group = Accounts(wide_tenant, tmp_path, **hosts)
    for host in ("hooked", "failing_hooks"):
        group.write(host, current=current())
    group.outcome("failing_own", outcome="fail", errors=["ISC's own words"])
    outcome, left = left_by(group, openbao, tasks_from)
    assert_all_ok(outcome)
    assert len(left) == len(hosts) + 1
    results = {host: json.loads(left["the next play"][host]["rotate_password_result"]) for host in hosts}
    steps = {"hooked": None, "vault": None, "failing_own": "wait", "own_commit": "store"}
    steps |= {"failing_hooks": "hook_before", "mistaken": "options"}
    assert {host: result["step"] for host, result in results.items()} == steps
    held = {host: group.held(host) for host in ("hooked", "vault", "own_commit")}
    assert all(held.values())
    secrets = [OLD, KEY, GIVEN.format("hooked"), openbao.root_token, *held.values()]
    secrets.append(wide_tenant.clients["api-client"]["client_secret"])
    inventory = group.inventory({})
    # The search finds secrets that the user gave, so it would find others.
    assert ("hooked", "here", "rotate_password_store_key") in holding(left, {}, secrets)
    assert holding(left, inventory, secrets) == set()


def test_a_shared_problem_leaves_no_secret_either(wide_tenant, tmp_path, openbao, hosts):
    group = Accounts(wide_tenant, tmp_path, **{host: hosts[host] for host in ("hooked", "vault")})
    group.write("hooked", current=current())
    (tmp_path / "foreign").write_text("not a journal", "utf-8")
    for each in group.hosts.values():
        each["rotate_password_journal"] = str(tmp_path / "foreign")
    outcome, left = left_by(group, openbao, "batch")
    assert "is not a journal" in outcome.output
    assert group.sets() == 0
    secrets = [OLD, KEY, GIVEN.format("hooked"), openbao.root_token]
    secrets.append(wide_tenant.clients["api-client"]["client_secret"])
    assert holding(left, group.inventory({}), secrets) == set()
