# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Password policies, sync groups, the org config and sources: what the tenant accepts and refuses."""

from __future__ import annotations

import json

import pytest

LAYOUTS = ["v1", "v2026", "v2025", "v2024", "v3", "beta"]
EXPERIMENTAL = {"X-SailPoint-Experimental": "true"}
PAT = "pat-abby"


def place(name, version="v1", rest=""):
    return (f"/{name}/v1" if version == "v1" else f"/{version}/{name}") + rest


@pytest.fixture
def send(api):
    """Return a function that sends a request as the owner of a personal access token, with all headers."""

    def send_request(method, path, document=None, client=PAT, content_type="application/json", **headers):
        more = {**EXPERIMENTAL, **headers}
        body = None if document is None else json.dumps(document)
        if body is not None:
            more["Content-Type"] = content_type
        return api.send(method, path, body, api.headers(client, **more))

    return send_request


def source_id(tenant, name):
    return next(each["id"] for each in tenant.world()["sources"] if each["name"] == name)


def the_policy(send, name="Directory"):
    return next(each for each in send("GET", place("password-policies")).json if each["name"] == name)


@pytest.mark.parametrize("version", LAYOUTS)
def test_a_policy_is_created_replaced_and_deleted(api, send, version):
    created = send("POST", place("password-policies", version), {"name": "P", "minLength": 12})
    assert created.status == 200
    assert (created.json["minLength"], created.json["minUpper"], created.json["maxRepeatedChars"]) == (12, 0, -1)
    assert isinstance(created.json["dateCreated"], str if version in ("beta", "v3") else int)
    path = place("password-policies", version, f"/{created.json['id']}")
    # Missing fields get their defaults.
    replaced = send("PUT", path, {"name": "P", "minUpper": 1})
    assert (replaced.json["minLength"], replaced.json["minUpper"]) == (0, 1)
    listed = place("password-policies", version, "?limit=250&offset=0")
    assert replaced.json in send("GET", listed).json
    assert send("DELETE", path).status == 204
    assert created.json["id"] not in {each["id"] for each in send("GET", listed).json}
    assert send("DELETE", path).status == 404
    # Most versions need the header for experimental operations.
    assert api.get(place("password-policies", version)).status == (200 if version in ("v3", "beta") else 400)


@pytest.mark.parametrize("name", ["password-policies", "password-sync-groups"])
def test_an_api_client_may_not_write(send, name):
    assert send("POST", place(name), {"name": "P"}, client="api-client").status == 403


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"name": ""},
        {"name": "Default"},
        *({"name": "P", "minLength": value} for value in ("8", True, None)),
        *({"name": "P", field: 1} for field in ("unknown", "useDictionary", "dateCreated")),
        *({"name": "P", "id": "1"}, {"name": "P", "defaultPolicy": True}),
        {"name": "P", "minLength": 9, "maxLength": 8},
    ],
    ids=str,
)
def test_an_invalid_policy_is_refused(send, fields):
    assert send("POST", place("password-policies"), fields).status == 400


def test_the_sources_of_a_new_policy_are_ignored(send, tenant):
    hr = source_id(tenant, "HR Database")
    assert send("POST", place("password-policies"), {"name": "P", "sourceIds": [hr]}).json["sourceIds"] == []


@pytest.mark.parametrize(
    "change",
    [
        *({"sourceIds": []}, {"sourceIds": ["HR Database"]}),
        *(
            {"sourceIds": ["HR Database", other]}
            for other in ("HR Database", "Unmanaged Source", "Active Directory", "nothing")
        ),
        {"passwordPolicyId": "nothing"},
        {"name": "Directory and payroll"},
        {"created": "2026-01-05T08:00:00Z"},
    ],
    ids=str,
)
def test_an_invalid_sync_group_is_refused(send, tenant, change):
    ids = {each["name"]: each["id"] for each in tenant.world()["sources"]}
    fields = {"name": "G", "passwordPolicyId": the_policy(send)["id"], "sourceIds": ["HR Database", "IdentityNow"]}
    fields.update(change)
    fields["sourceIds"] = [ids.get(name, name) for name in fields["sourceIds"]]
    assert send("POST", place("password-sync-groups"), fields).status == 400


@pytest.mark.parametrize("version", LAYOUTS)
def test_the_org_config(send, tenant, version):
    path = place("password-org-config", version)
    assert send("PUT", path, {"digitTokenLength": 9}, client="api-client").json == {
        "customInstructionsEnabled": False,
        "digitTokenEnabled": True,
        "digitTokenDurationMinutes": 5,
        "digitTokenLength": 9,
    }
    assert send("POST", path, {}).status == 400
    tenant.clear_password_settings()
    assert [send("GET", path).status, send("PUT", path, {}).status] == [404, 404]
    assert send("POST", path, {"digitTokenEnabled": True}).json["digitTokenLength"] == 6
    assert tenant.settings()["digit_token_enabled"] is True


@pytest.mark.parametrize(
    "fields", [{"digitTokenLength": 5}, {"digitTokenDurationMinutes": 61}, {"digitTokenEnabled": "true"}, {"a": 1}]
)
def test_an_invalid_org_config_is_refused(send, fields):
    assert send("PUT", place("password-org-config"), fields).status == 400


def of_source(tenant, name, version="v1", rest="/password-policies"):
    return place("sources", version, f"/{source_id(tenant, name)}{rest}")


@pytest.mark.parametrize("version", LAYOUTS)
def test_the_policies_of_a_source(send, tenant, version):
    path = of_source(tenant, "HR Database", version)
    selectors = {"identityAttr": [{"name": "country", "value": "Canada"}]}
    holders = [{"policyId": the_policy(send)["id"], "selectors": selectors}]
    if version in ("v3", "beta"):
        assert send("PATCH", path, holders).status == 404
        return
    response = send("PATCH", path, holders, client="api-client")
    assert response.json == [{**holders[0], "policyName": "Directory"}]
    read = send("GET", path)
    if version == "v2024":
        assert read.status == 405
        return
    assert read.json == response.json
    assert send("GET", path, client="api-client").status == 403
    source = send("GET", of_source(tenant, "HR Database", version, "")).json
    reference = {"type": "PASSWORD_POLICY", "id": holders[0]["policyId"], "name": "Directory"}
    assert source["passwordPolicies"] == [reference]


def test_invalid_policies_of_a_source_are_refused(send, tenant):
    path, policy_id = of_source(tenant, "HR Database"), the_policy(send)["id"]
    wrong = [
        {"policyId": policy_id},
        [{"policyId": "nothing"}],
        [{"selectors": None}],
        [{"policyId": policy_id, "policyName": "Directory"}],
        [{"policyId": policy_id, "selectors": {"identityAttr": [{"name": "country"}]}}],
    ]
    assert [send("PATCH", path, each).status for each in wrong] == [400] * len(wrong)
    assert send("PATCH", path, [], content_type="application/json-patch+json").status == 415
    assert send("PATCH", of_source(tenant, "Unmanaged Source"), []).status == 400
    assert send("GET", of_source(tenant, "Unmanaged Source")).status == 400


def patch_type(send, path, document, content_type="application/json-patch+json"):
    return send("PATCH", path, document, client="api-client", content_type=content_type)


@pytest.mark.parametrize("version", LAYOUTS)
def test_a_source_is_changed_by_json_patch(send, tenant, version):
    path = of_source(tenant, "Unmanaged Source", version, "")
    added = [{"op": "add", "path": "/features/-", "value": "PASSWORD"}]
    assert patch_type(send, path, added, "application/json").status == 415
    assert patch_type(send, path, added).json["features"] == ["PASSWORD"]
    test = {"op": "test", "path": "/features", "value": ["PASSWORD"]}
    assert patch_type(send, path, [test, {"op": "replace", "path": "/features", "value": []}]).json["features"] == []
    assert patch_type(send, path, [test]).status == 400


@pytest.mark.parametrize("name", ["passwordPolicies", "id", "type"])
def test_immutable_fields_of_a_source_stay(send, tenant, name):
    operations = [{"op": "replace", "path": f"/{name}", "value": []}]
    assert f'modify "{name}"' in patch_type(send, of_source(tenant, "HR Database", rest=""), operations).text


def all_settings(send):
    """Return all policies, sync groups and sources, without connectors, whose encrypted secrets differ."""
    policies, groups, sources = (
        send("GET", place(name)).json for name in ("password-policies", "password-sync-groups", "sources")
    )
    return policies, groups, [{**each, "connectorAttributes": None} for each in sources]


def test_a_reset_restores_everything(send, tenant):
    before = all_settings(send)
    tenant.clear_password_settings()
    assert [each["name"] for each in send("GET", place("password-policies")).json] == ["Default"]
    assert send("GET", place("password-sync-groups")).json == []
    added = [{"op": "add", "path": "/features/-", "value": "X"}]
    patch_type(send, of_source(tenant, "Unmanaged Source", rest=""), added)
    tenant.reset()
    assert all_settings(send) == before
