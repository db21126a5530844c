# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""isc_password_batch as its user sees it: progress, Ctrl-C, and the output in both ways."""

from __future__ import annotations

import os
import re
import signal
import time

import pytest
from simulator.tenant import Tenant
from support.leak_search import assert_no_leak
from support.playbook import WAYS, defaults, play, task

AD = "Active Directory"
RATE = {"requests": 10, "seconds": 1}
ACCOUNTS = 20
PASSWORD = "Leak-me.7 \"quoted\" 'n' \\back & 100%25+/;"


def names(number):
    return [f"user{each:05d}" for each in range(1, number + 1)]


def batch(tenant, accounts, **options):
    options = {"accounts": accounts, "wait_sleep": 0.2, "rate_limit": RATE, **options}
    return play([task("Set all", "isc_password_batch", options)], hosts="in_process", module_defaults=defaults(tenant))


@pytest.fixture(scope="module")
def paced():
    """A tenant with a rate limit and slow changes."""
    limit = {"rate_limit": RATE["requests"], "rate_window": RATE["seconds"]}
    with Tenant(accounts=ACCOUNTS, change_seconds=1, **limit) as tenant:
        yield tenant


@pytest.fixture
def paced_tenant(paced):
    paced.reset()
    return paced


def until(condition, seconds=120):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_an_interrupted_batch_stops_and_says_how_to_go_on(playbook, paced_tenant, tmp_path):
    tenant, journal = paced_tenant, tmp_path / "journal.jsonl"
    accounts = [{"user_name": name, "source_name": AD, "discard": True} for name in names(ACCOUNTS)]
    plays = batch(tenant, accounts, journal=str(journal))
    child = playbook.start(plays)
    until(lambda: tenant.counts().get("set", 0) >= 2)
    os.kill(child.pid, signal.SIGINT)
    stderr = child.communicate(timeout=10)[1]
    until(lambda: '"stopped":"interrupted"' in journal.read_text())
    assert "isc_password_batch: Interrupted: nothing more is sent. Run this again with the same journal" in stderr
    assert str(journal) in stderr
    sent = tenant.counts()["set"]
    assert sent < ACCOUNTS
    again = playbook.run(plays)
    summary = again.result("Set all")["summary"]
    assert re.search(rf"^isc_password_batch: \d+ of {ACCOUNTS} done, 0 failed, ", again.stdout, re.MULTILINE)
    assert (summary["finished"] + summary["unknown"], summary["not_sent"]) == (ACCOUNTS, 0)
    assert summary["from_earlier_run"] >= sent - 1
    assert summary["unknown"] <= 1
    passwords = [tenant.password(AD, f"CN={name},OU=Generated,DC=acme,DC=com") for name in names(ACCOUNTS)]
    assert {each["changes"] for each in passwords if each} == {1}
    assert tenant.counts()["set"] == ACCOUNTS


@pytest.mark.parametrize("way", WAYS)
def test_no_password_is_shown_even_if_isc_repeats_it(playbook, paced_tenant, way):
    paced_tenant.outcome("fail", user_name="user00001", errors=[f"The password {PASSWORD} is bad."])
    accounts = [{"user_name": name, "source_name": AD, "password": "{{ password }}"} for name in names(3)]
    plays = batch(paced_tenant, accounts)
    plays[0]["hosts"] = way
    outcome = playbook.run(plays, "-vvv", variables={"password": PASSWORD}, watch=True)
    result = outcome.result("Set all")
    assert outcome.rc == 2
    assert [entry["outcome"] for entry in result["results"]] == ["failed", "finished", "finished"]
    assert result["results"][0]["errors"] == ["The password ******** is bad."]
    assert result["results"][1]["user_name"] == "user00002"
    assert result["msg"].startswith("Not changed as asked: 1 of 3 accounts (1 failed). First user00001: ")
    assert_no_leak(outcome, [PASSWORD], events=1)
