# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How close isc_password_batch comes to what the API's limit allows."""

from __future__ import annotations

from typing import NamedTuple

from benchmarks.command import Cost
from benchmarks.report import Promise, Report
from benchmarks.stage import Stage, accounts
from benchmarks.table import Table

TITLE = "Against the API's limit"
ABOUT = """
ISC allows 100 requests in 10 seconds for each client id, and an account takes three requests at least: query, set
and status. So n accounts take 0.3 n seconds at least. Measured is ``isc_password_batch`` with its defaults, from
the start of ``ansible-playbook`` to its end. A request beyond the limit would be refused with the status 429. A
poll is a read of a status. A small batch of slow changes takes longer in any case: the last ones begin when most of
its requests are sent, and end later.
"""
REQUESTS, WINDOW, REQUESTS_AN_ACCOUNT = 100, 10, 3
ACCOUNTS = (150, 1000)
CHANGE_SECONDS = (2, 20)
HIGHEST_RATIO, MOST_POLLS = 1.05, 1.15


class Run(NamedTuple):
    """One batch against the limit."""

    accounts: int
    change_seconds: float
    cost: Cost
    refused: int
    polls: float

    @property
    def least(self) -> float:
        """The seconds that the limit asks for."""
        return self.accounts * REQUESTS_AN_ACCOUNT * WINDOW / REQUESTS

    @property
    def ratio(self) -> float:
        """What the batch took, as a multiple of that."""
        return self.cost.wall / self.least


def run(quick: bool) -> Report:
    """Run a batch for each number of accounts and each duration of a change."""
    numbers, durations = ((100,), (2,)) if quick else (ACCOUNTS, CHANGE_SECONDS)
    return _report([_once(number, seconds) for number in numbers for seconds in durations])


def _once(number: int, seconds: float) -> Run:
    with Stage(accounts=number, change_seconds=seconds) as stage:
        cost = stage.play("batch", accounts=accounts(number), requests=REQUESTS)
        refused = sum(entry["status"] == 429 for entry in stage.tenant.requests())
        return Run(number, seconds, cost, refused, stage.tenant.counts()["status"] / number)


def _report(runs: list[Run]) -> Report:
    columns = (
        "Accounts",
        "A change takes s",
        "Least time s",
        "Measured s",
        "Ratio",
        "Answers 429",
        "Polls an account",
    )
    rows = tuple(
        (
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
    largest = max(run.accounts for run in runs)
    ratio = max(run.ratio for run in runs if run.accounts == largest)
    polls = max(run.polls for run in runs)
    refused = sum(run.refused for run in runs)
    promises = (
        Promise(
            f"{largest} accounts take at most {HIGHEST_RATIO} of the least time",
            f"{ratio:.3f}",
            round(ratio, 3) <= HIGHEST_RATIO,
        ),
        Promise(f"At most {MOST_POLLS} polls an account", f"{polls:.2f}", round(polls, 2) <= MOST_POLLS),
        Promise("No request beyond the limit", f"{refused}", not refused),
    )
    return Report((Table(columns, rows, texts=0),), promises)
