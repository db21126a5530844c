# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of a batch: the rate limiter releases requests, and their responses go to the flows of the accounts."""

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
"""Seconds between two lines, by the seconds since the beginning: a log of an hour stays readable."""

_FIRST_LINE = 3.0  # Seconds from the beginning. A short batch has no need of lines.
_RATE_OVER = 15.0  # Seconds that the rate is measured over.


class Snapshot(t.NamedTuple):
    """How many accounts have succeeded, failed, are in flight (sent, or being sent) and are still to be sent.

    ``requests`` were sent so far, about ``requests_left`` are left.
    """

    total: int
    succeeded: int
    failed: int
    in_flight: int
    unsent: int
    requests: int
    requests_left: int


class BatchProgress:
    """Shows now and then how far a batch is.

    :param show: is given a line.
    :ivar tell: is given what the user has to know at once.
    """

    def __init__(self, show: t.Callable[[str], None], tell: t.Callable[[str], None]) -> None:
        self.tell = tell
        self._show = show
        self._began: float | None = None
        self._next = 0.0
        self._seen: deque[tuple[float, int]] = deque()

    def __call__(self, now: float, snapshot: t.Callable[[], Snapshot]) -> None:
        if self._began is None:
            self._began = now
            self._next = now + _FIRST_LINE
            self._seen.append((now, 0))
        if now < self._next:
            return
        began = self._began
        self._next = now + next(interval for until, interval in _INTERVALS if now - began < until)
        taken = snapshot()
        self._seen.append((now, taken.requests))
        while len(self._seen) > 2 and now - self._seen[0][0] > _RATE_OVER:
            self._seen.popleft()
        self._show(self._text(taken))

    def _text(self, taken: Snapshot) -> str:
        (began, before), (now, requests) = self._seen[0], self._seen[-1]
        rate = (requests - before) / (now - began) if now > began else 0.0
        parts = [f"{taken.succeeded} of {taken.total} done", f"{taken.failed} failed", f"{taken.in_flight} in flight"]
        parts.append(f"{rate:.1f} requests/s")
        if rate and taken.requests_left:
            parts.append(f"about {in_words(taken.requests_left / rate)} left")
        return ", ".join(parts)


def in_words(seconds: float) -> str:
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole < 600 else f"{round(whole / 60)} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


INTERRUPTED = "interrupted"
MAX_FAILURES = "max_failures"

LONGEST_PAUSE = 0.5
"""Seconds that nothing is looked at: neither the progress nor whether the parent process is still there."""

LONGEST_UNSERVED = 600.0
"""Seconds of nothing but refusals (HTTP 429) and failures, after which the batch stops: no rate is low enough."""

GRACE = 2.0
"""Seconds that an interrupted run waits for the responses to changes that it is just sending. Without them their
outcome would be unknown."""


_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interruption:
    """Whether this process was told to stop. ``wake`` is called then, also from a signal handler."""

    def __init__(self, wake: t.Callable[[], None]) -> None:
        self._wake = wake
        self._parent = os.getppid()
        self._signalled = False

    @property
    def happened(self) -> bool:
        """Whether it was told to stop, or its parent process has ended, so that nobody would see its result."""
        return self._signalled or os.getppid() != self._parent

    def signal(self, *unused: t.Any) -> None:
        self._signalled = True
        self._wake()


@contextlib.contextmanager
def interruptible(wake: t.Callable[[], None]) -> t.Iterator[Interruption]:
    """Take signals that would end the process as a request to stop."""
    interruption = Interruption(wake)
    if threading.current_thread() is not threading.main_thread():
        yield interruption
        return
    before = {number: signal.getsignal(number) for number in _SIGNALS}
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
    """At most *number* daemon threads that *perform* jobs; each is started when it is needed.

    The executors of the standard library wait for their threads when the interpreter ends. A run that is interrupted
    must not wait for what is under way.
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
        """Return the next job that is done; ``None`` after *timeout* seconds, or when woken."""
        with contextlib.suppress(queue.Empty):
            done = self._done.get(timeout=timeout) if timeout > 0 else self._done.get_nowait()
            if done is not None:
                self.busy -= 1
            return done
        return None

    def wake(self) -> None:
        """Have ``next_done`` return. A signal handler may call this."""
        self._done.put(None)

    def close(self) -> None:
        """Let the threads end after what they are doing; wait for none."""
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
    """Works on accounts until the flow of each has ended, or until it is told to stop.

    :param total: the number of accounts, for the progress.
    :param most_failures: when there are more, nothing new is sent; ``None`` for no end.
    :param problem: tells what makes it useless to go on, such as a journal that can't be written.
    :ivar stopped: why nothing new is sent any more: C(max_failures), C(interrupted) or a sentence.
    """

    scheduler: Scheduler
    limiter: RateLimiter
    workers: Workers
    runtime: Runtime
    total: int
    most_failures: int | None = None
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
        """Do all that is to be done.

        :param when_interrupted: called once nothing more is sent, before the last responses are waited for.
        """
        while not interruption.happened and (self.workers.busy or not self.scheduler.idle):
            pause = self._hand_out()
            if progress is not None:
                progress(self.runtime.clock(), self._snapshot)
            self._take_responses(min(pause, LONGEST_PAUSE))
            # Once the batch has stopped, a server that serves nothing is not waited for just to hear it once more.
            if self.scheduler.stopped and self.limiter.unserved_since is not None:
                for account in self.scheduler.remove_overdue(self.runtime.clock()):
                    account.flow.give_up(self.stopped_by)
                    self.count(account)
        if interruption.happened:
            self._stop(INTERRUPTED)
            when_interrupted()
            until = self.runtime.clock() + GRACE
            while any(account.flow.kind == SET for account in self._under_way) and self.runtime.clock() < until:
                self._take_responses(until - self.runtime.clock())

    def add(self, account: BatchAccount) -> None:
        """Queue an account whose flow has begun; where the run has stopped, it is not sent."""
        if self.scheduler.stopped and account.flow.kind != STATUS:
            account.flow.leave_unsent()
        else:
            self.scheduler.put(account, self.runtime.clock())

    def take_up(self, account: BatchAccount, response: t.Any, error: IscError | None) -> None:
        """Take the result of an account's step that needed no request, and queue the next one."""
        account.flow.settle(response, error, self.runtime.clock())
        self._go_on(account)

    def interrupt(self, account: BatchAccount) -> None:
        flow = account.flow
        if flow.change is None and not flow.sending:
            flow.leave_unsent()
            return
        what = (
            "waited for the change" if flow.change is not None else "sent the change; whether ISC got it is not known"
        )
        error = OutcomeUnknownError(f"The run was interrupted while it {what}.")
        flow.end(UNKNOWN, True, error, AT_SET if flow.change is None else AT_WAIT)

    def remember(self, account: BatchAccount, source_id: str, account_id: str) -> None:
        """Keep where an account is, so that no other one is the same.

        :raises InputError: another account is there.
        """
        first = self._by_ids.setdefault((source_id, account_id), account)
        if first is not account:
            raise InputError(
                f"It is the same account as that of {first.name}: {clean_text(account_id)}.",
                "Give each account once, with one password.",
            )
        account.ids = (source_id, account_id)

    def count(self, account: BatchAccount, of_this_run: bool = True) -> None:
        """Count an account that has ended, and stop when too many have failed."""
        if account.flow.outcome in PROBLEMS:
            self._failed += 1
            self._failed_before += not of_this_run
        elif account.flow.outcome in SUCCESSES:
            self._succeeded += 1
        failed = self._failed - self._failed_before
        if self.stopped is None and self.most_failures is not None and failed > self.most_failures:
            self._stop(MAX_FAILURES)

    def _hand_out(self) -> float:
        """Start what may be started; return the seconds until that is worth another try."""
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

    def _take_responses(self, longest: float) -> None:
        done = self.workers.next_done(max(0.0, longest))
        while done is not None:
            self._settle(done)
            done = self.workers.next_done(0)

    def _settle(self, done: Done) -> None:
        account, error = done.job, done.error
        now = self.runtime.clock()
        self.scheduler.answered(t.cast(str, account.flow.kind))
        self._under_way.discard(account)
        self.limiter.answered(now)
        if error is not None and not isinstance(error, IscError):
            raise error
        self._judge(account, error, now)
        problem = self.problem()
        if problem is not None:
            self._stop_because(problem)
        flow, was_read = account.flow, account.flow.kind == STATUS
        flow.may_go_on = not self.scheduler.stopped
        flow.settle(done.result, error, now)
        if was_read:
            ended = flow.outcome in (FINISHED, FAILED) if error is None else None
            self.scheduler.polls_of(account).learn(account, now, ended)
        self._go_on(account)

    def _go_on(self, account: BatchAccount) -> None:
        flow = account.flow
        if flow.target is not None and account.ids is None and flow.outcome != REFUSED:
            try:
                self.remember(account, flow.target.info.source_id, flow.target.account_id)
            except InputError as error:
                flow.refuse(error, AT_QUERY)
        if flow.kind is None:
            self.count(account)
        else:
            self.add(account)

    def _judge(self, account: BatchAccount, error: IscError | None, now: float) -> None:
        """Tell the rate limiter what the server thinks of it, and stop where all requests would fail."""
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
        unsent, left = self.scheduler.unsent, self.scheduler.requests_left
        in_flight = self.total - self._succeeded - self._failed - unsent
        requests = sum(self.counts.values())
        return Snapshot(self.total, self._succeeded, self._failed, in_flight, unsent, requests, left)
