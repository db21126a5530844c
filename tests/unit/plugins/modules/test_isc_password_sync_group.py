# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option sync_group of isc_password and of a batch's accounts."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import PolicyViolationError, SyncGroupError
from ansible_collections.community.sailpoint.plugins.modules import isc_password
from support.batch_runs import outcomes, user
from support.modules import BY_NAME, run

IN_GROUP = "The source is in the password sync group Directory and payroll: the password also changes on any "
ON_HR = {"user_name": "Abby.Smith", "source_name": "HR Database", "password": "S3cure-and-long"}


@pytest.fixture
def change(tenant, fake_time):
    def changed(check_mode=False, **given):
        warnings = []
        options = {**BY_NAME, "wait_timeout": 600000, **given}
        return run(isc_password, tenant, fake_time, check_mode, warnings=warnings, **options), warnings

    return changed


@pytest.fixture
def group(tenant):
    payroll = next(source["id"] for source in tenant.world()["sources"] if source["name"] == "Payroll Database")
    sources = [{"source_id": payroll, "source_name": "Payroll Database"}]
    return {"name": "Directory and payroll", "sources": sources, "problem": None}


def test_by_default_the_group_is_shown_in_check_mode_only(change, tenant, group):
    predicted, warnings = change(True)
    assert predicted["sync_group"] == group
    assert warnings == []
    tenant.clear_requests()
    result, warnings = change()
    assert "sync_group" not in result
    assert warnings == []
    assert "sync_groups" not in tenant.counts()


@pytest.mark.parametrize("check_mode", [True, False])
def test_it_is_refused_before_anything_is_sent(change, tenant, check_mode):
    with pytest.raises(SyncGroupError) as refusal:
        change(check_mode, sync_group="refuse")
    assert refusal.value.message.startswith(IN_GROUP)
    assert refusal.value.details["outcome"] == "refused"
    assert set(refusal.value.details["sync_group"]) == {"name", "sources", "problem"}
    assert tenant.requests("set") == []


def test_an_unchanged_password_looks_nothing_up(change, tenant):
    first, _warnings = change(receipt={}, update_password="when_changed")
    again, _warnings = change(receipt=first["receipt"], update_password="when_changed", sync_group="refuse")
    assert again["decision"] == "same_password"
    assert "sync_group" not in again and "sync_groups" not in tenant.counts()


def test_the_policy_is_checked_before_the_group(change, tenant):
    with pytest.raises(PolicyViolationError):
        change(password="quiet", enforce_policy=True, sync_group="refuse")
    assert "sync_groups" not in tenant.counts()


def test_a_refused_change_writes_no_receipt(change, tmp_path):
    receipt = tmp_path / "receipt.json"
    with pytest.raises(SyncGroupError) as refusal:
        change(receipt_file=str(receipt), sync_group="refuse")
    assert refusal.value.details["receipt"] == {} and not receipt.exists()


def test_a_batch_refuses_the_accounts_that_ask_for_it(batch, group):
    accounts = [user(1), user(2, sync_group="refuse"), user(3, sync_group="warn"), {**ON_HR, "sync_group": "refuse"}]
    result = batch(accounts)
    assert outcomes(result) == ["finished", "refused", "finished", "finished"]
    assert ["sync_group" in entry for entry in result["results"]] == [False, True, True, True]
    refused, warned, alone = result["results"][1:]
    assert refused["msg"].startswith(IN_GROUP) and refused["sync_group"] == group
    assert warned["sync_group"] == group and warned["warnings"][0].startswith(IN_GROUP)
    assert alone["sync_group"] == {"name": None, "sources": [], "problem": None}
    assert batch.tenant.counts()["sync_groups"] == 1 and batch.tenant.counts()["sources"] == 1
    assert batch.sets() == 3


def test_a_batch_shows_the_groups_in_check_mode(batch, group):
    result = batch([user(1), user(2, sync_group="ignore")], check_mode=True)
    assert result["results"][0]["sync_group"] == group
    assert "sync_group" not in result["results"][1]
