# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shared fixtures: two tenants, a vault, a browser, and a folder for playbooks."""

from __future__ import annotations

from pathlib import Path

import pytest
from simulator.tenant import Tenant
from support.accounts import OPTIONS, Accounts
from support.once import built_once
from support.openbao import OpenBao
from support.playbook import Playbook


@pytest.fixture(scope="session")
def running_tenant():
    """A tenant whose changes take 0.2 seconds."""
    with Tenant(change_seconds=0.2, rate_limit=0) as tenant:
        yield tenant


@pytest.fixture
def tenant(running_tenant):
    """The tenant after a reset."""
    running_tenant.reset()
    return running_tenant


@pytest.fixture(scope="session")
def running_wide_tenant():
    """A tenant with many accounts."""
    with Tenant(**OPTIONS) as tenant:
        yield tenant


@pytest.fixture
def wide_tenant(running_wide_tenant):
    """The tenant with many accounts, after a reset."""
    running_wide_tenant.reset()
    return running_wide_tenant


@pytest.fixture
def accounts(wide_tenant, tmp_path):
    """Create accounts, each of which is a host."""
    return lambda **hosts: Accounts(wide_tenant, tmp_path, **hosts)


@pytest.fixture(scope="session")
def running_openbao(tmp_path_factory):
    """A real OpenBao server."""
    with OpenBao(tmp_path_factory.mktemp("openbao")) as server:
        yield server


@pytest.fixture
def openbao(running_openbao):
    """The server, unsealed, with an empty engine at secret/."""
    running_openbao.reset()
    return running_openbao


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """A browser, for tests that look at a page."""
    # Imported here, so that all other tests run without a browser.
    from support.browser import Browser, Unavailable

    try:
        running = Browser(tmp_path_factory.mktemp("profile"))
    except Unavailable as reason:
        pytest.skip(str(reason))
    with running:
        yield running


@pytest.fixture
def look(browser, tmp_path):
    """Open the page of the report on a journal, and return the browser."""
    from support.report_pages import looking

    return looking(browser, tmp_path)


@pytest.fixture
def playbook(tmp_path):
    """Runs playbooks."""
    return Playbook(tmp_path)


@pytest.fixture(scope="session")
def released_archive(tmp_path_factory) -> Path:
    """The archive of a checkout with uncommitted files, as built for a release."""
    from support.checkout import built_archive

    return next(built_once(tmp_path_factory, "archive", built_archive).glob("*.tar.gz"))
