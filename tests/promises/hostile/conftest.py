# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A victim, and a fake time that sleeps less."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from simulator.tenant import Tenant
from support import modules
from support.modules import FakeTime
from support.victim import Victim, victim_of


@pytest.fixture
def victim(tenant: Tenant, fake_time: FakeTime, monkeypatch: pytest.MonkeyPatch) -> Iterator[Victim]:
    """Return a client whose naps are short: no change that its tests wait for takes any time."""
    monkeypatch.setattr(modules, "PAUSE", 0.0005)
    with ExitStack() as stack:
        yield stack.enter_context(victim_of(tenant, fake_time, retries=0))
