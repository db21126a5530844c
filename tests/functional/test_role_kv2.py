# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role rotate_password with its store kv2, against a real OpenBao server: how it logs in, and what it says."""

from __future__ import annotations

from typing import Any

import pytest
from support.accounts import OLD, Accounts, current, failed_hosts
from support.keepers import Vault
from support.leak_search import assert_no_leak
from support.playbook import ROOT, assert_all_ok
from support.role_plays import LOCALHOST, PLAYBOOK, arrived, connection, result_of, rotation, variables, verdict

NAME = "ansible_hashi_vault_"
MAY_WRITE = {"secret/data/sailpoint/*": ["create", "read", "update"]}


@pytest.fixture
def vault(wide_tenant, tmp_path, openbao):
    """Make accounts that are kept in the vault."""
    return lambda **hosts: Accounts(wide_tenant, tmp_path, Vault(openbao), **hosts)


@pytest.fixture
def auth(openbao):
    """Enable ways to log in, each with a policy for the store, and return the variables that use them."""
    policy = f'path "secret/data/sailpoint/*" {{ capabilities = {MAY_WRITE["secret/data/sailpoint/*"]} }}'
    openbao.ask("PUT", "sys/policies/acl/store", {"policy": policy.replace("'", '"')})
    for kind in ("approle", "userpass"):
        openbao.ask("POST", f"sys/auth/{kind}", {"type": kind})
    openbao.ask("POST", "auth/approle/role/store", {"token_policies": ["store"]})
    openbao.ask("POST", "auth/userpass/users/store", {"password": "Of-the-user.1", "token_policies": ["store"]})
    role_id = openbao.ask("GET", "auth/approle/role/store/role-id")["data"]["role_id"]
    secret_id = openbao.ask("POST", "auth/approle/role/store/secret-id")["data"]["secret_id"]
    yield {
        "approle": {"auth_method": "approle", "role_id": role_id, "secret_id": secret_id},
        "userpass": {"auth_method": "userpass", "username": "store", "password": "Of-the-user.1"},
        "token": {"token": openbao.token(MAY_WRITE)},
        "no_role": {"auth_method": "approle"},
    }
    for kind in ("approle", "userpass"):
        openbao.ask("DELETE", f"sys/auth/{kind}")


def test_a_rotation_by_the_collections_playbook(playbook, tenant, openbao):
    given = {**variables(rotate_password_value=""), **connection(tenant), "rotate_password_store": "kv2"}
    environment = openbao.environment()

    def run(*arguments: str, **more: Any):
        how = {"inventory": LOCALHOST, "variables": {**given, **more}, "environment": environment}
        return playbook.run(PLAYBOOK, *arguments, **how)

    predicted = run("--check")
    assert (predicted.rc, predicted.recap["localhost"]["changed"]) == (0, 1), predicted.complaints
    assert openbao.paths() == []
    first = run("-vvv")
    assert (first.rc, first.recap["localhost"]["changed"]) == (0, 1), first.complaints
    (path,) = openbao.paths()
    assert path.startswith("sailpoint/svc-backup.active-directory.")
    kept = openbao.read(path)
    assert (kept.data["current"]["password"], kept.data["pending"], kept.number) == (arrived(tenant), None, 3)
    assert first.stats["rotate_password_stats"]["results"]["localhost"]["kept_in"] == f"secret/{path}"
    assert_no_leak(first, [kept.data["current"]["password"], openbao.root_token])
    unchanged = run(rotate_password_max_age="30d")
    assert (unchanged.rc, unchanged.recap["localhost"]["changed"]) == (0, 0), unchanged.complaints
    assert tenant.counts()["set"] == 1


def test_the_ways_to_connect_and_to_log_in(vault, openbao, auth):
    ways = {way: {f"{NAME}{name}": value for name, value in given.items()} for way, given in auth.items()}
    ways["url"] = {f"{NAME}url": openbao.url, f"{NAME}token": openbao.root_token}
    these = vault(**ways)
    # The collection's own variables of the environment win over those of the server's programs.
    environment = {
        "VAULT_ADDR": "http://127.0.0.1:1",
        "ANSIBLE_HASHI_VAULT_ADDR": openbao.url,
        "VAULT_TOKEN": "s.wrong",
    }
    outcome = these.rotate(how={"environment": environment})
    assert failed_hosts(outcome) == {"no_role"}, outcome.complaints
    assert "requires options ('role_id',) to be set" in verdict(outcome, "no_role")
    assert all(these.agree(host) for host in ways if host != "no_role")
    assert_no_leak(outcome, [value for given in auth.values() for name, value in given.items() if "method" not in name])


def test_a_play_can_hold_the_environment_and_logs_in_once(vault, openbao, auth):
    these = vault(svc={f"{NAME}{name}": value for name, value in auth["approle"].items()})
    # It is the only one: a second login would be refused.
    limited = {"token_policies": ["store"], "secret_id_num_uses": 1}
    openbao.ask("POST", "auth/approle/role/store", limited)
    secret_id = openbao.ask("POST", "auth/approle/role/store/secret-id")["data"]["secret_id"]
    these.hosts["svc"][f"{NAME}secret_id"] = secret_id
    plays = rotation(environment={"VAULT_ADDR": openbao.url})
    outcome = these.playbook.run(plays, inventory=these.inventory({}))
    assert_all_ok(outcome)
    assert these.agree("svc")


def test_what_the_vault_refuses_stops_before_anything_is_sent(vault, openbao, tmp_path):
    hook = tmp_path / "meanwhile.yml"
    hook.write_text(
        "- name: Write into the vault, as another run does\n"
        "  ansible.builtin.uri:\n"
        "    url: '{{ url }}'\n"
        "    method: POST\n"
        "    headers: {X-Vault-Token: '{{ token }}'}\n"
        "    body_format: json\n"
        "    body: {data: {by: another}}\n"
    )
    reader = openbao.token({"secret/data/sailpoint/*": ["read"]})
    these = vault(
        token={f"{NAME}token": "s.wrong"},
        reader={f"{NAME}token": reader},
        unreachable={f"{NAME}url": "http://127.0.0.1:1"},
        mount={"rotate_password_store_mount": "nothing"},
        path={"rotate_password_store_path": "a/../b"},
        conflict={
            "rotate_password_before_change": str(hook),
            "rotate_password_store_path": "conflict",
            "url": f"{openbao.url}/v1/secret/data/conflict",
            "token": openbao.root_token,
        },
    )
    these.write("reader", current=current())
    outcome = these.rotate()
    said = {
        "token": "is denied access to secret/sailpoint/user00001",
        "reader": "is denied access to secret/sailpoint/user00002",
        "unreachable": "gets no answer from the server",
        "mount": "finds no engine KV version 2 at nothing",
        "conflict": "was refused version 1 of secret/conflict: since this run read the record, another run or a person",
    }
    assert failed_hosts(outcome) == set(these.hosts), outcome.complaints
    for host, message in said.items():
        assert f"The store kv2 {message}" in verdict(outcome, host)
        assert "The password was not changed; the previous one is still valid." in verdict(outcome, host)
        result = result_of(outcome, host)
        assert (result["outcome"], result["step"], result["changed"]) == ("refused", "store", False)
    assert "rotate_password_store_path is 'a/../b'" in verdict(outcome, "path")
    assert "Traceback" not in outcome.output
    assert openbao.read("conflict").data == {"by": "another"}
    assert these.read("reader").current.password == OLD
    assert these.sets() == 0


def test_without_the_collection(vault, openbao, tmp_path):
    these = vault(svc={})
    alone = tmp_path / "collections" / "ansible_collections" / "community"
    alone.mkdir(parents=True)
    (alone / "sailpoint").symlink_to(ROOT / ".build" / "ansible_collections" / "community" / "sailpoint")
    outcome = these.rotate(how={"environment": {"ANSIBLE_COLLECTIONS_PATH": str(tmp_path / "collections")}})
    assert "The store kv2 needs the collection community.hashi_vault" in verdict(outcome, "svc")
    assert "The password was not changed; the previous one is still valid." in verdict(outcome, "svc")
    assert these.sets() == 0
