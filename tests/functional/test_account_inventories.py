# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sample inventories of accounts, and the plugin csv_accounts with ansible-inventory and in a play."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from support.playbook import ROOT, assert_all_ok
from support.role_plays import ADMIN_ACCOUNT, KEY

INVENTORIES = ROOT / "playbooks" / "inventories"
PLAY = [{"name": "Rotate", "ansible.builtin.import_playbook": "community.sailpoint.rotate_accounts"}]
ABBY = "The-given-1.a"


@pytest.fixture
def run(playbook, tenant, tmp_path):
    """Run rotate_accounts with a sample inventory."""

    def rotate(inventory, *arguments, **variables):
        given = {"rotate_password_wait_sleep": 0.1, **variables}
        environment = {**tenant.environment(), "REQUESTS_CA_BUNDLE": str(tenant.ca_path)}
        return playbook.run(
            PLAY, "-i", str(INVENTORIES / inventory), *arguments, inventory={}, environment=environment, variables=given
        )

    return rotate


def test_the_yaml_sample_rotates_its_accounts(run, tenant, tmp_path):
    (tmp_path / "store").mkdir()
    outcome = run(
        "accounts.yml",
        vault_store_key=KEY,
        vault_passwords={"Abby.Smith": ABBY},
        rotate_password_store_dir=str(tmp_path / "store"),
    )
    assert_all_ok(outcome)
    hosts = ("svc-backup", "svc-payroll", "admin-account", "Abby.Smith", "zoe")
    assert outcome.ended == dict.fromkeys(hosts, "changed")
    assert tenant.counts()["set"] == 5
    assert len(list((tmp_path / "store").glob("*.json"))) == 3
    assert tenant.password("Active Directory", ADMIN_ACCOUNT)["changes"] == 1


def test_the_csv_sample_rotates_its_accounts(run, tenant):
    outcome = run("csv_accounts.yml", rotate_password_discard=True)
    assert_all_ok(outcome)
    assert outcome.ended == dict.fromkeys(("svc-backup", "Abby.Smith", "svc-payroll", "multi.account"), "changed")
    assert tenant.counts()["set"] == 4
    assert tenant.password("Active Directory", ADMIN_ACCOUNT)["changes"] == 1


def run_ansible_inventory(playbook, folder, *arguments):
    environment = {**playbook._environment(folder), "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "1"}
    command = [sys.executable, "-m", "ansible", "inventory", "-i", "config.yml", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_ansible_inventory_shows_the_hosts_and_explains_a_mistake(playbook, tmp_path):
    (tmp_path / "config.yml").write_text("plugin: community.sailpoint.csv_accounts\npath: accounts.csv\n")
    (tmp_path / "accounts.csv").write_bytes(b"\xef\xbb\xbfuser_name,source_name\r\nzo\xc3\xab 1,{{ 1 + 1 }}\r\n")
    # AWX reads an inventory source this way.
    done = run_ansible_inventory(playbook, tmp_path, "--list", "--export")
    assert done.returncode == 0, done.stderr
    inventory = json.loads(done.stdout)
    assert inventory["accounts"] == {"hosts": ["zo\u00eb 1"]}
    assert inventory["_meta"]["hostvars"]["zo\u00eb 1"] == {
        "rotate_password_user_name": "zo\u00eb 1",
        "rotate_password_source_name": {"__ansible_unsafe": "{{ 1 + 1 }}"},
    }
    (tmp_path / "accounts.csv").write_text("user_name\nsvc-backup\nsvc-payroll\nsvc-backup\n")
    wrong = run_ansible_inventory(playbook, tmp_path, "--list")
    assert wrong.returncode != 0
    message = " ".join(wrong.stderr.split())
    assert "accounts.csv: lines 2 and 4 have the same user_name, svc-backup. Remove one" in message
    assert "Traceback" not in wrong.stderr


# Not shorter, because a policy can forbid the account id in a password.
DIGITS = ("12345", "007", "8101112")
AS_INI = """\
12345
007
[all:vars]
rotate_password_source_name=Active Directory
rotate_password_user_name={{ inventory_hostname }}
"""


@pytest.fixture
def rotate_digits(playbook, tenant, tmp_path):
    """Return a function that rotates accounts named by digits, which files in the test's folder list."""
    for name in DIGITS:
        tenant.add_account(name, "Active Directory", name)
    (tmp_path / "csv.yml").write_text("plugin: community.sailpoint.csv_accounts\npath: accounts.csv\n")
    lines = [f"{name},Active Directory\n" for name in DIGITS]
    (tmp_path / "accounts.csv").write_text("".join(["user_name,source_name\n", *lines]))
    (tmp_path / "accounts.ini").write_text(AS_INI)
    environment = {
        **tenant.environment(),
        "REQUESTS_CA_BUNDLE": str(tenant.ca_path),
        "ANSIBLE_RETRY_FILES_ENABLED": "1",
        "ANSIBLE_RETRY_FILES_SAVE_PATH": str(tmp_path),
    }
    given = {"rotate_password_wait_sleep": 0.1, "rotate_password_discard": True}

    def rotate(inventory, *arguments):
        arguments = ("-i", str(tmp_path / inventory), *arguments)
        return playbook.run(PLAY, *arguments, inventory={}, environment=environment, variables=given)

    return rotate


def test_names_of_digits_are_names_in_a_retry_and_a_limit_too(rotate_digits, tenant, tmp_path):
    for name in ("12345", "007"):
        tenant.outcome(user_name=name, outcome="fail")
    failed = rotate_digits("csv.yml", "--limit", ",".join(DIGITS))
    assert failed.ended == {"12345": "failed", "007": "failed", "8101112": "changed"}
    assert sorted(failed.stats["rotate_password_stats"]["failed_hosts"]) == ["007", "12345"]
    (retry,) = tmp_path.glob("*.retry")
    again = rotate_digits("csv.yml", "--limit", f"@{retry}")
    assert_all_ok(again)
    assert again.ended == {"12345": "changed", "007": "changed"}
    assert [tenant.password("Active Directory", name)["changes"] for name in DIGITS] == [1, 1, 1]


def test_names_of_digits_are_names_in_a_handwritten_inventory(rotate_digits):
    outcome = rotate_digits("accounts.ini", "-e", "rotate_accounts_hosts=12345,007")
    assert_all_ok(outcome)
    assert outcome.ended == {"12345": "changed", "007": "changed"}
