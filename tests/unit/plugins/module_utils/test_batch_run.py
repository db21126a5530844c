# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The run of a batch: interruption, progress, and worker threads."""

from __future__ import annotations

import signal
import threading
import time

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._batch import run as _run
from ansible_collections.community.sailpoint.plugins.module_utils._batch.rate_limit import RateLimit, RateLimiter
from ansible_collections.community.sailpoint.plugins.module_utils._batch.run import (
    GRACE,
    BatchProgress,
    BatchRun,
    Snapshot,
    Workers,
    in_words,
    interruptible,
)
from ansible_collections.community.sailpoint.plugins.module_utils._batch.schedule import Scheduler
from support.flows import POLLING, START, VirtualTime
from support.steady_batch import accepted, account, found

pytestmark = pytest.mark.usefixtures("ordinary_signals")


class NoResponses:
    """Stands in for Workers: each job stays under way forever."""

    def __init__(self, time, number):
        self.busy = 0
        self._time, self._number = time, number

    @property
    def free(self):
        return self.busy < self._number

    def submit(self, job):
        self.busy += 1

    def next_done(self, timeout):
        if timeout > 0:
            self._time.sleep(timeout)


class SoonInterrupted:
    """Stands in for Interruption: happens once a job is under way."""

    def __init__(self, workers):
        self._workers = workers

    @property
    def happened(self):
        return self._workers.busy > 0


def interrupted(*accounts, concurrency=8):
    """Interrupt a run once its requests are under way, and return the seconds until it ends."""
    time = VirtualTime()
    time.now = START + 10
    workers = NoResponses(time, concurrency)
    limiter = RateLimiter(RateLimit(0, 10))
    run = BatchRun(Scheduler(POLLING), limiter, workers, time.runtime, len(accounts))
    for each in accounts:
        run.add(each)
    notified = []
    run.work(SoonInterrupted(workers), None, lambda: notified.append(time.now - START - 10))
    for each in accounts:
        if each.flow.outcome is None:
            run.interrupt(each)
    assert run.stopped == "interrupted"
    assert len(notified) == 1
    return time.now - START - 10 - notified[0]


def ending(account):
    return account.flow.outcome, account.flow.changed, account.flow.step


def test_a_change_being_sent_is_waited_for_briefly_and_then_unknown():
    sent = found()
    assert interrupted(sent) == pytest.approx(GRACE)
    assert ending(sent) == ("unknown", True, "set")
    assert sent.flow.error.message.startswith("The run was interrupted while it sent the change; whether ISC got it")


def test_an_accepted_change_is_unknown():
    waiting = accepted(START)
    assert interrupted(waiting) == 0
    assert ending(waiting) == ("unknown", True, "wait")
    assert waiting.flow.error.message == "The run was interrupted while it waited for the change."


def test_an_account_that_has_not_begun_is_not_sent():
    sent, left = found("sent"), found("left")
    interrupted(sent, left, concurrency=1)
    assert ending(left) == ("not_sent", False, None)


def test_an_account_being_queried_is_not_sent():
    queried = account()
    assert interrupted(queried) == 0
    assert ending(queried) == ("not_sent", False, None)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_is_recorded_and_wakes_the_run(number):
    woken = []
    before = signal.getsignal(number)
    with interruptible(lambda: woken.append(number)) as interruption:
        assert not interruption.happened
        signal.raise_signal(number)
        assert interruption.happened and woken == [number]
        signal.raise_signal(number)
        assert interruption.happened
    assert signal.getsignal(number) is before


def test_the_handlers_are_restored_after_an_error():
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(RuntimeError), interruptible(lambda: None):
        raise RuntimeError
    assert signal.getsignal(signal.SIGTERM) is before


def test_another_thread_leaves_the_handlers_alone():
    before = signal.getsignal(signal.SIGTERM)
    seen = []

    def work():
        with interruptible(lambda: None) as interruption:
            seen.append((signal.getsignal(signal.SIGTERM), interruption.happened))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [(before, False)]


def test_a_parent_that_is_gone_is_an_interruption(monkeypatch):
    with interruptible(lambda: None) as interruption:
        assert not interruption.happened
        monkeypatch.setattr(_run.os, "getppid", lambda: -1)
        assert interruption.happened


class Shown:
    """The output of a batch of 1000 accounts that sends 10 requests per second."""

    def __init__(self):
        self.lines = []
        self.times = []
        self.notified = []
        self.progress = BatchProgress(self._show, self.notified.append)
        self._now = 0.0

    def _show(self, text):
        self.lines.append(text)
        self.times.append(self._now)

    def at(self, now, succeeded=0, failed=0, in_flight=0, requests=None, left=0):
        self._now = now
        requests = int(now * 10) if requests is None else requests
        self.progress(START + now, lambda: Snapshot(1000, succeeded, failed, in_flight, 0, requests, left))


def test_lines_come_soon_then_every_ten_seconds_then_thirty_then_sixty():
    shown = Shown()
    for second in range(1000):
        shown.at(second)
    assert shown.times[:7] == [3, 13, 23, 33, 43, 53, 63]
    assert shown.times[7:9] == [93, 123]
    assert [after - before for before, after in zip(shown.times[-4:], shown.times[-3:])] == [60, 60, 60]


def test_a_line_shows_counts_rate_and_remaining_time():
    shown = Shown()
    shown.at(0)
    shown.at(10, succeeded=20, failed=3, in_flight=7, left=2500)
    assert shown.lines == ["20 of 1000 done, 3 failed, 7 in flight, 10.0 requests/s, about 4 min 10 s left"]


def test_the_rate_covers_the_last_seconds_only():
    shown = Shown()
    for second in range(0, 60, 10):
        shown.at(second, requests=second)
    shown.at(60, requests=50 + 200)
    shown.at(90, requests=50 + 200 + 600)
    assert shown.lines[-1].endswith(", 20.0 requests/s")


def test_no_remaining_time_is_shown_while_nothing_is_sent():
    shown = Shown()
    shown.at(0)
    shown.at(10, requests=0, left=100)
    assert shown.lines == ["0 of 1000 done, 0 failed, 0 in flight, 0.0 requests/s"]


def test_a_snapshot_is_only_taken_for_a_line():
    taken = []
    progress = BatchProgress(lambda line: None, lambda text: None)
    for second in range(14):
        progress(START + second, lambda: taken.append(1) or Snapshot(1, 0, 0, 0, 1, 0, 3))
    assert len(taken) == 2


def test_an_urgent_message_is_shown_at_once():
    shown = Shown()
    shown.progress.notify("Interrupted.")
    assert (shown.notified, shown.lines) == (["Interrupted."], [])


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


@pytest.fixture
def workers():
    made = []

    def make(number, perform):
        made.append(Workers(number, perform))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_a_job_returns_its_result(workers):
    pool = workers(2, lambda job: job * 2)
    pool.submit(21)
    done = pool.next_done(5)
    assert (done.job, done.result, done.error) == (21, 42, None)
    assert pool.busy == 0


@pytest.mark.parametrize("kind", [ValueError, SystemExit, KeyboardInterrupt])
def test_a_job_returns_its_error(workers, kind):
    def fail(job):
        raise kind(job)

    pool = workers(1, fail)
    for _each in range(2):
        pool.submit("x")
        assert isinstance(pool.next_done(5).error, kind)


def test_as_many_jobs_run_at_once_as_allowed(workers):
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


def test_waiting_for_a_job_ends_after_the_timeout(workers):
    pool = workers(1, lambda job: job)
    started = time.monotonic()
    assert pool.next_done(0) is None
    assert pool.next_done(0.05) is None
    assert 0.05 <= time.monotonic() - started < 3


def test_waiting_can_be_interrupted(workers):
    pool = workers(1, lambda job: job)
    threading.Timer(0.05, pool.wake).start()
    started = time.monotonic()
    assert pool.next_done(30) is None
    assert time.monotonic() - started < 10
    assert pool.busy == 0


def test_the_threads_end_on_close_and_are_daemons(workers):
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
