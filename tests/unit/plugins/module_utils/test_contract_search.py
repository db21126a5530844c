# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests to Search and reading its responses, checked against SailPoint's official description."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, urlsplit

import jsonschema
import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.accounts import (
    SEARCH,
    AccountFilter,
    Source,
    find_accounts,
)
from ansible_collections.community.sailpoint.plugins.module_utils._api.sources import LIST_SOURCES
from ansible_collections.community.sailpoint.plugins.module_utils._client.operation import API_VERSIONS, operation_path
from support.contract import OFFICIAL, described, names
from support.local_servers import LocalServer
from support.modules import connected

VERSIONS = [version for version in API_VERSIONS if "search" in names(version)]


class Tenant(LocalServer):
    """Returns the given documents to the first request, and an empty list to all others."""

    def __init__(self, documents):
        super().__init__()
        self._documents = documents

    def respond(self, handler, request):
        documents, self._documents = self._documents, []
        body = json.dumps(documents).encode()
        self.send(handler, 200, {"Content-Length": str(len(body)), "Content-Type": "application/json"}, body)


all_versions = pytest.mark.parametrize("version", VERSIONS)


def exchanged(tenant, fake_time, version, wanted, documents=()):
    """Return the accounts found (or the error) and the requests sent."""
    given = {"client_id": None, "client_secret": None, "access_token": "opaque", "api_version": version}
    with Tenant(list(documents)) as server:
        given |= {"base_url": server.url, "ca_path": None}
        with connected(tenant, fake_time, **given) as client:
            try:
                found = find_accounts(client, wanted)
            except Exception as error:
                found = error
    return found, server.requests


@all_versions
def test_requests_are_as_described(tenant, fake_time, version):
    of = described(version, "search")
    wanted = AccountFilter(Source(name="Active Directory"), "a", "b", "name:c")
    _found, requests = exchanged(tenant, fake_time, version, wanted, [{"id": "a"}])
    searches = [request for request in requests if request["method"] == "POST"]
    assert len(searches) == 3
    schema = of.body["application/json"]
    for request in searches:
        target = urlsplit(request["target"])
        assert target.path == of.path == operation_path(SEARCH, version)
        known = {parameter["name"]: parameter["schema"] for parameter in of.parameters}
        for name, value in parse_qsl(target.query):
            jsonschema.validate(json.loads(value), known[name])
        document = json.loads(request["body"])
        assert document.keys() <= schema["properties"].keys()
        jsonschema.validate(document, schema)
    assert SEARCH.scope in of.scopes


@all_versions
def test_the_source_is_looked_up_as_described(tenant, fake_time, version):
    of = described(version, "sources")
    _found, requests = exchanged(tenant, fake_time, version, AccountFilter(Source(name="Nowhere")))
    target = urlsplit(requests[-1]["target"])
    assert (requests[-1]["method"], target.path) == (of.method, of.path)
    assert dict(parse_qsl(target.query)).keys() <= {parameter["name"] for parameter in of.parameters}
    assert "eq" in of.filters["name"] and "eq" in of.filters["id"]
    assert LIST_SOURCES.scope in of.scopes


@all_versions
@pytest.mark.skipif(not OFFICIAL.is_dir(), reason="the official description is not beside the checkout (../shared/api)")
def test_the_published_examples_are_understood(tenant, fake_time, version):
    description = json.loads((OFFICIAL / "more" / f"{version}.json").read_text("utf-8"))
    of = description["paths"]["/search/v1" if version == "v1" else "/search"]["post"]
    documents = of["responses"]["200"]["content"]["application/json"]["examples"]["identities"]["value"]
    wanted = AccountFilter(Source(name="Active Directory"))
    found, _requests = exchanged(tenant, fake_time, version, wanted, documents)
    (first, *_others) = found
    assert first.account_id == "CN=Laura Peeters,OU=Demo,DC=seri,DC=sailpointdemo,DC=com"
    assert (first.user_name, first.uid) == ("Laura Peeters", "10673")
    assert first.last_set == pytest.approx(1712266737.434)
    assert first.supports_password_change is True
