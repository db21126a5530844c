# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Promises after a run was killed anywhere, and after the next runs finished its work."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from crashes.effects import KilledError
from crashes.runs import World

NOTHING_STAGED = "nothing staged"
STAGED = "staged, not sent"
SENT = "sent, request id not stored"
KNOWN = "request id stored"
COMMITTED = "committed"

# Longer than a change takes.
BETWEEN_RUNS = 60.0
# Longer than the lease of a run on another node.
BETWEEN_CONTAINERS = 400.0


@dataclasses.dataclass(frozen=True)
class AtKill:
    """An account at the moment of the kill: its state in the store, and the number of changes that ISC accepted."""

    state: str
    pending: str | None
    sets: int


class Accounts:
    """The accounts of a world, rotated by the role's batch, or a single one by the role itself."""

    def __init__(self, world: World, names: Sequence[str], batch: bool) -> None:
        self.world = world
        self.names = names
        self._batch = batch

    def rotate(self, last: int | None = None, **given: Any) -> dict[str, dict[str, Any]]:
        """Run once, some time later, and return the results. A killed run has none."""
        self.world.tenant.pass_time(BETWEEN_CONTAINERS if self.world.elsewhere else BETWEEN_RUNS)
        with contextlib.suppress(KilledError):
            if self._batch:
                return self.world.rotate_all(self.names, last, **given)
            return {self.names[0]: self.world.rotate(self.names[0], last, **given)}
        return {}

    def sets(self, name: str) -> list[str]:
        """Return the passwords that ISC accepted for an account in all runs."""
        return [change.password for change in self.world.tenant.sets if change.account_id == f"CN={name}"]

    def in_effect(self, name: str) -> str | None:
        """Return the password that is in effect."""
        known = self.world.tenant.passwords.get(f"CN={name}")
        return known[-1] if known else None

    def current(self, name: str) -> str | None:
        """Return the current password in the store."""
        current = self.world.record(name).get("current")
        return current["password"] if current else None

    def look(self, name: str, before: str | None) -> AtKill:
        """Return how far the rotation of an account is.

        :param before: the password that the store held before it.
        """
        pending, sets = self.world.record(name).get("pending"), self.sets(name)
        if pending is None:
            return AtKill(NOTHING_STAGED if self.current(name) == before else COMMITTED, None, len(sets))
        password = pending["password"]
        state = KNOWN if pending["request_id"] else SENT if password in sets else STAGED
        return AtKill(state, password, len(sets))


def check_rerun(accounts: Accounts, killed: Mapping[str, AtKill], last: int | None = None) -> dict[str, dict[str, Any]]:
    """Run again, and check what one run after a kill promises. Return its results.

    :param last: this run is killed too, after so many effects; see Accounts.rotate.
    :raises AssertionError: a promise does not hold.
    """
    results = accounts.rotate(last)
    for name, at_kill in killed.items():
        sent = accounts.sets(name)[at_kill.sets :]
        told = f"{name}, {at_kill.state}: {results.get(name)}"
        if at_kill.state == KNOWN and not accounts.world.tenant.forgets:
            assert sent == [], f"A second set although the request id was stored. {told}"
        if at_kill.state == COMMITTED and accounts.world.journal:
            assert sent == [], f"Another password although the journal knew the change. {told}"
        assert len(sent) <= 1, f"Set twice by one run. {told}"
        if at_kill.pending is not None:
            assert set(sent) <= {at_kill.pending}, f"A third password. {told}"
    return results


def check_agreement(accounts: Accounts, results: Mapping[str, Mapping[str, Any]]) -> None:
    """Check that store and tenant agree, once a person has answered what only a person can.

    :param results: those of the last run.
    :raises AssertionError: they don't.
    """
    unknown = [name for name in accounts.names if accounts.world.record(name).get("pending")]
    if unknown:
        _settle(accounts, unknown, results)
    for name in accounts.names:
        assert not accounts.world.record(name).get("pending"), f"{name} stays pending: {results.get(name)}"
        assert accounts.current(name) == accounts.in_effect(name), f"The store of {name} is wrong: {results.get(name)}"


def _settle(accounts: Accounts, unknown: Sequence[str], results: Mapping[str, Mapping[str, Any]]) -> None:
    """Check that nothing is sent until the question is answered, and answer it."""
    for name in unknown:
        assert results[name]["outcome"] == "unknown", results[name]
        assert "rotate_password_settle_pending" in results[name]["msg"], results[name]["msg"]
    before = {name: accounts.sets(name) for name in unknown}
    again = accounts.rotate()
    for name in unknown:
        assert again[name]["outcome"] == "unknown", again[name]
        assert accounts.sets(name) == before[name], "The run after that sent something."
        pending = accounts.world.record(name)["pending"]["password"]
        decision = "commit" if accounts.in_effect(name) == pending else "discard"
        Accounts(accounts.world, [name], batch=False).rotate(settle_pending=decision)
        assert accounts.sets(name) == before[name], "The decision made it send something."
