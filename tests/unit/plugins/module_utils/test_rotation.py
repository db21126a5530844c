# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state machine of a rotation: the whole table of decisions, and every transition of a record."""

from __future__ import annotations

import itertools

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import RotationBusyError, RotationUnknownError
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation import steps as rotation
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.owner import (
    ELSEWHERE,
    ENDED,
    MINE,
    RUNNING,
    RunOwner,
)
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.record import (
    KeptPassword,
    PendingPassword,
    Record,
    RecordedAccount,
)
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.steps import Plan, Wishes, plan_rotation

NOW = 2_000_000_000.0
ME = RunOwner("here boot", 1, "10", "localhost")
OTHER = RunOwner("there boot", 2, "20", "localhost")
ACCOUNT = RecordedAccount("svc-backup", "Active Directory", "source", "account")
OLD = KeptPassword("old", NOW - 1000, "request-0")
BEFORE = KeptPassword("before", NOW - 5000, "request-00")
PENDING = PendingPassword("new", NOW - 10, OTHER)
KNOWN = PENDING._replace(request_id="request-1")
UNSURE = PENDING._replace(outcome_unknown=True)

ANY = object()
BUSY, UNKNOWN = RotationBusyError, RotationUnknownError
YES_NO = (True, False)
UPDATES = (rotation.ALWAYS, rotation.WHEN_CHANGED)


def expected(table, situation):
    """Return what the first row that fits says."""
    for *row, what in table:
        if all(wanted is ANY or wanted == here for wanted, here in zip(row, situation)):
            return what
    raise AssertionError(f"no row for {situation}")


def plan(record, wishes=None, owner=ENDED, **more) -> Plan:
    return plan_rotation(
        record, wishes or Wishes(), lambda: "generated", ME, NOW, seen=lambda _owner, _me: owner, **more
    )


def decision(record, wishes, owner=ENDED, settled=False):
    try:
        return plan(record, wishes, owner, settled=settled).step
    except (RotationBusyError, RotationUnknownError) as error:
        return type(error)


# owner, staged within the lease, request id known, settle_pending, on_unknown
WITH_PENDING = [
    (RUNNING, ANY, ANY, ANY, ANY, BUSY),
    (ANY, ANY, ANY, "commit", ANY, rotation.COMMIT),
    (ANY, ANY, ANY, "discard", ANY, rotation.DISCARD),
    (ANY, ANY, True, "", ANY, rotation.RESUME),
    (ELSEWHERE, True, False, "", ANY, BUSY),
    (ANY, ANY, False, "", "fail", UNKNOWN),
    (ANY, ANY, False, "", "resend", rotation.RESEND),
]


@pytest.mark.parametrize("current", [None, OLD], ids=["first", "later"])
@pytest.mark.parametrize("unknown", YES_NO, ids=["unknown", "not sent before"])
@pytest.mark.parametrize("owner", [MINE, RUNNING, ENDED, ELSEWHERE])
def test_with_a_pending_password_nothing_else_counts(owner, unknown, current):
    places = itertools.product(YES_NO, YES_NO, ("", "commit", "discard"), rotation.ON_UNKNOWN)
    others = list(itertools.product((None, "old", "new", "other"), UPDATES, (None, 60.0, 9e9), YES_NO, YES_NO))
    for in_lease, known, settle, on_unknown in places:
        time = NOW - (rotation.LEASE - 1 if in_lease else rotation.LEASE)
        pending = PendingPassword("new", time, OTHER, "request-1" if known else None, unknown)
        for value, update, max_age, settled, due in others:
            record = Record(ACCOUNT, current, pending=pending, after_change_due=due)
            wishes = Wishes(value, update, max_age, on_unknown, settle)
            situation = (owner, in_lease, known, settle, on_unknown)
            assert decision(record, wishes, owner, settled) == expected(WITH_PENDING, situation), situation


# settle_pending, hook due, settled, value given, it is the current one, its age, max_age given, update_password
WITHOUT_PENDING = [
    ("commit", ANY, ANY, ANY, ANY, ANY, ANY, ANY, rotation.NOTHING),
    ("discard", ANY, ANY, ANY, ANY, ANY, ANY, ANY, rotation.NOTHING),
    (ANY, True, False, ANY, ANY, ANY, ANY, ANY, rotation.AFTER_CHANGE),
    # Given.
    (ANY, ANY, True, True, True, ANY, ANY, ANY, rotation.NOTHING),
    (ANY, ANY, False, True, ANY, "young", True, ANY, rotation.NOTHING),
    (ANY, ANY, ANY, True, True, ANY, ANY, "when_changed", rotation.NOTHING),
    (ANY, ANY, ANY, True, ANY, ANY, ANY, ANY, rotation.SEND),
    # Generated.
    (ANY, ANY, True, False, ANY, ANY, ANY, ANY, rotation.NOTHING),
    (ANY, ANY, False, False, ANY, "young", True, ANY, rotation.NOTHING),
    (ANY, ANY, False, False, ANY, "young", False, "when_changed", rotation.NOTHING),
    (ANY, ANY, False, False, ANY, "old", False, "when_changed", rotation.NOTHING),
    (ANY, ANY, False, False, ANY, ANY, ANY, ANY, rotation.SEND),
]


@pytest.mark.parametrize("settle", ["", "commit", "discard"])
@pytest.mark.parametrize("due", YES_NO, ids=["hook due", "no hook due"])
@pytest.mark.parametrize("age", [None, "young", "old"])
def test_without_a_pending_password_the_wishes_count(settle, due, age):
    current = None if age is None else OLD._replace(time=NOW - (59 if age == "young" else 60))
    for settled, value, limited, update, on_unknown, hook in itertools.product(
        YES_NO, (None, "old", "other"), YES_NO, UPDATES, rotation.ON_UNKNOWN, YES_NO
    ):
        wishes = Wishes(value, update, 60.0 if limited else None, on_unknown, settle, hook)
        same = value == "old" and current is not None
        situation = (settle, due and hook, settled, value is not None, same, age, limited, update)
        record = Record(ACCOUNT, current, BEFORE, after_change_due=due)
        assert decision(record, wishes, settled=settled) == expected(WITHOUT_PENDING, situation), situation


@pytest.mark.parametrize(("value", "password"), [(None, "generated"), ("given", "given")])
def test_what_is_sent_is_staged_by_this_run_beside_the_current_one(value, password):
    record = Record(ACCOUNT, OLD, BEFORE, discarded=(BEFORE,))
    made = plan(record, Wishes(value)).record
    assert made == record._replace(pending=PendingPassword(password, NOW, ME))


def test_no_password_is_made_unless_it_is_sent():
    def make():
        raise AssertionError("a password was made")

    held = Record(ACCOUNT, OLD)
    for record, wishes in [
        (held._replace(pending=PENDING), Wishes()),
        (held._replace(pending=KNOWN), Wishes()),
        (held, Wishes("given")),
        (held, Wishes(update_password=rotation.WHEN_CHANGED)),
        (held, Wishes(max_age=9e9)),
        (held, Wishes(settle_pending="commit")),
        (held._replace(after_change_due=True), Wishes()),
    ]:
        plan_rotation(record, wishes, make, ME, NOW, seen=lambda _owner, _me: ENDED)


def test_a_resend_is_the_same_password_of_this_run_and_its_outcome_is_unknown():
    made = plan(Record(ACCOUNT, OLD, pending=PENDING))
    assert made.record.pending == PendingPassword("new", NOW, ME, None, True)
    assert made.record.current == OLD


@pytest.mark.parametrize("step", ["resume", "commit", "discard", "after_change", "nothing"])
def test_only_what_is_sent_changes_the_record_beforehand(step):
    pending = {"resume": KNOWN, "commit": PENDING, "discard": PENDING}.get(step)
    record = Record(ACCOUNT, OLD, pending=pending, after_change_due=step == "after_change")
    made = plan(record, Wishes("old", "when_changed", settle_pending=step if step in ("commit", "discard") else ""))
    assert (made.step, made.record) == (step, record)


def test_without_being_told_it_looks_for_the_owner_itself():
    record = Record(ACCOUNT, pending=PENDING._replace(owner=ME))
    assert plan_rotation(record, Wishes(), str, ME, NOW).step == rotation.RESEND
    with pytest.raises(RotationBusyError):
        plan_rotation(record._replace(pending=PENDING), Wishes(), str, ME, NOW)


def test_the_messages_say_who_when_and_what_to_do():
    record = Record(ACCOUNT, pending=PENDING)
    with pytest.raises(RotationBusyError, match="since 2033-05-18T03:33:10Z: process 2 on there, for the host local"):
        plan(record, owner=RUNNING)
    with pytest.raises(RotationBusyError, match="staged a password 10 s ago") as busy:
        plan(record, owner=ELSEWHERE)
    assert busy.value.hint.startswith("Run this again in 290 s.")
    with pytest.raises(RotationUnknownError, match="staged at 2033-05-18T03:33:10Z") as unknown:
        plan(record, Wishes(on_unknown="fail"))
    assert "rotate_password_settle_pending to commit" in unknown.value.hint


def test_a_clock_that_was_wrong_does_not_keep_a_password_or_a_lease_for_ever():
    ahead = KeptPassword("old", NOW + 86400)
    assert plan(Record(ACCOUNT, ahead), Wishes(max_age=60.0)).step == rotation.NOTHING
    assert plan(Record(ACCOUNT, ahead._replace(time=NOW + 86401)), Wishes(max_age=60.0)).step == rotation.SEND
    staged = PENDING._replace(time=NOW + rotation.LEASE)
    assert plan(Record(ACCOUNT, pending=staged), owner=ELSEWHERE).step == rotation.RESEND
    with pytest.raises(RotationBusyError) as busy:
        plan(Record(ACCOUNT, pending=staged._replace(time=NOW + 10)), owner=ELSEWHERE)
    assert busy.value.hint.startswith("Run this again in 300 s.")


def test_accepted_keeps_the_request_id():
    record = Record(ACCOUNT, OLD, pending=UNSURE)
    assert rotation.accepted(record, "r").pending == UNSURE._replace(request_id="r")
    assert rotation.accepted(record, None).pending == UNSURE
    assert rotation.accepted(record, "r")._replace(pending=UNSURE) == record


@pytest.mark.parametrize("hook", YES_NO)
def test_finished_makes_the_pending_one_current(hook):
    record = Record(ACCOUNT, OLD, BEFORE, KNOWN, discarded=(BEFORE,), after_change_due=not hook)
    new = KeptPassword("new", NOW, "request-1")
    assert rotation.finished(record, NOW, hook) == Record(ACCOUNT, new, OLD, after_change_due=hook)


def test_the_same_password_again_does_not_push_the_previous_one_out():
    record = Record(ACCOUNT, OLD._replace(password="new"), BEFORE, KNOWN)
    assert rotation.finished(record, NOW) == Record(ACCOUNT, KeptPassword("new", NOW, "request-1"), BEFORE)


def test_failed_discards_the_pending_one_and_keeps_the_current():
    record = Record(ACCOUNT, OLD, BEFORE, KNOWN)
    kept = rotation.failed(record, NOW)
    assert kept == Record(ACCOUNT, OLD, BEFORE, discarded=(KeptPassword("new", NOW, "request-1"),))
    again = kept._replace(pending=KNOWN._replace(password="newer"))
    assert [each.password for each in rotation.failed(again, NOW).discarded] == ["new", "newer"]


def test_the_latest_of_many_discarded_ones_are_remembered():
    record = Record(ACCOUNT, OLD)
    for number in range(rotation.MOST_DISCARDED + 3):
        record = rotation.failed(record._replace(pending=KNOWN._replace(password=str(number))), NOW)
    assert len(record.discarded) == rotation.MOST_DISCARDED
    assert record.discarded[-1].password == str(rotation.MOST_DISCARDED + 2)


def test_failed_after_an_unknown_outcome_says_nothing_about_the_first_request():
    record = Record(ACCOUNT, OLD, pending=UNSURE._replace(request_id="r"))
    assert rotation.failed(record, NOW) == record._replace(pending=UNSURE)


def test_refused_drops_only_what_was_not_sent_before():
    assert rotation.refused(Record(ACCOUNT, OLD, pending=PENDING)) == Record(ACCOUNT, OLD)
    unsure = Record(ACCOUNT, OLD, pending=UNSURE)
    assert rotation.refused(unsure) == unsure


def test_forgotten_makes_the_outcome_unknown():
    record = Record(ACCOUNT, OLD, pending=KNOWN)
    assert rotation.forgotten(record) == record._replace(pending=UNSURE)


def test_dropped_and_notified():
    assert rotation.dropped(Record(ACCOUNT, OLD, BEFORE, UNSURE)) == Record(ACCOUNT, OLD, BEFORE)
    assert rotation.notified(Record(ACCOUNT, OLD, after_change_due=True)) == Record(ACCOUNT, OLD)


@pytest.mark.parametrize(
    "move",
    [
        lambda record: rotation.accepted(record, "r"),
        lambda record: rotation.finished(record, NOW),
        lambda record: rotation.failed(record, NOW),
        rotation.refused,
        rotation.forgotten,
    ],
    ids=["accepted", "finished", "failed", "refused", "forgotten"],
)
def test_what_happens_to_a_pending_password_needs_one(move):
    with pytest.raises(ValueError, match="no password is pending"):
        move(Record(ACCOUNT, OLD))
