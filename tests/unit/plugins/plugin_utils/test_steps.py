# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of a rotation: the complete table of what is due, and each transition of a record."""

from __future__ import annotations

import itertools

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._change.decision import ALWAYS, WHEN_CHANGED
from ansible_collections.community.sailpoint.plugins.module_utils._errors import RotationBusyError, RotationUnknownError
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation import steps
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.owner import (
    ALIVE,
    DEAD,
    OWN,
    REMOTE,
    RunOwner,
)
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.record import (
    PendingPassword,
    Record,
    RecordedAccount,
    RecordedPassword,
)
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.steps import Plan, PlanOptions

NOW = 2_000_000_000.0
ME = RunOwner("here boot", 1, "10", "localhost")
OTHER = RunOwner("there boot", 2, "20", "localhost")
ACCOUNT = RecordedAccount("svc-backup", "Active Directory", "source", "account")
OLD = RecordedPassword("old", NOW - 1000, "request-0")
BEFORE = RecordedPassword("before", NOW - 5000, "request-00")
PENDING = PendingPassword("new", NOW - 10, OTHER)
KNOWN = PENDING._replace(request_id="request-1")
UNSURE = PENDING._replace(outcome_unknown=True)
INCONCLUSIVE = UNSURE._replace(inconclusive=True)

ANY = object()
BUSY, UNKNOWN = RotationBusyError, RotationUnknownError
YES_NO = (True, False)
UPDATES = (ALWAYS, WHEN_CHANGED)


def expected(table, situation):
    """Return the result of the first row that matches."""
    for *row, result in table:
        if all(condition in (ANY, value) for condition, value in zip(row, situation)):
            return result
    raise AssertionError(f"no row for {situation}")


def plan(record, wanted=None, owner=DEAD, **more) -> Plan:
    return steps.plan(
        record, wanted or PlanOptions(), lambda: "generated", ME, NOW, seen=lambda _owner, _me: owner, **more
    )


def due(record, wanted, owner=DEAD, settled=False):
    try:
        return plan(record, wanted, owner, settled=settled).due
    except (RotationBusyError, RotationUnknownError) as error:
        return type(error)


# owner, staged within the lease, request id known, inconclusive, settle_pending, on_unknown
WITH_PENDING = [
    (ALIVE, ANY, ANY, ANY, ANY, ANY, BUSY),
    (ANY, ANY, ANY, ANY, "commit", ANY, steps.STORE),
    (ANY, ANY, ANY, ANY, "discard", ANY, steps.STORE),
    (ANY, ANY, True, ANY, "", ANY, steps.WAIT),
    (ANY, ANY, False, True, "", ANY, UNKNOWN),
    (REMOTE, True, False, False, "", ANY, BUSY),
    (ANY, ANY, False, False, "", "fail", UNKNOWN),
    (ANY, ANY, False, False, "", "resend", steps.SET),
]


@pytest.mark.parametrize("current", [None, OLD], ids=["first", "later"])
@pytest.mark.parametrize("unknown", YES_NO, ids=["unknown", "not sent before"])
@pytest.mark.parametrize("owner", [OWN, ALIVE, DEAD, REMOTE])
def test_with_a_pending_password_other_options_do_not_matter(owner, unknown, current):
    places = itertools.product(YES_NO, YES_NO, YES_NO, ("", "commit", "discard"), steps.ON_UNKNOWN)
    others = list(itertools.product((None, "old", "new", "other"), UPDATES, (None, 60.0, 9e9), YES_NO, YES_NO))
    for in_lease, known, inconclusive, settle, on_unknown in places:
        time = NOW - (steps.LEASE - 1 if in_lease else steps.LEASE)
        pending = PendingPassword("new", time, OTHER, "request-1" if known else None, unknown, inconclusive)
        for value, update, max_age, settled, hook_due in others:
            record = Record(ACCOUNT, current, pending=pending, after_change_due=hook_due)
            wanted = PlanOptions(value, update, max_age, on_unknown, settle)
            situation = (owner, in_lease, known, inconclusive, settle, on_unknown)
            assert due(record, wanted, owner, settled) == expected(WITH_PENDING, situation), situation


# settle_pending, hook due, settled, value given, it is the current one, its age, max_age given, update_password
WITHOUT_PENDING = [
    ("commit", ANY, ANY, ANY, ANY, ANY, ANY, ANY, steps.NOTHING),
    ("discard", ANY, ANY, ANY, ANY, ANY, ANY, ANY, steps.NOTHING),
    (ANY, True, False, ANY, ANY, ANY, ANY, ANY, steps.NOTIFY),
    # Given.
    (ANY, ANY, True, True, True, ANY, ANY, ANY, steps.NOTHING),
    (ANY, ANY, False, True, ANY, "young", True, ANY, steps.NOTHING),
    (ANY, ANY, ANY, True, True, ANY, ANY, "when_changed", steps.NOTHING),
    (ANY, ANY, ANY, True, ANY, ANY, ANY, ANY, steps.SET),
    # Generated.
    (ANY, ANY, True, False, ANY, ANY, ANY, ANY, steps.NOTHING),
    (ANY, ANY, False, False, ANY, "young", True, ANY, steps.NOTHING),
    (ANY, ANY, False, False, ANY, "young", False, "when_changed", steps.NOTHING),
    (ANY, ANY, False, False, ANY, "old", False, "when_changed", steps.NOTHING),
    (ANY, ANY, False, False, ANY, ANY, ANY, ANY, steps.SET),
]


@pytest.mark.parametrize("settle", ["", "commit", "discard"])
@pytest.mark.parametrize("hook_due", YES_NO, ids=["hook due", "no hook due"])
@pytest.mark.parametrize("age", [None, "young", "old"])
def test_without_a_pending_password_the_options_decide(settle, hook_due, age):
    current = None if age is None else OLD._replace(time=NOW - (59 if age == "young" else 60))
    for settled, value, limited, update, on_unknown, hook in itertools.product(
        YES_NO, (None, "old", "other"), YES_NO, UPDATES, steps.ON_UNKNOWN, YES_NO
    ):
        wanted = PlanOptions(value, update, 60.0 if limited else None, on_unknown, settle, hook)
        same = value == "old" and current is not None
        situation = (settle, hook_due and hook, settled, value is not None, same, age, limited, update)
        record = Record(ACCOUNT, current, BEFORE, after_change_due=hook_due)
        assert due(record, wanted, settled=settled) == expected(WITHOUT_PENDING, situation), situation


@pytest.mark.parametrize(("value", "password"), [(None, "generated"), ("given", "given")])
def test_a_new_password_is_staged_by_this_run_beside_the_current_one(value, password):
    record = Record(ACCOUNT, OLD, BEFORE, discarded=(BEFORE,))
    made = plan(record, PlanOptions(value)).record
    assert made == record._replace(pending=PendingPassword(password, NOW, ME))


def test_a_password_is_generated_only_if_it_is_sent():
    def make():
        raise AssertionError("a password was made")

    held = Record(ACCOUNT, OLD)
    for record, wanted in [
        (held._replace(pending=PENDING), PlanOptions()),
        (held._replace(pending=KNOWN), PlanOptions()),
        (held._replace(pending=INCONCLUSIVE), PlanOptions(settle_pending="discard")),
        (held, PlanOptions("given")),
        (held, PlanOptions(update_password=WHEN_CHANGED)),
        (held, PlanOptions(max_age=9e9)),
        (held, PlanOptions(settle_pending="commit")),
        (held._replace(after_change_due=True), PlanOptions()),
    ]:
        steps.plan(record, wanted, make, ME, NOW, seen=lambda _owner, _me: DEAD)


def test_a_resend_is_the_same_password_of_this_run_and_its_outcome_is_unknown():
    made = plan(Record(ACCOUNT, OLD, pending=PENDING))
    assert made.record.pending == PendingPassword("new", NOW, ME, None, True)
    assert made.record.current == OLD


@pytest.mark.parametrize(
    ("record", "wanted", "result"),
    [
        (Record(ACCOUNT, OLD, pending=KNOWN), PlanOptions(), steps.WAIT),
        (Record(ACCOUNT, OLD, after_change_due=True), PlanOptions(), steps.NOTIFY),
        (Record(ACCOUNT, OLD), PlanOptions("old", WHEN_CHANGED), steps.NOTHING),
    ],
    ids=["wait", "notify", "nothing"],
)
def test_other_steps_leave_the_record_as_it_is(record, wanted, result):
    made = plan(record, wanted)
    assert (made.due, made.record) == (result, record)


@pytest.mark.parametrize("pending", [PENDING, KNOWN, UNSURE, INCONCLUSIVE])
@pytest.mark.parametrize("hook", YES_NO)
def test_a_settled_password_becomes_the_current_one_or_is_dropped(pending, hook):
    record = Record(ACCOUNT, OLD, BEFORE, pending)
    committed = plan(record, PlanOptions(settle_pending="commit", follow_up=hook)).record
    assert committed == Record(ACCOUNT, RecordedPassword("new", NOW, pending.request_id), OLD, after_change_due=hook)
    assert plan(record, PlanOptions(settle_pending="discard", follow_up=hook)).record == Record(ACCOUNT, OLD, BEFORE)


def test_the_liveness_of_the_owner_is_checked_by_default():
    record = Record(ACCOUNT, pending=PENDING._replace(owner=ME))
    assert steps.plan(record, PlanOptions(), str, ME, NOW).due == steps.SET
    with pytest.raises(RotationBusyError):
        steps.plan(record._replace(pending=PENDING), PlanOptions(), str, ME, NOW)


SETTLE = (
    "Find out which password the account takes, then set rotate_password_settle_pending to commit if it is the pending "
    "one, or to discard if it is not."
)


@pytest.mark.parametrize(
    ("pending", "owner", "outcome", "message", "hint"),
    [
        (
            PENDING,
            ALIVE,
            "not_sent",
            "Another run has been rotating this password since 2033-05-18T03:33:10Z: process 2 on there, for the host "
            "localhost.",
            "Wait until it has ended, then run this again.",
        ),
        (
            PENDING,
            REMOTE,
            "not_sent",
            "A run elsewhere staged a password 10 s ago and may be sending it right now: process 2 on there, for the "
            "host localhost.",
            "Run this again in 290 s. If that run was killed, this one will finish its work.",
        ),
        (
            PENDING,
            DEAD,
            "unknown",
            "A password was staged at 2033-05-18T03:33:10Z, and whether it was set is not known.",
            f"rotate_password_on_unknown is fail, so it isn't sent again. {SETTLE}",
        ),
        (
            INCONCLUSIVE,
            DEAD,
            "unknown",
            "ISC reported FAILED for a password that may have been sent twice, which proves nothing: the first request "
            "may have set it.",
            f"It is not sent again. {SETTLE}",
        ),
    ],
)
def test_a_pending_password_that_must_wait_is_explained(pending, owner, outcome, message, hint):
    with pytest.raises(UNKNOWN if outcome == "unknown" else BUSY) as error:
        plan(Record(ACCOUNT, pending=pending), PlanOptions(on_unknown="fail"), owner)
    assert (error.value.message, error.value.hint) == (message, hint)
    assert error.value.details["outcome"] == outcome


def test_an_inconclusive_password_is_proved_by_the_source_that_takes_it():
    record = Record(ACCOUNT, OLD, pending=INCONCLUSIVE)
    assert plan(record, PlanOptions(source=True)).due == steps.PROVE
    with pytest.raises(RotationUnknownError):
        plan(record._replace(current=None), PlanOptions(source=True))


# The record, the options, and the reason for the step that is due.
HELD, STAGED = Record(ACCOUNT, OLD), Record(ACCOUNT, pending=PENDING)
YOUNG = "the password is younger than rotate_password_max_age"
REASONS = [
    (HELD._replace(pending=KNOWN), PlanOptions(), {}, "an earlier run sent the pending password"),
    (STAGED, PlanOptions(), {}, "whether the pending password was set is not known"),
    (STAGED, PlanOptions(settle_pending="commit"), {}, "the user says that the pending password is in effect"),
    (STAGED, PlanOptions(settle_pending="discard"), {}, "the user says that the pending password is not in effect"),
    (HELD, PlanOptions(settle_pending="discard"), {}, "no password is pending"),
    (HELD._replace(after_change_due=True), PlanOptions(), {}, "the hook after the last change is due"),
    (HELD, PlanOptions("other"), {}, "a password is given"),
    (HELD, PlanOptions("old"), {"settled": True}, "the pending password was finished"),
    (HELD, PlanOptions(), {"settled": True}, "the pending password was finished"),
    (HELD, PlanOptions("old", WHEN_CHANGED), {}, "the password is the one that was set before"),
    (HELD, PlanOptions("other", max_age=9e9), {}, f"{YOUNG}, so the given one was not set"),
    (HELD, PlanOptions("old", max_age=9e9), {}, YOUNG),
    (HELD, PlanOptions(max_age=9e9), {}, YOUNG),
    (HELD, PlanOptions(update_password=WHEN_CHANGED), {}, "the store holds a password"),
    (HELD, PlanOptions(), {}, "a password was generated"),
]


@pytest.mark.parametrize(("record", "wanted", "more", "reason"), REASONS)
def test_a_plan_has_a_reason(record, wanted, more, reason):
    assert plan(record, wanted, **more).reason == reason


def test_a_wrong_clock_does_not_extend_an_age_or_a_lease_without_end():
    ahead = RecordedPassword("old", NOW + 86400)
    assert plan(Record(ACCOUNT, ahead), PlanOptions(max_age=60.0)).due == steps.NOTHING
    assert plan(Record(ACCOUNT, ahead._replace(time=NOW + 86401)), PlanOptions(max_age=60.0)).due == steps.SET
    staged = PENDING._replace(time=NOW + steps.LEASE)
    assert plan(Record(ACCOUNT, pending=staged), owner=REMOTE).due == steps.SET
    with pytest.raises(RotationBusyError) as busy:
        plan(Record(ACCOUNT, pending=staged._replace(time=NOW + 10)), owner=REMOTE)
    assert busy.value.hint.startswith("Run this again in 300 s.")


def test_other_transitions():
    record = Record(ACCOUNT, OLD, pending=UNSURE)
    assert steps.accepted(record, "r").pending == UNSURE._replace(request_id="r")
    assert steps.accepted(record, None).pending == UNSURE
    assert steps.accepted(record, "r")._replace(pending=UNSURE) == record
    unsure = Record(ACCOUNT, OLD, pending=UNSURE)
    assert steps.refused(Record(ACCOUNT, OLD, pending=PENDING)) == Record(ACCOUNT, OLD)
    # A password that was sent before is not dropped, and its failure is inconclusive.
    assert steps.refused(unsure) == unsure
    assert steps.failed(steps.accepted(unsure, "r"), NOW) == unsure._replace(pending=INCONCLUSIVE)
    assert steps.forgotten(Record(ACCOUNT, OLD, pending=KNOWN)) == unsure
    assert steps.dropped(Record(ACCOUNT, OLD, BEFORE, UNSURE)) == Record(ACCOUNT, OLD, BEFORE)
    assert steps.notified(Record(ACCOUNT, OLD, after_change_due=True)) == Record(ACCOUNT, OLD)


@pytest.mark.parametrize("hook", YES_NO)
def test_finished_makes_the_pending_one_current(hook):
    record = Record(ACCOUNT, OLD, BEFORE, KNOWN, discarded=(BEFORE,), after_change_due=not hook)
    new = RecordedPassword("new", NOW, "request-1")
    assert steps.finished(record, NOW, hook) == Record(ACCOUNT, new, OLD, after_change_due=hook)
    # A change that ended at once has its request id only now.
    record = Record(ACCOUNT, OLD, pending=PENDING)
    assert steps.finished(record, NOW, request_id="late").current.request_id == "late"
    known = record._replace(pending=KNOWN)
    assert steps.finished(known, NOW, request_id="late").current.request_id == "request-1"


def test_the_same_password_again_does_not_push_the_previous_one_out():
    record = Record(ACCOUNT, OLD._replace(password="new"), BEFORE, KNOWN)
    assert steps.finished(record, NOW) == Record(ACCOUNT, RecordedPassword("new", NOW, "request-1"), BEFORE)


def test_failed_discards_the_pending_one_and_keeps_the_current():
    record = Record(ACCOUNT, OLD, BEFORE, KNOWN)
    kept = steps.failed(record, NOW)
    assert kept == Record(ACCOUNT, OLD, BEFORE, discarded=(RecordedPassword("new", NOW, "request-1"),))
    again = kept._replace(pending=KNOWN._replace(password="newer"))
    assert [each.password for each in steps.failed(again, NOW).discarded] == ["new", "newer"]


def test_the_latest_of_many_discarded_ones_are_remembered():
    record = Record(ACCOUNT, OLD)
    for number in range(steps.MOST_DISCARDED + 3):
        record = steps.failed(record._replace(pending=KNOWN._replace(password=str(number))), NOW)
    assert len(record.discarded) == steps.MOST_DISCARDED
    assert record.discarded[-1].password == str(steps.MOST_DISCARDED + 2)
