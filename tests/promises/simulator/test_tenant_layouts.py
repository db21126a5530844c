# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations in all six API versions, and the lists of sync groups and sources."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import pytest

LAYOUTS = ["v1", "v2026", "v2025", "v2024", "v3", "beta"]


@pytest.mark.parametrize("version", LAYOUTS)
def test_digit_token(api, tenant, version):
    with_header = api.digit_token({"userId": "Abby.Smith"}, version)
    without = api.digit_token({"userId": "Abby.Smith"}, version, Accept="*/*")
    expected = {"v3": (404, 404), "beta": (200, 200)}.get(version, (200, 400))
    assert (with_header.status, without.status) == expected


def test_digit_tokens_without_leading_zero(api, tenant):
    tenant.settings(digit_leading_zero=False)
    firsts = {api.digit_token({"userId": "Abby.Smith"}).json["digitToken"][0] for _token in range(60)}
    assert len(firsts) > 2


def test_the_world_has_both_spellings_of_ids_and_different_sources(tenant):
    world = tenant.world()
    for ids in ([s["id"] for s in world["sources"]], [u["identity_id"] for u in world["users"]]):
        assert {len(value) for value in ids} == {32, 36}
    sources = {source["name"]: source for source in world["sources"]}
    assert list(sources) == ["Active Directory", "HR Database", "Payroll Database", "IdentityNow", "Unmanaged Source"]
    assert sources["HR Database"]["key_bits"] == 4096 and sources["Active Directory"]["key_bits"] == 2048
    assert sources["Unmanaged Source"]["features"] == []
    assert sources["Active Directory"]["sync_group"] == "Directory and payroll"
    assert sources["Payroll Database"]["sync_group"] == "Directory and payroll"


def place(name, version="v1", query=""):
    return (f"/{name}/v1" if version == "v1" else f"/{version}/{name}") + query


def test_sources(api, tenant):
    listed = api.get(place("sources")).json
    assert [source["name"] for source in listed] == [source["name"] for source in tenant.world()["sources"]]
    page = api.get(place("sources", query="?limit=2&offset=1")).json
    assert [source["name"] for source in page] == [source["name"] for source in listed[1:3]]
    assert api.post(place("sources"), {}).status == 405
    filtered = api.get(place("sources", query=f"?filters=id%20in%20(%22{listed[2]['id']}%22,%22nothing%22)")).json
    # The encrypted secrets differ, so only ids are compared.
    assert [source["id"] for source in filtered] == [listed[2]["id"]]


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("password-sync-groups", "?limit=251"),
        ("password-sync-groups", "?limit=-1"),
        ("password-sync-groups", "?offset=a"),
        ("password-sync-groups", "?limit=1&limit=2"),
        ("password-sync-groups", "?filters=id%20eq%20%22a%22"),
        ("password-sync-groups", "?page=1"),
        ("sources", "?filters=id%20in%20(a)"),
        ("sources", "?filters=id%20in%20(%22a%22"),
        ("sources", "?filters=name%20co%20%22a%22"),
    ],
)
def test_invalid_queries_are_refused(api, name, query):
    assert api.get(place(name, query=query)).status == 400


def test_the_clock_of_the_tenant_can_be_ahead(api, tenant):
    def seconds():
        return parsedate_to_datetime(api.get(place("sources")).headers["Date"]).timestamp()

    before = seconds()
    tenant.settings(clock_ahead=3600)
    assert 3600 <= seconds() - before < 3660


@pytest.mark.parametrize("name", ["password-sync-groups", "sources", "password-org-config"])
def test_each_read_needs_its_scope(api, name):
    assert api.get(place(name), client="api-client-passwords-only").status == 403
    named = api.get(place(name), client="api-client-no-source-names").status
    assert named == (200 if name == "password-sync-groups" else 403)


@pytest.mark.parametrize("form", ["wrong_types", "missing_fields", "huge", "list", "not_utf8", "duplicate_keys"])
def test_lists_can_be_damaged(api, tenant, form):
    whole = api.get(place("password-sync-groups"))
    tenant.fault("sync_groups", "garbage", form=form)
    damaged = api.get(place("password-sync-groups"))
    assert damaged.status == 200
    assert damaged.body != whole.body and damaged.body[:1] == b"["
