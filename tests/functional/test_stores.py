# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stores in plays. tests/promises/test_check_mode.py tests every state of a record."""

from __future__ import annotations

import hashlib
import itertools
import json

import pytest
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.record import Record
from support.accounts import NEW, OLD, Accounts, current, failed_hosts, pending
from support.keepers import LOAD, SAVE, Own, Vault
from support.playbook import assert_all_ok
from support.role_plays import (
    LOCALHOST,
    PLAYBOOK,
    arrived,
    connection,
    outcomes,
    result_of,
    rotation,
    variables,
    verdict,
)

# Lookalikes of a template, a comment and an escape, with several kinds of quotes.
ODD = "a{{ 1 + 1 }}B{% raw %}'\"\\x {# c #} $HOME `id` %s"


@pytest.fixture
def own(wide_tenant, tmp_path):
    """Create accounts in a store of the user's own."""
    folder = tmp_path / "of-own"
    return lambda **hosts: Accounts(wide_tenant, folder, Own(folder / "own"), **hosts)


def test_a_run_changes_exactly_what_check_mode_predicted(accounts):
    given = {"rotate_password_update_password": "when_changed", "rotate_password_value": NEW}
    group = accounts(young={"rotate_password_max_age": "1h"}, other=given, failed={})
    group.write("young", current=current(age=10))
    group.write("other", current=current())
    request = group.set("failed", NEW, wait=False, outcome="fail", errors=["No."])
    group.write("failed", current=current(), pending=pending(request))
    before, sets = group.contents(), group.sets()
    rehearsed = group.rotate("--check")
    assert (group.contents(), group.sets()) == (before, sets)
    real = group.rotate()
    assert rehearsed.ended == real.ended == {"young": "ok", "other": "changed", "failed": "failed"}
    assert group.sets() == sets + 1

    young, other = group.file("young").name, group.file("other").name
    assert group.contents()[young] == before[young]
    assert result_of(real, "young")["outcome"] == "unchanged"
    assert group.agree("other") and group.held("other") == NEW
    result, record = result_of(real, "other"), group.read("other")
    assert (record.current.request_id, record.previous.password) == (result["request_id"], OLD)
    assert result["kept_in"] == str(group.file("other")) == str(group.store / other)
    record = group.read("failed")
    assert (record.current.password, record.pending, len(record.discarded)) == (OLD, None, 1)


def test_empty_options_count_as_missing(accounts):
    names = (
        *("value", "length", "specials", "update_password", "max_age", "store_mount", "store_path", "discard"),
        *("on_unknown", "settle_pending", "before_change", "after_change", "on_failure", "account_id", "account_name"),
        *("enforce_policy", "sync_group", "wait", "wait_timeout", "access_token", "api_version", "validate_certs"),
        *("ca_path", "request_timeout", "retries"),
    )
    nothing = itertools.cycle(["{{ undefined_variable | default(omit) }}", "", None])
    group = accounts(host={f"rotate_password_{name}": value for name, value in zip(names, nothing)})
    # Ansible's validation runs too.
    assert_all_ok(group.rotate())
    assert group.agree("host")
    assert len(group.held("host")) == 24


def test_a_password_that_looks_like_a_template_arrives_unchanged(accounts, tmp_path):
    keeper = Own(tmp_path / "own")
    when_changed = {"rotate_password_update_password": "when_changed", "rotate_password_before_change": "hook.yml"}
    of_own = {**when_changed, **keeper.variables}
    group = accounts(file=when_changed, own=of_own, own_same=of_own, own_failing=of_own)
    for host, password in {"own_same": ODD, "own_failing": OLD}.items():
        record = Record(group.account(host), current(password)).as_value()
        keeper.open(group.account(host)).save(record, "")
    group.outcome("own_failing", outcome="fail")
    write = {"content": "{{ rotate_password_new_value }}", "dest": "{{ seen }}"}
    hook = json.dumps([{"ansible.legacy.write_text": write, "no_log": True}])
    files = {"hook.yml": hook, "odd.yml": f"rotate_password_value: !unsafe {json.dumps(ODD)}\n"}
    arguments = ("-e", "@odd.yml", "-e", f"seen={tmp_path}/{{{{inventory_hostname}}}}.seen")
    outcome = group.rotate(*arguments, how={"files": files})
    ended = {"file": "changed", "own": "changed", "own_same": "ok", "own_failing": "failed"}
    assert outcome.ended == ended, outcome.complaints
    records = {host: keeper.open(group.account(host)).load().record for host in ended if host != "file"}
    assert group.read("file").current.password == ODD
    assert (records["own"]["current"]["password"], records["own"]["pending"]) == (ODD, None)
    assert records["own"]["current"]["request_id"] == result_of(outcome, "own")["request_id"]
    for host in ("file", "own"):
        assert group.held(host) == ODD
        assert (tmp_path / f"{host}.seen").read_text("utf-8") == ODD
    failed = records["own_failing"]
    assert (failed["current"]["password"], failed["pending"], len(failed["discarded"])) == (OLD, None, 1)
    assert failed["discarded"][0]["password"] == ODD
    # The user's task gets the account.
    calls = (keeper.folder / f"{group.account('own').user_name}.calls").read_text("utf-8")
    assert calls == "load account_id,identity_id,source_id,source_name,user_name\n"


def test_an_own_store_is_found_beside_the_callers_playbook(playbook, tenant, tmp_path):
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


def test_a_play_looks_up_the_password_in_the_store(accounts, openbao):
    vault = {"ansible_hashi_vault_url": openbao.url, "ansible_hashi_vault_token": openbao.root_token}
    group = accounts(file={}, kv2={**Vault(openbao).variables, **vault})
    group.write("file", current=current())
    looked_up = "{{{{ lookup('community.sailpoint.rotated_password', version='{}') | hash('sha256') }}}}"
    tasks = [
        {"name": version, "ansible.builtin.debug": {"msg": looked_up.format(version)}, "when": condition}
        for version, condition in [("current", True), ("previous", "inventory_hostname == 'file'")]
    ]
    outcome = group.playbook.run(rotation(*tasks), inventory=group.inventory({}))
    assert_all_ok(outcome)
    for host in group.hosts:
        assert outcome.result("current", host)["msg"] == hashlib.sha256(group.held(host).encode()).hexdigest()
    assert outcome.result("previous", "file")["msg"] == hashlib.sha256(OLD.encode()).hexdigest()


def test_a_failing_own_store_is_reported_as_a_failure_of_the_store(own):
    group = own(load={"broken": "load"}, commit={"broken": "commit"})
    tasks = group.keeper.folder / "tasks"
    commit = "broken == 'commit' and not rotate_password_record.pending"
    for name, condition in {"load": "broken == 'load'", "save": commit}.items():
        failing = f"- name: Break\n  ansible.builtin.fail: {{msg: no disk}}\n  when: {condition}\n"
        path = tasks / f"{name}.yml"
        path.write_text(failing + path.read_text("utf-8"), "utf-8")
    outcome = group.rotate()
    assert outcomes(outcome) == {"load": "refused", "commit": "finished"}
    assert failed_hosts(outcome) == set(group.hosts)
    for host in group.hosts:
        assert 'The task "Break" failed: no disk.' in verdict(outcome, host)
        assert result_of(outcome, host)["step"] == "store"
    assert "The password was not changed; the previous one is still valid." in verdict(outcome, "load")
    assert "The password was changed, and the store could not be updated" in verdict(outcome, "commit")
    assert group.sets() == 1
