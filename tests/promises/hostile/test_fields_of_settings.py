# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each hostile text in each field of a tenant's settings gives a good result or a one-line error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from ansible_collections.community.sailpoint.plugins.modules import (
    isc_password_org_config,
    isc_password_policy,
    isc_password_settings,
    isc_password_settings_info,
    isc_password_sync_group,
    isc_source_password_policy,
)
from simulator.tenant import Tenant
from support.hostile_texts import FEWER
from support.modules import FakeTime
from support.victim import Victim, victim_of

POLICY_ID, SOURCE_ID = "2c91808e7d976f3b017d9f5ceae440c8", "2c918082814e693601816e09471b29b6"
HR = {"source_name": "HR Database"}


@pytest.fixture
def victim(tenant: Tenant, fake_time: FakeTime) -> Iterator[Victim]:
    """Return a client with all permissions."""
    tenant.settings(pat_may_query=True)
    with ExitStack() as stack:
        yield stack.enter_context(victim_of(tenant, fake_time, client="pat-abby", retries=0))


@pytest.fixture(params=FEWER)
def text(request: pytest.FixtureRequest) -> str:
    return FEWER[request.param]


def policies(text: str) -> list[list[dict[str, Any]]]:
    """Return replacements for the list of policies."""
    whole = {"id": POLICY_ID, "name": "P"}
    return [
        [{**whole, "id": text}],
        [{**whole, "name": text}],
        [{**whole, "description": text, text: text}],
        [{**whole, "minLength": text}],
        [{**whole, "minLength": 10**300}, {**whole, "minLength": -(10**9)}],
        [{**whole, "useDictionary": text, "sourceIds": text}],
        [whole, {**whole, "name": text}, {**whole, "id": f"{text}!"}],
    ]


def sources(text: str) -> list[list[dict[str, Any]]]:
    """Return replacements for the list of sources."""
    whole = {"id": SOURCE_ID, "name": "S", "features": ["PASSWORD"], "passwordPolicies": [{"id": POLICY_ID}]}
    return [
        [{**whole, "id": text}],
        [{**whole, "name": text}],
        [{**whole, "features": text}],
        [{**whole, "features": [text]}],
        [{**whole, "passwordPolicies": text}],
        [{**whole, "passwordPolicies": [{"id": text, "name": text}]}],
    ]


def groups(text: str) -> list[list[dict[str, Any]]]:
    """Return replacements for the list of sync groups."""
    whole = {"id": "g", "name": "G", "passwordPolicyId": POLICY_ID, "sourceIds": [SOURCE_ID]}
    return [
        [{**whole, "id": text}],
        [{**whole, "name": text}],
        [{**whole, "passwordPolicyId": text}],
        [{**whole, "sourceIds": [text]}],
        [{**whole, "sourceIds": text}],
    ]


def holders(text: str) -> list[list[dict[str, Any]]]:
    """Return replacements for the policies of a source."""
    return [
        [{"policyId": text}],
        [{"policyId": POLICY_ID, "policyName": text, "selectors": text}],
        [{"policyId": POLICY_ID, "selectors": {"identityAttr": text}}],
        [{"policyId": POLICY_ID, "selectors": {"identityAttr": [{"name": text, "value": text}]}}],
    ]


LISTS = {"policies": policies, "sources": sources, "sync_groups": groups, "source_policies": holders}
GOOD = {
    "policies": [{"id": POLICY_ID, "name": "P"}],
    "sources": sources("x")[3],
    "sync_groups": [],
    "source_policies": [],
}


@pytest.mark.parametrize("operation", LISTS)
def test_hostile_lists(victim: Victim, text: str, operation: str) -> None:
    found = []
    for body in LISTS[operation](text):
        good = {**GOOD, "sources": sources(text)[0]} if operation == "source_policies" else GOOD
        for name, response in {**good, operation: body}.items():
            if name in ("policies", operation) or (name == "sources" and operation == "source_policies"):
                with_id = [{**each, "id": SOURCE_ID} for each in response] if response is good["sources"] else response
                victim.tenant.fault(name, "status", status=200, body=with_id)
        result = victim.run(isc_password_settings_info)
        found += [(body, flaw) for flaw in victim.flaws(result)]
        if not result.get("failed"):
            given = {name: result[name] for name in ("policies", "sources", "sync_groups")}
            found += [(body, flaw) for flaw in victim.flaws(victim.run(isc_password_settings, True, **given))]
        victim.tenant.clear_faults()
    assert found == []


def test_a_hostile_org_config(victim: Victim, text: str) -> None:
    found = []
    for fields in ({"digitTokenEnabled": text}, {"digitTokenLength": text}, {text: text}):
        victim.tenant.fault("org_config", "fields", fields=fields)
        result = victim.run(isc_password_org_config, digit_token_enabled=True)
        found += [(fields, flaw) for flaw in victim.flaws(result)]
    assert found == []


def test_hostile_responses_to_changes(victim: Victim, text: str) -> None:
    runs = {
        "create_policy": (isc_password_policy, {"name": "New"}),
        "set_source_policies": (isc_source_password_policy, {**HR, "policies": [{"name": "Default"}]}),
        "create_sync_group": (
            isc_password_sync_group,
            {"name": "G", "policy": "Default", "sources": ["HR Database", "IdentityNow"]},
        ),
    }
    found = []
    for operation, (module, given) in runs.items():
        for fields in ({"id": text}, {"name": text, text: text}):
            victim.tenant.fault(operation, "fields", fields=fields)
            found += [(operation, fields, flaw) for flaw in victim.flaws(victim.run(module, **given))]
        victim.tenant.fault(operation, "status", status=400, body={"messages": [{"text": text}], "trackingId": text})
        found += [(operation, flaw) for flaw in victim.flaws(victim.run(module, **given))]
        victim.tenant.clear_faults()
    assert found == []


def test_hostile_options(victim: Victim, text: str) -> None:
    selector = {"name": text, "value": text}
    runs: list[tuple[Any, dict[str, Any]]] = [
        (isc_password_policy, {"name": text, "description": text}),
        (isc_password_policy, {"name": text, "state": "absent"}),
        (isc_source_password_policy, {"source_name": text, "policies": [{"name": text}]}),
        (isc_source_password_policy, {"source_id": text, "policies": []}),
        (isc_source_password_policy, {**HR, "policies": [{"name": text}]}),
        (isc_source_password_policy, {**HR, "policies": [{"name": "Default", "selectors": [selector]}]}),
        (isc_password_sync_group, {"name": text, "policy": text, "sources": [text, f"{text}!"]}),
        (isc_password_settings, {"policies": [{text: text, "name": text}]}),
        (isc_password_settings, {"sync_groups": [{"name": text, "state": text}]}),
    ]
    found = []
    for module, given in runs:
        found += [(given, flaw) for flaw in victim.flaws(victim.run(module, **given))]
    assert found == []


def test_a_secret_that_the_tenant_repeats_is_not_shown(victim: Victim) -> None:
    secret = victim.tenant.clients["pat-abby"]["client_secret"]
    for body in (*policies(secret), *policies(f"a {secret} b")):
        victim.tenant.fault("policies", "status", status=200, body=body)
        assert secret not in str(victim.run_with_login(isc_password_settings_info, client="pat-abby", retries=0))
