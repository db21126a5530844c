# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests about passwords and their settings, checked against SailPoint's official description of all API versions."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_org_config import FIELDS as ORG_FIELDS
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_policies import FLAGS, NUMBERS
from ansible_collections.community.sailpoint.plugins.module_utils._settings.options import (
    ORG_CONFIG_SPEC,
    POLICY_SPEC,
    STATE,
)
from ansible_collections.community.sailpoint.plugins.modules import (
    isc_digit_token,
    isc_password,
    isc_password_settings,
    isc_password_settings_info,
)
from support.contract import VERSIONS, check_sent, described, names, operation_of
from support.local_servers import Proxy
from support.modules import BY_NAME, run
from support.settings_tasks import WRITES

WISHES: tuple[dict[str, Any], ...] = (
    {
        "org_config": {"digit_token_length": 9},
        "policies": [{"name": "Default", "min_length": 9}, {"name": "P", "description": "One.", "max_length": 40}],
        "sources": [{"source_name": "Unmanaged Source", "enable_password_feature": True}],
        "sync_groups": [{"name": "G", "policy": "P", "sources": ["HR Database", "IdentityNow"]}],
    },
    {"sync_groups": [{"name": "G", "policy": "Default"}]},
    {"sync_groups": [{"name": "G", "state": "absent", "force": True}], "policies": [{"name": "P", "state": "absent"}]},
)
WRITTEN = WRITES.keys() - {"create_org_config", "set_source_policies"}
ASSIGNED = [[{"name": "Default"}], [{"name": "Default", "selectors": [{"name": "a", "value": "b"}]}]]
"""Password policies of a source, sent only where they can be read."""

SERVERS_OWN = {"id", "created", "modified"}
FIELDS = {
    **{number.name: "integer" for number in NUMBERS.values()},
    **dict.fromkeys(FLAGS.values(), "boolean"),
    "description": "string",
    "name": "string",
}


def kinds(schema: dict[str, Any], without: set[str]) -> dict[str, str]:
    """Return the type of each field of an object, ignoring null."""
    types = {name: of["type"] for name, of in schema["properties"].items() if name not in without}
    return {name: type_ if isinstance(type_, str) else type_[0] for name, type_ in types.items()}


@pytest.mark.parametrize("version", VERSIONS)
def test_each_published_field_is_an_option(version):
    # ISC decides which policy is the default, and sourceIds attach a policy to nothing.
    no_options = {"dateCreated", "lastUpdated", "defaultPolicy", "sourceIds", *SERVERS_OWN}
    for operation in ("create_policy", "set_policy"):
        assert kinds(body_of(version, operation), no_options) == FIELDS
    assert {"name", "description", *NUMBERS, *FLAGS} == set(POLICY_SPEC) - set(STATE)
    for operation in ("create_org_config", "set_org_config"):
        org_config = kinds(body_of(version, operation), set())
        assert org_config.keys() == set(ORG_FIELDS.values())
        types = {"bool": "boolean", "int": "integer"}
        for option, details in ORG_CONFIG_SPEC.items():
            assert org_config[ORG_FIELDS[option]] == types[details["type"]]
    for operation in ("create_sync_group", "set_sync_group"):
        assert kinds(body_of(version, operation), SERVERS_OWN).keys() == {"name", "passwordPolicyId", "sourceIds"}
    if "set_source_policies" in names(version):
        holder = body_of(version, "set_source_policies")["items"]
        assert kinds(holder, {"policyName"}).keys() == {"policyId", "selectors"}
        selector = holder["properties"]["selectors"]["properties"]["identityAttr"]["items"]
        assert kinds(selector, set()).keys() == {"name", "value"}


def body_of(version: str, operation: str) -> Any:
    """Return the schema of an operation's body."""
    (schema,) = described(version, operation).body.values()
    return schema


def sent(gateway: Proxy) -> list[dict[str, Any]]:
    """Return the requests as they went over the network, except logins."""
    return [entry for entry in gateway.requests if not entry["target"].endswith("/oauth/token")]


def check_request(version: str, entry: dict[str, Any], complete: bool) -> None:
    """Fail unless a request is as described.

    :param complete: the body has to hold every described field, required or not.
    """
    name = operation_of(version, entry)
    of = described(version, name)
    assert dict(parse_qsl(urlsplit(entry["target"]).query)).keys() <= {each["name"] for each in of.parameters}
    assert all(entry["headers"][header] == "true" for header in of.headers())
    if not of.body:
        assert entry["body"] == b""
        return
    (content_type,) = of.body
    assert entry["headers"]["Content-Type"] == content_type
    body = json.loads(entry["body"])
    if name == "set_source_policies":
        # A published example contains null, which the schema does not allow.
        body = [{field: value for field, value in each.items() if value is not None} for each in body]
    check_sent(version, name, content_type, body, complete=complete)


@pytest.mark.parametrize("version", VERSIONS)
def test_requests_about_passwords_are_as_described(tenant, fake_time, version):
    with Proxy(tenant.base_url) as gateway:
        given = {"base_url": gateway.url, "api_version": version}
        run(isc_password, tenant, fake_time, **given, **BY_NAME)
        if version != "v3":
            run(isc_digit_token, tenant, fake_time, **given, user_id="Abby.Smith")
    requests = sent(gateway)
    described_operations = names(version) & {"query", "set", "status", "digit_token"}
    assert {operation_of(version, entry) for entry in requests} == described_operations
    for entry in requests:
        check_request(version, entry, complete=True)


@pytest.mark.parametrize("version", VERSIONS)
def test_requests_about_settings_are_as_described(tenant, fake_time, version):
    can_be_read = "source_policies" in names(version)
    wishes = list(WISHES)
    if can_be_read:
        wishes += [{"sources": [{"source_name": "HR Database", "policies": each}]} for each in ASSIGNED]
    with Proxy(tenant.base_url) as gateway:
        given = {"base_url": gateway.url, "api_version": version, "client": "pat-abby"}
        for wish in wishes:
            assert run(isc_password_settings, tenant, fake_time, **given, **wish)["changed"]
        if can_be_read:
            run(isc_password_settings_info, tenant, fake_time, **given)
    requests = sent(gateway)
    read = {"policies", "sources", "sync_groups", "org_config"}
    used = {operation_of(version, entry) for entry in requests}
    assert used == WRITTEN | read | ({"source_policies", "set_source_policies"} if can_be_read else set())
    for entry in requests:
        check_request(version, entry, complete=False)
