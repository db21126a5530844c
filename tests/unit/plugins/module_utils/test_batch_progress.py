# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a batch is, in words and as a bar."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._batch.progress import (
    BatchProgress,
    Snapshot,
    in_words,
)

START = 5000.0


class Shown:
    """What is shown of a batch of 1000 that sends 10 requests a second."""

    def __init__(self, as_bar=False):
        self.lines = []
        self.times = []
        self.told = []
        self.progress = BatchProgress(self._show, as_bar, self.told.append)
        self._now = 0.0

    def _show(self, text):
        self.lines.append(text)
        self.times.append(self._now)

    def at(self, now, finished=0, failed=0, in_flight=0, unsent=0, requests=None, left=0):
        self._now = now
        requests = int(now * 10) if requests is None else requests
        self.progress(START + now, lambda: Snapshot(1000, finished, failed, in_flight, unsent, requests, left))


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
    shown.at(10, finished=20, failed=3, in_flight=7, left=2500)
    assert shown.lines == ["20 of 1000 done, 3 failed, 7 in flight, 10.0 requests/s, about 4 min 10 s left"]


def test_the_pace_is_that_of_the_last_seconds():
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


def test_a_bar_is_there_at_once_and_moves_twice_a_second():
    shown = Shown(as_bar=True)
    for tenth in range(21):
        shown.at(tenth / 10)
    assert shown.times == [0, 0.5, 1, 1.5, 2]
    assert shown.lines[0].startswith("[" + "." * 24 + "]   0% 0 of 1000 done")


def test_what_is_sent_counts_half_in_a_bar():
    shown = Shown(as_bar=True)
    shown.at(0, finished=200, failed=50, in_flight=500, unsent=250)
    assert shown.lines[0].startswith("[" + "#" * 12 + "." * 12 + "]  50% 200 of 1000 done")


def test_a_bar_is_full_when_all_have_ended():
    shown = Shown(as_bar=True)
    shown.at(0, finished=998, failed=2)
    assert shown.lines[0].startswith("[" + "#" * 24 + "] 100%")


@pytest.mark.parametrize(("as_bar", "last"), [(True, [""]), (False, [])])
def test_at_the_end_a_bar_is_removed(as_bar, last):
    shown = Shown(as_bar)
    shown.progress.end()
    assert shown.lines == []
    shown.at(0)
    shown.lines.clear()
    shown.progress.end()
    assert shown.lines == last


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
