# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cost of one rotation, compared with a play without tasks."""

from __future__ import annotations

from benchmarks import rotated
from benchmarks.command import Cost
from benchmarks.report import Promise, Report
from benchmarks.stage import Stage, user_names
from benchmarks.table import Table

TITLE = "One rotation"
ABOUT = """
The playbook ``community.sailpoint.rotate_password`` with ``rotate_password_store: file``, from the start of
``ansible-playbook`` to its end: a new password is generated, stored, set, waited for and committed. A change takes
0.1 s.
"""
RUNS = 9
MOST_CPU = 0.7


def run(quick: bool) -> Report:
    nothing: list[Cost] = []
    rotation: list[Cost] = []
    with Stage(rate_limit=0, accounts=1, change_seconds=0.1) as stage:
        (user,) = user_names(1)
        given = rotated.variables(stage, "file", rotate_password_user_name=user, rotate_password_wait_sleep=0.1)
        for turn in range((3 if quick else RUNS) + 1):
            costs = (stage.play("no_task"), stage.play(rotated.ROTATE_PASSWORD, **given))
            if turn:  # the first turn fills caches
                nothing.append(costs[0])
                rotation.append(costs[1])
    return _report(Cost.median(nothing), Cost.median(rotation))


def _report(nothing: Cost, rotation: Cost) -> Report:
    rows = tuple(
        (name, f"{cost.wall:.2f}", f"{cost.cpu:.2f}", f"{cost.cpu - nothing.cpu:.2f}")
        for name, cost in (("No task", nothing), ("One rotation", rotation))
    )
    text = f"At most {MOST_CPU} s of CPU more than no task"
    promise = Promise.at_most(text, rotation.cpu - nothing.cpu, MOST_CPU, 2, " s")
    return Report((Table(("Play", "Wall time (s)", "CPU time (s)", "More CPU than no task (s)"), rows),), (promise,))
