# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module isc_account_info against a tenant: options and results."""

from __future__ import annotations

import json

import pytest
import yaml
from ansible_collections.community.sailpoint.plugins.action import isc_account_info as action_plugin
from ansible_collections.community.sailpoint.plugins.module_utils._api.accounts import FoundAccount, as_result
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError, IscError
from ansible_collections.community.sailpoint.plugins.modules import isc_account_info
from support.actions import run_action
from support.hostile_results import flaws
from support.hostile_texts import TEXTS
from support.modules import AD, BACKUP, access, run

OLD, YOUNG, UNKNOWN = "CN=old", "CN=young", "CN=unknown"
SOURCE = "Ages"


@pytest.fixture
def listed(tenant, fake_time):
    def perform(check_mode=False, **given):
        result = run(isc_account_info, tenant, fake_time, check_mode, **{"source_name": AD, **given})
        assert result["changed"] is False
        return result["accounts"]

    return perform


@pytest.fixture
def ages(tenant):
    """Create a source with an account of each kind of age. The fake time is 2026-11-24T10:00:00Z."""
    tenant.add_account("old", SOURCE, OLD, facts={"passwordLastSet": "2026-08-26T10:00:00.000Z"})
    tenant.add_account("young", SOURCE, YOUNG, facts={"passwordLastSet": "2026-08-26T10:00:01.000Z"})
    tenant.add_account("unknown", SOURCE, UNKNOWN)


def ids(accounts):
    return {account["account_id"] for account in accounts}


@pytest.mark.parametrize("check_mode", [False, True])
def test_an_account_is_returned_with_all_its_fields(tenant, listed, check_mode):
    tenant.add_account("a.user", "Many things", "CN=a", account_name="A", uid="4711", facts={"locked": True})
    facts = {"privileged": True, "passwordLastSet": "2026-11-01T09:00:00.123Z", "supportsPasswordChange": None}
    world = tenant.add_account("a.user", "Many things", "CN=a", facts=facts)
    assert listed(check_mode, source_name="Many things") == [
        {
            "account_id": "CN=a",
            "account_name": "A",
            "user_name": "a.user",
            "uid": "4711",
            "identity_id": world["identity_id"],
            "source_id": world["source_id"],
            "source_name": "Many things",
            "disabled": False,
            "locked": True,
            "privileged": True,
            "supports_password_change": None,
            "password_last_set": "2026-11-01T09:00:00Z",
            "password_age_days": 23,
        }
    ]
    assert tenant.counts() == {"login": 1, "search": 2}


def test_the_keys_of_an_account_are_documented():
    documented = yaml.safe_load(isc_account_info.RETURN)["accounts"]
    (sample,) = documented["sample"]
    fields = FoundAccount._fields
    assert sample.keys() == documented["contains"].keys()
    internal = {"last_set", "never_set", "isc_id"}
    assert [*sample] == [*(name for name in fields if name not in internal), "password_last_set", "password_age_days"]


def test_a_source_is_chosen_by_name_or_id(tenant, listed):
    ids_by_name = {source["name"]: source["id"] for source in tenant.world()["sources"]}
    assert ids(listed(source_name="HR Database")) == {"100042"}
    assert ids(listed(source_name=None, source_id=ids_by_name["HR Database"])) == {"100042"}
    assert len(listed()) == 7


def test_the_other_options_filter_the_accounts(listed, tenant):
    tenant.add_account("svc-backup", AD, BACKUP, attributes={"department": "IT"})
    assert ids(listed(account_id=BACKUP.upper())) == {BACKUP}
    assert ids(listed(user_name="SVC-Backup")) == {BACKUP}
    assert len(listed(user_name="multi.account")) == 3
    assert ids(listed(query='attributes.department:"it"')) == {BACKUP}
    assert listed(user_name="multi.account", account_id=BACKUP) == []
    assert listed(user_name="multi.account", query='attributes.department:"it"') == []


@pytest.mark.usefixtures("ages")
def test_an_age_selects_the_due_accounts(listed):
    assert ids(listed(source_name=SOURCE)) == {OLD, YOUNG, UNKNOWN}
    assert ids(listed(source_name=SOURCE, older_than="90d")) == {OLD, UNKNOWN}
    assert ids(listed(source_name=SOURCE, older_than="90d", unknown_age="include")) == {OLD, UNKNOWN}
    assert ids(listed(source_name=SOURCE, older_than="90d", unknown_age="exclude")) == {OLD}
    assert ids(listed(source_name=SOURCE, unknown_age="exclude")) == {OLD, YOUNG, UNKNOWN}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"source_name": None}, "source_name is missing. Give source_name or source_id."),
        ({"source_id": "a"}, "source_name and source_id are both given."),
        ({"source_name": " "}, "source_name is empty."),
        ({"older_than": "90 days"}, "older_than is '90 days'."),
        ({"query": "name:a) OR (name:b"}, "query has a ) without its counterpart"),
    ],
)
def test_unusable_options_are_refused_before_anything_is_sent(tenant, listed, given, message):
    with pytest.raises(InputError) as refusal:
        listed(**given)
    assert f"{refusal.value.message} {refusal.value.hint}".startswith(message)
    assert tenant.counts() == {}


def test_a_query_stays_within_the_source(listed):
    assert ids(listed(source_name="HR Database", query="* OR name:svc*")) == {"100042"}
    assert ids(listed(source_name="HR Database", query='@accounts(accountId.exact:"Abby.Smith")')) == {"100042"}


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_responses_of_search_give_a_printable_result(tenant, fake_time, name):
    text = TEXTS[name]
    account = {"accountId": text, "name": text, "source": {"id": text, "name": AD}, "passwordLastSet": text}
    for fields in (
        {"name": text, "attributes": {"uid": text}},
        {"accounts": [account]},
        {"accounts": [{**account, "accountId": "a", "source": {"id": "s", "name": AD}}]},
        {"accounts": text},
        {"id": text},
    ):
        tenant.fault("search", "fields", fields=fields)
        warnings = []
        try:
            result = run(isc_account_info, tenant, fake_time, warnings=warnings, source_name=AD)
        except IscError as error:
            result = error.as_result()
        assert [*flaws([result, warnings])] == []
        tenant.clear_faults()


def test_it_runs_in_process_with_a_local_connection(tenant):
    result = run_action(
        action_plugin.ActionModule, {**access(tenant), "ca_path": "", "source_name": AD, "account_id": BACKUP}
    )
    assert [account["user_name"] for account in result["accounts"]] == ["svc-backup"]
    json.dumps(result)


def test_unknown_fields_are_null():
    account = FoundAccount("a", "b", "c", None, "d", "e", "f", False, False, False, None, None)
    shown = as_result(account, 0)
    assert (shown["uid"], shown["password_last_set"], shown["password_age_days"]) == (None, None, None)
