# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two runs of the role on one account at the same time.

When one of them gives way is in the unit tests of the record's owner. What another run has stored meanwhile is not
overwritten: see tests/promises/test_pending_passwords.py.
"""

from __future__ import annotations

import re
import socket

from support.accounts import OLD
from support.killing import HOST, Scene
from support.playbook import kill
from support.role_plays import result_of, verdict


def test_a_second_run_names_the_first_and_sends_nothing(wide_tenant, tmp_path):
    scene = Scene(wide_tenant, tmp_path / "scene")
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
