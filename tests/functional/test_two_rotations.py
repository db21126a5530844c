# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two runs of the role on one account, at the same time or one on the remains of the other."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket

import pytest
from support.accounts import NEW, OLD, current, failed_hosts, pending
from support.killing import HOST, STAGED, Scene
from support.playbook import kill
from support.role_plays import result_of, verdict

GIVEN = "An0ther-given-password"
# What a run says that gives way to another one.
GAVE_WAY = re.compile(
    "Another run has been rotating this password since|was changed by another run meanwhile|is in use by another run"
)


@pytest.fixture
def scene(wide_tenant, tmp_path):
    """An account whose rotation is due."""
    return Scene(wide_tenant, tmp_path / "scene")


def test_a_second_run_names_the_first_and_sends_nothing(scene):
    first = scene.held_at("set")
    try:
        staged = scene.read(HOST)
        second = scene.rotate()
        assert second.rc == 2
        assert re.search(
            r"Another run has been rotating this password since \S+: "
            rf"process {first.pid} on {re.escape(socket.gethostname())}, for the host {HOST}\.",
            verdict(second, HOST),
        ), verdict(second, HOST)
        assert "This run sent nothing." in verdict(second, HOST)
        assert result_of(second, HOST)["outcome"] == "not_sent"
        assert scene.sets() == 1
        assert scene.read(HOST) == staged
        scene.tenant.open_gate("set")
        stdout, stderr = first.communicate(timeout=120)
        assert first.returncode == 0, stdout + stderr
    finally:
        if first.poll() is None:
            kill(first)
    assert scene.agree(HOST)
    assert scene.held(HOST) != OLD
    assert scene.sets() == 1


def test_two_runs_that_start_together(scene):
    runs = [scene.start(), scene.start()]
    outputs = [" ".join("".join(run.communicate(timeout=120)).split()) for run in runs]
    for run, output in zip(runs, outputs):
        assert run.returncode == 0 or GAVE_WAY.search(output), output
        assert "Traceback" not in output
    assert 0 in [run.returncode for run in runs], outputs
    assert scene.agree(HOST)
    assert scene.sets() == 1


def test_what_a_killed_run_leaves_at_work_does_no_harm(scene):
    # Ansible's worker lives on without the process that it works for, and still sends its request.
    first = scene.held_at("set")
    try:
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        assert scene.state() == STAGED
        scene.finish(sets=1)
        scene.tenant.open_gate("set")
        with contextlib.suppress(ValueError):
            first.communicate(timeout=60)
    finally:
        kill(first)
    assert scene.agree(HOST)
    assert scene.sets() == 2


def test_a_given_password_waits_until_the_pending_one_is_finished(accounts):
    given = {"rotate_password_value": GIVEN}
    these = accounts(well=given, failing=given, lost=given)
    for host in ("well", "failing"):
        these.write(host, current=current(), pending=pending(these.set(host, NEW)))
    these.write("lost", current=current(), pending=pending())
    sets = these.sets()
    these.outcome("failing", outcome="fail", errors=["The password is too easy."])
    outcome = these.rotate()
    assert failed_hosts(outcome) == {"failing"}, outcome.complaints
    assert these.sets() - sets == 4
    for host in ("well", "lost"):
        record = these.read(host)
        assert (record.previous.password, record.current.password, these.held(host)) == (NEW, GIVEN, GIVEN)
        assert outcome.recap[host]["changed"] == 1
    assert "The password is too easy." in verdict(outcome, "failing")
    assert "The store keeps the current password" in verdict(outcome, "failing")
    assert these.agree("failing") and these.held("failing") == NEW
    assert result_of(outcome, "failing")["outcome"] == "failed"
