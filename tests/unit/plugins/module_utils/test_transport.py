# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The transport over real HTTP."""

from __future__ import annotations

import gzip
import json
import socket

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    AddressError,
    ConnectError,
    LostResponseError,
    TlsError,
    UnexpectedResponseError,
)
from ansible_collections.community.sailpoint.plugins.module_utils._http.transport import MAX_RESPONSE_SIZE, Transport
from ansible_collections.community.sailpoint.plugins.module_utils._versions import USER_AGENT
from support.local_servers import LocalServer, Proxy, RawResponse, closed_port

SECRET_HEADER = {"Authorization": "Bearer secret-token"}
QUERY = "/query-password-info/v1"


def login_form(tenant, client="api-client"):
    return {"grant_type": "client_credentials", **tenant.clients[client]}


def send(url, method="GET", path="/x", verify=True, timeout=10.0, **options):
    transport = Transport(url, verify, timeout)
    try:
        return transport.send(method, path, SECRET_HEADER, **options)
    finally:
        transport.close()


@pytest.mark.parametrize("client", ["api-client", "pat-abby"])
def test_a_form_is_urlencoded_with_all_its_special_characters(tenant, client):
    transport = Transport(tenant.base_url, True, 10)
    response = transport.send("POST", "/oauth/token", form=login_form(tenant, client))
    assert response.status == 200
    assert json.loads(response.body)["access_token"]
    (request,) = tenant.requests("login")
    assert request["headers"]["Content-Type"] == "application/x-www-form-urlencoded"
    assert request["query_keys"] == []


def test_requests_name_the_collection_and_ask_for_json():
    with LocalServer() as server:
        assert send(server.url, "POST", json={"a": "\u00fc"}).body == b"{}"
    (request,) = server.requests
    assert request["headers"]["User-Agent"] == USER_AGENT
    assert request["headers"]["Accept"] == "application/json"
    assert request["headers"]["Content-Type"] == "application/json"
    assert json.loads(request["body"]) == {"a": "\u00fc"}


def test_a_netrc_does_not_replace_the_token(tmp_path, monkeypatch):
    for name in (".netrc", "_netrc"):
        (tmp_path / name).write_text("machine 127.0.0.1 login thief password x\ndefault login thief password x\n")
        (tmp_path / name).chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    with LocalServer() as server:
        send(server.url)
        monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
        send(server.url)
        Transport(server.url, True, 10).send("GET", "/login")
    sent = [request["headers"].get("Authorization") for request in server.requests]
    assert sent == ["Bearer secret-token", "Bearer secret-token", None]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_explained_and_not_followed(tenant, status):
    with LocalServer() as other:
        location = f"http://me:secret@{other.url[7:]}/elsewhere"
        tenant.fault("query", "redirect", location=location, status=status)
        with pytest.raises(UnexpectedResponseError) as refusal:
            send(tenant.base_url, "POST", QUERY, json={})
    assert other.requests == []
    host = tenant.base_url[7:]
    assert refusal.value.message == (
        f"{host} redirects to {other.url}; this is not followed, because the token would be sent along."
    )
    assert refusal.value.details == {"status_code": status}
    assert len(tenant.requests("query")) == 1


@pytest.mark.parametrize("location", ["/other", "", "http://[::1", "//", "\x1b[31m"])
def test_a_redirect_to_an_odd_address_is_explained(location):
    headers = {"Location": location, "Content-Length": "0"}
    with RawResponse(302, headers, b"") as server, pytest.raises(UnexpectedResponseError) as refusal:
        send(server.url)
    assert "redirects elsewhere; this is not followed" in refusal.value.message


def test_the_body_of_a_redirect_is_not_read():
    headers = {"Location": "/", "Content-Length": str(10**9)}
    with RawResponse(302, headers, b"x") as server, pytest.raises(UnexpectedResponseError, match="redirects elsewhere"):
        send(server.url)


def test_a_compressed_response_in_chunks_is_decoded():
    content = json.dumps({"a": "b" * 200000}).encode()
    packed = gzip.compress(content)
    pieces = [packed[start : start + 50] for start in range(0, len(packed), 50)]
    body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    with RawResponse(200, {"Transfer-Encoding": "chunked", "Content-Encoding": "gzip"}, body) as server:
        assert send(server.url).body == content


@pytest.mark.parametrize("packed", [False, True])
def test_too_large_a_response_is_refused(packed):
    body = b"x" * (MAX_RESPONSE_SIZE + 1)
    body = gzip.compress(body) if packed else body
    headers = {"Content-Length": str(len(body)), "Content-Encoding": "gzip" if packed else "identity"}
    with RawResponse(200, headers, body) as server, pytest.raises(UnexpectedResponseError, match="more than 1024 KiB"):
        send(server.url)


def test_a_response_of_the_largest_size_is_accepted():
    body = b"x" * MAX_RESPONSE_SIZE
    with RawResponse(200, {"Content-Length": str(len(body))}, body) as server:
        assert send(server.url).body == body


def test_a_timeout_is_a_lost_response(tenant):
    tenant.fault("query", "slow", seconds=5, when="before")
    with pytest.raises(LostResponseError, match=r"No complete response from .* within 0.05 s \(request_timeout\)"):
        send(tenant.base_url, "POST", QUERY, timeout=0.05, json={})


@pytest.mark.parametrize("kind", ["lost_before", "lost_after"])
def test_a_connection_that_ends_early_is_a_lost_response(tenant, kind):
    tenant.fault("query", kind)
    with pytest.raises(LostResponseError, match=r"^The connection to .* ended before a complete response arrived \("):
        send(tenant.base_url, "POST", QUERY, json={})


def test_a_refused_connection_is_a_connect_error():
    with pytest.raises(ConnectError, match=r"^No connection to 127\.0\.0\.1:\d+: connection refused\.$") as error:
        send(f"http://127.0.0.1:{closed_port()}")
    assert error.value.is_transient


def test_an_unknown_host_is_a_connect_error(monkeypatch):
    def resolve(*_arguments):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(ConnectError, match=r"^No connection to isc\.invalid: name or service not known\."):
        send("https://isc.invalid")


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_plain_http_to_this_machine_goes_to_no_proxy(tenant, monkeypatch, variable):
    with Proxy() as proxy:
        monkeypatch.setenv(variable, proxy.url)
        assert send(tenant.base_url, "POST", QUERY, json={}).status == 401
        assert send(tenant.base_url, "POST", "/oauth/token", form=login_form(tenant)).status == 400
    assert proxy.requests == []
    assert tenant.counts() == {"query": 1, "login": 1}


def test_a_proxy_that_does_not_answer_is_named(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{closed_port()}")
    with pytest.raises(ConnectError, match=r"^The proxy for localhost can't be used: connection refused\.$"):
        send("https://localhost")


@pytest.mark.parametrize("proxy", ["http://", "socks9://127.0.0.1:1"])
def test_an_invalid_proxy_address_is_explained(monkeypatch, proxy):
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(AddressError, match=r"The address of acme\.example\.org or of its proxy can't be used") as error:
        send("https://acme.example.org")
    assert "SOCKS" in error.value.hint


def test_an_empty_variable_does_not_name_a_bundle(tls_tenant, monkeypatch):
    # AWX sets an empty variable if the field of the credential is empty.
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "")
    with pytest.raises(TlsError, match="is not accepted"):
        send(tls_tenant.base_url)
    monkeypatch.setenv("CURL_CA_BUNDLE", str(tls_tenant.ca_path))
    assert send(tls_tenant.base_url, path=QUERY).status == 405


def test_disabled_verification_stays_disabled(tls_tenant, monkeypatch, recwarn):
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(variable, tls_tenant.ca_path)
    assert send(tls_tenant.base_url.replace("127.0.0.1", "127.1"), path=QUERY, verify=False).status == 405
    assert not recwarn.list


def test_https_to_a_plain_port_is_explained(tenant):
    with pytest.raises(TlsError, match="^No TLS connection to "):
        send(tenant.base_url.replace("http://", "https://"))
