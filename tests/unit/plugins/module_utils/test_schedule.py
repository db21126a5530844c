# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The order of a batch's requests, step by step and in whole runs."""

from __future__ import annotations

import math
import random

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._batch.schedule import Scheduler
from ansible_collections.community.sailpoint.plugins.module_utils._change.flow import QUERY, SET, STATUS
from ansible_collections.community.sailpoint.plugins.module_utils._change.poll import PollSettings
from support.flows import FINISHED, POLLING, START
from support.steady_batch import SteadyBatch, accepted, account, found, resumed

NEVER = 10.0**9


@pytest.fixture
def scheduler():
    return Scheduler(POLLING)


def put(scheduler, made):
    scheduler.put(made, START)
    return made


def delayed(made, seconds):
    made.flow.delay = seconds
    return made


def kinds(scheduler, now, count):
    return [made.flow.kind for made in (scheduler.next(now) for _each in range(count)) if made]


def test_setting_comes_before_querying_before_reading(scheduler):
    for made in (accepted(START - 100), account(), found()):
        put(scheduler, made)
    assert kinds(scheduler, START, 4) == [SET, QUERY, STATUS]


@pytest.mark.parametrize(("sent_first", "age", "read"), [(0, 3, True), (20, 3, False), (20, 31, False), (20, 33, True)])
def test_a_change_that_has_likely_ended_is_read_before_everything_is_sent(sent_first, age, read):
    scheduler = Scheduler(POLLING, sent_first)
    put(scheduler, accepted(START - age))
    for number in range(40):
        put(scheduler, found(str(number)))
    assert (STATUS in kinds(scheduler, START, 20)) is read


def test_nothing_is_read_while_the_last_changes_are_being_sent():
    scheduler = Scheduler(POLLING, sent_first=2)
    put(scheduler, accepted(START - 100))
    sent = put(scheduler, found())
    assert (scheduler.next(START), scheduler.next(START), scheduler.next_due()) == (sent, None, math.inf)
    scheduler.completed(SET)
    assert scheduler.next_due() < START
    assert kinds(scheduler, START, 1) == [STATUS]


def test_accounts_keep_their_order(scheduler):
    made = [put(scheduler, account(name)) for name in "abc"]
    assert [scheduler.next(START) for _each in range(3)] == made
    ready = [put(scheduler, found(name)) for name in "ba"]
    assert [scheduler.next(START) for _each in range(2)] == ready


def test_every_tenth_request_may_be_a_read_that_is_due(scheduler):
    probe = put(scheduler, accepted(START - 100))
    assert scheduler.next(START - 90) is probe
    probe.flow.requested(START - 90)
    probe.flow.settle(FINISHED, None, START - 90)
    scheduler.polls_of(probe).record_read(probe, START - 90, True)
    for _each in range(60):
        put(scheduler, account())
    for _each in range(10):
        put(scheduler, accepted(START - 100))
    assert kinds(scheduler, START, 30) == ([QUERY] * 9 + [STATUS]) * 3


def test_a_read_that_is_not_due_is_not_sent(scheduler):
    for _each in range(30):
        put(scheduler, account())
    put(scheduler, accepted(START))
    assert kinds(scheduler, START + 1.9, 30) == [QUERY] * 30


@pytest.mark.parametrize(("overdue", "first"), [(599, SET), (601, STATUS)])
def test_a_read_that_is_long_overdue_comes_first(scheduler, overdue, first):
    put(scheduler, accepted(START))
    put(scheduler, found())
    assert kinds(scheduler, START + 2 + overdue, 1) == [first]


def test_a_delayed_request_comes_first_once_it_is_due(scheduler):
    later = put(scheduler, delayed(account(), 6))
    late = put(scheduler, delayed(found(), 5))
    ready = put(scheduler, found())
    assert scheduler.next_due() == START + 5
    assert scheduler.next(START + 4.9) is ready
    assert scheduler.next(START + 4.9) is None
    put(scheduler, found())
    assert scheduler.next(START + 5) is late
    assert scheduler.next(START + 7) is later


def test_the_source_with_the_oldest_due_read_comes_first(scheduler):
    put(scheduler, accepted(START, source_id="one"))
    older = put(scheduler, accepted(START - 5, source_id="two"))
    assert scheduler.next_due() == START - 3
    assert scheduler.next(START) is older


def test_nothing_is_due_while_only_a_response_can_bring_more(scheduler):
    assert scheduler.next_due() == math.inf
    put(scheduler, account())
    scheduler.next(START)
    assert scheduler.next_due() == math.inf
    assert scheduler.idle


def test_the_scheduler_is_idle_while_the_last_read_is_under_way(scheduler):
    put(scheduler, accepted(START))
    assert (scheduler.idle, scheduler.waiting) == (False, 1)
    scheduler.next(START + 2)
    assert (scheduler.idle, scheduler.waiting) == (True, 0)


@pytest.mark.parametrize("left", [account, found, lambda: delayed(found(), 1)])
def test_the_scheduler_is_not_idle_while_a_request_is_unsent(scheduler, left):
    put(scheduler, left())
    assert not scheduler.idle
    assert scheduler.unsent == 1


def test_stopping_drops_unsent_requests_and_continues_reading(scheduler):
    left = {put(scheduler, made) for made in (account("w"), found("f"), delayed(account("d"), 1))}
    waiting = put(scheduler, accepted(START))
    assert set(scheduler.stop()) == left
    assert scheduler.stopped and not scheduler.idle
    assert scheduler.unsent == 0
    assert scheduler.next(START + 2) is waiting
    assert scheduler.next(START + 2) is None


@pytest.mark.parametrize(("polling", "left"), [(POLLING, 3 + 2 + 1 + 1), (None, 2 + 1 + 1)])
def test_the_number_of_remaining_requests_is_estimated(polling, left):
    scheduler = Scheduler(polling)
    for made in (account(), found(), delayed(found(), 1)):
        put(scheduler, made)
    if polling:
        put(scheduler, accepted(START))
    assert scheduler.requests_left == left


def test_a_change_that_is_resumed_is_read_at_once(scheduler):
    made = put(scheduler, resumed(START))
    assert scheduler.waiting == 1
    assert scheduler.next(START) is made


def test_both_changes_of_a_duplicate_account_are_read_to_their_end(scheduler):
    # The ids of the second account were not recorded, so nothing would be sent for it.
    twice = [resumed(START), resumed(START)]
    twice[1].ids = None
    read = []
    for made in twice:
        put(scheduler, made)
    while (made := scheduler.next(START)) is not None:
        made.flow.requested(START)
        made.flow.settle(FINISHED, None, START)
        scheduler.polls_of(made).record_read(made, START, True)
        read.append(made)
    assert read == twice
    assert scheduler.idle


def test_overdue_changes_are_removed_except_a_read_under_way(scheduler):
    again = accepted(START, "again")
    again.flow.reads = 1
    under_way = put(scheduler, accepted(START, "under way"))
    assert scheduler.next(START + 2) is under_way
    overdue = [put(scheduler, made) for made in (accepted(START, "fresh"), again, accepted(START, source_id="two"))]
    young = put(scheduler, accepted(START + 1))
    assert set(scheduler.remove_overdue(START + 600)) == set(overdue)
    assert scheduler.waiting == 1
    scheduler.polls_of(under_way).record_read(under_way, START + 601, None)
    assert scheduler.next(START + 601) is young


@pytest.mark.parametrize("latency", [1, 5])
@pytest.mark.parametrize("seconds", [0.0, 2.0, 20.0, 200.0])
def test_changes_of_equal_duration_are_read_about_once(seconds, latency):
    batch = SteadyBatch(1000, lambda number: ("s", seconds), latency=latency)
    batch.run()
    assert len(batch.seen) == 1000
    assert 1 <= batch.reads() <= 1.15


@pytest.mark.parametrize(("seconds", "jitter"), [(2.0, 0.3), (20.0, 0.3), (5.0, 0.5)])
def test_changes_of_different_duration_are_read_about_once(seconds, jitter):
    chance = random.Random(7)
    batch = SteadyBatch(1000, lambda number: ("s", seconds * (1 + jitter * chance.uniform(-1, 1))))
    batch.run()
    assert batch.reads() <= 1.15


def test_sources_of_different_speed_do_not_mislead_each_other():
    batch = SteadyBatch(1000, lambda number: ("slow", 40.0) if number % 2 else ("fast", 1.0))
    batch.run()
    assert batch.reads() <= 1.15


def test_most_changes_are_read_after_everything_is_sent():
    batch = SteadyBatch(500, lambda number: ("s", 2.0))
    batch.run()
    last = max(place for place, (_at, kind, _account) in enumerate(batch.log) if kind == SET)
    assert 0.05 <= sum(kind == STATUS for _at, kind, _account in batch.log[:last]) / last <= 0.1
    # The batch takes hardly longer than its requests.
    assert batch.log[-1][0] <= 500 * 3 * 0.1 * 1.15 + 4


def test_a_stuck_change_does_not_delay_the_others():
    batch = SteadyBatch(200, lambda number: ("s", NEVER if number in (0, 50) else 2.0))
    batch.run()
    assert len(batch.seen) == 198 and len(batch.given_up) == 2
    assert max(batch.seen.values()) - START <= 200 * 3 * 0.1 * 1.2 + 10


def test_a_stuck_change_is_given_up_in_time_after_one_last_read():
    batch = SteadyBatch(1, lambda number: ("s", NEVER), PollSettings(60.0, 2.0))
    batch.run()
    assert len(batch.given_up) == 1
    stuck, at = next(iter(batch.given_up.items()))
    assert 60 <= at - stuck.flow.accepted_at <= 60.5
    assert 5 <= batch.reads() <= 35


def test_a_small_batch_is_read_soon():
    batch = SteadyBatch(3, lambda number: ("s", 3.0))
    batch.run()
    assert max(batch.late(each) for each in batch.seen) <= 2
