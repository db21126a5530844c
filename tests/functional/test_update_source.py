# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role gives the new password to the source that ISC connects to with it, for one account and in a batch."""

from __future__ import annotations

import pytest
from support.leak_search import assert_no_leak
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

POINTER = "/connectorAttributes/domainSettings/0/password"


@pytest.fixture
def update(tenant, tmp_path):
    """Have ISC connect with the account, and return the role's variables."""
    tenant.connector(SOURCE, pointer="/domainSettings/0/password", account_id=ACCOUNT)
    (tmp_path / "store").mkdir()
    return {
        **stored(tmp_path / "store"),
        "rotate_password_value": "",
        "rotate_password_update_source": SOURCE,
        "rotate_password_update_source_attribute": POINTER,
    }


def credential(tenant):
    """Return with what ISC connects; fail unless it can."""
    found = tenant.connector(SOURCE)
    assert found["connected"]
    return found["attributes"]["domainSettings"][0]["password"]


def test_the_source_gets_the_password_before_anybody_else_needs_it(playbook, tenant, update, tmp_path):
    hook = tmp_path / "hook.yml"
    hook.write_text("- name: Tell\n  ansible.builtin.debug:\n    msg: The hook was run.\n", "utf-8")
    predicted = rotate(playbook, tenant, "--check", **update)
    assert_all_ok(predicted)
    assert "source_patch" not in tenant.counts()
    outcome = rotate(playbook, tenant, **update, rotate_password_after_change=str(hook))
    assert_all_ok(outcome)
    assert credential(tenant) == arrived(tenant)
    assert predicted.recap["localhost"]["changed"] == outcome.recap["localhost"]["changed"] == 1
    assert_no_leak(outcome, [credential(tenant)], events=5)
    operations = [request["operation"] for request in tenant.requests()]
    assert operations[operations.index("source_patch") :] == ["source_patch", "check_connection"]
    assert "The hook was run." in outcome.stdout


def test_a_source_that_could_not_be_updated_is_updated_by_the_next_run(playbook, tenant, update):
    tenant.fault("source_patch", "status", status=403)
    outcome = rotate(playbook, tenant, **update)
    assert outcome.rc == 2
    assert result_of(outcome)["step"] == "hook_after"
    assert verdict(outcome).endswith(
        f"The password was changed and stored. The source {SOURCE} may not have it yet, and then ISC can't connect to "
        "it. Run this again, which does only what follows the change."
    )
    assert not tenant.connector(SOURCE)["connected"]
    again = rotate(playbook, tenant, **update)
    assert_all_ok(again)
    assert result_of(again)["msg"].endswith(f"unchanged, and the source {SOURCE} has got the password")
    assert (again.recap["localhost"]["changed"], tenant.counts()["set"]) == (1, 1)
    assert credential(tenant) == arrived(tenant)


def test_in_a_batch_each_host_has_its_own(playbook, tenant, update):
    given = {**variables(), **connection(tenant), **update, "rotate_password_update_source": ""}
    inventory = {
        "connecting": {"rotate_password_update_source": SOURCE, "ansible_connection": "local"},
        "other": {
            "rotate_password_user_name": "Abby.Smith",
            "rotate_password_source_name": "HR Database",
            "ansible_connection": "local",
        },
    }
    hosts = {name: {**given, **own} for name, own in inventory.items()}
    outcome = playbook.run(rotation(tasks_from="batch", hosts="all"), inventory=hosts)
    assert_all_ok(outcome)
    assert credential(tenant) == arrived(tenant)
    assert tenant.counts()["source_patch"] == 1
    assert {host: recap["changed"] for host, recap in outcome.recap.items()} == {"connecting": 1, "other": 1}
    # What an earlier run has sent, without knowing what came of it, the source tells.
    tenant.fault("set", "lost_after")
    for host in hosts.values():
        host["rotate_password_update_password"] = "when_changed"
    hosts["connecting"]["rotate_password_max_age"] = "1s"
    lost = playbook.run(rotation(tasks_from="batch", hosts="connecting"), inventory=hosts)
    assert result_of(lost, "connecting")["outcome"] == "unknown"
    assert not tenant.connector(SOURCE)["connected"]
    sets = tenant.counts()["set"]
    found = playbook.run(rotation(tasks_from="batch", hosts="connecting"), inventory=hosts)
    assert_all_ok(found)
    assert (result_of(found, "connecting")["outcome"], tenant.counts()["set"]) == ("finished", sets)
    assert credential(tenant) == arrived(tenant)
