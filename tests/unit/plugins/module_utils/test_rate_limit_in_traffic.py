# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The limit of all requests, in simulated traffic."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._batch.rate_limit import RateLimit
from hypothesis import given, settings
from hypothesis import strategies as st
from support.traffic import START, FixedWindows, Job, SlidingWindow, Traffic

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
@pytest.mark.parametrize("windows", [1, 3, 6, 30])
def test_nearly_the_whole_budget_is_used(server, windows):
    job = Job(ISC, NORMAL)
    Traffic(server(ISC), job).run(10 * windows)
    assert not job.refused
    assert 0.97 * 100 * windows <= len(job.served) <= 100 * windows


@pytest.mark.parametrize("server", SERVERS)
@settings(max_examples=25)
@given(limit=LIMITS, way=WAYS, ends=st.floats(0, 3), pause=st.floats(0, 1.5))
def test_a_second_batch_that_is_handed_the_window_over_sends_none_too_many(server, limit, way, ends, pause):
    """Its requests come once the first batch has all responses."""
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
