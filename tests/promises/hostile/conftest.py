# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client of a hostile tenant, and a server that records requests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from simulator.tenant import Tenant
from support import modules
from support.local_servers import LocalServer
from support.modules import FakeTime
from support.victim import Victim, victim_of


@pytest.fixture
def victim(tenant: Tenant, fake_time: FakeTime, monkeypatch: pytest.MonkeyPatch) -> Iterator[Victim]:
    """Return a client with short naps, as no change in these tests takes any time."""
    monkeypatch.setattr(modules, "PAUSE", 0.0005)
    with ExitStack() as stack:
        yield stack.enter_context(victim_of(tenant, fake_time, retries=0))


@pytest.fixture
def server() -> Iterator[LocalServer]:
    """Run a server that records its requests."""
    with LocalServer() as running:
        yield running
