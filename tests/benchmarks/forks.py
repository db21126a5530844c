# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cost of an additional account in a play that has a host for each account."""

from __future__ import annotations

import statistics
from typing import NamedTuple

from benchmarks.report import Promise, Report
from benchmarks.stage import Stage, new_password, user_names
from benchmarks.table import Table

TITLE = "A host for each account"
ABOUT = """
A play with a host for each account, with the default of 5 forks, and one login for all of them. Each play runs with
few hosts and with many; the difference is what each additional account costs, without the start of Ansible. A change
takes 0.05 s, so one poll per account usually suffices. All plays set the same passwords with the same requests:

- ``isc_password`` in process, as it runs with ``connection: local``;
- ``isc_password`` as an ordinary module, as it runs with any other connection or with ``become``;
- ``ansible.builtin.uri`` for the requests, and the command ``openssl`` for encryption (four tasks per account).
"""
CHANGE_SECONDS = 0.05
FEW, MANY, TURNS = 4, 40, 5
LESS_THAN_URI, LESS_THAN_ORDINARY = 40, 6

_PLAYS = {
    "``isc_password``, in process": ("isc_password", {"ordinary": False}),
    "``isc_password``, as an ordinary module": ("isc_password", {"ordinary": True}),
    "``uri`` and OpenSSL": ("uri_and_openssl", {}),
}


class Additional(NamedTuple):
    """Wall and CPU seconds of an additional account, and its requests."""

    wall: float
    cpu: float
    requests: float


def run(quick: bool) -> Report:
    """Run the plays in turns, each with few and with many hosts."""
    many, turns = (12, 1) if quick else (MANY, TURNS)
    measured: dict[str, list[Additional]] = {name: [] for name in _PLAYS}
    with Stage(rate_limit=0, accounts=many, change_seconds=CHANGE_SECONDS) as stage:
        for _turn in range(turns):
            for name in _PLAYS:
                few_hosts, many_hosts = (_once(stage, name, hosts) for hosts in (FEW, many))
                differences = (more - less for less, more in zip(few_hosts, many_hosts))
                measured[name].append(Additional(*(each / (many - FEW) for each in differences)))
    medians = {
        name: Additional(*(statistics.median(column) for column in zip(*values))) for name, values in measured.items()
    }
    return _report(medians, many)


def _once(stage: Stage, name: str, number: int) -> Additional:
    playbook, variables = _PLAYS[name]
    hosts = {user: {"new_password": new_password()} for user in user_names(number)}
    before = sum(stage.tenant.counts().values())
    cost = stage.play(playbook, hosts, **variables)
    return Additional(cost.wall, cost.cpu, sum(stage.tenant.counts().values()) - before)


def _report(medians: dict[str, Additional], many: int) -> Report:
    in_process, ordinary, uri = (each.cpu for each in medians.values())
    rows = tuple(
        (
            name,
            f"{1000 * each.cpu:.0f}",
            f"{1000 * each.wall:.0f}",
            f"{each.requests:.1f}",
            f"{each.cpu / in_process:.1f}",
        )
        for name, each in medians.items()
    )
    columns = (
        f"Each additional account ({FEW} to {many} hosts)",
        "CPU time (ms)",
        "Wall time (ms)",
        "Requests",
        "CPU relative to in process",
    )
    promises = tuple(
        Promise(f"In process, at least {least} times less CPU per account than {other}", f"{times:.1f}", times >= least)
        for other, least, times in (
            ("``uri`` and OpenSSL", LESS_THAN_URI, uri / in_process),
            ("the ordinary module", LESS_THAN_ORDINARY, ordinary / in_process),
        )
    )
    return Report((Table(columns, rows),), promises)
