# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Creating a client from the connection options."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._client.connection import (
    ENVIRONMENT,
    connect,
    connection_spec,
)
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError, TlsError
from support.modules import connected, validated

URL = "https://acme.api.identitynow.com"
ACME = {"base_url": URL, "client_id": "c", "client_secret": "s"}


def options(**given):
    return validated(connection_spec(), **{**ACME, **given})


@pytest.mark.parametrize(
    ("base_url", "api_version", "used"),
    [(URL, None, "v1"), (f"{URL}/v2025", None, "v2025"), (URL, "beta", "beta"), (f"{URL}/beta/", "beta", "beta")],
)
def test_the_api_version_comes_from_the_option_or_the_address(base_url, api_version, used):
    assert connect(options(base_url=base_url, api_version=api_version)).api_version == used


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"base_url": None}, "base_url is missing."),
        ({"base_url": f"{URL}/v3", "api_version": "v2025"}, "base_url ends with /v3, but api_version is v2025."),
        ({"client_secret": None}, "No credentials: client_secret is missing."),
        ({"retries": -1}, "retries is -1."),
        ({"retries": 21}, "retries is 21."),
        ({"request_timeout": 0}, "request_timeout is 0."),
        ({"request_timeout": 3601}, "request_timeout is 3601."),
    ],
)
def test_an_unusable_option_is_named(given, problem):
    with pytest.raises(InputError) as refusal:
        connect(options(**given))
    assert refusal.value.message == problem


def test_the_bounds_are_inclusive():
    connect(options(retries=20, request_timeout=3600))
    connect(options(retries=0, request_timeout=0.1))


def test_an_unusable_ca_path_is_refused_before_anything_is_sent(tmp_path):
    prose = tmp_path / "prose.pem"
    prose.write_text("no certificate")
    (tmp_path / "empty.pem").write_text("")
    (tmp_path / "binary.pem").write_bytes(bytes(range(256)))
    (tmp_path / "broken.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    (tmp_path / "folder").mkdir()
    no_pem = "holds no certificate in PEM form."
    for name, problem in (
        ("missing.pem", "can't be read: no such file or directory."),
        ("prose.pem/ca.pem", "can't be read: not a directory."),
        ("prose.pem", no_pem),
        ("empty.pem", no_pem),
        ("binary.pem", no_pem),
        ("broken.pem", no_pem),
        ("folder", "is a directory in which OpenSSL finds no CA."),
    ):
        with pytest.raises(InputError) as refusal:
            connect(options(ca_path=str(tmp_path / name)))
        assert refusal.value.message == f"ca_path {tmp_path / name} {problem}"
        assert refusal.value.hint
    with pytest.raises(InputError, match="ca_path is given, but validate_certs is false"):
        connect(options(ca_path=str(prose), validate_certs=False))


def test_the_bundle_of_the_environment_does_not_replace_a_ca_path(tls_tenant, fake_time, monkeypatch, tmp_path):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "missing.pem"))
    with connected(tls_tenant, fake_time) as client:
        assert client.token().value


def test_verification_can_be_turned_off(tls_tenant, fake_time, monkeypatch, tmp_path):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path))
    with connected(tls_tenant, fake_time, ca_path=None, validate_certs=False) as client:
        assert client.token().value


def test_options_come_from_the_environment(monkeypatch):
    values = {**ACME, "access_token": "t", "api_version": "beta"}
    for option, variable in ENVIRONMENT.items():
        monkeypatch.setenv(variable, values[option])
    taken = validated(connection_spec())
    assert {option: taken[option] for option in values} == values
    assert validated(connection_spec(), client_id="mine")["client_id"] == "mine"


def test_an_empty_variable_counts_as_unset(monkeypatch):
    for variable in ENVIRONMENT.values():
        monkeypatch.setenv(variable, "")
    taken = validated(connection_spec())
    assert [taken[option] for option in ENVIRONMENT] == [None] * len(ENVIRONMENT)


@pytest.mark.parametrize("ca_path", [None, ""])
def test_without_a_ca_path_an_unknown_authority_is_refused(tls_tenant, fake_time, ca_path):
    with connected(tls_tenant, fake_time, ca_path=ca_path) as client, pytest.raises(TlsError):
        client.token()
    assert (tls_tenant.counts(), fake_time.naps) == ({}, [])
