# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role and its batch, killed at every effect of a run: request, response, write to store or journal."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from crashes.convergence import (
    COMMITTED,
    KNOWN,
    NOTHING_STAGED,
    SENT,
    STAGED,
    Accounts,
    AtKill,
    check_agreement,
    check_rerun,
)
from crashes.runs import OWN, World

STATES = {NOTHING_STAGED, STAGED, SENT, KNOWN, COMMITTED}
BUILT_IN = ["file", "kv2"]


def killed_everywhere(
    folder: Path,
    names: list[str],
    batch: bool,
    fails: int = 0,
    journal: bool = False,
    first: bool = False,
    **world: Any,
) -> Iterator[tuple[Accounts, dict[str, AtKill]]]:
    """Kill a run after 0, 1, 2, ... effects, each in its own world, and yield the states of its accounts.

    :param first: whether nothing was rotated before.
    """
    for last in itertools.count():
        place = folder / str(last)
        place.mkdir()
        accounts = Accounts(World(place, **world), names, batch)
        if not first:
            accounts.rotate()
        before = {name: accounts.current(name) for name in names}
        accounts.world.journal = str(place / "journal.jsonl") if journal else None
        accounts.world.tenant.fails = fails
        if accounts.rotate(last):
            break
        yield accounts, {name: accounts.look(name, before[name]) for name in names}


def seen_to_converge(folder: Path, names: list[str], batch: bool, **more: Any) -> set[str]:
    """Kill a run at each effect, run it again, and return the observed states of accounts."""
    seen = set()
    for accounts, killed in killed_everywhere(folder, names, batch, **more):
        seen |= {each.state for each in killed.values()}
        check_agreement(accounts, check_rerun(accounts, killed))
    return seen


# These tests combine only some options; "make soak" combines all.
@pytest.mark.parametrize(("store", "remembers"), [("file", False), ("kv2", True), (OWN, False)])
def test_one_account_that_is_killed_anywhere_converges(tmp_path, store, remembers):
    assert seen_to_converge(tmp_path, ["svc"], False, store=store, remembers=remembers) == STATES


@pytest.mark.parametrize("store", BUILT_IN)
def test_one_account_whose_change_fails_converges(tmp_path, store):
    assert seen_to_converge(tmp_path, ["svc"], False, fails=1, store=store) == STATES - {COMMITTED}


@pytest.mark.parametrize(("store", "journal", "remembers"), [("file", True, True), ("kv2", False, False)])
def test_a_batch_that_is_killed_anywhere_converges(tmp_path, store, journal, remembers):
    more = {"store": store, "journal": journal, "remembers": remembers}
    assert seen_to_converge(tmp_path, ["a", "b"], True, **more) == STATES


def test_a_batch_without_a_store_is_not_sent_twice(tmp_path):
    ends = set()
    for accounts, killed in killed_everywhere(
        tmp_path, ["a", "b"], True, journal=True, first=True, store="none", discard=True
    ):
        results = accounts.rotate()
        for name in accounts.names:
            # If the journal only has that it was being sent, the outcome is unknown.
            lost = results[name]["outcome"] == "unknown"
            assert len(accounts.sets(name)) == (killed[name].sets if lost else 1)
            ends.add((lost, killed[name].sets))
    assert ends == {(False, 0), (True, 0), (True, 1), (False, 1)}


AFTER: dict[str, Any] = {"hooks": ("after_change",)}


@pytest.mark.parametrize("store", ["file", OWN])
def test_the_hook_after_the_change_is_run_for_the_password_in_effect(tmp_path, store):
    late = 0
    for accounts, _killed in killed_everywhere(tmp_path, ["svc"], False, first=True, store=store, **AFTER):
        while accounts.world.record("svc").get("pending") or accounts.in_effect("svc") is None:
            accounts.rotate()
        committed = accounts.in_effect("svc")
        if committed not in [hook.new for hook in accounts.world.hooks]:
            # Only the hook is due, and no other password is set before it ran.
            assert accounts.rotate()["svc"]["outcome"] == "unchanged"
            late += 1
        assert committed in [hook.new for hook in accounts.world.hooks]
        assert accounts.in_effect("svc") == committed
    assert late > 0


def check_connected(accounts: Accounts) -> None:
    """Check that ISC connects with the password in the store, and that this one is in effect."""
    tenant = accounts.world.tenant
    assert tenant.connected
    assert tenant.credential == accounts.current("svc") == accounts.in_effect("svc")


@pytest.mark.parametrize(
    ("names", "batch", "store", "remembers"),
    [(["svc"], False, "kv2", False), (["svc"], False, OWN, True), (["a", "svc"], True, "file", False)],
)
def test_isc_connects_again_after_another_run(tmp_path, names, batch, store, remembers):
    seen = set()
    more = {"store": store, "remembers": remembers, "connects": True}
    for accounts, killed in killed_everywhere(tmp_path, names, batch, **more):
        seen.add(killed["svc"].state)
        results = check_rerun(accounts, killed)
        check_connected(accounts)
        assert results["svc"]["outcome"] in ("finished", "unchanged"), results
        sets = accounts.sets("svc")
        # A password that the source proved to be in effect is not sent again.
        assert len(sets) == len(set(sets)), killed
        for name in set(names) - {"svc"}:
            assert accounts.current(name) == accounts.in_effect(name)
    assert seen == STATES


@pytest.mark.parametrize("batch", [False, True])
def test_isc_connects_again_even_if_the_second_run_is_killed_too(tmp_path, batch):
    ends = 0
    for last in itertools.count():
        place = tmp_path / str(last)
        place.mkdir()
        accounts = Accounts(World(place, "file", connects=True), ["svc"], batch)
        accounts.rotate()
        # Simulates a run that was killed before it stored the request id.
        accounts.world.tenant.loses = 1
        accounts.rotate()
        if accounts.rotate(last):
            break
        accounts.rotate()
        check_connected(accounts)
        ends += 1
    assert ends > 20


def test_a_request_that_isc_has_forgotten_is_sent_again(tmp_path):
    resent = 0
    for accounts, killed in killed_everywhere(tmp_path, ["svc"], False, first=True, store="file"):
        accounts.world.tenant.forgets = len(accounts.world.tenant.sets)
        check_agreement(accounts, check_rerun(accounts, killed))
        resent += killed["svc"].state == KNOWN and len(accounts.sets("svc")) == 2
    assert resent > 0
