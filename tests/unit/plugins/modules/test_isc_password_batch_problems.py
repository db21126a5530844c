# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module isc_password_batch against a tenant with problems."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._batch import run as _batch_run
from ansible_collections.community.sailpoint.plugins.module_utils._errors import ApiError
from support.batch_runs import outcomes, user, users


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"user_name": "no.account"}, "has no account on this source"),
        ({"source_name": "No Such Source"}, "HTTP 400"),
        ({"user_name": "multi.account"}, "has 3 accounts on this source and none was chosen"),
        ({"account_id": "CN=elsewhere"}, "No account on this source matches account_id 'CN=elsewhere'"),
    ],
)
def test_an_account_that_is_not_found_is_refused_and_the_others_are_set(batch, entry, reason):
    result = batch([user(1), user(2, **entry), user(3)])
    assert outcomes(result) == ["finished", "refused", "finished"]
    refused = result["results"][1]
    assert reason in refused["msg"]
    assert (refused["changed"], refused["request_id"], refused["state"]) == (False, None, None)
    assert result["msg"].startswith(f"Not changed as asked: 1 of 3 accounts (1 refused). First {refused['name']}: ")
    assert result["changed"] is True
    assert batch.sets() == 2


def test_a_change_whose_response_was_lost_is_unknown_and_never_sent_again(batch):
    batch.tenant.fault("set", "lost_after")
    result = batch.journalled(users(3))
    assert outcomes(result) == ["unknown", "finished", "finished"]
    assert batch.sets() == 3
    entry = result["results"][0]
    assert (entry["changed"], entry["request_id"]) == (True, None)
    assert "whether ISC accepted it is not known" in entry["msg"]
    assert batch.steps().count("unknown") == 1
    again = batch.journalled(users(3))
    assert outcomes(again) == ["unknown", "finished", "finished"]
    assert batch.sets() == 3
    assert again["results"][0]["state"] is None
    assert outcomes(batch.journalled(users(3), wait=False)) == ["unknown", "finished", "finished"]


@pytest.mark.parametrize(("retries", "sent"), [(0, 1), (2, 3)])
def test_retries_limits_the_attempts_of_a_query(batch, retries, sent):
    batch.tenant.fault("query", "status", status=503, times=None)
    result = batch([user(1)], retries=retries)
    assert outcomes(result) == ["refused"]
    assert batch.tenant.counts()["query"] == sent == result["summary"]["requests"]["query"]
    assert ("It was tried 3 times." in result["results"][0]["msg"]) is (retries == 2)


@pytest.mark.parametrize("operation", ["query", "set", "status"])
@pytest.mark.parametrize(("headers", "waited"), [({"Retry-After": "7"}, 7), ({}, 2)])
def test_a_429_is_waited_for_and_never_final(batch, operation, headers, waited):
    batch.tenant.fault(operation, "status", status=429, headers=headers, times=2)
    result = batch.journalled(users(2), retries=0, concurrency=1)
    assert outcomes(result) == ["finished"] * 2
    assert result["summary"]["rate_limited"] == 2
    assert result["summary"]["duration"] >= 2 * waited
    assert batch.tenant.counts()[operation] >= 4
    assert batch.steps().count("refused") == (2 if operation == "set" else 0)


def test_too_long_a_retry_after_stops_the_batch(batch):
    batch.tenant.fault("query", "status", status=429, headers={"Retry-After": "121"}, times=None)
    result = batch(users(20))
    assert outcomes(result) == ["refused"] * 16 + ["not_sent"] * 4
    assert result["summary"]["stopped"].startswith("ISC refused to query password info (HTTP 429")
    assert result["msg"].startswith("The batch stopped: ISC refused to query password info")
    assert result["summary"]["requests"]["query"] == 16


@pytest.mark.parametrize("operation", ["query", "set"])
def test_a_server_that_only_refuses_stops_the_batch(batch, operation, monkeypatch):
    monkeypatch.setattr(_batch_run, "LONGEST_UNSERVED", 30)
    batch.tenant.fault(operation, "status", status=429, headers={"Retry-After": "9"}, times=None)
    result = batch(users(2), concurrency=1)
    assert outcomes(result) == ["not_sent"] * 2
    assert 30 < result["summary"]["duration"] < 50
    assert "HTTP 429" in result["summary"]["stopped"]


def test_a_token_that_has_expired_is_renewed(batch):
    batch.tenant.fault("query", "status", status=401, body={"error": "JWT is expired"}, skip=1)
    batch.tenant.fault("set", "status", status=401, body={"error": "JWT is expired"}, skip=1)
    assert outcomes(batch(users(3))) == ["finished"] * 3
    assert batch.tenant.counts()["login"] == 3


@pytest.mark.parametrize("operation", ["query", "set"])
def test_a_login_that_is_refused_in_the_middle_stops_all(batch, operation):
    batch.tenant.fault("login", "status", status=401, body={"error": "invalid_client"}, skip=1, times=None)
    batch.tenant.fault(operation, "status", status=401, body={"error": "JWT is expired"}, skip=1)
    result = batch(users(20), concurrency=2)
    ended = outcomes(result)
    assert ended.count("not_sent") >= 15
    assert ended.count("refused") == 1
    assert result["summary"]["stopped"].startswith("ISC refused to log in")
    assert result["msg"].startswith("The batch stopped: ISC refused to log in")


@pytest.mark.parametrize("times", [1, 3])
def test_a_transient_failure_of_the_login_is_tried_again_even_before_a_change(batch, times):
    batch.tenant.fault("login", "status", status=503, skip=1, times=times)
    batch.tenant.fault("set", "status", status=401, body={"error": "JWT is expired"})
    assert outcomes(batch.journalled(users(2))) == ["finished"] * 2
    assert batch.sets() == 3


def test_a_login_refused_at_the_start_fails_the_task(batch):
    with pytest.raises(ApiError, match="^ISC refused to log in"):
        batch(users(2), client_secret="wrong")
    assert batch.tenant.counts() == {"login": 1}


@pytest.mark.parametrize("retry_after", ["99999999999", "100"])
def test_changes_are_given_up_in_time_if_the_server_refuses_all_reads(batch, retry_after, monkeypatch):
    # Even if the server asks to wait forever, and although each change could still be refused once.
    monkeypatch.setattr(_batch_run, "LONGEST_UNSERVED", 50)
    batch.tenant.outcome("never", times=None)
    batch.tenant.fault("status", "status", status=429, headers={"Retry-After": retry_after}, times=None)
    result = batch(users(6), wait_timeout=100, concurrency=2)
    assert outcomes(result) == ["unknown"] * 6
    assert result["summary"]["duration"] < 110
    assert "has not ended after wait_timeout (100 s)" in result["results"][0]["msg"]
    assert result["msg"].startswith("The batch stopped: ISC refused to read")


def test_a_server_that_is_down_for_long_stops_the_batch(batch, monkeypatch):
    monkeypatch.setattr(_batch_run, "LONGEST_UNSERVED", 30)
    batch.tenant.fault("query", "status", status=503, times=None)
    result = batch(users(400), concurrency=1, retries=0)
    assert set(outcomes(result)) == {"refused", "not_sent"}
    assert result["summary"]["requests"]["query"] < 20
    assert result["msg"].startswith("The batch stopped: ISC failed to query password info")
