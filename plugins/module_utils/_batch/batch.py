# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A batch from its options to its results."""

from __future__ import annotations

import contextlib
import re
import typing as t

from .._api.password_change import FINISHED, IN_PROGRESS, Change
from .._api.sync_groups import SyncGroups
from .._change.wait import Patience
from .._client.client import Client
from .._client.endpoints import (
    CHANGE_STATUS,
    QUERY_PASSWORD_INFO,
    SET_PASSWORD,
)
from .._errors import BatchError, InputError, IscError
from .._limits import (
    LONGEST_RATE_WINDOW,
    MOST_CONCURRENCY,
    MOST_REQUESTS,
    check_number,
    check_seconds,
)
from .._outcomes import (
    ACCEPTED,
    UNKNOWN,
)
from .._outcomes import FINISHED as HAS_FINISHED
from .._task.execution import Result
from .._text import LONGEST_NAME, clean_text, quoted
from .account import BatchAccount
from .endings import NO_REQUEST_ID, BatchEndings
from .history import (
    SENDING,
    AccountHistory,
)
from .interruption import interruptible
from .journal import Journal
from .progress import BatchProgress
from .rate_limit import Pace, RateLimit
from .requests import BatchRequests
from .results import sentence_of, summary_of
from .run import INTERRUPTED, MAX_FAILURES, BatchRun
from .schedule import Agenda

_LOOK_FIRST = "Find out whether the new password holds, then set it again without this journal."
_KILLED = "An earlier run ended while it sent the change; whether ISC got it is not known."


class BatchOptions(t.NamedTuple):
    """What goes for all accounts of a batch."""

    concurrency: int
    limit: RateLimit
    most_failures: int | None
    patience: Patience | None
    retries: int
    check_mode: bool


def read_options(
    params: t.Mapping[str, t.Any], total: int, patience: Patience | None, check_mode: bool
) -> BatchOptions:
    """Return the options of a batch of *total* accounts.

    :raises InputError: one can't be used; the message names it.
    """
    limit = RateLimit(**params["rate_limit"])
    check_number("concurrency", params["concurrency"], 1, MOST_CONCURRENCY)
    check_number("rate_limit.requests", limit.requests, 0, MOST_REQUESTS)
    check_seconds("rate_limit.seconds", limit.seconds, LONGEST_RATE_WINDOW)
    return BatchOptions(
        params["concurrency"],
        limit,
        _most_failures(params["max_failures"], total),
        patience,
        params["retries"],
        check_mode,
    )


class Batch:
    """The accounts of a task, with what an earlier run's journal says of them."""

    def __init__(self, client: Client, accounts: list[BatchAccount], options: BatchOptions, journal: Journal) -> None:
        self._client = client
        self._accounts = accounts
        self._options = options
        self._journal = journal
        self._agenda = Agenda(options.patience)
        self._pace = Pace(options.limit)
        self._endings = BatchEndings(
            len(accounts), journal, options.patience, options.most_failures, options.check_mode
        )
        self._requests = BatchRequests(client.without_retries(), journal, SyncGroups(client), options.check_mode)

    def perform(self, progress: BatchProgress | None) -> Result:
        """Set the passwords and return the results.

        :raises BatchError: not all went well. :raises IscError: nothing could be done at all.
        """
        runtime = self._client.runtime
        began = runtime.clock()
        workers = runtime.workers(self._options.concurrency, self._requests.perform)
        run = BatchRun(self._agenda, self._pace, self._journal, workers, self._endings, runtime, self._options.retries)
        try:
            with interruptible(workers.wake) as interruption:
                self._begin(run)
                run.work(interruption, progress, lambda: self._tell_of_interruption(progress))
        finally:
            workers.close()
            if progress is not None:
                progress.end()
            self._journal.ended(self._endings.stopped)
        for account in self._accounts:
            if account.result is None:
                run.interrupted(account)
        return self._result(run, runtime.clock() - began)

    def _tell_of_interruption(self, progress: BatchProgress | None) -> None:
        if progress is not None:
            progress.tell(f"Interrupted: nothing more is sent. {self._what_next()}")

    def _begin(self, run: BatchRun) -> None:
        """Sort out what is left to do, and look whether it can be done."""
        histories = self._journal.add((account.name, account.identified_by()) for account in self._accounts)
        if self._journal.problem is not None:
            raise self._journal.problem
        new = []
        for account, history in zip(self._accounts, histories):
            if self._journal.keeps:
                account.number = history.number
            if not self._settled(account, history, run):
                new.append(account)
        if new:
            self._client.rehearse(SET_PASSWORD)
            if not all(account.given_by_id for account in new):
                self._client.rehearse(QUERY_PASSWORD_INFO)
        if self._options.patience is not None and (new or self._agenda.following):
            self._client.rehearse(CHANGE_STATUS)
        for account in new:
            self._add(account, run)

    def _add(self, account: BatchAccount, run: BatchRun) -> None:
        if self._agenda.stopped:
            self._endings.not_sent(account)
            return
        if not account.given_by_id:
            self._agenda.add(account)
            return
        try:
            run.prepared(account, self._requests.prepare(account))
        except IscError as error:
            run.refused(account, error)
        run.look_at_failures()

    def _settled(self, account: BatchAccount, history: AccountHistory, run: BatchRun) -> bool:
        """Return whether nothing is to be sent, because an earlier run did."""
        if history.step not in (SENDING, ACCEPTED, UNKNOWN, HAS_FINISHED):
            return False
        if history.source_id is not None and history.account_id is not None:
            with contextlib.suppress(InputError):  # two earlier runs set it, and nothing more is sent
                run.remember(account, history.source_id, history.account_id)
        account.from_earlier_run = True
        account.sent_time = history.sent_at
        if history.step == SENDING:
            self._endings.left_unknown(account, _KILLED, _LOOK_FIRST)
            return True
        runtime = self._client.runtime
        now = runtime.clock()
        account.accepted_at = now
        account.sent_at = now - (runtime.time() - (history.sent_at or runtime.time()))
        change = Change(history.request_id, history.state or IN_PROGRESS, history.errors, history.source_ids)
        if history.step == HAS_FINISHED:
            self._endings.unchanged(account, change._replace(state=FINISHED))
            return True
        account.change = change if history.state is not None else None
        if not history.resumable and (history.step == UNKNOWN or self._options.patience is not None):
            self._endings.left_unknown(account, history.reason or NO_REQUEST_ID, _LOOK_FIRST)
        elif self._options.patience is None:
            self._endings.left_alone(account, change)
        elif self._options.check_mode:
            self._endings.predicted(account)
        else:
            self._agenda.resume(account, now)
        return True

    def _result(self, run: BatchRun, duration: float) -> Result:
        results = [t.cast(Result, account.result) for account in self._accounts]
        summary = summary_of(
            results,
            from_earlier_run=sum(1 for account in self._accounts if account.from_earlier_run),
            requests=dict(run.counts),
            rate_limited=self._pace.refusals,
            duration=round(duration, 3),
            stopped=self._endings.stopped,
        )
        self._warn(results)
        result: Result = {
            "changed": any(each["changed"] for each in results),
            "results": results,
            "summary": summary,
        }
        sentence = sentence_of(results, summary)
        if not sentence and self._journal.problem is None:
            return result
        raise BatchError(" ".join(filter(None, (self._why_stopped(run), sentence))), self._what_next(), **result)

    def _warn(self, results: list[Result]) -> None:
        done = sum(1 for each in self._accounts if each.from_earlier_run and each.result and not each.result["changed"])
        if done:
            self._client.warnings.append(
                f"For {done} of {len(results)} accounts nothing was sent: an earlier run with the journal "
                f"{self._journal.path} did. To set their passwords again, use a new journal."
            )
        concerned = [each for each in results if "warnings" in each]
        if concerned:
            first = clean_text(concerned[0]["name"], LONGEST_NAME)
            self._client.warnings.append(
                f"{len(concerned)} of {len(results)} accounts have warnings, first {first}: "
                f"{concerned[0]['warnings'][0]}"
            )

    def _why_stopped(self, run: BatchRun) -> str:
        reason = run.stopped_by or self._journal.problem
        if reason is not None:
            return f"The batch stopped: {reason.message}"
        if self._endings.stopped == INTERRUPTED:
            return "The batch was interrupted."
        if self._endings.stopped == MAX_FAILURES:
            return "The batch stopped, because more than max_failures accounts failed."
        return ""

    def _what_next(self) -> str:
        if self._journal.keeps:
            return (
                f"Run this again with the same journal ({self._journal.path}): it sends nothing for the accounts that "
                "are finished, waits for those under way and tries those that failed."
            )
        return "The results tell of each account. With a journal, a further run does only what is left."


def _most_failures(text: str | None, total: int) -> int | None:
    if text is None or not text.strip():
        return None
    given = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]+(?=%))?)(%?)", text.strip())
    if given is None or (given[2] and float(given[1]) > 100):
        raise InputError(
            f"max_failures is {quoted(text)}.", "Give a number of accounts such as 10, or a percentage such as 5%."
        )
    return int(total * float(given[1]) / 100) if given[2] else int(given[1])
