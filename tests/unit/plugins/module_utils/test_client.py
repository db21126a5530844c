# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client against a tenant: tokens, retries, explanations."""

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
    UnexpectedResponseError,
)
from ansible_collections.community.sailpoint.plugins.module_utils._versions import USER_AGENT
from support.local_servers import LocalServer, closed_port
from support.modules import AD, access, connected

QUERY = {"json": {"userName": "svc-backup", "sourceName": AD}}
# What each operation takes for this, and its name in the tenant's log.
CALLS = [
    (QUERY_PASSWORD_INFO, "query", QUERY),
    (SET_PASSWORD, "set", {"json": {}}),
    (CHANGE_STATUS, "status", {"resource_id": "r"}),
    (CREATE_DIGIT_TOKEN, "digit_token", {"json": {"userId": "Abby.Smith"}}),
]
UNREPEATABLE = [call for call in CALLS if call[1] in ("set", "digit_token")]
DEFAULT_DELAYS = [0.5, 1.0, 2.0, 4.0]


def test_one_login_serves_all_calls(client, tenant):
    for _number in range(3):
        assert client.call(QUERY_PASSWORD_INFO, **QUERY).value("sourceId")
    assert tenant.counts() == {"login": 1, "query": 3}
    requests = tenant.requests()
    assert {request["headers"]["User-Agent"] for request in requests} == {USER_AGENT}
    assert [request["authorization_scheme"] for request in requests] == [None, "Bearer", "Bearer", "Bearer"]
    assert len({request["peer_port"] for request in requests}) == 1


def test_a_token_goes_to_no_other_host(client, tenant, fake_time):
    with LocalServer() as other:
        for operation, name, arguments in CALLS:
            tenant.fault(name, "redirect", location=other.url)
            with pytest.raises(UnexpectedResponseError, match="redirects to"):
                client.call(operation, **arguments)
        tenant.fault("login", "redirect", location=other.url)
        with pytest.raises(UnexpectedResponseError, match="redirects to"), connected(tenant, fake_time) as another:
            another.token()
    assert other.requests == []


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


def test_a_given_token_with_credentials_is_renewed(tenant, fake_time):
    with connected(tenant, fake_time, access_token="a.b.c") as client:
        assert client.call(QUERY_PASSWORD_INFO, **QUERY).value("sourceId")
    assert tenant.counts() == {"login": 1, "query": 2}


@pytest.mark.parametrize("status", [408, 502, 503, 504])
def test_a_login_is_tried_again(client, tenant, fake_time, status):
    tenant.fault("login", "status", status=status, times=4)
    assert client.token().value
    assert fake_time.naps == DEFAULT_DELAYS
    assert tenant.counts() == {"login": 5}


@pytest.mark.parametrize("status", [400, 401, 403, 500])
def test_a_refused_login_is_not_tried_again(client, tenant, fake_time, status):
    tenant.fault("login", "status", status=status, times=None)
    with pytest.raises(ApiError) as refusal:
        client.token()
    assert "tried" not in (refusal.value.hint or "")
    assert refusal.value.at_login
    assert (fake_time.naps, tenant.counts()) == ([], {"login": 1})


def test_it_waits_as_the_rate_limit_says(client, tenant, fake_time):
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


def test_a_login_does_not_go_beyond_a_deadline_either(client, tenant, fake_time):
    tenant.fault("login", "status", status=503, times=None)
    with pytest.raises(ApiError):
        client.call(CHANGE_STATUS, resource_id="r", deadline=fake_time.now + 1)
    assert fake_time.naps == [0.5]


@pytest.mark.parametrize("api_version", ["v2026", "v2025", "v2024", "v3", "beta"])
def test_a_deprecated_version_is_warned_of_once(tenant, fake_time, api_version):
    with connected(tenant, fake_time, api_version=api_version) as client:
        client.call(QUERY_PASSWORD_INFO, **QUERY)
        client.call(QUERY_PASSWORD_INFO, **QUERY)
    assert client.warnings == [
        f"SailPoint has deprecated api_version {api_version} and will switch it off; use api_version v1."
    ]


def test_the_newest_version_is_not_warned_of(client):
    client.call(QUERY_PASSWORD_INFO, **QUERY)
    assert client.warnings == []


def test_a_refusal_is_told_with_what_support_asks_for(client):
    with pytest.raises(ApiError) as refusal:
        client.call(QUERY_PASSWORD_INFO, json={"userName": "svc-backup", "sourceName": "Active Directry"})
    details = refusal.value.details
    assert details["detail_code"] == "400.1.404 Referenced object not found"
    assert details["messages"] == ['Referenced source "Active Directry" was not found.']
    assert len(details["tracking_id"]) == 32
    assert f"trackingId {details['tracking_id']}" in refusal.value.message
    assert refusal.value.hint.startswith("Check user_name")


def test_a_rehearsal_logs_in_and_writes_nothing(client, tenant):
    client.dry_run(SET_PASSWORD)
    client.dry_run(CREATE_DIGIT_TOKEN)
    assert tenant.counts() == {"login": 1}


def test_a_rehearsal_fails_where_the_scope_is_missing(tenant, fake_time):
    with connected(tenant, fake_time, "api-client-query-only") as client:
        client.dry_run(QUERY_PASSWORD_INFO)
        with pytest.raises(IscError, match="^ISC would refuse to set password") as refusal:
            client.dry_run(SET_PASSWORD)
    assert refusal.value.hint.startswith("The token lacks the scope idn:password-change:manage")


def test_no_error_holds_token_or_secret(client, tenant):
    token = client.token().value
    secret = access(tenant)["client_secret"]
    for fault in ("lost_before", "lost_after"):
        for operation, name, arguments in UNREPEATABLE:
            tenant.fault(name, fault)
            with pytest.raises(LostResponseError) as error:
                client.call(operation, **arguments)
            shown = f"{error.value!r} {error.value.__cause__!r} {error.value.as_result()}"
            assert token not in shown and secret not in shown


# ---- one that several threads share, and that leaves retries to others ----


def test_a_client_without_retries_shares_all_and_sends_once(client, tenant, fake_time):
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


def test_an_error_of_the_login_says_so(tenant, fake_time):
    tenant.fault("login", "status", status=503)
    with connected(tenant, fake_time, retries=0) as client:
        with pytest.raises(ApiError) as failure:
            client.call(QUERY_PASSWORD_INFO, **QUERY)
        assert failure.value.at_login
        assert client.call(QUERY_PASSWORD_INFO, **QUERY).value("sourceId")
        tenant.fault("query", "status", status=503)
        with pytest.raises(ApiError) as failure:
            client.call(QUERY_PASSWORD_INFO, **QUERY)
        assert not failure.value.at_login


def test_a_token_that_another_thread_has_renewed_is_kept(client, tenant):
    first = client.token()
    tenant.expire_tokens()
    client.call(QUERY_PASSWORD_INFO, **QUERY)
    renewed = client.token()
    assert client._authenticator.record_refusal(first)
    assert client.token() is renewed is not first


def test_the_environment_is_looked_at_once(tls_tenant, fake_time, monkeypatch):
    with connected(tls_tenant, fake_time) as client:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{closed_port()}")
        assert client.call(QUERY_PASSWORD_INFO, **QUERY).value("sourceId")
