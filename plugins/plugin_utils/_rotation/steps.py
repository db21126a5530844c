# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of a rotation, each idempotent on the record: what is due, and how the record changes.

All functions are pure. They guarantee that

- a pending password is stored before it is sent, so it is never lost;
- it is sent again only while its outcome is unknown, and never after ISC has reported FAILED;
- no other password is generated while one is pending.
"""

from __future__ import annotations

import typing as t

from ...module_utils._change.age import CHANGE, DUE, ISC, YOUNG, KnownAge, judge, newer
from ...module_utils._change.age import STORE as AGE_FROM_STORE
from ...module_utils._change.decision import ALWAYS, WHEN_CHANGED
from ...module_utils._errors import RotationBusyError, RotationUnknownError
from ...module_utils._outcomes import NOT_SENT, UNKNOWN
from ...module_utils._times import format_time, is_young
from .owner import ALIVE, REMOTE, RunOwner, liveness
from .record import PendingPassword, Record, RecordedPassword

RESEND = "resend"
FAIL = "fail"
ON_UNKNOWN = (RESEND, FAIL)

COMMIT = "commit"
DISCARD = "discard"
SETTLEMENTS = (COMMIT, DISCARD)

SET = "set"  # Stage the pending password, and send it.
WAIT = "wait"  # Wait for the request that an earlier run sent.
PROVE = "prove"  # Find out through the updated source which password is in effect.
STORE = "store"  # Store the user's decision about a pending password.
NOTIFY = "notify"  # Run only what follows the last change.
NOTHING = "nothing"

LEASE = 300
"""Seconds for which a pending password without a request id is left to a run on another node, whose state is unknown.
The request follows the staging immediately, and its attempts take no longer than this."""

MOST_DISCARDED = 50
FIND_OUT = (
    "Find out which password the account takes, then set rotate_password_settle_pending to commit if it is the pending "
    "one, or to discard if it is not."
)
"""The hint if the outcome of the pending password is unknown and it may not be sent again."""


class PlanOptions(t.NamedTuple):
    """The options that the plan depends on.

    :ivar value: the given password, or ``None`` to generate one.
    :ivar max_age: seconds.
    :ivar follow_up: whether anything follows the change, such as a hook.
    :ivar age_from: STORE or ISC.
    :ivar source: whether a source is updated with the password, and can therefore prove which one is in effect.
    """

    value: str | None = None
    update_password: str = ALWAYS
    max_age: float | None = None
    on_unknown: str = RESEND
    settle_pending: str = ""
    follow_up: bool = True
    age_from: str = AGE_FROM_STORE
    unknown_age: str = CHANGE
    source: bool = False


class Plan(t.NamedTuple):
    """What is due, the record to start with, and the reason, as a clause for people."""

    due: str
    record: Record
    reason: str


def plan(
    record: Record,
    options: PlanOptions,
    make_password: t.Callable[[], str],
    me: RunOwner,
    now: float,
    settled: bool = False,
    seen: t.Callable[[RunOwner, RunOwner], str] = liveness,
    ask_isc: t.Callable[[], KnownAge] = lambda: KnownAge(ISC, None),
) -> Plan:
    """Decide what is due.

    :param make_password: generates a password; called only if one is needed.
    :param now: seconds since 1970.
    :param settled: this run has just finished a pending password, so it generates no other one.
    :param seen: returns the state of the first run as seen from the second, see ``liveness``.
    :param ask_isc: returns the age of the password according to ISC; called only if the decision depends on it.
    :raises AgeUnknownError: the age of the password is unknown, and ``unknown_age`` is to fail.
    :raises RotationBusyError: another run is rotating the password.
    :raises RotationUnknownError: the pending password may be in effect, and may not be sent again.
    """
    if record.pending is not None:
        return _plan_pending(record, record.pending, options, me, now, seen(record.pending.owner, me))
    if options.settle_pending:
        return Plan(NOTHING, record, "no password is pending")
    if record.after_change_due and options.follow_up and not settled:
        return Plan(NOTIFY, record, "the hook after the last change is due")
    current, given = record.current, options.value
    same = current is not None and current.password == given
    if settled and (given is None or same):
        return Plan(NOTHING, record, "the pending password was finished")
    when_changed = options.update_password == WHEN_CHANGED
    # With when_changed, a password that is already the current one is never set again, so its age doesn't matter.
    if not settled and not (same and when_changed and not _is_young(current, options, now)):
        reason = _why_not_due(current, options, now, ask_isc)
        if reason is not None:
            ignored = given is not None and not same
            return Plan(NOTHING, record, reason + (", so the given one was not set" if ignored else ""))
    if same and when_changed:
        return Plan(NOTHING, record, "the password is the one that was set before")
    if given is None and current is not None and options.max_age is None and when_changed:
        return Plan(NOTHING, record, "the store holds a password")
    pending = PendingPassword(make_password() if given is None else given, now, me)
    how = "a password was generated" if given is None else "a password is given"
    return Plan(SET, record._replace(pending=pending), how)


def _plan_pending(
    record: Record, pending: PendingPassword, options: PlanOptions, me: RunOwner, now: float, owner: str
) -> Plan:
    if owner == ALIVE:
        raise RotationBusyError(
            f"Another run has been rotating this password since {format_time(pending.time)}: {pending.owner}.",
            "Wait until it has ended, then run this again.",
            outcome=NOT_SENT,
        )
    if options.settle_pending == COMMIT:
        committed = finished(record, now, options.follow_up)
        return Plan(STORE, committed, "the user says that the pending password is in effect")
    if options.settle_pending == DISCARD:
        return Plan(STORE, dropped(record), "the user says that the pending password is not in effect")
    if pending.request_id is not None:
        return Plan(WAIT, record, "an earlier run sent the pending password")
    if pending.inconclusive and options.source and record.current is not None:
        return Plan(PROVE, record, "whether the pending password was set is not known")
    if pending.inconclusive:
        raise RotationUnknownError(
            "ISC reported FAILED for a password that may have been sent twice, which proves nothing: the first request "
            "may have set it.",
            f"It is not sent again. {FIND_OUT}",
            outcome=UNKNOWN,
        )
    age = now - pending.time
    if owner == REMOTE and abs(age) < LEASE:
        raise RotationBusyError(
            f"A run elsewhere staged a password {age:.0f} s ago and may be sending it right now: {pending.owner}.",
            f"Run this again in {LEASE - max(age, 0):.0f} s. If that run was killed, this one will finish its work.",
            outcome=NOT_SENT,
        )
    if options.on_unknown == FAIL:
        raise RotationUnknownError(
            f"A password was staged at {format_time(pending.time)}, and whether it was set is not known.",
            f"rotate_password_on_unknown is fail, so it isn't sent again. {FIND_OUT}",
            outcome=UNKNOWN,
        )
    again = pending._replace(time=now, owner=me, outcome_unknown=True)
    return Plan(SET, record._replace(pending=again), "whether the pending password was set is not known")


def _why_not_due(
    current: RecordedPassword | None, options: PlanOptions, now: float, ask_isc: t.Callable[[], KnownAge]
) -> str | None:
    """Return the reason if the age of the password rules out a change, otherwise ``None``."""
    if options.max_age is None:
        return None
    verdict = YOUNG if _is_young(current, options, now) else DUE
    if verdict == DUE and options.age_from == ISC:
        verdict = judge(newer(store_age(current), ask_isc(), now), options.max_age, options.unknown_age, now)
    if verdict == DUE:
        return None
    if verdict == YOUNG:
        return "the password is younger than rotate_password_max_age"
    return "nobody knows how old the password is, and rotate_password_unknown_age is skip"


def store_age(current: RecordedPassword | None) -> KnownAge | None:
    """Return the age of the current password according to the store; ``None`` without one."""
    return None if current is None else KnownAge(AGE_FROM_STORE, current.time)


def _is_young(current: RecordedPassword | None, options: PlanOptions, now: float) -> bool:
    return current is not None and is_young(current.time, options.max_age, now)


def accepted(record: Record, request_id: str | None) -> Record:
    """Return the record after ISC has accepted the change."""
    return record._replace(pending=_pending(record)._replace(request_id=request_id))


def finished(record: Record, now: float, follow_up: bool = False, request_id: str | None = None) -> Record:
    """Return the record with the pending password as the current one.

    :param follow_up: whether something follows the change and is now due, such as a hook.
    :param request_id: the id of the request, used if the record doesn't have it yet.
    """
    pending, current = _pending(record), record.current
    same = current is not None and current.password == pending.password
    return record._replace(
        current=RecordedPassword(pending.password, now, pending.request_id or request_id or None),
        previous=record.previous if same else current,
        pending=None,
        discarded=(),
        after_change_due=follow_up,
    )


def failed(record: Record, now: float) -> Record:
    """Return the record after ISC has reported ``FAILED``.

    If the outcome of an earlier request is unknown, that request may have set the password, and the source may refuse
    the same password twice. The pending password then stays pending and is never sent again. Otherwise it moves to
    ``discarded``, because some sources of a sync group may have taken it.
    """
    pending = _pending(record)
    if pending.outcome_unknown:
        return record._replace(pending=pending._replace(request_id=None, inconclusive=True))
    failed_one = RecordedPassword(pending.password, now, pending.request_id)
    return record._replace(pending=None, discarded=(*record.discarded, failed_one)[-MOST_DISCARDED:])


def refused(record: Record) -> Record:
    """Return the record after the request was refused, which means that this request changed nothing."""
    return record if _pending(record).outcome_unknown else record._replace(pending=None)


def forgotten(record: Record) -> Record:
    """Return the record after ISC has forgotten the request, which makes its outcome unknown."""
    return record._replace(pending=_pending(record)._replace(request_id=None, outcome_unknown=True))


def dropped(record: Record) -> Record:
    return record._replace(pending=None)


def notified(record: Record) -> Record:
    """Return the record after everything that follows the change has succeeded."""
    return record._replace(after_change_due=False)


def _pending(record: Record) -> PendingPassword:
    return t.cast(PendingPassword, record.pending)
