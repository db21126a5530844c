# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A token and a secret go to the host in base_url, and nothing that a server sends makes them go elsewhere."""

from __future__ import annotations

import contextlib
import socket
import threading

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import (
    QUERY_PASSWORD_INFO,
    SET_PASSWORD,
)
from ansible_collections.community.sailpoint.plugins.module_utils._errors import UnexpectedResponseError
from ansible_collections.community.sailpoint.plugins.module_utils._http.transport import Transport
from support.local_servers import LocalServer, RawResponse
from support.modules import connected
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
    """Answers one request on each connection as if more could follow, and then closes it."""

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
def test_ipv6_serves_as_well(authority, tenant, fake_time, monkeypatch, no_proxy):
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
