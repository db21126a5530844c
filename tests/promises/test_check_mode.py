# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check mode predicts what the role does, whatever an earlier run left in the store, and changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.owner import RunOwner
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.record import (
    PendingPassword,
    RecordedPassword,
)
from crashes.runs import World

OLD, NEW = "Old-and-true-11", "New-and-sent-22"
ENDED = RunOwner("elsewhere", 1, "1", "host")


def world_with(folder: Any, store: str, state: str) -> World:
    """Return a world in which an earlier run left an account in this state."""
    world = World(folder, store, max_age="900s")
    now = world.tenant.now
    current = RecordedPassword(OLD, now - (10 if state == "young" else 1000), "request-0")
    pending = PendingPassword(NEW, now - 500, ENDED)
    if state.startswith("known"):
        world.tenant.fails = state == "known, failed"
        world.tenant.accept("CN=svc", NEW)
        world.tenant.pass_time(0.0 if state == "known, in progress" else 60.0)
        world.tenant.forgets = state == "known, forgotten"
        pending = pending._replace(request_id="request-0")
    parts = {
        "due": {"current": current, "after_change_due": True},
        "old": {"current": current},
        "young": {"current": current},
        "unsure": {"current": current, "pending": pending._replace(outcome_unknown=True)},
        "first, unsent": {"pending": pending},
    }
    if state != "nothing":
        world.write("svc", **parts.get(state, {"current": current, "pending": pending}))
    return world


# Outcome, whether a password changed, and whether it was sent, by state. No hook exists, so none is due.
STATES = {
    "nothing": ("finished", True, True),
    "due": ("finished", True, True),
    "old": ("finished", True, True),
    "young": ("unchanged", False, False),
    "unsent": ("finished", True, True),
    "unsure": ("finished", True, True),
    "known, finished": ("finished", True, False),
    "known, in progress": ("finished", True, False),
    "known, failed": ("failed", False, False),
    "known, forgotten": ("finished", True, True),
    "first, unsent": ("finished", True, True),
}


@pytest.mark.parametrize("store", ["file", "kv2"])
@pytest.mark.parametrize("state", STATES)
def test_check_mode_predicts_what_the_role_does(tmp_path, store, state):
    outcome, changed, is_sent = STATES[state]
    world = world_with(tmp_path, store, state)
    before, sets = world.record("svc"), len(world.tenant.sets)
    world.check_mode = True
    predicted = world.rotate("svc")
    assert (predicted["outcome"], predicted["changed"]) == (outcome, changed), predicted["msg"]
    assert (world.record("svc"), len(world.tenant.sets)) == (before, sets)

    world.check_mode = False
    result = world.rotate("svc")
    assert (result["outcome"], result["changed"]) == (outcome, changed), result
    assert len(world.tenant.sets) - sets == is_sent
    record = world.record("svc")
    assert record["pending"] is None and record["after_change_due"] is False
    if state in ("young", "known, failed"):
        assert record["current"]["password"] == OLD
        return
    assert record["current"]["password"] == world.tenant.passwords["CN=svc"][-1]
    # A password that an earlier run staged is the one that is set.
    assert (record["current"]["password"] == NEW) == (state not in ("nothing", "due", "old"))
    assert (record["previous"] or {}).get("password") == (OLD if before.get("current") else None)
