# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A token's claims explain; what happens is up to ISC."""

from __future__ import annotations

import base64
import json

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import ApiError
from ansible_collections.community.sailpoint.plugins.modules import isc_login
from support.local_servers import RawResponse
from support.modules import connected, run
from support.operations import OPERATIONS
from support.tls_servers import TlsServer

ACME = "acme.api.identitynow.com"
OTHER = "The access token says that it is of the tenant other, but base_url is the address of acme."


def token(**claims):
    """Return a JWT that nobody signed."""
    part = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJub25lIn0.{part}."


ABSURD = {
    "no scope that helps": token(scope=["idn:nothing:read"]),
    "somebody else": token(user_name="mallory", identity_id="2c00", scope=["idn:nothing:read"]),
    "ended long ago": token(exp=1, nbf=99999999999, org="other"),
    "wrong types": token(scope={"a": 1}, org=["x"], user_name=7, identity_id=True, exp="never"),
    "huge": token(org="x" * 5000, scope=["s" * 99] * 50),
    "opaque": "opaque",
}


@pytest.mark.parametrize("name", ABSURD)
def test_whatever_a_token_says_the_request_is_sent(tenant, fake_time, name):
    given = {"client_id": None, "client_secret": None, "access_token": ABSURD[name]}
    with (
        RawResponse(200, {"Content-Length": "2"}, b"{}") as server,
        connected(tenant, fake_time, base_url=server.url, **given) as client,
    ):
        for operation in OPERATIONS:
            assert client.call(operation, resource_id="r").content == {}
        assert client.warnings == []
    assert len(server.requests) == len(OPERATIONS) > 0
    assert {request["headers"]["Authorization"] for request in server.requests} == {f"Bearer {ABSURD[name]}"}


@pytest.fixture(scope="module")
def acme(authority):
    """Run a server that has the name of a tenant."""
    with TlsServer(authority.server([ACME])) as server:
        yield server


def given_to(server, authority, **claims):
    """Return the connection options for a server, with a token that says *claims*."""
    return {"base_url": server.at(ACME), "ca_path": authority.ca_path, "access_token": token(**claims)}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_a_token_of_another_tenant_is_noticed_and_sent_all_the_same(
    authority, acme, tenant, fake_time, all_hosts_here, monkeypatch, operation
):
    given = {"client_id": None, "client_secret": None, **given_to(acme, authority, org="other")}
    monkeypatch.setattr(acme, "requests", [])
    with connected(tenant, fake_time, **given) as client:
        client.call(operation, resource_id="r")
        for status in (401, 403, 404):
            monkeypatch.setattr(acme, "_response", (status, {"Content-Length": "2"}, b"{}"))
            with pytest.raises(ApiError) as refusal:
                client.call(operation, resource_id="r")
            assert refusal.value.status_code == status and refusal.value.hint.startswith(OTHER)
        assert client.warnings == [f"{OTHER} ISC will probably refuse it."]
    assert len(acme.requests) == 4


@pytest.mark.parametrize(("org", "noticed"), [("other", 1), ("acme", 0), ("ACME", 0), (None, 0), ("", 0), (["x"], 0)])
def test_a_login_tells_of_another_tenant(authority, acme, tenant, fake_time, all_hosts_here, org, noticed):
    warnings = []
    given = given_to(acme, authority, org=org)
    assert run(isc_login, tenant, fake_time, warnings=warnings, **given)["access_token"] == token(org=org)
    assert len(warnings) == noticed


def test_nothing_is_said_where_the_host_names_no_tenant(tenant, fake_time):
    warnings = []
    run(isc_login, tenant, fake_time, warnings=warnings, access_token=token(org="other"))
    assert warnings == []
