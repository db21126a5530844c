# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kills the role at random moments, runs it again, and stops at the first time that something doesn't hold."""

from __future__ import annotations

import argparse
import collections
import random
import shutil
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / ".build"), str(ROOT / "tests")]

from functional import killing  # noqa: E402
from functional.playbook import kill  # noqa: E402
from simulator.tenant import Tenant  # noqa: E402


class Survivor(NamedTuple):
    """A kill that all came through."""

    number: int
    seconds: float
    state: str
    first: bool
    done: str


class ViolationError(Exception):
    """Something doesn't hold; the text tells what, and how to see it again."""


class Lane:
    """A tenant and an account on it, to rotate one after the other."""

    def __init__(self, folder: Path, arguments: argparse.Namespace) -> None:
        self.folder, self.arguments = folder, arguments
        self.tenant = Tenant(change_seconds=0.3, rate_limit=0, no_tls=True).start()
        self.duration = arguments.duration
        start = time.monotonic()
        self.template = killing.rotated_long_ago(self.tenant, folder / "template")
        self._measure(start)

    def _measure(self, start: float) -> None:
        """Note how long a rotation takes at present: that depends on what else the machine does."""
        if self.arguments.duration is None:
            self.duration = time.monotonic() - start

    def kill(self, number: int) -> Survivor:
        """Kill a rotation at a moment that the seed and *number* decide, and run it again."""
        chance = random.Random(f"{self.arguments.seed}/{number}")
        duration = self.duration
        seconds, first = chance.uniform(0, duration), chance.random() < 0.2
        scene = killing.Scene(self.tenant, self.folder / str(number), None if first else self.template)
        try:
            child = scene.start()
            time.sleep(seconds)
            ended = child.poll() is not None
            kill(child)
            killed = killing.look_at(scene)
            start = time.monotonic()
            done = killing.run_again(scene, killed)
            if killed.state == killing.NOTHING_STAGED:
                self._measure(start)
        except Exception:
            raise ViolationError(
                f"Kill {number} of seed {self.arguments.seed}: SIGKILL after {seconds:.3f} s of {duration:.3f} s"
                f"{', first rotation of the account' if first else ''}.\n"
                f"What is left is in {scene.folder}; the key of the store is {killing.KEY!r}.\n"
                f"Again: make soak ARGS='--seed {self.arguments.seed} --only {number} --duration {duration:.3f}'\n\n"
                f"{traceback.format_exc()}"
            ) from None
        shutil.rmtree(scene.folder)
        return Survivor(number, seconds, "ended before the kill" if ended else killed.state, first, done)


def soak(arguments: argparse.Namespace, folder: Path) -> list[Survivor]:
    """Kill as often as asked for, on several tenants side by side."""
    with ThreadPoolExecutor(arguments.jobs) as pool:
        lanes = list(pool.map(lambda n: Lane(folder / f"lane{n}", arguments), range(arguments.jobs)))
        try:
            print(
                f"seed {arguments.seed}, {arguments.kills} kills, a rotation takes {lanes[0].duration:.1f} s",
                flush=True,
            )
            numbers = [arguments.only] if arguments.only is not None else list(range(arguments.kills))
            free = list(lanes)

            def one(number: int) -> Survivor:
                lane = free.pop()
                try:
                    return lane.kill(number)
                finally:
                    free.append(lane)

            survivors = []
            for future in as_completed([pool.submit(one, number) for number in numbers]):
                try:
                    survivors.append(future.result())
                except ViolationError:
                    pool.shutdown(wait=True, cancel_futures=True)
                    raise
                show(survivors[-1], len(survivors), len(numbers))
            return survivors
        finally:
            for lane in lanes:
                lane.tenant.stop()


def show(survivor: Survivor, count: int, total: int) -> None:
    """Print a line of progress."""
    first = " (first rotation)" if survivor.first else ""
    print(
        f"{count:4}/{total} kill {survivor.number:3} after {survivor.seconds:6.3f} s: {survivor.state}{first}, "
        f"then {survivor.done}",
        flush=True,
    )


def summary(survivors: list[Survivor]) -> str:
    """Return how often the store was in which state, and what the next run did."""
    counts = collections.Counter((survivor.state, survivor.done) for survivor in survivors)
    lines = [f"{'store at the kill':24}{'kills':>6}  the next run decided"]
    order = (*killing.SETS, "ended before the kill")
    for (state, done), count in sorted(counts.items(), key=lambda item: (order.index(item[0][0]), -item[1])):
        lines.append(f"{state:24}{count:6}  {done}")
    return "\n".join([*lines, f"{'all':24}{len(survivors):6}  store and tenant agree"])


def main() -> int:
    """Parse the command line, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=None, help="decides the moments; a new one by default")
    parser.add_argument("--jobs", type=int, default=2, help="how many tenants side by side")
    parser.add_argument("--only", type=int, default=None, metavar="N", help="the number of the one kill to repeat")
    parser.add_argument(
        "--duration", type=float, default=None, help="seconds of a rotation; measured again and again by default"
    )
    arguments = parser.parse_args()
    if arguments.seed is None:
        arguments.seed = random.SystemRandom().randrange(10**6)
    folder = Path(tempfile.mkdtemp(prefix="isc-soak-"))
    try:
        survivors = soak(arguments, folder)
    except ViolationError as violation:
        print(violation, file=sys.stderr)
        return 1
    print(summary(survivors))
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
