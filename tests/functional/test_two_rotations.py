# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two runs of the role on one account at the same time.

Which of them gives way, and when, is in the unit tests of the record's owner and of the stores' compare-and-swap.
"""

from __future__ import annotations

import re
import time

from support.killing import HOST, Scene
from support.playbook import kill

# What a run says that gives way to another one.
GAVE_WAY = re.compile(
    "Another run has been rotating this password since|was changed by another run meanwhile|is in use by another run"
)


def test_of_two_runs_that_start_together_one_gives_way(wide_tenant, tmp_path):
    scene = Scene(wide_tenant, tmp_path / "scene")
    # So that one of them is at work until the other one has ended.
    scene.tenant.fault("set", "gate", name="set")
    runs = [scene.start(), scene.start()]
    try:
        deadline = time.monotonic() + 120
        while not [run for run in runs if run.poll() is not None]:
            assert time.monotonic() < deadline, scene.tenant.gate("set")
            time.sleep(0.02)
        (second,) = (run for run in runs if run.poll() is not None)
        output = "".join(second.communicate())
        assert second.returncode == 2 and GAVE_WAY.search(" ".join(output.split())), output
        assert "Traceback" not in output
        (first,) = (run for run in runs if run is not second)
        scene.tenant.wait_for_gate("set")
        scene.tenant.open_gate("set")
        stdout, stderr = first.communicate(timeout=120)
        assert first.returncode == 0, stdout + stderr
    finally:
        for run in runs:
            if run.poll() is None:
                kill(run)
    assert scene.agree(HOST)
    assert scene.sets() == 1
