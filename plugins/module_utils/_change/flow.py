# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One password change from the query to its end: which request comes next, and what its response means.

The same flow drives a single account and each of thousands. It never sleeps and knows of no other account: a driver
decides when the next request goes out, performs it (in a thread if it likes), and hands back its result.

    QUERY --found--> SET --accepted--> STATUS --ended--> finished, failed
      |               |                  |
      +- refused      +- refused         +- unknown (out of time, not readable)
                      +- unknown (the response was lost)
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
from .._text import LONGEST_NAME, clean_text
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
_AFTER_A_REFUSED_READ = 0.001
"""Seconds. When to read again after a 429 is for the rate limiter to say."""


class ChangeLog(t.Protocol):
    """The write-ahead log of a password change: what must be durable before the next request goes out.

    Each call returns once its entry is durable, and comes from the thread that has just got the response. So the only
    moment at which a killed run can lose track of a change is between ISC's response and ``accepted``.
    """

    def sending(self, source_id: str, account_id: str) -> None:
        """Keep that the change of an account is about to be sent.

        :raises StorageError: it can't be kept, so nothing may be sent.
        """

    def accepted(self, change: Change) -> None:
        """Keep that ISC accepted the change. Never raises: the change is under way whatever happens here."""

    def refused(self, error: IscError) -> None:
        """Keep that nothing was accepted. Never raises."""

    def ended(self, change: Change) -> None:
        """Keep how the change ended, ``FINISHED`` or ``FAILED``. Never raises."""

    def unknown(self, error: IscError) -> None:
        """Keep that the outcome is not known, and that this run won't find out. Never raises."""


class Logs:
    """Several logs, each told in turn; what one of them can't keep, those after it are not told to begin.

    Without any, nothing is kept.
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


class Settings(t.NamedTuple):
    """What holds for all changes of a task.

    :ivar polling: how to wait for the end of a change, or ``None`` for not waiting.
    :ivar retries: attempts of a request after the first, where trying again is safe.
    :ivar rate_limited: a rate limiter slows all requests down after a 429, so that a 429 uses up no attempt.
    """

    polling: PollSettings | None
    retries: int
    check_mode: bool = False
    rate_limited: bool = False


class Leave(t.NamedTuple):
    """Nothing is due. ``change`` is the last change, as far as it is known; ``None`` where none is remembered."""

    change: Change | None


class Send(t.NamedTuple):
    """``password`` is to be set."""

    password: str


class Resume(t.NamedTuple):
    """An earlier run sent the change at ``sent_at`` (seconds since 1970), and its end is to be waited for.

    ``set_if_forgotten``: when ISC doesn't know the request any more, the password is set again; ``password`` is that
    one, where the flow doesn't have it.
    """

    change: Change
    sent_at: float
    set_if_forgotten: bool = False
    password: str | None = None


Decision = t.Union[Leave, Send, Resume, None]
"""What is to be done about an account that was found; ``None``: the password that the flow has is to be set."""


class Found(t.NamedTuple):
    """The result of the query: a change that can be sent, or the decision that none is to be."""

    target: Target
    decision: Decision = None
    prepared: PreparedChange | None = None
    warnings: tuple[str, ...] = ()
    sync_group: SyncGroup | None = None


@dataclasses.dataclass(eq=False, repr=False)
class ChangeFlow:
    """One password change.

    :param wanted: whose password, as the options of isc_password say it; with ``enforce_policy`` and ``sync_group``.
    :param password: the new one, or ``None`` to set a random one that nobody knows.
    :param decide: tells what is to be done once the account is found; by default its password is set.
    :ivar password: also a random one, so that it can be masked where ISC repeats it.
    :ivar kind: the request that comes next, or ``None`` once the change has ended.
    :ivar delay: seconds to wait at least before that, after something went wrong.
    :ivar outcome: how it ended; see ``_outcomes``.
    :ivar changed: whether ISC changed a password, or may have.
    :ivar error: why it failed; :ivar step: at which step.
    :ivar change: the change as last seen. :ivar target: the account, once it is found.
    :ivar resumed: an earlier run sent it.
    :ivar sent_at: when it was sent, also by an earlier run; seconds since 1970.
    :ivar other_passwords: those that the account had or is to have, which ISC may repeat too.
    :ivar duration: seconds from when it was sent until it was seen to have ended.
    """

    wanted: t.Mapping[str, t.Any]
    password: str | None
    settings: Settings
    runtime: Runtime
    log: ChangeLog | None = None
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
    _sent_clock: float = 0.0
    _set_if_forgotten: bool = False
    _decided: bool = False
    _looked: bool = False

    def __post_init__(self) -> None:
        self._log: ChangeLog = self.log or Logs(())

    @property
    def asks_nothing(self) -> bool:
        """Whether the next step needs no request, because the ids of the account are known."""
        return self.kind == QUERY and (self.target is not None or self.wanted.get("identity_id") is not None)

    @property
    def sending(self) -> bool:
        """Whether the change is being sent, so that stopping now would leave its outcome unknown."""
        return self.kind == SET and self._under_way

    @property
    def deadline(self) -> float:
        """The time of the clock after which a change that is still going on is given up."""
        polling = self.settings.polling
        return math.inf if polling is None else self.accepted_at + polling.timeout

    @property
    def requested_time(self) -> float:
        """When the change was sent, also where no response came; seconds since 1970."""
        if self.sent_at is not None:
            return self.sent_at
        return self.runtime.time() - (self.runtime.clock() - self.requested_at)

    @property
    def _secrets(self) -> tuple[str | None, ...]:
        return (self.password, *self.other_passwords)

    def requested(self, now: float) -> None:
        self.requested_at = now
        self._under_way = True
        self._attempts += 1
        self.reads += self.kind == STATUS

    def perform(self, client: Client, sync_groups: SyncGroups) -> Found | Change:
        """Send the next request and return its result. Any thread may do this.

        Neither a response nor an error tells the password, should ISC have repeated it.

        :raises IscError: it went wrong.
        """
        if self.kind == QUERY:
            return self._find(client, sync_groups)
        return self._set(client) if self.kind == SET else self._read(client)

    def settle(self, response: t.Any, error: IscError | None, now: float) -> None:
        self.delay = 0.0
        if self.kind == QUERY:
            self._settle_query(response, error, now)
        elif self.kind == SET:
            self._settle_set(response, error, now)
        else:
            self._settle_status(response, error, now)
        self._under_way = False

    def resume(self, how: Resume, now: float) -> None:
        self.resumed = True
        self.change, self.sent_at, self._set_if_forgotten = how.change, how.sent_at, how.set_if_forgotten
        self._sent_clock = now - (self.runtime.time() - how.sent_at)
        self.accepted_at = now
        self._go_to(STATUS)

    def end(self, outcome: str, changed: bool = False, error: IscError | None = None, step: str | None = None) -> None:
        self.kind = None
        self.outcome, self.changed, self.error, self.step = outcome, changed, error, step
        self._prepared = None  # the encrypted passwords of thousands of accounts take megabytes

    def predict(self) -> None:
        self.end(ACCEPTED if self.settings.polling is None else FINISHED, True)

    def refuse(self, error: IscError, step: str) -> None:
        """End the change because of something that stands against it."""
        self._log.refused(error)
        self.end(REFUSED, error=error, step=step)

    def leave_unsent(self, error: IscError | None = None) -> None:
        self.end(NOT_SENT, error=error)

    def give_up(self, problem: IscError | None) -> None:
        """End the change because its time is over; *problem* is why it could not be read at last."""
        change, polling = t.cast(Change, self.change), t.cast(PollSettings, self.settings.polling)
        self._end_unknown(timed_out_error(change, polling, problem))

    def _go_to(self, kind: str) -> None:
        self._under_way = False
        self.kind, self._attempts = kind, 0

    def _find(self, client: Client, sync_groups: SyncGroups) -> Found:
        if self.target is None:
            self.target = find_target(client, self.wanted)
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
                    "Give a password that the source takes, instead of discard.",
                ) from None
            too_short = length_warning(self.password)
            self.warnings += [too_short] if too_short is not None else []
        prepared = prepare(self.password, target, self.wanted["enforce_policy"])
        warnings = warnings_for(client, prepared, self.settings.check_mode)
        if self.wanted["sync_group"] != IGNORE:
            # The client of the groups retries by itself, and so would a login.
            client.token()
        group, warning = sync_groups.warning_for(
            target.info.source_id, self.wanted["sync_group"], self.settings.check_mode
        )
        return Found(target, None, prepared, (*warnings, *([warning] if warning else [])), group)

    def _set(self, client: Client) -> Change:
        prepared = t.cast(PreparedChange, self._prepared)
        target = prepared.target
        self._log.sending(target.info.source_id, target.account_id)
        try:
            change = set_password(client, *target, prepared.encrypted_password, self._secrets)
        except OutcomeUnknownError as error:
            self._log.unknown(error)
            raise
        except IscError as error:
            self._log.refused(error)
            raise
        self._log.accepted(change)
        if change.ended:
            self._log.ended(change)
        return change

    def _read(self, client: Client) -> Change:
        earlier = t.cast(Change, self.change)
        deadline = self.deadline if self.settings.polling is not None else None
        request_id = t.cast(str, earlier.request_id)
        change = read_change_status(client, request_id, deadline, self._secrets).following(earlier)
        if change.ended and not self.settings.check_mode:
            self._log.ended(change)
        return change

    def _settle_query(self, found: Found, error: IscError | None, now: float) -> None:
        if error is not None:
            if not self._tries_again(error, repeatable=True):
                self._log.unknown(error) if self.outcome == UNKNOWN else self._log.refused(error)
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
            self._tries_again(error, repeatable=error.at_login)
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
        elif error is not None and not self._passes(error, now):
            return
        else:
            if error is None:
                self.change, self._looked = change, True
            if self.settings.check_mode:
                self.predict()
                self.changed = self.settings.polling is not None
            elif self.settings.polling is None:
                if error is None or not error.is_transient:
                    self.end(ACCEPTED)
            elif now >= self.deadline:
                self.give_up(error)

    def _passes(self, error: IscError, now: float) -> bool:
        """Take an error of reading the status; return whether it is to be read again when it is due."""
        # What was not there yet at the first look at an earlier run's change has as long as a new one to appear.
        first_look = not self._looked or not self.resumed
        age = now - (self._sent_clock if first_look else self.accepted_at)
        if first_look and self._set_if_forgotten and is_forgotten(error, age):
            self._set_again()
            return False
        if isinstance(error, RateLimitError) and self.settings.rate_limited and self.may_go_on:
            self.reads -= 1
            self.delay = _AFTER_A_REFUSED_READ
            return False
        self._looked = self._looked or not error.is_transient
        waits = self.settings.polling is not None or self.settings.check_mode
        if not worth_waiting(error, age) or (
            not waits and error.is_transient and self._attempts > self.settings.retries
        ):
            self._end_unknown(unreadable_error(t.cast(Change, self.change), error))
            return False
        self.delay = delay_before(min(self.reads + 1, _LONGEST_BACKOFF_ATTEMPT), error, self.runtime.random)
        return True

    def _set_again(self) -> None:
        request_id = clean_text(t.cast(Change, self.change).request_id or "", LONGEST_NAME)
        self.warnings.append(
            f"ISC doesn't know the request {request_id} any more, which an earlier run sent. Its outcome is not known, "
            "so the password is set again."
        )
        self.resumed, self.change, self.sent_at, self._set_if_forgotten = False, None, None, False
        self._go_to(QUERY)

    def _tries_again(self, error: IscError, repeatable: bool) -> bool:
        """Put off a request that was not processed or does no harm twice; otherwise end the change.

        :return: whether it is put off, or not sent because the run has stopped.
        """
        at_step = AT_STORE if isinstance(error, StorageError) else AT_QUERY if self.kind == QUERY else AT_SET
        again = may_retry(error, repeatable)
        if not self.may_go_on and may_retry(error, True):
            self.leave_unsent(error)
            return True
        if again and isinstance(error, RateLimitError) and self.settings.rate_limited:
            self._attempts -= 1
            return True
        if again and self._attempts <= self.settings.retries:
            self.delay = delay_before(self._attempts + 1, error, self.runtime.random)
            return True
        told = error.with_hint(f"It was tried {self._attempts} times.") if self._attempts > 1 else error
        # What stands against a change can be that another one is under way, or that its outcome is unknown.
        self.end(str(error.details.get("outcome", REFUSED)), error=told, step=at_step)
        return False

    def _end_with(self, change: Change, now: float) -> None:
        self.change = change
        self.duration = now - self._sent_clock
        try:
            change.raise_if_failed()
        except ChangeFailedError as error:
            # Of a sync group, some sources may have taken a change that failed on others.
            self.end(FAILED, len(change.source_ids) > 1, error, AT_WAIT)
        else:
            self.end(FINISHED, True)

    def _end_unknown(self, error: OutcomeUnknownError) -> None:
        self._log.unknown(error)
        self.end(UNKNOWN, True, error, AT_WAIT)


def drive(flow: ChangeFlow, client: Client, sync_groups: SyncGroups, pauses: t.Iterator[float]) -> None:
    """Drive a single change to its end.

    :param client: one that sends each request once.
    :param pauses: the seconds before each read of the status, see ``intervals``.
    """
    runtime = client.runtime
    at_once = flow.kind == STATUS
    while flow.kind is not None:
        waiting = flow.kind == STATUS and not at_once
        pause = max(next(pauses), flow.delay) if waiting else flow.delay
        if flow.kind == STATUS:
            pause = min(pause, flow.deadline - runtime.clock()) if waiting else 0.0
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
        at_once = flow.resumed and not resumed


Watch = t.Callable[[t.Callable[[], IscError], t.Callable[[], bool]], t.ContextManager[t.Any]]
"""Watches a run. The first argument returns what is known when the run is interrupted, the second one whether the
change is just being sent, so that a response is worth waiting for."""


def unwatched(known: t.Callable[[], IscError], sending: t.Callable[[], bool]) -> t.ContextManager[None]:
    return contextlib.nullcontext()


def interrupted_error(flow: ChangeFlow) -> IscError:
    """Return the error that the run of *flow* is interrupted now. The details hold ``outcome`` and ``step``."""
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
    """Return the error that a run is interrupted after ISC has accepted *change*, which has not failed."""
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
