# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the results of the tasks of a rotation mean for its record and its outcome."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import Change
from ansible_collections.community.sailpoint.plugins.module_utils._errors import RecordError
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation import steps
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.log import StoreLog
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.record import Record
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.recording import (
    module_failed,
    record_change,
    record_failed_task,
    record_proof,
)
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.rotation import Problem
from support.rotations import ACCOUNT, INCONCLUSIVE, KNOWN, NEW, NOW, OLD, PENDING, UNSURE, MemoryStore, rotation

RECORD = Record(ACCOUNT, OLD)
STAGED = RECORD._replace(pending=PENDING)
ACCEPTED = {"request_id": "request-1", "state": "IN_PROGRESS", "errors": [], "source_ids": [], "changed": True}
FINISHED = {**ACCEPTED, "state": "FINISHED", "source_ids": ["source"]}
FAILED = {
    **FINISHED,
    "state": "FAILED",
    "errors": ["No."],
    "msg": "ISC reported FAILED: No.",
    "outcome": "failed",
    "step": "wait",
    "changed": False,
}
REFUSED = {"msg": "ISC refused it.", "outcome": "refused", "changed": False}
LOST = {"msg": "No response.", "outcome": "unknown"}
FULL = RecordError("The disk is full.")


class Recorded:
    """A rotation that has staged its password, and what results of the chain make of it."""

    def __init__(self, record=STAGED, check_mode=False, due=steps.SET, **more):
        self.rotation = rotation(record, **more)
        self.rotation.due, self.rotation.staged = due, True
        self.store = MemoryStore(record)
        self.rotation.version = "1"
        self.log = StoreLog(self.rotation, self.store, lambda: NOW, check_mode)
        self.check_mode = check_mode

    def take(self, *results):
        for result in results:
            warnings = record_change(self.rotation, self.log, result, NOW, self.check_mode)
        return warnings

    @property
    def ending(self):
        """The outcome, whether something changed, and at which step it failed."""
        made = self.rotation
        return made.outcome, made.changed, None if made.problem is None else made.problem.step

    @property
    def stored(self):
        return self.store.load().record


@pytest.mark.parametrize(
    ("result", "failed"),
    [({"failed": True}, True), ({"failed": False, "msg": "No."}, True), ({"failed": False}, False), ({}, False)],
)
def test_a_module_that_failed_shows_though_failed_when_hides_it(result, failed):
    assert module_failed(result) is failed


def test_an_accepted_change_goes_on():
    made = Recorded()
    assert made.take(ACCEPTED) == []
    assert made.ending == (None, False, None)
    assert made.rotation.change == Change("request-1", "IN_PROGRESS")
    assert made.stored == RECORD._replace(pending=KNOWN).as_value()


def test_a_change_that_has_finished_is_committed():
    made = Recorded()
    made.take(ACCEPTED, FINISHED)
    assert made.ending == ("finished", True, None)
    assert made.rotation.rotated_at == "2033-05-18T03:33:20Z"
    assert made.rotation.change == Change("request-1", "FINISHED", (), ("source",))
    assert made.stored["current"] == {"password": NEW, "rotated_at": "2033-05-18T03:33:20Z", "request_id": "request-1"}
    assert made.stored["pending"] is None


def test_a_change_that_ended_at_once_is_committed():
    made = Recorded()
    made.take(FINISHED)
    assert made.ending == ("finished", True, None)
    assert made.stored["current"]["request_id"] == "request-1"


def test_a_result_that_tells_less_does_not_lose_what_was_known():
    made = Recorded()
    made.take({**ACCEPTED, "source_ids": ["source"]}, {"request_id": "request-1", "state": "FINISHED"})
    assert made.rotation.change == Change("request-1", "FINISHED", (), ("source",))


def test_a_change_that_is_not_waited_for_is_accepted():
    made = Recorded(wait=False)
    made.take(ACCEPTED)
    assert made.ending == ("accepted", True, None)
    assert made.stored["pending"]["request_id"] == "request-1"


def test_a_change_of_an_earlier_run_that_is_not_waited_for_has_changed_nothing_now():
    made = Recorded(RECORD._replace(pending=KNOWN), due=steps.WAIT, wait=False)
    made.take(ACCEPTED)
    assert made.ending == ("accepted", False, None)


def test_without_a_request_id_it_cant_be_waited_for():
    made = Recorded()
    made.take({**ACCEPTED, "request_id": None})
    assert made.ending == ("unknown", True, "wait")
    assert "without a request id" in made.rotation.problem.message
    assert made.stored["pending"]["password"] == NEW
    made = Recorded(wait=False)
    made.take({**ACCEPTED, "request_id": None})
    assert made.ending == ("accepted", True, None)


def test_a_password_that_failed_is_discarded():
    made = Recorded()
    made.take(ACCEPTED, FAILED)
    assert made.ending == ("failed", False, "wait")
    assert made.rotation.problem.message == "ISC reported FAILED: No."
    assert (made.stored["pending"], made.stored["current"]["password"]) == (None, OLD.password)
    assert [each["password"] for each in made.stored["discarded"]] == [NEW]


def test_a_password_that_failed_on_some_sources_of_a_group_has_changed_something():
    made = Recorded()
    made.take(ACCEPTED, {**FAILED, "source_ids": ["a", "b"], "changed": True})
    assert made.ending == ("failed", True, "wait")
    assert made.rotation.change.source_ids == ("a", "b")


def test_a_failure_after_a_second_request_proves_nothing():
    made = Recorded(RECORD._replace(pending=UNSURE))
    made.take(ACCEPTED, FAILED)
    assert made.ending == ("unknown", False, "wait")
    assert "It may have been sent twice, so that proves nothing" in made.rotation.problem.message
    assert "rotate_password_settle_pending" in made.rotation.problem.hint
    assert made.rotation.record.pending == INCONCLUSIVE
    assert made.stored["pending"]["inconclusive"] is True


def test_a_refused_password_is_dropped():
    made = Recorded()
    made.take(REFUSED)
    assert made.ending == ("refused", False, "set")
    assert made.rotation.problem == Problem("ISC refused it.", None, "set")
    assert made.stored == RECORD.as_value()


def test_a_refused_password_that_may_have_been_set_before_is_unknown():
    made = Recorded(RECORD._replace(pending=UNSURE))
    made.take(REFUSED)
    assert made.ending == ("unknown", False, "set")
    assert made.stored["pending"]["password"] == NEW


@pytest.mark.parametrize("changed", [{"changed": True}, {"changed": False}, {}])
def test_a_lost_response_leaves_the_password_pending(changed):
    made = Recorded()
    made.take({**LOST, **changed})
    assert made.ending == ("unknown", True, "set")
    assert made.stored == STAGED.as_value()
    assert made.rotation.change is None


def test_a_change_whose_end_was_not_seen_keeps_its_request_id():
    made = Recorded()
    made.take(ACCEPTED, {**LOST, "request_id": "request-1", "state": "IN_PROGRESS"})
    assert made.ending == ("unknown", True, "wait")
    assert made.rotation.change == Change("request-1", "IN_PROGRESS")
    assert made.stored["pending"]["request_id"] == "request-1"


def test_the_step_of_an_error_that_knows_it_counts():
    made = Recorded()
    made.take({**LOST, "step": "wait"})
    assert made.ending == ("unknown", True, "wait")


@pytest.mark.parametrize(("wait", "outcome"), [(True, "finished"), (False, "accepted")])
def test_check_mode_predicts_and_stores_nothing(wait, outcome):
    made = Recorded(check_mode=True, wait=wait)
    made.take({"changed": True})
    assert made.ending == (outcome, True, None)
    assert made.rotation.rotated_at is None
    assert len(made.store.writes) == 1


def test_what_check_mode_finds_refused_is_refused():
    made = Recorded(check_mode=True)
    made.take(REFUSED)
    assert made.ending == ("refused", False, "set")
    assert len(made.store.writes) == 1


def test_a_request_that_cant_be_recorded_is_a_warning():
    made = Recorded()
    made.store.problem = FULL
    (warning,) = made.take(ACCEPTED)
    assert warning == (
        "ISC has accepted the change as request request-1, and the store could not record that: The disk is full. The "
        "run continues. If it doesn't finish, the next run sends the same password again."
    )
    assert made.ending == (None, False, None)


def test_a_password_that_is_set_and_cant_be_committed_has_failed_at_the_store():
    made = Recorded()
    made.take(ACCEPTED)
    made.store.problem = FULL
    assert made.take(FINISHED) == []
    assert made.ending == ("finished", True, "store")
    assert made.rotation.problem.message == "The disk is full."


HOOK = {"name": "Tell the service", "action": "ansible.builtin.command"}


@pytest.mark.parametrize(
    ("task", "outcome", "store_failed", "step"),
    [
        (HOOK, None, False, "hook_before"),
        (HOOK, "finished", False, "hook_after"),
        (HOOK, None, True, "store"),
        (HOOK, "finished", True, "store"),
        ({"action": "community.sailpoint.isc_password_info"}, None, False, "query"),
        ({"action": "community.sailpoint.isc_password"}, None, False, "set"),
        ({"action": "community.sailpoint.isc_password_change_info"}, None, False, "wait"),
    ],
)
def test_a_task_that_failed_tells_the_step(task, outcome, store_failed, step):
    made = rotation(STAGED)
    made.outcome = outcome
    record_failed_task(made, task, {"msg": "No."}, store_failed)
    assert made.problem.step == step
    # What is known of the password is known still.
    assert made.outcome == (outcome or "refused")


@pytest.mark.parametrize(
    ("task", "result", "said"),
    [
        (HOOK, {"msg": "No"}, 'The task "Tell the service" failed: No.'),
        (HOOK, {"msg": "No!"}, 'The task "Tell the service" failed: No!'),
        (HOOK, {"msg": " a\nb "}, 'The task "Tell the service" failed: a b.'),
        (HOOK, {}, 'The task "Tell the service" failed: The task failed without a message.'),
        ({"name": "", "action": "ansible.builtin.command"}, {"msg": "No"}, 'The task "command" failed: No.'),
    ],
)
def test_a_task_that_failed_is_told_in_a_sentence(task, result, said):
    made = rotation(STAGED)
    record_failed_task(made, task, result, False)
    assert str(made.problem) == said


@pytest.mark.parametrize("mark", [{"_ansible_no_log": True}, {"censored": "the output has been hidden"}])
def test_what_a_task_hides_is_not_repeated(mark):
    made = rotation(STAGED)
    record_failed_task(made, HOOK, {"msg": f"{NEW} was not taken", **mark}, False)
    assert str(made.problem) == (
        'The task "Tell the service" failed: The task has no_log, so its message is not shown.'
    )


SOURCE = {"update_source": "Active Directory"}
PROVEN = {"outcome": "finished", "changed": False}
NOT_CONNECTED = {"outcome": "failed", "msg": "ISC can't connect."}
NOT_WRITTEN = {"outcome": "refused", "msg": "ISC refused it."}
INVALID = RECORD._replace(pending=INCONCLUSIVE)
SENT_BEFORE = RECORD._replace(pending=UNSURE)


def proof(record, due, *results):
    one = Recorded(record, due=due, **SOURCE)
    for result in results:
        record_proof(one.rotation, one.log, result, NOW)
    return one


@pytest.mark.parametrize(("record", "due"), [(SENT_BEFORE, steps.SET), (INVALID, steps.PROVE)])
def test_a_pending_password_with_which_isc_connects_is_the_current_one(record, due):
    one = proof(record, due, PROVEN)
    assert (one.rotation.outcome, one.rotation.changed, one.rotation.in_progress) == ("finished", True, False)
    kept = one.store.load().record
    assert (kept["current"]["password"], kept["pending"], kept["after_change_due"]) == (NEW, None, True)
    assert one.rotation.follow_up_due


@pytest.mark.parametrize("tried", [NOT_CONNECTED, LOST])
def test_one_with_which_it_does_not_is_not_in_effect(tried):
    one = proof(SENT_BEFORE, steps.SET, tried)
    assert one.rotation.restores_current and one.rotation.in_progress
    record_proof(one.rotation, one.log, PROVEN, NOW)
    # It is sent again.
    assert one.rotation.in_progress and not one.rotation.restores_current
    assert one.rotation.record.pending == UNSURE
    dropped = proof(INVALID, steps.PROVE, tried, PROVEN)
    assert (dropped.rotation.outcome, dropped.rotation.problem) == ("unchanged", None)
    assert dropped.store.load().record["pending"] is None
    assert dropped.store.load().record["current"]["password"] == OLD.password
    assert not dropped.rotation.follow_up_due


@pytest.mark.parametrize(
    ("results", "said"),
    [
        ([NOT_WRITTEN], "the source was not asked: ISC refused it."),
        ([NOT_CONNECTED, NOT_CONNECTED], "with neither: ISC"),
    ],
)
def test_a_source_that_tells_nothing_leaves_it_to_the_user(results, said):
    one = proof(INVALID, steps.PROVE, *results)
    assert (one.rotation.outcome, one.rotation.problem.step) == ("unknown", "set")
    assert said in one.rotation.problem.message
    assert "rotate_password_settle_pending" in one.rotation.problem.hint
    assert one.rotation.record.pending == INCONCLUSIVE


@pytest.mark.parametrize(("result", "changed"), [(NOT_WRITTEN, False), (NOT_CONNECTED, True)])
def test_a_source_that_could_not_be_updated_counts_as_changed_where_it_was(result, changed):
    one = Recorded(RECORD._replace(after_change_due=True), due=steps.NOTIFY, **SOURCE)
    one.rotation.changed, one.rotation.outcome = True, "unchanged"
    task = {"name": "Give", "action": "community.sailpoint.isc_source_credential"}
    record_failed_task(one.rotation, task, result, False)
    assert (one.rotation.changed, one.rotation.problem.step) == (changed, "hook_after")
