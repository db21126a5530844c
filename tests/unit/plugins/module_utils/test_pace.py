# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pace of all requests, in simulated traffic and step by step."""

from __future__ import annotations

import math

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._batch.rate_limit import (
    BURST,
    FAILURES_IN_A_ROW,
    Pace,
    RateLimit,
)
from ansible_collections.community.sailpoint.tests.unit.traffic import START, FixedWindows, Job, SlidingWindow, Traffic
from hypothesis import given, settings
from hypothesis import strategies as st

ISC = RateLimit(100, 10)
SERVERS = [SlidingWindow, FixedWindows]
NORMAL = [0.02, 0.03, 0.05, 0.02, 0.1, 0.04]
# One way: mostly fast, at times longer than the window itself.
WAYS = st.lists(st.one_of(st.floats(0.001, 0.3), st.floats(0.001, 15)), min_size=1, max_size=30)
LIMITS = st.builds(RateLimit, st.integers(1, 120), st.sampled_from([0.5, 1.0, 10.0]))


@pytest.mark.parametrize("server", SERVERS)
@settings(max_examples=25)
@given(limit=LIMITS, way=WAYS, concurrency=st.integers(1, 64))
def test_no_delay_on_the_way_makes_one_request_too_many(server, limit, way, concurrency):
    job = Job(limit, way, concurrency=concurrency)
    Traffic(server(limit), job).run(4 * limit.seconds)
    assert job.sent
    assert not job.refused


@pytest.mark.parametrize("server", SERVERS)
def test_nearly_the_whole_budget_is_used(server):
    job = Job(ISC, NORMAL)
    Traffic(server(ISC), job).run(60)
    assert not job.refused
    assert 0.97 * 600 <= len(job.served) <= 600 + BURST


def test_requests_are_spread_evenly():
    job = Job(ISC, NORMAL)
    Traffic(SlidingWindow(ISC), job).run(30)
    gaps = [after - before for before, after in zip(job.sent[BURST:], job.sent[BURST + 1 :])]
    assert max(gaps) < 0.5
    assert sum(gaps) / len(gaps) == pytest.approx(0.1, rel=0.03)


def burst(pace, now):
    """Return how many requests go at once."""
    sent = 0
    while pace.delay(now) < 0.001 and sent < 50:
        pace.sent(now)
        sent += 1
    return sent


@pytest.mark.parametrize("paused", [0, 1, 1000])
def test_no_more_than_three_go_at_once_after_a_pause(paused):
    pace = Pace(ISC)
    pace.sent(START)
    pace.answered(START)
    assert burst(pace, START + 1 + paused) == BURST == 3
    assert pace.delay(START + 1 + paused) == pytest.approx(0.1)


def test_the_first_request_goes_at_once():
    assert Pace(ISC).delay(START) == 0


def test_a_window_that_is_full_of_requests_under_way_waits_for_an_answer():
    pace = Pace(RateLimit(2, 10))
    pace.sent(START)
    pace.sent(START + 5)
    assert pace.delay(START + 100) == math.inf
    pace.answered(START + 100)
    assert pace.delay(START + 100) == pytest.approx(10)
    assert pace.delay(START + 110) == 0


@settings(max_examples=30)
@given(seconds=st.floats(0, 120), way=st.lists(st.floats(0.001, 2), min_size=1, max_size=20))
def test_after_a_refusal_nothing_goes_before_the_server_likes(seconds, way):
    pace = Pace(ISC)
    for number, late in enumerate(way):
        pace.sent(START + number / 10)
        pace.answered(START + number / 10 + late)
    now = START + 10
    pace.refused(START, seconds, now)
    assert pace.delay(now) >= seconds - 1e-9
    assert pace.delay(now + seconds / 2) >= seconds / 2 - 1e-9
    assert pace.delay(now + seconds) <= 10


def test_after_a_refusal_the_requests_do_not_come_back_in_a_heap():
    pace = Pace(ISC)
    pace.refused(START, 5, START)
    assert burst(pace, START + 5) <= BURST


def test_a_shorter_wait_does_not_shorten_a_longer_one():
    pace = Pace(ISC)
    pace.refused(START, 30, START)
    pace.refused(START, 1, START + 1)
    assert pace.delay(START + 1) >= 29
    assert pace.refusals == 2


def test_without_a_time_to_wait_refusals_in_a_row_wait_longer_and_longer():
    pace = Pace(ISC)
    waits, now = [], START
    for _each in range(7):
        pace.refused(now, None, now)
        waits.append(round(pace.delay(now), 3))
        now += waits[-1] + 0.001
    assert waits == [2, 4, 8, 16, 30, 30, 30]
    pace.accepted()
    pace.refused(now, None, now)
    assert pace.delay(now) == pytest.approx(2)


def test_what_was_under_way_when_it_was_refused_slows_down_once():
    pace = Pace(ISC)
    for sent in (1, 2, 3):
        pace.refused(START + sent, 1, START + 4 + sent)
    assert pace.share == pytest.approx(0.7)
    pace.refused(START + 6, 1, START + 9)
    assert pace.share == pytest.approx(0.49)


def test_the_pace_never_comes_to_a_standstill():
    pace = Pace(ISC)
    for number in range(100):
        pace.refused(START + number, 0, START + number)
    assert pace.share == 0.02
    assert pace.requests_per_second == pytest.approx(0.2)


def test_a_server_that_refuses_all_and_asks_for_no_pause_is_not_hammered():
    pace = Pace(RateLimit(0, 10))
    for number in range(FAILURES_IN_A_ROW - 1):
        pace.refused(START + number, 0, START + number)
        assert pace.delay(START + number) == 0
    now = START + FAILURES_IN_A_ROW
    pace.refused(now, 0, now)
    assert pace.delay(now) == 1
    pace.refused(now + 1, 7, now + 1)
    assert pace.delay(now + 1) == 7
    pace.accepted()
    pace.refused(now + 8, 0, now + 8)
    assert pace.delay(now + 8) == 0


def test_the_pace_recovers_slowly_then_faster():
    pace = Pace(ISC)
    for _each in range(5):
        pace.refused(START, 0, START)
    cut = pace.share = 0.2
    pace.delay(START + 30)
    assert pace.share == pytest.approx(cut + 30 * 0.002)
    pace.delay(START + 60)
    slowly = pace.share
    pace.delay(START + 70)
    assert pace.share == pytest.approx(slowly + 10 * 0.01, abs=0.01)
    for second in range(70, 200):
        pace.delay(START + second)
    assert pace.share == 1


def test_the_pace_does_not_recover_while_it_waits():
    pace = Pace(ISC)
    pace.refused(START, 100, START)
    for second in range(100):
        pace.delay(START + second)
    assert pace.share == pytest.approx(0.7)
    pace.delay(START + 110)
    assert pace.share == pytest.approx(0.7 + 10 * 0.01)


@pytest.mark.parametrize("server", SERVERS)
def test_two_clients_share_one_budget(server):
    jobs = Job(ISC, NORMAL), Job(ISC, NORMAL[::-1], begins=20)
    Traffic(server(ISC), *jobs).run(620)
    served = [job.served_between(20, 620) for job in jobs]
    refusals = sum(len(job.refused) for job in jobs)
    assert sum(served) >= 0.85 * 6000, served
    assert min(served) >= 0.35 * sum(served), served
    assert refusals <= 0.01 * sum(served), refusals


def test_the_whole_budget_is_used_again_once_the_other_client_has_gone():
    job, other = Job(ISC, NORMAL), Job(ISC, NORMAL[::-1], ends=120)
    Traffic(SlidingWindow(ISC), job, other).run(400)
    assert job.pace.refusals
    assert job.pace.share == 1
    assert job.served_between(300, 400) >= 970


def test_eight_failures_in_a_row_hold_everybody_back():
    pace = Pace(ISC)
    for _each in range(7):
        pace.failed(START)
    assert pace.delay(START) == 0
    waits = []
    for _each in range(7):
        pace.failed(START)
        waits.append(pace.delay(START))
    assert waits == [1, 2, 4, 8, 16, 30, 30]


@pytest.mark.parametrize("answer", ["accepted", "refused"])
def test_an_answer_ends_the_row_of_failures(answer):
    pace = Pace(ISC)
    for _each in range(7):
        pace.failed(START)
    pace.accepted() if answer == "accepted" else pace.refused(START, 0, START)
    for _each in range(7):
        pace.failed(START)
    assert pace.delay(START) == 0


def test_without_a_limit_nothing_is_delayed():
    pace = Pace(RateLimit(0, 10))
    assert pace.requests_per_second == math.inf
    for _each in range(10000):
        assert pace.delay(START) == 0
        pace.sent(START)
    for _each in range(10000):
        pace.answered(START)
    assert pace.delay(START) == 0


def test_without_a_limit_a_refusal_is_waited_for_all_the_same():
    pace = Pace(RateLimit(0, 10))
    pace.refused(START, 7, START)
    assert pace.delay(START) == 7
    assert pace.delay(START + 7) == 0
