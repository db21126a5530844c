# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fixtures of job tests: a tenant, and jobs against it."""

from __future__ import annotations

import pytest
from simulator.tenant import Tenant
from support.awx_jobs import Jobs

OPTIONS = {"accounts": 60, "api_clients": 3, "change_seconds": 0.05, "rate_limit": 0, "no_tls": True}


@pytest.fixture(scope="session")
def running_tenant():
    """Run a tenant with many accounts and several API clients."""
    with Tenant(**OPTIONS) as tenant:
        yield tenant


@pytest.fixture
def tenant(running_tenant):
    """Return the tenant, reset."""
    running_tenant.reset()
    return running_tenant


@pytest.fixture
def jobs(tenant, tmp_path):
    """Return an object that runs jobs against the tenant."""
    return Jobs(tmp_path, tenant)
