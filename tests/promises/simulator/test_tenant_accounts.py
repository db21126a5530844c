# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of accounts, and reading one of them again from its source."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

AD = "Active Directory"
BACKUP = "CN=svc-backup,OU=Service Accounts,DC=acme,DC=com"
LAYOUTS = ["v1", "v2026", "v2025", "v2024", "v3", "beta"]


def place(version="v1", rest="", **parameters):
    path = f"/accounts/v1{rest}" if version == "v1" else f"/{version}/accounts{rest}"
    return f"{path}?{urlencode(parameters)}" if parameters else path


def backup(api):
    (found,) = api.get(place(filters=f'nativeIdentity eq "{BACKUP}"')).json
    return found


@pytest.mark.parametrize("version", LAYOUTS)
def test_all_accounts_are_listed_in_each_layout(api, tenant, version):
    reply = api.get(place(version, count="true"))
    users = tenant.world()["users"]
    expected = {account["account_id"] for user in users for account in user["accounts"]}
    assert {account["nativeIdentity"] for account in reply.json} == expected
    assert int(reply.headers["X-Total-Count"]) == len(reply.json) == sum(len(user["accounts"]) for user in users)
    assert ("X-Deprecated" in reply.headers) is (version != "v1")


def test_pages_have_each_account_once_in_the_order_of_their_ids(api):
    ids = [account["id"] for account in api.get(place()).json]
    pages = [api.get(place(limit=5, offset=offset, sorters="id")).json for offset in (0, 5, 10, 15)]
    assert [account["id"] for page in pages for account in page] == ids == sorted(ids)


def test_filters_choose(api, tenant):
    (source,) = (each for each in tenant.world()["sources"] if each["name"] == AD)
    found = api.get(place(filters=f'sourceId eq "{source["id"]}"')).json
    assert {account["sourceName"] for account in found} == {AD} and len(found) > 5
    one = backup(api)
    both = f'sourceId eq "{source["id"]}" and nativeIdentity eq "{BACKUP}"'
    assert api.get(place(filters=both)).json == [one]
    for filters in (f'id eq "{one["id"]}"', f'identityId eq "{one["identityId"]}"', 'name eq "svc-backup"'):
        assert api.get(place(filters=filters)).json == [one]
    assert api.get(place(filters=f'nativeIdentity eq "{BACKUP.lower()}"')).json == []


def test_names_can_hold_what_filters_are_written_with(api, tenant):
    hostile = 'a "b" \\ and name eq "c"'
    tenant.add_account("new", AD, hostile, facts={"locked": True})
    quoted = hostile.replace("\\", "\\\\").replace('"', '\\"')
    (found,) = api.get(place(filters=f'nativeIdentity eq "{quoted}"')).json
    assert (found["nativeIdentity"], found["locked"]) == (hostile, True)


@pytest.mark.parametrize(
    "parameters",
    [
        {"limit": 251},
        {"sorters": "name"},
        {"detailLevel": "SLIM"},
        {"filters": 'name co "a"'},
        {"filters": 'disabled eq "true"'},
        {"filters": 'name eq "a" or name eq "b"'},
        {"filters": 'name eq "a'},
        {"page": 1},
    ],
)
def test_what_is_not_understood_is_refused(api, parameters):
    assert api.get(place(**parameters)).status == 400


def test_each_operation_needs_its_scope_and_its_method(api):
    path = place(rest=f"/{backup(api)['id']}/reload")
    assert api.get(place(), client="api-client-passwords-only").status == 403
    assert api.post(place(), {}).status == 405
    assert api.send("POST", path, headers=api.headers("api-client-passwords-only")).status == 403
    assert api.get(path).status == 405


@pytest.mark.parametrize("version", LAYOUTS)
def test_an_account_is_read_again(api, tenant, version):
    tenant.settings(last_set_at_once=False)
    before = backup(api)["attributes"]["passwordLastSet"]
    api.finished(api.set().json["requestId"])
    assert backup(api)["attributes"]["passwordLastSet"] == before
    reply = api.send("POST", place(version, f"/{backup(api)['id']}/reload"), headers=api.headers())
    assert (reply.status, set(reply.json)) == (202, {"id"})
    assert backup(api)["attributes"]["passwordLastSet"] > before
    assert tenant.counts()["reload"] == 1


def test_search_knows_later_what_was_read_again(api, tenant):
    def known():
        body = {"indices": ["identities"], "query": {"query": "name:svc-backup"}}
        return api.post("/search/v1", body).json[0]["accounts"][0]["passwordLastSet"]

    tenant.settings(last_set_at_once=False, search_lag=60)
    before = known()
    api.finished(api.set().json["requestId"])
    api.send("POST", place(rest=f"/{backup(api)['id']}/reload"), headers=api.headers())
    assert known() == before
    tenant.settings(search_lag=0)
    assert known() > before
    tenant.reset()
    assert known() == before


def test_what_can_not_be_read_again(api):
    for rest in ("/nothing/reload", "/a/b/reload", "//reload", "/reload"):
        assert api.send("POST", place(rest=rest), headers=api.headers()).status == 404
    path = place(rest=f"/{backup(api)['id']}/reload")
    assert api.post(path, {}).status == 400
    assert api.send("POST", f"{path}?force=true", headers=api.headers()).status == 400


def test_what_a_test_adds_is_listed_until_the_reset(api, tenant):
    count = len(api.get(place()).json)
    tenant.generate(["Many"], 300, "many")
    assert int(api.get(place(limit=0, count="true")).headers["X-Total-Count"]) == count + 300
    tenant.reset()
    assert len(api.get(place()).json) == count
