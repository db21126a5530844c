# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The limit of all requests, step by step."""

from __future__ import annotations

import math

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._batch.rate_limit import (
    DECREASE,
    FAILURES_IN_A_ROW,
    INCREASE,
    RateLimit,
    RateLimiter,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from support.traffic import START

ISC = RateLimit(100, 10)


def burst(limiter, now):
    """Return how many requests go at once."""
    sent = 0
    while limiter.delay(now) == 0 and sent < 1000:
        limiter.sent()
        sent += 1
    return sent


def used_up(responses):
    """Return a limiter that has sent its whole budget, and got the responses at these times."""
    limiter = RateLimiter(ISC)
    assert burst(limiter, START) == 100
    for at in responses:
        limiter.completed(at)
    return limiter


@pytest.mark.parametrize("paused", [0, 1, 1000])
def test_the_whole_window_goes_at_once(paused):
    assert burst(RateLimiter(ISC), START + paused) == 100


def test_a_window_counts_from_its_responses_on():
    limiter = used_up([START + 1] * 60 + [START + 4] * 40)
    assert limiter.delay(START + 5) == pytest.approx(6)
    assert burst(limiter, START + 10.9) == 0
    assert burst(limiter, START + 11) == 60
    assert limiter.delay(START + 11) == pytest.approx(3)
    assert burst(limiter, START + 14) == 40


def test_what_is_under_way_is_in_the_window_however_long_it_takes():
    limiter = used_up([START + 1] * 99)
    assert burst(limiter, START + 500) == 99
    assert limiter.delay(START + 500) == math.inf
    limiter.completed(START + 600)
    assert limiter.delay(START + 600) == 10


def test_a_window_is_handed_over():
    limiter = used_up([START + 1] * 30 + [START + 4] * 70)
    assert limiter.recent(START + 5) == [START + 1] * 30 + [START + 4] * 70
    recent = limiter.recent(START + 12)
    assert recent == [START + 4] * 70
    second = RateLimiter(ISC, recent)
    assert burst(second, START + 12) == 30
    assert second.delay(START + 12) == 2
    assert burst(second, START + 14) == 70
    assert limiter.recent(START + 14) == []


def test_a_share_is_a_share_of_the_window():
    limiter = used_up([START + 1] * 100)
    limiter.refused(START, 0, START + 1)
    limiter.share = 0.5
    now = START + 1
    assert limiter.delay(now) == 10
    assert burst(limiter, START + 11) == 55  # by then it has regained a twentieth


def test_the_next_one_goes_when_enough_have_left_the_window():
    limiter = used_up([START + number / 100 for number in range(100)])
    limiter.refused(START, 0, START + 1)
    limiter.share = 0.5
    assert limiter.delay(START + 1) == pytest.approx(START + 0.5 + 10 - (START + 1))


def test_a_window_that_is_full_of_requests_under_way_waits_for_a_response():
    limiter = RateLimiter(RateLimit(2, 10))
    limiter.sent()
    limiter.sent()
    assert limiter.delay(START + 100) == math.inf
    limiter.completed(START + 100)
    assert limiter.delay(START + 100) == pytest.approx(10)
    assert limiter.delay(START + 110) == 0


@settings(max_examples=30)
@given(seconds=st.floats(0, 120), way=st.lists(st.floats(0.001, 2), min_size=1, max_size=20))
def test_after_a_refusal_nothing_goes_before_the_server_likes(seconds, way):
    limiter = RateLimiter(ISC)
    for number, late in enumerate(way):
        limiter.sent()
        limiter.completed(START + number / 10 + late)
    now = START + 10
    limiter.refused(START, seconds, now)
    assert limiter.delay(now) >= seconds - 1e-9
    assert limiter.delay(now + seconds / 2) >= seconds / 2 - 1e-9
    assert limiter.delay(now + seconds) <= 10


def test_after_a_refusal_fewer_requests_come_back():
    limiter = RateLimiter(ISC)
    limiter.refused(START, 5, START)
    assert burst(limiter, START + 4.9) == 0
    assert burst(limiter, START + 5) == 70


def test_a_shorter_wait_does_not_shorten_a_longer_one():
    limiter = RateLimiter(ISC)
    limiter.refused(START, 30, START)
    limiter.refused(START, 1, START + 1)
    assert limiter.delay(START + 1) >= 29
    assert limiter.refusals == 2


def test_without_a_time_to_wait_refusals_in_a_row_wait_longer_and_longer():
    limiter = RateLimiter(ISC)
    waits, now = [], START
    for _each in range(7):
        limiter.refused(now, None, now)
        waits.append(round(limiter.delay(now), 3))
        now += waits[-1] + 0.001
    assert waits == [2, 4, 8, 16, 30, 30, 30]
    limiter.served()
    limiter.refused(now, None, now)
    assert limiter.delay(now) == pytest.approx(2)


def test_what_was_under_way_when_it_was_refused_slows_down_once():
    limiter = RateLimiter(ISC)
    for sent in (1, 2, 3):
        limiter.refused(START + sent, 1, START + 4 + sent)
    assert limiter.share == pytest.approx(0.7)
    limiter.refused(START + 6, 1, START + 9)
    assert limiter.share == pytest.approx(0.49)


def test_it_never_comes_to_a_standstill():
    limiter = RateLimiter(ISC)
    for number in range(100):
        limiter.refused(START + number, 0, START + number)
    assert limiter.share == 0.02
    assert burst(limiter, START + 100) == 2


def test_of_a_small_budget_one_request_is_left():
    limiter = RateLimiter(RateLimit(1, 10))
    limiter.refused(START, 0, START)
    assert burst(limiter, START) == 1


def test_a_server_that_refuses_all_and_asks_for_no_pause_is_not_hammered():
    limiter = RateLimiter(RateLimit(0, 10))
    for number in range(FAILURES_IN_A_ROW - 1):
        limiter.refused(START + number, 0, START + number)
        assert limiter.delay(START + number) == 0
    now = START + FAILURES_IN_A_ROW
    limiter.refused(now, 0, now)
    assert limiter.delay(now) == 1
    limiter.refused(now + 1, 7, now + 1)
    assert limiter.delay(now + 1) == 7
    limiter.served()
    limiter.refused(now + 8, 0, now + 8)
    assert limiter.delay(now + 8) == 0


def test_the_share_is_regained_evenly():
    limiter = RateLimiter(ISC)
    limiter.refused(START, 0, START)
    cut = limiter.share = 0.2
    for second in (1, 2, 30, 60, 100):
        limiter.delay(START + second)
        assert limiter.share == pytest.approx(cut + second * INCREASE)
    assert limiter.share == pytest.approx(0.7)
    limiter.delay(START + 161)
    assert limiter.share == 1


@pytest.mark.parametrize("asked_at", [range(101), [0]])
def test_the_share_is_not_regained_while_the_server_is_left_alone(asked_at):
    limiter = RateLimiter(ISC)
    limiter.refused(START, 100, START)
    for second in asked_at:
        limiter.delay(START + second)
    assert limiter.share == pytest.approx(DECREASE)
    limiter.delay(START + 110)
    assert limiter.share == pytest.approx(DECREASE + 10 * INCREASE)


def test_eight_failures_in_a_row_hold_everybody_back():
    limiter = RateLimiter(ISC)
    for _each in range(7):
        limiter.failed(START)
    assert limiter.delay(START) == 0
    waits = []
    for _each in range(7):
        limiter.failed(START)
        waits.append(limiter.delay(START))
    assert waits == [1, 2, 4, 8, 16, 30, 30]


@pytest.mark.parametrize("response", ["served", "refused"])
def test_a_response_ends_the_row_of_failures(response):
    limiter = RateLimiter(ISC)
    for _each in range(7):
        limiter.failed(START)
    limiter.served() if response == "served" else limiter.refused(START, 0, START)
    for _each in range(7):
        limiter.failed(START)
    assert limiter.delay(START) == 0


def test_without_a_limit_nothing_is_delayed():
    limiter = RateLimiter(RateLimit(0, 10))
    for _each in range(10000):
        assert limiter.delay(START) == 0
        limiter.sent()
    for _each in range(10000):
        limiter.completed(START)
    assert limiter.delay(START) == 0


def test_without_a_limit_a_refusal_is_waited_for_all_the_same():
    limiter = RateLimiter(RateLimit(0, 10))
    limiter.refused(START, 7, START)
    assert limiter.delay(START) == 7
    assert limiter.delay(START + 7) == 0


def test_it_tells_since_when_nothing_was_served():
    limiter = RateLimiter(ISC)
    assert limiter.unserved_since is None
    limiter.failed(START)
    limiter.refused(START, 1, START + 5)
    limiter.failed(START + 9)
    assert limiter.unserved_since == START
    limiter.served()
    assert limiter.unserved_since is None
    limiter.refused(START + 10, 1, START + 11)
    assert limiter.unserved_since == START + 11
