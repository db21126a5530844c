# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Preparing a change from the options of a task."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import query_password_info
from ansible_collections.community.sailpoint.plugins.module_utils._change.prepare import find_target, warnings_for
from ansible_collections.community.sailpoint.plugins.module_utils._change.prepare import prepare as prepare_for
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError, PolicyViolationError
from ansible_collections.community.sailpoint.plugins.modules.isc_password import ARGUMENT_SPEC
from support.modules import AD, BACKUP, BY_NAME, PASSWORD, access, connected, validated

ADMINS = "CN=Multi Account,OU=Admins,DC=acme,DC=com"


def prepare(client, params, check_mode):
    prepared = prepare_for(params["password"], find_target(client, params), params["enforce_policy"])
    client.warnings.extend(warnings_for(client, prepared, check_mode))
    return prepared


@pytest.fixture
def options(tenant):
    return lambda **given: validated(ARGUMENT_SPEC, **{**access(tenant), **given})


@pytest.fixture
def by_id(client, tenant):
    """Return options as a query returns them. The query is not counted."""
    info = query_password_info(client, "multi.account", AD)
    tenant.clear_requests()
    given = {key: getattr(info, key) for key in ("identity_id", "source_id", "public_key_id", "public_key")}
    accounts = [account._asdict() for account in info.accounts]
    return {**given, "password": PASSWORD, "accounts": accounts, "policies": list(info.policies)}


def test_by_name_it_queries(client, tenant, options):
    prepared = prepare(client, options(**BY_NAME), False)
    assert prepared.target.account_id == BACKUP
    assert prepared.policy_violations == ()
    assert tenant.counts() == {"login": 1, "query": 1}


def test_by_id_it_sends_nothing(client, tenant, options, by_id):
    prepared = prepare(client, options(**by_id, account_id=ADMINS.lower()), False)
    assert prepared.target.account_id == ADMINS
    assert prepared.target.info.identity_id == by_id["identity_id"]
    assert tenant.counts() == {}


def test_by_id_without_accounts_the_account_is_sent_as_given(client, options, by_id):
    prepared = prepare(client, options(**{**by_id, "accounts": None}, account_id="cn=as,dc=given"), False)
    assert prepared.target.account_id == "cn=as,dc=given"


WRONG_OPTIONS = [
    ({"password": PASSWORD}, "Whose password to set is missing."),
    ({**BY_NAME, "source_name": None}, "source_name is missing."),
    ({**BY_NAME, "user_name": " "}, "user_name is empty."),
    ({**BY_NAME, "policies": []}, "policies is given without identity_id, source_id, public_key_id, public_key."),
    ({**BY_NAME, "accounts": []}, "accounts is given without identity_id, source_id, public_key_id, public_key."),
    (
        {**BY_NAME, "identity_id": "i", "source_id": "s"},
        "user_name and source_name can't be used together with identity_id, source_id.",
    ),
    (
        {"password": PASSWORD, "identity_id": "i", "public_key": "k"},
        "identity_id, public_key given, but source_id, public_key_id missing.",
    ),
]


@pytest.mark.parametrize(("given", "problem"), WRONG_OPTIONS)
def test_options_that_do_not_go_together_are_named(client, tenant, options, given, problem):
    with pytest.raises(InputError) as refusal:
        prepare(client, options(**given), False)
    assert refusal.value.message == problem
    assert tenant.counts() == {}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"accounts": None}, "account_id is missing."),
        ({"accounts": None, "account_name": "a"}, "account_name is given without accounts to choose from"),
        ({"source_id": " ", "account_id": ADMINS}, "source_id is empty."),
    ],
)
def test_ids_have_to_be_complete(client, options, by_id, change, problem):
    with pytest.raises(InputError) as refusal:
        prepare(client, options(**{**by_id, **change}), False)
    assert refusal.value.message.startswith(problem)


def test_a_policy_violation_is_a_warning(client, options):
    prepared = prepare(client, options(**{**BY_NAME, "password": "quiet"}), False)
    assert len(prepared.policy_violations) == 3
    (warning,) = client.warnings
    assert warning.startswith("The password seems to violate the policy, so ISC may refuse it: ")
    assert "passwordMinLength" in warning
    assert "quiet" not in warning


def test_a_policy_violation_can_be_refused(client, options):
    with pytest.raises(PolicyViolationError) as refusal:
        prepare(client, options(**{**BY_NAME, "password": "quiet"}, enforce_policy=True), False)
    result = refusal.value.as_result()
    assert len(result["policy_violations"]) == 3
    assert "Nothing was sent." in result["hint"]
    assert "quiet" not in str(result)
    assert client.warnings == []


def test_given_policies_are_enforced(client, tenant, options, by_id):
    given = {**by_id, "account_id": ADMINS, "policies": ["passwordMinLength is 40"]}
    with pytest.raises(PolicyViolationError, match="asks for at least 40"):
        prepare(client, options(**given, enforce_policy=True), False)
    assert tenant.counts() == {}


@pytest.mark.parametrize(("user_name", "warned"), [("svc-backup", True), ("Abby.Smith", False)])
def test_check_mode_warns_a_personal_access_token_about_other_identities(tenant, fake_time, options, user_name, warned):
    tenant.settings(pat_may_query=True)
    with connected(tenant, fake_time, "pat-abby") as client:
        prepare(client, options(**{**BY_NAME, "user_name": user_name}), True)
    assert [warning[:40] for warning in client.warnings] == ["ISC may refuse to set this password. The"] * warned
