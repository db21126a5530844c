# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens and secrets go only to the host in base_url, whatever a server sends. Claims of tokens only explain errors."""

from __future__ import annotations

import base64
import contextlib
import json
import socket
import threading

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import (
    QUERY_PASSWORD_INFO,
    SET_PASSWORD,
)
from ansible_collections.community.sailpoint.plugins.module_utils._errors import ApiError, UnexpectedResponseError
from ansible_collections.community.sailpoint.plugins.module_utils._http.transport import Transport
from ansible_collections.community.sailpoint.plugins.modules import isc_login
from support.local_servers import LocalServer, RawResponse
from support.modules import connected, run
from support.operations import OPERATIONS
from support.tls_servers import TOKEN_FOR_ALL, TlsServer

REDIRECTS = range(300, 309)


@pytest.mark.parametrize("status", REDIRECTS)
@pytest.mark.parametrize("given", [{}, {"access_token": "a.b.c"}])
def test_no_redirect_takes_a_secret_along(tenant, fake_time, status, given):
    with (
        LocalServer() as other,
        RawResponse(status, {"Location": other.url, "Content-Length": "0"}, b"") as server,
        connected(tenant, fake_time, base_url=server.url, **given) as client,
        pytest.raises(UnexpectedResponseError, match="this is not followed"),
    ):
        client.call(QUERY_PASSWORD_INFO, json={})
    assert len(server.requests) == 1
    assert server.requests[0]["target"] == ("/query-password-info/v1" if given else "/oauth/token")
    assert other.requests == []


@pytest.mark.parametrize("domain", ["", "; Domain=127.0.0.1", "; Domain=example.org", "; Path=/; Secure"])
def test_cookies_are_not_kept(tenant, fake_time, domain):
    headers = {"Set-Cookie": f"stickiness=node7{domain}", "Content-Length": str(len(TOKEN_FOR_ALL))}
    with (
        RawResponse(200, headers, TOKEN_FOR_ALL) as server,
        connected(tenant, fake_time, base_url=server.url) as client,
    ):
        for _number in range(2):
            client.call(QUERY_PASSWORD_INFO, json={})
    assert len(server.requests) == 3
    assert not any("Cookie" in request["headers"] for request in server.requests)


class ClosingServer:
    """Responds to one request on each connection as if more could follow, and then closes it."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.paths: list[str] = []
        self.closed = threading.Semaphore(0)
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> ClosingServer:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._listener.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _address = self._listener.accept()
                with connection:
                    self.paths.append(connection.recv(65536).split()[1].decode())
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
                self.closed.release()


def test_a_set_on_a_connection_that_the_server_closed_is_sent_once_on_a_new_one(tenant, fake_time):
    with ClosingServer() as server, connected(tenant, fake_time, base_url=server.url, access_token="a.b.c") as client:
        client.call(QUERY_PASSWORD_INFO, json={})
        assert server.closed.acquire(timeout=10)
        assert client.call(SET_PASSWORD, json={}).content == {}
    assert server.paths == ["/query-password-info/v1", "/set-password/v1"]


def _has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(not _has_ipv6(), reason="this machine has no IPv6 loopback")
@pytest.mark.parametrize("no_proxy", [None, "::1"])
def test_ipv6_works(authority, tenant, fake_time, monkeypatch, no_proxy):
    if no_proxy:
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
        monkeypatch.setenv("NO_PROXY", no_proxy)
    context = authority.server(["::1"])
    with TlsServer(context, "::1") as server:
        options = {"base_url": f"{server.at('[::1]')}/v1", "ca_path": authority.ca_path}
        with connected(tenant, fake_time, **options) as client:
            assert client.call(QUERY_PASSWORD_INFO, json={}).content
            assert client.tenant == f"[::1]:{server.server_port}"
    assert [request["target"] for request in server.requests] == ["/oauth/token", "/query-password-info/v1"]
    assert server.requests[0]["headers"]["Host"] == f"[::1]:{server.server_port}"


def test_a_form_with_a_secret_is_in_no_address():
    with LocalServer() as server:
        Transport(server.url, True, 10).send("POST", "/oauth/token", form={"client_secret": "Sesame"})
    assert "Sesame" not in server.requests[0]["target"]


ACME = "acme.api.identitynow.com"
OTHER = "The access token says that it is of the tenant other, but base_url is the address of acme."


def token(**claims):
    """Return an unsigned JWT."""
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
    """Run a server with the name of a tenant."""
    with TlsServer(authority.server([ACME])) as server:
        yield server


def given_to(server, authority, **claims):
    """Return the connection options for a server and a token with these claims."""
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
def test_a_login_warns_about_another_tenant(authority, acme, tenant, fake_time, all_hosts_here, org, noticed):
    warnings = []
    given = given_to(acme, authority, org=org)
    assert run(isc_login, tenant, fake_time, warnings=warnings, **given)["access_token"] == token(org=org)
    assert len(warnings) == noticed
    # A host that names no tenant is never compared.
    warnings.clear()
    run(isc_login, tenant, fake_time, warnings=warnings, access_token=token(org="other"))
    assert warnings == []
