# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The memory of a large batch."""

from __future__ import annotations

from benchmarks import rotated
from benchmarks.report import Promise, Report
from benchmarks.stage import Stage, accounts
from benchmarks.table import Table

TITLE = "Memory of a batch"
ABOUT = """
The peak resident memory of the largest process of a run of ``ansible-playbook`` (what its children share with it is
counted for each of them). The accounts of ``isc_password_batch`` get random passwords (``discard``), and their list
is a variable of the play. Those of ``rotate_accounts`` are hosts, whose passwords are kept in files. The first row is a
play with one ``ansible.builtin.assert``.
"""
ACCOUNTS = (1000, 10000)
MOST_MEGABYTES = {"isc_password_batch": 180, "rotate_accounts": 450}


def run(quick: bool) -> Report:
    """Run a batch for each number of accounts, in process and as an ordinary module."""
    numbers = (100, 1000) if quick else ACCOUNTS
    largest = dict.fromkeys(MOST_MEGABYTES, 0.0)
    with Stage(accounts=max(numbers), rate_limit=0, change_seconds=0.1, request_log=0) as stage:
        rows = [("``ansible.builtin.assert``", "", f"{stage.play('one_assert').memory:.0f}")]
        for name, ordinary in (("in process", False), ("as an ordinary module", True)):
            for number in numbers:
                memory = stage.play(
                    "batch", accounts=accounts(number, discard=True), requests=0, wait_sleep=0.1, ordinary=ordinary
                ).memory
                rows.append((f"``isc_password_batch``, {name}", f"{number}", f"{memory:.0f}"))
                largest["isc_password_batch"] = max(largest["isc_password_batch"], memory)
        for number in numbers:
            given = rotated.variables(
                stage, "file", rotate_password_rate_limit={"requests": 0}, rotate_password_wait_sleep=0.1
            )
            memory = stage.play(rotated.ROTATE_ACCOUNTS, rotated.hosts(number), **given).memory
            rows.append(("``rotate_accounts``", f"{number}", f"{memory:.0f}"))
            largest["rotate_accounts"] = max(largest["rotate_accounts"], memory)
    promises = tuple(
        Promise.at_most(f"``{name}``, {max(numbers)} accounts within {most} MB", megabytes, most, unit=" MB")
        for (name, most), megabytes in zip(MOST_MEGABYTES.items(), largest.values())
    )
    return Report((Table(("A play with", "Accounts", "Largest process (MB)"), tuple(rows)),), promises)
