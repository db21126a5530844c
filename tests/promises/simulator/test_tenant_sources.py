# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A single source: how it is read, changed and checked, and which requests are refused."""

from __future__ import annotations

import json

import pytest

HR = "HR Database"
LAYOUTS = ["v1", "v2026", "v2025", "v2024", "v3", "beta"]
PATCH = "application/json-patch+json"


@pytest.fixture
def source_id(tenant):
    return next(each["id"] for each in tenant.world()["sources"] if each["name"] == HR)


def place(source_id, version="v1", rest=""):
    return (f"/sources/v1/{source_id}" if version == "v1" else f"/{version}/sources/{source_id}") + rest


def patch(api, source_id, *operations, content_type=PATCH, client="api-client", version="v1"):
    body = json.dumps(list(operations))
    return api.send("PATCH", place(source_id, version), body, api.headers(client, **{"Content-Type": content_type}))


def replace(path, value="new"):
    return {"op": "replace", "path": path, "value": value}


def check_connection(api, source_id, version="v1", body=None):
    path = place(source_id, version, "/connector/check-connection")
    return api.send("POST", path, body, api.headers(**{"Content-Length": str(len(body or ""))}))


@pytest.mark.parametrize("version", LAYOUTS)
def test_a_secret_is_written_and_never_shown(api, tenant, source_id, version):
    tenant.connector(HR, pointer="/password")
    reply = patch(api, source_id, replace("/connectorAttributes/password"), version=version)
    assert reply.status == 200 and reply.json["id"] == source_id
    assert tenant.connector(HR)["attributes"]["password"] == "new"
    shown = [api.get(place(source_id, version)).json["connectorAttributes"]["password"] for _time in range(2)]
    assert shown[0] != shown[1] and all(each.startswith("2:ACP:") for each in shown)
    check = check_connection(api, source_id, version)
    assert check.status == (404 if version == "v3" else 200)
    assert version == "v3" or check.json["status"] == "FAILURE"


def test_an_unconnected_source_takes_no_password(api, tenant):
    dn = "CN=svc-backup,OU=Service Accounts,DC=acme,DC=com"
    tenant.connector("Active Directory", account_id=dn)
    assert api.finished(api.set().json["requestId"])["state"] == "FINISHED"
    assert not tenant.connector("Active Directory")["connected"]
    ended = api.finished(api.set(password="Correct-Horse 8").json["requestId"])
    assert (ended["state"], "could not be reached" in ended["errors"][0]) == ("FAILED", True)
    ad = next(each["id"] for each in tenant.world()["sources"] if each["name"] == "Active Directory")
    patch(api, ad, replace("/connectorAttributes/password", "Correct-Horse 7"))
    assert check_connection(api, ad).json["status"] == "SUCCESS"
    assert api.finished(api.set(password="Correct-Horse 8").json["requestId"])["state"] == "FINISHED"


def test_adding_and_removing(api, tenant, source_id):
    tenant.connector(HR, attributes={"password": "p", "list": ["a"]})
    reply = patch(
        api,
        source_id,
        {"op": "add", "path": "/connectorAttributes/list/-", "value": "b"},
        {"op": "remove", "path": "/connectorAttributes/list/0"},
        {"op": "add", "path": "/connectorAttributes/a~1b~0c", "value": 1},
        replace("/features", ["PASSWORD", "ENABLE"]),
    )
    assert reply.status == 200
    assert tenant.connector(HR)["attributes"] == {"password": "p", "list": ["b"], "a/b~c": 1}
    assert reply.json["features"] == ["ENABLE", "PASSWORD"]
    tenant.reset()
    assert api.get(place(source_id)).json["features"] == ["PASSWORD"]


@pytest.mark.parametrize(
    "operation",
    [
        *(replace(path) for path in ("/id", "/type", "/unknown", "connectorAttributes/password")),
        replace("/passwordPolicies", []),
        replace("/connectorAttributes", {}),
        replace("/connectorAttributes/healthy", True),
        replace("/connectorAttributes/nothing"),
        replace("/connectorAttributes/password/deeper"),
        {"op": "put", "path": "/description", "value": "a"},
        {"op": "replace", "path": "/description"},
        {"op": "remove", "path": "/description", "value": "a"},
        replace("/features", "PASSWORD"),
        {**replace("/description"), "more": 1},
        [],
    ],
)
def test_an_invalid_change_is_refused_completely(api, tenant, source_id, operation):
    before = tenant.connector(HR)
    good = replace("/connectorAttributes/password")
    assert patch(api, source_id, good, operation).status == 400
    assert tenant.connector(HR) == before


def test_invalid_requests_are_refused(api, source_id):
    good = replace("/connectorAttributes/password")
    assert patch(api, source_id, good, content_type="application/json").status == 415
    assert patch(api, source_id, good, client="api-client-passwords-only").status == 403
    assert patch(api, "nothing", good).status == 404
    assert api.get(place("nothing")).status == 404
    assert check_connection(api, "nothing").status == 404
    assert check_connection(api, source_id, body="{}").status == 400
    assert api.send("PATCH", place(source_id), "{", api.headers(**{"Content-Type": PATCH})).status == 400
    assert patch(api, source_id).status == 400
    assert api.post(place(source_id), {}).status == 405
