# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state machine of one password change: which request comes next, and what its response means.

A single account and each of thousands use the same flow. It never sleeps, and knows nothing about other accounts. A
driver (``drive``, or the batch) decides when the next request goes out, calls ``perform`` in any thread, and passes the
result to ``settle``.

    QUERY --found--> SET --accepted--> STATUS --ended--> finished, failed
      |               |                  |
      +- refused      +- refused         +- unknown (timed out, or not readable)
                      +- unknown (the response was lost)

Two rules make sure that no run sends a change twice, and that the next run knows what a killed one may have sent:

- Write-ahead order: ``perform`` writes ``sending`` to the log before it sends the change, and ``accepted`` before it
  returns, so before the next request of this account.
- A flow repeats a change only after an error that proves that ISC did not process it. If ISC may have processed it, the
  flow ends with the outcome ``unknown``. The change of an earlier run is replaced by a new one only if ISC no longer
  knows its request, and ``Resume.set_if_forgotten`` is set.
"""

from __future__ import annotations

import contextlib
import dataclasses
import math
import typing as t

from .._api.password_change import Change, read_change_status, set_password
from .._client.client import Client, Runtime
from .._errors import ChangeFailedError, InputError, IscError, OutcomeUnknownError, RateLimitError, StorageError
from .._http.retry import delay_before, may_retry
from .._outcomes import (
    ACCEPTED,
    AT_QUERY,
    AT_SET,
    AT_STORE,
    AT_WAIT,
    FAILED,
    FINISHED,
    NOT_SENT,
    REFUSED,
    UNCHANGED,
    UNKNOWN,
)
from .._password.policy import PolicyError, generate_password, length_warning
from .._text import MAX_NAME_LENGTH, clean_text
from .poll import (
    NO_REQUEST_ID,
    PollSettings,
    is_forgotten,
    no_request_id_error,
    resume_hint,
    timed_out_error,
    unreadable_error,
    worth_waiting,
)
from .prepare import PreparedChange, Target, find_target, prepare, warnings_for
from .sync_group import IGNORE, SyncGroup, SyncGroups

QUERY = "query"
SET = "set"
STATUS = "status"

_LONGEST_BACKOFF_ATTEMPT = 5
_RATE_LIMITED_READ_DELAY = 0.001
"""Seconds before a read that got a 429 is due again. The rate limiter decides when it is really sent."""


class ChangeLog(t.Protocol):
    """The write-ahead log of a password change: what must be durable before the next request goes out.

    Each call returns once its entry is durable. The thread that got the response makes the call right away, so a killed
    run can lose track of a change only between ISC's response and ``accepted``.
    """

    def sending(self, source_id: str, account_id: str) -> None:
        """Record that the change is about to be sent.

        :raises StorageError: this can't be recorded, so the change must not be sent.
        """

    def accepted(self, change: Change) -> None:
        """Record that ISC accepted the change. Never raises, because the change is under way in any case."""

    def refused(self, error: IscError) -> None:
        """Record that ISC did not accept the change. Never raises."""

    def ended(self, change: Change) -> None:
        """Record that the change ended, with its state ``FINISHED`` or ``FAILED``. Never raises."""

    def unknown(self, error: IscError) -> None:
        """Record that the outcome is unknown, and that this run won't find out. Never raises."""


class Logs:
    """A log that passes each entry to several logs in turn, or to none.

    If one of them can't record ``sending``, the error is raised and the logs after it get nothing.
    """

    def __init__(self, logs: t.Sequence[ChangeLog]) -> None:
        self._logs = logs

    def sending(self, source_id: str, account_id: str) -> None:
        for log in self._logs:
            log.sending(source_id, account_id)

    def accepted(self, change: Change) -> None:
        for log in self._logs:
            log.accepted(change)

    def refused(self, error: IscError) -> None:
        for log in self._logs:
            log.refused(error)

    def ended(self, change: Change) -> None:
        for log in self._logs:
            log.ended(change)

    def unknown(self, error: IscError) -> None:
        for log in self._logs:
            log.unknown(error)


NO_LOG = Logs(())


class Settings(t.NamedTuple):
    """The settings that all changes of a task share.

    :ivar polling: how to poll for the end of a change, or ``None`` not to wait for it.
    :ivar retries: how often a request is repeated where that is safe.
    :ivar rate_limited: whether a rate limiter slows down all requests after a 429. A 429 then doesn't count as a retry.
    """

    polling: PollSettings | None
    retries: int
    check_mode: bool = False
    rate_limited: bool = False


class Leave(t.NamedTuple):
    """The decision to send nothing. ``change`` is the last change of the account, ``None`` if there is no record."""

    change: Change | None


class Send(t.NamedTuple):
    """The decision to set ``password``."""

    password: str


class Resume(t.NamedTuple):
    """The decision to wait for a change that an earlier run sent.

    :ivar sent_at: when it was sent, in seconds since 1970.
    :ivar set_if_forgotten: whether to set the password again if ISC no longer knows the request.
    :ivar password: the password of the change, or ``None`` if the flow has it already.
    """

    change: Change
    sent_at: float
    set_if_forgotten: bool = False
    password: str | None = None


Decision = t.Union[Leave, Send, Resume, None]
"""What to do about an account that was found. ``None`` means to set the password that the flow has."""


class Found(t.NamedTuple):
    """The result of the query: a prepared change, or the decision not to send one."""

    target: Target
    decision: Decision = None
    prepared: PreparedChange | None = None
    warnings: tuple[str, ...] = ()
    sync_group: SyncGroup | None = None


@dataclasses.dataclass(eq=False, repr=False)
class ChangeFlow:
    """One password change.

    :param options: the options of isc_password that identify the account, and ``enforce_policy`` and ``sync_group``.
    :param password: the new password, or ``None`` to set a random password that nobody knows.
    :param decide: called once the account is found, returns what to do about it. Sets the password by default.
    :ivar password: the password to mask if ISC repeats it; also holds a random password once it is generated.
    :ivar other_passwords: the account's earlier and planned passwords, which are masked as well.
    :ivar kind: the next request (QUERY, SET or STATUS), or ``None`` once the flow has ended.
    :ivar delay: the minimum number of seconds before the next request, after an error.
    :ivar reads: how often the status was read. With a rate limiter, reads that got a 429 don't count.
    :ivar may_go_on: the driver sets this to ``False`` when the run stops. Then a query or change is not retried.
    :ivar outcome: how the change ended, see ``_outcomes``.
    :ivar changed: whether ISC has changed, or may have changed, a password.
    :ivar error: why the change failed.
    :ivar step: the step at which it failed.
    :ivar change: the change as last seen.
    :ivar target: the account, once it is found.
    :ivar resumed: whether an earlier run sent the change.
    :ivar sent_at: when this run or an earlier one sent the change, in seconds since 1970.
    :ivar requested_at: when the latest request was sent, by the monotonic clock.
    :ivar accepted_at: when the change was accepted, or when this run resumed it, by the monotonic clock.
    :ivar duration: seconds from sending the change until its end was seen.
    """

    options: t.Mapping[str, t.Any]
    password: str | None
    settings: Settings
    runtime: Runtime
    log: ChangeLog = NO_LOG
    decide: t.Callable[[Target], Decision] = lambda target: None
    kind: str | None = QUERY
    delay: float = 0.0
    reads: int = 0
    accepted_at: float = 0.0
    may_go_on: bool = True
    resumed: bool = False
    outcome: str | None = None
    changed: bool = False
    error: IscError | None = None
    step: str | None = None
    change: Change | None = None
    target: Target | None = None
    sync_group: SyncGroup | None = None
    warnings: list[str] = dataclasses.field(default_factory=list)
    policy_violations: tuple[str, ...] = ()
    sent_at: float | None = None
    duration: float | None = None
    requested_at: float = 0.0
    other_passwords: tuple[str, ...] = ()
    _prepared: PreparedChange | None = None
    _attempts: int = 0
    _under_way: bool = False
    _sent_clock: float = 0.0  # When the change was sent, by the monotonic clock.
    _set_if_forgotten: bool = False
    _decided: bool = False
    _status_seen: bool = False  # Whether a read of the status got a response, even an error that is not transient.

    @property
    def needs_no_request(self) -> bool:
        """Whether the query needs no request, because the ids of the account are known."""
        return self.kind == QUERY and (self.target is not None or self.options.get("identity_id") is not None)

    @property
    def sending(self) -> bool:
        """Whether the change is being sent, so that stopping now would leave its outcome unknown."""
        return self.kind == SET and self._under_way

    @property
    def deadline(self) -> float:
        """The time of the monotonic clock at which polling gives up; ``inf`` without polling."""
        polling = self.settings.polling
        return math.inf if polling is None else self.accepted_at + polling.timeout

    @property
    def send_time(self) -> float:
        """When the change was sent, even if no response arrived; in seconds since 1970."""
        if self.sent_at is not None:
            return self.sent_at
        return self.runtime.time() - (self.runtime.clock() - self.requested_at)

    @property
    def _secrets(self) -> tuple[str | None, ...]:
        return (self.password, *self.other_passwords)

    def requested(self, now: float) -> None:
        """Count the request that ``perform`` is about to send. *now* is a time of the monotonic clock."""
        self.requested_at = now
        self._under_way = True
        self._attempts += 1
        self.reads += self.kind == STATUS

    def perform(self, client: Client, sync_groups: SyncGroups) -> Found | Change:
        """Send the next request and return its result. Any thread may call this.

        The password is masked in the result and in errors, in case ISC repeats it.

        :param client: a client that sends each request once, without retries.
        :raises IscError: the request failed.
        """
        if self.kind == QUERY:
            return self._find(client, sync_groups)
        return self._set(client) if self.kind == SET else self._read(client)

    def settle(self, response: t.Any, error: IscError | None, now: float) -> None:
        """Process the result of ``perform``: choose the next request, or end the flow.

        :param response: what ``perform`` returned, or ``None`` after *error*.
        :param now: a time of the monotonic clock.
        """
        self.delay = 0.0
        if self.kind == QUERY:
            self._settle_query(response, error, now)
        elif self.kind == SET:
            self._settle_set(response, error, now)
        else:
            self._settle_status(response, error, now)
        self._under_way = False

    def resume(self, earlier: Resume, now: float) -> None:
        """Continue with polling the change that an earlier run sent. *now* is a time of the monotonic clock."""
        self.resumed = True
        self.change, self.sent_at, self._set_if_forgotten = earlier.change, earlier.sent_at, earlier.set_if_forgotten
        self._sent_clock = now - (self.runtime.time() - earlier.sent_at)
        self.accepted_at = now
        self._go_to(STATUS)

    def end(self, outcome: str, changed: bool = False, error: IscError | None = None, step: str | None = None) -> None:
        self.kind = None
        self.outcome, self.changed, self.error, self.step = outcome, changed, error, step
        self._prepared = None  # The encrypted passwords of thousands of accounts would take megabytes.

    def predict(self) -> None:
        """End with the outcome that check mode expects."""
        self.end(ACCEPTED if self.settings.polling is None else FINISHED, True)

    def refuse(self, error: IscError, step: str) -> None:
        """End without sending the change, because of *error*."""
        self.log.refused(error)
        self.end(REFUSED, error=error, step=step)

    def leave_unsent(self, error: IscError | None = None) -> None:
        self.end(NOT_SENT, error=error)

    def give_up(self, problem: IscError | None) -> None:
        """End with a timeout; *problem* is why the last read of the status failed, or ``None``."""
        change, polling = t.cast(Change, self.change), t.cast(PollSettings, self.settings.polling)
        self._end_unknown(timed_out_error(change, polling, problem))

    def _go_to(self, kind: str) -> None:
        self._under_way = False  # First, so that ``sending`` is never true for a change that was not sent yet.
        self.kind, self._attempts = kind, 0

    def _find(self, client: Client, sync_groups: SyncGroups) -> Found:
        if self.target is None:
            self.target = find_target(client, self.options)
        target = self.target
        if not self._decided:
            decision = self.decide(target)
            self._decided = True
            if isinstance(decision, (Send, Resume)) and decision.password is not None:
                self.password = decision.password
            if isinstance(decision, (Leave, Resume)):
                return Found(target, decision)
        if self.password is None:
            try:
                self.password = generate_password(list(target.info.policies))
            except PolicyError as error:
                raise InputError(
                    f"No password can be generated: {error}",
                    "Give a password that the source accepts, instead of discard.",
                ) from None
            too_short = length_warning(self.password)
            if too_short is not None:
                self.warnings.append(too_short)
        prepared = prepare(self.password, target, self.options["enforce_policy"])
        warnings = warnings_for(client, prepared, self.settings.check_mode)
        mode = self.options["sync_group"]
        if mode != IGNORE:
            # Log in here: the client of the sync groups retries by itself, so it would also retry the login.
            client.token()
        group, warning = sync_groups.warning_for(target.info.source_id, mode, self.settings.check_mode)
        return Found(target, None, prepared, (*warnings, *([warning] if warning else [])), group)

    def _set(self, client: Client) -> Change:
        prepared = t.cast(PreparedChange, self._prepared)
        target = prepared.target
        self.log.sending(target.info.source_id, target.account_id)
        try:
            change = set_password(client, *target, prepared.encrypted_password, self._secrets)
        except OutcomeUnknownError as error:
            self.log.unknown(error)
            raise
        except IscError as error:
            self.log.refused(error)
            raise
        self.log.accepted(change)
        if change.ended:
            self.log.ended(change)
        return change

    def _read(self, client: Client) -> Change:
        earlier = t.cast(Change, self.change)
        deadline = self.deadline if self.settings.polling is not None else None
        request_id = t.cast(str, earlier.request_id)
        change = earlier.updated(read_change_status(client, request_id, deadline, self._secrets))
        if change.ended and not self.settings.check_mode:
            self.log.ended(change)
        return change

    def _settle_query(self, found: Found, error: IscError | None, now: float) -> None:
        if error is not None:
            if not self._retry_or_end(error, repeatable=True):
                self.log.unknown(error) if self.outcome == UNKNOWN else self.log.refused(error)
            return
        self.sync_group = found.sync_group
        self.warnings += found.warnings
        if isinstance(found.decision, Leave):
            self.change = found.decision.change
            self.end(UNCHANGED)
        elif isinstance(found.decision, Resume):
            self.resume(found.decision, now)
        else:
            self._prepared = t.cast(PreparedChange, found.prepared)
            self.policy_violations = self._prepared.policy_violations
            self._go_to(SET)
            if self.settings.check_mode:
                self.predict()

    def _settle_set(self, change: Change, error: IscError | None, now: float) -> None:
        if isinstance(error, OutcomeUnknownError):
            self.end(UNKNOWN, True, error, AT_SET)
            return
        if error is not None:
            self._retry_or_end(error, repeatable=error.at_login)
            return
        self.change = change
        self.sent_at = self.runtime.time() - (now - self.requested_at)
        self._sent_clock, self.accepted_at = self.requested_at, now
        if change.ended:
            self._end_with(change, now)
        elif self.settings.polling is None:
            if change.request_id is None:
                self.warnings.append(NO_REQUEST_ID)
            self.end(ACCEPTED, True)
        elif change.request_id is None:
            self._end_unknown(no_request_id_error(change))
        else:
            self._go_to(STATUS)

    def _settle_status(self, change: Change, error: IscError | None, now: float) -> None:
        if error is None and change.ended:
            self._end_with(change, now)
        elif error is not None and not self._read_again_after(error, now):
            return
        else:
            if error is None:
                self.change, self._status_seen = change, True
            if self.settings.check_mode:
                self.predict()
                self.changed = self.settings.polling is not None
            elif self.settings.polling is None:
                if error is None or not error.is_transient:
                    self.end(ACCEPTED)
            elif now >= self.deadline:
                self.give_up(error)

    def _read_again_after(self, error: IscError, now: float) -> bool:
        """Process an error from reading the status; return whether the status is to be read again when due."""
        # If the first read of a resumed change gets a 404, the change has as long to appear as a new one.
        first_read = not self._status_seen or not self.resumed
        age = now - (self._sent_clock if first_read else self.accepted_at)
        if first_read and self._set_if_forgotten and is_forgotten(error, age):
            self._set_again()
            return False
        if isinstance(error, RateLimitError) and self.settings.rate_limited and self.may_go_on:
            self.reads -= 1
            self.delay = _RATE_LIMITED_READ_DELAY
            return False
        self._status_seen = self._status_seen or not error.is_transient
        waits = self.settings.polling is not None or self.settings.check_mode
        if not worth_waiting(error, age) or (
            not waits and error.is_transient and self._attempts > self.settings.retries
        ):
            self._end_unknown(unreadable_error(t.cast(Change, self.change), error))
            return False
        self.delay = delay_before(min(self.reads + 1, _LONGEST_BACKOFF_ATTEMPT), error, self.runtime.random)
        return True

    def _set_again(self) -> None:
        request_id = clean_text(t.cast(Change, self.change).request_id or "", MAX_NAME_LENGTH)
        self.warnings.append(
            f"ISC no longer knows the request {request_id}, which an earlier run sent. Its outcome is not known, "
            "so the password is set again."
        )
        self.resumed, self.change, self.sent_at, self._set_if_forgotten = False, None, None, False
        self._go_to(QUERY)

    def _retry_or_end(self, error: IscError, repeatable: bool) -> bool:
        """Schedule another attempt if that is safe; otherwise end the flow.

        :param repeatable: whether sending the request twice does no harm. Otherwise it is repeated only after an error
            that proves that ISC did not process it.
        :returns: ``True`` if the request is repeated, or left unsent because the run has stopped.
        """
        step = AT_STORE if isinstance(error, StorageError) else AT_QUERY if self.kind == QUERY else AT_SET
        retry = may_retry(error, repeatable)
        if not self.may_go_on and may_retry(error, True):
            self.leave_unsent(error)
            return True
        if retry and isinstance(error, RateLimitError) and self.settings.rate_limited:
            self._attempts -= 1
            return True
        if retry and self._attempts <= self.settings.retries:
            self.delay = delay_before(self._attempts + 1, error, self.runtime.random)
            return True
        final = error.with_hint(f"It was tried {self._attempts} times.") if self._attempts > 1 else error
        # The details hold another outcome if an earlier change of the account is under way, or its outcome is unknown.
        self.end(str(error.details.get("outcome", REFUSED)), error=final, step=step)
        return False

    def _end_with(self, change: Change, now: float) -> None:
        self.change = change
        self.duration = now - self._sent_clock
        try:
            change.raise_if_failed()
        except ChangeFailedError as error:
            # In a sync group, the change may have succeeded on some sources and failed on others.
            self.end(FAILED, len(change.source_ids) > 1, error, AT_WAIT)
        else:
            self.end(FINISHED, True)

    def _end_unknown(self, error: OutcomeUnknownError) -> None:
        self.log.unknown(error)
        self.end(UNKNOWN, True, error, AT_WAIT)


def drive(flow: ChangeFlow, client: Client, sync_groups: SyncGroups, pauses: t.Iterator[float]) -> None:
    """Run a single flow to its end. The change of an earlier run is read at once, without a pause.

    :param client: a client that sends each request once, without retries.
    :param pauses: the seconds before each read of the status, see ``intervals``.
    """
    runtime = client.runtime
    read_now = flow.kind == STATUS
    while flow.kind is not None:
        if read_now:
            pause = 0.0
        elif flow.kind == STATUS:
            pause = min(max(next(pauses), flow.delay), flow.deadline - runtime.clock())
        else:
            pause = flow.delay
        if pause > 0:
            runtime.sleep(pause)
        flow.requested(runtime.clock())
        response, error = None, None
        try:
            response = flow.perform(client, sync_groups)
        except IscError as problem:
            error = problem
        resumed = flow.resumed
        flow.settle(response, error, runtime.clock())
        read_now = flow.resumed and not resumed


Watch = t.Callable[[t.Callable[[], IscError], t.Callable[[], bool]], t.ContextManager[t.Any]]
"""A context manager that handles interruptions of a run. Its first argument returns the error to report if the run is
interrupted now, its second one whether the change is just being sent, so that the response is worth waiting for."""


def unwatched(current_error: t.Callable[[], IscError], sending: t.Callable[[], bool]) -> t.ContextManager[None]:
    return contextlib.nullcontext()


def interrupted_error(flow: ChangeFlow) -> IscError:
    """Return the error to report if *flow* is interrupted now. Its details hold ``outcome`` and ``step``."""
    change = flow.change
    if flow.error is not None:
        return flow.error.with_details(outcome=flow.outcome, step=flow.step)
    if flow.sending:
        return OutcomeUnknownError(
            "The run was interrupted while it sent the password; whether ISC got it is not known.",
            "Find out whether the new password is in effect before you set it again.",
            outcome=UNKNOWN,
            step=AT_SET,
        )
    return unsent_error() if change is None or flow.outcome == UNCHANGED else sent_error(change)


def unsent_error() -> IscError:
    return IscError(
        "The run was interrupted before it sent the password.", "Run it again.", outcome=NOT_SENT, step=AT_QUERY
    )


def sent_error(change: Change) -> IscError:
    """Return the error to report if the run is interrupted after ISC accepted *change*, and it has not failed."""
    if change.ended:
        return IscError(
            "The run was interrupted after ISC had reported that the password is set.",
            outcome=FINISHED,
            step=AT_WAIT,
            **change.as_result(),
        )
    if change.request_id is None:
        return no_request_id_error(change).with_details(step=AT_WAIT)
    return OutcomeUnknownError(
        "The run was interrupted after ISC had accepted the password change; whether it will succeed is not known.",
        resume_hint(change),
        outcome=UNKNOWN,
        step=AT_WAIT,
        **change.as_result(),
    )
