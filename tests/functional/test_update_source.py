# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role updates the credential with which ISC connects to a source, for one account and in a batch."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.modules import isc_password
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.record import Record, RecordedAccount
from support.accounts import NEW, SOURCE_ID, current, pending
from support.keepers import Files
from support.leak_search import assert_no_leak
from support.modules import FakeTime, run
from support.playbook import assert_all_ok
from support.role_plays import (
    ACCOUNT,
    SOURCE,
    arrived,
    connection,
    result_of,
    rotate,
    rotation,
    stored,
    variables,
    verdict,
)
from support.waiting import until

ABBY = {"rotate_password_user_name": "Abby.Smith", "rotate_password_source_name": "HR Database"}
POINTER = "/connectorAttributes/domainSettings/0/password"


@pytest.fixture
def update(tenant, tmp_path):
    """Make ISC connect with the account, and return the role's variables."""
    tenant.connector(SOURCE, pointer="/domainSettings/0/password", account_id=ACCOUNT)
    (tmp_path / "store").mkdir()
    return {
        **stored(tmp_path / "store"),
        "rotate_password_value": "",
        "rotate_password_update_source": SOURCE,
        "rotate_password_update_source_attribute": POINTER,
    }


def credential(tenant):
    """Return the password with which ISC connects, and assert that it can."""
    found = tenant.connector(SOURCE)
    assert found["connected"]
    return found["attributes"]["domainSettings"][0]["password"]


def test_the_source_gets_the_password_before_the_hook_runs(playbook, tenant, update, tmp_path):
    hook = tmp_path / "hook.yml"
    hook.write_text("- name: Tell\n  ansible.builtin.debug:\n    msg: The hook was run.\n", "utf-8")
    outcome = rotate(playbook, tenant, **update, rotate_password_after_change=str(hook))
    assert_all_ok(outcome)
    assert credential(tenant) == arrived(tenant)
    assert outcome.recap["localhost"]["changed"] == 1
    assert_no_leak(outcome, [credential(tenant)], events=5)
    operations = [request["operation"] for request in tenant.requests()]
    assert operations[operations.index("source_patch") :] == ["source_patch", "check_connection"]
    assert "The hook was run." in outcome.stdout


def test_a_source_that_could_not_be_updated_is_reported(playbook, tenant, update):
    tenant.fault("source_patch", "status", status=403)
    outcome = rotate(playbook, tenant, **update)
    assert outcome.rc == 2
    assert result_of(outcome)["step"] == "hook_after"
    assert verdict(outcome).endswith(
        f"The password was changed and stored. The source {SOURCE} may not have it yet, and then ISC can't connect to "
        "it. Run this again, which does only what follows the change."
    )
    assert not tenant.connector(SOURCE)["connected"]


def test_in_a_batch_the_source_proves_the_password_of_an_earlier_run(playbook, tenant, update, tmp_path):
    # An earlier run sent the password, but its response was lost.
    keeper, account = Files(tmp_path / "kept"), RecordedAccount("svc-backup", SOURCE, SOURCE_ID, ACCOUNT)
    record = Record(account, current(), pending=pending(outcome_unknown=True))
    keeper.open(account).save(record.as_value(), "")
    run(isc_password, tenant, FakeTime(), user_name="svc-backup", source_name=SOURCE, password=NEW, wait=False)
    until(lambda: not tenant.connector(SOURCE)["connected"], "the password did not arrive")
    given = {**variables(), **connection(tenant), **update, **keeper.variables, "rotate_password_update_source": ""}
    inventory = {
        "connecting": {"rotate_password_update_source": SOURCE, "ansible_connection": "local"},
        "other": {**ABBY, "ansible_connection": "local"},
    }
    hosts = {name: {**given, **own} for name, own in inventory.items()}
    outcome = playbook.run(rotation(tasks_from="batch", hosts="all"), inventory=hosts)
    assert_all_ok(outcome)
    assert credential(tenant) == arrived(tenant) == NEW
    assert {host: result_of(outcome, host)["outcome"] for host in inventory} == dict.fromkeys(inventory, "finished")
    # The only other request is that of the other host.
    assert tenant.counts()["set"] == 2
