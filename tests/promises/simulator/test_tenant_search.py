# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Search: its query language, its pages, its facts about passwords, and reloads that update it."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from simulator.tenant import TenantError
from support.contract import VERSIONS

BACKUP = "CN=svc-backup,OU=Service Accounts,DC=acme,DC=com"
ZOE = "zo\u00eb.o'neil"
OLD = {"svc-backup", "Abby.Smith", "multi.account"}
ON_AD = '@accounts(source.name.exact:"Active Directory")'


def body(query, **more):
    return {"indices": ["identities"], "query": {"query": query}, "sort": ["id"], **more}


def search(api, query=ON_AD, parameters="?limit=250", version="v1", client="api-client", **more):
    path = "/search/v1" if version == "v1" else f"/{version}/search"
    return api.post(path + parameters, body(query, **more), client)


def names(reply):
    assert reply.status == 200, reply.text
    return {document["name"] for document in reply.json}


def test_it_needs_its_scope_and_a_post(api):
    assert search(api, client="api-client-passwords-only").status == 403
    assert search(api, client="api-client-search-only").status == 200
    assert api.get("/search/v1").status == 405


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("name:svc-backup", {"svc-backup"}),
        ('name:"SVC backup"', {"svc-backup"}),
        ('name.exact:"SVC-backup"', set()),
        ('name.exact:"svc-backup"', {"svc-backup"}),
        ("name:svc*", {"svc-backup", "svc-payroll"}),
        ("name.exact:svc\\-p*", {"svc-payroll"}),
        ('attributes.uid.exact:"Abby.Smith"', {"Abby.Smith"}),
        ('@accounts(source.name.exact:"HR Database")', {"Abby.Smith"}),
        ('@accounts(source.name:"database" AND accountId:100042)', {"Abby.Smith"}),
        # Both conditions must be true for the same account.
        ('@accounts(source.name.exact:"HR Database" AND accountId.exact:"Abby.Smith")', set()),
        (f'@accounts(accountId.exact:"{BACKUP}")', {"svc-backup"}),
        (f'@accounts(accountId.exact:"{BACKUP.lower()}")', set()),
        (f'@accounts(accountId:"{BACKUP.lower()}")', {"svc-backup"}),
        ('@accounts(accountId.exact:"CN=Account\\\\, Multi,OU=Test,DC=acme,DC=com")', {"multi.account"}),
        ('@accounts(accountId.exact:"CN=O\'Neil\\\\, Zo\u00eb \\"ZZ\\",OU=B\u00fcro,DC=acme,DC=com")', {ZOE}),
        ("@accounts(passwordLastSet:[* TO now-90d])", OLD),
        ("@accounts(passwordLastSet:[now-90d TO *])", {"user00001", "user00002", "user00003"}),
        ("@accounts(passwordLastSet:[2024-04-04T21:38:57Z TO 2024-04-04T21:38:58Z])", OLD),
        (f"{ON_AD} AND NOT @accounts(_exists_:passwordLastSet)", {"svc-payroll", ZOE}),
        ("name:svc* AND (name:svc-backup OR name:nobody)", {"svc-backup"}),
        ("name:nobody OR name:svc* AND NOT name:svc-backup", {"svc-payroll"}),
        ("NOT name:svc* AND * AND disabled:false AND @accounts(source.name:unmanaged)", {"unmanaged.user"}),
        ("_exists_:attributes.department", set()),
    ],
)
def test_the_language_of_queries(api, query, found):
    assert names(search(api, query)) == found


@pytest.mark.parametrize(
    "query",
    [
        *("", " ", "svc-backup", '"svc-backup"', "name:", "name:a name:b", "name:a AND", "OR name:a", "NOT", "(name:a"),
        *("name:a)", 'name:"a', 'name:"a\\"', "name:a:b", "name:CN=a", "name:/a.*/", "name:a~2", "name:a^2", "+name:a"),
        *("name:a && name:b", "name:*a", "name:a?b", "name:(a OR b)", "name:[a TO b]", "created:[now-1x TO now]"),
        *("created:[yesterday TO now]", "created:{now-1d TO now}", "created:now", "surname:a", "accounts.accountId:a"),
        *("source.name:a", "@accounts(surname:a)", "@accounts(@accounts(name:a))", "@access(name:a)", "@accounts()"),
        *("@accounts(disabled:yes)", "disabled.exact:true", "_exists_:", "_exists_:surname"),
    ],
)
def test_invalid_and_unknown_queries_are_refused(api, query):
    assert search(api, query).status == 400


@pytest.mark.parametrize(
    ("parameters", "more"),
    [
        *((text, {}) for text in ("?limit=10001", "?limit=-1", "?limit=1&limit=1", "?offset=1&limit=10000")),
        *(("?count=yes", {}), ("?filters=a", {}), ("?offset=1", {"searchAfter": ["a"]})),
        *(("", {"sort": sort}) for sort in (["name"], ["id", "name"], "id")),
        *(("", {"searchAfter": after}) for after in ([], ["a", "b"], [1])),
        ("", {"searchAfter": ["a"], "sort": []}),
        *(("", {"indices": indices}) for indices in ([], ["people"], ["events"])),
        *(("", {"query": query}) for query in ({}, {"query": "*", "fields": "name"})),
        *(("", {"limit": 10}), ("", {"queryType": "DSL"}), ("", {"includeNested": "no"})),
        *(("", {"queryResultFilter": {"includes": names}}) for names in (["accounts.accountId"], ["surname"], "name")),
        ("", {"queryResultFilter": {"only": []}}),
    ],
)
def test_undocumented_requests_are_refused(api, parameters, more):
    assert search(api, parameters=parameters, **more).status == 400


def test_the_fields_of_a_document(api):
    (whole,) = search(api, "name:svc-backup").json
    assert {"displayName", "accountCount", "accounts", "attributes"} <= set(whole)
    only = {"includes": ["name", "attributes.uid", "accounts"]}
    (filtered,) = search(api, "name:svc-backup", queryResultFilter=only).json
    assert set(filtered) == {"id", "name", "attributes", "accounts", "_type", "type", "_version"}
    assert filtered["attributes"] == {"uid": "svc-backup"}
    assert filtered["accounts"] == whole["accounts"]
    (none,) = search(api, "name:svc-backup", includeNested=False).json
    assert "accounts" not in none
    (excluded,) = search(api, "name:svc-backup", queryResultFilter={"excludes": ["name"]}).json
    assert set(whole) - set(excluded) == {"name"}


def all_pages(api, limit, parameters="", **more):
    after, found = None, []
    while True:
        position = {} if after is None else {"searchAfter": [after]}
        page = search(api, parameters=f"?limit={limit}{parameters}", **position, **more).json
        if not page:
            return found
        found.append([document["id"] for document in page])
        after = found[-1][-1]


@pytest.mark.parametrize("sort", ["id", "+id", "-id"])
def test_pages_have_each_document_once_in_order(api, tenant, sort):
    everything = search(api, sort=[sort]).json
    pages = all_pages(api, 3, sort=[sort])
    assert [len(page) for page in pages] == [3, 3, 2]
    assert sum(pages, []) == [document["id"] for document in everything]
    assert sum(pages, []) == sorted(sum(pages, []), reverse=sort == "-id")
    # A page may be short although more follow.
    tenant.settings(search_page=2)
    assert [len(page) for page in all_pages(api, 250)] == [2, 2, 2, 2]


def test_offset_and_count(api):
    everything = [document["id"] for document in search(api).json]
    reply = search(api, parameters="?offset=6&limit=250&count=true")
    assert [document["id"] for document in reply.json] == everything[6:]
    assert reply.headers["X-Total-Count"] == "8"
    assert search(api, parameters="?limit=0&count=true").json == []
    assert search(api).headers["X-Total-Count"] is None


def test_without_a_limit_there_are_250(api, tenant):
    tenant.generate(["Many"], 300, "many")
    query = '@accounts(source.name.exact:"Many")'
    assert len(search(api, query, parameters="").json) == 250
    assert len(search(api, query, parameters="?limit=10000").json) == 300


def last_set(api, user_name="svc-backup"):
    (document,) = search(api, f"name:{user_name}").json
    return {account["source"]["name"]: account.get("passwordLastSet") for account in document["accounts"]}


def test_most_connectors_do_not_report_a_change(api):
    api.finished(api.set("Abby.Smith", "HR Database").json["requestId"])
    assert last_set(api, "Abby.Smith")["HR Database"] is None


@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("accounts", {"user_name": "a", "source": "b"}),
        ("accounts", {"user_name": "a", "source": "b", "account_id": 1}),
        ("accounts", {"user_name": "a", "source": "b", "account_id": "c", "colour": "red"}),
        ("generate", {"sources": [], "count": 1, "prefix": "x"}),
        ("generate", {"sources": ["a"], "count": -1, "prefix": "x"}),
        ("generate", {"sources": ["a"], "count": 1, "prefix": "user"}),
        ("aggregate", {"source": "nowhere"}),
    ],
)
def test_invalid_additions_are_refused(tenant, path, document):
    with pytest.raises(TenantError) as refusal:
        tenant.control("POST", path, document)
    assert refusal.value.status == 400


@pytest.mark.parametrize("filters", ['name eq "HR Database"', 'id eq "ID"', 'id in ("ID")'])
def test_a_source_is_found_by_name_or_id(api, tenant, filters):
    (source,) = (each for each in tenant.world()["sources"] if each["name"] == "HR Database")
    reply = api.get(f"/sources/v1?filters={quote(filters.replace('ID', source['id']))}")
    assert [each["name"] for each in reply.json] == ["HR Database"]
    assert api.get(f"/sources/v1?filters={quote(chr(39) + filters)}").status == 400


def backup(api):
    body = {"indices": ["identities"], "query": {"query": "name:svc-backup"}}
    return api.post("/search/v1", body).json[0]["accounts"][0]


def path_of(api, version="v1"):
    return ("/accounts/v1" if version == "v1" else f"/{version}/accounts") + f"/{backup(api)['id']}/reload"


@pytest.mark.parametrize("version", VERSIONS)
def test_an_account_is_reloaded(api, tenant, version):
    tenant.settings(last_set_at_once=False)
    before = backup(api)["passwordLastSet"]
    api.finished(api.set().json["requestId"])
    assert backup(api)["passwordLastSet"] == before
    reply = api.send("POST", path_of(api, version), headers=api.headers())
    assert (reply.status, set(reply.json)) == (202, {"id"})
    assert ("X-Deprecated" in reply.headers) is (version != "v1")
    assert tenant.counts()["reload"] == 1
    assert backup(api)["passwordLastSet"] > before
    tenant.settings(search_lag=60)
    assert backup(api)["passwordLastSet"] == before
    tenant.reset()
    assert backup(api)["passwordLastSet"] == before


def test_invalid_reloads_are_refused(api):
    for rest in ("/nothing/reload", "/a/b/reload", "//reload", "/reload"):
        assert api.send("POST", f"/accounts/v1{rest}", headers=api.headers()).status == 404
    path = path_of(api)
    assert api.post(path, {}).status == 400
    assert api.send("POST", f"{path}?force=true", headers=api.headers()).status == 400
    assert api.send("POST", path, headers=api.headers("api-client-passwords-only")).status == 403
    assert api.get(path).status == 405
