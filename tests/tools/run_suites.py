# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run all test suites, and print how each of them ended.

    python tests/tools/run_suites.py

A suite is a target of the Makefile. Suites run concurrently, with up to three processes: with two, two cores would
often be idle, because tests wait for servers and changes. The output of a suite is shown when it has ended. All suites
run even if one fails, and then the exit code is 1.

nox runs sessions one after the other, which would leave cores idle.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
import typing as t
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from captured import run_captured

# Other suites need its downloads, so it runs before them.
FIRST = "downloads"
# The number of processes of each suite. The longest suites come first, and those with one process fit next to those
# with two. docs is missing because functional builds the site as well, for the tests in a browser.
PROCESSES = {
    "functional": 2,
    "sanity": 1,
    "matrix": 2,
    "integration": 1,
    "jobs": 1,
    "lint": 1,
    "galaxy": 1,
    "promises": 2,
    "units": 2,
    "molecule": 1,
    "docs-lint": 1,
}
# Its pylint uses all available cores, and needs a third more CPU with two.
ON_ONE_CORE = "sanity"
SUITES = (FIRST, *PROCESSES)
AT_A_TIME = 3
# The oldest and the newest ansible-core represent all. jobs mostly waits, so one process fits next to two others.
# sanity checks only what users get, as Galaxy does. Its pylint would take longer with the tests, which lint checks too.
ARGUMENTS = {
    "matrix": ["ARGS=--ends"],
    "sanity": ["ARGS=--exclude tests/"],
    "jobs": ["ARGS=-n 0"],
    **{suite: [f"ARGS=-n {PROCESSES[suite]}"] for suite in ("promises", "units")},
}


class Outcome(t.NamedTuple):
    """How a suite ended."""

    suite: str
    passed: bool
    seconds: float
    output: str


@contextlib.contextmanager
def on_one_core() -> t.Iterator[None]:
    """Restrict processes that this thread starts to one core."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def run(suite: str) -> Outcome:
    """Run one suite, and capture its output."""
    start = time.monotonic()
    with on_one_core() if suite == ON_ONE_CORE else contextlib.nullcontext():
        process = run_captured(["make", "--no-print-directory", suite, *ARGUMENTS.get(suite, ())])
    return Outcome(suite, process.returncode == 0, time.monotonic() - start, process.stdout)


def side_by_side(suites: t.Mapping[str, int], run_one: t.Callable[[str], Outcome]) -> t.Iterator[Outcome]:
    """Run suites, each as soon as enough processes are free, and yield the outcome of each.

    :param suites: the number of processes of each suite, at most AT_A_TIME.
    """
    waiting = dict(suites)
    running: dict[Future[Outcome], int] = {}
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        while waiting or running:
            for suite, processes in list(waiting.items()):
                if sum(running.values()) + processes <= AT_A_TIME:
                    running[pool.submit(run_one, suite)] = waiting.pop(suite)
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                del running[future]
                yield future.result()


def main() -> int:
    outcomes = []
    print(f"Running {', '.join(SUITES)}. Each shows its output when it has ended.", flush=True)
    for suites in ({FIRST: 1}, PROCESSES):
        for outcome in side_by_side(suites, run):
            outcomes.append(outcome)
            print(f"\n===== {outcome.suite} =====\n{outcome.output}", flush=True)
    print("===== all suites =====")
    for outcome in outcomes:
        print(f"{outcome.suite:<12} {outcome.seconds:>6.0f} s  {'passed' if outcome.passed else 'FAILED'}")
    passed = sum(outcome.passed for outcome in outcomes)
    print(f"\n{passed} passed, {len(outcomes) - passed} failed", flush=True)
    return 0 if passed == len(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
