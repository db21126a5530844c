# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures with a running tenant, for unit and functional tests alike: a conftest imports them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from simulator.tenant import Tenant

# No rate limit and no time for a change: a test that is about either sets it (``tenant.settings``).
OPTIONS = {"change_seconds": 0, "rate_limit": 0}


@pytest.fixture(scope="session")
def running_tenant() -> Iterator[Tenant]:
    """Run a tenant with plain HTTP."""
    with Tenant(no_tls=True, **OPTIONS) as running:
        yield running


@pytest.fixture(scope="session")
def running_tls_tenant() -> Iterator[Tenant]:
    """Run a tenant with TLS."""
    with Tenant(**OPTIONS) as running:
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
