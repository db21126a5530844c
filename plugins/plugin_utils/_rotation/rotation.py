# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rotation of one account: its options, its record and its progress.

The tasks of the role pass a rotation on as a plain value, because each of them runs in its own process. The same class
serves a single account and each account of a batch.
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
from .options import NO_SPECIALS, RotationOptions, with_role_variables
from .owner import RunOwner
from .record import PendingPassword, Record, RecordedAccount, RecordedPassword, read_record
from .steps import FIND_OUT, NOTHING, NOTIFY, PROVE, SET, STORE, WAIT, plan, store_age

Value = dict[str, t.Any]

# The part of a rotation that the role's task files run.
WHOLE = "whole"
BEFORE_BATCH = "before"
AFTER_BATCH = "after"


@dataclasses.dataclass(frozen=True)
class Problem:
    """Why a rotation failed, what to do about it, and the step at which it failed."""

    message: str
    hint: str | None
    step: str

    @classmethod
    def of(cls, error: IscError, step: str) -> Problem:
        hint = None if error.hint is None else with_role_variables(error.hint)
        return cls(with_role_variables(error.message), hint, str(error.details.get("step", step)))

    def __str__(self) -> str:
        return " ".join(filter(None, (self.message, self.hint)))


@dataclasses.dataclass
class Rotation:
    """The rotation of one account.

    :ivar options: the role's options.
    :ivar account: the account, or ``None`` until it is found.
    :ivar identity_id: the id of the account's identity.
    :ivar record: the record in the store, with the updates of this run.
    :ivar version: the store's version of the record, for compare-and-swap.
    :ivar place: where the store holds the record, for people.
    :ivar staged: this run has stored the pending password in order to send it.
    :ivar due: what is due, a constant of ``steps``.
    :ivar reason: why that is due, as a clause.
    :ivar settled: this run has finished a password that an earlier run left pending.
    :ivar another_round: after the pending password, a given one still has to be set.
    :ivar outcome: the outcome, or ``None`` while the rotation is in progress.
    :ivar changed: whether ISC changed a password, or would in check mode.
    :ivar problem: why it failed.
    :ivar change: the change as last seen.
    :ivar sync_group: the sync group of the source, as a result.
    :ivar rotated_at: when the password was set, as a result.
    :ivar part: WHOLE, BEFORE_BATCH or AFTER_BATCH.
    :ivar info: the account as a batch has queried it, in the format of ``isc_password_info``.
    :ivar loaded: the record as the tasks of the user's own store have loaded it, otherwise ``None``.
    :ivar rounds: the number of plans so far.
    :ivar loop_variable: the loop variable that includes the task files of the latest plan.
    :ivar restores_current: the source has the pending password, which is not in effect, and must get the current one
        back.
    :ivar store_variables: in a batch, the host's variables about the connection to the store.
    :ivar age: the age of the previous password, if it was looked up and is known.
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
    another_round: bool = False
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
    restores_current: bool = False
    store_variables: Value = dataclasses.field(default_factory=dict)
    age: KnownAge | None = None

    @classmethod
    def from_value(cls, value: t.Mapping[str, t.Any]) -> Rotation:
        account = None if value["account"] is None else RecordedAccount(**value["account"])
        problem, change, age = value["problem"], value["change"], value["age"]
        read = {
            "options": RotationOptions(**value["options"]),
            "account": account,
            "record": None if account is None else read_record(value["record"], account),
            "problem": None if problem is None else Problem(**problem),
            "change": None if change is None else read_change(change),
            "age": None if age is None else KnownAge(**age),
        }
        return cls(**{**value, **read})

    def as_value(self) -> Value:
        """Return the rotation as a plain value for the next task. It holds secrets."""
        value = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        value["options"] = {"values": self.options.values, "connection": self.options.connection}
        value["account"] = None if self.account is None else self.account._asdict()
        value["record"] = None if self.record is None else self.record.as_value()
        value["problem"] = None if self.problem is None else dataclasses.asdict(self.problem)
        value["change"] = None if self.change is None else self.change.as_result()
        value["age"] = None if self.age is None else self.age._asdict()
        return value

    @property
    def current(self) -> RecordedPassword | None:
        """The password in effect, if the record has one."""
        return None if self.record is None else self.record.current

    @property
    def pending(self) -> PendingPassword | None:
        """The staged password, if there is one."""
        return None if self.record is None else self.record.pending

    @property
    def passwords(self) -> tuple[str, ...]:
        """All known passwords of the account."""
        record = self.record
        entries = () if record is None else (record.current, record.previous, record.pending, *record.discarded)
        found = [self.options["value"], *(each.password for each in entries if each is not None)]
        return tuple(dict.fromkeys(str(each) for each in found if each))

    @property
    def has_tasks_before(self) -> bool:
        """Whether a batch must run the role's tasks for this host before the password is sent."""
        options = self.options
        return (
            options["before_change"] is not None
            or options["update_source"] is not None
            or not is_built_in(options["store"])
        )

    @property
    def has_tasks_after(self) -> bool:
        """Whether a batch may have to run the role's tasks for this host after the password was sent."""
        return self.has_tasks_before or any(self.options[hook] is not None for hook in ("after_change", "on_failure"))

    @property
    def in_progress(self) -> bool:
        """Whether the rotation has neither ended nor failed."""
        return self.outcome is None and self.problem is None

    @property
    def follow_up_due(self) -> bool:
        """Whether what follows the change is due: the update of a source, or the user's hook."""
        return (
            self.options.has_follow_up
            and self.record is not None
            and self.record.after_change_due
            and (self.outcome == FINISHED or self.due in (STORE, NOTIFY))
        )

    @property
    def needs_proof(self) -> bool:
        """Whether the updated source must first prove which password is in effect.

        Nothing else can. ISC connects to the source with this account, so it can't set a password there as long as the
        source has the wrong one. If the pending password is not in effect, the source must get the current one back.
        """
        if self.options["update_source"] is None or self.pending is None or self.current is None:
            return False
        return self.due == PROVE or (self.due == SET and self.pending.outcome_unknown)

    @property
    def new_value(self) -> str:
        """The new password for hooks: the pending one or, after the change, the current one."""
        new = self.pending or self.current
        return new.password if new else ""

    @property
    def old_value(self) -> str:
        """The password before ``new_value``; empty if it is unknown."""
        record = self.record
        old = record and (record.current if record.pending else record.previous)
        return old.password if old else ""

    def set_target(self, target: Target) -> None:
        user_name, source_name = self.options["user_name"], self.options["source_name"]
        self.account = RecordedAccount(user_name, source_name, target.info.source_id, target.account_id)
        self.identity_id = target.info.identity_id

    def discard_plan(self) -> None:
        """Reset a plan that was only made to see whether anything is due."""
        self.account, self.identity_id, self.record = None, "", None
        self.due, self.reason, self.age = NOTHING, "", None

    def start_next_round(self) -> None:
        """Start the round after the one that finished a pending password, unless that failed."""
        self.another_round = False
        if self.problem is None:
            self.settled, self.staged, self.outcome, self.change = True, False, None, None

    def load(self, record: t.Any, version: str, place: str) -> None:
        """Read the record that the store has returned.

        :raises RecordError: it is malformed, from a newer version, or belongs to another account.
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
        """Decide what is due, and use the given password or generate one.

        :param ask_isc: see ``steps.plan``.
        :raises InputError: no password can be generated.
        :raises AgeUnknownError, RotationBusyError, RotationUnknownError: see ``steps.plan``.
        """
        before = t.cast(Record, self.record)
        options = self.options.plan_options()
        if options.max_age is not None and not self.settled:
            self.age = store_age(before.current)

        def ask() -> KnownAge:
            known = ask_isc()
            self.age = newer(self.age, known, now)
            return known

        planned = plan(before, options, lambda: self._generate(policies), me, now, settled=self.settled, ask_isc=ask)
        self.due, self.reason, self.record = planned.due, planned.reason, planned.record
        resumed = before.pending if self.due in (WAIT, SET, STORE) else None
        self.another_round = (
            resumed is not None
            and options.value not in (None, resumed.password)
            and not options.settle_pending
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
        """The warning that a generated password is short although the user didn't ask for its length."""
        chosen = self.options["value"] is not None or self.options["length"] is not None
        return None if self.due != SET or self.pending is None or chosen else length_warning(self.pending.password)

    @property
    def age_warning(self) -> str | None:
        """The warning that a password is set although its age is unknown."""
        if self.due != SET or self.age is None or self.age.last_set is not None:
            return None
        return "ISC doesn't know how old the password is, so it is set, because rotate_password_unknown_age is change."

    def leave_unchanged(self) -> None:
        """End the rotation because no change is due."""
        self.outcome = UNCHANGED
        if self.current is not None:
            self.change = Change(self.current.request_id, CHANGE_FINISHED)
            self.rotated_at = format_time(self.current.time)

    def end(self, outcome: str, changed: bool, now: float, change: Change | None = None) -> None:
        """Record the outcome of the change."""
        self.outcome, self.changed = outcome, changed
        self.change = change or self.change
        self.rotated_at = format_time(now) if outcome == FINISHED else None

    def fail(self, problem: Problem, outcome: str | None = None) -> None:
        """Record why the rotation failed.

        :param outcome: the outcome of the change, if it is known.
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

    def _generate(self, policies: t.Sequence[str]) -> str:
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


def read_change(result: t.Mapping[str, t.Any]) -> Change:
    """Return the change that a result of ``isc_password`` or ``isc_password_change_info`` describes."""
    errors, source_ids = (tuple(result.get(name, ())) for name in ("errors", "source_ids"))
    return Change(result.get("request_id"), result.get("state") or CHANGE_IN_PROGRESS, errors, source_ids)
