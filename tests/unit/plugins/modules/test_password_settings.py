# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules for password settings against a tenant: they send only differences, which check mode predicts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_policies import FLAGS, NUMBERS
from ansible_collections.community.sailpoint.plugins.module_utils._errors import ApiError, InputError, IscError
from ansible_collections.community.sailpoint.plugins.modules import isc_digit_token as digit_token
from ansible_collections.community.sailpoint.plugins.modules import isc_password as password
from ansible_collections.community.sailpoint.plugins.modules import isc_password_org_config as org_config
from ansible_collections.community.sailpoint.plugins.modules import isc_password_policy as policy
from ansible_collections.community.sailpoint.plugins.modules import isc_password_settings as settings
from ansible_collections.community.sailpoint.plugins.modules import isc_password_settings_info as settings_info
from ansible_collections.community.sailpoint.plugins.modules import isc_password_sync_group as sync_group
from ansible_collections.community.sailpoint.plugins.modules import isc_source_password_policy as source_policy
from simulator.fixtures import hexadecimal
from support.contract import described
from support.modules import AD, BY_NAME, run
from support.settings_tasks import READS, WRITES, prepare

PAT = "pat-abby"
HR, PAYROLL, ISC, UNMANAGED = "HR Database", "Payroll Database", "IdentityNow", "Unmanaged Source"
GROUP = {"name": "Directory and payroll", "sources": [AD, PAYROLL], "policy": "Directory"}
NO_WRITES = {"login", *READS}
SETTINGS = ("org_config", "policies", "sources", "sync_groups")
NOTHING = {"before": {}, "after": {}}
WITHOUT_P = {"policies": [{"name": "P", "state": "absent", "force": True}]}


@pytest.fixture
def perform(tenant, fake_time):
    """Return a function that runs a module as a user, first in check mode, whose prediction has to match."""

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
    """Return a result as text without its tracking id, which always differs."""
    return json.dumps(result, sort_keys=True).replace(str(result.get("tracking_id")), "")


def writes(tenant: Any) -> list[str]:
    return [each["operation"] for each in tenant.requests() if each["operation"] not in NO_WRITES]


def changes(result: dict[str, Any]) -> dict[str, Any]:
    return {side: result["diff"][side] for side in ("before", "after")}


def test_the_org_config_changes_what_is_given(perform, tenant):
    result = perform(org_config, client="api-client", digit_token_length=8)
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
    again = perform(org_config, client="api-client", digit_token_length=8)
    assert (again["changed"], changes(again)) == (False, NOTHING)
    assert writes(tenant) == []


def test_each_option_of_the_org_config_is_set(perform):
    wanted = {
        "digit_token_enabled": False,
        "digit_token_length": 12,
        "digit_token_duration_minutes": 13,
        "custom_instructions_enabled": True,
    }
    assert perform(org_config, **wanted)["org_config"] == wanted


def test_a_missing_org_config_is_created(perform, tenant):
    tenant.clear_password_settings()
    result = perform(org_config, client="api-client", digit_token_enabled=True)
    assert changes(result)["before"] == {}
    assert writes(tenant) == ["set_org_config", "create_org_config"]
    assert not perform(org_config, digit_token_enabled=True)["changed"]


def test_a_refused_digit_token_leads_to_the_org_config(perform, tenant, fake_time):
    perform(org_config, digit_token_enabled=False)
    with pytest.raises(ApiError, match="not enabled") as refusal:
        run(digit_token, tenant, fake_time, user_id="Abby.Smith")
    assert "community.sailpoint.isc_password_org_config enables them" in refusal.value.hint
    perform(org_config, digit_token_enabled=True)
    assert run(digit_token, tenant, fake_time, user_id="Abby.Smith")["digit_token"]


def test_a_policy_is_created_changed_and_deleted(perform, tenant):
    at = {"name": "Service accounts"}
    created = perform(policy, **at, min_length=24, use_dictionary=True, description="Long.")
    assert created["policy"] == {
        **dict.fromkeys(NUMBERS),
        **dict.fromkeys(FLAGS, False),
        "name": "Service accounts",
        "min_length": 24,
        "password_expiration": 90,
        "use_dictionary": True,
        "description": "Long.",
    }
    assert perform(policy, **at, min_length=24)["changed"] is False
    assert writes(tenant) == []
    changed = perform(policy, **at, min_upper=1, use_dictionary=False)
    assert changes(changed) == {
        "before": {"min_upper": None, "use_dictionary": True},
        "after": {"min_upper": 1, "use_dictionary": False},
    }
    assert changed["policy"]["min_length"] == 24
    assert writes(tenant) == ["set_policy"]
    # Options that were left out are unchanged.
    assert perform(policy, **at, min_length=24, description="Long.")["changed"] is False
    gone = perform(policy, **at, state="absent")
    assert (gone["changed"], gone["policy"], changes(gone)["after"]) == (True, None, {})
    assert perform(policy, **at, state="absent")["changed"] is False


def test_each_field_of_a_policy_is_set_and_turned_off(perform):
    on = {**dict.fromkeys(NUMBERS, 7), **dict.fromkeys(FLAGS, True), "description": "For tests."}
    assert perform(policy, name="P", **on)["policy"] == {"name": "P", **on}
    assert perform(policy, name="P", **on)["changed"] is False
    off = {**dict.fromkeys(NUMBERS, 0), **dict.fromkeys(FLAGS, False)}
    result = perform(policy, name="P", **off)
    assert result["policy"] == {"name": "P", **on, **off, **dict.fromkeys(NUMBERS)}
    assert perform(policy, name="P", **off)["changed"] is False


@pytest.mark.parametrize("name", ["default", "DEFAULT", "Default ", "De fault"])
def test_a_name_similar_to_an_existing_policy_needs_force(perform, tenant, name):
    with pytest.raises(InputError) as refusal:
        perform(policy, name=name, min_length=9)
    assert refusal.value.message == f"the tenant has no password policy named {name!r}, but one named 'Default'."
    assert "Use that name, or set force to true" in refusal.value.hint
    assert writes(tenant) == []
    assert perform(policy, name=name, min_length=9, force=True)["changed"]
    assert not perform(policy, name=name, min_length=9)["changed"]


def test_similar_names_are_distinct_if_both_are_given(perform):
    policies = [{"name": "Default", "min_length": 9}, {"name": "default"}]
    assert len(perform(settings, policies=policies)["changes"]) == 2
    twin = {"name": "directory and payroll", "sources": [HR, ISC], "policy": "Default"}
    with pytest.raises(InputError, match="no password sync group named 'directory and payroll', but one named 'Dir"):
        perform(sync_group, **twin)
    assert perform(sync_group, **twin, force=True)["changed"]


def test_null_fields_are_off_and_not_sent_back(tenant, fake_time):
    fields = dict.fromkeys((*(each.name for each in NUMBERS.values()), *FLAGS.values(), "sourceIds", "defaultPolicy"))
    body = [{**fields, "description": None, "id": hexadecimal("policy:2"), "name": "Directory"}]
    tenant.fault("policies", "status", status=200, body=body)
    assert not run(policy, tenant, fake_time, client=PAT, name="Directory", min_length=0)["changed"]
    tenant.fault("policies", "status", status=200, body=body)
    result = run(policy, tenant, fake_time, client=PAT, name="Directory", min_length=9)
    assert changes(result) == {"before": {"min_length": None}, "after": {"min_length": 9}}
    (sent,) = tenant.requests("set_policy")
    assert sorted(sent["body_keys"]) == ["description", "id", "minLength", "name"]


@pytest.mark.parametrize("operation", ["set_policy", "delete_policy", "set_sync_group", "delete_sync_group"])
def test_an_object_deleted_meanwhile_is_explained(tenant, fake_time, operation):
    prepare(tenant, operation)
    module, given = WRITES[operation]
    tenant.fault(operation, "status", status=404)
    with pytest.raises(ApiError) as failure:
        run(module, tenant, fake_time, client=PAT, **given)
    assert failure.value.hint.startswith("Somebody may have deleted it meanwhile. Run this again")


def test_a_used_policy_is_not_deleted(perform, tenant):
    with pytest.raises(InputError) as refusal:
        perform(policy, name="Directory", state="absent")
    assert refusal.value.message == (
        "the password policy 'Directory' is used by the sync group 'Directory and payroll', the source "
        "'Active Directory' and the source 'Payroll Database'."
    )
    assert writes(tenant) == []
    with pytest.raises(InputError, match="is the default one"):
        perform(policy, name="Default", state="absent", force=True)


def test_a_used_policy_is_deleted_by_force_if_isc_allows_it(tenant, fake_time):
    forced = {"name": "Directory", "state": "absent", "force": True, "client": PAT}
    with pytest.raises(ApiError, match="is used by") as refusal:
        run(policy, tenant, fake_time, **forced)
    assert "stop using the policy first" in refusal.value.hint
    tenant.settings(used_policies_can_go=True)
    assert run(policy, tenant, fake_time, **forced)["changed"]


def test_policies_are_assigned_with_selectors(perform, tenant):
    to_it = [{"name": "country", "value": "Canada"}, {"name": "city", "value": "Austin"}]
    wanted = [{"name": "Directory", "selectors": to_it}, {"name": "Default"}]
    result = perform(source_policy, source_name=HR, policies=wanted)
    assert result["source"] == {
        "source_name": HR,
        "enable_password_feature": True,
        "policies": [
            {"name": "Default", "selectors": []},
            {"name": "Directory", "selectors": sorted(to_it, key=lambda each: each["name"])},
        ],
    }
    assert writes(tenant) == ["set_source_policies"]
    # The order does not matter.
    wanted = [{"name": "Default", "selectors": []}, {"name": "Directory", "selectors": to_it[::-1]}]
    assert perform(source_policy, source_name=HR, policies=wanted)["changed"] is False
    assert perform(source_policy, source_name=HR, policies=wanted[:1])["changed"]
    assert perform(source_policy, source_name=HR, policies=[])["source"]["policies"] == []


def test_a_source_is_found_by_its_id(perform, tenant):
    source_id = next(each["id"] for each in tenant.world()["sources"] if each["name"] == HR)
    result = perform(source_policy, source_id=source_id, policies=[{"name": "Default"}])
    assert result["source"]["source_name"] == HR
    with pytest.raises(InputError, match="no source with the id 'x'"):
        perform(source_policy, source_id="x", policies=[])


def test_the_feature_is_added_only_on_request(perform, tenant):
    wanted = {"source_name": UNMANAGED, "policies": [{"name": "Default"}]}
    with pytest.raises(InputError, match="lacks the feature PASSWORD") as refusal:
        perform(source_policy, **wanted)
    assert "enable_password_feature" in refusal.value.hint
    assert writes(tenant) == []
    result = perform(source_policy, **wanted, enable_password_feature=True)
    assert changes(result)["before"]["enable_password_feature"] is False
    assert writes(tenant) == ["source_patch", "set_source_policies"]
    assert not perform(source_policy, **wanted)["changed"]
    assert not perform(source_policy, source_name=HR, enable_password_feature=True)["changed"]


def test_a_sync_group_is_created_changed_and_deleted(perform, tenant):
    at = {"name": "Others"}
    created = perform(sync_group, **at, sources=[ISC, HR], policy="Default")
    assert created["sync_group"] == {**at, "sources": [HR, ISC], "policy": "Default"}
    assert writes(tenant) == ["create_sync_group"]
    assert not perform(sync_group, **at, sources=[HR, ISC])["changed"]
    changed = perform(sync_group, **at, policy="Directory")
    assert changes(changed) == {"before": {"policy": "Default"}, "after": {"policy": "Directory"}}
    assert changed["sync_group"]["sources"] == [HR, ISC]
    assert writes(tenant) == ["set_sync_group"]
    with pytest.raises(
        InputError, match="separates the passwords of its sources at once: 'HR Database' and 'IdentityNow'"
    ):
        perform(sync_group, **at, state="absent")
    assert perform(sync_group, **at, state="absent", force=True)["sync_group"] is None
    assert not perform(sync_group, **at, state="absent")["changed"]


@pytest.mark.parametrize(
    ("module", "given", "message"),
    [
        (org_config, {}, "nothing is given that could be changed."),
        (org_config, {"digit_token_length": 5}, "digit_token_length is 5."),
        (org_config, {"digit_token_duration_minutes": 61}, "digit_token_duration_minutes is 61."),
        (policy, {"name": " "}, "name is empty."),
        (policy, {"name": "a\nb"}, "name has control characters."),
        (policy, {"name": "P", "min_length": -1}, "min_length is -1."),
        (policy, {"name": "P", "description": "a\nb"}, "description has control characters."),
        (policy, {"name": "Directory", "max_length": 7}, "the password policy 'Directory' would have the min_length 8"),
        (policy, {"name": "P", "state": "absent", "min_length": 9}, "state is absent, and min_length is given."),
        (source_policy, {"policies": []}, "source_name is missing."),
        (source_policy, {"source_name": HR, "source_id": "1"}, "source_name and source_id are both given."),
        (source_policy, {"source_name": HR}, "nothing is given that could be changed."),
        (source_policy, {"source_name": HR, "policies": [{"name": "Default"}] * 2}, "policies names 'Default' twice"),
        (
            source_policy,
            {"source_name": HR, "policies": [{"name": "Default", "selectors": [{"name": "a", "value": "b"}] * 2}]},
            "selectors of 'Default' names 'a' twice with the same value.",
        ),
        (settings, {"policies": [{"name": "P", 1: 2}]}, "policies[0]: there is no option 1."),
        (settings, {"policies": [{"name": "P", "min_length": True}]}, "policies[0]: min_length is True."),
        (sync_group, {"name": "G", "sources": [HR, HR]}, "sources names a source twice."),
        (sync_group, {"name": "G", "state": "absent", "policy": "x"}, "state is absent, and policy is given."),
        (settings, {}, "No settings are given."),
        (settings, {"policies": [{"name": "P"}] * 2}, "policies[1]: the password policy 'P' is given twice."),
        (
            settings,
            {**WITHOUT_P, "sources": [{"source_name": HR, "policies": [{"name": "P"}]}]},
            "sources[0]: the password policy 'P' is assigned here, and is to be absent as well.",
        ),
        (
            settings,
            {**WITHOUT_P, "sync_groups": [{"name": "G", "policy": "P"}]},
            "sync_groups[0]: the password policy 'P' is assigned here, and is to be absent as well.",
        ),
        (settings, {"policies": [{"name": "P"}, {"nam": "P"}]}, "policies[1]: missing required arguments: name."),
        (settings, {"sync_groups": [{"name": "P", "nam": 1}]}, "sync_groups[0]: there is no option nam."),
        (settings, {"org_config": {"digit_token_length": 1}}, "org_config: digit_token_length is 1."),
    ],
)
def test_contradictory_options_are_refused_before_anything_is_changed(perform, tenant, module, given, message):
    with pytest.raises(InputError) as refusal:
        perform(module, **given)
    assert refusal.value.message.startswith(message)
    assert writes(tenant) == []


@pytest.mark.parametrize(
    ("module", "given", "message", "hint"),
    [
        (source_policy, {"source_name": "hr database", "policies": []}, "no source named 'hr database'", ""),
        (
            source_policy,
            {"source_name": HR, "policies": [{"name": "default"}]},
            "no password policy named 'default'",
            "There is one named 'Default'.",
        ),
        (sync_group, {"name": "G"}, "policy is missing, and there is no password sync group 'G' yet.", ""),
        (sync_group, {"name": "G", "policy": "Default"}, "sources is missing", "Give sources."),
        (
            sync_group,
            {"name": "G", "policy": "Default", "sources": [HR]},
            "would have 1 source",
            "two|2 sources or more",
        ),
        (
            sync_group,
            {"name": "G", "policy": "Default", "sources": [HR, AD]},
            "'Active Directory' is in the password sync group 'Directory and payroll'",
            "Take it out",
        ),
        (
            sync_group,
            {"name": "G", "policy": "Default", "sources": [HR, UNMANAGED]},
            "'Unmanaged Source' lacks the feature PASSWORD",
            "isc_source_password_policy",
        ),
        (sync_group, {"name": "G", "policy": "x", "sources": [HR, ISC]}, "no password policy named 'x'", ""),
        (sync_group, {"name": "G", "policy": "Default", "sources": [HR, "x"]}, "no source named 'x'", ""),
    ],
)
def test_wishes_that_the_tenant_cannot_fulfill_are_explained(perform, tenant, module, given, message, hint):
    with pytest.raises(InputError, match=message) as refusal:
        perform(module, **given)
    assert any(each in refusal.value.hint for each in hint.split("|"))
    assert writes(tenant) == []


@pytest.mark.parametrize("operation", [each for each in WRITES if described("v1", each).clients == ["userAuth"]])
def test_operations_for_users_only_are_explained_to_an_api_client(perform, tenant, operation):
    prepare(tenant, operation)
    module, given = WRITES[operation]
    with pytest.raises(IscError, match="^ISC would refuse to") as refusal:
        perform(module, client="api-client", **given)
    assert "ISC documents that only a user may do this. Use a personal access token" in refusal.value.hint
    assert writes(tenant) == []


def test_an_api_client_may_run_the_modules_if_nothing_changes(perform):
    assert not perform(policy, client="api-client", name="Default", min_length=5)["changed"]
    assert not perform(sync_group, client="api-client", **GROUP)["changed"]


def test_an_api_client_may_assign_a_first_policy(perform):
    first = {"source_name": HR, "policies": [{"name": "Default"}]}
    assert perform(source_policy, client="api-client", **first)["changed"]
    with pytest.raises(ApiError, match="list the password policies of a source") as refusal:
        perform(source_policy, client="api-client", **first)
    assert "only a user may do this" in refusal.value.hint


@pytest.mark.parametrize("api_version", ["v2024", "v3", "beta"])
def test_a_version_without_policies_of_sources_is_refused(perform, tenant, api_version):
    given = {"source_name": AD, "policies": [{"name": "Default"}], "api_version": api_version}
    with pytest.raises(InputError, match=f"api_version {api_version} has no operation to list the password policies"):
        perform(source_policy, **given)
    assert writes(tenant) == []


def exported(tenant: Any, fake_time: Any, **given: Any) -> dict[str, Any]:
    result = run(settings_info, tenant, fake_time, client=PAT, **given)
    return {name: result[name] for name in SETTINGS}


def test_an_export_is_idempotent_and_restores_an_empty_tenant(perform, tenant, fake_time):
    to_it = [{"name": "country", "value": "Canada"}]
    held = [{"name": "Directory", "selectors": to_it}, {"name": "Default"}]
    perform(source_policy, source_name=HR, policies=held)
    perform(settings, sources=[{"source_name": UNMANAGED, "enable_password_feature": True}])
    perform(policy, name="Service accounts", description="Long.", min_length=24, password_expiration=0)
    of_all = {**dict.fromkeys(NUMBERS, 7), **dict.fromkeys(FLAGS, True), "description": "Of all."}
    perform(policy, name="All", **of_all)
    whole = exported(tenant, fake_time)
    assert [each["name"] for each in whole["policies"]] == ["All", "Default", "Directory", "Service accounts"]
    assert whole["policies"][0] == {"name": "All", **of_all}
    assert whole["sync_groups"] == [GROUP]
    assert perform(settings, **whole) == {"changed": False, "changes": [], "diff": []}
    assert writes(tenant) == []
    tenant.clear_password_settings()
    assert exported(tenant, fake_time) != whole
    result = perform(settings, **whole)
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
    (policy, {"name": "Directory", "min_length": 2}),
    (policy, {"name": "Directory", "use_dictionary": True}),
    (policy, {"name": "Directory", "description": "Another."}),
    (policy, {"name": "Default", "description": "New."}),
    (source_policy, {"source_name": AD, "policies": []}),
    (source_policy, {"source_name": HR, "policies": [{"name": "Default"}]}),
    (
        source_policy,
        {"source_name": AD, "policies": [{"name": "Directory", "selectors": [{"name": "a", "value": "b"}]}]},
    ),
    (sync_group, {"name": GROUP["name"], "policy": "Default"}),
    (sync_group, {"name": GROUP["name"], "sources": [AD, HR]}),
    (sync_group, {"name": GROUP["name"], "state": "absent", "force": True}),
    (org_config, {"digit_token_length": 7}),
]


@pytest.mark.parametrize(("module", "by_hand"), BY_HAND, ids=lambda each: str(each) if isinstance(each, dict) else "")
def test_each_manual_change_is_found_shown_and_reverted(perform, tenant, fake_time, module, by_hand):
    whole = exported(tenant, fake_time)
    done = perform(module, **by_hand)
    assert done["changed"]
    result = perform(settings, **whole)
    (shown,) = result["diff"]
    assert (shown["before"], shown["after"]) == (done["diff"]["after"], done["diff"]["before"])
    assert exported(tenant, fake_time) == whole


def test_dependent_wishes_are_predicted_and_fulfilled(perform, tenant):
    tenant.clear_password_settings()
    result = perform(
        settings,
        sync_groups=[{"name": "G", "policy": "New", "sources": [HR, UNMANAGED]}],
        sources=[{"source_name": UNMANAGED, "policies": [{"name": "New"}], "enable_password_feature": True}],
        policies=[{"name": "New", "min_length": 12}],
    )
    assert [each["name"] for each in result["changes"]] == ["New", UNMANAGED, "G"]


def test_a_source_moves_from_one_group_to_another(perform):
    perform(sync_group, name="Others", policy="Default", sources=[HR, ISC])
    perform(source_policy, source_name=UNMANAGED, enable_password_feature=True)
    groups = [{"name": "Others", "sources": [ISC, HR, PAYROLL]}, {"name": GROUP["name"], "sources": [AD, UNMANAGED]}]
    result = perform(settings, sync_groups=groups)
    assert [each["name"] for each in result["changes"]] == [GROUP["name"], "Others"]


def test_a_replaced_policy_is_deleted_last(perform):
    result = perform(
        settings,
        policies=[{"name": "Directory", "state": "absent"}, {"name": "New"}],
        sources=[{"source_name": each, "policies": [{"name": "New"}]} for each in (AD, PAYROLL)],
        sync_groups=[{"name": GROUP["name"], "policy": "New"}],
    )
    assert [each["change"] for each in result["changes"]] == ["created", "changed", "changed", "changed", "deleted"]


def test_a_mistake_in_the_last_wish_changes_nothing(perform, tenant):
    with pytest.raises(InputError, match=r"^sync_groups\[0\]: the tenant has no source named 'x'"):
        perform(
            settings, policies=[{"name": "New"}], sync_groups=[{"name": "G", "policy": "New", "sources": [HR, "x"]}]
        )
    assert writes(tenant) == []


def test_a_failure_midway_reports_what_was_changed(tenant, fake_time):
    tenant.fault("create_sync_group", "status", status=400)
    given = {"policies": [{"name": "New"}], "sync_groups": [{"name": "G", "policy": "New", "sources": [HR, ISC]}]}
    with pytest.raises(ApiError) as failure:
        run(settings, tenant, fake_time, client=PAT, **given)
    assert failure.value.details["changed"] is True
    assert "Before that, the password policy 'New' had been changed. Run this again" in failure.value.hint
    again = run(settings, tenant, fake_time, client=PAT, **given)
    assert [each["name"] for each in again["changes"]] == ["G"]


def test_a_failure_between_two_changes_of_a_source_reports_the_first(tenant, fake_time):
    tenant.fault("set_source_policies", "status", status=400)
    given = {"source_name": UNMANAGED, "enable_password_feature": True, "policies": [{"name": "Default"}]}
    with pytest.raises(ApiError) as failure:
        run(source_policy, tenant, fake_time, client=PAT, **given)
    assert failure.value.details["changed"] is True
    assert f"the feature PASSWORD had been added to the source '{UNMANAGED}'. Run this again" in failure.value.hint
    again = run(source_policy, tenant, fake_time, client=PAT, **given)
    assert changes(again)["after"].keys() == {"policies"}


def test_null_in_a_list_turns_a_rule_off(perform):
    result = perform(settings, policies=[{"name": "Directory", "min_upper": None, "description": None}])
    (shown,) = result["diff"]
    assert shown["after"] == {"description": None, "min_upper": None}


def test_two_objects_of_the_same_name_are_refused(perform, tenant, fake_time):
    tenant.control("POST", "policies", {"name": "Twin"})
    tenant.control("POST", "policies", {"name": "Twin"})
    with pytest.raises(InputError, match="several objects of the kind password policy named 'Twin'"):
        perform(policy, name="Twin", min_length=5)
    with pytest.raises(InputError, match="several objects of the kind password policy named 'Twin'"):
        perform(source_policy, source_name=HR, policies=[{"name": "Twin"}])
    with pytest.raises(IscError, match="several objects of the kind password policy named 'Twin'"):
        exported(tenant, fake_time)


def test_a_group_decides_what_a_password_reaches(perform, tenant, fake_time):
    perform(sync_group, name=GROUP["name"], state="absent", force=True)
    run(password, tenant, fake_time, **{**BY_NAME, "user_name": "svc-payroll"}, wait_timeout=600000)
    reached = [
        tenant.password(each["source"], each["account_id"])
        for user in tenant.world()["users"]
        for each in user["accounts"]
        if user["user_name"] == "svc-payroll"
    ]
    assert [each is not None for each in reached] == [True, False]
