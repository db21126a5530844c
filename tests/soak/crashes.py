# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ends the role and its batch at random effects, in this process, and stops where store and tenant don't agree."""

from __future__ import annotations

import collections
import random
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

from crashes.convergence import Accounts, AtKill, check_agreement, check_rerun
from crashes.runs import OWN, World

MOST_KILLS = 3
MOST_ACCOUNTS = 4
# About as many as a run of one account has.
MOST_EFFECTS = 30


class DisagreementError(Exception):
    """A promise does not hold; the text tells the seed, the scene and what broke."""


def run_case(seed: int) -> str:
    """Kill and run again as a seed decides, and return how far the rotation of the first account was at the last kill.

    :raises DisagreementError: something doesn't hold.
    """
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="isc-soak-") as folder:
        scene: dict[str, Any] = {}
        try:
            return _killed(chance, Path(folder), scene)
        except Exception as error:
            raise DisagreementError(f"Seed {seed}, {scene}:\n{traceback.format_exc()}") from error


def soak(minutes: float, seed: int | None, most: int | None = None) -> int:
    """Run cases for so many minutes, or the one case of a seed; print what came of it and return the exit code.

    :param most: how many cases at most.
    """
    first = random.SystemRandom().randrange(10**9) if seed is None else seed
    deadline = time.monotonic() + minutes * 60
    states: collections.Counter[str] = collections.Counter()
    print(f"crashes: cases from seed {first} on", flush=True)
    try:
        while not states or (seed is None and time.monotonic() < deadline and states.total() != most):
            states[run_case(first + states.total())] += 1
    except DisagreementError as finding:
        print(f"{finding}\nAgain: make soak ARGS='crashes --seed {first + states.total()}'", flush=True)
        return 1
    finally:
        print("\n".join(f"{state:36}{count:7}" for state, count in states.most_common()))
        print(f"{'all':36}{states.total():7}  store and tenant agree", flush=True)
    return 0


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
    told = {"accounts": len(names), "journal": world.journal is not None, "kills": []}
    scene.update(told)
    for number in range(chance.randint(1, MOST_KILLS)):
        world.tenant.fails, world.tenant.loses = (int(chance.random() < 0.2) for _each in range(2))
        last = chance.randrange(MOST_EFFECTS * len(names))
        told["kills"].append({"after": last, "fails": world.tenant.fails, "loses": world.tenant.loses})
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
