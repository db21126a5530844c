# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rotation: the state that its tasks pass on, and how it ends."""

from __future__ import annotations

import dataclasses
import json

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import Change
from ansible_collections.community.sailpoint.plugins.module_utils._change.age import KnownAge
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError, RecordError
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation import steps
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.record import Record
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.rotation import (
    AFTER_BATCH,
    Problem,
    Rotation,
    read_change,
)
from support.flows import TARGET
from support.rotations import (
    ACCOUNT,
    BEFORE,
    INCONCLUSIVE,
    KNOWN,
    ME,
    NEW,
    NOW,
    OLD,
    PENDING,
    UNSURE,
    options,
    rotation,
)

RECORD = Record(ACCOUNT, OLD, BEFORE)


def planned(record=RECORD, policies=(), settled=False, **given) -> Rotation:
    made = rotation(record, **given)
    made.settled = settled
    made.plan(policies, ME, NOW)
    return made


def test_a_rotation_is_passed_on_unchanged():
    made = rotation(RECORD._replace(pending=KNOWN), hooks=("after_change",), client_id="id", max_age="3d")
    made.version, made.place, made.staged, made.due, made.reason = "7", "somewhere", True, steps.SET, "why"
    made.settled, made.another_round, made.changed, made.outcome = True, True, True, "unknown"
    made.problem = Problem("What.", "Do.", "wait")
    made.change = Change("r", "FAILED", ("No.",), ("s1", "s2"))
    made.sync_group, made.rotated_at = {"name": "group"}, "2026-03-14T09:26:53Z"
    made.part, made.info, made.loaded, made.rounds = AFTER_BATCH, {"accounts": []}, {}, 2
    made.store_variables, made.loop_variable = {"ansible_hashi_vault_url": "x"}, "a_variable"
    made.age = KnownAge("isc", NOW - 5.0, True)
    made.restores_current = True
    # No field has its default, so a field that is not passed on shows.
    fresh = Rotation(made.options)
    names = [field.name for field in dataclasses.fields(made)]
    assert [name for name in names if getattr(made, name) == getattr(fresh, name)] == ["options"]
    for each in (made, fresh):
        assert Rotation.from_value(json.loads(json.dumps(each.as_value()))) == each


@pytest.mark.parametrize(
    ("hooks", "store", "before", "after"),
    [
        ((), "file", False, False),
        (("before_change",), "file", True, True),
        (("after_change",), "file", False, True),
        (("on_failure",), "file", False, True),
        ((), "/play/own", True, True),
    ],
)
def test_tasks_of_the_user(hooks, store, before, after):
    made = rotation(hooks=hooks, store=store)
    assert (made.has_tasks_before, made.has_tasks_after) == (before, after)


@pytest.mark.parametrize(
    ("outcome", "due", "marked", "hooks", "expected"),
    [
        ("finished", steps.SET, True, ("after_change",), True),
        ("unchanged", steps.NOTIFY, True, ("after_change",), True),
        ("unchanged", steps.STORE, True, ("after_change",), True),
        ("unchanged", steps.NOTHING, True, ("after_change",), False),
        ("failed", steps.SET, True, ("after_change",), False),
        ("finished", steps.SET, False, ("after_change",), False),
        ("finished", steps.SET, True, (), False),
    ],
)
def test_the_hook_after_the_change_is_due(outcome, due, marked, hooks, expected):
    made = rotation(RECORD._replace(after_change_due=marked), hooks=hooks)
    made.outcome, made.due = outcome, due
    assert made.follow_up_due is expected


@pytest.mark.parametrize(
    ("record", "new", "old"),
    [
        (Record(ACCOUNT), "", ""),
        (Record(ACCOUNT, pending=PENDING), NEW, ""),
        (RECORD, OLD.password, BEFORE.password),
        (RECORD._replace(pending=PENDING), NEW, OLD.password),
    ],
)
def test_the_passwords_that_hooks_get(record, new, old):
    made = rotation(record)
    assert (made.new_value, made.old_value) == (new, old)


def test_the_account_has_the_names_of_the_options_and_the_ids_of_isc():
    made = Rotation(options(value="Given-1"))
    made.set_target(TARGET)
    assert made.account == ACCOUNT._replace(source_id="s", account_id="CN=abby")
    assert made.identity_id == "i"


def test_a_record_is_loaded_with_its_version_and_place():
    made = rotation()
    made.load(RECORD.as_value(), "7", "somewhere")
    assert (made.record, made.version, made.place) == (RECORD, "7", "somewhere")
    with pytest.raises(RecordError):
        made.load(Record(ACCOUNT._replace(account_id="other")).as_value(), "7", "somewhere")


def test_a_password_is_generated_by_the_policy_and_the_options():
    policies = ["passwordMinLength is 12", "passwordMinNumeric is 3"]
    made = planned(policies=policies, length=30, specials="#").record.pending.password
    assert len(made) == 30
    assert sum(letter.isdigit() for letter in made) >= 3
    assert {letter for letter in made if not letter.isalnum()} <= {"#"}
    assert len(planned(policies=policies).record.pending.password) >= 12
    long = ["passwordMinLength is 60"]
    assert planned(policies=long, specials="none").record.pending.password.isalnum()
    assert not planned(policies=long).record.pending.password.isalnum()


SHORT = ["passwordMaxLength is 9"]


def test_a_password_that_the_policy_makes_short_is_a_warning_unless_its_length_is_given():
    assert "only 9 characters" in planned(policies=SHORT).length_warning
    assert planned(policies=SHORT, length=9).length_warning is None
    assert planned(policies=SHORT, value="given-1").length_warning is None
    assert planned(policies=["passwordMaxLength is 12"]).length_warning is None
    with pytest.raises(InputError, match="allows fewer than 8 characters"):
        planned(policies=["passwordMaxLength is 1"])


def test_an_impossible_password_names_the_options():
    with pytest.raises(InputError) as error:
        planned(policies=["passwordMinLength is 20"], length=8)
    assert error.value.message.startswith("No password can be generated: ")
    assert error.value.hint == (
        "Check rotate_password_length and rotate_password_specials against the source's policy."
    )


def test_without_a_store_a_password_is_always_set():
    made = planned(store="none", discard=True)
    assert (made.due, made.outcome) == (steps.SET, None)
    assert made.record.pending.password not in ("", OLD.password)
    assert planned(store="none", value="Given-1").record.pending.password == "Given-1"


@pytest.mark.parametrize(
    ("record", "given", "due", "reason"),
    [
        (RECORD, {}, steps.SET, "a password was generated"),
        (RECORD, {"value": "Given-1"}, steps.SET, "a password is given"),
        (RECORD._replace(pending=KNOWN), {}, steps.WAIT, "an earlier run sent the pending password"),
        (RECORD._replace(pending=UNSURE), {}, steps.SET, "whether the pending password was set is not known"),
    ],
)
def test_an_unfinished_rotation_has_no_outcome(record, given, due, reason):
    made = planned(record, **given)
    assert (made.due, made.reason, made.outcome, made.changed) == (due, reason, None, False)


def test_nothing_or_only_the_hook_is_due():
    made = planned(max_age="1d")
    assert (made.due, made.outcome, made.changed) == (steps.NOTHING, "unchanged", False)
    assert made.change == Change("request-0", "FINISHED")
    assert made.rotated_at == "2033-05-18T03:16:40Z"
    # Without a current password there is no last change.
    made = planned(Record(ACCOUNT), settle_pending="commit")
    assert (made.outcome, made.change, made.rotated_at) == ("unchanged", None, None)
    made = rotation(RECORD._replace(after_change_due=True), hooks=("after_change",))
    made.plan((), ME, NOW)
    assert (made.due, made.outcome, made.follow_up_due) == (steps.NOTIFY, "unchanged", True)


@pytest.mark.parametrize("pending", [PENDING, KNOWN, INCONCLUSIVE])
def test_the_user_settles_a_pending_password(pending):
    made = planned(RECORD._replace(pending=pending), settle_pending="commit")
    assert (made.due, made.outcome, made.changed) == (steps.STORE, "finished", False)
    assert made.change == Change(pending.request_id, "FINISHED")
    assert made.rotated_at == "2033-05-18T03:33:20Z"
    made = planned(RECORD._replace(pending=pending), settle_pending="discard")
    assert (made.due, made.outcome, made.change, made.rotated_at) == (steps.STORE, "unchanged", None, None)


@pytest.mark.parametrize(
    ("pending", "given", "settled", "again"),
    [
        (KNOWN, {"value": "Given-1"}, False, True),
        (UNSURE, {"value": "Given-1"}, False, True),
        (KNOWN, {"value": NEW}, False, False),
        (KNOWN, {}, False, False),
        (None, {"value": "Given-1"}, False, False),
        (KNOWN, {"value": "Given-1", "settle_pending": "commit"}, False, False),
        # After one round, the pending password is of this run.
        (KNOWN, {"value": "Given-1"}, True, False),
    ],
)
def test_a_given_password_waits_behind_a_pending_one(pending, given, settled, again):
    assert planned(RECORD._replace(pending=pending), settled=settled, **given).another_round is again


def test_the_second_round_begins_where_the_first_one_ended():
    made = planned(RECORD._replace(pending=KNOWN), value="Given-1")
    made.staged, made.outcome, made.changed, made.change = True, "finished", True, Change("r", "FINISHED")
    made.start_next_round()
    assert (made.settled, made.another_round, made.staged, made.outcome, made.change) == (
        True,
        False,
        False,
        None,
        None,
    )
    # The first round changed a password, whatever the second one does.
    assert made.changed
    # After a problem, there is no second round.
    made = planned(RECORD._replace(pending=KNOWN), value="Given-1")
    made.outcome, made.problem = "failed", Problem("No.", None, "wait")
    made.start_next_round()
    assert (made.settled, made.another_round, made.outcome) == (False, False, "failed")


def test_an_end_is_recorded_with_its_time():
    made = rotation()
    made.end("finished", True, NOW, Change("r", "FINISHED"))
    assert (made.outcome, made.changed, made.rotated_at) == ("finished", True, "2033-05-18T03:33:20Z")
    made.end("accepted", True, NOW)
    assert (made.outcome, made.rotated_at) == ("accepted", None)
    assert made.change == Change("r", "FINISHED")


@pytest.mark.parametrize(
    ("pending", "before", "given", "outcome"),
    [
        # No pending password that may be in effect: the previous one is valid.
        *((None, None, None, "refused"), (PENDING, None, None, "refused"), (PENDING, None, "refused", "refused")),
        # A password that was sent before may be in effect, whatever failed now.
        *((KNOWN, None, None, "unknown"), (UNSURE, None, None, "unknown"), (INCONCLUSIVE, None, "refused", "unknown")),
        # The end of the change is known.
        (None, None, "failed", "failed"),
        (KNOWN, None, "not_sent", "not_sent"),
        *((None, "finished", given, given or "finished") for given in (None, "finished", "refused")),
    ],
)
def test_a_failure_has_the_outcome_for_the_password(pending, before, given, outcome):
    made = rotation(RECORD._replace(pending=pending))
    made.outcome = before
    made.fail(Problem("No.", None, "set"), given)
    assert (made.outcome, made.problem) == (outcome, Problem("No.", None, "set"))


def test_before_there_is_a_record_hooks_get_nothing_and_a_failure_changes_nothing():
    made = Rotation(options(value="Given-1"))
    assert (made.new_value, made.old_value, made.follow_up_due) == ("", "", False)
    made.fail(Problem("No.", None, "query"))
    assert made.outcome == "refused"


def test_a_problem_has_the_step_of_its_error_and_is_readable():
    assert Problem.of(InputError("No.", "Do.", step="wait"), "set") == Problem("No.", "Do.", "wait")
    assert Problem.of(InputError("No."), "set") == Problem("No.", None, "set")
    assert str(Problem("No.", "Do.", "set")) == "No. Do."
    assert str(Problem("No.", None, "set")) == "No."


@pytest.mark.parametrize(
    ("result", "change"),
    [
        (
            {"request_id": "r", "state": "FAILED", "errors": ["No."], "source_ids": ["s"], "changed": False},
            Change("r", "FAILED", ("No.",), ("s",)),
        ),
        ({"request_id": "r"}, Change("r", "IN_PROGRESS")),
        ({"msg": "No."}, Change(None, "IN_PROGRESS")),
    ],
)
def test_the_change_in_a_result(result, change):
    assert read_change(result) == change
