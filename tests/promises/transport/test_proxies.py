# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proxies from the environment, tested with a real one."""

from __future__ import annotations

import base64
import contextlib

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import QUERY_PASSWORD_INFO
from ansible_collections.community.sailpoint.plugins.module_utils._errors import AddressError, ConnectError
from support.local_servers import LocalServer, closed_port
from support.modules import AD, access, connected
from support.real_proxy import ENCODED, PASSWORD, USER, RealProxy, Wire
from support.tls_servers import TlsServer

QUERY = {"json": {"userName": "svc-backup", "sourceName": AD}}


@pytest.fixture(scope="module")
def asking_proxy(tmp_path_factory):
    with RealProxy(tmp_path_factory.mktemp("asking")) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def open_proxy(tmp_path_factory):
    with RealProxy(tmp_path_factory.mktemp("open"), asks=False) as proxy:
        yield proxy


@pytest.fixture
def open_wire(open_proxy):
    with contextlib.closing(Wire(open_proxy.address)) as recorder:
        yield recorder


@pytest.fixture
def wire(asking_proxy):
    with contextlib.closing(Wire(asking_proxy.address)) as recorder:
        yield recorder


def log_in_and_query(tenant, fake_time, **options):
    """Log in, query, and return the token."""
    with connected(tenant, fake_time, **options) as client:
        assert client.call(QUERY_PASSWORD_INFO, **QUERY).value("sourceId")
        return client.token().value


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_login_and_calls_go_through_the_same_tunnel(tls_tenant, fake_time, open_wire, monkeypatch, variable):
    monkeypatch.setenv(variable, f"http://{open_wire.address}")
    log_in_and_query(tls_tenant, fake_time)
    assert tls_tenant.counts() == {"login": 1, "query": 1}
    assert open_wire.said.count(b"CONNECT ") == 1
    assert len({request["peer_port"] for request in tls_tenant.requests()}) == 1


def test_a_proxy_that_asks_gets_user_and_password_and_no_secret(tls_tenant, fake_time, wire, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", f"http://{ENCODED}@{wire.address}")
    token = log_in_and_query(tls_tenant, fake_time)
    assert tls_tenant.counts() == {"login": 1, "query": 1}
    said = bytes(wire.said)
    assert said.startswith(b"CONNECT " + tls_tenant.base_url[8:].encode() + b" HTTP/1.")
    assert said.count(b"CONNECT ") == 1
    credentials = base64.b64encode(f"{USER}:{PASSWORD}".encode())
    assert b"proxy-authorization: basic " + credentials.lower() in said.lower()
    for secret in (token, access(tls_tenant)["client_secret"], "Bearer", "grant_type", "svc-backup"):
        assert secret.encode() not in said
    assert all("Proxy-Authorization" not in request["headers"] for request in tls_tenant.requests())


@pytest.mark.parametrize("credentials", ["", f"{ENCODED.replace('p%40', 'wrong%40')}@", "svc%20proxy:@"])
def test_a_login_that_the_proxy_refuses_is_explained(tls_tenant, fake_time, asking_proxy, monkeypatch, credentials):
    monkeypatch.setenv("HTTPS_PROXY", f"http://{credentials}{asking_proxy.address}")
    with pytest.raises(ConnectError) as refusal:
        log_in_and_query(tls_tenant, fake_time, retries=0)
    host = tls_tenant.base_url[8:]
    assert refusal.value.message.startswith(f"The proxy for {host} can't be used: Tunnel connection failed: 407")
    assert "special characters percent-encoded" in refusal.value.hint
    shown = f"{refusal.value.as_result()} {refusal.value!r} {refusal.value.__cause__!r}"
    assert "w/rd" not in shown and "w%2Frd" not in shown and "svc" not in shown
    assert tls_tenant.counts() == {}


class RepeatingProxy(LocalServer):
    """Refuses a tunnel with a message that contains the credentials."""

    def respond(self, handler, request):
        handler.send_response(403, f"no {request['headers']['Proxy-Authorization']}")
        handler.end_headers()


def test_a_proxy_that_repeats_its_password_does_not_tell_it(tls_tenant, fake_time, monkeypatch):
    with RepeatingProxy() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{ENCODED}@127.0.0.1:{proxy.server_port}")
        with pytest.raises(ConnectError) as refusal:
            log_in_and_query(tls_tenant, fake_time, retries=0)
    assert "403 no Basic " in refusal.value.message
    said = refusal.value.message.partition("Basic ")[2].partition(".")[0].replace("*", "")
    assert base64.b64decode(said[: len(said) // 4 * 4]).startswith(f"{USER}:".encode()[:8])
    assert PASSWORD.encode()[:4] not in base64.b64decode(said[: len(said) // 4 * 4])
    assert base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()[-16:] not in str(refusal.value.as_result())


@pytest.mark.parametrize(
    "proxy", ["http://me:Sesame@[::1", "socks9://me:Sesame@127.0.0.1:1", "http://me:Sesame@h:port"]
)
def test_an_odd_address_of_a_proxy_is_refused_without_its_password(tls_tenant, fake_time, monkeypatch, proxy):
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises((AddressError, ConnectError)) as refusal:
        log_in_and_query(tls_tenant, fake_time, retries=0)
    assert "Sesame" not in f"{refusal.value.as_result()} {refusal.value!r} {refusal.value.__cause__!r}"
    assert tls_tenant.counts() == {}


ACME = "acme.api.identitynow.com"
BYPASSES = [
    ("NO_PROXY", "127.0.0.1", "127.0.0.1"),
    ("no_proxy", "127.0.0.1", "127.0.0.1"),
    ("NO_PROXY", "127.0.0.1", "127.0.0.0/8"),
    ("NO_PROXY", "127.0.0.1", "*"),
    ("NO_PROXY", "127.0.0.1", "example.org, 127.0.0.1"),
    ("NO_PROXY", ACME, ACME),
    ("NO_PROXY", ACME, "{host}:{port}"),
    ("NO_PROXY", ACME, "identitynow.com"),
    ("NO_PROXY", ACME, ".identitynow.com"),
]


@pytest.mark.parametrize(("variable", "host", "no_proxy"), BYPASSES)
def test_hosts_in_no_proxy_are_reached_directly(
    authority, tenant, fake_time, all_hosts_here, monkeypatch, variable, host, no_proxy
):
    with TlsServer(authority.server([host])) as server:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{closed_port()}")
        monkeypatch.setenv(variable, no_proxy.format(host=host, port=server.server_port))
        with connected(tenant, fake_time, base_url=server.at(host), ca_path=authority.ca_path) as client:
            client.call(QUERY_PASSWORD_INFO, json={})
    assert len(server.requests) == 2


@pytest.mark.parametrize("no_proxy", ["", "10.0.0.0/8", "127.0.0.1:1", "acme.example.org"])
def test_hosts_outside_no_proxy_are_reached_through_the_proxy(tls_tenant, fake_time, monkeypatch, no_proxy):
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    with pytest.raises(ConnectError, match="^The proxy for "):
        log_in_and_query(tls_tenant, fake_time, retries=0)
    assert tls_tenant.counts() == {}


def test_a_netrc_has_no_effect_beside_a_proxy(tls_tenant, fake_time, wire, monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login thief password loot\ndefault login thief password loot\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HTTPS_PROXY", f"http://{ENCODED}@{wire.address}")
    log_in_and_query(tls_tenant, fake_time)
    assert base64.b64encode(b"thief:loot") not in wire.said
    assert [request["authorization_scheme"] for request in tls_tenant.requests()] == [None, "Bearer"]
