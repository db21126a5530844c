# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which request of a batch comes next, step by step and in whole runs."""

from __future__ import annotations

import math
import random

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._batch.schedule import QUERY, SET, STATUS, Agenda, Job
from ansible_collections.community.sailpoint.plugins.module_utils._change.wait import Patience
from ansible_collections.community.sailpoint.tests.unit.following import START, PacedBatch, account

NEVER = 10.0**9


@pytest.fixture
def agenda():
    return Agenda(Patience(600.0, 2.0))


def accepted(agenda, at, source="s"):
    """Add a change that was accepted then."""
    made = account()
    made.place, made.accepted_at = (source, "x"), at
    agenda.accepted(made)
    return made


def kinds(agenda, now, count):
    return [job.kind for job in (agenda.next_job(now) for _each in range(count)) if job]


def test_setting_comes_before_querying_before_reading(agenda):
    accepted(agenda, START - 100)
    agenda.add(account())
    agenda.found(account())
    assert kinds(agenda, START, 4) == [SET, QUERY, STATUS]


def test_accounts_keep_their_order(agenda):
    first, second, third = (account(name) for name in "abc")
    for each in (first, second, third):
        agenda.add(each)
    assert [agenda.next_job(START).account for _each in range(3)] == [first, second, third]
    agenda.found(second)
    agenda.found(first)
    assert [agenda.next_job(START).account for _each in range(2)] == [second, first]


def test_every_tenth_request_may_be_a_read_that_is_due(agenda):
    probe = accepted(agenda, START - 100)
    assert agenda.next_job(START - 90) == Job(STATUS, probe)
    probe.reads = 1
    agenda.source_of(probe).ended(probe, START - 90)
    for _each in range(60):
        agenda.add(account())
    for _each in range(10):
        accepted(agenda, START - 100)
    assert kinds(agenda, START, 30) == ([QUERY] * 9 + [STATUS]) * 3


def test_a_read_that_is_not_due_takes_no_turn(agenda):
    for _each in range(30):
        agenda.add(account())
    accepted(agenda, START)
    assert kinds(agenda, START + 1.9, 30) == [QUERY] * 30


@pytest.mark.parametrize(("overdue", "first"), [(599, SET), (601, STATUS)])
def test_a_read_that_is_long_overdue_comes_first(agenda, overdue, first):
    accepted(agenda, START)
    agenda.found(account())
    assert kinds(agenda, START + 2 + overdue, 1) == [first]


def test_what_was_postponed_comes_first_once_it_is_due(agenda):
    late, later = Job(SET, account()), Job(QUERY, account())
    agenda.postpone(later, START + 6)
    agenda.postpone(late, START + 5)
    agenda.found(account())
    assert agenda.next_due() == START + 5
    assert agenda.next_job(START + 4.9).account is not late.account
    assert agenda.next_job(START + 4.9) is None
    assert agenda.next_job(START + 5) == late
    assert agenda.next_job(START + 7) == later


def test_the_source_whose_read_is_due_longest_is_read(agenda):
    accepted(agenda, START, "one")
    older = accepted(agenda, START - 5, "two")
    assert agenda.next_due() == START - 3
    assert agenda.next_job(START).account is older


def test_nothing_is_due_while_only_an_answer_can_bring_more(agenda):
    assert agenda.next_due() == math.inf
    agenda.add(account())
    agenda.next_job(START)
    assert agenda.next_due() == math.inf
    assert agenda.idle


def test_it_is_not_idle_while_a_change_is_followed(agenda):
    made = accepted(agenda, START)
    agenda.next_job(START + 2)
    assert not agenda.idle
    agenda.source_of(made).ended(made, START + 2)
    agenda.ended()
    assert agenda.idle


@pytest.mark.parametrize("left", ["add", "found", "postpone"])
def test_it_is_not_idle_while_something_is_to_be_sent(agenda, left):
    if left == "postpone":
        agenda.postpone(Job(SET, account()), START)
    else:
        getattr(agenda, left)(account())
    assert not agenda.idle
    assert agenda.unsent == 1


def test_stopping_leaves_out_what_is_not_sent_and_goes_on_reading(agenda):
    postponed, found, waiting = account("p"), account("f"), account("w")
    followed = accepted(agenda, START)
    agenda.add(waiting)
    agenda.found(found)
    agenda.postpone(Job(QUERY, postponed), START)
    assert set(agenda.stop()) == {postponed, found, waiting}
    assert agenda.stopped and not agenda.idle
    assert agenda.next_job(START + 2) == Job(STATUS, followed)
    assert agenda.next_job(START + 2) is None


@pytest.mark.parametrize(("patience", "left"), [(Patience(60, 2), 3 + 2 + 1), (None, 2 + 1)])
def test_it_knows_about_how_many_requests_are_left(patience, left):
    agenda = Agenda(patience)
    agenda.add(account())
    agenda.found(account())
    if patience:
        accepted(agenda, START)
    assert agenda.requests_left == left


def test_without_patience_nothing_is_followed():
    with pytest.raises(ValueError, match="patience"):
        Agenda(None).accepted(account())


def test_a_change_that_is_resumed_is_read_at_once(agenda):
    made = account()
    made.place = ("s", "x")
    agenda.resume(made, START)
    assert agenda.following == 1
    assert agenda.next_job(START) == Job(STATUS, made)


def test_of_an_account_that_is_there_twice_both_changes_are_read_to_their_end(agenda):
    # The second one has no place: nothing would be sent for it.
    twice = [account(), account()]
    twice[0].place = ("s", "x")
    for made in twice:
        made.from_earlier_run = True
        agenda.resume(made, START)
    read = []
    while (job := agenda.next_job(START)) is not None:
        read.append(job.account)
        agenda.source_of(job.account).ended(job.account, START)
        agenda.ended()
    assert read == twice
    assert agenda.idle


@pytest.mark.parametrize("latency", [1, 5])
@pytest.mark.parametrize("seconds", [0.0, 2.0, 20.0, 200.0])
def test_changes_that_all_take_the_same_are_read_about_once(seconds, latency):
    batch = PacedBatch(1000, lambda number: ("s", seconds), latency=latency)
    batch.run()
    assert len(batch.seen) == 1000
    assert 1 <= batch.reads() <= 1.15


@pytest.mark.parametrize(("seconds", "jitter"), [(2.0, 0.3), (20.0, 0.3), (5.0, 0.5)])
def test_changes_that_take_different_times_are_read_about_once(seconds, jitter):
    chance = random.Random(7)
    batch = PacedBatch(1000, lambda number: ("s", seconds * (1 + jitter * chance.uniform(-1, 1))))
    batch.run()
    assert batch.reads() <= 1.15


def test_sources_of_different_speed_do_not_mislead_each_other():
    batch = PacedBatch(1000, lambda number: ("slow", 40.0) if number % 2 else ("fast", 1.0))
    batch.run()
    assert batch.reads() <= 1.15


def test_all_is_sent_before_most_of_it_is_read():
    batch = PacedBatch(500, lambda number: ("s", 2.0))
    batch.run()
    last = max(place for place, (_at, job) in enumerate(batch.log) if job.kind == SET)
    assert 0.05 <= sum(job.kind == STATUS for _at, job in batch.log[:last]) / last <= 0.1


def test_a_batch_takes_hardly_longer_than_its_requests():
    batch = PacedBatch(500, lambda number: ("s", 2.0))
    batch.run()
    assert batch.log[-1][0] <= 500 * 3 * 0.1 * 1.15 + 4


def test_a_change_that_is_stuck_does_not_hold_up_the_others():
    batch = PacedBatch(200, lambda number: ("s", NEVER if number in (0, 50) else 2.0))
    batch.run()
    assert len(batch.seen) == 198 and len(batch.given_up) == 2
    assert max(batch.seen.values()) - START <= 200 * 3 * 0.1 * 1.2 + 10


def test_a_change_that_is_stuck_is_given_up_in_time_after_one_last_read():
    batch = PacedBatch(1, lambda number: ("s", NEVER), Patience(60.0, 2.0))
    batch.run()
    assert len(batch.given_up) == 1
    stuck, at = next(iter(batch.given_up.items()))
    assert 60 <= at - stuck.accepted_at <= 60.5
    assert 5 <= batch.reads() <= 20


def test_a_small_batch_is_read_soon():
    batch = PacedBatch(3, lambda number: ("s", 3.0))
    batch.run()
    assert max(batch.late(each) for each in batch.seen) <= 2
