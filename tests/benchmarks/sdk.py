# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""isc_password_batch compared with a script that uses SailPoint's SDK and threads."""

from __future__ import annotations

import subprocess
from typing import Callable

from benchmarks.command import Cost
from benchmarks.report import Report
from benchmarks.stage import ROOT, Stage, accounts
from benchmarks.table import Table

TITLE = "A batch compared with a script that uses SailPoint's SDK"
ABOUT = """
``isc_password_batch`` without a rate limit, and a script with SailPoint's Python SDK and 16 threads
(``tests/benchmarks/sdk_script.py``). Each thread takes an account, queries, encrypts, sets and polls until the change
has ended. The module has up to 16 requests under way at the same time, and meanwhile waits for any number of changes.
Both first read a status after the time in the column *First poll after*. The whole process was measured,
``ansible-playbook`` or ``python``; for *without startup*, the run of a single account is subtracted. The script does
not know the API's limit, and if it is killed, nothing says how far it was.
"""
PYTHON = ROOT / ".cache" / "sdk" / "bin" / "python"
THREADS = 16
ACCOUNTS, TURNS = 400, 3
CHANGES = ((0.1, 0.15), (2, 2.5))
"""The duration of a change, and the seconds until its status is read, which is late enough for a single read."""


def run(quick: bool) -> Report:
    """Run both in turns, for each duration of a change."""
    number, turns = (100, 1) if quick else (ACCOUNTS, TURNS)
    script = f"Script with the SDK {_version()}"
    rows = []
    for seconds, poll in CHANGES:
        ways = {"``isc_password_batch``": _batch, script: _script}
        with Stage(accounts=number, rate_limit=0, change_seconds=seconds) as stage:
            for name, costs in _measured(stage, ways, number, turns, poll).items():
                polls = costs[2]
                rows.append((name, f"{seconds}", f"{poll}", f"{polls:.2f}", *_numbers(costs[0], costs[1], number)))
    columns = (
        f"{number} accounts",
        "Change duration (s)",
        "First poll after (s)",
        "Polls per account",
        "Wall time (s)",
        "Accounts per second",
        "without startup",
        "CPU per account (ms)",
        "without startup",
    )
    return Report((Table(columns, tuple(rows)),))


def _measured(
    stage: Stage, ways: dict[str, Callable[[Stage, int, float], Cost]], number: int, turns: int, poll: float
) -> dict[str, tuple[Cost, Cost, float]]:
    """Return for each way the cost of all accounts and of one account, and the polls per account."""
    single: dict[str, list[Cost]] = {name: [] for name in ways}
    many: dict[str, list[Cost]] = {name: [] for name in ways}
    polls: dict[str, float] = {}
    for _turn in range(turns):
        for name, way in ways.items():
            single[name].append(way(stage, 1, poll))
            stage.tenant.clear_requests()
            many[name].append(way(stage, number, poll))
            polls[name] = stage.tenant.counts()["status"] / number
    return {name: (Cost.median(many[name]), Cost.median(single[name]), polls[name]) for name in ways}


def _numbers(cost: Cost, start: Cost, number: int) -> tuple[str, ...]:
    further, seconds = number - 1, cost.wall - start.wall
    return (
        f"{cost.wall:.1f}",
        f"{number / cost.wall:.1f}",
        f"{further / seconds:.1f}" if seconds > 0 else "",
        f"{1000 * cost.cpu / number:.1f}",
        f"{1000 * (cost.cpu - start.cpu) / further:.1f}",
    )


def _batch(stage: Stage, number: int, poll: float) -> Cost:
    return stage.play("batch", accounts=accounts(number), requests=0, concurrency=THREADS, wait_sleep=poll)


def _script(stage: Stage, number: int, poll: float) -> Cost:
    arguments = ["--threads", str(THREADS), "--poll-seconds", str(poll)]
    return stage.script(PYTHON, ROOT / "tests" / "benchmarks" / "sdk_script.py", arguments, accounts(number))


def _version() -> str:
    code = "from importlib.metadata import version; print(version('sailpoint'))"
    return subprocess.run([str(PYTHON), "-c", code], check=True, capture_output=True, text=True).stdout.strip()
