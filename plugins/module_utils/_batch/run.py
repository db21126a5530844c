# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run of a batch: requests are handed out at the pace, and what comes of them is told to the journal."""

from __future__ import annotations

import math
import typing as t

from .._api.password_change import Change
from .._change.prepare import PreparedChange
from .._change.wait import worth_waiting
from .._client.client import Runtime
from .._errors import (
    InputError,
    IscError,
    OutcomeUnknownError,
    RateLimitError,
)
from .._http.retry import (
    delay_before,
    is_transient,
    may_retry,
)
from .._text import clean_text
from .account import BatchAccount
from .endings import BatchEndings
from .interruption import Interruption
from .journal import Journal
from .progress import BatchProgress, Snapshot
from .rate_limit import Pace
from .schedule import QUERY, SET, STATUS, Agenda, Job
from .workers import Done, Workers

INTERRUPTED = "interrupted"
MAX_FAILURES = "max_failures"

LONGEST_PAUSE = 0.5
"""Seconds that nothing is looked at: neither the progress nor whether the parent process is still there."""

LONGEST_UNSERVED = 600.0
"""Seconds of nothing but refusals (HTTP 429) and failures, after which the batch stops: no pace is low enough."""

GRACE = 2.0
"""Seconds that an interrupted run waits for the answers to changes that it is just sending. Without them their
outcome would be unknown."""


class BatchRun:
    """Works on the accounts of an agenda until all have ended, or until it is told to stop.

    :param retries: attempts of a request after the first, where trying again is safe.
    """

    def __init__(
        self,
        agenda: Agenda,
        pace: Pace,
        journal: Journal,
        workers: Workers[Job, t.Any],
        endings: BatchEndings,
        runtime: Runtime,
        retries: int,
    ) -> None:
        self._agenda = agenda
        self._pace = pace
        self._journal = journal
        self._workers = workers
        self._endings = endings
        self._runtime = runtime
        self._retries = retries
        self._places: dict[tuple[str, str], BatchAccount] = {}
        self._sending: set[BatchAccount] = set()
        self.counts = {QUERY: 0, SET: 0, STATUS: 0}
        self.stopped_by: IscError | None = None

    def work(
        self,
        interruption: Interruption,
        progress: BatchProgress | None,
        when_interrupted: t.Callable[[], None] = lambda: None,
    ) -> None:
        """Do all that is to be done.

        :param when_interrupted: called once nothing more is sent, before the last answers are waited for.
        """
        while not interruption.happened and (self._workers.busy or not self._agenda.idle):
            pause = self._hand_out()
            if progress is not None:
                progress(self._runtime.clock(), self._snapshot)
            self._take_answers(min(pause, LONGEST_PAUSE))
            self._give_up_what_is_over()
        if interruption.happened:
            self._stop(INTERRUPTED)
            when_interrupted()
            until = self._runtime.clock() + GRACE
            while self._sending and self._runtime.clock() < until:
                self._take_answers(until - self._runtime.clock())

    def interrupted(self, account: BatchAccount) -> None:
        """Take note that the run was interrupted before *account* came to an end."""
        if account.change is not None or account in self._sending:
            self._endings.interrupted(account)
        else:
            self._endings.not_sent(account)

    def remember(self, account: BatchAccount, source_id: str, account_id: str) -> None:
        """Take note of where an account is, so that no other one is the same.

        :raises InputError: there is one that is.
        """
        first = self._places.setdefault((source_id, account_id), account)
        if first is not account:
            raise InputError(
                f"It is the same account as that of {first.name}: {clean_text(account_id)}.",
                "Give each account once, with one password.",
            )
        account.place = (source_id, account_id)

    def prepared(self, account: BatchAccount, prepared: PreparedChange) -> None:
        """Take note that the change of *account* can be sent, or in check mode, that it could."""
        target = prepared.target
        try:
            self.remember(account, target.info.source_id, target.account_id)
        except InputError as error:
            self.refused(account, error)
            return
        account.prepared = prepared
        if self._endings.check_mode:
            self._endings.predicted(account)
        elif self._agenda.stopped:
            self._endings.not_sent(account)
        else:
            self._agenda.found(account)

    def _hand_out(self) -> float:
        """Start what may be started; return the seconds until that is worth another try."""
        while self._workers.free:
            now = self._runtime.clock()
            delay = self._pace.delay(now)
            if delay > 0:
                return delay
            job = self._agenda.next_job(now)
            if job is None:
                return max(0.0, self._agenda.next_due() - now)
            self._pace.sent(now)
            self.counts[job.kind] += 1
            job.account.requested_at = now
            job.account.attempts += 1
            job.account.reads += job.kind == STATUS
            if job.kind == SET:
                self._sending.add(job.account)
            self._workers.submit(job)
        return math.inf

    def _take_answers(self, longest: float) -> None:
        done = self._workers.next_done(max(0.0, longest))
        while done is not None:
            self._settle(done)
            done = self._workers.next_done(0)

    def _settle(self, done: Done) -> None:
        job, error = done.job, done.error
        now = self._runtime.clock()
        self._sending.discard(job.account)
        self._pace.answered(now)
        if error is not None and not isinstance(error, IscError):
            raise error
        self._judge(job, error, now)
        if self._journal.problem is not None:
            self._stop_because(self._journal.problem)
        if job.kind == QUERY:
            self._settle_query(job, done.result, error, now)
        elif job.kind == SET:
            self._settle_set(job, done.result, error, now)
        else:
            self._settle_status(job, done.result, error, now)
        self.look_at_failures()

    def _give_up_what_is_over(self) -> None:
        """Once the batch has stopped, don't wait for a server that serves nothing just to hear it once more."""
        if self._agenda.stopped and self._pace.unserved_since is not None:
            for account in self._agenda.give_up(self._runtime.clock()):
                self._endings.timed_out(account, self.stopped_by)

    def _judge(self, job: Job, error: IscError | None, now: float) -> None:
        """Tell the pace what the server thinks of it, and stop where every request would fail alike."""
        if isinstance(error, RateLimitError):
            self._pace.refused(job.account.requested_at, error.retry_after, now)
            if not may_retry(error, True):
                self._stop_because(error)
        elif isinstance(error, OutcomeUnknownError) or (error is not None and is_transient(error)):
            self._pace.failed(now)
        else:
            self._pace.accepted()
        unserved = self._pace.unserved_since is not None and now - self._pace.unserved_since > LONGEST_UNSERVED
        if error is not None and (unserved or (error.at_login and not is_transient(error))):
            self._stop_because(error)

    def _settle_query(self, job: Job, prepared: PreparedChange, error: IscError | None, now: float) -> None:
        if error is None:
            job.account.attempts = 0
            self.prepared(job.account, prepared)
        elif not self._tried_again(job, error, now, repeatable=True):
            self.refused(job.account, error)

    def _settle_set(self, job: Job, change: Change, error: IscError | None, now: float) -> None:
        account = job.account
        if isinstance(error, OutcomeUnknownError):
            self._endings.unknown(account, error)
        elif error is not None:
            if not self._tried_again(job, error, now, repeatable=error.at_login):
                self.refused(account, error)
        else:
            account.change, account.attempts = change, 0
            account.prepared = None  # key and policies of thousands of accounts take tens of megabytes
            account.sent_at, account.accepted_at = account.requested_at, now
            account.sent_time = self._runtime.time() - (now - account.requested_at)
            if change.ended:
                self._endings.seen(account, change, now - account.sent_at)
            elif self._endings.accepted(account):
                self._agenda.accepted(account)

    def _settle_status(self, job: Job, change: Change, error: IscError | None, now: float) -> None:
        account, followed = job.account, self._agenda.source_of(job.account)
        if error is None and change.ended:
            followed.ended(account, now)
            self._agenda.ended()
            self._endings.seen(account, change, now - account.sent_at)
            return
        delay = 0.0
        if error is None:
            account.change = change
        elif isinstance(error, RateLimitError) and not self._agenda.stopped:
            account.reads -= 1
            followed.going_on(account, now, max(0.001, self._pace.delay(now)))
            return
        elif not worth_waiting(error, now - account.sent_at):
            followed.given_up()
            self._agenda.ended()
            self._endings.unreadable(account, error)
            return
        else:
            delay = delay_before(min(account.reads + 1, 5), error, self._runtime.random)
        if now >= followed.deadline(account):
            followed.given_up()
            self._agenda.ended()
            self._endings.timed_out(account, error)
        else:
            followed.going_on(account, now, delay)

    def _tried_again(self, job: Job, error: IscError, now: float, repeatable: bool) -> bool:
        """Put the job back, if its request was not processed or does no harm twice; return whether it was."""
        if self._agenda.stopped or not may_retry(error, repeatable):
            return False
        account = job.account
        if isinstance(error, RateLimitError):
            account.attempts -= 1
            delay = 0.0
        elif account.attempts > self._retries:
            return False
        else:
            delay = delay_before(account.attempts + 1, error, self._runtime.random)
        if job.kind == SET:
            self._endings.not_taken(account, error)
        self._agenda.postpone(job, now + delay)
        return True

    def refused(self, account: BatchAccount, error: IscError) -> None:
        """Take note that nothing was accepted for *account*, and nothing will be tried again."""
        if account.attempts > 1:
            error.add_hint(f"It was tried {account.attempts} times.")
        if self._agenda.stopped and may_retry(error, True):
            if account.prepared is not None:
                self._endings.not_taken(account, error)
            self._endings.not_sent(account)
        else:
            self._endings.refused(account, error)

    def look_at_failures(self) -> None:
        """Stop when too many accounts have failed."""
        if self._endings.too_many_failures:
            self._stop(MAX_FAILURES)

    def _stop_because(self, error: IscError) -> None:
        self.stopped_by = self.stopped_by or error
        self._stop(error.message)

    def _stop(self, reason: str) -> None:
        if self._endings.stopped is None:
            self._endings.stopped = reason
        for account in self._agenda.stop():
            self._endings.not_sent(account)

    def _snapshot(self) -> Snapshot:
        ends, unsent, left = self._endings, self._agenda.unsent, self._agenda.requests_left
        in_flight = ends.total - ends.finished - ends.failed - unsent
        return Snapshot(ends.total, ends.finished, ends.failed, in_flight, unsent, sum(self.counts.values()), left)
