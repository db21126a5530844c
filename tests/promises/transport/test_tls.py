# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS: versions, certificates and CAs."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
import urllib3
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError, TlsError
from ansible_collections.community.sailpoint.plugins.module_utils._http import adapter as _tls
from ansible_collections.community.sailpoint.plugins.module_utils._http.adapter import (
    create_ssl_context,
    default_ssl_context,
)
from ansible_collections.community.sailpoint.plugins.module_utils._http.transport import Transport
from support.local_servers import Proxy
from support.tls_servers import DAY, Authority, TlsServer

LOOPBACK = ["127.0.0.1", "::1", "localhost"]
ACME = "acme.api.identitynow.com"
OLD = urllib3.__version__.startswith("1.")
CA_HINT = "Give the CA that issued it with ca_path."
NAME_HINT = "Check that base_url has the host name of the certificate."
TIME_HINT = (
    "Check the clock of this machine, and whether a CA in ca_path or in the CA bundle has expired; else the server "
    "needs a new certificate."
)


def send(url, verify=True):
    transport = Transport(url, verify, 10)
    try:
        return transport.send("POST", "/x", {"Authorization": "Bearer secret-token"}, json={})
    finally:
        transport.close()


@pytest.fixture
def careless_defaults(monkeypatch):
    """Start TLS contexts as a careless openssl.cnf does: any version, any cipher."""

    def careless(protocol):
        context = ssl.SSLContext(protocol)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("ALL:@SECLEVEL=0")
        return context

    monkeypatch.setattr(_tls, "ssl", SimpleNamespace(**{**vars(ssl), "SSLContext": careless}))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.parametrize("verify", [True, False])
@pytest.mark.parametrize("proxied", [False, True])
def test_a_server_without_tls_1_2_is_refused(authority, careless_defaults, monkeypatch, version, verify, proxied):
    context = authority.server(LOOPBACK)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = version
    context.maximum_version = version
    with TlsServer(context) as server, Proxy() as proxy:
        if proxied:
            monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        with pytest.raises(TlsError) as refusal:
            send(server.at("127.0.0.1"), verify and authority.ca_path)
    assert len(proxy.requests) == int(proxied)
    assert refusal.value.message.startswith("No TLS connection to 127.0.0.1:")
    assert "TLS 1.2 or newer" in refusal.value.hint
    assert server.requests == []


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_tls_1_2_and_1_3_are_accepted(authority, version):
    context = authority.server(LOOPBACK)
    context.minimum_version = version
    context.maximum_version = version
    with TlsServer(context) as server:
        assert send(server.at("127.0.0.1"), authority.ca_path).status == 200


# The certificate, the host in base_url, OpenSSL's reason, and the hint.
BAD_CERTIFICATES = {
    "self-signed": ({"names": LOOPBACK, "by_itself": True}, "127.0.0.1", "signed certificate", CA_HINT),
    "expired": ({"names": LOOPBACK, "start": -3 * DAY, "end": -DAY}, "127.0.0.1", "has expired", TIME_HINT),
    "not yet": ({"names": LOOPBACK, "start": DAY, "end": 2 * DAY}, "127.0.0.1", "is not yet valid", TIME_HINT),
    "other name": ({"names": ["acme.example.org"]}, ACME, "ostname mismatch", NAME_HINT),
    "wildcard of two": ({"names": ["*.identitynow.com"]}, ACME, "ostname mismatch", NAME_HINT),
    "other address": ({"names": ["127.0.0.2"]}, "127.0.0.1", "IP address mismatch", NAME_HINT),
    "no name": ({"names": []}, "server", "ostname mismatch", NAME_HINT),
}


if OLD:
    del BAD_CERTIFICATES["no name"]  # urllib3 before 2 takes the common name of a certificate without other names.


@pytest.mark.parametrize("name", BAD_CERTIFICATES)
@pytest.mark.parametrize("proxied", [False, True])
def test_a_bad_certificate_is_refused_with_its_reason(authority, all_hosts_here, monkeypatch, name, proxied):
    certificate, host, reason, remedy = BAD_CERTIFICATES[name]
    with TlsServer(authority.server(**certificate)) as server, Proxy() as proxy:
        if proxied:
            monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        with pytest.raises(TlsError) as refusal:
            send(server.at(host), authority.ca_path)
    assert refusal.value.message.startswith(f"The certificate of {host}:{server.server_port} is not accepted: ")
    assert reason in refusal.value.message or (OLD and "it is for another host name" in refusal.value.message)
    assert refusal.value.hint == remedy
    assert not refusal.value.is_transient
    assert server.requests == []
    assert len(proxy.requests) == int(proxied)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", ACME, "a.example.org"])
def test_each_name_of_a_certificate_is_accepted(authority, all_hosts_here, host):
    with TlsServer(authority.server([*LOOPBACK, ACME, "*.example.org"])) as server:
        assert send(server.at(host), authority.ca_path).status == 200


def test_an_authority_that_is_not_the_given_one_is_refused(authority, tmp_path):
    other = Authority(tmp_path, "Other CA")
    with TlsServer(other.server(LOOPBACK)) as server:
        for verify in (True, authority.ca_path):
            with pytest.raises(TlsError) as refusal:
                send(server.at("127.0.0.1"), verify)
            assert refusal.value.hint == CA_HINT
    assert server.requests == []


def test_a_ca_path_replaces_the_usual_authorities_which_are_read_once(authority):
    assert create_ssl_context(authority.ca_path).cert_store_stats()["x509"] == 1
    assert create_ssl_context(True).cert_store_stats()["x509"] > 50
    assert default_ssl_context() is create_ssl_context(True) is default_ssl_context()
    assert create_ssl_context(False) is not create_ssl_context(False)
    assert default_ssl_context().verify_mode == ssl.CERT_REQUIRED
    assert default_ssl_context().check_hostname is not OLD


@pytest.mark.skipif(not shutil.which("openssl"), reason="the command openssl prepares the directory")
def test_a_directory_that_openssl_prepared_is_accepted(authority, tmp_path):
    shutil.copy(authority.ca_path, tmp_path)
    subprocess.run(["openssl", "rehash", tmp_path], check=True)
    with TlsServer(authority.server(LOOPBACK)) as server:
        assert send(server.at("127.0.0.1"), str(tmp_path)).status == 200


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_bundle_of_the_environment_replaces_the_usual_authorities(authority, monkeypatch, variable):
    with TlsServer(authority.server(LOOPBACK)) as server:
        monkeypatch.setenv(variable, authority.ca_path)
        assert send(server.at("127.0.0.1")).status == 200
        monkeypatch.setenv(variable, authority.ca_path + ".missing")
        with pytest.raises(InputError, match=f"variable {variable}: .* can't be read") as refusal:
            send(server.at("127.0.0.1"))
    assert refusal.value.hint


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_the_variables_of_openssl_have_no_effect(authority, monkeypatch, variable):
    path = authority.ca_path if variable == "SSL_CERT_FILE" else str(Path(authority.ca_path).parent)
    monkeypatch.setenv(variable, path)
    with TlsServer(authority.server(LOOPBACK)) as server, pytest.raises(TlsError):
        send(server.at("127.0.0.1"))
