# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pending passwords together with a given one, a decision of the user, and another run at the same time."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from crashes.convergence import Accounts
from crashes.runs import World
from crashes.stores import WRITTEN

GIVEN = "An0ther-given-password"


def left_pending(folder: Path, fails: int = 0) -> Iterator[tuple[Accounts, str]]:
    """Kill a rotation after 1, 2, 3, ... effects, and yield its account and the pending password."""
    for last in itertools.count(1):
        place = folder / str(last)
        place.mkdir()
        accounts = Accounts(World(place, "file"), ["svc"], False)
        accounts.rotate()
        accounts.world.tenant.fails = fails
        if accounts.rotate(last):
            break
        pending = accounts.world.record("svc").get("pending")
        if pending:
            yield accounts, pending["password"]


def test_a_given_password_waits_until_the_pending_one_is_finished(tmp_path):
    known = set()
    for accounts, pending in left_pending(tmp_path):
        record = accounts.world.record("svc")
        known.add(record["pending"]["request_id"] is not None)
        result = accounts.rotate(value=GIVEN)["svc"]
        assert (result["outcome"], result["changed"]) == ("finished", True)
        after = accounts.world.record("svc")
        assert (after["previous"]["password"], after["current"]["password"]) == (pending, GIVEN)
        assert accounts.in_effect("svc") == GIVEN
        assert accounts.sets("svc")[-2:] == [pending, GIVEN]
    assert known == {False, True}


def test_if_the_pending_password_failed_the_given_one_is_not_sent(tmp_path):
    failed = 0
    for accounts, pending in left_pending(tmp_path, fails=1):
        if accounts.world.record("svc")["pending"]["request_id"]:
            before = accounts.current("svc")
            result = accounts.rotate(value=GIVEN)["svc"]
            assert result["outcome"] == "failed"
            assert "The store keeps the current password" in result["msg"]
            assert accounts.current("svc") == accounts.in_effect("svc") == before
            assert accounts.sets("svc")[-1] == pending
            failed += 1
    assert failed > 0


@pytest.mark.parametrize("batch", [False, True])
def test_a_failure_after_a_resend_is_settled_by_the_user(tmp_path, batch):
    """The source refuses a repeated password, so the second request fails because the first one succeeded."""
    accounts = Accounts(World(tmp_path, "file", remembers=True), ["svc"], batch)
    accounts.rotate()
    accounts.world.tenant.loses = 1
    accounts.rotate()
    pending = accounts.world.record("svc")["pending"]["password"]
    for sets in (3, 3):
        result = accounts.rotate()["svc"]
        assert result["outcome"] == "unknown"
        assert "reported FAILED" in result["msg"]
        assert "set rotate_password_settle_pending to commit if it is the pending one" in result["msg"]
        assert len(accounts.sets("svc")) == sets
        assert accounts.world.record("svc")["pending"]["password"] == pending
    settled = accounts.rotate(settle_pending="commit")["svc"]
    assert "the pending password is now the current one" in settled["msg"]
    assert len(accounts.sets("svc")) == 3
    assert accounts.current("svc") == accounts.in_effect("svc") == pending


@pytest.mark.parametrize("batch", [False, True])
def test_a_record_that_another_run_wrote_is_not_overwritten(tmp_path, monkeypatch, batch):
    world = World(tmp_path, "kv2")
    accounts = Accounts(world, ["svc"], batch)
    accounts.rotate()
    happen = world.effects.happen

    def rotate_in_between(name):
        if name == WRITTEN:
            monkeypatch.undo()
            assert accounts.rotate()["svc"]["outcome"] == "finished"
        happen(name)

    monkeypatch.setattr(world.effects, "happen", rotate_in_between)
    result = accounts.rotate()["svc"]
    assert (result["outcome"], result["step"]) == ("refused", "store")
    assert "The store kv2 was refused version 4 of" in result["msg"]
    assert len(accounts.sets("svc")) == 2
    assert accounts.current("svc") == accounts.in_effect("svc") == accounts.sets("svc")[-1]
