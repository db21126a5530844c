# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of a rotation, each idempotent on the record: what is due, and what a record becomes.

Pure: records in, records out. A pending password is in the store before it is sent, so it is never lost; it is sent
again only while the outcome of sending it is unknown, and never after ISC has reported FAILED; as long as there is one,
no other is made.
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
from .record import KeptPassword, PendingPassword, Record

RESEND = "resend"
FAIL = "fail"
ON_UNKNOWN = (RESEND, FAIL)

COMMIT = "commit"
DISCARD = "discard"
SETTLEMENTS = (COMMIT, DISCARD)

SET = "set"
WAIT = "wait"
PROVE = "prove"
STORE = "store"
NOTIFY = "notify"
NOTHING = "nothing"
"""What can be due: to stage the pending password and send it; to wait for the request that an earlier run sent; to find
out, through the source that takes the password, which one is in effect; to store what the user has settled; only what
follows the last change."""

LEASE = 300
"""Seconds for which a pending password without a request id is left to a run that can't be seen from here. The request
follows the staging at once; this is what its attempts can take."""

MOST_DISCARDED = 50
FIND_OUT = (
    "Find out which password the account takes, then set rotate_password_settle_pending to commit if it is the pending "
    "one, or to discard if it is not."
)
"""What to do where it is not known whether the pending password was set, and it may not be sent again."""


class Wanted(t.NamedTuple):
    """What the user asked for.

    ``value`` is the password given, ``None`` to generate one; ``max_age`` is in seconds; ``hook`` tells whether there
    is a hook after the change; ``age_from`` is STORE or ISC; ``source`` tells whether a source takes the password and
    can prove it.
    """

    value: str | None = None
    update_password: str = ALWAYS
    max_age: float | None = None
    on_unknown: str = RESEND
    settle_pending: str = ""
    hook: bool = True
    age_from: str = AGE_FROM_STORE
    unknown_age: str = CHANGE
    source: bool = False


class Plan(t.NamedTuple):
    """What is due, the record that it begins with, and why, as a clause for people."""

    due: str
    record: Record
    reason: str


def plan(
    record: Record,
    wanted: Wanted,
    make_password: t.Callable[[], str],
    me: RunOwner,
    now: float,
    settled: bool = False,
    seen: t.Callable[[RunOwner, RunOwner], str] = liveness,
    ask_isc: t.Callable[[], KnownAge] = lambda: KnownAge(ISC, None),
) -> Plan:
    """Decide what is due.

    :param make_password: generates a password; called only when one is needed.
    :param now: seconds since 1970.
    :param settled: this run has just finished a pending password, so it generates no other one.
    :param seen: what the first run is for the second, see ``liveness``.
    :param ask_isc: tells how old ISC knows the password to be. It is called only where that decides.
    :raises AgeUnknownError: the age of the password is unknown, and the user wants to fail then.
    :raises RotationBusyError: another run is rotating the password.
    :raises RotationUnknownError: the pending password may be in effect, and may not be sent again.
    """
    if record.pending is not None:
        return _plan_pending(record, record.pending, wanted, me, now, seen(record.pending.owner, me))
    if wanted.settle_pending:
        return Plan(NOTHING, record, "no password is pending")
    if record.after_change_due and wanted.hook and not settled:
        return Plan(NOTIFY, record, "the hook after the last change is due")
    current, given = record.current, wanted.value
    same = current is not None and current.password == given
    if settled and (given is None or same):
        return Plan(NOTHING, record, "the pending password was finished")
    when_changed = wanted.update_password == WHEN_CHANGED
    # What is the same needs no look at its age, unless it is to be set once more.
    if not settled and not (same and when_changed and not _is_young(current, wanted, now)):
        reason = _why_not_due(current, wanted, now, ask_isc)
        if reason is not None:
            ignored = given is not None and not same
            return Plan(NOTHING, record, reason + (", so the given one was not set" if ignored else ""))
    if same and when_changed:
        return Plan(NOTHING, record, "the password is the one that was set before")
    if given is None and current is not None and wanted.max_age is None and when_changed:
        return Plan(NOTHING, record, "the store holds a password")
    pending = PendingPassword(make_password() if given is None else given, now, me)
    how = "a password was generated" if given is None else "a password is given"
    return Plan(SET, record._replace(pending=pending), how)


def _plan_pending(
    record: Record, pending: PendingPassword, wanted: Wanted, me: RunOwner, now: float, owner: str
) -> Plan:
    if owner == ALIVE:
        raise RotationBusyError(
            f"Another run has been rotating this password since {format_time(pending.time)}: {pending.owner}.",
            "Wait until it has ended, then run this again.",
            outcome=NOT_SENT,
        )
    if wanted.settle_pending == COMMIT:
        return Plan(STORE, finished(record, now, wanted.hook), "the user says that the pending password is in effect")
    if wanted.settle_pending == DISCARD:
        return Plan(STORE, dropped(record), "the user says that the pending password is not in effect")
    if pending.request_id is not None:
        return Plan(WAIT, record, "an earlier run sent the pending password")
    if pending.inconclusive and wanted.source and record.current is not None:
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
    if wanted.on_unknown == FAIL:
        raise RotationUnknownError(
            f"A password was staged at {format_time(pending.time)}, and whether it was set is not known.",
            f"rotate_password_on_unknown is fail, so it isn't sent again. {FIND_OUT}",
            outcome=UNKNOWN,
        )
    again = pending._replace(time=now, owner=me, outcome_unknown=True)
    return Plan(SET, record._replace(pending=again), "whether the pending password was set is not known")


def _why_not_due(
    current: KeptPassword | None, wanted: Wanted, now: float, ask_isc: t.Callable[[], KnownAge]
) -> str | None:
    """Return why the age of the password says that nothing is due; ``None`` where it doesn't."""
    if wanted.max_age is None:
        return None
    if _is_young(current, wanted, now):
        verdict = YOUNG
    elif wanted.age_from == ISC:
        verdict = judge(newer(age_of(current), ask_isc(), now), wanted.max_age, wanted.unknown_age, now)
    else:
        verdict = DUE
    if verdict == DUE:
        return None
    if verdict == YOUNG:
        return "the password is younger than rotate_password_max_age"
    return "nobody knows how old the password is, and rotate_password_unknown_age is skip"


def age_of(current: KeptPassword | None) -> KnownAge | None:
    """Return how old a kept password is; ``None`` without one."""
    return None if current is None else KnownAge(AGE_FROM_STORE, current.time)


def _is_young(current: KeptPassword | None, wanted: Wanted, now: float) -> bool:
    return current is not None and is_young(current.time, wanted.max_age, now)


def accepted(record: Record, request_id: str | None) -> Record:
    """Return the record once ISC has accepted the change."""
    return record._replace(pending=_pending(record)._replace(request_id=request_id))


def finished(record: Record, now: float, hook: bool = False, request_id: str | None = None) -> Record:
    """Return the record once the pending password is in effect.

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

    After a request whose outcome is unknown, that may mean that this first request has set the password and the source
    refuses to take it twice. So the pending password is kept then, and never sent again. Otherwise it is discarded; the
    record remembers it, because some sources of a sync group may have taken it.
    """
    pending = _pending(record)
    if pending.outcome_unknown:
        return record._replace(pending=pending._replace(request_id=None, inconclusive=True))
    failed_one = KeptPassword(pending.password, now, pending.request_id)
    return record._replace(pending=None, discarded=(*record.discarded, failed_one)[-MOST_DISCARDED:])


def refused(record: Record) -> Record:
    """Return the record once the request was refused, so that this request has changed nothing."""
    return record if _pending(record).outcome_unknown else record._replace(pending=None)


def forgotten(record: Record) -> Record:
    """Return the record once ISC no longer knows the request, so that its outcome is unknown."""
    return record._replace(pending=_pending(record)._replace(request_id=None, outcome_unknown=True))


def dropped(record: Record) -> Record:
    return record._replace(pending=None)


def notified(record: Record) -> Record:
    """Return the record once the hook after the change has succeeded."""
    return record._replace(after_change_due=False)


def _pending(record: Record) -> PendingPassword:
    return t.cast(PendingPassword, record.pending)
