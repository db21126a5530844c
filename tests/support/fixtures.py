# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests/unit and tests/promises share. Each conftest.py there names it to pytest."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator

import hypothesis
import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._client.client import Client
from ansible_collections.community.sailpoint.plugins.module_utils._password import encryption
from cryptography.exceptions import UnsupportedAlgorithm
from simulator.tenant import Tenant

from support.modules import TENANT_OPTIONS, FakeTime, connected

# How long an example takes says more about the machine than about the code. Build servers try as many as usual.
hypothesis.settings.register_profile("timeless", deadline=None, max_examples=100 if os.environ.get("CI") else 40)
hypothesis.settings.load_profile("timeless")


def pytest_collection() -> None:
    """Have no garbage looked for among thousands of tests."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Never look at these tests again when looking for garbage."""
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True, scope="session")
def no_settings_of_the_user() -> Iterator[None]:
    """Keep credentials, proxies and CA bundles of whoever runs the tests out of them."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("SAIL_") or name.lower().endswith(("_proxy", "_ca_bundle")) or name == "NETRC":
                patch.delenv(name)
        yield


@pytest.fixture
def fake_time() -> FakeTime:
    """Return a clock that only sleeping moves."""
    return FakeTime()


@pytest.fixture(scope="session")
def running_tenant() -> Iterator[Tenant]:
    """Run a tenant with plain HTTP."""
    with Tenant(no_tls=True, **TENANT_OPTIONS) as running:
        yield running


@pytest.fixture(scope="session")
def running_tls_tenant() -> Iterator[Tenant]:
    """Run a tenant with TLS."""
    with Tenant(**TENANT_OPTIONS) as running:
        yield running


@pytest.fixture
def tenant(running_tenant: Tenant) -> Tenant:
    """Return a tenant with plain HTTP, as it was at its start."""
    running_tenant.reset()
    return running_tenant


@pytest.fixture
def tls_tenant(running_tls_tenant: Tenant) -> Tenant:
    """Return a tenant with TLS, as it was at its start."""
    running_tls_tenant.reset()
    return running_tls_tenant


@pytest.fixture(scope="session")
def running_crowd() -> Iterator[Tenant]:
    """Run a tenant with many users."""
    with Tenant(no_tls=True, accounts=40, **TENANT_OPTIONS) as running:
        yield running


@pytest.fixture
def crowd(running_crowd: Tenant) -> Tenant:
    """Return a tenant with many users, as it was at its start."""
    running_crowd.reset()
    return running_crowd


@pytest.fixture
def client(tenant: Tenant, fake_time: FakeTime) -> Iterator[Client]:
    """Return a client that lives in fake time."""
    with connected(tenant, fake_time) as made:
        yield made


@pytest.fixture
def fips_mode(monkeypatch: pytest.MonkeyPatch) -> str:
    """Have no password encrypted, as in FIPS mode; return what the message must say."""

    class Refusing:
        key_size = 2048

        def encrypt(self, plain: bytes, padding: object) -> bytes:
            raise UnsupportedAlgorithm("disallowed")

    monkeypatch.setattr(encryption, "_load_public_key", lambda text: Refusing())
    return (
        "The Python library cryptography refuses RSA with PKCS#1 v1.5 padding here (UnsupportedAlgorithm), the only "
        "encryption that ISC takes; FIPS mode forbids it. Nothing was sent. Run this on a machine without FIPS mode."
    )


@pytest.fixture
def ordinary_signals() -> Iterator[None]:
    """Have signals that nobody ignores; a shell starts what runs in the background without Ctrl-C."""
    before = {
        number: signal.signal(number, signal.default_int_handler)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
