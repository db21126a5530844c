# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations in all six layouts."""

from __future__ import annotations

import pytest

LAYOUTS = ["v1", "v2026", "v2025", "v2024", "v3", "beta"]


@pytest.mark.parametrize("version", LAYOUTS)
def test_chain(api, tenant, version):
    query = api.query(version=version)
    change = api.set(version=version)
    status = api.status(change.json["requestId"], version=version)
    assert (query.status, change.status, status.status) == (200, 202, 200)
    for reply in (query, change, status, api.status("none", version=version)):
        assert reply.headers["X-Deprecated"] == (None if version == "v1" else "true")
    assert api.finished(change.json["requestId"])["state"] == "FINISHED"
    assert {entry["api_version"] for entry in tenant.requests("set")} == {version}


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


def test_both_spellings_of_ids(tenant):
    world = tenant.world()
    for ids in ([s["id"] for s in world["sources"]], [u["identity_id"] for u in world["users"]]):
        assert {len(value) for value in ids} == {32, 36}


def test_sources(tenant):
    sources = {source["name"]: source for source in tenant.world()["sources"]}
    assert list(sources) == ["Active Directory", "HR Database", "Payroll Database", "IdentityNow", "Unmanaged Source"]
    assert sources["HR Database"]["key_bits"] == 4096 and sources["Active Directory"]["key_bits"] == 2048
    assert sources["Unmanaged Source"]["features"] == []
    assert sources["Active Directory"]["sync_group"] == "Directory and payroll"
    assert sources["Payroll Database"]["sync_group"] == "Directory and payroll"
