# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rate limiter, step by step and in simulated traffic."""

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
from support.traffic import START, FixedWindows, Job, SlidingWindow, Traffic

ISC = RateLimit(100, 10)


def burst(limiter, now):
    """Return the number of requests that may be sent at once."""
    sent = 0
    while limiter.delay(now) == 0 and sent < 1000:
        limiter.sent()
        sent += 1
    return sent


def used_up(responses):
    """Return a limiter that has used up its budget and got responses at the given times."""
    limiter = RateLimiter(ISC)
    assert burst(limiter, START) == 100
    for at in responses:
        limiter.completed(at)
    return limiter


def test_the_whole_budget_is_sent_at_once():
    assert burst(RateLimiter(ISC), START) == 100


def test_the_window_starts_at_the_responses():
    limiter = used_up([START + 1] * 60 + [START + 4] * 40)
    assert limiter.delay(START + 5) == pytest.approx(6)
    assert burst(limiter, START + 10.9) == 0
    assert burst(limiter, START + 11) == 60
    assert limiter.delay(START + 11) == pytest.approx(3)
    assert burst(limiter, START + 14) == 40


def test_a_request_under_way_stays_in_the_window():
    limiter = used_up([START + 1] * 99)
    assert burst(limiter, START + 500) == 99
    assert limiter.delay(START + 500) == math.inf
    limiter.completed(START + 600)
    assert limiter.delay(START + 600) == 10


def test_a_window_is_passed_on_to_the_next_limiter():
    limiter = used_up([START + 1] * 30 + [START + 4] * 70)
    assert limiter.recent(START + 5) == [START + 1] * 30 + [START + 4] * 70
    recent = limiter.recent(START + 12)
    assert recent == [START + 4] * 70
    second = RateLimiter(ISC, recent)
    assert burst(second, START + 12) == 30
    assert second.delay(START + 12) == 2
    assert burst(second, START + 14) == 70
    assert limiter.recent(START + 14) == []


def test_a_share_limits_the_window():
    limiter = used_up([START + 1] * 100)
    limiter.refused(START, 0, START + 1)
    limiter.share = 0.5
    now = START + 1
    assert limiter.delay(now) == 10
    assert burst(limiter, START + 11) == 55  # by then the limiter has regained a twentieth


def test_the_next_request_waits_until_enough_have_left_the_window():
    limiter = used_up([START + number / 100 for number in range(100)])
    limiter.refused(START, 0, START + 1)
    limiter.share = 0.5
    assert limiter.delay(START + 1) == pytest.approx(START + 0.5 + 10 - (START + 1))


@settings(max_examples=30)
@given(seconds=st.floats(0, 120), way=st.lists(st.floats(0.001, 2), min_size=1, max_size=20))
def test_after_a_refusal_nothing_is_sent_before_retry_after(seconds, way):
    limiter = RateLimiter(ISC)
    for number, late in enumerate(way):
        limiter.sent()
        limiter.completed(START + number / 10 + late)
    now = START + 10
    limiter.refused(START, seconds, now)
    assert limiter.delay(now) >= seconds - 1e-9
    assert limiter.delay(now + seconds / 2) >= seconds / 2 - 1e-9
    assert limiter.delay(now + seconds) <= 10


def test_after_a_refusal_the_budget_is_smaller():
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


def test_refusals_without_retry_after_back_off_exponentially():
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


def test_refusals_of_requests_under_way_together_slow_down_once():
    limiter = RateLimiter(ISC)
    for sent in (1, 2, 3):
        limiter.refused(START + sent, 1, START + 4 + sent)
    assert limiter.share == pytest.approx(0.7)
    limiter.refused(START + 6, 1, START + 9)
    assert limiter.share == pytest.approx(0.49)


def test_the_share_has_a_lower_bound():
    limiter = RateLimiter(ISC)
    for number in range(100):
        limiter.refused(START + number, 0, START + number)
    assert limiter.share == 0.02
    assert burst(limiter, START + 100) == 2


def test_one_request_of_a_small_budget_is_left():
    limiter = RateLimiter(RateLimit(1, 10))
    limiter.refused(START, 0, START)
    assert burst(limiter, START) == 1


def test_refusals_without_a_pause_back_off_eventually():
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
def test_the_share_is_not_regained_while_waiting_for_retry_after(asked_at):
    limiter = RateLimiter(ISC)
    limiter.refused(START, 100, START)
    for second in asked_at:
        limiter.delay(START + second)
    assert limiter.share == pytest.approx(DECREASE)
    limiter.delay(START + 110)
    assert limiter.share == pytest.approx(DECREASE + 10 * INCREASE)


def test_eight_failures_in_a_row_delay_all_requests():
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


def test_without_a_limit_only_a_refusal_delays():
    limiter = RateLimiter(RateLimit(0, 10))
    for _each in range(10000):
        assert limiter.delay(START) == 0
        limiter.sent()
    for _each in range(10000):
        limiter.completed(START)
    assert limiter.delay(START) == 0
    limiter.refused(START, 7, START)
    assert limiter.delay(START) == 7
    assert limiter.delay(START + 7) == 0


def test_the_limiter_knows_since_when_nothing_was_served():
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


SERVERS = [SlidingWindow, FixedWindows]
NORMAL = [0.02, 0.03, 0.05, 0.02, 0.1, 0.04]
# The time to the server: mostly short, sometimes longer than the window itself.
WAYS = st.lists(st.one_of(st.floats(0.001, 0.3), st.floats(0.001, 15)), min_size=1, max_size=30)
LIMITS = st.builds(RateLimit, st.integers(1, 120), st.sampled_from([0.5, 1.0, 10.0]))


@pytest.mark.parametrize("server", SERVERS)
@settings(max_examples=25)
@given(limit=LIMITS, way=WAYS, concurrency=st.integers(1, 64))
def test_no_network_delay_causes_a_request_too_many(server, limit, way, concurrency):
    job = Job(limit, way, concurrency=concurrency)
    Traffic(server(limit), job).run(4 * limit.seconds)
    assert job.sent
    assert not job.refused


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("windows", [1, 3, 6, 30])
def test_nearly_the_whole_budget_is_used(server, windows):
    job = Job(ISC, NORMAL)
    Traffic(server(ISC), job).run(10 * windows)
    assert not job.refused
    assert 0.97 * 100 * windows <= len(job.served) <= 100 * windows


@pytest.mark.parametrize("server", SERVERS)
@settings(max_examples=25)
@given(limit=LIMITS, way=WAYS, ends=st.floats(0, 3), pause=st.floats(0, 1.5))
def test_a_second_batch_that_gets_the_window_sends_no_request_too_many(server, limit, way, ends, pause):
    # The second batch begins once the first one has all its responses.
    served_by = server(limit)
    first = Job(limit, way, ends=ends * limit.seconds)
    Traffic(served_by, first).run(ends * limit.seconds + 40)
    begins = max([first.ends - START, *(at + max(way) - START for at in first.served)]) + pause * limit.seconds
    second = Job(limit, way, begins=begins, recent=first.limiter.recent(START + begins))
    Traffic(served_by, second).run(begins + 4 * limit.seconds)
    assert second.sent
    assert not first.refused and not second.refused


@pytest.mark.parametrize("server", SERVERS)
def test_two_clients_share_one_budget(server):
    jobs = Job(ISC, NORMAL), Job(ISC, NORMAL[::-1], begins=20)
    Traffic(server(ISC), *jobs).run(620)
    served = [job.served_between(20, 620) for job in jobs]
    refusals = sum(len(job.refused) for job in jobs)
    assert sum(served) >= 0.85 * 6000, served
    assert min(served) >= 0.35 * sum(served), served
    assert refusals <= 0.05 * sum(served), refusals


def test_the_whole_budget_is_used_again_once_the_other_client_has_gone():
    job, other = Job(ISC, NORMAL), Job(ISC, NORMAL[::-1], ends=120)
    Traffic(SlidingWindow(ISC), job, other).run(400)
    assert job.limiter.refusals
    assert job.limiter.share == 1
    assert job.served_between(300, 400) >= 970
    assert job.limiter.refusals == len(job.refused)
