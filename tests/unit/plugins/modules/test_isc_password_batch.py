# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module isc_password_batch against a tenant: options, accounts and results."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import (
    CHANGE_STATUS,
    QUERY_PASSWORD_INFO,
    SET_PASSWORD,
)
from ansible_collections.community.sailpoint.plugins.module_utils._client.authenticator import Claims
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError, IscError
from ansible_collections.community.sailpoint.plugins.modules import isc_password_batch
from support.batch_runs import IDS, dn, outcomes, user, users
from support.modules import AD, PASSWORD


def test_all_passwords_are_set(batch):
    accounts = [user(number, password=f"Quiet-Harbour-{number}") for number in range(1, 9)]
    result = batch(accounts)
    assert result["changed"] and "failed" not in result
    assert outcomes(result) == ["finished"] * 8
    assert [entry["account_id"] for entry in result["results"]] == [dn(number) for number in range(1, 9)]
    for number in range(1, 9):
        assert batch.tenant.password(AD, dn(number))["history"] == [f"Quiet-Harbour-{number}"]
    reads = result["summary"]["requests"]["status"]
    assert batch.tenant.counts() == {"login": 1, "query": 8, "set": 8, "status": reads}


def test_a_result_holds_the_documented_keys(batch):
    entry = batch([user(7)])["results"][0]
    documented = yaml.safe_load(isc_password_batch.RETURN)["results"]["contains"]
    assert set(entry) == {key for key, about in documented.items() if "returned" not in about}
    assert entry["sent_at"] == "2026-11-24T10:00:00.000Z" and entry["from_earlier_run"] is False
    set_request = batch.tenant.requests("set")[0]
    assert (entry["name"], entry["user_name"], entry["source_name"]) == ("user00007", "user00007", AD)
    assert (entry["request_id"], entry["state"], entry["errors"]) == (set_request["request_id"], "FINISHED", [])
    assert (entry["source_id"], entry["source_ids"]) == (batch.directory, [batch.directory])
    assert entry["duration"] >= 2
    assert entry["changed"] is True


def test_the_summary_counts_outcomes_and_requests(batch):
    batch.tenant.outcome("fail", user_name="user00002")
    result = batch([*users(3), user(4, user_name="nobody")])
    summary = result["summary"]
    documented = yaml.safe_load(isc_password_batch.RETURN)["summary"]["contains"]
    assert set(summary) == set(documented)
    assert (summary["total"], summary["finished"], summary["failed"], summary["refused"]) == (4, 2, 1, 1)
    assert (summary["accepted"], summary["unknown"], summary["not_sent"], summary["from_earlier_run"]) == (0, 0, 0, 0)
    counts = batch.tenant.counts()
    assert summary["requests"] == {kind: counts[kind] for kind in ("query", "set", "status")}
    assert (summary["requests"]["query"], summary["requests"]["set"]) == (4, 3)
    assert summary["rate_limited"] == 0 and summary["stopped"] is None
    assert summary["duration"] == round(sum(batch.fake_time.naps), 3)


def test_results_keep_the_order_of_the_accounts(batch):
    batch.tenant.outcome("never", user_name="user00001", times=None)
    batch.tenant.outcome("fail", user_name="user00004")
    result = batch([user(1), user(9, user_name="nobody"), user(4), user(2), batch.by_id(3)], wait_timeout=30)
    assert [entry["name"] for entry in result["results"]] == ["user00001", "nobody", "user00004", "user00002", dn(3)]
    assert outcomes(result) == ["unknown", "refused", "failed", "finished", "finished"]


def test_an_account_with_ids_is_not_queried(batch):
    result = batch([batch.by_id(5)])
    assert outcomes(result) == ["finished"]
    assert batch.tenant.password(AD, dn(5))["password"] == PASSWORD
    assert "query" not in batch.tenant.counts()
    assert result["results"][0]["name"] == dn(5)


def test_an_account_is_locked_out_with_a_random_password(batch):
    accounts = [{"user_name": f"user{number:05d}", "source_name": AD, "discard": True} for number in (1, 2)]
    result = batch(accounts)
    assert outcomes(result) == ["finished", "finished"]
    first, second = (batch.tenant.password(AD, dn(number))["password"] for number in (1, 2))
    assert first != second and len(first) >= 8
    assert first not in str(result) and first not in str(batch.warnings)


@pytest.mark.parametrize("enforced", [True, False])
def test_a_violated_policy_is_refused_on_demand(batch, enforced):
    result = batch([user(1, password="quiet", enforce_policy=enforced), user(2)])
    assert outcomes(result) == ["refused" if enforced else "failed", "finished"]
    assert batch.sets() == (1 if enforced else 2)
    if not enforced:
        assert "passwordMinLength" in result["results"][0]["warnings"][0]
        assert batch.warnings[0].startswith("1 of 2 accounts have warnings, first user00001: The password seems to")
    assert "warnings" not in result["results"][1]


def test_without_waiting_nothing_is_read(batch):
    batch.tenant.outcome("never", times=None)
    result = batch(users(2), wait=False)
    assert outcomes(result) == ["accepted", "accepted"]
    assert [entry["state"] for entry in result["results"]] == ["IN_PROGRESS"] * 2
    assert all(entry["request_id"] for entry in result["results"])
    assert result["changed"] and result["summary"]["accepted"] == 2
    assert "status" not in batch.tenant.counts()


@pytest.mark.parametrize("seconds", [1, 7])
def test_the_first_read_is_after_wait_sleep(batch, seconds):
    batch.tenant.fault("status", "status", status=200, body={"state": "FINISHED"})
    result = batch([user(1)], wait_sleep=seconds)
    assert result["results"][0]["duration"] == seconds
    assert batch.tenant.counts()["status"] == 1


def test_requests_keep_the_given_rate_limit(batch):
    result = batch(users(4), rate_limit={"requests": 3, "seconds": 6}, wait=False)
    assert 12 <= result["summary"]["duration"] <= 18


def test_by_default_it_keeps_the_limit_of_isc(batch):
    batch.tenant.settings(rate_limit=100, rate_window=10)
    summary = batch(users(40), rate_limit=None, wait=False)["summary"]
    assert (summary["requests"]["query"] + summary["requests"]["set"], summary["rate_limited"]) == (80, 0)
    assert summary["duration"] == 0


@pytest.mark.parametrize(("concurrency", "first_set"), [(1, 1), (3, 3), (None, 16)])
def test_concurrency_limits_the_requests_under_way(batch, concurrency, first_set):
    batch(users(17), wait=False, concurrency=concurrency)
    sent = [request["operation"] for request in batch.tenant.requests() if request["operation"] != "login"]
    assert sent.index("set") == first_set


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("concurrency", 0),
        ("concurrency", 65),
        ("rate_limit.requests", -1),
        ("rate_limit.requests", 1000001),
        ("rate_limit.seconds", 0),
        ("rate_limit.seconds", 3601),
    ],
)
def test_an_option_out_of_its_bounds_is_refused_by_name(batch, option, value):
    name, _dot, part = option.partition(".")
    with pytest.raises(InputError, match=f"^{option} is {value}"):
        batch(users(1), **{name: {part: value} if part else value})
    assert batch.tenant.counts() == {}


def test_nothing_to_do_needs_no_login(batch):
    result = batch([])
    assert (result["changed"], result["results"], result["summary"]["total"]) == (False, [], 0)
    assert batch.tenant.counts() == {}


def test_check_mode_does_all_but_setting(batch):
    accounts = [user(1), user(2, user_name="nobody"), user(3, password="quiet", enforce_policy=True), user(4)]
    result = batch(accounts, check_mode=True)
    assert outcomes(result) == ["finished", "refused", "refused", "finished"]
    assert [entry["changed"] for entry in result["results"]] == [True, False, False, True]
    assert batch.tenant.counts() == {"login": 1, "query": 4, "sync_groups": 1, "sources": 1}
    assert result["results"][0]["account_id"] == dn(1)
    assert result["results"][0]["request_id"] is None
    real = batch(accounts)
    assert outcomes(real) == outcomes(result)
    assert [set(entry) - set(IDS) - {"policies", "sync_group"} for entry in result["results"]] == [
        set(entry) - {"source_id"} for entry in real["results"]
    ]
    assert real.keys() == result.keys() and real["summary"].keys() == result["summary"].keys()


def test_check_mode_warns_if_isc_may_refuse(batch):
    batch.tenant.settings(pat_may_query=True)
    result = batch([user(1)], check_mode=True, client="pat-abby")
    assert result["results"][0]["warnings"][0].startswith("ISC may refuse to set this password.")


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_missing_scope_is_reported_before_anything_is_sent(batch, check_mode):
    with pytest.raises(IscError, match="^ISC would refuse to set password"):
        batch(users(3), check_mode, client="api-client-query-only")
    assert batch.tenant.counts() == {"login": 1}


@pytest.mark.parametrize(
    ("operation", "options", "refused"),
    [
        (SET_PASSWORD, {"wait": False}, True),
        (QUERY_PASSWORD_INFO, {"wait": False}, True),
        (CHANGE_STATUS, {"wait": True}, True),
        (CHANGE_STATUS, {"wait": False}, False),
    ],
)
def test_only_the_scopes_of_planned_requests_are_needed(batch, monkeypatch, operation, options, refused):
    monkeypatch.setattr(Claims, "lacks_scope", lambda self, scope: scope == operation.scope)
    if refused:
        with pytest.raises(IscError, match=f"^ISC would refuse to {operation.name}"):
            batch(users(2), **options)
        assert batch.tenant.counts() == {"login": 1}
    else:
        assert outcomes(batch(users(2), **options)) == ["accepted"] * 2


def test_accounts_with_ids_do_not_need_the_scope_of_a_query(batch, monkeypatch):
    entry = batch.by_id(1)
    monkeypatch.setattr(Claims, "lacks_scope", lambda self, scope: scope == QUERY_PASSWORD_INFO.scope)
    assert outcomes(batch([entry])) == ["finished"]


def test_no_sleep_is_longer_than_half_a_second(batch):
    batch.tenant.outcome("never")
    batch([user(1)], wait_sleep=20, wait_timeout=20)
    assert max(batch.fake_time.naps) == 0.5


ADMINS = "CN=Multi Account,OU=Admins,DC=acme,DC=com"
MULTI = {"user_name": "multi.account", "source_name": AD, "password": PASSWORD}


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([{}], r"^accounts\[0\] .*: Whose password to set is missing"),
        ([user(1), {"user_name": "u", "password": "x"}], r"^accounts\[1\] \(u\): source_name is missing"),
        ([user(1), user(2, password=None)], r"^accounts\[1\] \(user00002\): password is missing"),
        ([user(1, password=" ")], "password is empty"),
        ([user(1, discard=True)], "password and discard can.t be used together"),
        ([user(1), user(2), user(1, name="other")], r"^accounts\[2\] \(other\) is the same account as accounts\[0\]"),
        ([{**dict.fromkeys(IDS, "i"), "password": "x"}], "account_id is missing"),
        ([user(1, policies=["x"])], "policies is given without"),
    ],
)
def test_an_unusable_account_is_refused_before_anything_is_sent(batch, entries, message):
    accounts = [
        {key: value for key, value in {"password": PASSWORD, **entry}.items() if value is not None} for entry in entries
    ]
    with pytest.raises(InputError, match=message):
        batch(accounts)
    assert batch.tenant.counts() == {}


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("name", [None, "the same"])
def test_an_account_found_to_be_given_twice_is_refused(batch, name, check_mode):
    named = {"name": name} if name else {}
    result = batch(
        [{**MULTI, "account_id": ADMINS, **named}, {**MULTI, "account_name": "adm-multi", **named}], check_mode
    )
    assert outcomes(result) == ["finished", "refused"]
    assert result["results"][1]["msg"].startswith(
        f"It is the same account as that of {name or 'multi.account'}: {ADMINS}."
    )
    assert batch.sets() == (0 if check_mode else 1)


def test_an_account_that_is_given_by_name_and_by_ids_is_refused_once(batch):
    result = batch([user(1), batch.by_id(1)])
    assert sorted(outcomes(result)) == ["finished", "refused"]
    assert batch.sets() == 1
