# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hooks of a rotation in plays: where they are found, on which hosts they run, and that no password shows."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
import yaml
from support.accounts import OLD, current, failed_hosts
from support.leak_search import assert_no_leak, leaks
from support.playbook import VARIABLES, assert_all_ok
from support.role_plays import (
    BY_NAME,
    KEY,
    LOCALHOST,
    PLAYBOOK,
    connection,
    result_of,
    stored,
    variables,
    verdict,
)

ECHOED = "Echoed-Password-11"
TOLD = {
    "new": "{{ rotate_password_new_value | default('none') | hash('sha256') }}",
    "old": "{{ rotate_password_old_value | default('none') | hash('sha256') }}",
    "account": "{{ rotate_password_account.account_id }}",
    "failure": "{{ rotate_password_failure | default({}) }}",
    "host": "{{ inventory_hostname }}",
}


@pytest.fixture
def hook(tmp_path):
    """Write a hook that says what it is told, then does more, and return its path."""

    def write(name: str, *tasks: dict[str, Any]) -> str:
        says = {"name": f"Hook {name}", "ansible.builtin.debug": {"msg": TOLD}}
        path = tmp_path / f"{name}.yml"
        path.write_text(yaml.safe_dump([says, *tasks]), "utf-8")
        return str(path)

    return write


def digest(password: str) -> str:
    """Return what a hook shows of a password."""
    return hashlib.sha256(password.encode()).hexdigest()


def calls(outcome, host):
    """Return what the hooks said for a host, by their names, in order; none was delegated."""
    said = [event for event in outcome.events if event["host"] == host and "Hook " in event["task"]]
    said = [event for event in said if event["event"] == "ok"]
    assert not any("_ansible_delegated_vars" in event["result"] for event in said)
    assert all(event["result"]["msg"]["host"] == host for event in said)
    return [(event["task"].rpartition("Hook ")[2], event["result"]["msg"]) for event in said]


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


def assert_no_password(these, outcome, *planted):
    """Fail where a password is in what came of a run, or in a file of it."""
    passwords = {KEY, OLD, *planted}
    for host in these.hosts:
        record, held = these.read(host), these.held(host)
        passwords |= {entry.password for entry in (record.current, record.pending, *record.discarded) if entry}
        passwords |= {held} if held else set()
    assert_no_leak(outcome, sorted(passwords))
    for path in these.playbook.folder.rglob("*"):
        if path.is_file() and path.name != VARIABLES and path.suffix != ".seen":
            assert leaks(path.read_text("utf-8", "replace"), sorted(passwords)) == [], path


def test_hooks_run_on_the_hosts_of_the_play_with_both_passwords_and_show_none(accounts, hook):
    """Which hooks run, and what it means if one fails, is in tests/promises/test_hooks.py."""
    hooks = {
        "rotate_password_before_change": hook("before"),
        "rotate_password_after_change": hook("after"),
        "rotate_password_on_failure": hook("failure"),
        "rotate_password_store_key": "{{ the_key }}",
        "ansible_connection": "isc_target",
    }
    these = accounts(
        well={
            **hooks,
            "rotate_password_before_change": hook("use", KEEP),
            "rotate_password_after_change": hook("broken", FAIL),
            "rotate_password_value": "{{ the_value }}",
        },
        # What Ansible itself shows of a task with no_log that fails is Ansible's matter.
        spilling={**hooks, "rotate_password_before_change": hook("spill", SPILL)},
        failing={**hooks, "rotate_password_value": "{{ the_other_value }}"},
    )
    for host in these.hosts:
        these.write(host, current=current())
    these.outcome("failing", outcome="fail", errors=[f"{ECHOED} is not good enough."])
    given = {"variables": {"the_key": KEY, "the_value": PLANTED, "the_other_value": ECHOED, "broken": True}}
    rehearsed = these.rotate("-vvv", "--diff", "--check", "--limit", "well,spilling", how=given)
    assert failed_hosts(rehearsed) == {"spilling"}
    assert (names(rehearsed, "well"), names(rehearsed, "spilling")) == (["use"], ["spill", "failure"])
    assert_no_password(these, rehearsed, PLANTED)

    outcome = these.rotate("-vvv", "--diff", how={**given, "watch": True})
    assert failed_hosts(outcome) == set(these.hosts)
    assert_no_password(these, outcome, PLANTED, ECHOED)
    assert these.held("well") == PLANTED
    assert {host: names(outcome, host) for host in these.hosts} == {
        "well": ["use", "broken", "failure"],
        "spilling": ["spill", "failure"],
        "failing": ["before", "failure"],
    }
    for name, told in calls(outcome, "well"):
        assert told["account"] == these.account("well").account_id
        assert name == "failure" or (told["new"], told["old"]) == (digest(PLANTED), digest(OLD))
    assert "The password was changed and stored. The hook after the change failed." in verdict(outcome, "well")

    told = calls(outcome, "spilling")[-1][1]["failure"]
    assert (told["step"], told["outcome"]) == ("hook_before", "refused")
    assert told["message"] == 'The task "Spill" failed: The task has no_log, so its message is not shown.'
    told = calls(outcome, "failing")[-1][1]["failure"]
    assert (told["step"], told["outcome"]) == ("wait", "failed")
    # A password that ISC repeats is masked.
    assert "is not good enough." in told["message"]
    ends = {
        host: tuple(result_of(outcome, host)[name] for name in ("outcome", "step", "changed")) for host in these.hosts
    }
    assert ends == {
        "well": ("finished", "hook_after", True),
        "spilling": ("refused", "hook_before", False),
        "failing": ("failed", "wait", False),
    }


def test_a_query_that_ansible_ends_is_a_failure_like_another_one(accounts, wide_tenant, tmp_path):
    # Of a task that runs into a timeout, failed_when does not count. Which account it is isn't known then.
    told = {"failure": TOLD["failure"], "host": TOLD["host"]}
    hook = tmp_path / "failure.yml"
    hook.write_text(yaml.safe_dump([{"name": "Hook failure", "ansible.builtin.debug": {"msg": told}}]), "utf-8")
    these = accounts(slow={"rotate_password_on_failure": str(hook)})
    these.write("slow", current=current())
    wide_tenant.fault("query", "gate", name="query", when="before")
    outcome = these.rotate(how={"environment": {"ANSIBLE_TASK_TIMEOUT": "4"}})
    assert failed_hosts(outcome) == {"slow"}
    failed = 'The task "Query password info from the control node" failed: '
    ((name, said),) = calls(outcome, "slow")
    assert (name, said["failure"]["outcome"], said["failure"]["step"]) == ("failure", "refused", "query")
    assert said["failure"]["message"].startswith(failed)
    assert failed in verdict(outcome, "slow")
    result = result_of(outcome, "slow")
    assert (result["outcome"], result["step"], result["changed"]) == ("refused", "query", False)


def test_a_relative_path_is_found_beside_the_callers_playbook_whatever_it_is_called(playbook, tenant, tmp_path):
    store = tmp_path / "store"
    store.mkdir()
    # Two of them are named like files of the role.
    names_of_files = {
        "rotate_password_before_change": "hooks/main.yml",
        "rotate_password_after_change": "after.yml",
        "rotate_password_on_failure": "failed.yml",
    }
    given = {**variables(rotate_password_value=""), **connection(tenant), **stored(store), **names_of_files}
    content = "- name: Hook {}\n  ansible.builtin.debug:\n    msg:\n      host: '{{{{ inventory_hostname }}}}'\n"
    files = {name: content.format(name) for name in names_of_files.values()}
    how = {"inventory": LOCALHOST, "variables": given}
    # The working directory is another one than that of the playbook.
    beside = {f"plays/{name}": text for name, text in files.items()}
    well = playbook.run(PLAYBOOK, path="plays/rotate.yml", files=beside, **how)
    assert_all_ok(well)
    assert names(well, "localhost") == ["hooks/main.yml", "after.yml"]

    # Named on the command line, the collection's playbook has only the working directory.
    tenant.outcome("fail")
    by_name = playbook.run(BY_NAME, files=files, **how)
    assert by_name.rc == 2
    assert names(by_name, "localhost") == ["hooks/main.yml", "failed.yml"]
