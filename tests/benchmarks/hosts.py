# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cost of an additional host of rotate_accounts with each store."""

from __future__ import annotations

import tempfile
from pathlib import Path

from support.openbao import OpenBao

from benchmarks import rotated
from benchmarks.command import Cost
from benchmarks.report import Promise, Report
from benchmarks.stage import Stage
from benchmarks.table import Table

TITLE = "Each additional host of rotate_accounts"
ABOUT = """
The playbook ``community.sailpoint.rotate_accounts`` without a rate limit, with few hosts and with many. The difference
is what each additional host costs, without the start of Ansible: the tasks that run once per host, its requests to
ISC, and with a store one read and three writes. With ``kv2`` the store is a real OpenBao server on the same machine,
whose CPU time is not counted.
"""
FEW, MANY, TURNS = 20, 220, 3
MOST_MS = {"none": None, "file": 120, "kv2": 150}


def run(quick: bool) -> Report:
    """Run the playbook for each store in turns, with few and with many hosts."""
    few, many, turns = (5, 45, 1) if quick else (FEW, MANY, TURNS)
    additional: dict[str, list[Cost]] = {store: [] for store in MOST_MS}
    with (
        tempfile.TemporaryDirectory() as folder,
        OpenBao(Path(folder)) as openbao,
        Stage(rate_limit=0, accounts=many, change_seconds=0.1) as stage,
    ):
        stage.more_environment = openbao.environment()
        for _turn in range(turns):
            for store in MOST_MS:
                costs = [_once(stage, store, number) for number in (few, many)]
                additional[store].append(Cost(*((more - less) / (many - few) for less, more in zip(*costs))))
    return _report({store: Cost.median(costs) for store, costs in additional.items()}, few, many)


def _once(stage: Stage, store: str, number: int) -> Cost:
    given = rotated.variables(stage, store, rotate_password_rate_limit={"requests": 0}, rotate_password_wait_sleep=0.1)
    return stage.play(rotated.ROTATE_ACCOUNTS, rotated.hosts(number), **given)


def _report(additional: dict[str, Cost], few: int, many: int) -> Report:
    rows = tuple(
        (f"``{store}``", f"{1000 * cost.cpu:.0f}", f"{1000 * cost.wall:.0f}") for store, cost in additional.items()
    )
    promises = tuple(
        Promise.at_most(f"With ``{store}`` at most {most} ms of CPU", 1000 * additional[store].cpu, most, unit=" ms")
        for store, most in MOST_MS.items()
        if most is not None
    )
    return Report((Table((f"Store ({few} to {many} hosts)", "CPU time (ms)", "Wall time (ms)"), rows),), promises)
