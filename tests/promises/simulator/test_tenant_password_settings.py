# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Password policies, sync groups, the org config and sources: what the tenant takes, and what it refuses."""

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
    """Return what sends a request with a body as the owner of a personal access token, and with all headers."""

    def sent(method, path, document=None, client=PAT, content_type="application/json", **headers):
        more = {**EXPERIMENTAL, **headers}
        body = None if document is None else json.dumps(document)
        if body is not None:
            more["Content-Type"] = content_type
        return api.send(method, path, body, api.headers(client, **more))

    return sent


def source_id(tenant, name):
    return next(each["id"] for each in tenant.world()["sources"] if each["name"] == name)


def the_policy(send, name="Directory"):
    return next(each for each in send("GET", place("password-policies")).json if each["name"] == name)


@pytest.mark.parametrize("version", LAYOUTS)
def test_a_policy_lives(send, version):
    created = send("POST", place("password-policies", version), {"name": "P", "minLength": 12})
    assert created.status == 200
    assert (created.json["minLength"], created.json["minUpper"], created.json["maxRepeatedChars"]) == (12, 0, -1)
    assert isinstance(created.json["dateCreated"], str if version in ("beta", "v3") else int)
    path = place("password-policies", version, f"/{created.json['id']}")
    # What is left out gets its default.
    replaced = send("PUT", path, {"name": "P", "minUpper": 1})
    assert (replaced.json["minLength"], replaced.json["minUpper"]) == (0, 1)
    listed = place("password-policies", version, "?limit=250&offset=0")
    assert replaced.json in send("GET", listed).json
    assert send("DELETE", path).status == 204
    assert created.json["id"] not in {each["id"] for each in send("GET", listed).json}
    assert send("DELETE", path).status == 404


@pytest.mark.parametrize("version", LAYOUTS)
def test_policies_are_experimental_but_in_two_layouts(api, send, version):
    path = place("password-policies", version)
    assert api.get(path).status == (200 if version in ("v3", "beta") else 400)


@pytest.mark.parametrize(
    ("method", "name"), [("POST", "password-policies"), ("POST", "password-sync-groups")], ids=lambda each: each
)
def test_an_api_client_may_not_write(send, method, name):
    assert send(method, place(name), {"name": "P"}, client="api-client").status == 403


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"name": ""},
        {"name": "Default"},
        {"name": "P", "unknown": 1},
        {"name": "P", "minLength": "8"},
        {"name": "P", "minLength": True},
        {"name": "P", "minLength": None},
        {"name": "P", "useDictionary": 1},
        {"name": "P", "id": "1"},
        {"name": "P", "defaultPolicy": True},
        {"name": "P", "dateCreated": 1639056206564},
        {"name": "P", "minLength": 9, "maxLength": 8},
    ],
    ids=str,
)
def test_a_policy_that_is_wrong_is_refused(send, fields):
    assert send("POST", place("password-policies"), fields).status == 400


def test_the_sources_of_a_policy_attach_it_to_nothing(send, tenant):
    hr = source_id(tenant, "HR Database")
    assert send("POST", place("password-policies"), {"name": "P", "sourceIds": [hr]}).json["sourceIds"] == []


@pytest.mark.parametrize(
    "change",
    [
        {"sourceIds": []},
        {"sourceIds": ["HR Database"]},
        {"sourceIds": ["HR Database", "HR Database"]},
        {"sourceIds": ["HR Database", "Unmanaged Source"]},
        {"sourceIds": ["HR Database", "Active Directory"]},
        {"sourceIds": ["HR Database", "nothing"]},
        {"passwordPolicyId": "nothing"},
        {"name": "Directory and payroll"},
        {"created": "2026-01-05T08:00:00Z"},
    ],
    ids=str,
)
def test_a_sync_group_that_is_wrong_is_refused(send, tenant, change):
    ids = {each["name"]: each["id"] for each in tenant.world()["sources"]}
    fields = {
        "name": "G",
        "passwordPolicyId": the_policy(send)["id"],
        "sourceIds": ["HR Database", "IdentityNow"],
        **change,
    }
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
def test_an_org_config_that_is_wrong_is_refused(send, fields):
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
    assert source["passwordPolicies"] == [
        {"type": "PASSWORD_POLICY", "id": holders[0]["policyId"], "name": "Directory"}
    ]


def test_policies_of_a_source_that_are_wrong_are_refused(send, tenant):
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
def test_what_is_immutable_of_a_source_stays(send, tenant, name):
    operations = [{"op": "replace", "path": f"/{name}", "value": []}]
    assert f'modify "{name}"' in patch_type(send, of_source(tenant, "HR Database", rest=""), operations).text


def all_settings(send):
    """Return what is listed of policies, sync groups and sources, but no connectors: their secrets differ."""
    policies, groups, sources = (
        send("GET", place(name)).json for name in ("password-policies", "password-sync-groups", "sources")
    )
    return policies, groups, [{**each, "connectorAttributes": None} for each in sources]


def test_a_reset_brings_all_back(send, tenant):
    before = all_settings(send)
    tenant.clear_password_settings()
    assert [each["name"] for each in send("GET", place("password-policies")).json] == ["Default"]
    assert send("GET", place("password-sync-groups")).json == []
    patch_type(
        send, of_source(tenant, "Unmanaged Source", rest=""), [{"op": "add", "path": "/features/-", "value": "X"}]
    )
    tenant.reset()
    assert all_settings(send) == before
