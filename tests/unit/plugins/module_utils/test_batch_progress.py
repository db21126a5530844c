# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a batch is, in words."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._batch.run import BatchProgress, Snapshot, in_words

START = 5000.0


class Shown:
    """What is shown of a batch of 1000 that sends 10 requests a second."""

    def __init__(self):
        self.lines = []
        self.times = []
        self.told = []
        self.progress = BatchProgress(self._show, self.told.append)
        self._now = 0.0

    def _show(self, text):
        self.lines.append(text)
        self.times.append(self._now)

    def at(self, now, succeeded=0, failed=0, in_flight=0, unsent=0, requests=None, left=0):
        self._now = now
        requests = int(now * 10) if requests is None else requests
        self.progress(START + now, lambda: Snapshot(1000, succeeded, failed, in_flight, unsent, requests, left))


def test_lines_come_soon_then_every_ten_seconds_then_thirty_then_sixty():
    shown = Shown()
    for second in range(1000):
        shown.at(second)
    assert shown.times[:7] == [3, 13, 23, 33, 43, 53, 63]
    assert shown.times[7:9] == [93, 123]
    assert [after - before for before, after in zip(shown.times[-4:], shown.times[-3:])] == [60, 60, 60]


def test_a_line_tells_all():
    shown = Shown()
    shown.at(0)
    shown.at(10, succeeded=20, failed=3, in_flight=7, left=2500)
    assert shown.lines == ["20 of 1000 done, 3 failed, 7 in flight, 10.0 requests/s, about 4 min 10 s left"]


def test_the_rate_is_that_of_the_last_seconds():
    shown = Shown()
    for second in range(0, 60, 10):
        shown.at(second, requests=second)
    shown.at(60, requests=50 + 200)
    shown.at(90, requests=50 + 200 + 600)
    assert shown.lines[-1].endswith(", 20.0 requests/s")


def test_no_time_is_foretold_while_nothing_goes():
    shown = Shown()
    shown.at(0)
    shown.at(10, requests=0, left=100)
    assert shown.lines == ["0 of 1000 done, 0 failed, 0 in flight, 0.0 requests/s"]


def test_a_snapshot_is_only_taken_for_a_line():
    taken = []
    progress = BatchProgress(lambda line: None, lambda text: None)
    for second in range(14):
        progress(START + second, lambda: taken.append(1) or Snapshot(1, 0, 0, 0, 1, 0, 3))
    assert len(taken) == 2


def test_what_the_user_has_to_know_at_once_is_told_at_once():
    shown = Shown()
    shown.progress.notify("Interrupted.")
    assert (shown.told, shown.lines) == (["Interrupted."], [])


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (250, "4 min 10 s"),
        (599, "9 min 59 s"),
        (629, "10 min"),
        (3599, "60 min"),
        (3600, "1 h 0 min"),
        (7380, "2 h 3 min"),
    ],
)
def test_times_in_words(seconds, words):
    assert in_words(seconds) == words
