# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook rotate_accounts with problems: each host fails by itself, and a shared problem is reported once."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from support.accounts import current, failed_hosts
from support.batches import (
    DISCARD,
    GIVEN,
    OWN_SAVE,
    Batch,
    as_extra,
    failures,
    given,
    last_line,
    own_store,
    stats_of,
)
from support.leak_search import assert_no_leak
from support.playbook import assert_all_ok, play
from support.role_plays import ROLE, outcomes, result_of, stored, verdict

SHORT = "Sh0rt.."
ON_PURPOSE = [{"name": "Fail", "ansible.builtin.fail": {"msg": "on purpose"}}]


@pytest.fixture
def fails(tmp_path):
    """Write a hook that fails, and one that shows the failure."""
    tell = [{"name": "Tell", "ansible.builtin.debug": {"var": "rotate_password_failure"}}]
    for name, tasks in {"fails": ON_PURPOSE, "tell": tell}.items():
        (tmp_path / f"{name}.yml").write_text(yaml.safe_dump(tasks), "utf-8")
    return str(tmp_path / "fails.yml"), str(tmp_path / "tell.yml")


def failures_in_hooks(outcome: Any) -> dict[str, tuple[str, str]]:
    """Return the outcome and the step that the failure hook got, by host."""
    found = {
        event["host"]: event["result"]["rotate_password_failure"]
        for event in outcome.events
        if "rotate_password_failure" in event["result"]
    }
    return {host: (failure["outcome"], failure["step"]) for host, failure in found.items()}


def hosts_with_problems(folder: Any, fails: tuple[str, str]) -> dict[str, tuple[dict[str, Any], str, tuple[str, str]]]:
    """Return failing hosts: their variables, the message, and the outcome and step of the failure."""
    breaking, on_failure = fails
    with_hook = {**stored(folder / "store"), "rotate_password_on_failure": on_failure}
    broken_store = own_store(folder / "broken", save=OWN_SAVE + yaml.safe_dump(ON_PURPOSE))
    return {
        "mistyped": (
            {**DISCARD, "rotate_password_wait_timeout": "long", "rotate_password_retries": "often"},
            "rotate_password_wait_timeout must be a number. Leave it out if you don't need it. "
            "rotate_password_retries must be a whole number. Leave it out if you don't need it. Nothing was sent",
            ("refused", "options"),
        ),
        "short": (
            {"rotate_password_value": SHORT, "rotate_password_enforce_policy": True},
            "violates the policy",
            ("refused", "query"),
        ),
        "reported": (with_hook, "The source is down.", ("failed", "wait")),
        "unwritable": (broken_store, "on purpose", ("refused", "store")),
        "after": ({**with_hook, "rotate_password_after_change": breaking}, "on purpose", ("finished", "hook_after")),
    }


def test_hosts_fail_independently_and_the_others_are_rotated(accounts, tmp_path, fails):
    problems = hosts_with_problems(tmp_path, fails)
    group = accounts(**{name: each[0] for name, each in problems.items()}, kept=stored(tmp_path / "store"))
    batch, report = Batch(group), tmp_path / "report.json"
    group.outcome("reported", outcome="fail", errors=["The source is down."])
    files = {"rotate_password_journal": str(batch.journal), "rotate_password_report_json": str(report)}
    outcome = batch.run("-vvv", **files)
    assert outcome.rc == 2
    assert failed_hosts(outcome) == {*problems}
    assert failures(outcome) == {host: how for host, (_entry, _message, how) in problems.items()}
    for host, (_entry, message, _how) in problems.items():
        assert message in verdict(outcome, host), host
    assert {host: numbers["changed"] for host, numbers in outcome.recap.items()} == {
        host: int(host == "kept") for host in group.hosts
    }
    assert group.agree("kept")
    # The hook after the change failed, not the change. The recap doesn't count a failed task as changed.
    assert result_of(outcome, "after")["changed"] is True
    assert group.agree("after")
    assert group.read("after").after_change_due is True
    assert (group.read("reported").current, len(group.read("reported").discarded)) == (None, 1)
    assert {host for host in problems if group.held(host)} == {"after"}
    assert failures_in_hooks(outcome) == {host: problems[host][2] for host in ("reported", "after")}
    assert last_line(outcome).startswith(
        "6 accounts: 2 finished, 1 failed, 3 refused, 1 with a failure after the change, in "
    )
    found = {each["name"]: each for each in json.loads(report.read_text("utf-8"))["accounts"]}
    assert {name: each["outcome"] for name, each in found.items()} == outcomes(outcome) | {"unwritable": "refused"}
    assert "rotate_password_wait_timeout must be a number." in found["mistyped"]["reason"]
    assert_no_leak(outcome, [SHORT, *filter(None, map(group.held, group.hosts))])


def test_a_shared_mistake_is_reported_once_and_loses_nothing(accounts, tmp_path):
    group = accounts(given=given("given"), kept=stored(tmp_path / "store"))
    group.write("kept", current=current())
    before = group.contents()
    outcome = Batch(group, rotate_password_client_secret="wrong").run()
    assert outcome.rc == 2
    (message,) = [found for host in group.hosts for found in outcome.failures(host)]
    assert "client_secret" in message
    assert outcome.output.count("FAILED!") == 1
    assert (group.contents(), group.sets()) == (before, 0)
    assert failures(outcome) == dict.fromkeys(group.hosts, ("refused", "query"))


def test_a_strategy_without_run_once_is_refused(accounts):
    group = accounts(a=DISCARD)
    rotate = {"name": "Rotate", "ansible.builtin.import_role": {"name": ROLE, "tasks_from": "batch"}}
    plays = play([rotate], connection="local", strategy="free")
    outcome = group.playbook.run(plays, inventory=Batch(group).inventory())
    assert failed_hosts(outcome) == {"a"}
    assert "The play has the strategy free, in which no task runs once for all hosts" in outcome.words
    assert group.tenant.requests() == []


@pytest.mark.parametrize(
    ("name", "pattern", "message"),
    [
        ("rotate_accounts", "a:typo", "rotate_accounts_hosts is a:typo, and its part typo matches no host."),
        ("lock_out_accounts", "", "lock_out_accounts_hosts is not set. Set it to the hosts, which stand for accounts."),
    ],
)
def test_a_pattern_that_does_not_match_is_refused(accounts, name, pattern, message):
    group = accounts(a=DISCARD, b=DISCARD)
    outcome = Batch(group, name).run(*as_extra(**{f"{name}_hosts": pattern}))
    assert outcome.rc != 0
    assert message in outcome.words
    assert "Nothing was sent to ISC." in outcome.words
    assert group.tenant.requests() == []


def test_a_broken_inventory_stops_the_rotation(accounts):
    group = accounts(a=DISCARD)
    outcome = Batch(group).run("-i", "broken.yml", how={"files": {"broken.yml": "all: {hosts: [a\n"}})
    assert outcome.rc != 0
    assert "Ansible could not read the inventory" in outcome.words and "broken.yml, see its warnings." in outcome.words
    assert group.tenant.requests() == []


def test_a_failed_and_rescued_host_is_not_set_with_the_others(accounts, tmp_path, fails):
    group = accounts(
        given=given("given"),
        unreadable=stored(tmp_path / "store", rotate_password_store_key="another key"),
        before=stored(tmp_path / "store", rotate_password_before_change=fails[0]),
        left_out=DISCARD,
    )
    group.write("unreadable", current=current())
    role = {"name": ROLE, "tasks_from": "batch"}
    rescue = [{"name": "Rescued", "ansible.builtin.debug": {"msg": "rescued"}}]
    include = {"name": "Rotate", "ansible.builtin.include_role": role, "when": "inventory_hostname != 'left_out'"}
    plays = play([{"name": "Rotate", "block": [include], "rescue": rescue}], connection="local")
    outcome = group.playbook.run(plays, inventory=Batch(group).inventory())
    assert_all_ok(outcome)
    assert [group.held(host) for host in group.hosts] == [GIVEN.format("given"), None, None, None]
    rescued = {event["host"] for event in outcome.events if event["task"] == "Rescued" and event["event"] == "ok"}
    assert rescued == {"unreadable", "before"}


def test_too_many_failures_end_the_play_after_the_batch(accounts):
    wrong = {**DISCARD, "rotate_password_user_name": "nobody"}
    group = accounts(a=DISCARD, b=wrong, c=DISCARD, d=DISCARD)
    outcome = Batch(group).run(*as_extra(rotate_accounts_serial=2, rotate_accounts_max_fail_percentage=40))
    assert outcome.rc == 2
    assert outcome.ended == {"a": "changed", "b": "failed"}
    assert [bool(group.held(host)) for host in group.hosts] == [True, False, False, False]
    assert (stats_of(outcome)["hosts"], sum(stats_of(outcome)["totals"].values())) == (4, 2)
