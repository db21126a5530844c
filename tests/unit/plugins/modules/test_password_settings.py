# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules of password settings against a tenant: each compares, sends only the difference, and predicts it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_policies import FLAGS, NUMBERS
from ansible_collections.community.sailpoint.plugins.module_utils._api.sources import UPDATE_SOURCE
from ansible_collections.community.sailpoint.plugins.module_utils._errors import ApiError, InputError, IscError
from ansible_collections.community.sailpoint.plugins.modules import (
    isc_digit_token,
    isc_password,
    isc_password_org_config,
    isc_password_policy,
    isc_password_settings,
    isc_password_settings_info,
    isc_password_sync_group,
    isc_source_password_policy,
)
from simulator.fixtures import hexadecimal
from support.contract import described
from support.modules import AD, BY_NAME, connected, run
from support.settings_tasks import READS, WRITES, prepare

PAT = "pat-abby"
HR, PAYROLL, ISC, UNMANAGED = "HR Database", "Payroll Database", "IdentityNow", "Unmanaged Source"
GROUP = {"name": "Directory and payroll", "sources": [AD, PAYROLL], "policy": "Directory"}
NO_WRITES = {"login", *READS}
SETTINGS = ("org_config", "policies", "sources", "sync_groups")
NOTHING = {"before": {}, "after": {}}


@pytest.fixture
def perform(tenant, fake_time):
    """Return what runs a module as the owner of a personal access token, first in check mode, which has to predict."""

    def performed(module: Any, client: str = PAT, **given: Any) -> dict[str, Any]:
        tenant.clear_requests()
        predicted, _error = outcome(module, True, client, given)
        assert tenant.counts().keys() <= NO_WRITES
        tenant.clear_requests()
        result, error = outcome(module, False, client, given)
        assert without_tracking_id(predicted) == without_tracking_id(result)
        if error is not None:
            raise error
        return result

    def outcome(module: Any, check_mode: bool, client: str, given: dict[str, Any]) -> Any:
        try:
            return run(module, tenant, fake_time, check_mode, client, **given), None
        except IscError as error:
            return error.as_result(), error

    return performed


def without_tracking_id(result: dict[str, Any]) -> str:
    """Return a result as text, without what is another one each time."""
    return json.dumps(result, sort_keys=True).replace(str(result.get("tracking_id")), "")


def writes(tenant: Any) -> list[str]:
    return [each["operation"] for each in tenant.requests() if each["operation"] not in NO_WRITES]


def changes(result: dict[str, Any]) -> dict[str, Any]:
    return {side: result["diff"][side] for side in ("before", "after")}


def test_the_org_config_changes_what_is_given(perform, tenant):
    result = perform(isc_password_org_config, client="api-client", digit_token_length=8)
    assert result["changed"]
    assert result["org_config"] == {
        "digit_token_enabled": True,
        "digit_token_length": 8,
        "digit_token_duration_minutes": 5,
        "custom_instructions_enabled": False,
    }
    assert changes(result) == {"before": {"digit_token_length": 6}, "after": {"digit_token_length": 8}}
    (sent,) = tenant.requests("set_org_config")
    assert sent["body_keys"] == ["digitTokenLength"]
    again = perform(isc_password_org_config, client="api-client", digit_token_length=8)
    assert (again["changed"], changes(again)) == (False, NOTHING)
    assert writes(tenant) == []


def test_each_option_of_the_org_config_counts(perform):
    wanted = {
        "digit_token_enabled": False,
        "digit_token_length": 12,
        "digit_token_duration_minutes": 13,
        "custom_instructions_enabled": True,
    }
    assert perform(isc_password_org_config, **wanted)["org_config"] == wanted


def test_a_missing_org_config_is_created(perform, tenant):
    tenant.clear_password_settings()
    result = perform(isc_password_org_config, client="api-client", digit_token_enabled=True)
    assert changes(result)["before"] == {}
    assert writes(tenant) == ["set_org_config", "create_org_config"]
    assert not perform(isc_password_org_config, digit_token_enabled=True)["changed"]


def test_a_digit_token_that_is_refused_leads_here(perform, tenant, fake_time):
    perform(isc_password_org_config, digit_token_enabled=False)
    with pytest.raises(ApiError, match="not enabled") as refusal:
        run(isc_digit_token, tenant, fake_time, user_id="Abby.Smith")
    assert "community.sailpoint.isc_password_org_config enables them" in refusal.value.hint
    perform(isc_password_org_config, digit_token_enabled=True)
    assert run(isc_digit_token, tenant, fake_time, user_id="Abby.Smith")["digit_token"]


def test_a_policy_comes_changes_and_goes(perform, tenant):
    at = {"name": "Service accounts"}
    created = perform(isc_password_policy, **at, min_length=24, use_dictionary=True, description="Long.")
    assert created["policy"] == {
        **dict.fromkeys(NUMBERS),
        **dict.fromkeys(FLAGS, False),
        "name": "Service accounts",
        "min_length": 24,
        "password_expiration": 90,
        "use_dictionary": True,
        "description": "Long.",
    }
    assert perform(isc_password_policy, **at, min_length=24)["changed"] is False
    assert writes(tenant) == []
    changed = perform(isc_password_policy, **at, min_upper=1, use_dictionary=False)
    assert changes(changed) == {
        "before": {"min_upper": None, "use_dictionary": True},
        "after": {"min_upper": 1, "use_dictionary": False},
    }
    assert changed["policy"]["min_length"] == 24
    assert writes(tenant) == ["set_policy"]
    # What was not given is still there.
    assert perform(isc_password_policy, **at, min_length=24, description="Long.")["changed"] is False
    gone = perform(isc_password_policy, **at, state="absent")
    assert (gone["changed"], gone["policy"], changes(gone)["after"]) == (True, None, {})
    assert perform(isc_password_policy, **at, state="absent")["changed"] is False


def test_each_field_of_a_policy_is_set_and_turned_off(perform):
    on = {**dict.fromkeys(NUMBERS, 7), **dict.fromkeys(FLAGS, True), "description": "For tests."}
    assert perform(isc_password_policy, name="P", **on)["policy"] == {"name": "P", **on}
    assert perform(isc_password_policy, name="P", **on)["changed"] is False
    off = {**dict.fromkeys(NUMBERS, 0), **dict.fromkeys(FLAGS, False)}
    result = perform(isc_password_policy, name="P", **off)
    assert result["policy"] == {"name": "P", **on, **off, **dict.fromkeys(NUMBERS)}
    assert perform(isc_password_policy, name="P", **off)["changed"] is False


@pytest.mark.parametrize("name", ["default", "DEFAULT", "Default ", "De fault"])
def test_a_name_that_is_nearly_that_of_another_policy_is_refused_once(perform, tenant, name):
    with pytest.raises(InputError) as refusal:
        perform(isc_password_policy, name=name, min_length=9)
    assert refusal.value.message == f"the tenant has no password policy named {name!r}, but one named 'Default'."
    assert "Use that name, or set force to true" in refusal.value.hint
    assert writes(tenant) == []
    assert perform(isc_password_policy, name=name, min_length=9, force=True)["changed"]
    assert not perform(isc_password_policy, name=name, min_length=9)["changed"]


def test_names_that_are_nearly_the_same_are_two_where_both_are_given(perform):
    policies = [{"name": "Default", "min_length": 9}, {"name": "default"}]
    assert len(perform(isc_password_settings, policies=policies)["changes"]) == 2
    twin = {"name": "directory and payroll", "sources": [HR, ISC], "policy": "Default"}
    with pytest.raises(InputError, match="no password sync group named 'directory and payroll', but one named 'Dir"):
        perform(isc_password_sync_group, **twin)
    assert perform(isc_password_sync_group, **twin, force=True)["changed"]


def test_fields_that_isc_has_as_null_are_off_and_not_sent_back(tenant, fake_time):
    fields = dict.fromkeys((*(each.name for each in NUMBERS.values()), *FLAGS.values(), "sourceIds", "defaultPolicy"))
    body = [{**fields, "description": None, "id": hexadecimal("policy:2"), "name": "Directory"}]
    tenant.fault("policies", "status", status=200, body=body)
    assert not run(isc_password_policy, tenant, fake_time, client=PAT, name="Directory", min_length=0)["changed"]
    tenant.fault("policies", "status", status=200, body=body)
    result = run(isc_password_policy, tenant, fake_time, client=PAT, name="Directory", min_length=9)
    assert changes(result) == {"before": {"min_length": None}, "after": {"min_length": 9}}
    (sent,) = tenant.requests("set_policy")
    assert sorted(sent["body_keys"]) == ["description", "id", "minLength", "name"]


@pytest.mark.parametrize("operation", ["set_policy", "delete_policy", "set_sync_group", "delete_sync_group"])
def test_what_somebody_deletes_meanwhile_is_said_so(tenant, fake_time, operation):
    prepare(tenant, operation)
    module, given = WRITES[operation]
    tenant.fault(operation, "status", status=404)
    with pytest.raises(ApiError) as failure:
        run(module, tenant, fake_time, client=PAT, **given)
    assert failure.value.hint.startswith("Somebody may have deleted it meanwhile. Run this again")


def test_a_policy_that_is_used_is_kept(perform, tenant):
    with pytest.raises(InputError) as refusal:
        perform(isc_password_policy, name="Directory", state="absent")
    assert refusal.value.message == (
        "the password policy 'Directory' is used by the sync group 'Directory and payroll', the source "
        "'Active Directory' and the source 'Payroll Database'."
    )
    assert writes(tenant) == []
    with pytest.raises(InputError, match="is the default one"):
        perform(isc_password_policy, name="Default", state="absent", force=True)


def test_a_policy_that_is_used_goes_by_force_if_isc_lets_it(tenant, fake_time):
    forced = {"name": "Directory", "state": "absent", "force": True, "client": PAT}
    with pytest.raises(ApiError, match="is used by") as refusal:
        run(isc_password_policy, tenant, fake_time, **forced)
    assert "stop using the policy first" in refusal.value.hint
    tenant.settings(used_policies_can_go=True)
    assert run(isc_password_policy, tenant, fake_time, **forced)["changed"]


def test_policies_are_assigned_with_selectors(perform, tenant):
    to_it = [{"name": "country", "value": "Canada"}, {"name": "city", "value": "Austin"}]
    wanted = [{"name": "Directory", "selectors": to_it}, {"name": "Default"}]
    result = perform(isc_source_password_policy, source_name=HR, policies=wanted)
    assert result["source"] == {
        "source_name": HR,
        "enable_password_feature": True,
        "policies": [
            {"name": "Default", "selectors": []},
            {"name": "Directory", "selectors": sorted(to_it, key=lambda each: each["name"])},
        ],
    }
    assert writes(tenant) == ["set_source_policies"]
    # Whatever the order.
    wanted = [{"name": "Default", "selectors": []}, {"name": "Directory", "selectors": to_it[::-1]}]
    assert perform(isc_source_password_policy, source_name=HR, policies=wanted)["changed"] is False
    assert perform(isc_source_password_policy, source_name=HR, policies=wanted[:1])["changed"]
    assert perform(isc_source_password_policy, source_name=HR, policies=[])["source"]["policies"] == []


def test_a_source_is_found_by_its_id(perform, tenant):
    source_id = next(each["id"] for each in tenant.world()["sources"] if each["name"] == HR)
    result = perform(isc_source_password_policy, source_id=source_id, policies=[{"name": "Default"}])
    assert result["source"]["source_name"] == HR
    with pytest.raises(InputError, match="no source with the id 'x'"):
        perform(isc_source_password_policy, source_id="x", policies=[])


def test_the_feature_is_added_only_if_that_is_said(perform, tenant):
    wanted = {"source_name": UNMANAGED, "policies": [{"name": "Default"}]}
    with pytest.raises(InputError, match="lacks the feature PASSWORD") as refusal:
        perform(isc_source_password_policy, **wanted)
    assert "enable_password_feature" in refusal.value.hint
    assert writes(tenant) == []
    result = perform(isc_source_password_policy, **wanted, enable_password_feature=True)
    assert changes(result)["before"]["enable_password_feature"] is False
    assert writes(tenant) == ["source_patch", "set_source_policies"]
    assert not perform(isc_source_password_policy, **wanted)["changed"]
    assert not perform(isc_source_password_policy, source_name=HR, enable_password_feature=True)["changed"]


def test_a_sync_group_comes_changes_and_goes(perform, tenant):
    at = {"name": "Others"}
    created = perform(isc_password_sync_group, **at, sources=[ISC, HR], policy="Default")
    assert created["sync_group"] == {**at, "sources": [HR, ISC], "policy": "Default"}
    assert writes(tenant) == ["create_sync_group"]
    assert not perform(isc_password_sync_group, **at, sources=[HR, ISC])["changed"]
    changed = perform(isc_password_sync_group, **at, policy="Directory")
    assert changes(changed) == {"before": {"policy": "Default"}, "after": {"policy": "Directory"}}
    assert changed["sync_group"]["sources"] == [HR, ISC]
    assert writes(tenant) == ["set_sync_group"]
    with pytest.raises(
        InputError, match="separates the passwords of its sources at once: 'HR Database' and 'IdentityNow'"
    ):
        perform(isc_password_sync_group, **at, state="absent")
    assert perform(isc_password_sync_group, **at, state="absent", force=True)["sync_group"] is None
    assert not perform(isc_password_sync_group, **at, state="absent")["changed"]


@pytest.mark.parametrize(
    ("module", "given", "message"),
    [
        (isc_password_org_config, {}, "nothing is given that could be changed."),
        (isc_password_org_config, {"digit_token_length": 5}, "digit_token_length is 5."),
        (isc_password_org_config, {"digit_token_duration_minutes": 61}, "digit_token_duration_minutes is 61."),
        (isc_password_policy, {"name": " "}, "name is empty."),
        (isc_password_policy, {"name": "a\nb"}, "name has control characters."),
        (isc_password_policy, {"name": "P", "min_length": -1}, "min_length is -1."),
        (isc_password_policy, {"name": "P", "description": "a\nb"}, "description has control characters."),
        (
            isc_password_policy,
            {"name": "Directory", "max_length": 7},
            "the password policy 'Directory' would have the min_length 8 and the max_length 7.",
        ),
        (
            isc_password_policy,
            {"name": "P", "state": "absent", "min_length": 9},
            "state is absent, and min_length is given.",
        ),
        (isc_source_password_policy, {"policies": []}, "source_name is missing."),
        (
            isc_source_password_policy,
            {"source_name": HR, "source_id": "1", "policies": []},
            "source_name and source_id are both given.",
        ),
        (isc_source_password_policy, {"source_name": HR}, "nothing is given that could be changed."),
        (
            isc_source_password_policy,
            {"source_name": HR, "policies": [{"name": "Default"}] * 2},
            "policies names 'Default' twice with the same selectors.",
        ),
        (
            isc_source_password_policy,
            {"source_name": HR, "policies": [{"name": "Default", "selectors": [{"name": "a", "value": "b"}] * 2}]},
            "selectors of 'Default' names 'a' twice with the same value.",
        ),
        (isc_password_settings, {"policies": [{"name": "P", 1: 2}]}, "policies[0]: there is no option 1."),
        (isc_password_settings, {"org_config": {None: True}}, "org_config: there is no option None."),
        (isc_password_settings, {"policies": [{"name": "P", "min_length": True}]}, "policies[0]: min_length is True."),
        (isc_password_sync_group, {"name": "G", "sources": [HR, HR]}, "sources names a source twice."),
        (
            isc_password_sync_group,
            {"name": "G", "state": "absent", "policy": "x"},
            "state is absent, and policy is given.",
        ),
        (isc_password_settings, {}, "No settings are given."),
        (
            isc_password_settings,
            {"policies": [{"name": "P"}, {"name": "P"}]},
            "policies[1]: the password policy 'P' is given twice.",
        ),
        (
            isc_password_settings,
            {
                "policies": [{"name": "P", "state": "absent", "force": True}],
                "sources": [{"source_name": HR, "policies": [{"name": "P"}]}],
            },
            "sources[0]: the password policy 'P' is assigned here, and is to be absent as well.",
        ),
        (
            isc_password_settings,
            {
                "policies": [{"name": "P", "state": "absent", "force": True}],
                "sync_groups": [{"name": "G", "policy": "P"}],
            },
            "sync_groups[0]: the password policy 'P' is assigned here, and is to be absent as well.",
        ),
        (
            isc_password_settings,
            {"policies": [{"name": "P"}, {"nam": "P"}]},
            "policies[1]: missing required arguments: name.",
        ),
        (isc_password_settings, {"sync_groups": [{"name": "P", "nam": 1}]}, "sync_groups[0]: there is no option nam."),
        (
            isc_password_settings,
            {"sources": [{"policies": []}]},
            "sources[0]: missing required arguments: source_name.",
        ),
        (isc_password_settings, {"org_config": {"digit_token_length": 1}}, "org_config: digit_token_length is 1."),
    ],
)
def test_what_can_not_be_meant_is_refused_before_anything_is_changed(perform, tenant, module, given, message):
    with pytest.raises(InputError) as refusal:
        perform(module, **given)
    assert refusal.value.message.startswith(message)
    assert writes(tenant) == []


@pytest.mark.parametrize(
    ("module", "given", "message", "hint"),
    [
        (
            isc_source_password_policy,
            {"source_name": "hr database", "policies": []},
            "no source named 'hr database'",
            "",
        ),
        (
            isc_source_password_policy,
            {"source_name": HR, "policies": [{"name": "default"}]},
            "no password policy named 'default'",
            "There is one named 'Default'.",
        ),
        (isc_password_sync_group, {"name": "G"}, "policy is missing, and there is no password sync group 'G' yet.", ""),
        (isc_password_sync_group, {"name": "G", "policy": "Default"}, "sources is missing", "Give sources."),
        (
            isc_password_sync_group,
            {"name": "G", "policy": "Default", "sources": [HR]},
            "would have 1 source",
            "two|2 sources or more",
        ),
        (
            isc_password_sync_group,
            {"name": "G", "policy": "Default", "sources": [HR, AD]},
            "'Active Directory' is in the password sync group 'Directory and payroll'",
            "Take it out",
        ),
        (
            isc_password_sync_group,
            {"name": "G", "policy": "Default", "sources": [HR, UNMANAGED]},
            "'Unmanaged Source' lacks the feature PASSWORD",
            "isc_source_password_policy",
        ),
        (
            isc_password_sync_group,
            {"name": "G", "policy": "x", "sources": [HR, ISC]},
            "no password policy named 'x'",
            "",
        ),
        (isc_password_sync_group, {"name": "G", "policy": "Default", "sources": [HR, "x"]}, "no source named 'x'", ""),
    ],
)
def test_what_the_tenant_can_not_do_is_explained(perform, tenant, module, given, message, hint):
    with pytest.raises(InputError, match=message) as refusal:
        perform(module, **given)
    assert any(each in refusal.value.hint for each in hint.split("|"))
    assert writes(tenant) == []


@pytest.mark.parametrize("operation", [each for each in WRITES if described("v1", each).clients == ["userAuth"]])
def test_what_only_a_user_may_do_is_told_to_an_api_client(perform, tenant, operation):
    prepare(tenant, operation)
    module, given = WRITES[operation]
    with pytest.raises(IscError, match="^ISC would refuse to") as refusal:
        perform(module, client="api-client", **given)
    assert "ISC documents that only a user may do this. Use a personal access token" in refusal.value.hint
    assert writes(tenant) == []


def test_an_api_client_is_welcome_where_nothing_has_to_be_changed(perform):
    assert not perform(isc_password_policy, client="api-client", name="Default", min_length=5)["changed"]
    assert not perform(isc_password_sync_group, client="api-client", **GROUP)["changed"]


def test_an_api_client_may_assign_a_first_policy(perform):
    first = {"source_name": HR, "policies": [{"name": "Default"}]}
    assert perform(isc_source_password_policy, client="api-client", **first)["changed"]
    with pytest.raises(ApiError, match="list the password policies of a source") as refusal:
        perform(isc_source_password_policy, client="api-client", **first)
    assert "only a user may do this" in refusal.value.hint


@pytest.mark.parametrize("api_version", ["v2024", "v3", "beta"])
def test_a_layout_without_policies_of_sources_is_told(perform, tenant, api_version):
    given = {"source_name": AD, "policies": [{"name": "Default"}], "api_version": api_version}
    with pytest.raises(InputError, match=f"api_version {api_version} has no operation to list the password policies"):
        perform(isc_source_password_policy, **given)
    assert writes(tenant) == []


def exported(tenant: Any, fake_time: Any, **given: Any) -> dict[str, Any]:
    result = run(isc_password_settings_info, tenant, fake_time, client=PAT, **given)
    return {name: result[name] for name in SETTINGS}


def test_an_export_changes_nothing_where_it_comes_from_and_fills_an_empty_tenant(perform, tenant, fake_time):
    to_it = [{"name": "country", "value": "Canada"}]
    held = [{"name": "Directory", "selectors": to_it}, {"name": "Default"}]
    perform(isc_source_password_policy, source_name=HR, policies=held)
    perform(isc_password_settings, sources=[{"source_name": UNMANAGED, "enable_password_feature": True}])
    perform(isc_password_policy, name="Service accounts", description="Long.", min_length=24, password_expiration=0)
    of_all = {**dict.fromkeys(NUMBERS, 7), **dict.fromkeys(FLAGS, True), "description": "Of all."}
    perform(isc_password_policy, name="All", **of_all)
    whole = exported(tenant, fake_time)
    assert [each["name"] for each in whole["policies"]] == ["All", "Default", "Directory", "Service accounts"]
    assert whole["policies"][0] == {"name": "All", **of_all}
    assert whole["sync_groups"] == [GROUP]
    assert perform(isc_password_settings, **whole) == {"changed": False, "changes": [], "diff": []}
    assert writes(tenant) == []
    tenant.clear_password_settings()
    assert exported(tenant, fake_time) != whole
    result = perform(isc_password_settings, **whole)
    assert [(each["kind"], each["change"]) for each in result["changes"]] == [
        ("password org config", "created"),
        ("password policy", "created"),
        ("password policy", "changed"),
        ("password policy", "created"),
        ("password policy", "created"),
        ("source", "changed"),
        ("source", "changed"),
        ("source", "changed"),
        ("password sync group", "created"),
    ]
    assert exported(tenant, fake_time) == whole


BY_HAND = [
    (isc_password_policy, {"name": "Directory", "min_length": 2}),
    (isc_password_policy, {"name": "Directory", "use_dictionary": True}),
    (isc_password_policy, {"name": "Directory", "description": "Another."}),
    (isc_password_policy, {"name": "Default", "description": "New."}),
    (isc_source_password_policy, {"source_name": AD, "policies": []}),
    (isc_source_password_policy, {"source_name": HR, "policies": [{"name": "Default"}]}),
    (
        isc_source_password_policy,
        {"source_name": AD, "policies": [{"name": "Directory", "selectors": [{"name": "a", "value": "b"}]}]},
    ),
    (isc_password_sync_group, {"name": GROUP["name"], "policy": "Default"}),
    (isc_password_sync_group, {"name": GROUP["name"], "sources": [AD, HR]}),
    (isc_password_sync_group, {"name": GROUP["name"], "state": "absent", "force": True}),
    (isc_password_org_config, {"digit_token_length": 7}),
]


@pytest.mark.parametrize(("module", "by_hand"), BY_HAND, ids=lambda each: str(each) if isinstance(each, dict) else "")
def test_each_field_that_somebody_changes_is_found_shown_and_set_back(perform, tenant, fake_time, module, by_hand):
    whole = exported(tenant, fake_time)
    done = perform(module, **by_hand)
    assert done["changed"]
    result = perform(isc_password_settings, **whole)
    (shown,) = result["diff"]
    assert (shown["before"], shown["after"]) == (done["diff"]["after"], done["diff"]["before"])
    assert exported(tenant, fake_time) == whole


def test_a_policy_that_somebody_deleted_comes_back(perform, tenant, fake_time):
    perform(isc_password_policy, name="All", **dict.fromkeys(NUMBERS, 7), **dict.fromkeys(FLAGS, True))
    whole = exported(tenant, fake_time)
    gone = perform(isc_password_policy, name="All", state="absent")
    (shown,) = perform(isc_password_settings, **whole)["diff"]
    assert (shown["before"], shown["after"]) == ({}, gone["diff"]["before"])
    assert exported(tenant, fake_time) == whole


def test_the_feature_that_somebody_removed_from_a_source_comes_back(perform, tenant, fake_time):
    whole = exported(tenant, fake_time)
    hr = next(each["id"] for each in tenant.world()["sources"] if each["name"] == HR)
    with connected(tenant, fake_time, PAT) as client:
        client.call(UPDATE_SOURCE, hr, [{"op": "replace", "path": "/features", "value": ["ENABLE"]}])
    (shown,) = perform(isc_password_settings, **whole)["diff"]
    assert (shown["before"], shown["after"]) == ({"enable_password_feature": False}, {"enable_password_feature": True})
    assert exported(tenant, fake_time) == whole


def test_wishes_that_depend_on_each_other_are_predicted_and_fulfilled(perform, tenant):
    tenant.clear_password_settings()
    result = perform(
        isc_password_settings,
        sync_groups=[{"name": "G", "policy": "New", "sources": [HR, UNMANAGED]}],
        sources=[{"source_name": UNMANAGED, "policies": [{"name": "New"}], "enable_password_feature": True}],
        policies=[{"name": "New", "min_length": 12}],
    )
    assert [each["name"] for each in result["changes"]] == ["New", UNMANAGED, "G"]


def test_a_source_goes_from_one_group_to_another(perform):
    perform(isc_password_sync_group, name="Others", policy="Default", sources=[HR, ISC])
    perform(isc_source_password_policy, source_name=UNMANAGED, enable_password_feature=True)
    groups = [{"name": "Others", "sources": [ISC, HR, PAYROLL]}, {"name": GROUP["name"], "sources": [AD, UNMANAGED]}]
    result = perform(isc_password_settings, sync_groups=groups)
    assert [each["name"] for each in result["changes"]] == [GROUP["name"], "Others"]


def test_what_is_replaced_is_deleted_last(perform):
    result = perform(
        isc_password_settings,
        policies=[{"name": "Directory", "state": "absent"}, {"name": "New"}],
        sources=[{"source_name": each, "policies": [{"name": "New"}]} for each in (AD, PAYROLL)],
        sync_groups=[{"name": GROUP["name"], "policy": "New"}],
    )
    assert [each["change"] for each in result["changes"]] == ["created", "changed", "changed", "changed", "deleted"]


def test_a_mistake_in_the_last_wish_leaves_all_as_it_was(perform, tenant):
    with pytest.raises(InputError, match=r"^sync_groups\[0\]: the tenant has no source named 'x'"):
        perform(
            isc_password_settings,
            policies=[{"name": "New"}],
            sync_groups=[{"name": "G", "policy": "New", "sources": [HR, "x"]}],
        )
    assert writes(tenant) == []


def test_a_failure_on_the_way_tells_what_was_changed(tenant, fake_time):
    tenant.fault("create_sync_group", "status", status=400)
    given = {"policies": [{"name": "New"}], "sync_groups": [{"name": "G", "policy": "New", "sources": [HR, ISC]}]}
    with pytest.raises(ApiError) as failure:
        run(isc_password_settings, tenant, fake_time, client=PAT, **given)
    assert failure.value.details["changed"] is True
    assert "Before that, the password policy 'New' had been changed. Run this again" in failure.value.hint
    again = run(isc_password_settings, tenant, fake_time, client=PAT, **given)
    assert [each["name"] for each in again["changes"]] == ["G"]


def test_a_failure_between_the_two_changes_of_a_source_tells_the_first(tenant, fake_time):
    tenant.fault("set_source_policies", "status", status=400)
    given = {"source_name": UNMANAGED, "enable_password_feature": True, "policies": [{"name": "Default"}]}
    with pytest.raises(ApiError) as failure:
        run(isc_source_password_policy, tenant, fake_time, client=PAT, **given)
    assert failure.value.details["changed"] is True
    assert f"the feature PASSWORD had been added to the source '{UNMANAGED}'. Run this again" in failure.value.hint
    again = run(isc_source_password_policy, tenant, fake_time, client=PAT, **given)
    assert changes(again)["after"].keys() == {"policies"}


def test_null_turns_a_rule_off_in_a_list_and_what_is_left_out_stays(perform):
    result = perform(isc_password_settings, policies=[{"name": "Directory", "min_upper": None, "description": None}])
    (shown,) = result["diff"]
    assert shown["after"] == {"description": None, "min_upper": None}


def test_two_of_the_same_name_are_told(perform, tenant, fake_time):
    tenant.control("POST", "policies", {"name": "Twin"})
    tenant.control("POST", "policies", {"name": "Twin"})
    with pytest.raises(InputError, match="several objects of the kind password policy named 'Twin'"):
        perform(isc_password_policy, name="Twin", min_length=5)
    with pytest.raises(InputError, match="several objects of the kind password policy named 'Twin'"):
        perform(isc_source_password_policy, source_name=HR, policies=[{"name": "Twin"}])
    with pytest.raises(IscError, match="several objects of the kind password policy named 'Twin'"):
        exported(tenant, fake_time)


def test_a_group_decides_what_a_password_reaches(perform, tenant, fake_time):
    perform(isc_password_sync_group, name=GROUP["name"], state="absent", force=True)
    run(isc_password, tenant, fake_time, **{**BY_NAME, "user_name": "svc-payroll"}, wait_timeout=600000)
    reached = [
        tenant.password(each["source"], each["account_id"])
        for user in tenant.world()["users"]
        for each in user["accounts"]
        if user["user_name"] == "svc-payroll"
    ]
    assert [each is not None for each in reached] == [True, False]
