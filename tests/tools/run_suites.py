# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run all test suites and say how each of them ended.

    python tests/tools/run_suites.py

A suite is a target of the Makefile. Those of one process run two at a time, then those that share their tests among two
processes, one by one. What a suite prints is shown when it has ended. All of them run, whatever fails; the exit code is
1 if any did.

nox runs sessions one after the other, and a core would be idle while suites of one process run.
"""

from __future__ import annotations

import sys
import time
import typing as t
from concurrent.futures import ThreadPoolExecutor, as_completed

from captured import run_captured

# The longest first. What is downloaded is there before the first suite that needs it.
OF_ONE_PROCESS = ("integration", "downloads", "docs-lint", "docs", "galaxy", "sanity", "molecule", "lint")
OF_TWO_PROCESSES = ("units", "functional", "jobs", "matrix")
SUITES = (*OF_ONE_PROCESS, *OF_TWO_PROCESSES)
# The oldest and the newest ansible-core stand for those between.
ARGUMENTS = {"matrix": ["ARGS=--ends"]}


class Outcome(t.NamedTuple):
    """How a suite ended."""

    suite: str
    passed: bool
    seconds: float
    output: str


def run(suite: str) -> Outcome:
    """Run one suite and collect what it prints."""
    start = time.monotonic()
    process = run_captured(["make", "--no-print-directory", suite, *ARGUMENTS.get(suite, ())])
    return Outcome(suite, process.returncode == 0, time.monotonic() - start, process.stdout)


def main() -> int:
    """Run all suites."""
    outcomes = []
    print(f"Running {', '.join(SUITES)}. Each shows its output when it has ended.", flush=True)
    for suites, at_a_time in ((OF_ONE_PROCESS, 2), (OF_TWO_PROCESSES, 1)):
        with ThreadPoolExecutor(at_a_time) as pool:
            for future in as_completed([pool.submit(run, suite) for suite in suites]):
                outcome = future.result()
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
