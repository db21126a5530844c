# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client against a tenant: tokens, retries and explanations."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.digit_token import CREATE_DIGIT_TOKEN
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import (
    CHANGE_STATUS,
    QUERY_PASSWORD_INFO,
    SET_PASSWORD,
)
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    ApiError,
    IscError,
    LostResponseError,
    RateLimitError,
)
from ansible_collections.community.sailpoint.plugins.module_utils._versions import USER_AGENT
from support.local_servers import closed_port
from support.modules import AD, access, connected

QUERY = {"json": {"userName": "svc-backup", "sourceName": AD}}


def test_one_login_serves_all_calls(client, tenant):
    for _number in range(3):
        assert client.call(QUERY_PASSWORD_INFO, **QUERY).value("sourceId")
    assert tenant.counts() == {"login": 1, "query": 3}
    requests = tenant.requests()
    assert {request["headers"]["User-Agent"] for request in requests} == {USER_AGENT}
    assert [request["authorization_scheme"] for request in requests] == [None, "Bearer", "Bearer", "Bearer"]
    assert len({request["peer_port"] for request in requests}) == 1
    assert client.warnings == []


def test_an_expired_token_is_renewed_once(client, tenant):
    client.token()
    tenant.expire_tokens()
    assert client.call(QUERY_PASSWORD_INFO, **QUERY).value("sourceId")
    assert tenant.counts() == {"login": 2, "query": 2}


def test_a_given_token_without_credentials_is_not_renewed(tenant, fake_time):
    given = {"client_id": None, "client_secret": None, "access_token": "a.b.c"}
    with connected(tenant, fake_time, **given) as client, pytest.raises(ApiError) as refusal:
        client.call(QUERY_PASSWORD_INFO, **QUERY)
    assert refusal.value.hint.startswith("The access token is expired or not of this tenant.")
    assert tenant.counts() == {"query": 1}


def test_retry_after_is_waited_for(client, tenant, fake_time):
    tenant.fault("query", "status", status=429, headers={"Retry-After": "7"}, body={"message": "Slow"}, times=2)
    assert client.call(QUERY_PASSWORD_INFO, **QUERY).value("sourceId")
    assert (fake_time.naps, tenant.counts()["query"]) == ([7.0, 7.0], 3)


def test_the_real_rate_limit_is_explained_when_attempts_run_out(client, tenant, fake_time):
    tenant.settings(rate_limit=1, rate_window=1000)
    client.call(QUERY_PASSWORD_INFO, **QUERY)
    with pytest.raises(RateLimitError) as refusal:
        client.call(QUERY_PASSWORD_INFO, **QUERY)
    assert tenant.counts()["query"] == 2, "a Retry-After of more than two minutes is not waited for"
    assert fake_time.naps == []
    assert refusal.value.hint.startswith("The rate limit (100 requests in 10 s for each client id and API version)")
    assert f"asks to wait {refusal.value.retry_after:g} s" in refusal.value.hint


def test_without_retries_there_is_one_attempt(tenant, fake_time):
    tenant.fault("login", "status", status=503)
    with connected(tenant, fake_time, retries=0) as client:
        with pytest.raises(ApiError):
            client.token()
        client.token()
        tenant.fault("query", "lost_before")
        with pytest.raises(LostResponseError):
            client.call(QUERY_PASSWORD_INFO, **QUERY)
    assert (fake_time.naps, tenant.counts()) == ([], {"login": 2, "query": 1})


def test_no_retry_goes_beyond_a_deadline(client, tenant, fake_time):
    client.token()
    tenant.fault("status", "status", status=503, times=None)
    with pytest.raises(ApiError):
        client.call(CHANGE_STATUS, resource_id="r", deadline=fake_time.now + 3.4)
    assert fake_time.naps == [0.5, 1.0]
    with pytest.raises(ApiError):
        client.call(CHANGE_STATUS, resource_id="r", deadline=fake_time.now)
    assert tenant.counts()["status"] == 4


def test_no_retry_of_a_login_goes_beyond_a_deadline(client, tenant, fake_time):
    tenant.fault("login", "status", status=503, times=None)
    with pytest.raises(ApiError):
        client.call(CHANGE_STATUS, resource_id="r", deadline=fake_time.now + 1)
    assert fake_time.naps == [0.5]


@pytest.mark.parametrize("api_version", ["v2026", "v2025", "v2024", "v3", "beta"])
def test_a_deprecated_version_causes_one_warning(tenant, fake_time, api_version):
    with connected(tenant, fake_time, api_version=api_version) as client:
        client.call(QUERY_PASSWORD_INFO, **QUERY)
        client.call(QUERY_PASSWORD_INFO, **QUERY)
    assert client.warnings == [
        f"SailPoint has deprecated api_version {api_version} and will switch it off; use api_version v1."
    ]


def test_a_refusal_shows_the_details_that_support_asks_for(client):
    with pytest.raises(ApiError) as refusal:
        client.call(QUERY_PASSWORD_INFO, json={"userName": "svc-backup", "sourceName": "Active Directry"})
    assert not refusal.value.at_login
    details = refusal.value.details
    assert details["detail_code"] == "400.1.404 Referenced object not found"
    assert details["messages"] == ['Referenced source "Active Directry" was not found.']
    assert len(details["tracking_id"]) == 32
    assert f"trackingId {details['tracking_id']}" in refusal.value.message
    assert refusal.value.hint.startswith("Check user_name")


def test_a_dry_run_logs_in_and_writes_nothing(client, tenant):
    client.dry_run(SET_PASSWORD)
    client.dry_run(CREATE_DIGIT_TOKEN)
    assert tenant.counts() == {"login": 1}


def test_a_dry_run_fails_if_the_scope_is_missing(tenant, fake_time):
    with connected(tenant, fake_time, "api-client-query-only") as client:
        client.dry_run(QUERY_PASSWORD_INFO)
        with pytest.raises(IscError, match="^ISC would refuse to set password") as refusal:
            client.dry_run(SET_PASSWORD)
    assert refusal.value.hint.startswith("The token lacks the scope idn:password-change:manage")


def test_no_error_holds_token_or_secret(client, tenant):
    token = client.token().value
    secret = access(tenant)["client_secret"]
    tenant.fault("set", "lost_after")
    with pytest.raises(LostResponseError) as error:
        client.call(SET_PASSWORD, json={})
    shown = f"{error.value!r} {error.value.__cause__!r} {error.value.as_result()}"
    assert token not in shown and secret not in shown


def test_a_copy_without_retries_shares_token_and_warnings_and_sends_once(client, tenant, fake_time):
    client.token()
    once = client.without_retries()
    tenant.fault("status", "status", status=503, times=None)
    with pytest.raises(ApiError):
        once.call(CHANGE_STATUS, resource_id="r")
    assert tenant.counts() == {"login": 1, "status": 1}
    assert fake_time.naps == []
    assert once.warnings is client.warnings
    with pytest.raises(ApiError):
        client.call(CHANGE_STATUS, resource_id="r")
    assert tenant.counts()["status"] == 1 + 5


def test_the_environment_is_read_once(tls_tenant, fake_time, monkeypatch):
    with connected(tls_tenant, fake_time) as client:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{closed_port()}")
        assert client.call(QUERY_PASSWORD_INFO, **QUERY).value("sourceId")
