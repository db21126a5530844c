# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rotation of one account: its options, its record, and how far it is.

The role hands a rotation on from task to task as a plain value, because each task runs in a process of its own. The
same class serves a single account and each account of a batch.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ...module_utils._api.password_change import CHANGE_FINISHED, CHANGE_IN_PROGRESS, Change
from ...module_utils._change.age import ISC, KnownAge, newer
from ...module_utils._change.prepare import Target
from ...module_utils._errors import InputError, IscError
from ...module_utils._outcomes import AT_WAIT, FAILED, FINISHED, REFUSED, UNCHANGED, UNKNOWN
from ...module_utils._password.policy import PolicyError, generate_password, length_warning
from ...module_utils._times import format_time
from .._stores.kinds import is_built_in
from .options import NO_SPECIALS, RotationOptions, in_terms_of_the_role
from .owner import RunOwner
from .record import KeptPassword, PendingPassword, Record, RecordedAccount, read_record
from .steps import FIND_OUT, NOTHING, NOTIFY, PROVE, SET, STORE, WAIT, age_of, plan

Value = dict[str, t.Any]

WHOLE = "whole"
BEFORE_BATCH = "before"
AFTER_BATCH = "after"
"""Which of the tasks of a user are run: all around one change, or those before or after a batch."""


@dataclasses.dataclass(frozen=True)
class Problem:
    """Why a rotation failed: what went wrong, what to do, and at which step."""

    message: str
    hint: str | None
    step: str

    @classmethod
    def of(cls, error: IscError, step: str) -> Problem:
        hint = None if error.hint is None else in_terms_of_the_role(error.hint)
        return cls(in_terms_of_the_role(error.message), hint, str(error.details.get("step", step)))

    def __str__(self) -> str:
        return " ".join(filter(None, (self.message, self.hint)))


@dataclasses.dataclass
class Rotation:
    """The rotation of one account.

    :ivar options: the role's options.
    :ivar account: the account, once it is found.
    :ivar identity_id: the identity that it belongs to.
    :ivar record: what the store holds; during the run, what it is to hold.
    :ivar version: the store's version that ``record`` follows.
    :ivar place: where the store keeps it, for people.
    :ivar staged: this run has stored the pending password, to send it.
    :ivar due: what is due, one of the constants of ``steps``; :ivar reason: why, as a clause.
    :ivar settled: this run has finished a password that an earlier run had left pending.
    :ivar again: after the pending password, a given one is still to be set.
    :ivar outcome: how it ended, or ``None`` while it goes on.
    :ivar changed: whether ISC changed a password, or would in check mode.
    :ivar problem: why it failed.
    :ivar change: the change as last seen.
    :ivar part: which of the tasks of the user are run, C(WHOLE) or one of the parts of a batch.
    :ivar info: what a batch has queried of the account, as isc_password_info returns it.
    :ivar loaded: the record as tasks of the user's store have loaded it; ``None`` where there are none.
    :ivar rounds: how many times it was planned.
    :ivar loop_variable: the variable with which the files of the latest plan are included.
    :ivar gives_back: the source has the pending password, which is not in effect, and is to get the current one again.
    :ivar store_variables: what variables of the host say about the connection to the store, in a batch.
    :ivar age: how old the password was before, where that was asked for and somebody knows.
    """

    options: RotationOptions
    account: RecordedAccount | None = None
    identity_id: str = ""
    record: Record | None = None
    version: str = ""
    place: str = ""
    staged: bool = False
    due: str = NOTHING
    reason: str = ""
    settled: bool = False
    again: bool = False
    outcome: str | None = None
    changed: bool = False
    problem: Problem | None = None
    change: Change | None = None
    sync_group: Value | None = None
    rotated_at: str | None = None
    part: str = WHOLE
    info: Value | None = None
    loaded: t.Any = None
    rounds: int = 0
    loop_variable: str = ""
    gives_back: bool = False
    store_variables: Value = dataclasses.field(default_factory=dict)
    age: KnownAge | None = None

    @classmethod
    def from_value(cls, value: t.Mapping[str, t.Any]) -> Rotation:
        kept = dict(value)
        account = kept.pop("account")
        rotation = cls(RotationOptions(**kept.pop("options")))
        if account is not None:
            rotation.account = RecordedAccount(**account)
            rotation.record = read_record(kept["record"], rotation.account)
        del kept["record"]
        problem, change, age = kept.pop("problem"), kept.pop("change"), kept.pop("age")
        rotation.age = None if age is None else KnownAge(**age)
        rotation.problem = None if problem is None else Problem(**problem)
        rotation.change = None if change is None else change_of(change)
        for name, each in kept.items():
            setattr(rotation, name, each)
        return rotation

    def as_value(self) -> Value:
        """Return the rotation as a task can hand it on. It holds secrets."""
        value = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        value["options"] = {"values": self.options.values, "connection": self.options.connection}
        value["account"] = None if self.account is None else self.account._asdict()
        value["record"] = None if self.record is None else self.record.as_value()
        value["problem"] = None if self.problem is None else dataclasses.asdict(self.problem)
        value["change"] = None if self.change is None else self.change.as_result()
        value["age"] = None if self.age is None else self.age._asdict()
        return value

    @property
    def current(self) -> KeptPassword | None:
        """The password in effect, where a record tells it."""
        return None if self.record is None else self.record.current

    @property
    def pending(self) -> PendingPassword | None:
        """The password that was stored to be sent, where there is one."""
        return None if self.record is None else self.record.pending

    @property
    def passwords(self) -> tuple[str, ...]:
        """All passwords of the account that are known."""
        record = self.record
        entries = () if record is None else (record.current, record.previous, record.pending, *record.discarded)
        found = [self.options["value"], *(each.password for each in entries if each is not None)]
        return tuple(dict.fromkeys(str(each) for each in found if each))

    @property
    def has_tasks_before(self) -> bool:
        """Whether tasks of the user are to be run before the password is sent."""
        options = self.options
        return (
            options["before_change"] is not None
            or options["update_source"] is not None
            or not is_built_in(options["store"])
        )

    @property
    def has_tasks_after(self) -> bool:
        """Whether tasks of the user may have to be run after the password was sent."""
        return self.has_tasks_before or any(self.options[hook] is not None for hook in ("after_change", "on_failure"))

    @property
    def goes_on(self) -> bool:
        """Whether it has neither ended nor failed."""
        return self.outcome is None and self.problem is None

    @property
    def hook_due(self) -> bool:
        """Whether what follows the change is to be done: the update of a source, the hook of the user."""
        return (
            self.options.is_followed
            and self.record is not None
            and self.record.after_change_due
            and (self.outcome == FINISHED or self.due in (STORE, NOTIFY))
        )

    @property
    def proves(self) -> bool:
        """Whether the source that takes the password is to tell first which one is in effect.

        Nothing else can: once an account with which ISC connects has another password, ISC can't set it again. And the
        source must be given the current one again where the pending one is not in effect.
        """
        if self.options["update_source"] is None or self.pending is None or self.current is None:
            return False
        return self.due == PROVE or (self.due == SET and self.pending.outcome_unknown)

    @property
    def new_value(self) -> str:
        """The password that hooks are to use: the pending one, or once that is in effect, the current one."""
        kept = self.pending or self.current
        return kept.password if kept else ""

    @property
    def old_value(self) -> str:
        """The password before the one that hooks are to use, as far as it is known."""
        record = self.record
        kept = record and (record.current if record.pending else record.previous)
        return kept.password if kept else ""

    def find(self, target: Target) -> None:
        user_name, source_name = self.options["user_name"], self.options["source_name"]
        self.account = RecordedAccount(user_name, source_name, target.info.source_id, target.account_id)
        self.identity_id = target.info.identity_id

    def forget(self) -> None:
        """Forget a plan that was only made to see whether anything is due."""
        self.account, self.identity_id, self.record = None, "", None
        self.due, self.reason, self.age = NOTHING, "", None

    def begin_again(self) -> None:
        """Go on after a password that an earlier run had left pending, unless that failed."""
        self.again = False
        if self.problem is None:
            self.settled, self.staged, self.outcome, self.change = True, False, None, None

    def load(self, record: t.Any, version: str, place: str) -> None:
        """Read what the store holds.

        :raises RecordError: it is malformed, foreign or from a newer version.
        """
        self.record = read_record(record, t.cast(RecordedAccount, self.account))
        self.version, self.place = version, place

    def plan(
        self,
        policies: t.Sequence[str],
        me: RunOwner,
        now: float,
        ask_isc: t.Callable[[], KnownAge] = lambda: KnownAge(ISC, None),
    ) -> None:
        """Decide what is due, and take or generate the password.

        :param ask_isc: see ``steps.plan``.
        :raises AgeUnknownError: the age of the password is unknown, and the user wants to fail then.
        :raises InputError: no password can be generated.
        :raises RotationBusyError, RotationUnknownError: it can't go on.
        """
        before = t.cast(Record, self.record)
        wanted = self.options.wanted()
        if wanted.max_age is not None and not self.settled:
            self.age = age_of(before.current)

        def ask() -> KnownAge:
            told = ask_isc()
            self.age = newer(self.age, told, now)
            return told

        planned = plan(before, wanted, lambda: self._generated(policies), me, now, settled=self.settled, ask_isc=ask)
        self.due, self.reason, self.record = planned.due, planned.reason, planned.record
        finishes = before.pending if self.due in (WAIT, SET, STORE) else None
        self.again = (
            finishes is not None
            and wanted.value not in (None, finishes.password)
            and not wanted.settle_pending
            and not self.settled
        )
        if self.due == STORE:
            committed = None if self.current is before.current else self.current
            self.outcome = UNCHANGED if committed is None else FINISHED
            self.rotated_at = None if committed is None else format_time(now)
            self.change = None if committed is None else Change(committed.request_id, CHANGE_FINISHED)
        elif self.due in (NOTHING, NOTIFY):
            self.leave_unchanged()
            self.changed = self.due == NOTIFY and self.options["update_source"] is not None

    @property
    def length_warning(self) -> str | None:
        """A sentence about a generated password that is to be set and is shorter than anybody asked for."""
        asked = self.options["value"] is not None or self.options["length"] is not None
        return None if self.due != SET or self.pending is None or asked else length_warning(self.pending.password)

    @property
    def age_warning(self) -> str | None:
        """A sentence about a password that is set although its age is unknown."""
        if self.due != SET or self.age is None or self.age.last_set is not None:
            return None
        return "ISC doesn't know how old the password is, so it is set, because rotate_password_unknown_age is change."

    def leave_unchanged(self) -> None:
        """End it: nothing is due."""
        self.outcome = UNCHANGED
        if self.current is not None:
            self.change = Change(self.current.request_id, CHANGE_FINISHED)
            self.rotated_at = format_time(self.current.time)

    def end(self, outcome: str, changed: bool, now: float, change: Change | None = None) -> None:
        """Record how the change ended, or that it was accepted and is not waited for."""
        self.outcome, self.changed = outcome, changed
        self.change = change or self.change
        self.rotated_at = format_time(now) if outcome == FINISHED else None

    def fail(self, problem: Problem, outcome: str | None = None) -> None:
        """Record why the rotation failed.

        :param outcome: how the change ended, where that is known.
        """
        self.problem = problem
        pending = self.pending
        if outcome == FAILED and pending is not None and pending.inconclusive:
            why = "It may have been sent twice, so that proves nothing: the first request may have set it."
            self.problem = Problem(f"{problem.message} {why}", FIND_OUT, AT_WAIT)
            self.outcome = UNKNOWN
        elif outcome in (None, REFUSED) and self.outcome is None:
            may_be_in_effect = pending is not None and (pending.outcome_unknown or pending.request_id is not None)
            self.outcome = UNKNOWN if may_be_in_effect else REFUSED
        elif outcome is not None:
            self.outcome = outcome

    def _generated(self, policies: t.Sequence[str]) -> str:
        specials = self.options["specials"]
        try:
            return generate_password(
                list(policies), self.options["length"] or None, "" if specials == NO_SPECIALS else specials
            )
        except PolicyError as error:
            raise InputError(
                f"No password can be generated: {error}",
                "Check rotate_password_length and rotate_password_specials against the source's policy.",
            ) from None


def change_of(result: t.Mapping[str, t.Any]) -> Change:
    """Return the change that the result of isc_password or isc_password_change_info tells about."""
    errors, source_ids = (tuple(result.get(name, ())) for name in ("errors", "source_ids"))
    return Change(result.get("request_id"), result.get("state") or CHANGE_IN_PROGRESS, errors, source_ids)
