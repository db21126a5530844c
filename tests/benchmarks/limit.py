# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The time of many changes, compared with the minimum that the API's limit allows."""

from __future__ import annotations

import math
from typing import Callable, NamedTuple

from benchmarks import rotated
from benchmarks.command import Cost
from benchmarks.report import Promise, Report
from benchmarks.stage import Stage, accounts
from benchmarks.table import Table

TITLE = "Against the API's limit"
ABOUT = """
ISC allows 100 requests in any 10 seconds per client ID, and an account takes at least three requests: query, set and
status. So the minimum time for n accounts is that of a client that sends 100 requests at once, another 100 after 10
seconds, and so on; and the last change has to end before its status is read. The time was measured from the start of
``ansible-playbook`` to its end, with the defaults of the module ``isc_password_batch`` and of the playbook
``rotate_accounts``, which here keeps each password in a file (``rotate_password_store: file``). A request beyond the
limit would be refused with HTTP 429. A poll is one read of a status.
"""
REQUESTS, WINDOW = 100, 10
BATCHES = ((30, 2), (30, 20), (150, 2), (150, 20), (1000, 20))
ROTATIONS = ((1000, 20),)
MOST_MORE_SECONDS = 3
HIGHEST_RATIO = 1.10
# At the limit, three requests take 0.3 s. The rest is Ansible's work for each host.
MOST_SECONDS = 0.3 * HIGHEST_RATIO
MOST_POLLS = 1.15


class Run(NamedTuple):
    """Many changes against the limit."""

    what: str
    accounts: int
    change_seconds: float
    cost: Cost
    refused: int
    polls: float

    @property
    def least(self) -> float:
        """The minimum time in seconds: each change needs two requests before it, and one once it has ended."""
        all_sent = (math.ceil(3 * self.accounts / REQUESTS) - 1) * WINDOW
        last_set = (math.ceil(2 * self.accounts / REQUESTS) - 1) * WINDOW
        return max(all_sent, last_set + self.change_seconds)

    @property
    def ratio(self) -> float:
        """The measured time as a multiple of the minimum."""
        return self.cost.wall / self.least


def run(quick: bool) -> Report:
    """Run a batch and a rotation for each number of accounts and each duration of a change."""
    batches, rotations = (((30, 2),), ((30, 2),)) if quick else (BATCHES, ROTATIONS)
    runs = [_once("``isc_password_batch``", _batch, *size) for size in batches]
    runs += [_once("``rotate_accounts``, ``file``", _rotation, *size) for size in rotations]
    return _report(runs)


def _batch(stage: Stage, number: int) -> Cost:
    return stage.play("batch", accounts=accounts(number), requests=REQUESTS)


def _rotation(stage: Stage, number: int) -> Cost:
    return stage.play(rotated.ROTATE_ACCOUNTS, rotated.hosts(number), **rotated.variables(stage, "file"))


def _once(what: str, play: Callable[[Stage, int], Cost], number: int, seconds: float) -> Run:
    with Stage(accounts=number, change_seconds=seconds) as stage:
        cost = play(stage, number)
        refused = sum(entry["status"] == 429 for entry in stage.tenant.requests())
        return Run(what, number, seconds, cost, refused, stage.tenant.counts()["status"] / number)


def _report(runs: list[Run]) -> Report:
    columns = (
        "What",
        "Accounts",
        "Change duration (s)",
        "Minimum time (s)",
        "Measured time (s)",
        "Ratio",
        "429 responses",
        "Polls per account",
    )
    rows = tuple(
        (
            run.what,
            f"{run.accounts}",
            f"{run.change_seconds}",
            f"{run.least:.0f}",
            f"{run.cost.wall:.1f}",
            f"{run.ratio:.3f}",
            f"{run.refused}",
            f"{run.polls:.2f}",
        )
        for run in runs
    )
    small = [run.cost.wall - run.change_seconds for run in runs if run.accounts * 3 <= REQUESTS]
    large = [run for run in runs if run.accounts * 3 > REQUESTS]
    batches = [run.ratio for run in large if "batch" in run.what]
    rotations = [run.cost.wall / run.accounts for run in large if "batch" not in run.what]
    refused = sum(run.refused for run in runs)
    text = f"30 accounts take at most {MOST_MORE_SECONDS} s more than their changes"
    promises = [Promise.at_most(text, max(small), MOST_MORE_SECONDS, 1, " s")]
    if large:
        polls = max(run.polls for run in large)
        batch = f"A larger batch takes at most {HIGHEST_RATIO:.2f} times the minimum"
        rotation = f"A larger rotation takes at most {MOST_SECONDS:.2f} s per account"
        promises += [
            Promise.at_most(batch, max(batches), HIGHEST_RATIO, 3),
            Promise.at_most(rotation, max(rotations), MOST_SECONDS, 3, " s"),
            Promise.at_most(f"Larger ones need at most {MOST_POLLS} polls per account", polls, MOST_POLLS, 2),
        ]
    promises.append(Promise.at_most("No request beyond the limit", refused, 0))
    return Report((Table(columns, rows),), tuple(promises))
