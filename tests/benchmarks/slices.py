# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The speedup of slices that have their own API clients."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from benchmarks import rotated
from benchmarks.report import Promise, Report
from benchmarks.stage import Stage, user_names
from benchmarks.table import Table

TITLE = "Slices with their own API clients"
ABOUT = """
The playbook ``community.sailpoint.rotate_accounts`` against a limit of 100 requests in 10 seconds per client ID. The
accounts, hosts of an inventory, are divided among slices as AWX divides them, and all slices run at the same time.
With ``rotate_password_clients``, each slice has its own API client. Otherwise all share one: then ISC refuses requests
with HTTP 429, and the slices slow down until they share the limit. The minimum time follows from the limit of all
clients together; compare it with the time from the first request to the last. The total time is from the start of the
first ``ansible-playbook`` to the end of the last. Beyond the requests, it consists of the tasks of each host, which
run on the same cores for all slices here; in AWX each slice can have its own node.
"""
REQUESTS, WINDOW, REQUESTS_AN_ACCOUNT = 100, 10, 3
ACCOUNTS, SLICES, CHANGE_SECONDS = 240, 3, 2
LEAST_GAIN = 2.5


class Launch(NamedTuple):
    """A launch: seconds from the first request to the last, seconds of the whole run, and number of 429 responses."""

    slices: int
    clients: int
    accounts: int
    seconds: float
    whole: float
    refused: int

    @property
    def least(self) -> float:
        """The minimum time in seconds that the limit allows."""
        return self.accounts * REQUESTS_AN_ACCOUNT * WINDOW / REQUESTS / self.clients


def run(quick: bool) -> Report:
    """Launch one slice, slices with a client each, and slices with one client."""
    accounts = 60 if quick else ACCOUNTS
    return _report([_launch(accounts, *each) for each in ((1, 1), (SLICES, SLICES), (SLICES, 1))])


def _launch(accounts: int, slices: int, clients: int) -> Launch:
    options = {"accounts": accounts, "api_clients": clients, "change_seconds": CHANGE_SECONDS}
    with Stage(**options) as stage, ThreadPoolExecutor(slices) as pool:
        given = [dict(stage.tenant.clients[f"slice-{number}"]) for number in range(1, clients + 1)]
        everyone = rotated.hosts(accounts)
        hosts = [{name: everyone[name] for name in user_names(accounts)[number::slices]} for number in range(slices)]
        started = time.monotonic()
        running = [
            pool.submit(
                stage.play,
                rotated.ROTATE_ACCOUNTS,
                each,
                **rotated.variables(stage, "none", rotate_password_clients=given, rotate_password_slice=number),
            )
            for number, each in enumerate(hosts)
        ]
        for one in running:
            one.result()
        whole = time.monotonic() - started
        requests = stage.tenant.requests()
        seconds = requests[-1]["time"] - requests[0]["time"]
        accepted = sum(entry["operation"] == "set" and entry["status"] == 202 for entry in requests)
        if accepted != accounts:
            raise AssertionError(f"{accepted} of {accounts} accounts were set")
        return Launch(slices, clients, accounts, seconds, whole, sum(entry["status"] == 429 for entry in requests))


def _report(launches: list[Launch]) -> Report:
    alone, apart, _shared = launches
    columns = (
        "Slices",
        "API clients",
        "Accounts",
        "Minimum time (s)",
        "First to last request (s)",
        "Speedup",
        "429 responses",
        "Total time (s)",
    )
    rows = tuple(
        (
            f"{launch.slices}",
            f"{launch.clients}",
            f"{launch.accounts}",
            f"{launch.least:.0f}",
            f"{launch.seconds:.1f}",
            f"{alone.seconds / launch.seconds:.2f}",
            f"{launch.refused}",
            f"{launch.whole:.1f}",
        )
        for launch in launches
    )
    gain = alone.seconds / apart.seconds
    promises = (
        Promise(
            f"{apart.slices} slices with one client each are at least {LEAST_GAIN} times as fast as one",
            f"{gain:.2f} times",
            gain >= LEAST_GAIN,
        ),
        Promise.at_most("With one client each, no request beyond the limit", apart.refused, 0),
    )
    return Report((Table(columns, rows, texts=0),), promises)
