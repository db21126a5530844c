# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an additional account costs in a play that has a host for each account."""

from __future__ import annotations

import statistics
from typing import NamedTuple

from benchmarks.command import Cost
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


class Further(NamedTuple):
    """Wall and CPU seconds of an additional account, and the requests for it."""

    wall: float
    cpu: float
    requests: float


def run(quick: bool) -> Report:
    """Run the plays in turns, each with few and with many hosts."""
    many, turns = (12, 1) if quick else (MANY, TURNS)
    measured: dict[str, list[Further]] = {name: [] for name in _PLAYS}
    with Stage(rate_limit=0, accounts=many, change_seconds=CHANGE_SECONDS) as stage:
        for _turn in range(turns):
            for name in _PLAYS:
                measured[name].append(_further(stage, name, many))
    medians = {
        name: Further(*(statistics.median(column) for column in zip(*values))) for name, values in measured.items()
    }
    return _report(medians, many)


def _further(stage: Stage, name: str, many: int) -> Further:
    (cost, requests), (more_cost, more_requests) = (_once(stage, name, hosts) for hosts in (FEW, many))
    hosts = many - FEW
    return Further(
        (more_cost.wall - cost.wall) / hosts,
        (more_cost.cpu - cost.cpu) / hosts,
        (more_requests - requests) / hosts,
    )


def _once(stage: Stage, name: str, number: int) -> tuple[Cost, int]:
    playbook, variables = _PLAYS[name]
    hosts = {user: {"new_password": new_password()} for user in user_names(number)}
    before = sum(stage.tenant.counts().values())
    cost = stage.play(playbook, hosts, **variables)
    return cost, sum(stage.tenant.counts().values()) - before


def _report(medians: dict[str, Further], many: int) -> Report:
    in_process, ordinary, uri = (further.cpu for further in medians.values())
    rows = tuple(
        (
            name,
            f"{1000 * further.cpu:.0f}",
            f"{1000 * further.wall:.0f}",
            f"{further.requests:.1f}",
            f"{further.cpu / in_process:.1f}",
        )
        for name, further in medians.items()
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
