# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sets many passwords at once: from the options of isc_password_batch to its result."""

from __future__ import annotations

import contextlib
import math
import re
import typing as t

from .._api.change_records import ChangedAccount, find_evidence
from .._api.password_change import CHANGE_FINISHED, CHANGE_STATUS, QUERY_PASSWORD_INFO, SET_PASSWORD, Change
from .._change.flow import NO_LOG, STATUS, ChangeFlow, ChangeLog, Decision, Resume, Settings
from .._change.poll import NO_REQUEST_ID, PollSettings
from .._change.prepare import Target
from .._change.sync_group import SyncGroups
from .._client.client import Client
from .._errors import BatchError, InputError, IscError, OutcomeUnknownError, check_number, check_seconds
from .._outcomes import ACCEPTED, AT_SET, FINISHED, UNCHANGED, UNKNOWN
from .._text import MAX_NAME_LENGTH, clean_text, quoted
from .account import BatchAccount, result_of, sentence_of, summary_of
from .ages import BatchAges
from .journal import SENDING, AccountHistory, Journal
from .rate_limit import RateLimit, RateLimiter
from .run import INTERRUPTED, MAX_FAILURES, BatchProgress, BatchRun, Workers, interruptible
from .schedule import Scheduler

Result = dict[str, t.Any]

MAX_CONCURRENCY = 64
MAX_REQUESTS = 1000000
LONGEST_RATE_WINDOW = 3600
"""Seconds."""

SENT_FIRST = 2
"""The last changes of a batch, up to this many times the rate limit's requests, are all sent before any status is read.
Sending them takes up to four windows of the rate limit, because each takes a query and a set."""

MAX_LOOKUPS = 10
"""The number of accounts of unknown outcome whose records are read from ISC at the end of a batch."""

LONGEST_LOOKUPS = 60.0  # Seconds after which no further account's records are read.

_REQUESTS_PER_LOOKUP = 2

_LOOK_FIRST = "Find out whether the new password is in effect, then set it again without this journal."
_KILLED = "An earlier run ended while it sent the change; whether ISC got it is not known."


class BatchOptions(t.NamedTuple):
    """The settings that all accounts of a batch share.

    :ivar max_failures: the batch stops when more accounts fail; ``None`` for no limit.
    :ivar recent: when the requests of an earlier batch with the same client completed, see ``RateLimiter``.
    """

    concurrency: int
    limit: RateLimit
    max_failures: int | None
    settings: Settings
    recent: tuple[float, ...] = ()


def read_options(
    params: t.Mapping[str, t.Any], total: int, polling: PollSettings | None, check_mode: bool
) -> BatchOptions:
    """Read the options of a batch of *total* accounts.

    :param polling: how to poll for the end of changes, or ``None`` not to wait for it.
    :raises InputError: an option can't be used; the message names it.
    """
    limit = RateLimit(**params["rate_limit"])
    check_number("concurrency", params["concurrency"], 1, MAX_CONCURRENCY)
    check_number("rate_limit.requests", limit.requests, 0, MAX_REQUESTS)
    check_seconds("rate_limit.seconds", limit.seconds, LONGEST_RATE_WINDOW)
    return BatchOptions(
        params["concurrency"],
        limit,
        _parse_max_failures(params["max_failures"], total),
        Settings(polling, params["retries"], check_mode, rate_limited=True),
    )


class Batch:
    """Password changes that share one client, one rate limiter and one pool of workers.

    :param total: the number of accounts.
    :param problem: returns an error that makes it useless to go on, such as a journal that can't be written.
    """

    def __init__(
        self, client: Client, options: BatchOptions, total: int, problem: t.Callable[[], IscError | None] = lambda: None
    ) -> None:
        runtime = client.runtime
        self.settings = options.settings
        self.limiter = RateLimiter(options.limit, options.recent)
        self._client = client
        self._sync_groups = SyncGroups(client)
        self._single = client.without_retries()
        # With max_failures, failures must be seen early.
        sent_first = SENT_FIRST * options.limit.requests if options.max_failures is None else 0
        self._scheduler = Scheduler(options.settings.polling, sent_first)
        self._workers = (runtime.workers or Workers)(options.concurrency, self._perform)
        self.run = BatchRun(self._scheduler, self.limiter, self._workers, runtime, total, options.max_failures, problem)

    def flow(
        self,
        account: BatchAccount,
        log: ChangeLog = NO_LOG,
        decide: t.Callable[[Target], Decision] = lambda target: None,
    ) -> ChangeFlow:
        """Give *account* a new flow and return it. See ``ChangeFlow`` for *log* and *decide*."""
        password = None if account.options["discard"] else account.options["password"]
        account.flow = ChangeFlow(account.options, password, self.settings, self._client.runtime, log, decide)
        return account.flow

    def resume(self, account: BatchAccount, change: Change, sent_at: float | None) -> None:
        """Make the flow of *account* wait for the change that an earlier run sent.

        :param sent_at: when it was sent, in seconds since 1970; ``None`` if unknown.
        """
        runtime = self._client.runtime
        account.flow.resume(Resume(change, runtime.time() if sent_at is None else sent_at), runtime.clock())

    def begin(self, accounts: t.Sequence[BatchAccount]) -> None:
        """Log in, check that the token is sufficient, and queue the accounts whose flow has not ended.

        :raises IscError: the login failed, or the token is not sufficient for any account.
        """
        queued = [account for account in accounts if account.flow.kind is not None]
        new = [account for account in queued if account.flow.kind != STATUS]
        if new:
            self._client.dry_run(SET_PASSWORD)
            if not all(account.flow.needs_no_request for account in new):
                self._client.dry_run(QUERY_PASSWORD_INFO)
        if self.settings.polling is not None and queued:
            self._client.dry_run(CHANGE_STATUS)
        for account in queued:
            self._add(account)

    def work(self, progress: BatchProgress | None, what_next: str) -> None:
        """Run all flows to their end, or until the run is stopped.

        :param what_next: a sentence that tells the user what to do after an interruption.
        """

        def report_interruption() -> None:
            if progress is not None:
                progress.notify(f"Interrupted: nothing more is sent. {what_next}")

        try:
            with interruptible(self._workers.wake) as interruption:
                self.run.work(interruption, progress, report_interruption)
        finally:
            self._workers.close()

    def add_evidence(
        self,
        accounts: t.Sequence[BatchAccount],
        staged_at: t.Callable[[BatchAccount], float | None] = lambda account: None,
    ) -> None:
        """Append ISC's records of the change to the errors of accounts whose outcome is unknown. Never raises.

        Reads the records of the first MAX_LOOKUPS of them. The requests count towards the batch's rate limit.

        :param staged_at: returns when the password of an account was staged, in seconds since 1970, or ``None``.
            Records count from then, or else from when the change was sent.
        """
        # Somebody who interrupts a run is waiting for it to end.
        if self.run.stopped == INTERRUPTED:
            return
        runtime = self._client.runtime
        end = runtime.clock() + LONGEST_LOOKUPS
        unknown = [account for account in accounts if account.flow.outcome == UNKNOWN and account.ids is not None]
        for account in unknown[:MAX_LOOKUPS]:
            flow, options = account.flow, account.options
            source_id, account_id = t.cast("tuple[str, str]", account.ids)
            if flow.error is None:
                continue
            delay = self.limiter.delay(runtime.clock())
            if not math.isfinite(delay) or runtime.clock() + delay >= end:
                return
            if delay > 0:
                runtime.sleep(delay)
            since = staged_at(account)
            identity_id = options.get("identity_id") if flow.target is None else flow.target.info.identity_id
            names = options.get("source_name"), options.get("user_name")
            for _request in range(_REQUESTS_PER_LOOKUP):
                self.limiter.sent()
            found = find_evidence(
                self._client,
                ChangedAccount(account_id, source_id, *names, identity_id=identity_id),
                flow.send_time if since is None else since,
            )
            for _request in range(_REQUESTS_PER_LOOKUP):
                self.limiter.completed(runtime.clock())
            flow.error = flow.error.replace(message=f"{flow.error.message} {found}")

    def _add(self, account: BatchAccount) -> None:
        if not account.flow.needs_no_request or self._scheduler.stopped:
            self.run.add(account)
            return
        response, error = None, None
        try:
            response = self._perform(account)
        except IscError as problem:
            error = problem
        self.run.settle(account, response, error)

    def _perform(self, account: BatchAccount) -> t.Any:
        return account.flow.perform(self._single, self._sync_groups)


def run_batch(
    client: Client,
    accounts: list[BatchAccount],
    options: BatchOptions,
    journal: Journal,
    progress: BatchProgress | None,
    ages: BatchAges,
) -> Result:
    """Set the passwords of *accounts*, continuing from the journal, and return the module's result.

    :raises BatchError: at least one account was not changed as asked, or the journal can't be written.
    :raises IscError: the batch could not start.
    """
    runtime = client.runtime
    began = runtime.clock()
    batch = Batch(client, options, len(accounts), lambda: journal.problem)
    what_next = _what_next(journal)
    try:
        histories = journal.add((account.name, account.identified_by()) for account in accounts)
        if journal.problem is not None:
            raise journal.problem
        for account, history in zip(accounts, histories):
            start_flow(batch, account, history, journal, ages.decide)
        ages.query(accounts)
        for account in accounts:
            if ages.leave_out(account):
                batch.run.count(account)
        batch.begin(accounts)
        batch.work(progress, what_next)
        journal.unchanged(
            (history.number, account.reason)
            for account, history in zip(accounts, histories)
            if account.flow.outcome == UNCHANGED
        )
    finally:
        journal.ended(batch.run.stopped)
    for account in accounts:
        if account.flow.outcome is None:
            batch.run.interrupt(account)
    batch.add_evidence(accounts)
    return _result(client, accounts, batch, journal, round(runtime.clock() - began, 3))


def start_flow(
    batch: Batch,
    account: BatchAccount,
    history: AccountHistory,
    journal: Journal,
    decide: t.Callable[[BatchAccount, Target], Decision] = lambda account, target: None,
) -> None:
    """Give *account* a flow that continues from its history in the journal.

    A change that failed or was refused is sent again. Any other change of an earlier run is never sent again: the flow
    polls it, or has ended.

    :param decide: returns what to do once the account is found, if a change is to be sent.
    """
    flow = batch.flow(account, journal.log(history.number), lambda target: decide(account, target))
    if not history.begun:
        return
    if history.source_id is not None and history.account_id is not None:
        with contextlib.suppress(InputError):  # Two earlier runs set it, and nothing more is sent.
            batch.run.register(account, history.source_id, history.account_id)
    account.from_earlier_run = True
    flow.sent_at = history.sent_at
    polling = batch.settings.polling
    change = history.change
    if history.step == FINISHED:
        flow.change = change._replace(state=CHANGE_FINISHED)
        flow.end(FINISHED)
    elif not history.resumable and (history.step != ACCEPTED or polling is not None):
        flow.change = change if history.state is not None else None
        reason = _KILLED if history.step == SENDING else history.reason or NO_REQUEST_ID
        flow.end(UNKNOWN, error=OutcomeUnknownError(reason, _LOOK_FIRST), step=AT_SET)
    elif polling is None:
        flow.change = change
        flow.end(ACCEPTED)
    else:
        batch.resume(account, change, history.sent_at)
        if batch.settings.check_mode:
            flow.predict()
    if flow.kind is None:
        batch.run.count(account, of_this_run=False)


def _result(client: Client, accounts: list[BatchAccount], batch: Batch, journal: Journal, duration: float) -> Result:
    now = client.runtime.time()
    results = [result_of(account, now) for account in accounts]
    if batch.settings.check_mode:
        # Show the result of the query for the accounts that would be set.
        for account, each in zip(accounts, results):
            if account.flow.target is not None and account.flow.outcome in (FINISHED, ACCEPTED):
                info = account.flow.target.info
                each.update({field: getattr(info, field) for field in ("identity_id", "public_key_id", "public_key")})
                each["policies"] = list(info.policies)
    summary = summary_of(
        results,
        from_earlier_run=sum(1 for account in accounts if account.from_earlier_run),
        requests=dict(batch.run.counts),
        rate_limited=batch.limiter.refusals,
        duration=duration,
        stopped=batch.run.stopped,
    )
    client.warnings += _warnings(accounts, results, journal)
    result: Result = {"changed": any(each["changed"] for each in results), "results": results, "summary": summary}
    sentence = sentence_of(results, summary)
    if not sentence and journal.problem is None:
        return result
    why = why_stopped(batch.run, journal.problem)
    raise BatchError(" ".join(filter(None, (why, sentence))), _what_next(journal), **result)


def _warnings(accounts: list[BatchAccount], results: list[Result], journal: Journal) -> list[str]:
    warnings = []
    done = sum(1 for account, each in zip(accounts, results) if account.from_earlier_run and not each["changed"])
    if done:
        warnings.append(
            f"For {done} of {len(results)} accounts nothing was sent: an earlier run with the journal "
            f"{journal.path} did. To set their passwords again, use a new journal."
        )
    unknown_age = sum(
        1
        for account in accounts
        if account.age is not None and account.age.last_set is None and account.flow.outcome in (FINISHED, ACCEPTED)
    )
    if unknown_age:
        warnings.append(
            f"ISC doesn't know how old the passwords of {unknown_age} of {len(results)} accounts are. They are set, "
            "because unknown_age is change."
        )
    warned = [each for each in results if "warnings" in each]
    if warned:
        first = clean_text(warned[0]["name"], MAX_NAME_LENGTH)
        warnings.append(
            f"{len(warned)} of {len(results)} accounts have warnings, first {first}: {warned[0]['warnings'][0]}"
        )
    return warnings


def why_stopped(run: BatchRun, problem: IscError | None) -> str:
    """Return why the run stopped early, as a sentence; empty if it tried all accounts.

    :param problem: the problem of the journal, if there is one.
    """
    reason = run.stopped_by or problem
    if reason is not None:
        return f"The batch stopped: {reason.message}"
    if run.stopped == INTERRUPTED:
        return "The batch was interrupted."
    return "The batch stopped, because more than max_failures accounts failed." if run.stopped == MAX_FAILURES else ""


def _what_next(journal: Journal) -> str:
    if journal.enabled:
        return (
            f"Run this again with the same journal ({journal.path}): it sends nothing for the accounts that "
            "are finished, waits for those under way and tries those that failed."
        )
    return "The results show each account. With a journal, another run does only the rest."


def _parse_max_failures(text: str | None, total: int) -> int | None:
    if text is None or not text.strip():
        return None
    match = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]+(?=%))?)(%?)", text.strip())
    if match is None or (match[2] and float(match[1]) > 100):
        raise InputError(
            f"max_failures is {quoted(text)}.", "Give a number of accounts such as 10, or a percentage such as 5%."
        )
    return int(total * float(match[1]) / 100) if match[2] else int(match[1])
