# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An attempt ends in time, whatever the server does, and all attempts of a call share the time until its deadline."""

from __future__ import annotations

import json
import socket
import time

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import CHANGE_STATUS
from ansible_collections.community.sailpoint.plugins.module_utils._client.authenticator import Credentials
from ansible_collections.community.sailpoint.plugins.module_utils._client.client import Client
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    ConnectError,
    IscError,
    LostResponseError,
)
from ansible_collections.community.sailpoint.plugins.module_utils._http.transport import Response, Transport
from support.local_servers import LocalServer
from support.slow_servers import DrippingServer, deaf_port

TIMEOUT = 0.1
OK = b"HTTP/1.1 200 OK\r\n"
DRIPS = {
    "the status line": (b"HTTP/1.1 200 ", b"O"),
    "a header": (OK + b"X-Slow: ", b"x"),
    "many headers": (OK, b"X: y\r\n"),
    "interim responses": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a body": (OK + b"Content-Length: 1000000\r\n\r\n", b"x"),
    "a small body": (OK + b"Content-Length: 1000\r\n\r\n", b"x"),
    "chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "a body without length": (OK + b"Connection: close\r\n\r\n", b"x"),
}


def send(address: str, within: float | None = None, timeout: float = TIMEOUT) -> None:
    """Send a request whose response doesn't matter."""
    transport = Transport(address, False, timeout)
    try:
        transport.send("POST", "/set-password/v1", json={}, within=within)
    finally:
        transport.close()


@pytest.mark.parametrize("part", DRIPS)
def test_a_response_that_comes_byte_by_byte_is_lost(part):
    with DrippingServer(*DRIPS[part]) as server:
        with pytest.raises(LostResponseError, match=r"No complete response from .* within 0\.1 s \(request_timeout\)"):
            send(f"http://{server.address}")
        assert server.ended.wait(30)
    assert len(server.heads) == 1


def test_a_proxy_that_answers_byte_by_byte_has_passed_nothing_on(monkeypatch):
    for begin, drip in (DRIPS["a header"], DRIPS["many headers"], (b"", b"")):
        with DrippingServer(begin, drip) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.address}")
            with pytest.raises(ConnectError, match="did not accept a connection within") as error:
                send("https://acme.api.identitynow.com")
            assert proxy.ended.wait(30)
        assert error.value.is_transient
        assert all(head.startswith(b"CONNECT ") for head in proxy.heads)


def test_an_unfinished_handshake_is_no_connection():
    with DrippingServer() as server:
        with pytest.raises(ConnectError, match="did not accept a connection within") as error:
            send(f"https://{server.address}")
        assert server.ended.wait(30)
    assert error.value.is_transient


def test_a_connection_that_is_not_accepted_ends_in_time():
    with deaf_port() as port, pytest.raises(ConnectError, match="did not accept a connection within 0.1 s"):
        send(f"http://127.0.0.1:{port}")


def test_a_dead_address_leaves_time_for_the_next(monkeypatch):
    """The addresses of a name differ only in the host, so the fake resolver gives the dead one another port."""
    original = socket.getaddrinfo
    with LocalServer() as server, deaf_port() as deaf:

        def resolve(host, port, *arguments, **options):
            if host == "isc.invalid":
                return original("127.0.0.2", port)[:1] + original("127.0.0.1", port)[:1]
            return original("127.0.0.1", deaf if host == "127.0.0.2" else port, *arguments, **options)

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        send(f"http://isc.invalid:{server.server_port}", timeout=1.0)
    assert len(server.requests) == 1


def test_a_proxy_whose_name_takes_too_long_is_named(monkeypatch):
    def resolve(*_arguments, **_options):
        time.sleep(2 * TIMEOUT)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid:3128")
    with pytest.raises(ConnectError, match=r"^The proxy for isc\.invalid can't be used: timed out\.$"):
        send("https://isc.invalid")


def test_an_attempt_gets_only_the_rest_of_the_time_to_wait():
    with DrippingServer(*DRIPS["a header"]) as server:
        with pytest.raises(LostResponseError, match=r"within 0\.05 s \(the remaining wait time\)"):
            send(f"http://{server.address}", within=0.05, timeout=3600.0)
        with pytest.raises(LostResponseError, match=r"within 0\.1 s \(request_timeout\)"):
            send(f"http://{server.address}", within=50.0)
        assert server.ended.wait(30)


@pytest.mark.parametrize("within", [0.0, -5.0])
def test_without_time_left_an_attempt_ends_at_once(within):
    with DrippingServer(*DRIPS["a body"]) as server, pytest.raises((ConnectError, LostResponseError)):
        send(f"http://{server.address}", within=within)


class Attempts:
    """Replaces a transport: each attempt takes all its time on a fake clock."""

    host, secrets = "acme.api.identitynow.com", ()

    def __init__(self, fake_time, timeout, responses):
        self.within = []
        self._fake_time, self._timeout, self._responses = fake_time, timeout, responses

    def send(self, method, path, *_arguments, within=None, **_options):
        self.within.append(within)
        self._fake_time.now += min(self._timeout, within)
        response = self._responses.pop(0)
        if response is None:
            raise LostResponseError("No complete response.")
        return Response(response[0], {}, json.dumps(response[1]).encode())


TOKEN = (200, {"access_token": "a.b.c", "expires_in": 700})


@pytest.mark.parametrize(
    ("left", "responses", "within"),
    [
        (100.0, [TOKEN, None, None, None, None], [100.0, 90.0, 79.5, 68.5, 56.5]),
        (15.0, [TOKEN, None], [15.0, 5.0]),
        (0.25, [TOKEN], [1.0]),
        (0.0, [None], [1.0]),
        (-60.0, [None], [1.0]),
    ],
)
def test_all_attempts_of_a_call_share_the_time_until_a_deadline(fake_time, left, responses, within):
    transport = Attempts(fake_time, 10.0, [*responses, *[None] * 5])
    client = Client(transport, Credentials("id", "secret"), runtime=fake_time.runtime, retries=3)
    deadline = fake_time.now + left
    with pytest.raises(IscError):
        client.call(CHANGE_STATUS, resource_id="r", deadline=deadline)
    assert transport.within[: len(within)] == within
    assert fake_time.now <= max(deadline, 1000.0) + 1
