# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Three concurrent slices of a job, each with its own API client, and one report on all of them."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from support.awx_jobs import Outcome, assert_no_leak
from support.surveys import SOURCE, arrived, secrets_of, user
from support.waiting import until

SLICES = 3
ACCOUNTS = 60
LIMIT, WINDOW = 30, 3.0
"""Requests in seconds for each client, which any machine can reach with three clients."""

CLIENTS = [f"slice-{number}" for number in range(1, SLICES + 1)]
FIRST_JOB = 7000


class Launch:
    """A sliced job template, launched.

    :ivar hosts: the hosts of each slice.
    :ivar outcomes: the outcome of each slice.
    :ivar journals: the journal of each slice.
    :ivar requests: the requests to the tenant, in order, without logins.
    """

    def __init__(self, jobs: Any) -> None:
        tenant = self.tenant = jobs.tenant
        names = [user(number) for number in range(1, ACCOUNTS + 1)]
        # AWX deals the hosts, sorted by name, like cards.
        self.hosts = [sorted(names)[number::SLICES] for number in range(SLICES)]
        self.journals = [jobs.folder / f"november.{number}.jsonl" for number in range(SLICES)]
        clients = [{key: tenant.clients[name][key] for key in ("client_id", "client_secret")} for name in CLIENTS]
        shared = {
            "rotate_password_user_name": "{{ inventory_hostname }}",
            "rotate_password_source_name": SOURCE,
            "rotate_password_discard": True,
            "rotate_password_rate_limit": {"requests": LIMIT, "seconds": WINDOW},
            "rotate_password_wait_sleep": 0.1,
        }
        tenant.settings(rate_limit=LIMIT, rate_window=WINDOW)
        tenant.fault("query", "gate", name="start", when="before", times=None)
        jobs.number = FIRST_JOB
        started = [
            jobs.start(
                "rotate_accounts",
                {"rotate_password_clients": json.dumps(clients), "rotate_password_journal": str(journal)},
                hosts=dict.fromkeys(hosts, {}),
                shared=shared,
                # Without credentials in the environment, all requests use one of the clients.
                credential={"SAIL_BASE_URL": tenant.base_url},
            )
            for hosts, journal in zip(self.hosts, self.journals)
        ]
        try:
            self._wait_until_all_have_logged_in()
        finally:
            tenant.open_gate("start")
        self.outcomes: list[Outcome] = [jobs.end(each) for each in started]
        self.requests = [entry for entry in tenant.requests() if entry["operation"] != "login"]

    def _wait_until_all_have_logged_in(self) -> None:
        """Wait, so that all slices begin at the same moment."""
        until(lambda: self.tenant.counts().get("login", 0) >= SLICES, "the slices have not started", 120)
        self.tenant.wait_for_gate("start", held=SLICES)

    def times(self, client: str) -> list[float]:
        return [entry["time"] for entry in self.requests if entry["client_id"] == client]


def busiest(times: list[float]) -> int:
    """Return the maximum number of requests in any window."""
    return max(sum(begin <= each < begin + WINDOW for each in times) for begin in times)


@pytest.fixture
def launch(jobs):
    """Return a successful launch."""
    launched = Launch(jobs)
    assert [outcome.rc for outcome in launched.outcomes] == [0] * SLICES, launched.outcomes[0].stdout
    return launched


def test_slices_divide_the_accounts_and_multiply_the_budget(jobs, launch):
    tenant, requests = launch.tenant, launch.requests
    # Every account is changed once.
    assert sum(entry["operation"] == "set" for entry in requests) == ACCOUNTS
    assert all(arrived(tenant, number) for number in range(1, ACCOUNTS + 1))
    changes = [
        tenant.password(SOURCE, f"CN={user(number)},OU=Generated,DC=acme,DC=com")["changes"]
        for number in range(1, ACCOUNTS + 1)
    ]
    assert set(changes) == {1}

    # Each slice has its own client.
    chosen = [CLIENTS[(FIRST_JOB + 1 + number) % SLICES] for number in range(SLICES)]
    assert sorted(chosen) == CLIENTS
    for hosts, journal, client in zip(launch.hosts, launch.journals, chosen):
        lines = [json.loads(line) for line in journal.read_text("utf-8").splitlines()]
        assert sorted(line["name"] for line in lines if "name" in line) == hosts
        asked_for = {line["request_id"] for line in lines if line.get("step") == "accepted"}
        assert len(asked_for) == len(hosts)
        reads = [entry for entry in requests if entry["path"].rpartition("/")[2] in asked_for]
        assert {entry["client_id"] for entry in reads} == {client}
    assert Counter(entry["client_id"] for entry in requests if entry["operation"] == "set") == dict.fromkeys(
        CLIENTS, ACCOUNTS / SLICES
    )

    # The tenant counts per client, and refused nothing: each client stayed within its budget, all of them at the same
    # time, and together they sent more in one window than two clients can.
    assert {entry["status"] for entry in requests} <= {200, 202}
    assert all(busiest(launch.times(client)) <= LIMIT for client in CLIENTS)
    assert busiest([entry["time"] for entry in requests]) > (SLICES - 1) * LIMIT
    first, last = max(launch.times(c)[0] for c in CLIENTS), min(launch.times(c)[-1] for c in CLIENTS)
    assert all(any(first <= each <= last for each in launch.times(client)) for client in CLIENTS)

    merged = merge(jobs, launch)
    for outcome in [*launch.outcomes, merged]:
        assert_no_leak(outcome, secrets_of(tenant))


def merge(jobs: Any, launch: Launch) -> Outcome:
    """Merge the slices' reports, and check the result."""
    report = jobs.folder / "november.json"
    answers = {
        "merge_reports_journals": f"{jobs.folder}/november.*.jsonl\n{launch.journals[0]}\n",
        "merge_reports_json": str(report),
        "merge_reports_html": "",
        "merge_reports_title": "",
    }
    outcome = jobs.run("merge_reports", answers, verbosity=5)
    assert outcome.rc == 0, outcome.stdout
    written = json.loads(report.read_text("utf-8"))
    slices = [each.artifacts["rotate_password_stats"] for each in launch.outcomes]
    assert [stats["totals"]["finished"] for stats in slices] == [ACCOUNTS / SLICES] * SLICES
    assert written["totals"]["accounts"] == written["totals"]["finished"] == ACCOUNTS
    assert sorted(account["name"] for account in written["accounts"]) == sorted(sum(launch.hosts, []))
    assert len(written["runs"]) == SLICES
    assert outcome.artifacts["merge_reports_stats"] == {
        "check_mode": False,
        "totals": written["totals"],
        "journals": [str(journal) for journal in launch.journals],
        "json": str(report),
        "html": None,
    }
    return outcome


def test_a_file_that_is_not_a_journal_is_reported_but_not_shown(jobs, tenant):
    """A pattern may match more than it should, such as a file of passwords."""
    (jobs.folder / "vault.yml").write_text(f"password: {tenant.clients['api-client']['client_secret']}\n", "utf-8")
    answers = {
        "merge_reports_journals": [str(jobs.folder / "*.yml")],
        "merge_reports_html": str(jobs.folder / "report.html"),
    }
    outcome = jobs.run("merge_reports", answers, verbosity=5)
    assert outcome.rc == 2
    assert "vault.yml is malformed: line 1 is not a journal line." in outcome.verdict()
    assert outcome.artifacts == {}
    assert_no_leak(outcome, secrets_of(tenant))
