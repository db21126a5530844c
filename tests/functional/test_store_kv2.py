# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The store kv2 of the role rotate_password, its four task files by themselves, against a real OpenBao server."""

from __future__ import annotations

import json
import re
import venv
from pathlib import Path
from typing import Any

import pytest
import yaml
from functional.openbao import Version
from functional.playbook import ROOT, Outcome, assert_all_ok, play
from functional.test_leaks import assert_no_leak

ROLE = ROOT / "roles" / "rotate_password"
STORE = ROLE / "tasks" / "stores" / "kv2"
ROLE_VARIABLES = yaml.safe_load((ROLE / "vars" / "main.yml").read_text("utf-8"))
LOCALHOST: dict[str, Any] = {"localhost": {"ansible_connection": "local"}}
PLACE = "sailpoint/svc-backup"
# What Jinja, YAML, JSON or a shell would change, and lookalikes of other types.
PASSWORDS = [
    """a{{ 1 + 1 }}b{% raw %}'"\\x {# c #}""",
    "{{ undefined_variable }}",
    "{'a': 1}",
    "[1, 2]",
    "0123",
    "True",
    "null",
    "!unsafe x: - 'y' ~",
    " blanks at both ends ",
    "\\n \\\\ $(id) `id` %20 & ;",
]
RECORD = {
    "format": 1,
    "account": {"source_id": "1f0c", "account_id": "CN=svc-backup,OU=Service Accounts,DC=acme,DC=com"},
    "current": {"password": "Current-Passw0rd.1", "set_at": "2026-11-24T10:11:12Z"},
    "previous": None,
    "pending": {"password": PASSWORDS[0], "request_id": None, "attempts": 0, "sure": False},
}
SECRETS = ["Current-Passw0rd.1", *PASSWORDS[:2]]
CONNECTION = "community.hashi_vault.vault"


def deed(name: str, **keywords: Any) -> dict[str, Any]:
    """Return the task that includes a task file of the store."""
    return {"name": name, "ansible.builtin.include_tasks": str(STORE / f"{name}.yml"), **keywords}


def given(record: Any, folder: Path) -> dict[str, Any]:
    """Return variables with *record*, of which nothing is a template: as a module's result would be."""
    file = folder / "record.json"
    file.write_text(json.dumps(record), "utf-8")
    return {"rotate_password_record": f"{{{{ lookup('ansible.builtin.file', '{file}') | ansible.builtin.from_json }}}}"}


def run(playbook: Any, tasks: list[dict[str, Any]], openbao: Any, *arguments: str, **keywords: Any) -> Outcome:
    """Run tasks of the store on localhost, and then keep the record that they leave in a file."""
    environment = {"VAULT_ADDR": openbao.url, "VAULT_TOKEN": openbao.root_token, **keywords.pop("environment", {})}
    keep = {
        "name": "Keep",
        "ansible.builtin.copy": {
            "content": "{{ rotate_password_record | default({}) | ansible.builtin.to_json }}",
            "dest": str(playbook.folder / "kept.json"),
            "mode": "0600",
        },
        "check_mode": False,
        "no_log": True,
    }
    variables = {
        "rotate_password_user_name": "svc-backup",
        "rotate_password_source_name": "Active Directory",
        "rotate_password_account": {**RECORD["account"], "identity_id": "2a"},
        "rotate_password_store_mount": "secret",
        # As the role has it, which is not there.
        "__rotate_password_mount": ROLE_VARIABLES["__rotate_password_mount"],
        "__rotate_password_store_path": PLACE,
        **keywords.pop("vars", {}),
    }
    plays = play([*tasks, keep], vars=variables, **keywords)
    return playbook.run(plays, *arguments, inventory=LOCALHOST, environment=environment)


def loaded(playbook: Any) -> Any:
    """Return the record that the last run was left with."""
    return json.loads((playbook.folder / "kept.json").read_text("utf-8"))


def complaint(outcome: Outcome) -> str:
    """Return the message of the task that ended a play, after checking that no traceback shows."""
    assert outcome.rc == 2, outcome.complaints
    assert "Traceback" not in outcome.output
    return [event["result"] for event in outcome.events if event["event"] == "failed"][-1]["msg"]


def test_nothing_is_there_yet(playbook, openbao):
    outcome = run(playbook, [deed("load")], openbao)
    assert_all_ok(outcome)
    assert loaded(playbook) == {}
    assert openbao.paths() == []
    # As it's no failure, none shows.
    assert "ERROR" not in outcome.output
    assert "fatal" not in outcome.output


def test_a_round_trip(playbook, openbao):
    # The password with templates comes through a file elsewhere: here it would be one.
    plain = {**RECORD, "pending": {"password": "Plain.1"}}
    staged, recorded, committed, discarded = ({**plain, "format": number} for number in range(4))
    tasks = [
        deed("load"),
        deed("stage", vars={"rotate_password_record": staged}),
        deed("stage", vars={"rotate_password_record": recorded}),
        deed("commit", vars={"rotate_password_record": committed}),
        deed("discard", vars={"rotate_password_record": discarded}),
        deed("load"),
    ]
    assert_all_ok(run(playbook, tasks, openbao))
    kept = [openbao.read(PLACE, version=number) for number in range(1, 5)]
    assert [version.data for version in kept] == [staged, recorded, committed, discarded]
    assert openbao.read(PLACE) == Version(discarded, 4)
    assert loaded(playbook) == discarded


def test_every_password_survives(playbook, openbao, tmp_path):
    record = {**RECORD, "others": PASSWORDS, **{f"as_{number}": each for number, each in enumerate(PASSWORDS)}}
    # As the role does: what was loaded, with a change, is stored again.
    changed = "{{ rotate_password_record | ansible.builtin.combine({'format': 2}) }}"
    change = {"name": "Change", "ansible.builtin.set_fact": {"rotate_password_record": changed}, "no_log": True}
    stage = deed("stage", vars=given(record, tmp_path))
    assert_all_ok(run(playbook, [deed("load"), stage, deed("load"), change, deed("commit")], openbao))
    assert openbao.read(PLACE) == Version({**record, "format": 2}, 2)
    assert openbao.read(PLACE, version=1) == Version(record, 1)
    assert loaded(playbook) == {**record, "format": 2}


def test_every_path_is_kept_apart(playbook, openbao, tmp_path):
    # Two requests for one path, had it been encoded twice or not at all.
    paths = ["a b/\u00fc,=+&?#", "a%20b/%C3%BC,=+&"]
    variables = {**given({"right": True}, tmp_path), "__rotate_password_kv2_version": 0}
    stage = deed("stage", vars={**variables, "__rotate_password_store_path": paths[0]})
    load = deed("load", vars={"__rotate_password_store_path": paths[0]})
    openbao.write(paths[1], {"right": False})
    assert_all_ok(run(playbook, [stage, load], openbao))
    assert loaded(playbook) == {"right": True}
    assert openbao.paths() == paths


@pytest.mark.parametrize("path", ["", "/a", "a/", "a//b", "../a", "a/./b", "a/.."])
def test_a_path_that_is_none_is_refused(playbook, openbao, path):
    message = complaint(run(playbook, [deed("load")], openbao, vars={"__rotate_password_store_path": path}))
    assert message.startswith(f"The store kv2 can't use secret/{path}, ")
    assert message.endswith("Nothing was sent to ISC.")


def test_check_mode_reads_and_writes_nothing(playbook, openbao, tmp_path):
    openbao.write(PLACE, {"read": True})
    writes = [deed(name, vars=given({"read": False}, tmp_path)) for name in ("stage", "commit")]
    outcome = run(playbook, [deed("load"), *writes], openbao, "--check")
    assert_all_ok(outcome)
    assert loaded(playbook) == {"read": True}
    assert openbao.read(PLACE) == Version({"read": True}, 1)
    written = re.findall(r"TASK \[Write the next version\] \*+\n(\w+):", outcome.stdout)
    assert written == ["changed", "changed"]


def test_what_another_run_wrote_is_not_overwritten(playbook, openbao, tmp_path):
    openbao.write(PLACE, RECORD)
    meanwhile = {
        "name": "Meanwhile",
        "ansible.builtin.uri": {
            "url": f"{openbao.url}/v1/secret/data/{PLACE}",
            "method": "POST",
            "headers": {"X-Vault-Token": openbao.root_token},
            "body_format": "json",
            "body": {"data": {"other": "run"}},
        },
    }
    mine = deed("commit", vars=given({"mine": True}, tmp_path))
    message = complaint(run(playbook, [deed("load"), meanwhile, mine], openbao))
    assert openbao.read(PLACE) == Version({"other": "run"}, 2)
    assert message == (
        f"The store kv2 was refused version 2 of secret/data/{PLACE}: since this run read the record, another run or a "
        "person wrote it. Look at the versions in the vault, then run this again."
    )


def test_a_record_appeared_where_there_was_none(playbook, openbao, tmp_path):
    tasks = [deed("load"), deed("stage", vars=given({"a": 1}, tmp_path))]
    assert_all_ok(run(playbook, tasks, openbao))
    # As if it hadn't been there when it was read.
    message = complaint(run(playbook, tasks[1:], openbao, vars={"__rotate_password_kv2_version": 0}))
    assert f"was refused version 1 of secret/data/{PLACE}: " in message
    assert "or there was a version that was deleted" in message
    assert openbao.read(PLACE) == Version({"a": 1}, 1)


def test_a_deleted_record_starts_anew_and_stays_recoverable(playbook, openbao, tmp_path):
    openbao.write(PLACE, RECORD)
    openbao.delete(PLACE)
    tasks = [deed("load"), deed("stage", vars=given({"new": 1}, tmp_path)), deed("load")]
    assert_all_ok(run(playbook, tasks[:1], openbao))
    assert loaded(playbook) == {}
    assert_all_ok(run(playbook, tasks, openbao))
    assert openbao.read(PLACE) == Version({"new": 1}, 2)
    openbao.ask("POST", f"secret/undelete/{PLACE}", {"versions": [1]})
    assert openbao.read(PLACE, version=1) == Version(RECORD, 1)


MAY_WRITE = {"secret/data/sailpoint/*": ["create", "read", "update"]}


def test_what_a_token_needs(playbook, openbao, tmp_path):
    tasks = [deed("load"), deed("stage", vars=given({"new": 1}, tmp_path))]
    outcome = run(playbook, tasks, openbao, environment={"VAULT_TOKEN": openbao.token(MAY_WRITE)})
    assert_all_ok(outcome)
    assert openbao.read(PLACE) == Version({"new": 1}, 1)


def test_a_token_without_metadata_meets_a_deleted_record(playbook, openbao, tmp_path):
    openbao.write(PLACE, RECORD)
    openbao.delete(PLACE)
    tasks = [deed("load"), deed("stage", vars=given({"new": 1}, tmp_path))]
    message = complaint(run(playbook, tasks, openbao, environment={"VAULT_TOKEN": openbao.token(MAY_WRITE)}))
    assert "or there was a version that was deleted, and the token may not read its metadata." in message
    more = {**MAY_WRITE, "secret/metadata/sailpoint/*": ["read"]}
    assert_all_ok(run(playbook, tasks, openbao, environment={"VAULT_TOKEN": openbao.token(more)}))
    assert openbao.read(PLACE) == Version({"new": 1}, 2)


def test_a_token_that_may_only_read(playbook, openbao, tmp_path):
    token = openbao.token({"secret/data/sailpoint/*": ["read"]})
    tasks = [deed("load"), deed("stage", vars=given({"new": 1}, tmp_path))]
    message = complaint(run(playbook, tasks, openbao, environment={"VAULT_TOKEN": token}))
    assert message == (
        f"The store kv2 is denied access to secret/data/{PLACE}: the token is wrong or has expired, or no policy of it "
        "grants create, read and update there."
    )


BROKEN: dict[str, tuple[dict[str, Any], dict[str, str], str]] = {
    "wrong token": ({}, {"VAULT_TOKEN": "s.wrong"}, f"is denied access to secret/data/{PLACE}: the token is wrong "),
    "unreachable": (
        {},
        {"VAULT_ADDR": "http://127.0.0.1:1"},
        "gets no answer from the server, host='127.0.0.1', port=1.",
    ),
    "no URL": ({}, {"VAULT_ADDR": ""}, "has no URL of the server. Give it in the variable ansible_hashi_vault_url"),
    "no role of an AppRole": (
        {"ansible_hashi_vault_auth_method": "approle"},
        {},
        "failed: Authentication method approle requires options ('role_id',) to be set, but these are missing: ",
    ),
    "no such mount": (
        {"rotate_password_store_mount": "nothing"},
        {},
        "finds no engine KV version 2 at nothing that its token has a policy for. Check rotate_password_store_mount",
    ),
    "wrong host in a variable": (
        {"ansible_hashi_vault_url": "http://127.0.0.1:2"},
        {},
        "gets no answer from the server, host='127.0.0.1', port=2.",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_cant_be_read_is_explained(playbook, openbao, case):
    variables, environment, expected = BROKEN[case]
    message = complaint(run(playbook, [deed("load")], openbao, vars=variables, environment=environment))
    assert message.startswith(f"The store kv2 {expected}")
    assert message.endswith(" Nothing was sent to ISC.")


def test_the_engine_has_version_1(playbook, openbao):
    openbao.mount("old", version=1)
    try:
        message = complaint(run(playbook, [deed("load")], openbao, vars={"rotate_password_store_mount": "old"}))
    finally:
        openbao.ask("DELETE", "sys/mounts/old")
    assert message.startswith("The store kv2 finds no engine KV version 2 at old ")


def test_a_sealed_server(playbook, openbao, tmp_path):
    openbao.seal()
    message = complaint(run(playbook, [deed("load")], openbao))
    expected = "The store kv2 finds the server sealed. Unseal it, then run this again."
    assert message == f"{expected} Nothing was sent to ISC."
    stage = deed("stage", vars={**given({"a": 1}, tmp_path), "__rotate_password_kv2_version": 0})
    # What became of the password isn't for this sentence to say.
    assert complaint(run(playbook, [stage], openbao)) == expected


def test_without_the_collection(playbook, openbao, tmp_path):
    message = complaint(
        run(playbook, [deed("load")], openbao, environment={"ANSIBLE_COLLECTIONS_PATH": str(tmp_path / "nothing")})
    )
    assert message.startswith("The store kv2 needs the collection community.hashi_vault and the Python library hvac ")
    assert message.endswith(" Nothing was sent to ISC.")


def test_without_hvac(playbook, openbao, tmp_path):
    venv.create(tmp_path / "bare", with_pip=False)
    python = str(tmp_path / "bare" / "bin" / "python")
    message = complaint(run(playbook, [deed("load")], openbao, vars={"ansible_python_interpreter": python}))
    assert message == (
        f'The store kv2 needs the Python library hvac on the control node: "{python} -m pip install hvac" installs it. '
        "Nothing was sent to ISC."
    )


NOWHERE = {"VAULT_ADDR": "http://127.0.0.1:1", "VAULT_TOKEN": "s.wrong"}


@pytest.mark.parametrize("way", ["variables", "module_defaults", "own_environment", "play_environment"])
def test_the_ways_to_connect(playbook, openbao, tmp_path, way):
    tasks = [deed("load"), deed("stage", vars=given({"new": 1}, tmp_path))]
    options = {"url": openbao.url, "token": openbao.root_token}
    keywords: dict[str, Any] = {
        "variables": {"vars": {f"ansible_hashi_vault_{name}": value for name, value in options.items()}},
        "module_defaults": {"module_defaults": {f"group/{CONNECTION}": options}},
        "own_environment": {
            "environment": {
                **NOWHERE,
                "ANSIBLE_HASHI_VAULT_ADDR": openbao.url,
                "ANSIBLE_HASHI_VAULT_TOKEN": openbao.root_token,
            }
        },
        "play_environment": {},
    }[way]
    if way == "play_environment":
        tasks = [{"name": "All", "block": tasks, "environment": openbao.environment()}]
    assert_all_ok(run(playbook, tasks, openbao, **{"environment": NOWHERE, **keywords}))
    assert openbao.read(PLACE) == Version({"new": 1}, 1)


def test_no_secret_shows_when_all_goes_well(playbook, openbao, tmp_path):
    openbao.write(PLACE, RECORD)
    record = {**RECORD, "previous": {"password": PASSWORDS[1]}}
    tasks = [deed("load"), *(deed(name, vars=given(record, tmp_path)) for name in ("stage", "commit", "discard"))]
    outcome = run(playbook, tasks, openbao, "-vvvv")
    assert_all_ok(outcome)
    assert openbao.read(PLACE) == Version(record, 4)
    assert_no_leak(outcome, [*SECRETS, openbao.root_token])


@pytest.mark.parametrize("case", ["conflict", "denied", "unreachable"])
def test_no_secret_shows_when_things_go_wrong(playbook, openbao, tmp_path, case):
    openbao.write(PLACE, RECORD)
    token = openbao.token({"secret/data/*": ["read"]}) if case == "denied" else openbao.root_token
    stage = deed("stage", vars=given({**RECORD, "previous": {"password": PASSWORDS[1]}}, tmp_path))
    if case == "conflict":
        stage["vars"]["__rotate_password_kv2_version"] = 0
    if case == "unreachable":
        stage["vars"]["ansible_hashi_vault_url"] = "http://127.0.0.1:1"
    outcome = run(playbook, [deed("load"), stage], openbao, "-vvvv", environment={"VAULT_TOKEN": token})
    assert outcome.rc == 2
    assert_no_leak(outcome, [*SECRETS, token])


def test_nothing_is_masked_that_is_no_secret(playbook, openbao, tmp_path):
    tasks = [deed("load"), deed("stage", vars=given(RECORD, tmp_path))]
    show = {"name": "Show", "ansible.builtin.debug": {"msg": "svc-backup 101"}}
    outcome = run(playbook, [*tasks, show], openbao)
    assert_all_ok(outcome)
    assert outcome.result("Show")["msg"] == "svc-backup 101"
    assert "svc-backup 101" in outcome.output
