# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""isc_password_batch as its user sees it: progress, Ctrl-C, output in both ways."""

from __future__ import annotations

import json
import os
import pty
import signal
import time
from pathlib import Path

import pytest
from functional.playbook import WAYS, defaults, play, task
from functional.test_leaks import assert_no_leak
from simulator.tenant import Tenant

AD = "Active Directory"
RATE = {"requests": 100, "seconds": 4}
PASSWORD = "Leak-me.7 \"quoted\" 'n' \\back & 100%25+/;"


def names(number):
    return [f"user{each:05d}" for each in range(1, number + 1)]


def discarded(number):
    return [{"user_name": name, "source_name": AD, "discard": True} for name in names(number)]


def set_times(tenant, name):
    found = tenant.password(AD, f"CN={name},OU=Generated,DC=acme,DC=com")
    return found["changes"] if found else 0


def batch(tenant, accounts, **options):
    options = {"accounts": accounts, "wait_sleep": 0.2, "rate_limit": RATE, **options}
    return play(
        [task("Set all", "isc_password_batch", options)],
        hosts="in_process",
        module_defaults=defaults(tenant),
    )


@pytest.fixture(scope="module")
def paced():
    """A tenant with a limit, and changes that take a while."""
    with Tenant(accounts=30, change_seconds=1, rate_limit=RATE["requests"], rate_window=RATE["seconds"]) as tenant:
        yield tenant


@pytest.fixture
def paced_tenant(paced):
    paced.reset()
    return paced


def until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
def test_interrupted_it_stops_at_once_and_says_how_to_go_on(playbook, paced_tenant, tmp_path, number):
    tenant, journal = paced_tenant, tmp_path / "journal.jsonl"
    plays = batch(tenant, discarded(30), journal=str(journal))
    child = playbook.start(plays)
    until(lambda: tenant.counts().get("set", 0) >= 6)
    started = time.monotonic()
    os.kill(child.pid, number)
    stderr = child.communicate(timeout=30)[1]
    assert time.monotonic() - started < 10
    until(lambda: '"stopped":"interrupted"' in journal.read_text())
    assert "isc_password_batch: Interrupted: nothing more is sent. Run this again with the same journal" in stderr
    assert str(journal) in stderr
    sent = tenant.counts()["set"]
    time.sleep(1)
    assert tenant.counts()["set"] == sent < 30
    again = playbook.run(plays)
    result = again.result("Set all")
    summary = result["summary"]
    assert "isc_password_batch: " in again.stdout
    assert " of 30 done, 0 failed, " in again.stdout
    assert (summary["finished"] + summary["unknown"], summary["not_sent"]) == (30, 0)
    assert summary["from_earlier_run"] >= sent - 1
    assert summary["unknown"] <= 1
    assert {set_times(tenant, name) for name in names(30)} <= {0, 1}
    assert tenant.counts()["set"] == 30


def test_on_a_terminal_a_bar_shows_how_far_it_is(playbook, paced_tenant, monkeypatch):
    plays = batch(paced_tenant, discarded(15))
    main_end, child_end = pty.openpty()
    child = playbook.start(plays, stdout=child_end)
    os.close(child_end)
    shown = _read_all(main_end)
    child.communicate(timeout=30)
    assert child.returncode == 0
    bars = [part for part in shown.replace("\r\n", "\n").split("\r\x1b[K") if part.startswith("[")]
    assert len(bars) > 4
    assert "of 15 done, 0 failed" in bars[0]
    assert "requests/s" in bars[-1]
    # The last one is wiped before the result is shown.
    assert "\r\x1b[Kchanged: [in_process]" in shown.replace("\x1b[0;33m", "")


def _read_all(descriptor):
    parts = []
    while True:
        try:
            part = os.read(descriptor, 65536)
        except OSError:  # all who could write have ended
            part = b""
        if not part:
            os.close(descriptor)
            return b"".join(parts).decode("utf-8", "replace")
        parts.append(part)


@pytest.mark.parametrize("way", WAYS)
def test_no_password_shows_and_what_isc_repeats_is_masked(playbook, paced_tenant, way):
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


def test_of_two_runs_on_one_journal_the_second_refuses(playbook, paced_tenant, tmp_path):
    journal = tmp_path / "journal.jsonl"
    plays = batch(paced_tenant, discarded(5), journal=str(journal))
    paced_tenant.fault("status", "gate", name="end", when="before")
    first = playbook.start(plays)
    paced_tenant.wait_for_gate("end")
    second = playbook.run(plays)
    paced_tenant.open_gate("end")
    first.communicate(timeout=60)
    assert (first.returncode, second.rc) == (0, 2)
    assert "is in use by another run" in second.result("Set all")["msg"]
    assert paced_tenant.counts()["set"] == 5
    assert Path(journal).stat().st_mode & 0o777 == 0o600
    assert all(isinstance(json.loads(line), dict) for line in journal.read_text().splitlines())
