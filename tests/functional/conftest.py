# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the functional tests share: a tenant for each file of tests, and a folder to run playbooks in."""

from __future__ import annotations

import pytest
from functional.playbook import Playbook
from simulator.tenant import Tenant


@pytest.fixture(scope="module")
def running_tenant():
    """A tenant whose changes take a fifth of a second."""
    with Tenant(change_seconds=0.2, rate_limit=0) as tenant:
        yield tenant


@pytest.fixture
def tenant(running_tenant):
    """The tenant as if it had just started."""
    running_tenant.reset()
    return running_tenant


@pytest.fixture
def playbook(tmp_path):
    """Runs playbooks."""
    return Playbook(tmp_path)
