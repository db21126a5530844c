# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook rotate_accounts when all goes well: hosts as accounts, journals, stores, hooks, slices, check mode."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from functional.accounts import KEY, OLD, current
from functional.batches import DISCARD, GIVEN, Batch, ended, given, recap, stored, told
from functional.playbook import assert_all_ok
from functional.test_leaks import assert_no_leak
from functional.test_role import SOURCE, result_of

FINISHED = ["sending", "accepted", "finished"]
HOOKS = ("before_change", "after_change", "on_failure")


def hook(name: str, folder: Any) -> list[dict[str, Any]]:
    """Return the tasks of a hook, which writes down what it is told where nobody else reads it."""
    told = "{{ inventory_hostname }} {{ rotate_password_new_value }} {{ rotate_password_old_value }}"
    write = {"content": told, "dest": f"{folder}/{name}.{{{{ inventory_hostname }}}}", "mode": "0600"}
    return [
        {"name": f"Hook {name}", "ansible.builtin.debug": {"msg": "here"}},
        {
            "name": "Tell",
            "ansible.builtin.copy": write,
            "delegate_to": "localhost",
            "connection": "local",
            "become": False,
            "no_log": True,
        },
    ]


@pytest.fixture
def hooks(tmp_path):
    """Write the three hooks, and return the variables that name them."""
    for name in HOOKS:
        (tmp_path / f"{name}.yml").write_text(yaml.safe_dump(hook(name, tmp_path)), "utf-8")
    return {f"rotate_password_{name}": str(tmp_path / f"{name}.yml") for name in HOOKS}


def told_to_hooks(folder: Any) -> dict[str, list[str]]:
    """Return what each hook wrote down, by its name and the host's."""
    return {path.name: path.read_text("utf-8").split() for name in HOOKS for path in folder.glob(f"{name}.*[!l]")}


def hooks_called(outcome: Any) -> set[str]:
    """Return the names of the hooks and hosts of a run, also of one in which they could write nothing down."""
    return {
        f"{event['task'].rpartition('Hook ')[2]}.{event['host']}" for event in outcome.events if "Hook" in event["task"]
    }


@pytest.fixture
def mixed(accounts, tmp_path, hooks):
    """A batch of hosts that are each rotated in another way."""
    return Batch(
        accounts(
            given=given("given"),
            discard=DISCARD,
            kept=stored(tmp_path),
            hooked={**stored(tmp_path), **hooks},
            told={**given("told"), **hooks},
            young=stored(tmp_path, rotate_password_max_age="1h"),
        )
    )


def test_hosts_are_accounts_of_which_each_is_rotated_in_its_way(mixed, tmp_path):
    these, tenant = mixed.these, mixed.tenant
    these.write("hooked", current=current())
    these.write("young", current=current("Young-and-true-1"))
    before = these.contents()
    expected = dict.fromkeys(these.hosts, "changed") | {"young": "ok"}

    rehearsed = mixed.run("--check", rotate_password_journal=str(mixed.journal))
    assert_all_ok(rehearsed)
    assert ended(rehearsed) == expected
    assert tenant.counts().get("set", 0) == 0
    assert (these.contents(), mixed.journal.exists(), told_to_hooks(tmp_path)) == (before, False, {})
    assert hooks_called(rehearsed) == {"before_change.hooked", "before_change.told"}
    group = "Payroll Database of the password sync group Directory and payroll"
    assert told(rehearsed, "kept").endswith(f"would be set, also on {group} (check mode, nothing was sent)")

    tenant.clear_requests()
    outcome = mixed.run("-vvv", rotate_password_journal=str(mixed.journal))
    assert_all_ok(outcome)
    assert ended(outcome) == expected
    assert tenant.counts() == {"login": 2, "query": 6, "set": 5, "status": tenant.counts()["status"]}
    for host in ("given", "discard", "kept", "hooked", "told"):
        result = result_of(outcome, host)
        assert set(result) == {"changed", "state", "request_id", "account_id", "source_ids", "sync_group", "rotated_at"}
        assert (result["changed"], result["state"]) == (True, "FINISHED")
        assert result["account_id"] == these.account(host).account_id
        assert result["rotated_at"].endswith("Z")
        assert len(result["source_ids"]) == 1
        assert told(outcome, host) == f"{these.account(host).user_name} on {SOURCE}: set for {result['account_id']}"
    for host in ("kept", "hooked"):
        record = these.read(host)
        assert record.pending is None
        assert record.current.password == these.held(host)
        assert record.current.request_id == result_of(outcome, host)["request_id"]
    assert these.read("hooked").previous.password == OLD
    assert result_of(outcome, "young")["changed"] is False
    assert "younger than" in told(outcome, "young")
    assert (these.held("given"), these.held("told")) == (GIVEN.format("given"), GIVEN.format("told"))
    new = these.read("hooked").current.password
    assert told_to_hooks(tmp_path) == {
        "before_change.hooked": ["hooked", new, OLD],
        "after_change.hooked": ["hooked", new, OLD],
        "before_change.told": ["told", GIVEN.format("told")],
        "after_change.told": ["told", GIVEN.format("told")],
    }
    assert mixed.steps() == {host: FINISHED for host in these.hosts if host != "young"}
    assert_no_leak(outcome, [KEY, OLD, *filter(None, map(these.held, these.hosts))])

    kept = these.contents()
    held = {host: these.held(host) for host in these.hosts}
    again = mixed.run(rotate_password_journal=str(mixed.journal))
    assert tenant.counts()["set"] == 5
    assert {host: these.held(host) for host in these.hosts} == held
    # What the store holds is known to be what this journal's run has set. What hooks were told is not.
    assert [host for host, how in ended(again).items() if how == "failed"] == ["told"]
    assert not any(result_of(again, host)["changed"] for host in these.hosts if host != "told")
    assert told(again, "given").endswith("unchanged, an earlier run with this journal has set it")
    assert told(again, "kept").endswith("unchanged, an earlier run with this journal has set it")
    assert result_of(again, "kept")["request_id"] == result_of(outcome, "kept")["request_id"]
    stop = again.result("community.sailpoint.rotate_password : Stop where it was not set", "told")["msg"]
    assert "an earlier run has sent a password for this account. Use a new journal for each rotation." in stop
    assert {host: these.read(host).current for host in ("kept", "hooked")} == {
        host: current_of(these, host, kept) for host in ("kept", "hooked")
    }
    assert [these.read(host).pending for host in ("kept", "hooked")] == [None, None]


def current_of(these: Any, host: str, contents: dict[str, bytes]) -> Any:
    """Return the current password that a file of the store held before."""
    file = these.file(host)
    now = file.read_bytes()
    file.write_bytes(contents[file.name])
    then = these.read(host).current
    file.write_bytes(now)
    return then


def test_sixteen_hosts_take_three_requests_each_and_one_login(accounts):
    batch = Batch(accounts(**{f"host{number}": DISCARD for number in range(1, 19)}))
    tenant = batch.tenant
    # So that each status is read when the change has ended.
    outcome = batch.run("--limit", "!host7:!host8", rotate_password_wait_sleep=1)
    assert_all_ok(outcome)
    assert tenant.counts() == {"login": 1, "query": 16, "set": 16, "status": 16}
    assert len(recap(outcome)) == 16
    assert all((numbers["changed"], numbers["failed"]) == (1, 0) for numbers in recap(outcome).values())
    assert [batch.these.held(host) for host in ("host7", "host8")] == [None, None]
    assert len({batch.these.held(host) for host in batch.these.hosts}) == 17


def test_two_slices_run_at_once_with_a_journal_each(accounts, tmp_path):
    batch = Batch(accounts(**{name: stored(tmp_path) for name in ("a", "b", "c", "d")}))
    journals = [tmp_path / "slice1.jsonl", tmp_path / "slice2.jsonl"]
    slices = ["a:b", "c:d"]
    children = [
        batch.start("--limit", part, rotate_password_journal=str(journal)) for part, journal in zip(slices, journals)
    ]
    for child in children:
        output = "".join(child.communicate(timeout=120))
        assert child.returncode == 0, output
    assert batch.tenant.counts()["set"] == 4
    for part, journal in zip(slices, journals):
        batch.journal = journal
        assert batch.steps() == dict.fromkeys(part.split(":"), FINISHED)
    for host in batch.these.hosts:
        assert batch.these.read(host).current.password == batch.these.held(host)


def test_not_waiting_leaves_what_a_later_run_finishes(accounts, tmp_path):
    these = accounts(kept=stored(tmp_path), given=given("given"))
    batch = Batch(these)
    outcome = batch.run(rotate_password_wait=False)
    assert_all_ok(outcome)
    for host in these.hosts:
        assert (result_of(outcome, host)["changed"], result_of(outcome, host)["state"]) == (True, "IN_PROGRESS")
        assert f"accepted, request {result_of(outcome, host)['request_id']}, not waited for" in told(outcome, host)
    assert these.read("kept").pending.request_id == result_of(outcome, "kept")["request_id"]
    later = batch.run("--limit", "kept", "-v")
    assert_all_ok(later)
    assert batch.tenant.counts()["set"] == 2
    assert these.read("kept").current.password == these.held("kept")
    assert result_of(later, "kept")["changed"] is True
    assert told(later, "kept").endswith("had left")
