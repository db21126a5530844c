# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an account costs more in a larger batch."""

from __future__ import annotations

from benchmarks.command import Cost
from benchmarks.report import Promise, Report
from benchmarks.stage import Stage, accounts
from benchmarks.table import Table

TITLE = "Batches of different sizes"
ABOUT = """
``isc_password_batch`` without a rate limit (``rate_limit: {requests: 0}``), with 16 requests at the same time. The
accounts get random passwords (``discard``), and a change takes 0.1 s. The tenant shares the machine's cores, so part
of the wall time is the tenant's. The cost of each additional account is the difference from the row above, without
the start of Ansible.
"""
ACCOUNTS, TURNS = (100, 1000, 10000), 3
MOST_GROWTH = 1.1
"""Runs of the same batch differ by a few percent."""


def run(quick: bool) -> Report:
    """Run a batch of each size in turns, each against a new tenant."""
    numbers, turns = ((50, 250, 500), 1) if quick else (ACCOUNTS, TURNS)
    measured: dict[int, list[Cost]] = {number: [] for number in numbers}
    for _turn in range(turns):
        for number in numbers:
            measured[number].append(_once(number))
    return _report({number: Cost.median(costs) for number, costs in measured.items()})


def _once(number: int) -> Cost:
    with Stage(accounts=number, rate_limit=0, change_seconds=0.1, request_log=0) as stage:
        return stage.play("batch", accounts=accounts(number, discard=True), requests=0, wait_sleep=0.1)


def _report(costs: dict[int, Cost]) -> Report:
    rows, additional = [], []
    before, cost_before = 0, None
    for number, cost in costs.items():
        row = [f"{number}", f"{cost.wall:.1f}", f"{cost.cpu:.1f}"]
        row += [f"{1000 * seconds / number:.2f}" for seconds in (cost.wall, cost.cpu)]
        if cost_before is None:
            row += ["", ""]
        else:
            more = (number - before) / 1000
            wall, cpu = (cost.wall - cost_before.wall) / more, (cost.cpu - cost_before.cpu) / more
            row += [f"{wall:.2f}", f"{cpu:.2f}"]
            additional.append(cpu)
        rows.append(tuple(row))
        before, cost_before = number, cost
    columns = (
        "Accounts",
        "Wall time (s)",
        "CPU time (s)",
        "Wall time per account (ms)",
        "CPU time per account (ms)",
        "Wall time per additional account (ms)",
        "CPU time per additional account (ms)",
    )
    text = f"In a larger batch, an additional account costs at most {MOST_GROWTH} times as much CPU"
    promise = Promise.at_most(text, additional[-1] / additional[0], MOST_GROWTH, 2, " times")
    return Report((Table(columns, tuple(rows), texts=0),), (promise,))
