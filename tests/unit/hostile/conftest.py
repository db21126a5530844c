# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A victim, and a fake time that sleeps less."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from ansible_collections.community.sailpoint.tests.unit import support
from ansible_collections.community.sailpoint.tests.unit.hostile.victim import Victim, victim_of
from ansible_collections.community.sailpoint.tests.unit.support import FakeTime
from simulator.tenant import Tenant


@pytest.fixture
def victim(tenant: Tenant, fake_time: FakeTime, monkeypatch: pytest.MonkeyPatch) -> Iterator[Victim]:
    """Return a client whose naps are short: no change that its tests wait for takes any time."""
    monkeypatch.setattr(support, "PAUSE", 0.0005)
    with ExitStack() as stack:
        yield stack.enter_context(victim_of(tenant, fake_time, retries=0))
