# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of a batch: its main loop, worker threads, progress lines and interruption.

The main thread dispatches the requests that the scheduler and the rate limiter allow, worker threads perform them, and
the main thread passes each response to the flow of its account.
"""

from __future__ import annotations

import contextlib
import dataclasses
import math
import os
import queue
import signal
import threading
import typing as t
from collections import deque

from .._change.flow import QUERY, SET, STATUS
from .._client.client import Runtime
from .._errors import InputError, IscError, OutcomeUnknownError, RateLimitError
from .._http.retry import may_retry
from .._outcomes import AT_QUERY, AT_SET, AT_WAIT, FAILED, FINISHED, PROBLEMS, REFUSED, SUCCESSES, UNKNOWN
from .._text import clean_text
from .account import BatchAccount
from .rate_limit import RateLimiter
from .schedule import Scheduler

_INTERVALS = ((60.0, 10.0), (600.0, 30.0), (float("inf"), 60.0))
"""Pairs of an age of the batch and an interval, in seconds: up to that age, a line appears in each interval. So the log
of an hour stays readable."""

_FIRST_LINE = 3.0  # Seconds after the start. A shorter batch shows no lines.
_RATE_OVER = 15.0  # Seconds over which the rate is averaged.


class Snapshot(t.NamedTuple):
    """The numbers of accounts and requests at one moment.

    :ivar in_flight: accounts whose change is being sent, or was sent and has not ended.
    :ivar unsent: accounts whose change is still to be sent.
    :ivar requests: requests that were sent.
    :ivar requests_left: about how many requests are still needed.
    """

    total: int
    succeeded: int
    failed: int
    in_flight: int
    unsent: int
    requests: int
    requests_left: int


class BatchProgress:
    """Shows the progress of a batch, one line at a time.

    :param show: called with each line of progress.
    :ivar notify: call it with a sentence that the user must see at once.
    """

    def __init__(self, show: t.Callable[[str], None], notify: t.Callable[[str], None]) -> None:
        self.notify = notify
        self._show = show
        self._began: float | None = None
        self._next = 0.0
        self._seen: deque[tuple[float, int]] = deque()

    def __call__(self, now: float, snapshot: t.Callable[[], Snapshot]) -> None:
        """Show a line if one is due. *now* is a time of the monotonic clock."""
        if self._began is None:
            self._began = now
            self._next = now + _FIRST_LINE
            self._seen.append((now, 0))
        if now < self._next:
            return
        began = self._began
        self._next = now + next(interval for until, interval in _INTERVALS if now - began < until)
        current = snapshot()
        self._seen.append((now, current.requests))
        while len(self._seen) > 2 and now - self._seen[0][0] > _RATE_OVER:
            self._seen.popleft()
        self._show(self._line(current))

    def _line(self, current: Snapshot) -> str:
        (began, before), (now, requests) = self._seen[0], self._seen[-1]
        rate = (requests - before) / (now - began) if now > began else 0.0
        line = (
            f"{current.succeeded} of {current.total} done, {current.failed} failed, {current.in_flight} in flight, "
            f"{rate:.1f} requests/s"
        )
        if rate and current.requests_left:
            line += f", about {in_words(current.requests_left / rate)} left"
        return line


def in_words(seconds: float) -> str:
    """Return a duration for people, such as ``4 min 10 s``."""
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole < 600 else f"{round(whole / 60)} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


INTERRUPTED = "interrupted"
MAX_FAILURES = "max_failures"

LONGEST_PAUSE = 0.5
"""Seconds between two checks of the progress and of whether the parent process still exists, at most."""

LONGEST_UNSERVED = 600.0
"""After this many seconds of nothing but HTTP 429 and failures, the batch stops, because slowing down doesn't help."""

GRACE = 2.0
"""Seconds that an interruption waits for the responses to changes that are just being sent. Without a response, the
outcome of a change would be unknown."""

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interruption:
    """Records whether this process should stop.

    :param wake: called when a signal arrives, from the signal handler.
    """

    def __init__(self, wake: t.Callable[[], None]) -> None:
        self._wake = wake
        self._parent = os.getppid()
        self._signalled = False

    @property
    def happened(self) -> bool:
        """Whether a signal has arrived, or the parent process has ended, so that nobody would see the result."""
        return self._signalled or os.getppid() != self._parent

    def signal(self, *unused: t.Any) -> None:
        self._signalled = True
        self._wake()


@contextlib.contextmanager
def interruptible(wake: t.Callable[[], None]) -> t.Iterator[Interruption]:
    """Treat signals that would end the process as a request to stop. Other threads only watch the parent process."""
    interruption = Interruption(wake)
    if threading.current_thread() is not threading.main_thread():
        yield interruption
        return
    before = {number: signal.getsignal(number) for number in SIGNALS}
    try:
        for number, handler in before.items():
            if handler is not signal.SIG_IGN:  # nohup
                signal.signal(number, interruption.signal)
        yield interruption
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Done(t.NamedTuple):
    job: t.Any
    result: t.Any
    error: BaseException | None


class Workers:
    """A pool of daemon threads that start on demand.

    The executors of the standard library wait for their threads when the interpreter exits. An interrupted run must not
    wait for requests that are under way.

    :param number: the maximum number of threads.
    :param perform: called with each job, in one of the threads.
    """

    def __init__(self, number: int, perform: t.Callable[[t.Any], t.Any]) -> None:
        self._number = number
        self._perform = perform
        self._jobs: queue.SimpleQueue[tuple[t.Any] | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Done | None] = queue.SimpleQueue()
        self._threads = 0
        self.busy = 0

    @property
    def free(self) -> bool:
        return self.busy < self._number

    def submit(self, job: t.Any) -> None:
        self.busy += 1
        if self.busy > self._threads:
            self._threads += 1
            threading.Thread(target=self._work, daemon=True).start()
        self._jobs.put((job,))

    def next_done(self, timeout: float) -> Done | None:
        """Return the next job that is done, or ``None`` after *timeout* seconds or a call of ``wake``."""
        with contextlib.suppress(queue.Empty):
            done = self._done.get(timeout > 0, timeout)
            if done is not None:
                self.busy -= 1
            return done
        return None

    def wake(self) -> None:
        """Make ``next_done`` return. A signal handler may call this."""
        self._done.put(None)

    def close(self) -> None:
        """Let each thread end after its current job, without waiting for it."""
        for _each in range(self._threads):
            self._jobs.put(None)

    def _work(self) -> None:
        while True:
            entry = self._jobs.get()
            if entry is None:
                return
            try:
                done = Done(entry[0], self._perform(entry[0]), None)
            except BaseException as error:
                done = Done(entry[0], None, error)
            self._done.put(done)


@dataclasses.dataclass(eq=False, repr=False)
class BatchRun:
    """Runs the flows of accounts until each has ended, or until the run stops.

    A run that stops sends no more changes, but still reads the status of those it has sent. An interrupted one reads
    nothing either.

    :param total: the number of accounts, for the progress.
    :param max_failures: the run stops when more accounts fail; ``None`` for no limit.
    :param problem: returns an error that makes it useless to go on, such as a journal that can't be written.
    :ivar counts: the number of requests by kind.
    :ivar stopped: why the run has stopped: MAX_FAILURES, INTERRUPTED or a sentence; ``None`` if it has not.
    :ivar stopped_by: the error that stopped the run, or ``None``.
    """

    scheduler: Scheduler
    limiter: RateLimiter
    workers: Workers
    runtime: Runtime
    total: int
    max_failures: int | None = None
    problem: t.Callable[[], IscError | None] = lambda: None
    counts: dict[str, int] = dataclasses.field(default_factory=lambda: {QUERY: 0, SET: 0, STATUS: 0})
    stopped: str | None = None
    stopped_by: IscError | None = None
    _by_ids: dict[tuple[str, str], BatchAccount] = dataclasses.field(default_factory=dict)
    _under_way: set[BatchAccount] = dataclasses.field(default_factory=set)
    _succeeded: int = 0
    _failed: int = 0
    _failed_before: int = 0

    def work(
        self,
        interruption: Interruption,
        progress: BatchProgress | None,
        when_interrupted: t.Callable[[], None] = lambda: None,
    ) -> None:
        """Send requests and process their responses until all flows have ended, or the run is interrupted.

        :param when_interrupted: called after an interruption, before the grace period for the last responses.
        """
        while not interruption.happened and (self.workers.busy or not self.scheduler.idle):
            pause = self._dispatch()
            if progress is not None:
                progress(self.runtime.clock(), self._snapshot)
            self._process_responses(min(pause, LONGEST_PAUSE))
            # If the run has stopped and the server serves nothing, don't wait to read a status after its deadline.
            if self.scheduler.stopped and self.limiter.unserved_since is not None:
                for account in self.scheduler.remove_overdue(self.runtime.clock()):
                    account.flow.give_up(self.stopped_by)
                    self.count(account)
        if interruption.happened:
            self._stop(INTERRUPTED)
            when_interrupted()
            until = self.runtime.clock() + GRACE
            while any(account.flow.kind == SET for account in self._under_way) and self.runtime.clock() < until:
                self._process_responses(until - self.runtime.clock())

    def add(self, account: BatchAccount) -> None:
        """Queue an account for its flow's next request. If the run has stopped, its change is left unsent."""
        if self.scheduler.stopped and account.flow.kind != STATUS:
            account.flow.leave_unsent()
        else:
            self.scheduler.put(account, self.runtime.clock())

    def settle(self, account: BatchAccount, response: t.Any, error: IscError | None) -> None:
        """Process the result of a step that needed no request, and queue the account for the next one."""
        account.flow.settle(response, error, self.runtime.clock())
        self._continue(account)

    def interrupt(self, account: BatchAccount) -> None:
        """End the flow of an account that an interrupted run has left unfinished."""
        flow = account.flow
        if flow.change is None and not flow.sending:
            flow.leave_unsent()
            return
        what = (
            "waited for the change" if flow.change is not None else "sent the change; whether ISC got it is not known"
        )
        error = OutcomeUnknownError(f"The run was interrupted while it {what}.")
        flow.end(UNKNOWN, True, error, AT_SET if flow.change is None else AT_WAIT)

    def register(self, account: BatchAccount, source_id: str, account_id: str) -> None:
        """Record the ids of an account, so that no account is set twice.

        :raises InputError: another account of the batch has the same ids.
        """
        first = self._by_ids.setdefault((source_id, account_id), account)
        if first is not account:
            raise InputError(
                f"It is the same account as that of {first.name}: {clean_text(account_id)}.",
                "Give each account once, with one password.",
            )
        account.ids = (source_id, account_id)

    def count(self, account: BatchAccount, of_this_run: bool = True) -> None:
        """Count an account whose flow has ended, and stop the run if too many have failed.

        :param of_this_run: ``False`` for a failure from an earlier run, which doesn't count towards ``max_failures``.
        """
        if account.flow.outcome in PROBLEMS:
            self._failed += 1
            self._failed_before += not of_this_run
        elif account.flow.outcome in SUCCESSES:
            self._succeeded += 1
        failed = self._failed - self._failed_before
        if self.stopped is None and self.max_failures is not None and failed > self.max_failures:
            self._stop(MAX_FAILURES)

    def _dispatch(self) -> float:
        """Send all requests that may be sent now; return the seconds until the next one may be."""
        while self.workers.free:
            now = self.runtime.clock()
            delay = self.limiter.delay(now)
            if delay > 0:
                return delay
            account = self.scheduler.next(now)
            if account is None:
                return max(0.0, self.scheduler.next_due() - now)
            self.limiter.sent()
            self.counts[t.cast(str, account.flow.kind)] += 1
            account.flow.requested(now)
            self._under_way.add(account)
            self.workers.submit(account)
        return math.inf

    def _process_responses(self, timeout: float) -> None:
        """Process the responses that have arrived; wait up to *timeout* seconds for the first one."""
        done = self.workers.next_done(max(0.0, timeout))
        while done is not None:
            self._process(done)
            done = self.workers.next_done(0)

    def _process(self, done: Done) -> None:
        account, error = done.job, done.error
        now = self.runtime.clock()
        self.scheduler.completed(t.cast(str, account.flow.kind))
        self._under_way.discard(account)
        self.limiter.completed(now)
        if error is not None and not isinstance(error, IscError):
            raise error
        self._update_limiter(account, error, now)
        problem = self.problem()
        if problem is not None:
            self._stop_because(problem)
        flow, was_read = account.flow, account.flow.kind == STATUS
        flow.may_go_on = not self.scheduler.stopped
        flow.settle(done.result, error, now)
        if was_read:
            ended = flow.outcome in (FINISHED, FAILED) if error is None else None
            self.scheduler.polls_of(account).record_read(account, now, ended)
        self._continue(account)

    def _continue(self, account: BatchAccount) -> None:
        """Queue the account for its next request, or count it if its flow has ended."""
        flow = account.flow
        if flow.target is not None and account.ids is None and flow.outcome != REFUSED:
            try:
                self.register(account, flow.target.info.source_id, flow.target.account_id)
            except InputError as error:
                flow.refuse(error, AT_QUERY)
        if flow.kind is None:
            self.count(account)
        else:
            self.add(account)

    def _update_limiter(self, account: BatchAccount, error: IscError | None, now: float) -> None:
        """Report the result to the rate limiter, and stop the run if all further requests would fail as well."""
        if isinstance(error, RateLimitError):
            self.limiter.refused(account.flow.requested_at, error.retry_after, now)
            if not may_retry(error, True):
                self._stop_because(error)
        elif isinstance(error, OutcomeUnknownError) or (error is not None and error.is_transient):
            self.limiter.failed(now)
        else:
            self.limiter.served()
        since = self.limiter.unserved_since
        unserved = since is not None and now - since > LONGEST_UNSERVED
        if error is not None and (unserved or (error.at_login and not error.is_transient)):
            self._stop_because(error)

    def _stop_because(self, error: IscError) -> None:
        self.stopped_by = self.stopped_by or error
        self._stop(error.message)

    def _stop(self, reason: str) -> None:
        if self.stopped is None:
            self.stopped = reason
        for account in self.scheduler.stop():
            account.flow.leave_unsent()

    def _snapshot(self) -> Snapshot:
        unsent = self.scheduler.unsent
        in_flight = self.total - self._succeeded - self._failed - unsent
        requests, left = sum(self.counts.values()), self.scheduler.requests_left
        return Snapshot(self.total, self._succeeded, self._failed, in_flight, unsent, requests, left)
