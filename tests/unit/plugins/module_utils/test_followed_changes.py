# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The changes of one source, and when to read which of them."""

from __future__ import annotations

import math

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._batch.polling import FollowedChanges
from ansible_collections.community.sailpoint.plugins.module_utils._change.wait import Patience
from ansible_collections.community.sailpoint.tests.unit.following import START, PacedBatch, account


class Changes(FollowedChanges):
    """The queue under test, with shortcuts."""

    def __init__(self, timeout=600.0, first=2.0):
        super().__init__(Patience(timeout, first))

    def fresh(self, at=START):
        made = account()
        made.accepted_at = at
        self.follow(made)
        return made

    def read(self):
        """Take the next, as a read of it is sent."""
        taken = self.take()
        taken.reads += 1
        return taken

    def learn(self, age):
        """See a first read of that age find its change ended."""
        self.fresh()
        self.ended(self.read(), START + age)


@pytest.fixture
def changes():
    return Changes()


def test_nothing_is_due_where_there_is_nothing(changes):
    assert changes.due == math.inf


def test_the_first_is_due_at_the_age_that_the_user_gave(changes):
    changes.fresh()
    assert changes.due == START + 2


def test_the_first_read_is_not_later_than_wait_timeout():
    changes = Changes(timeout=5, first=60)
    changes.fresh()
    assert changes.due == START + 5


def test_one_read_at_a_time_feels_its_way_until_a_change_is_seen_to_end(changes):
    for _each in range(3):
        changes.fresh()
    probe = changes.read()
    assert changes.due == math.inf
    changes.going_on(probe, START + 2)
    assert changes.due == START + 2.5
    probe = changes.read()
    changes.ended(probe, START + 2.5)
    assert changes.due == START + 2.5
    changes.read()
    assert changes.due < math.inf


def test_a_probe_that_is_given_up_makes_way_for_another(changes):
    changes.fresh()
    changes.fresh()
    changes.read()
    changes.given_up()
    assert changes.due == START + 2


def test_while_nothing_is_known_a_fresh_change_is_tried_before_one_that_goes_on(changes):
    first = changes.fresh()
    changes.going_on(changes.read(), START + 2)
    second = changes.fresh(START + 1)
    assert changes.due == START + 3.5
    assert changes.read() is second
    changes.going_on(second, START + 3.5)
    assert changes.read() is first


def test_once_it_is_known_what_is_due_first_is_read_first(changes):
    changes.learn(2.0)
    early = changes.fresh(START + 10)
    changes.going_on(changes.read(), START + 12)
    late = changes.fresh(START + 20)
    assert [changes.take(), changes.take()] == [early, late]
    changes.follow_again(early, START + 100)
    late = changes.fresh(START + 20)
    assert [changes.take(), changes.take()] == [late, early]


def test_the_interval_grows_with_the_age_of_the_change(changes):
    changes.learn(2.0)
    changes.fresh()
    dues = []
    now = START
    for now in (START + 1, START + 40, START + 400):
        changes.going_on(changes.read(), now)
        dues.append(changes.due - now)
    assert dues == [0.5, 10, 30]


@pytest.mark.parametrize(("delay", "due"), [(0.1, 0.5), (7.0, 7.0)])
def test_a_problem_is_given_time(changes, delay, due):
    changes.learn(2.0)
    changes.fresh()
    changes.going_on(changes.read(), START + 1, delay)
    assert changes.due == START + 1 + due


def test_a_problem_tells_nothing_of_how_long_changes_take(changes):
    changes.fresh()
    changes.fresh()
    changes.going_on(changes.read(), START + 90, 5.0)
    assert changes.due == START + 2


def test_the_last_read_is_at_the_deadline(changes):
    changes = Changes(timeout=60)
    changes.learn(2.0)
    made = changes.fresh()
    changes.going_on(changes.read(), START + 59)
    assert changes.due == changes.deadline(made) == START + 60


def test_a_problem_at_the_end_is_given_time_all_the_same(changes):
    changes = Changes(timeout=60)
    changes.learn(2.0)
    changes.fresh()
    changes.going_on(changes.read(), START + 59, 4.0)
    assert changes.due == START + 63


def test_only_the_first_read_of_a_change_teaches(changes):
    changes.learn(2.0)
    again = changes.fresh()
    changes.going_on(changes.read(), START + 1)
    taught = Changes()
    taught.learn(2.0)
    for queue in (changes, taught):
        queue.fresh(START + 10)
    assert changes.read() is again
    changes.going_on(again, START + 500)
    changes.read()
    changes.fresh(START + 10)
    assert changes.due == START + 12
    taught.ended(taught.read(), START + 12.1)
    taught.fresh(START + 10)
    assert taught.due < START + 12


def test_an_end_that_only_a_second_read_finds_does_not_teach(changes):
    changes.learn(2.0)
    changes.fresh()
    changes.going_on(changes.read(), START + 1)
    changes.ended(changes.read(), START + 2)
    changes.fresh(START + 10)
    assert changes.due == START + 12


@pytest.mark.parametrize("ended", [True, False])
def test_a_change_of_an_earlier_run_does_not_teach(changes, ended):
    resumed = account()
    resumed.from_earlier_run, resumed.accepted_at = True, START
    changes.follow_again(resumed, START)
    assert changes.due == START
    assert changes.read() is resumed
    if ended:
        changes.ended(resumed, START + 0.1)
    else:
        changes.going_on(resumed, START + 500)
    changes.fresh(START)
    assert changes.due == START + 2


def test_probes_are_never_under_way_together():
    batch = PacedBatch(100, lambda number: ("s", 30.0), latency=10)
    batch.run()
    first_end = min(batch.seen.values()) - START
    reads = [at for at, job in batch.log if job.kind == "status" and at < first_end]
    assert len(reads) >= 5
    assert all(after - before >= 0.9 for before, after in zip(reads, reads[1:]))
