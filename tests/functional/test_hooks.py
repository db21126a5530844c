# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hooks of a rotation in plays: where they are found, on which hosts they run, and that no password is shown."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
import yaml
from support.accounts import OLD, current, failed_hosts
from support.leak_search import assert_no_leak, leaks
from support.playbook import VARIABLES, assert_all_ok
from support.role_plays import BY_NAME, KEY, LOCALHOST, PLAYBOOK, connection, result_of, stored, variables, verdict

ECHOED = "Echoed-Password-11"
VARIABLES_SHOWN = {
    "new": "{{ rotate_password_new_value | default('none') | hash('sha256') }}",
    "old": "{{ rotate_password_old_value | default('none') | hash('sha256') }}",
    "account": "{{ rotate_password_account.account_id }}",
    "failure": "{{ rotate_password_failure | default({}) }}",
    "host": "{{ inventory_hostname }}",
}


@pytest.fixture
def hook(tmp_path):
    """Write a hook that shows its variables and runs further tasks, and return its path."""

    def write(name: str, *tasks: dict[str, Any]) -> str:
        says = {"name": f"Hook {name}", "ansible.builtin.debug": {"msg": VARIABLES_SHOWN}}
        path = tmp_path / f"{name}.yml"
        path.write_text(yaml.safe_dump([says, *tasks]), "utf-8")
        return str(path)

    return write


def digest(password: str) -> str:
    """Return a password's digest, as a hook shows it."""
    return hashlib.sha256(password.encode()).hexdigest()


def calls(outcome, host):
    """Return the names and variables of the hooks that ran for a host, in order. None was delegated."""
    events = [event for event in outcome.events if event["host"] == host and "Hook " in event["task"]]
    events = [event for event in events if event["event"] == "ok"]
    assert not any("_ansible_delegated_vars" in event["result"] for event in events)
    assert all(event["result"]["msg"]["host"] == host for event in events)
    return [(event["task"].rpartition("Hook ")[2], event["result"]["msg"]) for event in events]


def names(outcome, host):
    """Return the names of the hooks that ran for a host."""
    return [call[0] for call in calls(outcome, host)]


FAIL: dict[str, Any] = {"name": "Fail on purpose", "ansible.builtin.fail": {"msg": "on purpose"}, "when": "broken"}


PLANTED = "Well-known & \"here\" 'n' there 9"
SPILL = {"ansible.builtin.fail": {"msg": "{{ rotate_password_new_value }}"}, "name": "Spill", "no_log": True}
KEEP = {
    "name": "Use both passwords",
    "ansible.builtin.copy": {
        "content": "{{ rotate_password_new_value }} {{ rotate_password_old_value }}",
        "dest": "{{ playbook_dir }}/{{ inventory_hostname }}.seen",
        "mode": "0600",
    },
    "no_log": True,
}


def assert_no_password(group, outcome, *planted):
    """Assert that no password is in the output of a run or in its files."""
    passwords = {KEY, OLD, *planted}
    for host in group.hosts:
        record, held = group.read(host), group.held(host)
        passwords |= {entry.password for entry in (record.current, record.pending, *record.discarded) if entry}
        passwords |= {held} if held else set()
    assert_no_leak(outcome, sorted(passwords))
    for path in group.playbook.folder.rglob("*"):
        if path.is_file() and path.name != VARIABLES and path.suffix != ".seen":
            assert leaks(path.read_text("utf-8", "replace"), sorted(passwords)) == [], path


def test_hooks_run_on_the_hosts_of_the_play_with_both_passwords_and_show_none(accounts, hook):
    """tests/promises/test_hooks.py tests which hooks run and the effect of a failure."""
    hooks = {
        "rotate_password_before_change": hook("before"),
        "rotate_password_after_change": hook("after"),
        "rotate_password_on_failure": hook("failure"),
        "rotate_password_store_key": "{{ the_key }}",
        "ansible_connection": "isc_target",
    }
    group = accounts(
        well={
            **hooks,
            "rotate_password_before_change": hook("use", KEEP),
            "rotate_password_after_change": hook("broken", FAIL),
            "rotate_password_value": "{{ the_value }}",
        },
        # Ansible alone decides what it shows of a failed task with no_log.
        spilling={**hooks, "rotate_password_before_change": hook("spill", SPILL)},
        failing={**hooks, "rotate_password_value": "{{ the_other_value }}"},
    )
    for host in group.hosts:
        group.write(host, current=current())
    group.outcome("failing", outcome="fail", errors=[f"{ECHOED} is not good enough."])
    given = {"variables": {"the_key": KEY, "the_value": PLANTED, "the_other_value": ECHOED, "broken": True}}
    rehearsed = group.rotate("-vvv", "--diff", "--check", "--limit", "well,spilling", how=given)
    assert failed_hosts(rehearsed) == {"spilling"}
    assert (names(rehearsed, "well"), names(rehearsed, "spilling")) == (["use"], ["spill", "failure"])
    assert_no_password(group, rehearsed, PLANTED)

    outcome = group.rotate("-vvv", "--diff", how={**given, "watch": True})
    assert failed_hosts(outcome) == set(group.hosts)
    assert_no_password(group, outcome, PLANTED, ECHOED)
    assert group.held("well") == PLANTED
    assert {host: names(outcome, host) for host in group.hosts} == {
        "well": ["use", "broken", "failure"],
        "spilling": ["spill", "failure"],
        "failing": ["before", "failure"],
    }
    for name, shown in calls(outcome, "well"):
        assert shown["account"] == group.account("well").account_id
        assert name == "failure" or (shown["new"], shown["old"]) == (digest(PLANTED), digest(OLD))
    assert "The password was changed and stored. The hook after the change failed." in verdict(outcome, "well")

    shown = calls(outcome, "spilling")[-1][1]["failure"]
    assert (shown["step"], shown["outcome"]) == ("hook_before", "refused")
    assert shown["message"] == 'The task "Spill" failed: The task has no_log, so its message is not shown.'
    shown = calls(outcome, "failing")[-1][1]["failure"]
    assert (shown["step"], shown["outcome"]) == ("wait", "failed")
    # A password that ISC repeats is masked.
    assert "is not good enough." in shown["message"]
    for host, end in {
        "well": ("finished", "hook_after", True),
        "spilling": ("refused", "hook_before", False),
        "failing": ("failed", "wait", False),
    }.items():
        assert tuple(result_of(outcome, host)[name] for name in ("outcome", "step", "changed")) == end


def test_a_query_that_ansible_ends_is_an_ordinary_failure(accounts, wide_tenant, tmp_path):
    # After a timeout of a task, failed_when has no effect, and the account is unknown.
    shown = {"failure": VARIABLES_SHOWN["failure"], "host": VARIABLES_SHOWN["host"]}
    hook = tmp_path / "failure.yml"
    hook.write_text(yaml.safe_dump([{"name": "Hook failure", "ansible.builtin.debug": {"msg": shown}}]), "utf-8")
    group = accounts(slow={"rotate_password_on_failure": str(hook)})
    group.write("slow", current=current())
    wide_tenant.fault("query", "gate", name="query", when="before")
    outcome = group.rotate(how={"environment": {"ANSIBLE_TASK_TIMEOUT": "4"}})
    assert failed_hosts(outcome) == {"slow"}
    failed = 'The task "Query password info from the control node" failed: '
    ((name, events),) = calls(outcome, "slow")
    assert (name, events["failure"]["outcome"], events["failure"]["step"]) == ("failure", "refused", "query")
    assert events["failure"]["message"].startswith(failed)
    assert failed in verdict(outcome, "slow")
    result = result_of(outcome, "slow")
    assert (result["outcome"], result["step"], result["changed"]) == ("refused", "query", False)


def test_a_relative_path_is_found_beside_the_callers_playbook(playbook, tenant, tmp_path):
    store = tmp_path / "store"
    store.mkdir()
    # Two of them have names of task files of the role.
    names_of_files = {
        "rotate_password_before_change": "hooks/main.yml",
        "rotate_password_after_change": "after.yml",
        "rotate_password_on_failure": "failed.yml",
    }
    given = {**variables(rotate_password_value=""), **connection(tenant), **stored(store), **names_of_files}
    content = "- name: Hook {}\n  ansible.builtin.debug:\n    msg:\n      host: '{{{{ inventory_hostname }}}}'\n"
    files = {name: content.format(name) for name in names_of_files.values()}
    how = {"inventory": LOCALHOST, "variables": given}
    # The working directory is not the folder of the playbook.
    beside = {f"plays/{name}": text for name, text in files.items()}
    well = playbook.run(PLAYBOOK, path="plays/rotate.yml", files=beside, **how)
    assert_all_ok(well)
    assert names(well, "localhost") == ["hooks/main.yml", "after.yml"]

    # For a playbook of the collection, only the working directory is searched.
    tenant.outcome("fail")
    by_name = playbook.run(BY_NAME, files=files, **how)
    assert by_name.rc == 2
    assert names(by_name, "localhost") == ["hooks/main.yml", "failed.yml"]
