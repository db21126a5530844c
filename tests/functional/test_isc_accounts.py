# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory plugin isc_accounts with ansible-inventory and with the playbook rotate_accounts."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import yaml
from support.batches import DISCARD
from support.guides import blocks
from support.playbook import ROOT, assert_all_ok
from support.role_plays import outcomes

PLAY = [{"name": "Rotate", "ansible.builtin.import_playbook": "community.sailpoint.rotate_accounts"}]
CONFIGURATION = """\
plugin: community.sailpoint.isc_accounts
sources: [Active Directory]
older_than: 90d
unknown_age: exclude
"""
SOURCE = "Active Directory"
BACKUP = "CN=svc-backup,OU=Service Accounts,DC=acme,DC=com"
GUIDE = ROOT / "docs" / "docsite" / "rst" / "accounts.rst"
ADMIN_ACCOUNT = "CN=Multi Account,OU=Admins,DC=acme,DC=com"


@pytest.fixture
def configuration(tmp_path):
    """Return the configuration file, which is the whole inventory."""
    path = tmp_path / "old.yml"
    path.write_text(CONFIGURATION)
    return path


def accounts_of(names):
    """Return the user names in names of hosts."""
    return sorted(name.partition(f".{SOURCE.replace(' ', '-')}.")[0] for name in names)


def test_old_passwords_are_rotated_once(playbook, tenant, configuration):
    environment = {**tenant.environment(), "REQUESTS_CA_BUNDLE": str(tenant.ca_path)}
    given = {"rotate_password_wait_sleep": 0.1, **DISCARD}

    def rotate():
        more = {"inventory": {}, "environment": environment, "variables": given}
        return playbook.run(PLAY, "-i", str(configuration), **more)

    outcome = rotate()
    assert_all_ok(outcome)
    assert accounts_of(outcomes(outcome)) == ["Abby.Smith", "multi.account", "svc-backup"]
    assert set(outcomes(outcome).values()) == {"finished"}
    assert tenant.password(SOURCE, ADMIN_ACCOUNT)["changes"] == 1
    assert tenant.counts()["set"] == 3
    # The inventory is read several times, but searched for once.
    assert tenant.counts()["search"] == 2
    # No password is old now. Having nothing to do is not a failure.
    again = rotate()
    assert again.rc == 0, again.complaints
    assert tenant.counts()["set"] == 3


def environment_of(playbook, tenant, folder):
    """Return the environment in which Ansible reads inventories."""
    return {**playbook._environment(folder), **tenant.environment(), "REQUESTS_CA_BUNDLE": str(tenant.ca_path)}


def test_ansible_inventory_shows_the_hosts_and_explains_a_mistake(playbook, tenant, configuration, tmp_path):
    hostile = "{{ lookup('pipe', 'false') }}"
    tenant.add_account(hostile, SOURCE, hostile, facts={"passwordLastSet": "2020-01-01T00:00:00Z"})
    (tmp_path / "wrong.yml").write_text(CONFIGURATION.replace("Active", "Aktive"))
    command = [sys.executable, "-m", "ansible", "inventory", "-i", "old.yml", "-i", "wrong.yml", "--list"]
    environment = environment_of(playbook, tenant, tmp_path)
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    hosts = json.loads(done.stdout)["_meta"]["hostvars"]
    assert accounts_of(hosts) == ["Abby.Smith", "lookup--pipe----false", "multi.account", "svc-backup"]
    assert json.dumps(hosts).count(hostile) == 4
    assert "The tenant has no source named 'Aktive Directory'. Check source_name." in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


# Reads inventories separately in one process. ansible-inventory would merge them, and takes a second to start.
READ = """
import json, os, sys
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader

init_plugin_loader()
for path, environment in json.load(sys.stdin):
    os.environ.update(environment)
    inventory = InventoryManager(DataLoader(), sources=[path])
    print(json.dumps({name: [host.name for host in group.get_hosts()] for name, group in inventory.groups.items()}))
"""
INVENTORIES = [block for block in blocks(GUIDE) if block.caption and block.text.startswith("plugin:")]


def test_the_inventories_of_the_guide_and_of_awx_can_be_used(playbook, tenant, tmp_path):
    """AWX's inventory takes everything from the environment."""
    given = []
    for block in INVENTORIES:
        (tmp_path / block.caption).write_text(block.text.replace("~/.cache", str(tmp_path)))
        given.append((block.caption, {}))
    data = yaml.safe_load((ROOT / "playbooks" / "awx" / "inventory_sources.yml").read_text("utf-8"))
    (source,) = data["controller_inventory_sources"]
    filled_in = {"{{ _configure_awx.sources }}": SOURCE, "{{ _configure_awx.older_than }}": "90d"}
    variables = {name: filled_in.get(value, value) for name, value in source["source_vars"].items()}
    given.append((str(ROOT / source["source_path"]), variables))
    tenant.add_account("svc-backup", SOURCE, BACKUP, facts={"privileged": True})
    done = subprocess.run(
        [sys.executable, "-c", READ],
        cwd=tmp_path,
        env={**environment_of(playbook, tenant, tmp_path), "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "1"},
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *of_guide, of_awx = map(json.loads, done.stdout.splitlines())
    assert len(of_guide) == len(INVENTORIES) == 3
    for block, groups in zip(INVENTORIES, of_guide):
        assert "svc-backup" in accounts_of(groups["all"])
        if "groups" in block.text:
            assert accounts_of(groups["privileged"]) == ["svc-backup"]
            assert "source_Active_Directory" in groups
    assert accounts_of(of_awx["all"]) == ["Abby.Smith", "multi.account", "svc-backup"]
