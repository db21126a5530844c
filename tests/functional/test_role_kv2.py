# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role rotate_password with its store kv2, against a real OpenBao server: how it logs in, and what it says."""

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
    """Make accounts that are kept in the vault."""
    return lambda **hosts: Accounts(wide_tenant, tmp_path, Vault(openbao), **hosts)


@pytest.fixture
def auth(openbao):
    """Enable ways to log in, each with a policy for the store, and return the variables that use them."""
    policy = f'path "secret/data/sailpoint/*" {{ capabilities = {MAY_WRITE["secret/data/sailpoint/*"]} }}'
    openbao.ask("PUT", "sys/policies/acl/store", {"policy": policy.replace("'", '"')})
    for kind in ("approle", "userpass"):
        openbao.ask("POST", f"sys/auth/{kind}", {"type": kind})
    # The secret id is for one login: a second one would be refused.
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
    kept = openbao.read(path)
    assert (kept.data["current"]["password"], kept.data["pending"], kept.number) == (arrived(tenant), None, 3)
    assert outcome.stats["rotate_password_stats"]["results"]["localhost"]["kept_in"] == f"secret/{path}"
    assert_no_leak(outcome, [kept.data["current"]["password"], openbao.root_token])


def test_each_host_connects_and_logs_in_its_way(vault, openbao, auth):
    """With variables, or with the environment of the play; what the vault refuses stops before anything is sent."""
    these = vault(
        **{way: {f"{NAME}{name}": value for name, value in given.items()} for way, given in auth.items()},
        environment={},
    )
    these.write("reader", current=current())
    # The collection's own variables of the environment win over those of the server's programs.
    token = {"ANSIBLE_HASHI_VAULT_TOKEN": openbao.root_token, "VAULT_TOKEN": "s.wrong"}
    plays = rotation(environment={"VAULT_ADDR": openbao.url})
    outcome = these.playbook.run(
        plays, "--forks", "4", inventory=these.inventory({}), environment={"VAULT_ADDR": "http://127.0.0.1:1", **token}
    )
    assert failed_hosts(outcome) == {"reader"}, outcome.complaints
    assert all(these.agree(host) for host in these.hosts if host != "reader")
    assert_no_leak(outcome, [value for given in auth.values() for name, value in given.items() if "method" not in name])

    said = verdict(outcome, "reader")
    assert f"The store kv2 is denied access to secret/sailpoint/{these.account('reader').user_name}" in said
    assert "The password was not changed; the previous one is still valid." in said
    result = result_of(outcome, "reader")
    assert (result["outcome"], result["step"], result["changed"]) == ("refused", "store", False)
    assert these.read("reader").current.password == OLD
    assert these.sets() == len(these.hosts) - 1


def test_without_the_collection(vault, openbao, tmp_path):
    these = vault(svc={})
    alone = tmp_path / "collections" / "ansible_collections" / "community"
    alone.mkdir(parents=True)
    (alone / "sailpoint").symlink_to(ROOT / ".build" / "ansible_collections" / "community" / "sailpoint")
    outcome = these.rotate(how={"environment": {"ANSIBLE_COLLECTIONS_PATH": str(tmp_path / "collections")}})
    assert "The store kv2 needs the collection community.hashi_vault" in verdict(outcome, "svc")
    assert "The password was not changed; the previous one is still valid." in verdict(outcome, "svc")
    assert these.sets() == 0
