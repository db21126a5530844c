# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much memory a large batch takes."""

from __future__ import annotations

from benchmarks.report import Promise, Report
from benchmarks.stage import Stage, accounts
from benchmarks.table import Table

TITLE = "Memory of a batch"
ABOUT = """
The peak of resident memory of the largest process of a run of ``ansible-playbook`` (what its children share with it
is counted for each of them). The accounts get random passwords (``discard``). The list of accounts is a variable of
the play. The first row is a play with one ``ansible.builtin.assert``.
"""
ACCOUNTS = (1000, 10000)
MOST_MEGABYTES = 150


def run(quick: bool) -> Report:
    """Run a batch for each number of accounts, in process and as an ordinary module."""
    numbers = (100, 1000) if quick else ACCOUNTS
    largest = []
    with Stage(accounts=max(numbers), rate_limit=0, change_seconds=0.1, request_log=0) as stage:
        rows = [("``ansible.builtin.assert``", "", f"{stage.play('one_assert').memory:.0f}")]
        for name, ordinary in (("in process", False), ("as an ordinary module", True)):
            for number in numbers:
                memory = stage.play(
                    "batch", accounts=accounts(number, discard=True), requests=0, wait_sleep=0.1, ordinary=ordinary
                ).memory
                rows.append((f"``isc_password_batch``, {name}", f"{number}", f"{memory:.0f}"))
                largest.append(memory)
    promise = Promise(
        f"{max(numbers)} accounts within {MOST_MEGABYTES} MB",
        f"{max(largest):.0f} MB",
        round(max(largest)) <= MOST_MEGABYTES,
    )
    return Report((Table(("A play with", "Accounts", "Largest process MB"), tuple(rows)),), (promise,))
