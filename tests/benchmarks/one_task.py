# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cost of one isc_password in a play, compared with one ansible.builtin.assert."""

from __future__ import annotations

import statistics

from benchmarks.report import Promise, Report
from benchmarks.stage import Stage, new_password
from benchmarks.table import Table

TITLE = "One task"
ABOUT = """
A play with one task for localhost, from the start of ``ansible-playbook`` to its end. The tenant answers at once
(login, query and set), and the change ends at once, so there is no waiting. As an ordinary module, the task runs with
``become``.
"""
RUNS = 9
MOST_SECONDS = 0.35

_PLAYS = {
    "``ansible.builtin.assert``": ("one_assert", {}),
    "``isc_password``, in process": ("one_password", {"ordinary": False}),
    "``isc_password``, as an ordinary module": ("one_password", {"ordinary": True}),
}


def run(quick: bool) -> Report:
    measured: dict[str, list[float]] = {name: [] for name in _PLAYS}
    with Stage(rate_limit=0) as stage:
        stage.tenant.outcome("final_at_once", times=None)
        for turn in range((3 if quick else RUNS) + 1):
            for name, (playbook, variables) in _PLAYS.items():
                wall = stage.play(playbook, new_password=new_password(), **variables).wall
                if turn:  # the first turn fills caches
                    measured[name].append(wall)
    return _report(measured)


def _report(measured: dict[str, list[float]]) -> Report:
    medians = {name: statistics.median(times) for name, times in measured.items()}
    base, in_process, _ordinary = medians.values()
    rows = tuple(
        (name, *(f"{seconds:.3f}" for seconds in (medians[name], min(times), max(times), medians[name] - base)))
        for name, times in measured.items()
    )
    text = f"In process, at most {MOST_SECONDS} s more than assert"
    promise = Promise.at_most(text, in_process - base, MOST_SECONDS, 3, " s")
    columns = ("Task", "Median (s)", "Fastest (s)", "Slowest (s)", "More than assert (s)")
    return Report((Table(columns, rows),), (promise,))
