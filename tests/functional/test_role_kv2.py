# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role rotate_password with its store kv2 against a real OpenBao server: logins and errors."""

from __future__ import annotations

import pytest
from support.accounts import OLD, Accounts, current, failed_hosts
from support.keepers import Vault
from support.leak_search import assert_no_leak
from support.playbook import ROOT
from support.role_plays import LOCALHOST, PLAYBOOK, arrived, connection, result_of, rotation, variables, verdict

NAME = "ansible_hashi_vault_"
MAY_WRITE = {"secret/data/sailpoint/*": ["create", "read", "update"]}


@pytest.fixture
def vault(wide_tenant, tmp_path, openbao):
    """Create accounts that are stored in the vault."""
    return lambda **hosts: Accounts(wide_tenant, tmp_path, Vault(openbao), **hosts)


@pytest.fixture
def auth(openbao):
    """Enable login methods, each with a policy for the store, and return the variables that use them."""
    policy = f'path "secret/data/sailpoint/*" {{ capabilities = {MAY_WRITE["secret/data/sailpoint/*"]} }}'
    openbao.ask("PUT", "sys/policies/acl/store", {"policy": policy.replace("'", '"')})
    for kind in ("approle", "userpass"):
        openbao.ask("POST", f"sys/auth/{kind}", {"type": kind})
    # The secret id is valid for one login only.
    openbao.ask("POST", "auth/approle/role/store", {"token_policies": ["store"], "secret_id_num_uses": 1})
    openbao.ask("POST", "auth/userpass/users/store", {"password": "Of-the-user.1", "token_policies": ["store"]})
    role_id = openbao.ask("GET", "auth/approle/role/store/role-id")["data"]["role_id"]
    secret_id = openbao.ask("POST", "auth/approle/role/store/secret-id")["data"]["secret_id"]
    yield {
        "approle": {"auth_method": "approle", "role_id": role_id, "secret_id": secret_id},
        "userpass": {"auth_method": "userpass", "username": "store", "password": "Of-the-user.1"},
        "reader": {"token": openbao.token({"secret/data/sailpoint/*": ["read"]})},
    }
    for kind in ("approle", "userpass"):
        openbao.ask("DELETE", f"sys/auth/{kind}")


def test_a_rotation_by_the_collections_playbook(playbook, tenant, openbao):
    given = {**variables(rotate_password_value=""), **connection(tenant), "rotate_password_store": "kv2"}
    how = {"inventory": LOCALHOST, "variables": given, "environment": openbao.environment()}
    outcome = playbook.run(PLAYBOOK, "-vvv", **how)
    assert (outcome.rc, outcome.recap["localhost"]["changed"]) == (0, 1), outcome.complaints
    (path,) = openbao.paths()
    assert path.startswith("sailpoint/svc-backup.active-directory.")
    stored = openbao.read(path)
    assert (stored.data["current"]["password"], stored.data["pending"], stored.number) == (arrived(tenant), None, 3)
    assert outcome.stats["rotate_password_stats"]["results"]["localhost"]["kept_in"] == f"secret/{path}"
    assert_no_leak(outcome, [stored.data["current"]["password"], openbao.root_token])


def test_each_host_connects_and_logs_in_its_own_way(vault, openbao, auth):
    """By variables or by the environment of the play. If the vault refuses, nothing is sent."""
    group = vault(
        **{way: {f"{NAME}{name}": value for name, value in given.items()} for way, given in auth.items()},
        environment={},
    )
    group.write("reader", current=current())
    # The collection's own environment variables take precedence over those of the server's programs.
    token = {"ANSIBLE_HASHI_VAULT_TOKEN": openbao.root_token, "VAULT_TOKEN": "s.wrong"}
    plays = rotation(environment={"VAULT_ADDR": openbao.url})
    outcome = group.playbook.run(
        plays, "--forks", "4", inventory=group.inventory({}), environment={"VAULT_ADDR": "http://127.0.0.1:1", **token}
    )
    assert failed_hosts(outcome) == {"reader"}, outcome.complaints
    assert all(group.agree(host) for host in group.hosts if host != "reader")
    assert_no_leak(outcome, [value for given in auth.values() for name, value in given.items() if "method" not in name])

    message = verdict(outcome, "reader")
    assert f"The store kv2 is denied access to secret/sailpoint/{group.account('reader').user_name}" in message
    assert "The password was not changed; the previous one is still valid." in message
    result = result_of(outcome, "reader")
    assert (result["outcome"], result["step"], result["changed"]) == ("refused", "store", False)
    assert group.read("reader").current.password == OLD
    assert group.sets() == len(group.hosts) - 1


def test_without_the_collection(vault, openbao, tmp_path):
    group = vault(svc={})
    alone = tmp_path / "collections" / "ansible_collections" / "community"
    alone.mkdir(parents=True)
    (alone / "sailpoint").symlink_to(ROOT / ".build" / "ansible_collections" / "community" / "sailpoint")
    outcome = group.rotate(how={"environment": {"ANSIBLE_COLLECTIONS_PATH": str(tmp_path / "collections")}})
    assert "The store kv2 needs the collection community.hashi_vault" in verdict(outcome, "svc")
    assert "The password was not changed; the previous one is still valid." in verdict(outcome, "svc")
    assert group.sets() == 0
