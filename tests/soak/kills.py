# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kills the role at random moments, runs it again, and stops if a promise is broken."""

from __future__ import annotations

import argparse
import collections
import itertools
import random
import shutil
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from simulator.tenant import Tenant
from support import killing
from support.accounts import OPTIONS
from support.killing import HOST, SETS
from support.playbook import kill
from support.role_plays import KEY, result_of


class Survivor(NamedTuple):
    """A kill after which all promises hold."""

    number: int
    seconds: float
    state: str
    first: bool
    done: str


class ViolationError(Exception):
    """A promise is broken. The text says which, and how to repeat it."""


class Lane:
    """A tenant, which is reset for each rotation."""

    def __init__(self, folder: Path, arguments: argparse.Namespace) -> None:
        self.folder, self.arguments = folder, arguments
        self.tenant = Tenant(**{**OPTIONS, "change_seconds": 0.3}).start()
        self.duration = arguments.duration
        scene = killing.Scene(self.tenant, folder / "measured", first=True)
        start = time.monotonic()
        scene.finish(sets=1)
        self._measure(start)

    def _measure(self, start: float) -> None:
        """Record the present duration of a rotation, which depends on the load of the machine."""
        if self.arguments.duration is None:
            self.duration = time.monotonic() - start

    def kill(self, number: int) -> Survivor:
        """Kill a rotation at a moment that seed and *number* decide, and run it again.

        :raises ViolationError: a promise is broken.
        """
        chance = random.Random(f"{self.arguments.seed}/{number}")
        duration = self.duration
        seconds, first = chance.uniform(0, duration), chance.random() < 0.2
        self.tenant.reset()
        scene = killing.Scene(self.tenant, self.folder / str(number), first=first)
        try:
            child = scene.start()
            time.sleep(seconds)
            ended = child.poll() is not None
            kill(child)
            state, sent = scene.state(), scene.sets()
            before, after = SETS[state]
            assert sent in before, f"{sent} set requests, and {state}"
            start = time.monotonic()
            done = result_of(scene.finish(sets=after), HOST)["outcome"]
            if state == killing.NOTHING_STAGED:
                self._measure(start)
        except Exception:
            raise ViolationError(
                f"Kill {number} of seed {self.arguments.seed}: SIGKILL after {seconds:.3f} s of {duration:.3f} s"
                f"{', first rotation of the account' if first else ''}.\n"
                f"The files are in {scene.playbook.folder}; the key of the store is {KEY!r}.\n"
                f"Again: make soak ARGS='kills --seed {self.arguments.seed} --only {number} "
                f"--duration {duration:.3f}'\n\n"
                f"{traceback.format_exc()}"
            ) from None
        shutil.rmtree(scene.playbook.folder)
        return Survivor(number, seconds, "ended before the kill" if ended else state, first, done)


class Kills:
    """The numbers of the next kills for all lanes, and the kills after which all promises hold."""

    def __init__(self, seconds: float, arguments: argparse.Namespace) -> None:
        self.survivors: list[Survivor] = []
        self._deadline = time.monotonic() + seconds
        self._numbers: Iterator[int] = iter(range(arguments.kills) if arguments.kills else itertools.count())
        if arguments.only is not None:
            self._numbers = iter([arguments.only])
        self._lock = threading.Lock()
        self._stopped = False

    def run(self, lane: Lane) -> None:
        """Kill in a lane until the time is over, or a promise is broken in any lane.

        :raises ViolationError: it is broken in this lane.
        """
        while (number := self._next()) is not None:
            try:
                survivor = lane.kill(number)
            except ViolationError:
                self._stopped = True
                raise
            with self._lock:
                self.survivors.append(survivor)
                state = f"{survivor.state}{' (first rotation)' if survivor.first else ''}, then {survivor.done}"
                count = len(self.survivors)
                print(f"{count:4} kill {number:3} after {survivor.seconds:6.3f} s: {state}", flush=True)

    def _next(self) -> int | None:
        with self._lock:
            # At least one kill, however short the time is.
            late = self.survivors and time.monotonic() >= self._deadline
            return None if self._stopped or late else next(self._numbers, None)


def kill_again_and_again(seconds: float, arguments: argparse.Namespace, folder: Path) -> list[Survivor]:
    """Kill as often as possible in a time, on several tenants concurrently.

    :raises ViolationError: a promise is broken.
    """
    with ThreadPoolExecutor(arguments.jobs) as pool:
        lanes = list(pool.map(lambda n: Lane(folder / f"lane{n}", arguments), range(arguments.jobs)))
        try:
            print(f"kills: seed {arguments.seed}, a rotation takes {lanes[0].duration:.1f} s", flush=True)
            kills = Kills(seconds, arguments)
            for future in [pool.submit(kills.run, lane) for lane in lanes]:
                future.result()
            return kills.survivors
        finally:
            for lane in lanes:
                lane.tenant.stop()


def summary(survivors: list[Survivor]) -> str:
    """Return the numbers of kills by the state of the store and the outcome of the next run."""
    counts = collections.Counter((survivor.state, survivor.done) for survivor in survivors)
    lines = [f"{'store at the kill':24}{'kills':>6}  the next run ended"]
    order = (*SETS, "ended before the kill")
    for (state, done), count in sorted(counts.items(), key=lambda item: (order.index(item[0][0]), -item[1])):
        lines.append(f"{state:24}{count:6}  {done}")
    return "\n".join([*lines, f"{'all':24}{len(survivors):6}  store and tenant agree"])


def soak(minutes: float, arguments: argparse.Namespace) -> int:
    """Kill for some minutes, print the result, and return the exit code.

    :param arguments: ``seed``, ``kills``, ``jobs``, ``only`` and ``duration``; see the command line.
    """
    if arguments.seed is None:
        arguments.seed = random.SystemRandom().randrange(10**6)
    folder = Path(tempfile.mkdtemp(prefix="isc-soak-"))
    try:
        survivors = kill_again_and_again(minutes * 60, arguments, folder)
    except ViolationError as violation:
        print(violation, file=sys.stderr)
        return 1
    print(summary(survivors))
    shutil.rmtree(folder)
    return 0
