# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules isc_login, isc_password_info and isc_password_change_info against a tenant."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    ApiError,
    ChangeFailedError,
    InputError,
    OutcomeUnknownError,
)
from ansible_collections.community.sailpoint.plugins.modules import (
    isc_login,
    isc_password,
    isc_password_change_info,
    isc_password_info,
)
from support.modules import BACKUP, BY_NAME, NAMES, run


@pytest.fixture
def sent(tenant, fake_time):
    """Return a function that sends a change without waiting, and returns its request id."""

    def send(outcome="finish", **wish):
        tenant.outcome(outcome, **wish)
        request_id = run(isc_password, tenant, fake_time, wait=False, **BY_NAME)["request_id"]
        tenant.clear_requests()
        return request_id

    return send


@pytest.fixture
def follow(tenant, fake_time):
    """Return a function that runs isc_password_change_info with a wait_timeout that is never reached."""

    def followed(check_mode=False, **given):
        return run(isc_password_change_info, tenant, fake_time, check_mode, **{"wait_timeout": 600000, **given})

    return followed


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_login_returns_the_claims_of_its_token(tenant, fake_time, check_mode):
    result = run(isc_login, tenant, fake_time, check_mode)
    assert result.pop("access_token").count(".") == 2
    assert result.pop("scopes")[0] == "idn:password-info:read"
    assert result == {
        "changed": False,
        "expires_in": 749,
        "authority": "api_client",
        "user_name": None,
        "identity_id": None,
        "org": "acme",
    }


def test_a_login_with_a_personal_access_token_names_the_user(tenant, fake_time):
    result = run(isc_login, tenant, fake_time, client="pat-abby")
    identity = next(user for user in tenant.world()["users"] if user["user_name"] == "Abby.Smith")
    assert (result["authority"], result["user_name"]) == ("user", "Abby.Smith")
    assert result["identity_id"] == identity["identity_id"]


def test_a_given_token_is_returned_without_a_login(tenant, fake_time):
    token = run(isc_login, tenant, fake_time)["access_token"]
    result = run(isc_login, tenant, fake_time, access_token=token, client_id=None, client_secret=None)
    assert (result["access_token"], result["expires_in"], result["org"]) == (token, None, "acme")
    assert tenant.counts() == {"login": 1}


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_query_returns_options_of_isc_password_and_the_parsed_policy(tenant, fake_time, check_mode):
    result = run(isc_password_info, tenant, fake_time, check_mode, **NAMES)
    assert result["changed"] is False
    assert result["accounts"] == [{"account_id": BACKUP, "account_name": "svc-backup"}]
    assert "passwordMinLength is 8" in result["policies"]
    assert result["policy"]["min_length"] == 8
    assert result["policy"]["checks"] == ["checkPasswordsAgainstAccountId"]
    assert tenant.counts() == {"login": 1, "query": 1}


@pytest.mark.parametrize("option", ["user_name", "source_name"])
def test_a_query_needs_names(tenant, fake_time, option):
    with pytest.raises(InputError, match=f"^{option} is empty"):
        run(isc_password_info, tenant, fake_time, **{**NAMES, option: " "})
    assert tenant.counts() == {}


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_change_is_followed_to_its_end(follow, sent, check_mode):
    request_id = sent()
    result = follow(check_mode, request_id=request_id)
    assert (result["changed"], result["finished"], result["state"]) == (False, True, "FINISHED")
    assert (result["request_id"], result["errors"], len(result["source_ids"])) == (request_id, [], 1)


def test_the_first_read_is_immediate(follow, sent, fake_time, tenant):
    request_id = sent("never")
    with pytest.raises(OutcomeUnknownError, match=r"has not ended after wait_timeout \(1 s\)") as unknown:
        follow(request_id=request_id, wait_timeout=1)
    assert unknown.value.details["request_id"] == request_id
    assert "changed" not in unknown.value.details
    assert sum(fake_time.naps) == 1
    assert tenant.counts()["status"] == 2


def test_the_first_pause_is_wait_sleep(follow, sent, fake_time):
    with pytest.raises(OutcomeUnknownError):
        follow(request_id=sent("never"), wait_timeout=20, wait_sleep=8)
    # The fake random value takes a quarter off.
    assert fake_time.naps[0] == 6


def test_without_waiting_the_status_is_read_once(follow, sent, fake_time, tenant):
    request_id = sent("never")
    result = follow(request_id=request_id, wait=False)
    assert (result["finished"], result["state"], result["request_id"]) == (False, "IN_PROGRESS", request_id)
    assert fake_time.naps == []
    assert tenant.counts() == {"login": 1, "status": 1}


def test_a_failed_change_fails_only_while_waiting(follow, sent):
    request_id = sent("fail", errors=["Used before."])
    with pytest.raises(ChangeFailedError, match=r"Used before\."):
        follow(request_id=request_id)
    result = follow(request_id=request_id, wait=False)
    assert (result["finished"], result["state"], result["errors"]) == (True, "FAILED", ["Used before."])


def test_an_unknown_request_id_is_refused_at_once_or_after_a_while(follow, fake_time):
    with pytest.raises(ApiError) as refusal:
        follow(request_id="nobody", wait=False)
    assert refusal.value.hint.startswith("ISC doesn't know this request_id")
    with pytest.raises(OutcomeUnknownError) as unknown:
        follow(request_id="nobody")
    assert 30 <= sum(fake_time.naps) < 60
    assert unknown.value.details["status_code"] == 404


def test_a_request_id_is_needed(follow, tenant):
    with pytest.raises(InputError, match="^request_id is empty"):
        follow(request_id=" ")
    with pytest.raises(InputError, match="^request_id is missing") as missing:
        follow()
    assert "if ISC accepted the change without one" in missing.value.hint
    assert tenant.counts() == {}


def test_check_mode_without_a_request_id_returns_nothing(follow, tenant):
    result = follow(check_mode=True)
    assert result == {
        "request_id": None, "state": None, "errors": [], "source_ids": [], "finished": False, "changed": False,
    }  # fmt: skip
    assert tenant.counts() == {}
