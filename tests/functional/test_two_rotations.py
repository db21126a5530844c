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
from datetime import datetime, timedelta, timezone

import pytest
from functional.killing import UNKNOWN, Scene, decisions, look_at, run_again, tenants_password
from functional.playbook import kill

# What a run says that gives way to another one.
GAVE_WAY = re.compile(
    "Another run is rotating this password since|was changed by another run meanwhile|is in use by another run"
)


@pytest.fixture
def scene(quick_tenant, template, tmp_path):
    """An account whose rotation is due."""
    return Scene(quick_tenant, tmp_path / "scene", template)


def agree(scene):
    """Fail unless the store and the tenant hold the same password, and it is a new one."""
    record = scene.read()
    assert record["pending"] is None
    assert record["current"]["password"] == tenants_password(scene) != scene.template.password


def held_at_set(scene):
    """Start a run, and return it once its set request stands at a gate."""
    scene.tenant.fault("set", "gate", name="set", when="before")
    run = scene.start()
    scene.tenant.wait_for_gate("set")
    return run


def words(text):
    """Return text on one line."""
    return " ".join(text.split())


def test_a_second_run_names_the_first_and_sends_nothing(scene):
    first = held_at_set(scene)
    try:
        staged = scene.file.read_bytes()
        second = scene.run()
        assert second.rc == 2
        assert re.search(
            r"Another run is rotating this password since \S+: "
            rf"process {first.pid} on {re.escape(socket.gethostname())}, for the host localhost\.",
            words(second.output),
        )
        assert UNKNOWN in words(second.output)
        assert scene.sets() == 1
        assert scene.file.read_bytes() == staged
        scene.tenant.open_gate("set")
        stdout, stderr = first.communicate(timeout=120)
        assert first.returncode == 0, stdout + stderr
    finally:
        if first.poll() is None:
            kill(first)
    agree(scene)
    assert scene.sets() == 1


@pytest.mark.parametrize("attempt", range(3))
def test_two_runs_that_start_together(scene, attempt):
    runs = [scene.start(), scene.start()]
    outputs = [words("".join(run.communicate(timeout=120))) for run in runs]
    for run, output in zip(runs, outputs):
        assert run.returncode == 0 or GAVE_WAY.search(output), output
        assert "Traceback" not in output
    assert 0 in [run.returncode for run in runs], outputs
    agree(scene)
    assert scene.sets() == 1


def test_the_run_after_a_killed_one_finishes_its_work(scene):
    first = held_at_set(scene)
    kill(first)
    scene.tenant.abort_gate("set")
    assert run_again(scene, look_at(scene, arrived=False)) == "resend, nothing"
    agree(scene)


def test_what_a_killed_run_leaves_at_work_does_no_harm(scene):
    # Ansible's worker lives on without the process that it works for, and still sends its request.
    first = held_at_set(scene)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    killed = look_at(scene, arrived=False)
    assert run_again(scene, killed) == "resend, nothing"
    scene.tenant.open_gate("set")
    with contextlib.suppress(ValueError):
        first.communicate(timeout=60)
    agree(scene)
    assert scene.sets() == 2


def elsewhere(scene, age, request_id=None):
    """Put a pending password into the store that a run on another machine staged *age* seconds ago."""
    then = datetime.now(timezone.utc) - timedelta(seconds=age)
    pending = {
        "password": "Staged-by-an0ther-machine",
        "staged_at": then.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "request_id": request_id,
        "outcome_unknown": False,
        "owner": {"node": "elsewhere.example boot pid", "process": 4711, "started": "1", "inventory_host": "svc"},
    }
    scene.write({**scene.template.record, "pending": pending})
    return pending


def test_a_run_elsewhere_is_left_its_time(scene):
    elsewhere(scene, 100)
    staged = scene.file.read_bytes()
    run = scene.run()
    assert run.rc == 2
    said = words(run.output)
    assert re.search(
        r"A run elsewhere staged a password 10\d s ago and may be sending it right now: "
        r"process 4711 on elsewhere\.example, for the host svc\. Run this again in (19\d|200) s\.",
        said,
    ), said
    assert UNKNOWN in said
    assert scene.sets() == 0
    assert scene.file.read_bytes() == staged


def test_a_run_elsewhere_that_has_had_its_time_is_taken_over(scene):
    pending = elsewhere(scene, 310)
    assert run_again(scene, look_at(scene)) == "resend, nothing"
    assert tenants_password(scene) == pending["password"]


def test_a_run_that_may_not_send_it_again_says_that_it_is_not_known(scene):
    pending = elsewhere(scene, 310)
    run = scene.run(rotate_password_on_unknown="fail")
    assert run.rc == 2
    assert "rotate_password_on_unknown is fail, so it isn't sent again." in words(run.output)
    assert UNKNOWN in words(run.output)
    assert scene.sets() == 0
    assert scene.read()["pending"] == pending


def test_a_given_password_that_fails_after_a_pending_one_was_finished(scene):
    scene.run_into_task("Wait until the change has ended")
    staged = scene.read()["pending"]["password"]
    scene.tenant.outcome("fail", errors=["The password is too easy."])
    run = scene.run(rotate_password_value="An0ther-given-password", rotate_password_max_age="")
    assert run.rc == 2
    assert decisions(run) == "resume, send"
    assert "The password was not changed; ISC reported FAILED. The store keeps the current password" in words(
        run.output
    )
    assert scene.read()["current"]["password"] == staged == tenants_password(scene)
    agree(scene)
