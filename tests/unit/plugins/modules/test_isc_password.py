# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module isc_password against a tenant."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import NOTHING_SENT
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    ApiError,
    ChangeFailedError,
    EncryptionError,
    IscError,
)
from ansible_collections.community.sailpoint.plugins.module_utils._task.execution import execute
from ansible_collections.community.sailpoint.plugins.modules import isc_password, isc_password_info
from support.modules import AD, BACKUP, BY_NAME, PASSWORD, access, run, validated

ADMINS = "CN=Multi Account,OU=Admins,DC=acme,DC=com"


@pytest.fixture
def change(tenant, fake_time):
    """Return a function that runs the module with a wait_timeout that is never reached."""

    def changed(check_mode=False, **given):
        return run(isc_password, tenant, fake_time, check_mode, **{"wait_timeout": 600000, **given})

    return changed


def test_a_password_is_set(change, tenant, fake_time):
    result = change(**BY_NAME)
    assert result["changed"] and result["state"] == "FINISHED"
    assert result["account_id"] == BACKUP
    assert result["source_ids"] == [result["source_id"]]
    assert (result["errors"], result["policy_violations"]) == ([], [])
    assert result["duration"] == round(sum(fake_time.naps), 3) >= 1.5
    assert (result["decision"], result["receipt"]) == ("set", None)
    assert "diff" not in result
    assert tenant.password(AD, BACKUP)["password"] == PASSWORD
    assert tenant.requests("set")[0]["request_id"] == result["request_id"]
    assert PASSWORD not in str(result)


def test_a_key_of_4096_bits_takes_a_longer_password(change, tenant):
    password = "Ab1-" * 75
    change(user_name="Abby.Smith", source_name="HR Database", password=password)
    assert tenant.password("HR Database", "100042")["password"] == password


def test_the_result_of_a_query_can_be_passed_on(change, tenant, fake_time):
    info = run(isc_password_info, tenant, fake_time, user_name="multi.account", source_name=AD)
    given = {key: info[key] for key in info if key not in ("changed", "policy")}
    tenant.clear_requests()
    result = change(**given, account_name="ADM-multi", password=PASSWORD)
    assert result["account_id"] == ADMINS
    assert tenant.password(AD, ADMINS)["password"] == PASSWORD
    assert "query" not in tenant.counts()


def test_check_mode_does_all_but_setting(change, tenant):
    result = change(True, **BY_NAME)
    assert result["changed"] is True
    assert result["account_id"] == BACKUP
    for key, value in {**NOTHING_SENT, "duration": None}.items():
        assert result[key] == value
    assert tenant.counts() == {"login": 1, "query": 1, "sync_groups": 1, "sources": 1}


def test_check_mode_returns_the_same_keys_and_the_sync_group(change):
    assert change(True, **BY_NAME).keys() - {"sync_group"} == change(**BY_NAME).keys()


def test_check_mode_fails_if_the_scope_is_missing(change, tenant):
    with pytest.raises(IscError, match="^ISC would refuse to set password") as refusal:
        change(True, client="api-client-query-only", **BY_NAME)
    assert refusal.value.details["outcome"] == "refused"
    with pytest.raises(ApiError) as refusal:
        change(client="api-client-query-only", **BY_NAME)
    assert refusal.value.details["outcome"] == "refused"
    assert [request["status"] for request in tenant.requests("set")] == [403]


def test_without_enforce_policy_isc_judges_a_violation(change):
    warnings = []
    with pytest.raises(ChangeFailedError, match="must contain at least 8 characters"):
        change(**{**BY_NAME, "password": "quiet"}, warnings=warnings)
    assert "passwordMinLength" in warnings[0]


@pytest.mark.parametrize("outcome", ["fail", "fail_at_once"])
def test_a_failed_change_fails_with_the_errors_of_isc(change, tenant, outcome):
    tenant.outcome(outcome, errors=["The source refused it."])
    with pytest.raises(ChangeFailedError) as failure:
        change(**BY_NAME)
    result = failure.value.as_result()
    assert result["outcome"] == "failed"
    assert result["state"] == "FAILED"
    # Only a status has errors, not the response to set password.
    assert result["errors"] == (["The source refused it."] if outcome == "fail" else [])
    assert PASSWORD not in str(result)


@pytest.mark.parametrize("option", ["identity_id", "source_id", "public_key_id", "account_id"])
def test_ids_of_different_objects_are_refused(change, tenant, fake_time, option):
    info = run(isc_password_info, tenant, fake_time, user_name="svc-backup", source_name=AD)
    given = {key: info[key] for key in ("identity_id", "source_id", "public_key_id", "public_key")}
    with pytest.raises(ApiError) as refusal:
        change(**{**given, "account_id": BACKUP, option: "2c91000000000000"}, password=PASSWORD)
    assert (refusal.value.details["status_code"], refusal.value.details["outcome"]) == (400, "refused")
    assert refusal.value.details["tracking_id"] in refusal.value.message
    assert refusal.value.hint.endswith("are passed on from community.sailpoint.isc_password_info, query them again.")


def test_the_first_pause_is_wait_sleep(change, fake_time):
    change(**BY_NAME, wait_sleep=8)
    # The fake random value takes a quarter off.
    assert fake_time.naps[0] == 6


@pytest.mark.parametrize("option", ["wait_timeout", "wait_sleep"])
def test_options_of_waiting_are_checked_before_anything_is_sent(change, tenant, option):
    with pytest.raises(IscError, match=f"^{option} is 0") as refusal:
        change(**BY_NAME, **{option: 0})
    assert refusal.value.details["outcome"] == "refused"
    assert tenant.counts() == {}


def test_a_password_is_set_over_tls_and_in_real_time(tls_tenant):
    given = {**access(tls_tenant), **BY_NAME, "wait_sleep": 0.05}
    result = execute(isc_password.run, validated(isc_password.ARGUMENT_SPEC, **given), False)
    assert result["state"] == "FINISHED"
    assert tls_tenant.password(AD, BACKUP)["password"] == PASSWORD


@pytest.mark.parametrize("check_mode", [False, True])
def test_in_fips_mode_nothing_is_sent(change, tenant, fips_mode, check_mode):
    with pytest.raises(EncryptionError) as refusal:
        change(check_mode, **BY_NAME)
    assert refusal.value.explanation == fips_mode
    assert (refusal.value.details["outcome"], refusal.value.details["step"]) == ("refused", "query")
    assert "set" not in tenant.counts()
