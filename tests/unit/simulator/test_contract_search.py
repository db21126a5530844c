# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator's Search and accounts against SailPoint's published description, where it is at hand."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

API = Path(__file__).resolve().parents[3].parent / "shared" / "api" / "more"
LAYOUTS = ["v1", "v2026", "v2025", "v2024", "v3"]

pytestmark = pytest.mark.skipif(not API.is_dir(), reason="SailPoint's API description is not at hand (../shared/api)")


def merged(schema):
    """The same schema as JSON Schema: nullable, and the parts of allOf as one, so that unknown fields are found."""
    if isinstance(schema, list):
        return [merged(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    result = {}
    for part in map(merged, schema.get("allOf", ())):
        properties = {**result.get("properties", {}), **part.get("properties", {})}
        result.update(part)
        result |= {"properties": properties} if properties else {}
    ignored = ("allOf", "nullable", "example", "externalDocs", "default", "discriminator")
    for name, part in schema.items():
        if name == "properties":
            own = {key: merged(value) for key, value in part.items()}
            result["properties"] = {**result.get("properties", {}), **own}
        elif name not in ignored:
            result[name] = merged(part)
    if schema.get("nullable") and "type" in result:
        result["type"] = [result["type"], "null"]
    if "properties" in result:
        result.setdefault("additionalProperties", False)
    return result


@cache
def description(version):
    return json.loads((API / f"{version}.json").read_text("utf-8"))


def operation(version, resource="search", rest="", method="post"):
    path = f"/{resource}/v1{rest}" if version == "v1" else f"/{resource}{rest}"
    file = f"{version}-more" if rest else version
    return description(file)["paths"][path][method]


@cache
def validator(version, status, *of):
    from jsonschema import Draft202012Validator

    schema = operation(version, *of)["responses"][status]["content"]["application/json"]["schema"]
    if status == "200" and not of:
        (schema,) = (each for each in schema["items"]["oneOf"] if "accounts" in merged(each)["properties"])
        schema = {"type": "array", "items": schema}
    return Draft202012Validator(merged(schema))


def request(api, version, query="*", client="api-client", **more):
    path = "/search/v1" if version == "v1" else f"/{version}/search"
    document = {"indices": ["identities"], "query": {"query": query}, "sort": ["id"], **more}
    return document, api.post(f"{path}?limit=250&count=true", document, client)


@pytest.mark.parametrize("version", LAYOUTS)
def test_path_method_and_scope_are_those_of_the_description(version):
    from simulator.layouts import find_route

    route, _id = find_route("/search/v1" if version == "v1" else f"/{version}/search")
    assert (route.operation, route.api_version, route.method) == ("search", version, "POST")
    assert all(route.scope in scopes for security in operation(version)["security"] for scopes in security.values())


def test_beta_has_no_search():
    assert not any("search" in path for path in description("beta")["paths"])


@pytest.mark.parametrize("version", LAYOUTS)
def test_documents_are_as_described(api, tenant, version):
    tenant.add_account("svc-backup", "Active Directory", "x", facts={"passwordLastSet": None})
    _sent, reply = request(api, version)
    assert reply.status == 200 and len(reply.json) > 5
    assert [error.message for error in validator(version, "200").iter_errors(reply.json)] == []
    assert "X-Total-Count" in operation(version)["responses"]["200"]["headers"]


@pytest.mark.parametrize("version", LAYOUTS)
def test_refusals_are_as_described(api, tenant, version):
    replies = [request(api, version, "(")[1], request(api, version, client="api-client-no-scopes")[1]]
    tenant.settings(rate_limit=1, rate_window=60)
    replies += [request(api, version)[1] for _time in range(2)][-1:]
    for reply, status in zip(replies, ("400", "403", "429")):
        assert str(reply.status) == status
        assert [error.message for error in validator(version, status).iter_errors(reply.json)] == []


ACCOUNTS = ("accounts", "", "get")
RELOAD = ("accounts", "/{id}/reload", "post")


@pytest.mark.parametrize("version", [*LAYOUTS, "beta"])
def test_accounts_are_as_described(api, version):
    from simulator.layouts import find_route

    path = "/accounts/v1" if version == "v1" else f"/{version}/accounts"
    reply = api.get(path)
    assert [error.message for error in validator(version, "200", *ACCOUNTS).iter_errors(reply.json)] == []
    reloaded = api.send("POST", f"{path}/{reply.json[0]['id']}/reload", headers=api.headers())
    assert [error.message for error in validator(version, "202", *RELOAD).iter_errors(reloaded.json)] == []
    unknown = api.send("POST", f"{path}/nothing/reload", headers=api.headers())
    assert [error.message for error in validator(version, "404", *RELOAD).iter_errors(unknown.json)] == []
    for place, of in ((path, ACCOUNTS), (f"{path}/a/reload", RELOAD)):
        route, _id = find_route(place)
        assert all(route.scope in scopes for each in operation(version, *of)["security"] for scopes in each.values())


def test_the_check_can_fail():
    assert list(validator("v1", "200", *ACCOUNTS).iter_errors([{"id": "a", "name": "b"}]))
    assert list(validator("v1", "200").iter_errors([{"id": "a", "name": "b", "colour": "red"}]))
    assert list(validator("v1", "200").iter_errors([{"id": "a", "name": "b", "accounts": [{"accountID": "a"}]}]))
