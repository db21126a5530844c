# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists of sync groups and sources, as SailPoint's description has them."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import pytest


def place(name, version="v1", query=""):
    return (f"/{name}/v1" if version == "v1" else f"/{version}/{name}") + query


def test_sources(api, tenant):
    listed = api.get(place("sources")).json
    assert [source["name"] for source in listed] == [source["name"] for source in tenant.world()["sources"]]
    assert [source["name"] for source in api.get(place("sources", query="?limit=2&offset=1")).json] == [
        source["name"] for source in listed[1:3]
    ]
    some = api.get(place("sources", query=f"?filters=id%20in%20(%22{listed[2]['id']}%22,%22nothing%22)")).json
    # The cipher text of a secret differs.
    assert [source["id"] for source in some] == [listed[2]["id"]]


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
def test_what_is_not_understood_is_refused(api, name, query):
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


def test_the_list_of_sources_is_read_only(api):
    assert api.post(place("sources"), {}).status == 405


@pytest.mark.parametrize("form", ["wrong_types", "missing_fields", "huge", "list", "not_utf8", "duplicate_keys"])
def test_lists_can_be_damaged(api, tenant, form):
    whole = api.get(place("password-sync-groups"))
    tenant.fault("sync_groups", "garbage", form=form)
    damaged = api.get(place("password-sync-groups"))
    assert damaged.status == 200
    assert damaged.body != whole.body and damaged.body[:1] == b"["
