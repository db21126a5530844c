# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fixtures of tests/unit and tests/promises, whose conftest.py load them."""

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

from support.modules import TENANT_OPTIONS, FakeTime, connected, user_settings

# The duration of an example depends more on the machine than on the code. CI tries the usual number of examples.
hypothesis.settings.register_profile("timeless", deadline=None, max_examples=100 if os.environ.get("CI") else 40)
hypothesis.settings.load_profile("timeless")


def pytest_collection() -> None:
    """Disable garbage collection while thousands of tests are collected."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Exclude the collected tests from garbage collection."""
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True, scope="session")
def without_user_settings() -> Iterator[None]:
    """Remove the user's credentials, proxies and CA bundles from the environment."""
    with pytest.MonkeyPatch.context() as patch:
        for name in user_settings():
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
    """Return a tenant with plain HTTP, reset."""
    running_tenant.reset()
    return running_tenant


@pytest.fixture
def tls_tenant(running_tls_tenant: Tenant) -> Tenant:
    """Return a tenant with TLS, reset."""
    running_tls_tenant.reset()
    return running_tls_tenant


@pytest.fixture(scope="session")
def running_crowd() -> Iterator[Tenant]:
    """Run a tenant with many users."""
    with Tenant(no_tls=True, accounts=40, **TENANT_OPTIONS) as running:
        yield running


@pytest.fixture
def crowd(running_crowd: Tenant) -> Tenant:
    """Return a tenant with many users, reset."""
    running_crowd.reset()
    return running_crowd


@pytest.fixture
def client(tenant: Tenant, fake_time: FakeTime) -> Iterator[Client]:
    """Return a client that lives in fake time."""
    with connected(tenant, fake_time) as made:
        yield made


@pytest.fixture
def fips_mode(monkeypatch: pytest.MonkeyPatch) -> str:
    """Let encryption fail as in FIPS mode, and return the expected message."""

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
    """Restore the default handlers of signals, because a shell lets background processes ignore Ctrl-C."""
    before = {
        number: signal.signal(number, signal.default_int_handler)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
