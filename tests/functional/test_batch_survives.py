# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A batch that is killed repeatedly, or that meets faults all the time, sets no password twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest
from simulator.tenant import Tenant
from support import batch_process
from support.playbook import ROOT

AD = "Active Directory"
ACCOUNTS = 120
KILLS = 2


@pytest.fixture(scope="module")
def running():
    with Tenant(accounts=ACCOUNTS, change_seconds=0.5, change_jitter=0.5, rate_limit=0, request_log=0) as tenant:
        yield tenant


@pytest.fixture
def tenant(running):
    running.reset()
    return running


def password_of(name):
    """Return a password for each account that doesn't contain the account's name."""
    return f"Harbour.{name[-4:]}.Quiet"


class Batch:
    """A batch in a folder."""

    def __init__(self, folder, tenant, **options):
        self.tenant, self.result_file = tenant, folder / "result.json"
        self.names = [f"user{number:05d}" for number in range(1, ACCOUNTS + 1)]
        self.journal = folder / "journal.jsonl"
        self.options_file = folder / "options.json"
        accounts = [{"user_name": name, "source_name": AD, "password": password_of(name)} for name in self.names]
        given = {
            "base_url": tenant.base_url,
            "ca_path": tenant.ca_path,
            **tenant.clients["api-client"],
            "accounts": accounts,
            "journal": str(self.journal),
            "rate_limit": {"requests": 0},
            "wait_sleep": 0.2,
            **options,
        }
        self.options_file.write_text(json.dumps(given))

    def start(self):
        return subprocess.Popen(
            [sys.executable, batch_process.__file__, self.options_file, self.result_file],
            env={**os.environ, "PYTHONPATH": str(ROOT / ".build")},
        )

    def run(self):
        self.result_file.unlink(missing_ok=True)
        assert self.start().wait(timeout=120) == 0
        return json.loads(self.result_file.read_text())

    def changes(self, name):
        """Return how often the account's password was set, whatever the journal says."""
        current = self.tenant.password(AD, f"CN={name},OU=Generated,DC=acme,DC=com")
        if current is None:
            return 0
        assert current["password"] == password_of(name)
        return current["changes"]

    def check(self, result):
        """Check that each account has a result, and that its password was set once if it finished, and never twice."""
        assert [entry["name"] for entry in result["results"]] == self.names
        times = {entry["name"]: self.changes(entry["name"]) for entry in result["results"]}
        assert {name for name, number in times.items() if number > 1} == set()
        for entry in result["results"]:
            if entry["outcome"] == "finished":
                assert times[entry["name"]] == 1, entry
            else:
                assert entry["outcome"] == "unknown", entry
        return result["summary"]


def test_a_batch_killed_at_any_moment_sets_each_password_once(tmp_path, tenant):
    batch, seed = Batch(tmp_path, tenant), random.randrange(10**6)
    moments = random.Random(seed)
    print(f"seed {seed}")
    for _each in range(KILLS):
        child = batch.start()
        # A kill before the first request would test nothing.
        before = tenant.counts().get("set", 0)
        while tenant.counts().get("set", 0) == before and child.poll() is None:
            time.sleep(0.01)
        time.sleep(moments.uniform(0, 0.5))
        child.send_signal(signal.SIGKILL)
        child.wait()
    summary = batch.check(batch.run())
    sets, unknown = tenant.counts()["set"], summary["unknown"]
    print(f"{summary['finished']} finished, {unknown} unknown, {sets} sets")
    # Up to `concurrency` changes are under way at each kill.
    assert summary["finished"] + unknown == ACCOUNTS
    assert unknown <= 16 * KILLS
    assert sets <= ACCOUNTS
    assert summary["from_earlier_run"] > 0


def test_with_lost_responses_and_503s_nothing_is_sent_twice(tmp_path, tenant):
    tenant.fault("any", "lost_after", times=None, chance=0.1)
    tenant.fault("any", "status", status=503, times=None, chance=0.05)
    batch = Batch(tmp_path, tenant, retries=8)
    result = batch.run()
    summary = batch.check(result)
    print(summary)
    assert tenant.counts()["set"] == ACCOUNTS
    assert 0 < summary["unknown"] < ACCOUNTS / 3
    assert result["failed"]
    tenant.clear_faults()
    again = batch.run()
    assert again["summary"]["unknown"] == summary["unknown"]
    assert tenant.counts()["set"] == ACCOUNTS
    assert again["changed"] is False
