# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access tokens: given, fetched and renewed."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._client.authenticator import (
    Authenticator,
    Credentials,
)
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    ApiError,
    InputError,
    UnexpectedResponseError,
)
from ansible_collections.community.sailpoint.plugins.module_utils._http.transport import Transport


@pytest.fixture
def authenticator(tenant, fake_time):
    """Return a function that creates an authenticator for the tenant."""
    transport = Transport(tenant.base_url, True, 10)

    def make(client="api-client", **credentials):
        return Authenticator(
            transport, Credentials(**{**tenant.clients[client], **credentials}), fake_time.clock, fake_time.time
        )

    yield make
    transport.close()


@pytest.mark.parametrize(
    ("credentials", "problem"),
    [
        ({}, "No credentials: client_id and client_secret are missing."),
        ({"client_id": "c"}, "No credentials: client_secret is missing."),
        ({"client_secret": "s"}, "No credentials: client_id is missing."),
        ({"access_token": ""}, "access_token holds characters that no token has"),
        ({"access_token": "Bearer a.b.c"}, "access_token holds characters that no token has"),
        ({"access_token": "a.b.c\n"}, "access_token holds characters that no token has"),
        ({"access_token": "a.b.\u00fc", "client_id": "c", "client_secret": "s"}, "access_token holds characters"),
    ],
)
def test_credentials_are_checked_before_anything_is_sent(credentials, problem):
    with pytest.raises(InputError) as refusal:
        Credentials(**credentials).check()
    assert refusal.value.message.startswith(problem)
    named = "environment SAIL_CLIENT_ID and SAIL_CLIENT_SECRET"
    assert refusal.value.hint and (problem[:2] != "No" or named in refusal.value.hint)
    assert "a.b." not in str(refusal.value.as_result())


@pytest.mark.parametrize("credentials", [{"access_token": "a.b.c"}, {"client_id": "c", "client_secret": ""}])
def test_a_token_or_a_pair_is_enough(credentials):
    Credentials(**credentials).check()


def test_a_given_token_is_used_without_a_login(authenticator, tenant):
    given = authenticator(access_token="a.b.c")
    assert given.current.value == "a.b.c"
    assert given.current.expires_in is None
    assert tenant.counts() == {}


def test_without_a_token_there_is_none_until_the_login(authenticator, tenant):
    fresh = authenticator()
    assert fresh.current is None
    assert fresh.claims.authority is None
    token = fresh.log_in()
    assert fresh.current is token
    assert token.expires_in == 749
    assert (fresh.claims.authority, fresh.claims.org) == ("api_client", "acme")
    assert tenant.counts() == {"login": 1}


def test_claims_are_those_of_the_current_token(authenticator, tenant):
    fresh = authenticator()
    fresh.log_in()
    assert fresh.claims is fresh.claims
    assert fresh.claims.authority == "api_client"
    tenant.fault("login", "fields", fields={"access_token": "opaque"})
    fresh.log_in()
    assert fresh.claims.authority is None


@pytest.mark.parametrize(
    ("lifetime", "margin"), [(749, 60.0), (600, 60.0), (599, 59.9), (43200, 60.0), (15, 1.5), (1, 0.1)]
)
def test_a_token_is_renewed_ahead_by_a_margin_that_scales(authenticator, tenant, fake_time, lifetime, margin):
    tenant.settings(token_lifetime=lifetime)
    fresh = authenticator()
    fresh.log_in()
    fake_time.now += lifetime - margin - 0.01
    assert fresh.current is not None
    fake_time.now += 0.02
    assert fresh.current is None


@pytest.mark.parametrize("lifetime", [None, 0, -5, "749", True, [], 10**400])
def test_a_token_with_an_unusable_lifetime_does_not_expire(authenticator, tenant, fake_time, lifetime):
    tenant.fault("login", "status", status=200, body={"access_token": "a.b.c", "expires_in": lifetime})
    fresh = authenticator()
    assert fresh.log_in() == ("a.b.c", None, None)
    fake_time.now += 10**8
    assert fresh.current.value == "a.b.c"


@pytest.mark.parametrize("token", [None, "", 7, ["a"], "a b", "a\nb", "\u00fc"])
def test_a_response_without_a_usable_token_is_refused(authenticator, tenant, token):
    tenant.fault("login", "status", status=200, body={"access_token": token, "expires_in": 749})
    with pytest.raises(UnexpectedResponseError, match="^ISC's response to log in has no access_token"):
        authenticator().log_in()


def test_a_response_that_is_not_json_is_refused(authenticator, tenant):
    tenant.fault("login", "garbage", form="html")
    with pytest.raises(UnexpectedResponseError, match="response to log in"):
        authenticator().log_in()


@pytest.mark.parametrize("credentials", [{"client_secret": "wrong-secret"}, {"client_id": "nobody"}])
def test_bad_credentials_are_explained_without_the_secret(authenticator, credentials):
    with pytest.raises(ApiError) as refusal:
        authenticator(**credentials).log_in()
    assert refusal.value.message == "ISC refused to log in: invalid_client; Bad client credentials (HTTP 401)."
    assert "of this tenant (base_url)" in refusal.value.hint
    assert "secret" not in str(refusal.value.as_result()).replace("client_secret", "")


@pytest.mark.parametrize(
    ("status", "hint"),
    [
        (400, "Check client_id"),
        (403, "Check that the API client or personal access token is enabled in ISC"),
        (404, "There is no login"),
        (405, "The server at this address does not serve ISC's API"),
        (413, "A proxy or gateway rejects a request of this size"),
        (500, "ISC, or a gateway in front of it, has a problem"),
        (418, None),
    ],
)
def test_other_refusals_are_explained_where_the_cause_is_known(authenticator, tenant, status, hint):
    tenant.fault("login", "status", status=status)
    with pytest.raises(ApiError) as refusal:
        authenticator().log_in()
    assert (refusal.value.hint or "").startswith(hint or "")
    assert bool(refusal.value.hint) is bool(hint)


def test_a_refused_token_is_dropped_only_if_a_login_can_replace_it(authenticator):
    renewable = authenticator(access_token="a.b.c")
    assert renewable.record_refusal(renewable.current) is True
    assert renewable.current is None
    lasting = authenticator(access_token="a.b.c", client_id=None, client_secret=None)
    assert lasting.record_refusal(lasting.current) is False
    assert lasting.current.value == "a.b.c"


def test_a_newer_token_survives_the_refusal_of_an_older_one(authenticator):
    renewed = authenticator(access_token="a.b.c")
    older = renewed.current
    newer = renewed.log_in()
    assert renewed.record_refusal(older) is True
    assert renewed.current is newer
