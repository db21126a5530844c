# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The four password operations against a tenant with anomalies. test_contract.py covers all API versions."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.digit_token import create_digit_token
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import (
    Account,
    query_password_info,
    read_change_status,
    set_password,
)
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    ApiError,
    LostResponseError,
    OutcomeUnknownError,
    UnexpectedResponseError,
)
from ansible_collections.community.sailpoint.plugins.module_utils._password.encryption import encrypt_password
from support.modules import AD, BACKUP, PASSWORD


@pytest.fixture
def info(client, tenant):
    """Return the password info of svc-backup. The query is not counted."""
    queried = query_password_info(client, "svc-backup", AD)
    tenant.clear_requests()
    return queried


def change(client, info, password=PASSWORD):
    return set_password(client, info, BACKUP, encrypt_password(password, info.public_key))


def test_a_query_returns_all_that_setting_needs(client, tenant):
    info = query_password_info(client, "multi.account", AD)
    world = tenant.world()
    assert info.source_id == next(source["id"] for source in world["sources"] if source["name"] == AD)
    user = next(user for user in world["users"] if user["user_name"] == "multi.account")
    assert info.identity_id == user["identity_id"]
    assert info.accounts == tuple(Account(a["account_id"], a["account_name"]) for a in user["accounts"])
    assert "passwordMinLength is 8" in info.policies
    assert info.public_key_id and info.public_key


def test_names_may_contain_any_character(client):
    assert query_password_info(client, "zo\u00eb.o'neil", AD).accounts[0].account_name == 'Zo\u00eb "ZZ" O\'Neil'


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("publicKey", None, "has no usable publicKey."),
        ("identityId", "", "has no usable identityId."),
        ("accounts", {}, "has accounts that are not a list of objects."),
        ("accounts", ["a"], "has accounts that are not a list of objects."),
        ("accounts", [{"accountName": "a"}], "has no usable accountId."),
        ("policies", "passwordMinLength is 8", "has policies that are not a list of strings."),
        ("policies", ["passwordMinLength is 8", ["x"]], "has policies that are not a list of strings."),
        ("identityId", "i\nj", "has control characters in identityId."),
        ("sourceId", "s\x00", "has control characters in sourceId."),
        ("publicKeyId", "k\u2029", "has control characters in publicKeyId."),
        ("publicKey", "p\r", "has control characters in publicKey."),
        ("publicKey", "p" * 4097, "has more than 4096 characters in publicKey."),
        ("accounts", [{"accountId": "a\x1b[2J"}], "has control characters in accountId."),
        ("accounts", [{"accountId": "a"}, {"accountId": "b" * 4097}], "has more than 4096 characters in accountId."),
    ],
)
def test_a_damaged_field_of_a_query_is_named(client, tenant, field, value, problem):
    whole = {"identityId": "i", "sourceId": "s", "publicKeyId": "k", "publicKey": "p", "accounts": [], "policies": []}
    tenant.fault("query", "status", status=200, body={**whole, field: value})
    with pytest.raises(UnexpectedResponseError) as refusal:
        query_password_info(client, "svc-backup", AD)
    assert refusal.value.message == f"ISC's response to query password info {problem}"


def test_optional_fields_of_a_query_are_empty(client, tenant):
    sent = {"identityId": "i", "sourceId": "s", "publicKeyId": "k", "publicKey": "p", "accounts": [{"accountId": "a"}]}
    tenant.fault("query", "status", status=200, body=sent)
    info = query_password_info(client, "svc-backup", AD)
    assert (info.accounts, info.policies) == ((Account("a", ""),), ())


def test_printable_texts_are_kept_exactly(client, tenant):
    sent = {
        "identityId": "i\u200d",
        "sourceId": "s  s",
        "publicKeyId": "k\u202e",
        "publicKey": "p\np\n",
        "accounts": [{"accountId": "CN=e\u0301,OU=\u00e9 ", "accountName": " two  blanks "}],
        "policies": [],
    }
    tenant.fault("query", "status", status=200, body=sent)
    info = query_password_info(client, "svc-backup", AD)
    assert info == ("i\u200d", "s  s", "k\u202e", "p\np\n", (("CN=e\u0301,OU=\u00e9 ", " two  blanks "),), ())


@pytest.mark.parametrize(
    ("name", "shown"),
    [("a\n\x1b[1mb", "a [1mb"), ("x" * 1000, "x" * 1000), ("x" * 1001, "x" * 997 + "..."), (7, ""), (None, "")],
)
def test_an_unprintable_name_is_cleaned(client, tenant, name, shown):
    tenant.fault("query", "fields", fields={"accounts": [{"accountId": "a", "accountName": name}]})
    assert query_password_info(client, "svc-backup", AD).accounts == (Account("a", shown),)


def test_policies_are_texts_on_one_line(client, tenant):
    tenant.fault("query", "fields", fields={"policies": ["a\n\x1bb", 7, 1.5, None, "x" * 2000]})
    assert query_password_info(client, "svc-backup", AD).policies == ("a b", "7", "1.5", "None", "x" * 997 + "...")


def test_unknown_fields_are_ignored(client, tenant, info):
    tenant.fault("any", "anomaly", form="extra_fields", times=None)
    assert query_password_info(client, "svc-backup", AD).source_id == info.source_id
    assert change(client, info).request_id


@pytest.mark.parametrize("fault", [{"kind": "lost_after"}, {"kind": "garbage", "form": "html"}])
def test_a_set_without_a_usable_response_is_of_unknown_outcome_and_not_sent_again(client, tenant, info, fault):
    tenant.fault("set", times=None, **fault)
    with pytest.raises(OutcomeUnknownError) as unknown:
        change(client, info)
    assert tenant.counts() == {"set": 1}
    assert unknown.value.details["outcome"] == "unknown"
    assert unknown.value.message.startswith("The password change was sent, and whether ISC accepted it is not known: ")
    assert unknown.value.hint.startswith("It was not sent again")


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 503}, {"kind": "lost_after"}])
def test_a_failed_login_before_a_set_refuses_the_change(client, tenant, info, fault):
    tenant.expire_tokens()
    tenant.fault("login", times=None, **fault)
    with pytest.raises((ApiError, LostResponseError)) as error:
        change(client, info)
    assert error.value.details["outcome"] == "refused"
    assert tenant.counts() == {"set": 1, "login": 5}
    assert tenant.requests("set")[0]["status"] == 401


def test_the_published_status_of_beta_is_understood(client, tenant, info):
    accepted = change(client, info)
    tenant.outcome("never")
    waiting = change(client, info, "Other-Harbour-43")
    tenant.fault("status", "anomaly", form="beta_status", times=None)
    assert read_change_status(client, waiting.request_id)[:2] == (waiting.request_id, "IN_PROGRESS")
    assert read_change_status(client, accepted.request_id).request_id == accepted.request_id


def test_a_numeric_digit_token_gets_its_leading_zeros_back(client, tenant):
    tenant.fault("digit_token", "anomaly", form="integer_digit_token")
    digits, _request_id = create_digit_token(client, "Abby.Smith", 12, 5)
    assert digits == tenant.digit_tokens()[0]["digit_token"]


@pytest.mark.parametrize("digits", [None, "", "12a456", "\u0661\u0662", True, -5, 1.5, ["1"], "1\n", "1" * 19, 10**18])
def test_an_invalid_digit_token_is_refused(client, tenant, digits):
    tenant.fault("digit_token", "status", status=200, body={"digitToken": digits, "requestId": "r"})
    with pytest.raises(UnexpectedResponseError, match="has no digitToken of digits") as refusal:
        create_digit_token(client, "Abby.Smith", 6, 5)
    assert "A digit token may have been created" in refusal.value.hint


@pytest.mark.parametrize(
    ("request_id", "shown"), [("r\x1b[1m\ns", "r [1m s"), ("\x00", None), ("r" * 2000, "r" * 997 + "..."), (7, None)]
)
def test_the_request_id_of_a_digit_token_is_printable(client, tenant, request_id, shown):
    tenant.fault("digit_token", "fields", fields={"requestId": request_id, "digitToken": "1" * 18})
    assert create_digit_token(client, "Abby.Smith", 18, 5) == ("1" * 18, shown)
