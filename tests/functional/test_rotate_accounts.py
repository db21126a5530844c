# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook rotate_accounts when all goes well: hosts as accounts, stores, hooks, journals, slices, check mode."""

from __future__ import annotations

import json
import re
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
    outcomes,
    own_store,
    result_of,
    stats_of,
)
from support.leak_search import assert_no_leak, leaks
from support.playbook import assert_all_ok, play
from support.role_plays import KEY, RESULT, stored

FINISHED = ["sending", "accepted", "finished"]
HOOKS = ("before_change", "after_change", "on_failure")


def hook(name: str, folder: Any) -> list[dict[str, Any]]:
    """Return the tasks of a hook, which writes down what it is told where nobody else reads it."""
    told = "{{ rotate_password_new_value }} {{ rotate_password_old_value }}"
    write = {"content": told, "dest": f"{folder}/{name}.{{{{ inventory_hostname }}}}", "mode": "0600"}
    return [
        {"name": f"Hook {name}", "ansible.builtin.debug": {"msg": "here"}},
        {
            "name": "Tell",
            "ansible.builtin.copy": write,
            "delegate_to": "localhost",
            "connection": "local",
            "become": False,
            "changed_when": False,
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
def mixed(accounts, tmp_path, hooks, openbao):
    """A batch of hosts that are each rotated in another way, with a journal and reports."""
    own = own_store(tmp_path / "own")
    file = stored(tmp_path / "store")
    batch = Batch(
        accounts(
            given=given("given"),
            discard=DISCARD,
            kept=file,
            hooked={**file, **hooks},
            young={**file, "rotate_password_max_age": "1h"},
            vault={"rotate_password_store": "kv2"},
            own={**own, **hooks},
        )
    )
    reports = {f"rotate_password_report_{form}": str(tmp_path / f"report.{form}") for form in ("json", "html")}
    batch.common.update(rotate_password_journal=str(batch.journal), **reports)
    return batch


def kept_by(these: Any, openbao: Any, folder: Any) -> dict[str, str]:
    """Return the current password of each host that has a store."""
    found = {host: these.read(host).current.password for host in ("kept", "hooked", "young")}
    found["vault"] = openbao.read(*openbao.paths()).data["current"]["password"]
    found["own"] = json.loads((folder / "own" / "own.json").read_text("utf-8"))["current"]["password"]
    return found


def keeping_variables(folder: Any) -> list[dict[str, Any]]:
    """Return a play that keeps the variables of each host, those of the inventory too."""
    kept = {
        "dest": f"{folder}/{{{{ inventory_hostname }}}}.left",
        "content": "{{ hostvars[inventory_hostname] | to_json }}",
    }
    look = {
        "name": "Look",
        "ansible.builtin.copy": {**kept, "mode": "0600"},
        "vars": {"ansible_connection": "local", "ansible_become": False},
        "changed_when": False,
        "no_log": True,
    }
    return play([look])


def test_hosts_are_accounts_of_which_each_is_rotated_in_its_way(mixed, openbao, tmp_path):
    these, tenant = mixed.these, mixed.tenant
    these.write("hooked", current=current())
    these.write("young", current=current("Young-and-true-1"))
    before = these.contents()
    how = {"environment": openbao.environment()}
    changed = dict.fromkeys(these.hosts, "changed") | {"young": "ok"}

    rehearsed = mixed.run("--check", how=how)
    assert_all_ok(rehearsed)
    assert rehearsed.ended == changed
    assert tenant.counts().get("set", 0) == 0
    assert (these.contents(), openbao.paths(), [*tmp_path.glob("own/*.json")]) == (before, [], [])
    assert ([*tmp_path.glob("report.*")], mixed.journal.exists(), told_to_hooks(tmp_path)) == ([], False, {})
    hooked = ("hooked", "own")
    assert hooks_called(rehearsed) == {f"before_change.{host}" for host in hooked}
    assert last_line(rehearsed).endswith(" (check mode, nothing was sent).")
    assert stats_of(rehearsed)["check_mode"] is True
    assert (
        "would be set, also on any account that the identity has on Payroll Database"
        in result_of(rehearsed, "kept")["msg"]
    )

    tenant.clear_requests()
    outcome = mixed.run("-vvv", how={**how, "plays": [*mixed.plays(), *keeping_variables(tmp_path)]})
    assert_all_ok(outcome)
    assert outcome.ended == changed
    assert {host: numbers["changed"] for host, numbers in outcome.recap.items()} == {
        host: int(ended == "changed") for host, ended in changed.items()
    }
    assert outcomes(outcome) == dict.fromkeys(these.hosts, "finished") | {"young": "unchanged"}
    assert "WARNING" not in outcome.output
    counts = tenant.counts()
    assert (counts["login"], counts["query"], counts["set"]) == (1, len(these.hosts), len(these.hosts) - 1)
    result = result_of(outcome, "hooked")
    assert set(result) >= RESULT
    assert result["kept_in"] == str(these.file("hooked"))
    assert result["account_id"] == these.account("hooked").account_id

    kept = kept_by(these, openbao, tmp_path)
    held = {host: these.held(host) for host in these.hosts}
    assert kept == {**{host: held[host] for host in kept}, "young": "Young-and-true-1"}
    assert (held["given"], held["young"]) == (GIVEN.format("given"), None)
    assert told_to_hooks(tmp_path) == {
        f"{name}.{host}": [held[host], *([OLD] if host == "hooked" else [])]
        for name in ("before_change", "after_change")
        for host in hooked
    }
    assert mixed.steps() == dict.fromkeys(these.hosts, FINISHED) | {"young": ["unchanged"]}
    totals = stats_of(outcome)["totals"]
    assert {name: number for name, number in totals.items() if number} == {"finished": 6, "unchanged": 1}
    assert (stats_of(outcome)["hosts"], stats_of(outcome)["journal"]) == (7, str(mixed.journal))
    line = last_line(outcome)
    assert line.startswith("7 accounts: 6 finished, 1 unchanged, in ")
    assert f"; journal {mixed.journal}; report {tmp_path}/report.json; report {tmp_path}/report.html." in line

    secrets = [*filter(None, held.values()), openbao.root_token, mixed.tenant.clients["api-client"]["client_secret"]]
    assert_no_leak(outcome, [KEY, OLD, *secrets])
    generated = [held[host] for host in these.hosts if host not in ("given", "young")]
    for host in these.hosts:
        text = (tmp_path / f"{host}.left").read_text("utf-8")
        assert host in text
        assert leaks(text, [OLD, openbao.root_token, *generated]) == [], host

    # Nothing is due: the rotation of a month that is launched twice.
    (tmp_path / "report.json").unlink()
    again = mixed.run("--limit", "kept:vault:own:young", how=how, rotate_password_max_age="1h")
    assert_all_ok(again)
    assert again.ended == dict.fromkeys(("kept", "vault", "own", "young"), "ok")
    assert "fatal" not in again.output
    assert not any(event["event"] == "failed" for event in again.events)
    assert last_line(again).startswith("4 accounts: 4 unchanged, in ")
    assert tenant.counts()["set"] == counts["set"]
    assert len(json.loads((tmp_path / "report.json").read_text("utf-8"))["accounts"]) == 7


def test_two_slices_run_at_once_and_say_how_far_they_are(accounts, tmp_path):
    batch = Batch(accounts(**{name: stored(tmp_path / "store") for name in ("a", "b", "c", "d")}))
    # Short of that, a batch has no need of lines.
    batch.tenant.settings(change_seconds=4)
    journals = [tmp_path / "slice1.jsonl", tmp_path / "slice2.jsonl"]
    slices = ["a:b", "c:d"]
    children = [
        batch.start("--limit", part, rotate_password_journal=str(journal)) for part, journal in zip(slices, journals)
    ]
    for child in children:
        output = "".join(child.communicate(timeout=120))
        assert child.returncode == 0, output
        assert re.search(r"^rotate_password: 0 of 2 done, 0 failed, \d in flight, ", output, re.MULTILINE), output
    assert batch.tenant.counts()["set"] == 4
    for part, journal in zip(slices, journals):
        batch.journal = journal
        assert batch.steps() == dict.fromkeys(part.split(":"), FINISHED)
    assert all(batch.these.agree(host) for host in batch.these.hosts)


def test_serial_batches_share_a_journal_and_add_up(accounts, tmp_path):
    these = accounts(**{name: stored(tmp_path / "store") for name in ("a", "b", "c", "d", "e")})
    batch = Batch(these)
    report = tmp_path / "report.json"
    files = {"rotate_password_journal": str(batch.journal), "rotate_password_report_json": str(report)}
    outcome = batch.run(*as_extra(rotate_accounts_serial="2"), rotate_password_wait=False, **files)
    assert_all_ok(outcome)
    assert outcomes(outcome) == dict.fromkeys(these.hosts, "accepted")
    assert outcome.ended == dict.fromkeys(these.hosts, "changed")
    assert all(these.read(host).pending.request_id for host in these.hosts)
    assert (stats_of(outcome)["hosts"], stats_of(outcome)["totals"]["accepted"]) == (5, 5)
    assert last_line(outcome).startswith("1 account: 1 accepted, in ")
    assert batch.tenant.counts()["login"] == 3
    assert [each["name"] for each in json.loads(report.read_text("utf-8"))["accounts"]] == [*these.hosts]

    later = batch.run("--limit", "c", **files)
    assert_all_ok(later)
    assert batch.tenant.counts()["set"] == 5
    assert outcomes(later) == {"c": "finished"}
    assert later.ended == {"c": "changed"}
    assert these.agree("c")
