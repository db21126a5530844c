# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real threads."""

from __future__ import annotations

import threading
import time

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._batch.run import Workers


@pytest.fixture
def workers():
    made = []

    def make(number, perform):
        made.append(Workers(number, perform))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_a_job_comes_back_with_its_result(workers):
    pool = workers(2, lambda job: job * 2)
    pool.submit(21)
    done = pool.next_done(5)
    assert (done.job, done.result, done.error) == (21, 42, None)
    assert pool.busy == 0


@pytest.mark.parametrize("kind", [ValueError, SystemExit, KeyboardInterrupt])
def test_a_job_comes_back_with_its_error(workers, kind):
    def fail(job):
        raise kind(job)

    pool = workers(1, fail)
    for _each in range(2):
        pool.submit("x")
        assert isinstance(pool.next_done(5).error, kind)


def test_as_many_work_at_once_as_there_may(workers):
    together = threading.Barrier(3)
    pool = workers(3, lambda job: together.wait(5))
    for job in range(3):
        assert pool.free
        pool.submit(job)
    assert not pool.free
    assert sorted(pool.next_done(5).result for _each in range(3)) == [0, 1, 2]
    assert pool.free


def test_no_more_threads_are_started_than_needed(workers):
    names = set()
    pool = workers(8, lambda job: names.add(threading.get_ident()))
    for job in range(20):
        pool.submit(job)
        pool.next_done(5)
    assert len(names) == 1


def test_nothing_is_done_in_time(workers):
    pool = workers(1, lambda job: job)
    started = time.monotonic()
    assert pool.next_done(0) is None
    assert pool.next_done(0.05) is None
    assert 0.05 <= time.monotonic() - started < 3


def test_it_can_be_woken_up(workers):
    pool = workers(1, lambda job: job)
    threading.Timer(0.05, pool.wake).start()
    started = time.monotonic()
    assert pool.next_done(30) is None
    assert time.monotonic() - started < 10
    assert pool.busy == 0


def test_the_threads_end_when_they_are_told_to_and_hold_up_nobody(workers):
    threads = []
    hold = threading.Event()

    def work(job):
        threads.append(threading.current_thread())
        hold.wait(5)

    pool = workers(2, work)
    pool.submit(1)
    pool.submit(2)
    pool.close()
    hold.set()
    for thread in threads:
        assert thread.daemon
        thread.join(5)
        assert not thread.is_alive()
