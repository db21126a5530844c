# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parsing the address of a tenant's API as people type it."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._client.authenticator import org_from_host
from ansible_collections.community.sailpoint.plugins.module_utils._client.connection import is_loopback, parse_base_url
from ansible_collections.community.sailpoint.plugins.module_utils._client.operation import API_VERSIONS
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError
from hypothesis import given
from hypothesis import strategies as st

ACME = "https://acme.api.identitynow.com"

ACCEPTED = [
    (ACME, ACME, None),
    (f"{ACME}/", ACME, None),
    (f"  {ACME}//\n", ACME, None),
    ("HTTPS://ACME.Api.IdentityNow.com", ACME, None),
    ("https://acme.api.identitynow-demo.com", "https://acme.api.identitynow-demo.com", None),
    ("https://acme.api.saas.sailpointfedramp.com", "https://acme.api.saas.sailpointfedramp.com", None),
    ("https://isc.example.org:8443/v3", "https://isc.example.org:8443", "v3"),
    ("https://isc_test.example.org.", "https://isc_test.example.org.", None),
    ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443", None),
    ("http://localhost:8080/v1", "http://localhost:8080", "v1"),
    ("http://127.8.0.9:1", "http://127.8.0.9:1", None),
    ("http://[::1]:8080", "http://[::1]:8080", None),
    (f"https://{'a' * 63}.com", f"https://{'a' * 63}.com", None),
]

REFUSED = [
    (None, "base_url is missing.", "environment SAIL_BASE_URL"),
    ("", "base_url is missing.", ACME),
    (" \t ", "base_url is missing.", ACME),
    ("acme.api.identitynow.com", "is not an https URL: 'acme.api.identitynow.com'.", "with the scheme"),
    ("acme:443", "is not an https URL", "with the scheme"),
    ("ftp://acme.api.identitynow.com", "is not an https URL", "with the scheme"),
    ("https://", "is not an https URL", "with the scheme"),
    ("https://[::1", "is not a URL", "like https://acme"),
    ("https://acme:65536", "is not a URL", "like https://acme"),
    ("https://me:secret@acme.api.identitynow.com", "contains a user name or password", "client_id and client_secret"),
    (f"{ACME}?a=b", "has a query or fragment", "like https://acme"),
    (f"{ACME}/#", "has a query or fragment", "like https://acme"),
    ("https://acme.login.sailpoint.com", "is the address of the login page", "https://acme.api.identitynow.com"),
    (f"{ACME}/v4", "has a path that is not an API version", "only scheme and host"),
    ("http://acme.api.identitynow.com", "uses plain http to acme.api.identitynow.com.", "Use https"),
    ("http://[2001:db8::1]", "uses plain http", "Use https"),
    ("http://localhost.evil.com", "uses plain http to localhost.evil.com.", "Use https"),
    ("http://localhost.", "uses plain http", "Use https"),
    ("http://127.0.0.1.nip.io", "uses plain http to 127.0.0.1.nip.io.", "Use https"),
    ("http://127.0.0.1@evil.com", "contains a user name or password", "client_id and client_secret"),
    ("http://evil.com\\@127.0.0.1", "contains a user name or password", "client_id and client_secret"),
    ("http://127.0.0.1\\.evil.com", "has no valid host name", "like https://acme"),
    ("http://0.0.0.0:8080", "uses plain http", "Use https"),
    ("http://2130706433", "uses plain http", "Use https"),
    ("http://127.1", "uses plain http", "Use https"),
    ("http://[::ffff:127.0.0.1]", "uses plain http", "Use https"),
    ("https://acme.api.identitynow.com%2f@evil.com", "contains a user name or password", "client_id"),
    ("https://acme.api.identitynow.com\\evil.com", "has no valid host name", "like https://acme"),
    (f"{ACME}/v3/../beta", "has a path that is not an API version", "only scheme and host"),
    (f"{ACME}/%762025", "has a path that is not an API version", "only scheme and host"),
    ("https://acme identitynow.com", "has no valid host name", "like https://acme"),
    ("https://acme..com", "has no valid host name", "like https://acme"),
    ("https://-acme.com", "has no valid host name", "like https://acme"),
    ("https://b\u00fcro.example.org", "has no valid host name", "like https://acme"),
    (f"https://{'a' * 64}.com", "has no valid host name", "like https://acme"),
    (f"https://{'.'.join(['a' * 60] * 5)}", "has no valid host name", "like https://acme"),
    ("https://[fe80::1%eth0]", "has no valid host name", "like https://acme"),
]

# Texts that often resemble a URL.
NEARLY = st.lists(
    st.sampled_from(
        ["https", "http", "://", "acme", ".api.", "identitynow.com", "127.0.0.1", "localhost", "[", "]", "::1", ":"]
        + ["443", "/", "v3", "beta", "@", "?", "#", "%", "\\", " ", "\n", "\u0130", "\u212a", "\uff0e", "\0", "."]
    ),
    max_size=9,
).map("".join)


@pytest.mark.parametrize(("text", "url", "api_version"), ACCEPTED)
def test_an_address_is_normalized(text, url, api_version):
    assert parse_base_url(text) == (url, api_version)


@pytest.mark.parametrize("api_version", API_VERSIONS)
def test_an_api_version_at_the_end_is_split_off(api_version):
    assert parse_base_url(f"{ACME}/{api_version}/") == (ACME, api_version)


@pytest.mark.parametrize(("text", "problem", "remedy"), REFUSED)
def test_an_unusable_address_is_refused_with_a_remedy(text, problem, remedy):
    with pytest.raises(InputError) as refusal:
        parse_base_url(text)
    assert problem in refusal.value.message
    assert remedy in refusal.value.hint


@pytest.mark.parametrize("domain", ["identitynow.com", "identitynow-demo.com", "saas.sailpointfedramp.com"])
def test_the_address_of_the_user_interface_is_corrected(domain):
    with pytest.raises(InputError) as refusal:
        parse_base_url(f"https://acme.{domain}/ui/home")
    assert "is the address of the user interface" in refusal.value.message
    assert refusal.value.hint == f"Use https://acme.api.{domain}."


@given(st.one_of(st.text(), NEARLY, NEARLY.map("https://".__add__), NEARLY.map("http://".__add__)))
def test_any_text_is_read_or_refused_and_nothing_unsafe_gets_through(text):
    try:
        base = parse_base_url(text)
    except InputError as refusal:
        assert refusal.hint
        assert refusal.message.isprintable()
        return
    parts = urlsplit(base.url)
    assert parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))
    assert base.url.isascii()
    assert not (parts.path or parts.query or parts.fragment or parts.username)
    assert parse_base_url(base.url) == (base.url, None)


@given(st.text(st.characters(codec="ascii"), max_size=12).map("Sesame{}Sesame".format), NEARLY)
def test_a_password_in_the_address_is_not_repeated(secret, rest):
    with pytest.raises(InputError) as refusal:
        parse_base_url(f"https://me:{secret}@acme.example.org{rest}")
    assert "sesame" not in str(refusal.value.as_result()).lower()


@pytest.mark.parametrize(
    ("host", "org"),
    [
        ("acme.api.identitynow.com", "acme"),
        ("ACME.api.IdentityNow.com:8443", "acme"),
        ("acme.api.identitynow.com.", "acme"),
        ("acme-sb.api.identitynow-demo.com", "acme-sb"),
        ("acme.api.saas.sailpointfedramp.com", "acme"),
        ("acme.identitynow.com", None),
        ("api.identitynow.com", None),
        ("acme.api.evilidentitynow.com", None),
        ("a.b.api.identitynow.com", None),
        ("127.0.0.1:8080", None),
        ("", None),
    ],
)
def test_only_a_host_of_sailpoint_names_the_tenant(host, org):
    assert org_from_host(host) == org
