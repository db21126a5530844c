# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hooks of a rotation: where they run, what they are told, and what becomes of the password when they fail."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
import yaml
from functional.accounts import KEY, NEW, OLD, changed, current, failed_hosts, pending, verdict
from functional.playbook import VARIABLES, assert_all_ok
from functional.test_leaks import assert_no_leak, leaks

ECHOED = "Echoed-Password-11"
TOLD = {
    "new": "{{ rotate_password_new_value | default('none') | hash('sha256') }}",
    "old": "{{ rotate_password_old_value | default('none') | hash('sha256') }}",
    "account": "{{ rotate_password_account.account_id }}",
    "failure": "{{ rotate_password_failure }}",
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
        "due": ["after"],
        "unchanged": [],
    }
    assert these.read("due").after_change_due

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
    assert told["failure"]["task"] == "Wait until the change has ended"
    assert "No." in told["failure"]["message"]
    assert told["failure"]["outcome"] == "failed"
    assert (told["new"], told["old"]) == (digest("none"), digest("none"))
    told = calls(outcome, "due")[-1][1]
    assert (told["new"], told["old"]) == (digest(OLD), digest(""))
    assert these.sets() == 2
    for host in ("well", "due"):
        assert not these.read(host).after_change_due
    assert changed(outcome, "due") is False


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
    assert "The password was not changed. The one from before still holds." in verdict(outcome, "before")
    assert "ISC reported FAILED" in verdict(outcome, "failure")
    assert these.read("failure").pending is None
    said = verdict(outcome, "after")
    assert "The password was changed and stored. What failed is the hook after the change" in said
    record = these.read("after")
    assert record.after_change_due
    assert record.current.password == these.held("after")
    assert record.pending is None
    # The hook is also due after what an earlier run had begun.
    assert names(outcome, "resumed") == ["after"]
    assert these.read("resumed").current.password == NEW

    again = these.rotate("--limit", "after")
    assert failed_hosts(again) == {"after"}
    assert "What failed is the hook after the change" in verdict(again, "after")
    assert these.read("after") == record
    repaired = {"after": {"broken": False, "rotate_password_max_age": "1h"}}
    third = these.rotate("--limit", "after", **repaired)
    assert_all_ok(third)
    assert these.read("after") == record._replace(after_change_due=False)
    assert names(third, "after") == ["after"]
    fourth = these.rotate("--limit", "after", **repaired)
    assert_all_ok(fourth)
    assert (names(fourth, "after"), changed(fourth, "after")) == ([], False)
    assert these.sets() - sets == 2


def test_what_a_hook_hides_is_not_repeated(accounts, hook):
    # What Ansible itself shows of a task with no_log that fails is Ansible's matter.
    spill = {"ansible.builtin.fail": {"msg": "{{ rotate_password_new_value }}"}, "name": "Spill", "no_log": True}
    hooks = {"rotate_password_before_change": hook("before", spill), "rotate_password_on_failure": hook("failure")}
    outcome = accounts(spilling={**hooks, "rotate_password_value": NEW}).rotate("-vvv")
    assert leaks(outcome.event_text, [NEW]) == []
    told = calls(outcome, "spilling")[-1][1]
    assert (told["failure"]["task"], told["failure"]["outcome"]) == ("Spill", "unchanged")
    assert told["failure"]["message"] == "The task has no_log, so its message is not shown."


@pytest.mark.parametrize("arguments", [("-vvv", "--diff"), ("-vvv", "--diff", "--check")], ids=["real", "check"])
def test_no_password_shows_with_a_store_and_hooks(accounts, hook, wide_tenant, arguments):
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
    these = accounts(well=hooks, after={**hooks, "broken": True}, before=spilling, failing=hooks, lost=hooks)
    for host in these.hosts:
        these.write(host, current=current())
    these.hosts["well"]["rotate_password_value"] = "{{ the_value }}"
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


def test_a_hook_may_be_named_like_a_file_of_the_role(accounts, hook, wide_tenant):
    files = {f"{name}.yml": Path(hook(name)).read_text("utf-8") for name in ("round", "after_change", "failure")}
    these = accounts(
        well={"rotate_password_after_change": "after_change.yml", "rotate_password_before_change": "round.yml"},
        bad={"rotate_password_on_failure": "failure.yml"},
    )
    these.outcome("bad", outcome="fail", errors=["No."])
    outcome = these.rotate(how={"files": files})
    assert failed_hosts(outcome) == {"bad"}
    assert names(outcome, "well") == ["round", "after_change"]
    assert names(outcome, "bad") == ["failure"]
