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


@pytest.mark.parametrize("version", LAYOUTS)
def test_without_layout(api, tenant, version):
    tenant.settings(without_layouts=[version])
    reply = api.query(version=version)
    assert (reply.status, reply.json["detailCode"]) == (404, "404 Not found")
    assert api.query(version="v3" if version != "v3" else "v1").status == 200


def test_digit_token_values(api, tenant):
    reply = api.digit_token({"userId": "Abby.Smith", "length": 18, "durationMinutes": 60})
    token = reply.json["digitToken"]
    assert len(token) == 18 and token.isdigit() and token[0] == "0"
    (kept,) = tenant.digit_tokens()
    assert (kept["digit_token"], kept["user_id"], kept["request_id"]) == (token, "Abby.Smith", reply.json["requestId"])
    assert kept["expires_at"] == pytest.approx(kept["created_at"] + 3600)
    assert api.status(reply.json["requestId"]).status == 404
    assert len(api.digit_token({"userId": "Abby.Smith"}).json["digitToken"]) == 6


def test_digit_tokens_without_leading_zero(api, tenant):
    tenant.settings(digit_leading_zero=False)
    firsts = {api.digit_token({"userId": "Abby.Smith"}).json["digitToken"][0] for _token in range(60)}
    assert len(firsts) > 2


def test_digit_tokens_off(api, tenant):
    tenant.settings(digit_token_enabled=False)
    reply = api.digit_token({"userId": "Abby.Smith"})
    assert reply.status == 400 and "not enabled" in reply.text


def test_query_answers(api, tenant):
    info = api.query("multi.account").json
    ids = [account["accountId"] for account in info["accounts"]]
    names = [account["accountName"] for account in info["accounts"]]
    assert len(set(ids)) == 3 and len(set(names)) == 2
    assert "passwordHistory is 5" in info["policies"]
    assert api.query("no.account").json["accounts"] == []
    zoe = api.query("zo\u00eb.o'neil").json["accounts"]
    assert zoe == [
        {"accountId": 'CN=O\'Neil\\, Zo\u00eb "ZZ",OU=B\u00fcro,DC=acme,DC=com', "accountName": 'Zo\u00eb "ZZ" O\'Neil'}
    ]


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


def test_generated_accounts(api):
    info = api.query("user00003").json
    assert info["accounts"] == [{"accountId": "CN=user00003,OU=Generated,DC=acme,DC=com", "accountName": "user00003"}]
    assert api.query("user00004").status == 400
