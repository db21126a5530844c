# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator's Search and what it knows, against SailPoint's published description."""

from __future__ import annotations

import pytest
from support.contract import VERSIONS, described, flaws, names

WITH_SEARCH = [version for version in VERSIONS if "search" in names(version)]


def request(api, version, query="*", client="api-client", **more):
    path = "/search/v1" if version == "v1" else f"/{version}/search"
    document = {"indices": ["identities"], "query": {"query": query}, "sort": ["id"], **more}
    return document, api.post(f"{path}?limit=250&count=true", document, client)


@pytest.mark.parametrize("version", WITH_SEARCH)
def test_documents_are_as_described(api, tenant, version):
    tenant.add_account("svc-backup", "Active Directory", "x", facts={"passwordLastSet": None})
    _sent, reply = request(api, version)
    assert reply.status == 200 and len(reply.json) > 5
    assert flaws(version, "search", 200, reply.json) == []
    assert "X-Total-Count" in described(version, "search").responses["200"]["headers"]


@pytest.mark.parametrize("version", WITH_SEARCH)
def test_refusals_are_as_described(api, tenant, version):
    replies = [request(api, version, "(")[1], request(api, version, client="api-client-no-scopes")[1]]
    tenant.settings(rate_limit=1, rate_window=60)
    replies += [request(api, version)[1] for _time in range(2)][-1:]
    for reply, status in zip(replies, ("400", "403", "429")):
        assert str(reply.status) == status
        assert flaws(version, "search", reply.status, reply.json) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_reading_an_account_again_is_as_described(api, version):
    path = described(version, "reload").path
    (found, *_others) = request(api, "v1")[1].json[0]["accounts"]
    reloaded = api.send("POST", path.replace("{id}", found["id"]), headers=api.headers())
    assert flaws(version, "reload", 202, reloaded.json) == []
    unknown = api.send("POST", path.replace("{id}", "nothing"), headers=api.headers())
    assert flaws(version, "reload", 404, unknown.json) == []


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("outcome", ["finish", "never", "fail"])
def test_account_activities_are_as_described(api, tenant, version, outcome):
    tenant.outcome(outcome)
    assert api.set().status == 202
    of = described(version, "activities")
    assert of.scopes == [] and {"type", "created"} <= of.filters.keys()
    assert {"filters", "sorters", "limit", "requested-for"} <= {each["name"] for each in of.parameters}
    reply = api.get(f"{of.path}?filters=type%20eq%20%22CloudPasswordRequest%22&sorters=-created&limit=50")
    assert reply.status == 200 and len(reply.json) == 1
    assert flaws(version, "activities", 200, reply.json) == []
    assert api.get(f"{of.path}?requested-for=nobody").json == []
    for wrong in ("filters=type%20sw%20%22a%22", "sorters=created", "owner=me", "limit=251"):
        assert api.get(f"{of.path}?{wrong}").status == 400


@pytest.mark.parametrize("version", WITH_SEARCH)
def test_the_newest_events_are_found(api, tenant, version):
    assert api.set().status == 202
    path = described(version, "search").path
    query = 'type:PASSWORD_ACTIVITY AND target.name:"svc-backup"'
    document = {"indices": ["events"], "query": {"query": query}, "sort": ["-created"]}
    reply = api.post(f"{path}?limit=50", document)
    assert reply.status == 200 and reply.json[-1]["technicalName"] == "USER_PASSWORD_UPDATE_PASSED"
    for wrong in ({"sort": ["id"]}, {"searchAfter": ["a"]}, {"query": {"query": "accountId:a"}}):
        assert api.post(f"{path}?limit=50", {**document, **wrong}).status == 400


@pytest.mark.parametrize("version", VERSIONS)
def test_the_password_settings_are_as_described(api, version):
    reply = api.get(described(version, "org_config").path)
    assert flaws(version, "org_config", 200, reply.json) == []


def test_the_check_can_fail():
    assert flaws("v1", "search", 200, [{"id": "a", "name": "b", "colour": "red"}])
    assert flaws("v1", "search", 200, [{"id": "a", "name": "b", "accounts": [{"accountID": "a"}]}])
