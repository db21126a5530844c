# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hooks of a rotation: where they are found and run, what they are told, and what it means when they fail."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
import yaml
from support.accounts import NEW, OLD, current, failed_hosts, pending
from support.leak_search import assert_no_leak, leaks
from support.playbook import VARIABLES, assert_all_ok
from support.role_plays import (
    BY_NAME,
    KEY,
    LOCALHOST,
    PLAYBOOK,
    arrived,
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


def test_hooks_run_on_the_hosts_of_the_play_and_are_told_the_passwords(accounts, hook):
    hooks = {
        "rotate_password_before_change": hook("before"),
        "rotate_password_after_change": hook("after"),
        "rotate_password_on_failure": hook("failure"),
        "ansible_connection": "isc_target",
    }
    these = accounts(well=hooks, failing=hooks, due=hooks, unchanged=hooks)
    for host in these.hosts:
        these.write(host, current=current(), after_change_due=host == "due")
    these.outcome("failing", outcome="fail", errors=["No."])
    young = {"unchanged": {"rotate_password_max_age": "1h"}}
    rehearsed = these.rotate("--check", **young)
    assert_all_ok(rehearsed)
    assert {host: names(rehearsed, host) for host in these.hosts} == {
        "well": ["before"],
        "failing": ["before"],
        "due": [],
        "unchanged": [],
    }
    assert these.read("due").after_change_due
    assert result_of(rehearsed, "due")["msg"].endswith("unchanged, only the hook after the change is due")

    outcome = these.rotate(**young)
    assert failed_hosts(outcome) == {"failing"}
    assert {host: names(outcome, host) for host in these.hosts} == {
        "well": ["before", "after"],
        "failing": ["before", "failure"],
        "due": ["after"],
        "unchanged": [],
    }
    new = these.held("well")
    for told in (call[1] for call in calls(outcome, "well")):
        assert (told["new"], told["old"]) == (digest(new), digest(OLD))
        assert told["account"] == these.account("well").account_id
    told = calls(outcome, "failing")[-1][1]
    assert (told["failure"]["outcome"], told["failure"]["step"]) == ("failed", "wait")
    assert "No." in told["failure"]["message"]
    told = calls(outcome, "due")[-1][1]
    assert (told["new"], told["old"]) == (digest(OLD), digest(""))
    assert these.sets() == 2
    for host in ("well", "due"):
        assert not these.read(host).after_change_due
    assert outcome.ended == {"well": "changed", "failing": "failed", "due": "ok", "unchanged": "ok"}


def test_a_hook_that_fails_is_told_apart_from_the_change(accounts, hook):
    before, after = hook("before", FAIL), hook("after", FAIL)
    these = accounts(
        before={"rotate_password_before_change": before, "broken": True},
        after={"rotate_password_after_change": after, "broken": True},
        failure={"rotate_password_on_failure": hook("failure", FAIL), "broken": True},
        resumed={"rotate_password_after_change": after, "broken": False},
    )
    for host in these.hosts:
        these.write(host, current=current())
    these.write("resumed", current=current(), pending=pending(these.set("resumed", NEW)))
    contents, sets = these.contents(), these.sets()
    these.outcome("failure", outcome="fail")
    outcome = these.rotate()
    assert failed_hosts(outcome) == {"before", "after", "failure"}
    assert these.sets() - sets == 2

    assert these.contents()[these.file("before").name] == contents[these.file("before").name]
    assert 'The task "Fail on purpose" failed: on purpose.' in verdict(outcome, "before")
    assert "The password was not changed; the previous one is still valid." in verdict(outcome, "before")
    assert "reported FAILED" in verdict(outcome, "failure")
    assert these.read("failure").pending is None
    assert "The password was changed and stored. The hook after the change failed." in verdict(outcome, "after")
    ends = {
        host: tuple(result_of(outcome, host)[name] for name in ("outcome", "step", "changed")) for host in these.hosts
    }
    assert ends == {
        "before": ("refused", "hook_before", False),
        "after": ("finished", "hook_after", True),
        "failure": ("failed", "wait", False),
        "resumed": ("finished", None, True),
    }
    record = these.read("after")
    assert record.after_change_due
    assert record.current.password == these.held("after")
    assert record.pending is None
    # The hook is also due after what an earlier run had begun.
    assert names(outcome, "resumed") == ["after"]
    assert these.read("resumed").current.password == NEW

    again = these.rotate("--limit", "after")
    assert failed_hosts(again) == {"after"}
    assert "The hook after the change failed. Run this again, which runs only that hook." in verdict(again, "after")
    assert these.read("after") == record
    repaired = {"after": {"broken": False, "rotate_password_max_age": "1h"}}
    third = these.rotate("--limit", "after", **repaired)
    assert_all_ok(third)
    assert these.read("after") == record._replace(after_change_due=False)
    assert names(third, "after") == ["after"]
    fourth = these.rotate("--limit", "after", **repaired)
    assert_all_ok(fourth)
    assert (names(fourth, "after"), fourth.ended) == ([], {"after": "ok"})
    assert these.sets() - sets == 2


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


def test_what_a_hook_hides_is_not_repeated(accounts, hook):
    # What Ansible itself shows of a task with no_log that fails is Ansible's matter.
    spill = {"ansible.builtin.fail": {"msg": "{{ rotate_password_new_value }}"}, "name": "Spill", "no_log": True}
    hooks = {"rotate_password_before_change": hook("before", spill), "rotate_password_on_failure": hook("failure")}
    outcome = accounts(spilling={**hooks, "rotate_password_value": NEW}).rotate("-vvv")
    assert leaks(outcome.event_text, [NEW]) == []
    told = calls(outcome, "spilling")[-1][1]
    assert (told["failure"]["step"], told["failure"]["outcome"]) == ("hook_before", "refused")
    assert told["failure"]["message"] == 'The task "Spill" failed: The task has no_log, so its message is not shown.'


@pytest.mark.parametrize("arguments", [("-vvv", "--diff"), ("-vvv", "--diff", "--check")], ids=["real", "check"])
def test_no_password_shows_with_a_store_and_hooks(accounts, hook, arguments):
    use = {
        "name": "Use both passwords",
        "ansible.builtin.copy": {
            "content": "{{ rotate_password_new_value }} {{ rotate_password_old_value }}",
            "dest": "{{ playbook_dir }}/{{ inventory_hostname }}.seen",
            "mode": "0600",
        },
        "no_log": True,
    }
    hooks = {
        "rotate_password_before_change": hook("before", use),
        "rotate_password_after_change": hook("after", FAIL),
        "rotate_password_on_failure": hook("failure"),
        "rotate_password_store_key": "{{ the_key }}",
        "broken": False,
    }
    spilling = {**hooks, "rotate_password_before_change": hook("spilling", FAIL), "broken": True}
    hosts = {"well": hooks, "before": spilling, "lost": hooks}
    if "--check" not in arguments:
        hosts |= {"after": {**hooks, "broken": True}, "failing": hooks}
    these = accounts(**hosts)
    for host in these.hosts:
        these.write(host, current=current())
    these.hosts["well"]["rotate_password_value"] = "{{ the_value }}"
    if "failing" in hosts:
        these.outcome("failing", outcome="fail")
    these.write("lost", current=current(), pending=pending())
    outcome = these.rotate(
        *arguments, how={"variables": {"the_key": KEY, "the_value": "Well-known & \"here\" 'n' there 9"}, "watch": True}
    )
    passwords = {KEY, OLD, NEW, "Well-known & \"here\" 'n' there 9"}
    for host in these.hosts:
        record, held = these.read(host), these.held(host)
        kept = (record.current, record.pending, *record.discarded)
        passwords |= {entry.password for entry in kept if entry} | ({held} if held else set())
    assert failed_hosts(outcome) == ({"before"} if "--check" in arguments else {"after", "before", "failing"})
    assert_no_leak(outcome, sorted(passwords))
    for path in these.playbook.folder.rglob("*"):
        if path.is_file() and path.name != VARIABLES and path.suffix != ".seen":
            assert leaks(path.read_text("utf-8", "replace"), sorted(passwords)) == [], path


def test_a_password_that_isc_repeats_is_shown_to_nobody(accounts, hook):
    echoed = {"rotate_password_value": ECHOED, "rotate_password_on_failure": hook("failure")}
    these = accounts(stored=echoed, plain={**echoed, "rotate_password_store": "none"}, resumed=echoed)
    for host in these.hosts:
        these.outcome(host, outcome="fail", errors=[f"{ECHOED} is not good enough."])
    request = these.set("resumed", ECHOED, wait=False, outcome="fail", errors=[f"{ECHOED} is not good enough."])
    these.write("resumed", current=current(), pending=pending(request, ECHOED))
    outcome = these.rotate("-vvv")
    assert failed_hosts(outcome) == set(these.hosts)
    assert "is not good enough." in outcome.output
    assert_no_leak(outcome, [ECHOED])


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
    beside = {f"plays/{name}": content.format(name) for name in names_of_files.values()}
    how = {"inventory": LOCALHOST, "variables": given}
    # The working directory is another one than that of the playbook.
    well = playbook.run(PLAYBOOK, path="plays/rotate.yml", files=beside, **how)
    assert_all_ok(well)
    assert names(well, "localhost") == ["hooks/main.yml", "after.yml"]
    tenant.outcome("fail")
    failing = playbook.run(PLAYBOOK, path="plays/rotate.yml", files=beside, **how)
    assert names(failing, "localhost") == ["hooks/main.yml", "failed.yml"]

    # Named on the command line, the collection's playbook has only the working directory.
    in_working = {name.partition("/")[2]: text for name, text in beside.items()}
    by_name = playbook.run(BY_NAME, files=in_working, **how)
    assert_all_ok(by_name)
    assert names(by_name, "localhost") == ["hooks/main.yml", "after.yml"]

    tenant.clear_requests()
    contents = {path: path.read_bytes() for path in store.iterdir()}
    for arguments in ((), ("--check",)):
        missing = playbook.run(PLAYBOOK, *arguments, **how)
        assert missing.rc == 2
        for option, name in names_of_files.items():
            assert f"{option} is {name}, and there is no such file, neither beside the playbook" in verdict(missing)
        assert "Nothing was sent to ISC." in verdict(missing)
    assert tenant.requests() == []
    assert {path: path.read_bytes() for path in store.iterdir()} == contents
    assert arrived(tenant) is not None
