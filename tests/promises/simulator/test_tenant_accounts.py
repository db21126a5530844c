# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading an account again from its source, after which Search knows more."""

from __future__ import annotations

import pytest
from support.contract import VERSIONS


def backup(api):
    body = {"indices": ["identities"], "query": {"query": "name:svc-backup"}}
    return api.post("/search/v1", body).json[0]["accounts"][0]


def path_of(api, version="v1"):
    return ("/accounts/v1" if version == "v1" else f"/{version}/accounts") + f"/{backup(api)['id']}/reload"


@pytest.mark.parametrize("version", VERSIONS)
def test_an_account_is_read_again(api, tenant, version):
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


def test_what_can_not_be_read_again(api):
    for rest in ("/nothing/reload", "/a/b/reload", "//reload", "/reload"):
        assert api.send("POST", f"/accounts/v1{rest}", headers=api.headers()).status == 404
    path = path_of(api)
    assert api.post(path, {}).status == 400
    assert api.send("POST", f"{path}?force=true", headers=api.headers()).status == 400
    assert api.send("POST", path, headers=api.headers("api-client-passwords-only")).status == 403
    assert api.get(path).status == 405
