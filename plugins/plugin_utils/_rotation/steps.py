# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state machine of a rotation: what to do with a record, and what a record becomes.

Pure: records in, records out. A pending password is in the store before it is sent, so it is never lost; it is sent
again only when nobody knows what became of it; and as long as there is one, no other password is made.
"""

from __future__ import annotations

import typing as t

from ...module_utils._change.decision import ALWAYS, WHEN_CHANGED
from ...module_utils._errors import RotationBusyError, RotationUnknownError
from ...module_utils._times import format_time, is_young
from .owner import ELSEWHERE, RUNNING, RunOwner
from .record import KeptPassword, PendingPassword, Record

ON_UNKNOWN = ("resend", "fail")

SEND = "send"
"""Stage the new password and set it."""

RESEND = "resend"
"""Set the pending password again: what became of it before is not known."""

RESUME = "resume"
"""Wait for the request that an earlier run sent."""

COMMIT = "commit"
"""The user says that the pending password holds: make it the current one."""

DISCARD = "discard"
"""The user says that the pending password does not hold: forget it."""

AFTER_CHANGE = "after_change"
"""The password was changed by an earlier run; only its hook after the change is due."""

NOTHING = "nothing"
"""There is nothing to do."""

LEASE = 300
"""Seconds for which a pending password without a request id is left to a run that can't be seen from here. The request
follows the staging at once; this is what its attempts can take."""

MOST_DISCARDED = 50
"""How many discarded passwords a record remembers, the latest ones."""

_SETTLE = "set rotate_password_settle_pending to commit if it is the pending one, or to discard if it is not."


class Wishes(t.NamedTuple):
    """What the user asked for.

    ``value`` is the password given, ``None`` to generate one; ``max_age`` is in seconds; ``hook`` tells whether there
    is a hook after the change.
    """

    value: str | None = None
    update_password: str = ALWAYS
    max_age: float | None = None
    on_unknown: str = "resend"
    settle_pending: str = ""
    hook: bool = True


class Plan(t.NamedTuple):
    """The next step, the record to store before it, and why, as a clause for people."""

    step: str
    record: Record
    reason: str


def plan_rotation(
    record: Record,
    wishes: Wishes,
    make_password: t.Callable[[], str],
    me: RunOwner,
    now: float,
    settled: bool = False,
    seen: t.Callable[[RunOwner, RunOwner], str] = RunOwner.seen_by,
) -> Plan:
    """Decide what is to be done next.

    :param make_password: generates a password; called only when one is needed.
    :param now: seconds since 1970.
    :param settled: this run has just finished a pending password, so it makes no other one.
    :param seen: how the first run looks for the second, as ``RunOwner.seen_by`` tells.
    :raises RotationBusyError: another run is at it.
    :raises RotationUnknownError: ``on_unknown`` is ``fail``, and it would have to be sent again.
    """
    if record.pending is not None:
        return _plan_pending(record, record.pending, wishes, me, now, seen(record.pending.owner, me))
    if wishes.settle_pending:
        return Plan(NOTHING, record, "no password is pending")
    if record.after_change_due and wishes.hook and not settled:
        return Plan(AFTER_CHANGE, record, "the hook after the last change is due")
    if wishes.value is not None:
        return _plan_given(record, wishes.value, wishes, me, now, settled)
    if settled:
        return Plan(NOTHING, record, "the pending password was finished")
    return _plan_generated(record, wishes, make_password, me, now)


def _plan_pending(
    record: Record, pending: PendingPassword, wishes: Wishes, me: RunOwner, now: float, owner: str
) -> Plan:
    if owner == RUNNING:
        raise RotationBusyError(
            f"Another run is rotating this password since {format_time(pending.time)}: {pending.owner}.",
            "Wait until it has ended, then run this again.",
        )
    if wishes.settle_pending == COMMIT:
        return Plan(COMMIT, record, "the pending password is said to hold")
    if wishes.settle_pending == DISCARD:
        return Plan(DISCARD, record, "the pending password is said not to hold")
    if pending.request_id is not None:
        return Plan(RESUME, record, "an earlier run sent the pending password")
    age = now - pending.time
    if owner == ELSEWHERE and abs(age) < LEASE:
        raise RotationBusyError(
            f"A run elsewhere staged a password {age:.0f} s ago and may be sending it right now: {pending.owner}.",
            f"Run this again in {LEASE - max(age, 0):.0f} s. If that run was killed, this one will finish its work.",
        )
    if wishes.on_unknown == "fail":
        raise RotationUnknownError(
            f"A password was staged at {format_time(pending.time)}, and what became of it is not known.",
            "rotate_password_on_unknown is fail, so it isn't sent again. Find out which password the account takes, "
            "then " + _SETTLE,
        )
    again = pending._replace(time=now, owner=me, outcome_unknown=True)
    return Plan(RESEND, record._replace(pending=again), "what became of the pending password is not known")


def _plan_given(record: Record, value: str, wishes: Wishes, me: RunOwner, now: float, settled: bool) -> Plan:
    current = record.current
    same = current is not None and current.password == value
    if settled and same:
        return Plan(NOTHING, record, "the pending password was finished")
    if not settled and _is_young(current, wishes.max_age, now):
        return Plan(NOTHING, record, "the password is younger than rotate_password_max_age")
    if same and wishes.update_password == WHEN_CHANGED:
        return Plan(NOTHING, record, "the password is the one that was set before")
    return Plan(SEND, _staged(record, value, me, now), "a password is given")


def _plan_generated(
    record: Record, wishes: Wishes, make_password: t.Callable[[], str], me: RunOwner, now: float
) -> Plan:
    if _is_young(record.current, wishes.max_age, now):
        return Plan(NOTHING, record, "the password is younger than rotate_password_max_age")
    if record.current is not None and wishes.max_age is None and wishes.update_password == WHEN_CHANGED:
        return Plan(NOTHING, record, "the store holds a password")
    return Plan(SEND, _staged(record, make_password(), me, now), "a password was generated")


def _is_young(current: KeptPassword | None, max_age: float | None, now: float) -> bool:
    return current is not None and is_young(current.time, max_age, now)


def _staged(record: Record, password: str, me: RunOwner, now: float) -> Record:
    return record._replace(pending=PendingPassword(password, now, me))


def accepted(record: Record, request_id: str | None) -> Record:
    """Return the record once ISC has accepted the change."""
    return record._replace(pending=_pending(record)._replace(request_id=request_id))


def finished(record: Record, now: float, hook: bool = False, request_id: str | None = None) -> Record:
    """Return the record once the pending password holds.

    :param hook: whether there is a hook after the change, which is then due.
    :param request_id: of the change, where the record doesn't have it yet.
    """
    pending, current = _pending(record), record.current
    again = current is not None and current.password == pending.password
    return record._replace(
        current=KeptPassword(pending.password, now, pending.request_id or request_id or None),
        previous=record.previous if again else current,
        pending=None,
        discarded=(),
        after_change_due=hook,
    )


def failed(record: Record, now: float) -> Record:
    """Return the record once ISC has reported C(FAILED).

    After a request whose answer nobody knows, that may mean that this first request has set the password and the source
    refuses to take it twice. So the pending password is kept then. Otherwise it is discarded; the record remembers it,
    because of a sync group some sources may have taken it.
    """
    pending = _pending(record)
    if pending.outcome_unknown:
        return record._replace(pending=pending._replace(request_id=None))
    failed_one = KeptPassword(pending.password, now, pending.request_id)
    return record._replace(pending=None, discarded=(*record.discarded, failed_one)[-MOST_DISCARDED:])


def refused(record: Record) -> Record:
    """Return the record once the request was refused, so that this request has changed nothing."""
    return record if _pending(record).outcome_unknown else record._replace(pending=None)


def forgotten(record: Record) -> Record:
    """Return the record once ISC no longer knows the request, so that nobody knows what became of it."""
    return record._replace(pending=_pending(record)._replace(request_id=None, outcome_unknown=True))


def dropped(record: Record) -> Record:
    """Return the record once the user has said that the pending password does not hold."""
    return record._replace(pending=None)


def notified(record: Record) -> Record:
    """Return the record once the hook after the change has succeeded."""
    return record._replace(after_change_due=False)


def _pending(record: Record) -> PendingPassword:
    if record.pending is None:
        raise ValueError("no password is pending")
    return record.pending
