# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Polling the changes of one source: which change is read when."""

from __future__ import annotations

import math
import random
from collections import deque

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._batch.schedule import LONGEST_PROBE, SourcePolls
from ansible_collections.community.sailpoint.plugins.module_utils._change.flow import STATUS
from ansible_collections.community.sailpoint.plugins.module_utils._change.poll import PollSettings
from hypothesis import given
from hypothesis import strategies as st
from support.flows import FINISHED, LOST, RUNNING, START, rate_limited
from support.steady_batch import STEP, SteadyBatch, accepted, resumed


class Polls(SourcePolls):
    """SourcePolls with shortcuts for these tests."""

    def __init__(self, timeout=600.0, first=2.0):
        self.settings = PollSettings(timeout, first)
        super().__init__(self.settings)

    def fresh(self, at=START):
        made = accepted(at, polling=self.settings)
        self.put(made, at)
        return made

    def read(self):
        taken = self.take()
        taken.flow.requested(START)
        return taken

    def ended(self, account, now):
        """Let the read of an account find that its change has ended."""
        account.flow.settle(FINISHED, None, now)
        self.record_read(account, now, True)

    def in_progress(self, account, now):
        """Let the read of an account find its change in progress, and queue it again."""
        account.flow.settle(RUNNING, None, now)
        self.record_read(account, now, False)
        self.put(account, now)

    def problem(self, account, error, now):
        """Let the read of an account fail, and queue it again."""
        account.flow.settle(None, error, now)
        self.record_read(account, now, None)
        self.put(account, now)

    def know(self, age):
        """Let the first change of the source end at the given age."""
        self.fresh()
        probe = self.read()
        if age > 3:
            self.in_progress(probe, START + 0.8 * age)
            probe = self.read()
        self.ended(probe, START + age)

    def expected(self):
        """Return the age at which a new change is first read."""
        queued = self._fresh, self._again
        self._fresh, self._again = deque(), []
        self.fresh()
        due = self.due
        self._fresh, self._again = queued
        return due - START


@pytest.fixture
def polls():
    return Polls()


def test_the_first_read_is_at_wait_sleep(polls):
    assert (polls.due, len(polls)) == (math.inf, 0)
    polls.fresh()
    assert (polls.due, len(polls)) == (START + 2, 1)


def test_the_first_read_is_not_later_than_wait_timeout():
    polls = Polls(timeout=5, first=60)
    polls.fresh()
    assert polls.due == START + 5


def test_one_read_at_a_time_probes_until_a_change_is_seen_to_end(polls):
    for _each in range(3):
        polls.fresh()
    probe = polls.read()
    assert polls.due == START + 600
    polls.in_progress(probe, START + 2)
    assert polls.due == START + 2.5
    probe = polls.read()
    polls.ended(probe, START + 2.5)
    assert polls.due == START + 2.5
    polls.read()
    assert polls.due < math.inf


def test_a_late_first_end_allows_reading_slightly_younger_changes(polls):
    polls.fresh(START)
    polls.ended(polls.read(), START + 30)
    for age in (25, 20):
        polls.fresh(START + 30 - age)
    # All changes of this age can be read at once. A younger one is a probe.
    polls.read()
    assert polls.due == START + 10 + 24
    polls.ended(polls.read(), START + 30)
    assert polls.expected() == 0.8 * 20


def test_a_failed_probe_is_followed_by_another_one(polls):
    polls.fresh()
    polls.fresh()
    polls.record_read(polls.read(), START + 2, None)
    assert polls.due == START + 2


def test_a_fresh_change_is_probed_before_one_that_was_in_progress(polls):
    first = polls.fresh()
    polls.in_progress(polls.read(), START + 2)
    second = polls.fresh(START + 1)
    assert polls.due == START + 3.5
    assert polls.read() is second
    polls.in_progress(second, START + 3.5)
    assert polls.read() is first


def test_once_the_duration_is_known_reads_are_in_due_order(polls):
    polls.know(2.0)
    early = polls.fresh(START + 10)
    polls.in_progress(polls.read(), START + 12)
    late = polls.fresh(START + 20)
    assert [polls.take(), polls.take()] == [early, late]
    polls.put(early, START + 100)
    late = polls.fresh(START + 20)
    assert [polls.take(), polls.take()] == [late, early]


def test_the_interval_grows_with_the_age_of_the_change(polls):
    polls.know(2.0)
    polls.fresh()
    dues = []
    for now in (START + 1, START + 100, START + 400):
        polls.in_progress(polls.read(), now)
        dues.append(polls.due - now)
    assert dues == [0.5, 10, 30]


@pytest.mark.parametrize(("age", "step"), [(1.0, 0.5), (8.0, 0.8), (40.0, LONGEST_PROBE)])
def test_the_next_probe_is_a_little_older(age, step):
    polls = Polls(first=age)
    polls.fresh()
    polls.in_progress(polls.read(), START + age)
    assert polls.expected() == pytest.approx(age + step)


@pytest.mark.parametrize(("attempts", "due"), [(1, 0.5), (5, 4.0)])
def test_the_delay_after_a_problem_grows_with_the_reads(polls, attempts, due):
    polls.know(2.0)
    made = polls.fresh()
    made.flow.reads = attempts - 1
    polls.problem(polls.read(), LOST, START + 1)
    assert polls.due == START + 1 + due


def test_a_problem_does_not_change_the_expected_duration(polls):
    polls.fresh()
    polls.fresh()
    polls.problem(polls.read(), LOST, START + 90)
    assert polls.due == START + 2


def test_a_refused_read_does_not_count_as_the_first_one(polls):
    polls.know(2.0)
    refused = polls.fresh()
    polls.problem(polls.read(), rate_limited(50.0), START + 2)
    assert polls.due == START + 2.2
    assert polls.read() is refused
    polls.in_progress(refused, START + 2.1)
    assert polls.expected() == pytest.approx(2.1 * 1.08)


def test_the_last_read_is_at_the_deadline():
    polls = Polls(timeout=60)
    polls.know(2.0)
    made = polls.fresh()
    polls.in_progress(polls.read(), START + 59)
    assert polls.due == made.flow.deadline == START + 60


def test_a_delay_after_a_problem_may_exceed_the_deadline():
    polls = Polls(timeout=60)
    polls.know(2.0)
    polls.fresh().flow.reads = 4
    polls.problem(polls.read(), LOST, START + 59)
    assert polls.due == START + 63


def test_only_the_first_read_changes_the_expected_duration(polls):
    polls.know(2.0)
    again = polls.fresh()
    polls.in_progress(polls.read(), START + 1)
    assert polls.expected() == pytest.approx(2.2)
    assert polls.read() is again
    polls.in_progress(again, START + 500)
    assert polls.expected() == pytest.approx(2.2)
    polls.read()
    polls.ended(again, START + 2.1)
    assert polls.expected() == pytest.approx(2.2)


@pytest.mark.parametrize("ended", [True, False])
def test_a_resumed_change_does_not_change_the_expected_duration(polls, ended):
    made = resumed(START)
    polls.put(made, START)
    assert polls.due == START
    assert polls.read() is made
    if ended:
        polls.ended(made, START + 0.1)
    else:
        polls.in_progress(made, START + 500)
    polls.fresh()
    assert polls.due == START + 2


@pytest.mark.parametrize(("seen", "expected"), [(1.0, 1.2), (2.0, 2.2), (10.0, 10.5), (90.0, 90.5)])
def test_the_first_end_sets_the_expected_duration_with_a_margin(polls, seen, expected):
    polls.know(seen)
    assert polls.expected() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("ended", "age", "expected"),
    [(True, 10.6, 10.437), (True, 15.7, 10.437), (True, 15.8, 10.5), (False, 10.5, 11.34), (False, 9.0, 10.5)],
)
def test_each_first_read_corrects_the_expected_duration(polls, ended, age, expected):
    # A timely read lowers it a little, an early one raises it, and a late one leaves it.
    polls.know(10.0)
    polls.fresh()
    (polls.ended if ended else polls.in_progress)(polls.read(), START + age)
    assert polls.expected() == pytest.approx(expected)


@given(early=st.floats(0.0, 9.0), known=st.booleans())
def test_a_young_change_in_progress_does_not_lower_the_expected_duration(early, known):
    polls = Polls(first=10.0)
    if known:
        polls.know(10.0)
    polls.fresh()
    polls.in_progress(polls.read(), START + early)
    assert polls.expected() >= 10


@given(seconds=st.floats(0.5, 300), jitter=st.floats(0, 0.3), seed=st.integers(0, 1000))
def test_the_expected_duration_converges(seconds, jitter, seed):
    chance = random.Random(seed)
    polls = Polls()
    early = 0
    for number in range(1000):
        age = polls.expected()
        takes = seconds * (1 + jitter * chance.uniform(-1, 1))
        polls.fresh()
        if age >= takes:
            polls.ended(polls.read(), START + age)
        else:
            polls.in_progress(polls.read(), START + age)
            polls._again.clear()
            early += number >= 500
    assert seconds * (1 - jitter) * 0.9 <= polls.expected() <= seconds * (1 + jitter) * 1.3 + LONGEST_PROBE
    assert early <= 0.12 * 500


def probes(batch):
    """Return time and account of each read until the first change was seen to end."""
    first_end = min(batch.seen.values()) - START
    return [(at, account) for at, kind, account in batch.log if kind == STATUS and at < first_end]


def test_probes_are_never_under_way_together():
    batch = SteadyBatch(100, lambda number: ("s", 30.0), latency=10)
    batch.run()
    sent = [at for at, _account in probes(batch)]
    assert len(sent) >= 5
    assert all(after - before >= 0.9 for before, after in zip(sent, sent[1:]))


def test_each_probe_is_of_another_account():
    batch = SteadyBatch(100, lambda number: ("s", 15.0))
    batch.run()
    read = [account for _at, account in probes(batch)]
    assert len(read) == len(set(read)) >= 5


@pytest.mark.parametrize("seconds", [3.0, 15.0, 60.0])
def test_the_first_end_is_seen_soon(seconds):
    batch = SteadyBatch(100, lambda number: ("s", seconds))
    batch.run()
    first = min(batch.seen, key=batch.seen.__getitem__)
    assert batch.late(first) <= LONGEST_PROBE + 2 * STEP
