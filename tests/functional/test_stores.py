# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each kind of store keeps, and that a second run changes nothing."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from support.accounts import NEW, OLD, Accounts, current, failed_hosts, outcomes, pending
from support.keepers import LOAD, SAVE, Own, Vault
from support.playbook import Outcome, assert_all_ok
from support.role_plays import (
    LOCALHOST,
    PLAYBOOK,
    arrived,
    connection,
    result_of,
    rotation,
    variables,
    verdict,
)

UNKNOWN_REQUEST = "0123456789abcdef0123456789abcdef"
# What looks like a template, a comment or an escape, in four kinds of quotes.
ODD = "a{{ 1 + 1 }}B{% raw %}'\"\\x {# c #} $HOME `id` %s"


@pytest.fixture
def own(wide_tenant, tmp_path):
    """Make accounts that are kept in a store of the user's."""
    folder = tmp_path / "of-own"
    return lambda **hosts: Accounts(wide_tenant, folder, Own(folder / "own"), **hosts)


def changed(outcome: Outcome) -> dict[str, Any]:
    """Return whether each host was changed, or that it failed."""
    return {host: "failed" if how == "failed" else how == "changed" for host, how in outcome.ended.items()}


def test_a_second_run_changes_only_what_it_was_asked_to(accounts):
    given = {"rotate_password_value": OLD}
    when_changed = {"rotate_password_update_password": "when_changed"}
    these = accounts(young={}, generated={}, always={}, same=given, other=given, limited=given)
    first = these.rotate()
    assert_all_ok(first)
    assert these.sets() == 6
    kept = {host: these.read(host) for host in these.hosts}
    for host, record in kept.items():
        assert these.agree(host)
        assert (record.previous, record.discarded) == (None, ())
        result = result_of(first, host)
        assert record.current.request_id == result["request_id"]
        assert result["kept_in"] == str(these.file(host))
        assert first.recap[host]["changed"] == 1
    assert len({record.current.password for record in kept.values()}) == 4

    again = {
        "young": {"rotate_password_max_age": "1h"},
        "generated": when_changed,
        "same": when_changed,
        "other": {**when_changed, "rotate_password_value": NEW},
        "limited": {"rotate_password_max_age": "1h", "rotate_password_value": NEW},
    }
    expected = {"young": False, "generated": False, "always": True, "same": False, "other": True, "limited": False}
    contents = these.contents()
    rehearsed = these.rotate("--check", **again)
    assert_all_ok(rehearsed)
    assert (these.sets(), these.contents()) == (6, contents)
    second = these.rotate(**again)
    assert_all_ok(second)
    assert these.sets() == 8
    for outcome in (rehearsed, second):
        assert changed(outcome) == expected
    for host, is_changed in expected.items():
        assert (these.contents()[these.file(host).name] != contents[these.file(host).name]) == is_changed
        assert (these.read(host).previous == kept[host].current) == is_changed
        assert these.agree(host)
    unchanged = result_of(second, "young")
    assert (unchanged["outcome"], unchanged["state"], unchanged["source_ids"]) == ("unchanged", "FINISHED", [])
    assert unchanged["request_id"] == kept["young"].current.request_id
    assert unchanged["rotated_at"] == result_of(first, "young")["rotated_at"]
    assert these.held("other") == NEW


def states():
    """Return records in each state, as old as they say at the time of the call."""
    return {
        "nothing": {},
        "due": {"current": current(), "after_change_due": True},
        "old": {"current": current()},
        "young": {"current": current(age=10)},
        "unsent": {"current": current(), "pending": pending()},
        "unsure": {"current": current(), "pending": pending(outcome_unknown=True)},
        "known_finished": {"current": current()},
        "known_in_progress": {"current": current()},
        "known_failed": {"current": current()},
        "known_forgotten": {"current": current(), "pending": pending(UNKNOWN_REQUEST)},
        "first_unsent": {"pending": pending()},
    }


# There is no hook, so that none is due.
EXPECTED = {**dict.fromkeys(states(), True), "young": False, "known_failed": "failed"}


def test_check_mode_predicts_what_the_real_run_does_in_each_state(accounts):
    these = accounts(**{host: {"rotate_password_max_age": "900s"} for host in EXPECTED})

    def prepare(in_progress):
        for host, state in states().items():
            these.write(host, **state)
        for host, wish in [
            ("known_finished", {"outcome": "finish", "change_seconds": 0}),
            ("known_failed", {"outcome": "fail", "errors": ["No."]}),
            ("known_in_progress", in_progress),
        ]:
            request = these.set(host, NEW, wait=host == "known_finished", **wish)
            these.write(host, current=current(), pending=pending(request))

    prepare({"outcome": "never"})
    before, sets = these.contents(), these.sets()
    rehearsed = these.rotate("--check")
    assert (these.contents(), these.sets()) == (before, sets)
    assert changed(rehearsed) == EXPECTED

    prepare({"outcome": "finish", "change_seconds": 2})
    sets = these.sets()
    real = these.rotate()
    assert changed(real) == EXPECTED
    # Sent were: nothing, due, old, unsent, unsure, known_forgotten and first_unsent.
    assert these.sets() - sets == 7
    for host in ("unsent", "unsure", "known_finished", "known_in_progress", "known_forgotten", "first_unsent"):
        assert these.read(host).current.password == these.held(host) == NEW
        assert (these.read(host).previous is None) == (host == "first_unsent")
    for host in ("known_failed", "young"):
        record = these.read(host)
        assert (record.current.password, record.pending, record.after_change_due) == (OLD, None, False)


def test_what_counts_as_not_given(accounts):
    names = (
        "value",
        "length",
        "specials",
        "update_password",
        "max_age",
        "store_mount",
        "store_path",
        "discard",
        "on_unknown",
        "settle_pending",
        "before_change",
        "after_change",
        "on_failure",
        "account_id",
        "account_name",
        "enforce_policy",
        "sync_group",
        "wait",
        "wait_timeout",
        "access_token",
        "api_version",
        "validate_certs",
        "ca_path",
        "request_timeout",
        "retries",
    )
    nothing = {"omit": "{{ undefined_variable | default(omit) }}", "empty": "", "null": None}
    these = accounts(**{how: {f"rotate_password_{name}": value for name in names} for how, value in nothing.items()})
    # With the validation by Ansible, and without it.
    for number, plays in enumerate([rotation(), PLAYBOOK], 1):
        arguments = ("--forks", "4", "-e", "rotate_password_hosts=all")
        outcome = these.playbook.run(plays, *arguments, inventory=these.inventory({}))
        assert_all_ok(outcome)
        assert these.sets() == 3 * number
        for host in these.hosts:
            assert these.agree(host)
            assert len(these.held(host)) == 24


def test_a_password_that_looks_like_a_template_arrives_as_it_is(accounts, tmp_path):
    keeper = Own(tmp_path / "own")
    when_changed = {"rotate_password_update_password": "when_changed"}
    these = accounts(file=when_changed, own={**when_changed, **keeper.variables})
    hook = "- ansible.builtin.copy:\n    content: '{{ rotate_password_new_value }}'\n    dest: '{{ seen }}'\n"
    files = {
        "hook.yml": f"{hook}    mode: '0600'\n  no_log: true\n",
        "odd.yml": f"rotate_password_value: !unsafe {json.dumps(ODD)}\nrotate_password_before_change: hook.yml\n",
    }
    arguments = ("-e", "@odd.yml", "-e", f"seen={tmp_path}/{{{{inventory_hostname}}}}.seen")
    assert_all_ok(these.rotate(*arguments, how={"files": files}))
    kept = {"file": these.read("file"), "own": keeper.open(these.account("own")).load().record}
    assert kept["file"].current.password == kept["own"]["current"]["password"] == ODD
    for host in these.hosts:
        assert these.held(host) == ODD
        assert (tmp_path / f"{host}.seen").read_text("utf-8") == ODD
    again = these.rotate(*arguments, how={"files": files})
    assert changed(again) == {"file": False, "own": False}
    assert these.sets() == 2


def test_a_store_of_ones_own_is_found_beside_the_callers_playbook(playbook, tenant, tmp_path):
    folder = tmp_path / "kept"
    folder.mkdir()
    given = {"rotate_password_store": "keeper", "own_folder": str(folder), "rotate_password_value": ""}
    how = {
        "inventory": LOCALHOST,
        "variables": {**variables(), **connection(tenant), **given},
        "path": "plays/rotate.yml",
        "files": {"plays/keeper/load.yml": LOAD, "plays/keeper/save.yml": SAVE},
    }
    predicted = playbook.run(PLAYBOOK, "--check", **how)
    assert (predicted.rc, predicted.recap["localhost"]["changed"]) == (0, 1), predicted.complaints
    assert not (folder / "svc-backup.json").exists()
    first = playbook.run(PLAYBOOK, **how)
    assert (first.rc, first.recap["localhost"]["changed"]) == (0, 1), first.complaints
    assert "WARNING" not in first.stderr.upper().replace("[WARNING]: MODULE REMOTE_TMP", "")
    record = json.loads((folder / "svc-backup.json").read_text("utf-8"))
    assert (record["current"]["password"], record["pending"]) == (arrived(tenant), None)
    assert arrived(tenant) not in first.output + first.event_text


def test_a_play_uses_the_password_that_the_store_holds(accounts, openbao):
    vault = {
        f"ansible_hashi_vault_{name}": value for name, value in [("url", openbao.url), ("token", openbao.root_token)]
    }
    these = accounts(file={}, kv2={**Vault(openbao).variables, **vault})
    these.write("file", current=current())
    looked_up = "{{{{ lookup('community.sailpoint.rotated_password', version='{}') | hash('sha256') }}}}"
    tasks = [
        {"name": version, "ansible.builtin.debug": {"msg": looked_up.format(version)}, "when": condition}
        for version, condition in [("current", True), ("previous", "inventory_hostname == 'file'")]
    ]
    outcome = these.playbook.run(rotation(*tasks), inventory=these.inventory({}))
    assert_all_ok(outcome)
    for host in these.hosts:
        assert outcome.result("current", host)["msg"] == hashlib.sha256(these.held(host).encode()).hexdigest()
    assert outcome.result("previous", "file")["msg"] == hashlib.sha256(OLD.encode()).hexdigest()


def test_a_store_of_ones_own_is_given_the_account_and_each_record(own):
    these = own(well={}, failing={}, unchanged={"rotate_password_max_age": "1h"}, rehearsed={})
    for host in ("failing", "unchanged"):
        these.write(host, current=current(age=10))
    these.outcome("failing", outcome="fail")
    outcome = these.rotate("--limit", "!rehearsed")
    assert outcome.ended == {"well": "changed", "failing": "failed", "unchanged": "ok"}, outcome.complaints
    assert_all_ok(these.rotate("--check", "--limit", "rehearsed"))
    assert these.agree("well")
    assert these.read("well").current.request_id == result_of(outcome, "well")["request_id"]
    record = these.read("failing")
    assert (record.current.password, record.pending, len(record.discarded)) == (OLD, None, 1)
    assert these.read("unchanged").current.password == OLD
    assert these.read("rehearsed").current is None
    calls = (these.keeper.folder / f"{these.account('well').user_name}.calls").read_text("utf-8")
    assert calls == "load account_id,identity_id,source_id,source_name,user_name\n"
    assert outcome.recap["well"]["changed"] == 1


def test_a_store_of_ones_own_that_fails_is_told_as_the_store(own):
    these = own(load={"broken": "load"}, stage={"broken": "stage"}, commit={"broken": "commit"})
    tasks = these.keeper.folder / "tasks"
    fail = {
        "load": "broken == 'load'",
        "save": "broken == 'stage' or broken == 'commit' and not rotate_password_record.pending",
    }
    for name, condition in fail.items():
        failing = f"- name: Break\n  ansible.builtin.fail: {{msg: no disk}}\n  when: {condition}\n"
        path = tasks / f"{name}.yml"
        path.write_text(failing + path.read_text("utf-8"), "utf-8")
    outcome = these.rotate()
    assert outcomes(outcome) == {"load": "refused", "stage": "refused", "commit": "finished"}
    assert failed_hosts(outcome) == set(these.hosts)
    for host in these.hosts:
        assert 'The task "Break" failed: no disk.' in verdict(outcome, host)
        assert result_of(outcome, host)["step"] == "store"
    for host in ("load", "stage"):
        assert "The password was not changed; the previous one is still valid." in verdict(outcome, host)
    assert "The password was changed, and the store could not be updated" in verdict(outcome, "commit")
    assert these.sets() == 1
    repaired = these.rotate(**dict.fromkeys(these.hosts, {"broken": ""}))
    assert_all_ok(repaired)
    assert these.sets() == 3
    assert all(these.agree(host) for host in these.hosts)
