# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ends the role and its batch at random effects in this process, and stops if store and tenant don't agree."""

from __future__ import annotations

import functools
import random
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

from crashes.convergence import Accounts, AtKill, check_agreement, check_rerun
from crashes.runs import OWN, World
from soak.cases import FindingError, counted, run_cases

MOST_KILLS = 3
MOST_ACCOUNTS = 4
# Approximately the number of effects in a run of one account.
MOST_EFFECTS = 30


def run_case(seed: int) -> str:
    """Kill and rerun as a seed decides, and return the state of the first account's rotation at the last kill.

    :raises FindingError: a promise is broken.
    """
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="isc-soak-") as folder:
        scene: dict[str, Any] = {}
        try:
            return _killed(chance, Path(folder), scene)
        except Exception as error:
            raise FindingError(f"Seed {seed}, {scene}:\n{traceback.format_exc()}") from error


def soak(minutes: float, seed: int | None, most: int | None = None) -> int:
    """Run cases for some minutes, or the case of a seed, and return the exit code.

    :param most: the maximum number of cases.
    """
    deadline = time.monotonic() + minutes * 60
    summary = functools.partial(counted, promise="store and tenant agree")
    return run_cases("crashes", seed, run_case, lambda number: time.monotonic() < deadline and number != most, summary)


def _killed(chance: random.Random, folder: Path, scene: dict[str, Any]) -> str:
    batch = chance.random() < 0.5
    scene.update(
        store=chance.choice(["file", "kv2"] if batch else ["file", "kv2", OWN]),
        remembers=chance.random() < 0.5,
        elsewhere=chance.random() < 0.2,
    )
    if not batch:
        scene["hooks"] = ("after_change",) if chance.random() < 0.3 else ()
    if chance.random() < 0.2:
        scene["value"] = "Quiet-Harbour-42"
    names = [f"svc-{number}" for number in range(chance.randint(1, MOST_ACCOUNTS) if batch else 1)]
    accounts = Accounts(World(folder, **scene), names, batch)
    world = accounts.world
    if chance.random() < 0.7:
        accounts.rotate(value="Quiet-Harbour-41")
    before = {name: accounts.current(name) for name in names}
    if batch and chance.random() < 0.5:
        world.journal = str(folder / "journal.jsonl")
    killed: dict[str, AtKill] = {}
    kills: list[dict[str, int]] = []
    scene.update(accounts=len(names), journal=world.journal is not None, kills=kills)
    for number in range(chance.randint(1, MOST_KILLS)):
        world.tenant.fails, world.tenant.loses = (int(chance.random() < 0.2) for _each in range(2))
        last = chance.randrange(MOST_EFFECTS * len(names))
        kills.append({"after": last, "fails": world.tenant.fails, "loses": world.tenant.loses})
        if number == 0:
            accounts.rotate(last, wait=chance.random() < 0.9)
        else:
            check_rerun(accounts, killed, last)
        killed = {name: accounts.look(name, before[name]) for name in names}
        before = {name: accounts.current(name) for name in names}
    world.tenant.fails = world.tenant.loses = 0
    if chance.random() < 0.1:
        world.tenant.forgets = len(world.tenant.sets)
    check_agreement(accounts, check_rerun(accounts, killed))
    return killed[names[0]].state
