# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many password changes at once, from what is asked for to how each has ended."""

from __future__ import annotations

import contextlib
import math
import re
import typing as t

from .._api.change_records import ChangedAccount, evidence
from .._api.password_change import CHANGE_FINISHED, CHANGE_STATUS, QUERY_PASSWORD_INFO, SET_PASSWORD, Change
from .._change.flow import NO_LOG, STATUS, ChangeFlow, ChangeLog, Decision, Resume, Settings
from .._change.poll import NO_REQUEST_ID, PollSettings
from .._change.prepare import Target
from .._change.sync_group import SyncGroups
from .._client.client import Client
from .._errors import BatchError, InputError, IscError, OutcomeUnknownError, check_number, check_seconds
from .._outcomes import ACCEPTED, AT_SET, FINISHED, UNCHANGED, UNKNOWN
from .._text import LONGEST_NAME, clean_text, quoted
from .account import BatchAccount, result_of, sentence_of, summary_of
from .ages import BatchAges
from .journal import SENDING, AccountHistory, Journal
from .rate_limit import RateLimit, RateLimiter
from .run import INTERRUPTED, MAX_FAILURES, BatchProgress, BatchRun, Workers, interruptible
from .schedule import Scheduler

Result = dict[str, t.Any]

MOST_CONCURRENCY = 64
MOST_REQUESTS = 1000000
LONGEST_RATE_WINDOW = 3600
"""Seconds."""

SENT_FIRST = 2
"""Windows of the rate limit. So many changes are sent before any of them is read; it takes them four windows."""

MOST_LOOKED_UP = 10
"""Accounts that ISC is asked about in the end. Each takes two requests out of the batch's own budget."""

LONGEST_LOOK = 60.0  # Seconds after which ISC is asked about no further account.

_REQUESTS_OF_A_LOOK = 2

_LOOK_FIRST = "Find out whether the new password is in effect, then set it again without this journal."
_KILLED = "An earlier run ended while it sent the change; whether ISC got it is not known."


class BatchOptions(t.NamedTuple):
    """What holds for all accounts of a batch.

    :ivar recent: when the requests of an earlier batch with the same client were answered, see RateLimiter.
    """

    concurrency: int
    limit: RateLimit
    most_failures: int | None
    settings: Settings
    recent: tuple[float, ...] = ()


def read_options(
    params: t.Mapping[str, t.Any], total: int, polling: PollSettings | None, check_mode: bool
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
        Settings(polling, params["retries"], check_mode, rate_limited=True),
    )


class Batch:
    """Password changes that share one client, one rate limiter and one pool of workers."""

    def __init__(
        self, client: Client, options: BatchOptions, total: int, problem: t.Callable[[], IscError | None] = lambda: None
    ) -> None:
        runtime = client.runtime
        self.settings = options.settings
        self.limiter = RateLimiter(options.limit, options.recent)
        self._client = client
        self._sync_groups = SyncGroups(client)
        self._single = client.without_retries()
        # Where failures are to stop the batch, they have to be seen early.
        sent_first = SENT_FIRST * options.limit.requests if options.most_failures is None else 0
        self._scheduler = Scheduler(options.settings.polling, sent_first)
        self._workers = (runtime.workers or Workers)(options.concurrency, self._perform)
        self.run = BatchRun(
            self._scheduler, self.limiter, self._workers, runtime, total, options.most_failures, problem
        )

    def flow(
        self,
        account: BatchAccount,
        log: ChangeLog = NO_LOG,
        decide: t.Callable[[Target], Decision] = lambda target: None,
    ) -> ChangeFlow:
        password = None if account.options["discard"] else account.options["password"]
        account.flow = ChangeFlow(account.options, password, self.settings, self._client.runtime, log, decide)
        return account.flow

    def resume(self, account: BatchAccount, change: Change, sent_at: float | None) -> None:
        """Wait for the change that an earlier run sent at the time *sent_at*, in seconds since 1970."""
        runtime = self._client.runtime
        account.flow.resume(Resume(change, runtime.time() if sent_at is None else sent_at), runtime.clock())

    def begin(self, accounts: t.Sequence[BatchAccount]) -> None:
        """Log in, look whether the token will do, and queue the accounts whose flow has not ended.

        :raises IscError: nothing can be done at all.
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
        """Drive all flows to their end, or until the run is told to stop.

        :param what_next: a sentence for somebody who interrupts it.
        """

        def tell_of_interruption() -> None:
            if progress is not None:
                progress.tell(f"Interrupted: nothing more is sent. {what_next}")

        try:
            with interruptible(self._workers.wake) as interruption:
                self.run.work(interruption, progress, tell_of_interruption)
        finally:
            self._workers.close()

    def tell_of_records(
        self,
        accounts: t.Sequence[BatchAccount],
        since_of: t.Callable[[BatchAccount], float | None] = lambda account: None,
    ) -> None:
        """Add what ISC has on record to the errors of the first accounts whose outcome is not known. Never raises.

        :param since_of: tells when the password of an account was staged, in seconds since 1970, where that was before
            this run; otherwise the time counts at which it was sent.
        """
        # Whoever interrupts a run waits for its end.
        if self.run.stopped == INTERRUPTED:
            return
        runtime = self._client.runtime
        end = runtime.clock() + LONGEST_LOOK
        unknown = [account for account in accounts if account.flow.outcome == UNKNOWN and account.ids is not None]
        for account in unknown[:MOST_LOOKED_UP]:
            flow, options = account.flow, account.options
            source_id, account_id = t.cast("tuple[str, str]", account.ids)
            if flow.error is None:
                continue
            delay = self.limiter.delay(runtime.clock())
            if not math.isfinite(delay) or runtime.clock() + delay >= end:
                return
            if delay > 0:
                runtime.sleep(delay)
            since = since_of(account)
            identity_id = options.get("identity_id") if flow.target is None else flow.target.info.identity_id
            names = options.get("source_name"), options.get("user_name")
            for _request in range(_REQUESTS_OF_A_LOOK):
                self.limiter.sent()
            found = evidence(
                self._client,
                ChangedAccount(account_id, source_id, *names, identity_id=identity_id),
                flow.send_time if since is None else since,
            )
            for _request in range(_REQUESTS_OF_A_LOOK):
                self.limiter.answered(runtime.clock())
            flow.error = flow.error.replaced(message=f"{flow.error.message} {found}")

    def _add(self, account: BatchAccount) -> None:
        if not account.flow.needs_no_request or self._scheduler.stopped:
            self.run.add(account)
            return
        response, error = None, None
        try:
            response = self._perform(account)
        except IscError as problem:
            error = problem
        self.run.take_up(account, response, error)

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
    """Set the passwords of *accounts*, as far as the journal leaves anything to do, and return the module's result.

    :raises BatchError: not all went well. :raises IscError: nothing could be done at all.
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
            begin_from(batch, account, history, journal, ages.decide)
        ages.ask(accounts)
        for account in accounts:
            if ages.leave_out(account):
                batch.run.count(account)
        batch.begin(accounts)
        batch.work(progress, what_next)
        left = [each for each in zip(accounts, histories) if each[0].flow.outcome == UNCHANGED]
        journal.unchanged((history.number, account.reason) for account, history in left)
    finally:
        journal.ended(batch.run.stopped)
    for account in accounts:
        if account.flow.outcome is None:
            batch.run.interrupt(account)
    batch.tell_of_records(accounts)
    return _result(client, accounts, batch, journal, round(runtime.clock() - began, 3))


def begin_from(
    batch: Batch,
    account: BatchAccount,
    history: AccountHistory,
    journal: Journal,
    decide: t.Callable[[BatchAccount, Target], Decision] = lambda account, target: None,
) -> None:
    """Give *account* a flow; where an earlier run has sent its change, take that up."""
    flow = batch.flow(account, journal.log(history.number), lambda target: decide(account, target))
    if not history.begun:
        return
    if history.source_id is not None and history.account_id is not None:
        with contextlib.suppress(InputError):  # two earlier runs set it, and nothing more is sent
            batch.run.remember(account, history.source_id, history.account_id)
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
        # What a query found out about the accounts that could be set.
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
    blind = sum(1 for account in accounts if account.is_set_blindly)
    if blind:
        warnings.append(
            f"ISC doesn't know how old the passwords of {blind} of {len(results)} accounts are. They are set, because "
            "unknown_age is change."
        )
    concerned = [each for each in results if "warnings" in each]
    if concerned:
        first = clean_text(concerned[0]["name"], LONGEST_NAME)
        warnings.append(
            f"{len(concerned)} of {len(results)} accounts have warnings, first {first}: {concerned[0]['warnings'][0]}"
        )
    return warnings


def why_stopped(run: BatchRun, problem: IscError | None) -> str:
    """Return why a run sent nothing more, as a sentence; empty where it tried all accounts."""
    reason = run.stopped_by or problem
    if reason is not None:
        return f"The batch stopped: {reason.message}"
    if run.stopped == INTERRUPTED:
        return "The batch was interrupted."
    return "The batch stopped, because more than max_failures accounts failed." if run.stopped == MAX_FAILURES else ""


def _what_next(journal: Journal) -> str:
    if journal.keeps:
        return (
            f"Run this again with the same journal ({journal.path}): it sends nothing for the accounts that "
            "are finished, waits for those under way and tries those that failed."
        )
    return "The results tell about each account. With a journal, a further run does only what is left."


def _most_failures(text: str | None, total: int) -> int | None:
    if text is None or not text.strip():
        return None
    given = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]+(?=%))?)(%?)", text.strip())
    if given is None or (given[2] and float(given[1]) > 100):
        raise InputError(
            f"max_failures is {quoted(text)}.", "Give a number of accounts such as 10, or a percentage such as 5%."
        )
    return int(total * float(given[1]) / 100) if given[2] else int(given[1])
