# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `make test` runs beside each other."""

from __future__ import annotations

import threading

import pytest
from tools.run_suites import AT_A_TIME, PROCESSES, Outcome, side_by_side


@pytest.mark.parametrize("suites", [PROCESSES, {"a": 1, "b": 2, "c": 2, "d": 1, "e": 1}, {"a": AT_A_TIME, "b": 1}])
def test_all_suites_run_with_as_many_processes_as_there_is_room_for(suites):
    lock, running, most = threading.Lock(), [], []

    def run(suite: str) -> Outcome:
        with lock:
            running.append(suite)
            most.append(sum(suites[each] for each in running))
        threading.Event().wait(0.02)
        with lock:
            running.remove(suite)
        return Outcome(suite, True, 0.0, "")

    assert sorted(outcome.suite for outcome in side_by_side(suites, run)) == sorted(suites)
    assert max(most) == AT_A_TIME
