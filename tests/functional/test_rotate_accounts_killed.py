# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole runs of rotate_accounts that are killed or interrupted: the next run finishes their work.

tests/promises/test_crashes.py shows that they converge wherever they are killed.
"""

from __future__ import annotations

import os
import re
import signal

from support.batches import Batch, given, last_line, stats_of
from support.playbook import assert_all_ok, kill
from support.role_plays import outcomes, stored
from support.waiting import until


def test_a_run_killed_while_sending_is_finished_with_its_journal_and_a_retry_file(accounts, tmp_path):
    group = accounts(a=stored(tmp_path / "store"), b=given("b"), c=stored(tmp_path / "store"), d=given("d"))
    batch = Batch(group, rotate_password_concurrency=1)
    journal = {"rotate_password_journal": str(batch.journal)}
    batch.tenant.fault("set", "gate", name="here", when="after", skip=1)
    child = batch.start(**journal)
    try:
        batch.tenant.wait_for_gate("here")
    finally:
        kill(child)
    batch.tenant.abort_gate("here")
    batch.tenant.clear_faults()
    # The outcome of the second request is unknown. It is sent again only with a store, not with a journal.
    assert group.sets() == 2
    last_steps = {host: steps[-1:] for host, steps in batch.steps().items()}
    assert last_steps == {"a": ["accepted"], "b": ["sending"], "c": [], "d": []}

    retries = {"ANSIBLE_RETRY_FILES_ENABLED": "1", "ANSIBLE_RETRY_FILES_SAVE_PATH": str(tmp_path)}
    outcome = batch.run(how={"environment": retries}, **journal)
    assert outcomes(outcome) == {"a": "finished", "b": "unknown", "c": "finished", "d": "finished"}
    assert group.sets() == 4
    assert all(group.agree(host) for host in "ac")
    assert stats_of(outcome)["unknown_hosts"] == ["b"]
    assert "Find out" in outcome.failures("b")[-1]
    assert (tmp_path / "playbook.retry").read_text("utf-8").split() == ["b"]


def test_a_canceled_run_stops_at_once_and_the_next_one_continues(accounts, tmp_path):
    group = accounts(stored=stored(tmp_path / "store"), given=given("given"))
    group.tenant.settings(change_seconds=10)
    batch = Batch(group)
    journal = {"rotate_password_journal": str(batch.journal)}
    child = batch.start(**journal)
    until(lambda: group.tenant.counts().get("status", 0) >= len(group.hosts), "nothing was waited for")
    # AWX sends this signal to a canceled job.
    os.kill(child.pid, signal.SIGTERM)
    stderr = child.communicate(timeout=30)[1]
    assert "rotate_password: Interrupted: nothing more is sent. Run this again: it does the rest." in stderr
    until(lambda: '"stopped":"interrupted"' in batch.journal.read_text("utf-8"), "the journal does not say why")
    # Progress is shown after three seconds, and the changes may have ended before this run begins.
    group.tenant.fault("status", "slow", seconds=4)
    again = batch.run(**journal)
    assert_all_ok(again)
    assert re.search(r"^rotate_password: \d of 2 done, 0 failed, \d in flight, ", again.output, re.MULTILINE)
    assert outcomes(again) == dict.fromkeys(group.hosts, "finished")
    assert last_line(again).startswith("2 accounts: 2 finished, in ")
    assert group.sets() == len(group.hosts)
