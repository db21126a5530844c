# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook rotate_accounts when things go wrong: each host fails for itself, and nothing is lost."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import yaml
from functional.accounts import NEW, OLD, current, mistake, pending
from functional.batches import DISCARD, GIVEN, Batch, ended, given, stored, told
from functional.playbook import assert_all_ok, kill, play
from functional.test_leaks import assert_no_leak
from functional.test_role import SOURCE, connection, result_of

UNCHANGED = "The password was not changed. The one from before still holds."
SHORT = "Sh0rt.."


@pytest.fixture
def fails(tmp_path):
    """Write a hook that fails, and one that says what it is told of the failure."""
    (tmp_path / "fails.yml").write_text(
        yaml.safe_dump([{"name": "Fail", "ansible.builtin.fail": {"msg": "on purpose"}}]), "utf-8"
    )
    (tmp_path / "failure.yml").write_text(
        yaml.safe_dump([{"name": "Failure", "ansible.builtin.debug": {"var": "rotate_password_failure"}}]), "utf-8"
    )
    return str(tmp_path / "fails.yml"), str(tmp_path / "failure.yml")


def outcome_told(outcome: Any, host: str) -> str:
    """Return what the hook on failure was told of the password."""
    return outcome.result("community.sailpoint.rotate_password : Failure", host)["rotate_password_failure"]["outcome"]


def hosts_with_problems(folder: Any, fails: tuple[str, str]) -> dict[str, tuple[dict[str, Any], str, str]]:
    """Return hosts that fail: their variables, what is said of them, and what becomes of their password."""
    breaking, on_failure = fails
    store = stored(folder, rotate_password_on_failure=on_failure)
    wrong_key = {"rotate_password_store_key": "another key"}
    return {
        "nobody": ({**DISCARD, "rotate_password_user_name": "nobody"}, "nobody", ""),
        "elsewhere": ({**store, "rotate_password_source_name": "HR Database"}, "no account on this source", UNCHANGED),
        "short_stored": (
            {**store, "rotate_password_value": SHORT, "rotate_password_enforce_policy": True},
            "violates the policy",
            UNCHANGED,
        ),
        "synced": ({**DISCARD, "rotate_password_sync_group": "refuse"}, "password sync group", ""),
        "synced_stored": ({**store, "rotate_password_sync_group": "refuse"}, "password sync group", UNCHANGED),
        "reported": (given("reported"), "reported", ""),
        "reported_stored": (store, "The source is down.", "ISC reported FAILED"),
        "contradictory": ({**DISCARD, **given("x")}, "rotate_password_discard is for a generated password", ""),
        "mistyped": ({**DISCARD, "rotate_password_wait_timeout": "long"}, "rotate_password_wait_timeout", ""),
        "unreadable": ({**store, **wrong_key}, "key", UNCHANGED),
        "before": ({**store, "rotate_password_before_change": breaking}, "on purpose", UNCHANGED),
        "after": ({**store, "rotate_password_after_change": breaking}, "on purpose", "What failed is the hook after"),
    }


def test_hosts_fail_each_for_itself(accounts, tmp_path, fails):
    problems = hosts_with_problems(tmp_path, fails)
    these = accounts(well=DISCARD, **{name: each[0] for name, each in problems.items()}, kept=stored(tmp_path))
    batch, tenant = Batch(these), these.tenant
    batch.these.write("unreadable", current=current())
    for host in ("reported", "reported_stored"):
        these.outcome(host, outcome="fail", errors=["The source is down."])

    rehearsed = batch.run("--check")
    in_check_mode = {**dict.fromkeys(problems, "failed"), "well": "changed", "kept": "changed"}
    assert ended(rehearsed) == {
        **in_check_mode,
        "reported": "changed",
        "reported_stored": "changed",
        "after": "changed",
    }
    assert tenant.counts().get("set", 0) == 0
    assert set(these.contents()) == {these.file("unreadable").name}

    outcome = batch.run("-vvv")
    assert outcome.rc == 2
    assert ended(outcome) == {**dict.fromkeys(problems, "failed"), "well": "changed", "kept": "changed"}
    for host, (_entry, message, verdict) in problems.items():
        assert message in mistake(outcome, host), host
        assert verdict in told(outcome, host), host
    assert these.read("kept").current.password == these.held("kept")
    assert these.held("well")
    # The hook after the change failed, not the change.
    assert these.read("after").current.password == these.held("after")
    assert these.read("after").after_change_due is True
    assert these.read("reported_stored").current is None
    assert len(these.read("reported_stored").discarded) == 1
    assert {host for host in problems if these.held(host)} == {"after"}
    assert {
        host: outcome_told(outcome, host) for host in problems if "rotate_password_on_failure" in problems[host][0]
    } == {
        "elsewhere": "unchanged",
        "short_stored": "unchanged",
        "synced_stored": "unchanged",
        "reported_stored": "failed",
        "unreadable": "unchanged",
        "before": "unchanged",
        "after": "hook",
    }
    assert tenant.counts()["set"] == 5
    assert_no_leak(outcome, [SHORT, OLD, GIVEN.format("reported"), *filter(None, map(these.held, these.hosts))])


def test_a_host_that_failed_and_was_rescued_is_not_set_with_the_others(accounts, tmp_path, fails):
    these = accounts(
        given=given("given"),
        unreadable=stored(tmp_path, rotate_password_store_key="another key"),
        before=stored(tmp_path, rotate_password_before_change=fails[0]),
        left_out=DISCARD,
    )
    these.write("unreadable", current=current())
    batch = Batch(these)
    role = {"name": "community.sailpoint.rotate_password", "tasks_from": "batch"}
    rescue = [{"name": "Rescued", "ansible.builtin.debug": {"msg": "rescued"}}]
    include = {"name": "Rotate", "ansible.builtin.include_role": role, "when": "inventory_hostname != 'left_out'"}
    plays = play([{"name": "Rotate", "block": [include], "rescue": rescue}], connection="local")
    outcome = these.playbook.run(plays, inventory=batch._hosts({}))
    assert_all_ok(outcome)
    assert [these.held(host) for host in these.hosts] == [GIVEN.format("given"), None, None, None]
    assert these.sets() == 1


def test_too_many_failures_end_the_play_after_the_batch(accounts):
    wrong = {**DISCARD, "rotate_password_user_name": "nobody"}
    these = accounts(a=DISCARD, b=wrong, c=DISCARD, d=DISCARD)
    outcome = Batch(these).run("-e", '{"rotate_accounts_serial": 2, "rotate_accounts_max_fail_percentage": 40}')
    assert outcome.rc == 2
    assert ended(outcome) == {"a": "changed", "b": "failed"}
    assert [bool(these.held(host)) for host in these.hosts] == [True, False, False, False]


def test_a_login_that_fails_is_told_of_each_host_and_loses_nothing(accounts, tmp_path):
    these = accounts(given=given("given"), kept=stored(tmp_path))
    these.write("kept", current=current())
    before = these.contents()
    outcome = Batch(these).run(rotate_password_client_secret="wrong")
    assert ended(outcome) == {"given": "failed", "kept": "failed"}
    assert all("client" in mistake(outcome, host) for host in these.hosts)
    assert these.contents() == before


def set_once(batch: Batch, hosts: Any) -> None:
    """Fail unless each account was set once, and store and tenant agree."""
    for host in hosts:
        account = batch.these.account(host)
        assert batch.tenant.password(SOURCE, account.account_id)["changes"] == 1, host
        if "rotate_password_store" in batch.these.hosts[host]:
            record = batch.these.read(host)
            assert (record.current.password, record.pending) == (batch.these.held(host), None)


def test_killed_in_the_middle_it_is_finished_with_the_same_journal(accounts, tmp_path):
    these = accounts(a=stored(tmp_path), b=given("b"), c=stored(tmp_path), d=stored(tmp_path))
    batch = Batch(these, rotate_password_concurrency=1, rotate_password_journal=str(tmp_path / "journal.jsonl"))
    batch.tenant.fault("set", "gate", name="here", when="after", skip=1)
    child = batch.start()
    batch.tenant.wait_for_gate("here")
    kill(child)
    batch.tenant.abort_gate("here")
    batch.tenant.clear_faults()
    assert these.sets() == 2
    staged = {host: these.read(host).pending.password for host in "acd"}

    retries = {"ANSIBLE_RETRY_FILES_ENABLED": "1", "ANSIBLE_RETRY_FILES_SAVE_PATH": str(tmp_path)}
    outcome = batch.run(environment=retries)
    # What is stored needs no query any more, so it is set first: a, then c. Of c the journal says that it was being
    # sent, and not whether ISC got it.
    assert ended(outcome) == {"a": "changed", "b": "changed", "c": "failed", "d": "changed"}
    assert these.sets() == 4
    set_once(batch, "abd")
    assert all(these.held(host) == password for host, password in staged.items())
    assert {len(batch.steps()[host]) for host in "abd"} == {3}
    assert "It is not known whether" in told(outcome, "c")
    assert these.read("c").pending.password == staged["c"]
    assert (tmp_path / "playbook.retry").read_text("utf-8").split() == ["c"]
    batch.common["rotate_password_journal"] = ""
    again = batch.run("--limit", f"@{tmp_path / 'playbook.retry'}")
    assert_all_ok(again)
    assert ended(again) == {"c": "changed"}
    assert these.read("c").current.password == these.held("c") == staged["c"]


def test_killed_twice_while_it_waited_it_is_finished_all_the_same(accounts, tmp_path):
    these = accounts(a=stored(tmp_path), b=given("b"))
    batch = Batch(these, rotate_password_journal=str(tmp_path / "journal.jsonl"))
    for _attempt in range(2):
        batch.tenant.fault("status", "gate", name="here", when="before", times=None)
        child = batch.start()
        batch.tenant.wait_for_gate("here")
        kill(child)
        batch.tenant.clear_faults()
        batch.tenant.abort_gate("here")
        # A password that is staged once more would be newer than what the journal says of it.
        time.sleep(1)
    outcome = batch.run()
    assert_all_ok(outcome)
    assert these.sets() == 2
    set_once(batch, these.hosts)
    for host in these.hosts:
        assert (result_of(outcome, host)["changed"], result_of(outcome, host)["state"]) == (True, "FINISHED")


def test_a_password_of_another_run_is_not_taken_for_that_of_the_journal(accounts, tmp_path):
    these = accounts(a=stored(tmp_path), b=stored(tmp_path))
    batch = Batch(these, rotate_password_journal=str(tmp_path / "journal.jsonl"))
    assert_all_ok(batch.run())
    # A run with another journal has rotated one since, and has staged a password for the other.
    these.set("a", NEW)
    these.write("a", current=current(NEW))
    first = these.read("b").current
    time.sleep(1)
    these.write("b", current=first, pending=pending(age=0))
    before = [these.read(host) for host in these.hosts]
    outcome = batch.run()
    assert ended(outcome) == {"a": "failed", "b": "failed"}
    assert UNCHANGED in told(outcome, "a")
    assert "It is not known whether" in told(outcome, "b")
    assert these.sets() == 3
    assert [these.read(host) for host in these.hosts] == before


def test_the_report_is_written_in_the_same_run_and_tells_of_failures(accounts, tmp_path):
    wrong = {**given("wrong"), "rotate_password_user_name": "nobody"}
    these = accounts(well=given("well"), wrong=wrong, kept=stored(tmp_path))
    files = {f"rotate_password_report_{form}": str(tmp_path / f"report.{form}") for form in ("json", "html")}
    batch = Batch(these, rotate_password_journal=str(tmp_path / "journal.jsonl"), **files)
    outcome = batch.run()
    assert ended(outcome) == {"well": "changed", "wrong": "failed", "kept": "changed"}
    text = (tmp_path / "report.json").read_text("utf-8")
    assert all(name in text for name in these.hosts)
    assert json.loads(text)
    page = (tmp_path / "report.html").read_text("utf-8")
    assert all(name in page for name in these.hosts)
    assert not any(these.held(host) in text + page for host in ("well", "kept"))
    batch.common.update(rotate_password_report_html="", rotate_password_report_json="/nowhere/report.json")
    batch.common["rotate_password_journal"] = str(tmp_path / "next.jsonl")
    unwritable = batch.run("--limit", "kept")
    assert these.read("kept").current.password == these.held("kept")
    assert "/nowhere" in unwritable.output
    assert connection(these.tenant)["rotate_password_client_secret"] not in unwritable.output
