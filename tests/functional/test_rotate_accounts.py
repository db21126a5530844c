# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook rotate_accounts without problems: hosts as accounts, stores, hooks, journals, check mode."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
import yaml
from support.accounts import OLD, current
from support.batches import (
    DISCARD,
    GIVEN,
    Batch,
    as_extra,
    given,
    last_line,
    own_store,
    stats_of,
)
from support.leak_search import assert_no_leak, leaks
from support.playbook import assert_all_ok
from support.role_plays import KEY, RESULT, outcomes, result_of, stored

FINISHED = ["sending", "accepted", "finished"]
DIGESTS = {which: f"{{{{ rotate_password_{which}_value | hash('sha256') }}}}" for which in ("new", "old")}


@pytest.fixture
def hooks(tmp_path):
    """Write hooks that show digests of their variables, and return the variables that name them."""
    names = ("before_change", "after_change", "on_failure")
    for name in names:
        calls = [{"name": f"Hook {name}", "ansible.builtin.debug": {"msg": DIGESTS}}]
        (tmp_path / f"{name}.yml").write_text(yaml.safe_dump(calls), "utf-8")
    return {f"rotate_password_{name}": str(tmp_path / f"{name}.yml") for name in names}


def hook_calls(outcome: Any) -> list[tuple[str, str, str, str]]:
    """Return the name of each hook, the host, and the digests of the new and the old password."""
    calls = [event for event in outcome.events if "Hook" in event["task"]]
    return [
        (event["task"].rpartition("Hook ")[2], event["host"], *(event["result"]["msg"][which] for which in DIGESTS))
        for event in calls
    ]


def digest(password: str) -> str:
    """Return a password's digest, as a hook shows it."""
    return hashlib.sha256(password.encode()).hexdigest()


@pytest.fixture
def mixed(accounts, tmp_path, hooks, openbao):
    """A batch of hosts with different stores, hooks and options, with a journal and reports."""
    file = stored(tmp_path / "store")
    batch = Batch(
        accounts(
            given=given("given"),
            discard=DISCARD,
            hooked={**file, **hooks},
            young={**file, "rotate_password_max_age": "1h"},
            vault={"rotate_password_store": "kv2"},
            own=own_store(tmp_path / "own"),
        )
    )
    reports = {f"rotate_password_report_{form}": str(tmp_path / f"report.{form}") for form in ("json", "html")}
    batch.common.update(rotate_password_journal=str(batch.journal), **reports)
    return batch


def stored_passwords(group: Any, openbao: Any, folder: Any) -> dict[str, str]:
    """Return the current password of each host that has a store."""
    found = {host: group.read(host).current.password for host in ("hooked", "young")}
    found["vault"] = openbao.read(*openbao.paths()).data["current"]["password"]
    found["own"] = json.loads((folder / "own" / "own.json").read_text("utf-8"))["current"]["password"]
    return found


def test_hosts_are_accounts_of_which_each_is_rotated_in_its_way(mixed, openbao, tmp_path):
    group, tenant = mixed.these, mixed.tenant
    group.write("hooked", current=current())
    group.write("young", current=current("Young-and-true-1"))
    before = group.contents()
    how = {"environment": openbao.environment()}
    changed = dict.fromkeys(group.hosts, "changed") | {"young": "ok"}

    rehearsed = mixed.run("--check", "--limit", "hooked:vault:own", how=how)
    assert_all_ok(rehearsed)
    assert rehearsed.ended == dict.fromkeys(("hooked", "vault", "own"), "changed")
    assert tenant.counts().get("set", 0) == 0
    assert (group.contents(), openbao.paths(), [*tmp_path.glob("own/*.json")]) == (before, [], [])
    assert ([*tmp_path.glob("report.*")], mixed.journal.exists()) == ([], False)
    assert [calls[:2] for calls in hook_calls(rehearsed)] == [("before_change", "hooked")]
    assert last_line(rehearsed).endswith(" (check mode, nothing was sent).")
    assert stats_of(rehearsed)["check_mode"] is True
    message = result_of(rehearsed, "hooked")["msg"]
    assert "would be set, also on any account that the identity has on Payroll Database" in message

    tenant.clear_requests()
    outcome = mixed.run("-vvv", how=how)
    assert_all_ok(outcome)
    assert outcome.ended == changed
    assert {host: numbers["changed"] for host, numbers in outcome.recap.items()} == {
        host: int(ended == "changed") for host, ended in changed.items()
    }
    assert outcomes(outcome) == dict.fromkeys(group.hosts, "finished") | {"young": "unchanged"}
    # Nor is an unchanged host an ignored failure.
    assert "fatal" not in outcome.output
    assert not any(event["event"] == "failed" for event in outcome.events)
    assert "WARNING" not in outcome.output
    counts = tenant.counts()
    assert (counts["login"], counts["query"], counts["set"]) == (1, len(group.hosts), len(group.hosts) - 1)
    result = result_of(outcome, "hooked")
    assert set(result) >= RESULT
    assert result["kept_in"] == str(group.file("hooked"))
    assert result["account_id"] == group.account("hooked").account_id

    in_stores = stored_passwords(group, openbao, tmp_path)
    held = {host: group.held(host) for host in group.hosts}
    assert in_stores == {**{host: held[host] for host in in_stores}, "young": "Young-and-true-1"}
    assert (held["given"], held["young"]) == (GIVEN.format("given"), None)
    passwords = (digest(held["hooked"]), digest(OLD))
    assert hook_calls(outcome) == [(name, "hooked", *passwords) for name in ("before_change", "after_change")]
    assert mixed.steps() == dict.fromkeys(group.hosts, FINISHED) | {"young": ["unchanged"]}
    totals = stats_of(outcome)["totals"]
    assert {name: number for name, number in totals.items() if number} == {"finished": 5, "unchanged": 1}
    assert (stats_of(outcome)["hosts"], stats_of(outcome)["journal"]) == (6, str(mixed.journal))
    line = last_line(outcome)
    assert line.startswith("6 accounts: 5 finished, 1 unchanged, in ")
    assert f"; journal {mixed.journal}; report {tmp_path}/report.json; report {tmp_path}/report.html." in line

    secrets = [*filter(None, held.values()), openbao.root_token, mixed.tenant.clients["api-client"]["client_secret"]]
    assert_no_leak(outcome, [KEY, OLD, *secrets])
    for path in (mixed.journal, *tmp_path.glob("report.*")):
        assert leaks(path.read_text("utf-8"), [KEY, OLD, *secrets]) == [], path


def test_serial_batches_share_a_journal_and_add_up(accounts, tmp_path):
    group = accounts(**{name: stored(tmp_path / "store") for name in ("a", "b", "c")})
    batch = Batch(group)
    report = tmp_path / "report.json"
    files = {"rotate_password_journal": str(batch.journal), "rotate_password_report_json": str(report)}
    outcome = batch.run(*as_extra(rotate_accounts_serial="2"), rotate_password_wait=False, **files)
    assert_all_ok(outcome)
    assert outcomes(outcome) == dict.fromkeys(group.hosts, "accepted")
    assert outcome.ended == dict.fromkeys(group.hosts, "changed")
    assert all(group.read(host).pending.request_id for host in group.hosts)
    assert (stats_of(outcome)["hosts"], stats_of(outcome)["totals"]["accepted"]) == (3, 3)
    assert last_line(outcome).startswith("1 account: 1 accepted, in ")
    assert batch.tenant.counts()["login"] == 2
    assert [each["name"] for each in json.loads(report.read_text("utf-8"))["accounts"]] == [*group.hosts]
