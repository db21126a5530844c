# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans converge: applying a configuration changes the tenant at most once, and check mode predicts it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError, IscError
from ansible_collections.community.sailpoint.plugins.module_utils._settings.plan import (
    ORG_CONFIG,
    POLICY,
    SOURCE,
    SYNC_GROUP,
    DesiredState,
    Settings,
    Step,
    listed_briefly,
    plan,
    sorted_policies,
)
from ansible_collections.community.sailpoint.plugins.module_utils._settings.tenant import DEFAULTS
from ansible_collections.community.sailpoint.plugins.modules import isc_password_settings, isc_password_settings_info
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.modules import AD, run

SOURCES = (AD, "HR Database", "Payroll Database", "IdentityNow", "Unmanaged Source")
POLICIES = ("Default", "P", "Q", "R")
GROUPS = ("G", "H")

selectors = st.lists(st.fixed_dictionaries({"name": st.sampled_from("ab"), "value": st.sampled_from("xy")}), max_size=2)
assigned = st.lists(
    st.fixed_dictionaries({"name": st.sampled_from(POLICIES)}, optional={"selectors": selectors}),
    max_size=3,
    unique_by=lambda each: each["name"],
)
absent = {"state": st.just("absent"), "force": st.booleans()}
policies = st.one_of(
    st.fixed_dictionaries(
        {"name": st.sampled_from(POLICIES)},
        optional={
            "min_length": st.one_of(st.none(), st.integers(0, 9)),
            "max_length": st.sampled_from((None, 0, 8)),
            "max_repeated_chars": st.one_of(st.none(), st.integers(0, 3)),
            "use_dictionary": st.booleans(),
            "description": st.sampled_from((None, "One.", "Two.")),
        },
    ),
    st.fixed_dictionaries({"name": st.sampled_from(POLICIES), **absent}),
)
sources = st.fixed_dictionaries(
    {"source_name": st.sampled_from(SOURCES), "policies": assigned}, optional={"enable_password_feature": st.booleans()}
)
groups = st.one_of(
    st.fixed_dictionaries(
        {"name": st.sampled_from(GROUPS)},
        optional={
            "policy": st.sampled_from(POLICIES),
            "sources": st.lists(st.sampled_from(SOURCES), min_size=1, max_size=3, unique=True),
        },
    ),
    st.fixed_dictionaries({"name": st.sampled_from(GROUPS), **absent}),
)
org_configs = st.fixed_dictionaries(
    {"digit_token_enabled": st.booleans()}, optional={"digit_token_length": st.integers(6, 18)}
)
configurations = st.fixed_dictionaries(
    {"policies": st.lists(policies, min_size=1, max_size=4, unique_by=lambda each: each["name"])},
    optional={
        "org_config": org_configs,
        "sources": st.lists(sources, max_size=3, unique_by=lambda each: each["source_name"]),
        "sync_groups": st.lists(groups, max_size=2, unique_by=lambda each: each["name"]),
    },
)


def applied(tenant: Any, fake_time: Any, configuration: dict[str, Any], check_mode: bool = False) -> Any:
    """Apply a configuration and return its changes or its error."""
    try:
        return run(isc_password_settings, tenant, fake_time, check_mode, "pat-abby", **configuration)["diff"]
    except InputError as error:
        return error.as_result()


def held(tenant: Any, fake_time: Any) -> dict[str, Any]:
    """Return the settings of the tenant."""
    return run(isc_password_settings_info, tenant, fake_time, client="pat-abby")


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=configurations, other=configurations)
def test_any_two_configurations_converge_and_are_predicted(tenant, fake_time, one, other):
    tenant.reset()
    tenant.settings(used_policies_can_go=True)
    for configuration in (one, other):
        before = held(tenant, fake_time)
        predicted = applied(tenant, fake_time, configuration, check_mode=True)
        assert held(tenant, fake_time) == before
        try:
            done = applied(tenant, fake_time, configuration)
        except IscError:
            # Whether ISC allows a forced deletion cannot be predicted.
            assert any(each.get("force") for each in configuration["policies"])
            return
        assert done == predicted
        after = held(tenant, fake_time)
        if isinstance(done, dict):
            assert after == before
            return
        assert bool(done) is (after != before)
        assert applied(tenant, fake_time, configuration, check_mode=True) == []
        assert applied(tenant, fake_time, configuration) == []


names = st.text(min_size=1, max_size=5)
values = st.dictionaries(st.sampled_from(("a", "b", "c")), st.one_of(st.none(), st.integers(), st.text(max_size=3)))


@given(
    present=st.dictionaries(names, values, max_size=4),
    wanted=st.dictionaries(names, st.one_of(st.none(), values), max_size=4),
)
def test_a_plan_converges(present, wanted):
    def step_through(policies: dict[str, Any]) -> list[Step]:
        desired = [DesiredState(POLICY, name, each, force=True) for name, each in wanted.items()]
        return plan(Settings(None, policies, {}, {}), desired, {**DEFAULTS, POLICY: bounds})

    bounds = {"min_length": None, "max_length": None}
    before = {name: {**bounds, **each} for name, each in present.items()}
    steps = step_through(before)
    after = {**before, **{step.desired.name: step.after for step in steps}}
    after = {name: each for name, each in after.items() if each is not None}
    assert [step for step in step_through(after) if step.changed] == []
    for step in steps:
        assert step.changed is (step.before != step.after)
        # The difference is complete and minimal.
        assert step.after is None or {**(step.before or {}), **step.changed_values} == step.after
        assert all((step.before or {}).get(name, step) != each for name, each in step.changed_values.items())


@given(st.lists(st.fixed_dictionaries({"name": names, "selectors": selectors}), max_size=4), st.randoms())
def test_the_order_of_policies_does_not_matter(given_policies, random):
    shuffled = [
        {**each, "selectors": random.sample(each["selectors"], len(each["selectors"]))} for each in given_policies
    ]
    random.shuffle(shuffled)
    assert sorted_policies(shuffled) == sorted_policies(given_policies)


def test_planning_does_not_change_its_arguments():
    source = {"enable_password_feature": True, "policies": [{"name": "P", "selectors": []}]}
    present = Settings(None, {"P": {"min_length": 1, "max_length": None}}, {"S": source}, {})
    desired = [
        DesiredState(POLICY, "P", None, force=True),
        DesiredState(SOURCE, "S", {"policies": []}),
        DesiredState(ORG_CONFIG, "", {"a": 1}),
    ]
    plan(present, desired, DEFAULTS)
    assert present.policies.keys() == {"P"} and present.sources["S"]["policies"]


def test_two_groups_that_swap_sources_are_refused():
    held_by = {"policy": "P", "sources": ["S", "T"]}
    source = {"enable_password_feature": True, "policies": []}
    policy = {"P": {"min_length": None, "max_length": None}}
    present = Settings(
        None, policy, dict.fromkeys("STUV", source), {"G": held_by, "H": {**held_by, "sources": ["U", "V"]}}
    )
    swapped = [
        DesiredState(SYNC_GROUP, "G", {"sources": ["U", "V"]}),
        DesiredState(SYNC_GROUP, "H", {"sources": ["S", "T"]}),
    ]
    with pytest.raises(InputError, match="the source 'U' is in the password sync group 'H'"):
        plan(present, swapped, DEFAULTS)


@pytest.mark.parametrize(
    ("texts", "shown"),
    [("a", "a"), ("ab", "a and b"), ("abc", "a, b and c"), ("0123456789ab", "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more")],
)
def test_an_enumeration(texts, shown):
    assert listed_briefly([*texts]) == shown
