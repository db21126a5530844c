# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole runs of rotate_accounts that are killed or interrupted: the next one finishes what they began.

That they converge wherever they are struck is shown by tests/promises/test_crashes.py.
"""

from __future__ import annotations

import os
import re
import signal

from support.batches import Batch, given, last_line, stats_of
from support.playbook import assert_all_ok, kill
from support.role_plays import outcomes, stored
from support.waiting import until


def test_killed_while_it_sends_it_is_finished_with_the_same_journal_and_a_retry_file(accounts, tmp_path):
    these = accounts(a=stored(tmp_path / "store"), b=given("b"), c=stored(tmp_path / "store"), d=given("d"))
    batch = Batch(these, rotate_password_concurrency=1)
    journal = {"rotate_password_journal": str(batch.journal)}
    batch.tenant.fault("set", "gate", name="here", when="after", skip=1)
    child = batch.start(**journal)
    try:
        batch.tenant.wait_for_gate("here")
    finally:
        kill(child)
    batch.tenant.abort_gate("here")
    batch.tenant.clear_faults()
    # Of the second one nobody knows whether ISC got it: a store lets it be sent again, and a journal does not.
    assert these.sets() == 2
    assert {host: steps[-1:] for host, steps in batch.steps().items()} == {
        "a": ["accepted"],
        "b": ["sending"],
        "c": [],
        "d": [],
    }

    retries = {"ANSIBLE_RETRY_FILES_ENABLED": "1", "ANSIBLE_RETRY_FILES_SAVE_PATH": str(tmp_path)}
    outcome = batch.run(how={"environment": retries}, **journal)
    assert outcomes(outcome) == {"a": "finished", "b": "unknown", "c": "finished", "d": "finished"}
    assert these.sets() == 4
    assert all(these.agree(host) for host in "ac")
    assert stats_of(outcome)["unknown_hosts"] == ["b"]
    assert "Find out" in outcome.failures("b")[-1]
    assert (tmp_path / "playbook.retry").read_text("utf-8").split() == ["b"]


def test_cancelled_it_stops_at_once_and_the_next_run_goes_on(accounts, tmp_path):
    these = accounts(stored=stored(tmp_path / "store"), given=given("given"))
    these.tenant.settings(change_seconds=10)
    batch = Batch(these)
    journal = {"rotate_password_journal": str(batch.journal)}
    child = batch.start(**journal)
    until(lambda: these.tenant.counts().get("status", 0) >= len(these.hosts), "nothing was waited for")
    # That is what AWX sends to a job that is cancelled.
    os.kill(child.pid, signal.SIGTERM)
    stderr = child.communicate(timeout=30)[1]
    assert "rotate_password: Interrupted: nothing more is sent. Run this again: it does the rest." in stderr
    until(lambda: '"stopped":"interrupted"' in batch.journal.read_text("utf-8"), "the journal does not say why")
    again = batch.run(**journal)
    assert_all_ok(again)
    assert re.search(r"^rotate_password: \d of 2 done, 0 failed, \d in flight, ", again.output, re.MULTILINE)
    assert outcomes(again) == dict.fromkeys(these.hosts, "finished")
    assert last_line(again).startswith("2 accounts: 2 finished, in ")
    assert these.sets() == len(these.hosts)
