# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the results of the tasks of a rotation change its record and its outcome."""

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
NO = {"errors": ["No."], "msg": "ISC reported FAILED: No."}
FAILED = {**FINISHED, **NO, "state": "FAILED", "outcome": "failed", "step": "wait", "changed": False}
REFUSED = {"msg": "ISC refused it.", "outcome": "refused", "changed": False}
LOST = {"msg": "No response.", "outcome": "unknown"}
FULL = RecordError("The disk is full.")


class Recorded:
    """A rotation that has staged its password, and the effect of results on it."""

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
        """The outcome, whether a password changed, and the step that failed."""
        made = self.rotation
        return made.outcome, made.changed, None if made.problem is None else made.problem.step

    @property
    def stored(self):
        return self.store.load().record


@pytest.mark.parametrize(
    ("result", "failed"),
    [({"failed": True}, True), ({"failed": False, "msg": "No."}, True), ({"failed": False}, False), ({}, False)],
)
def test_a_failed_module_is_recognized_even_if_failed_when_hides_it(result, failed):
    assert module_failed(result) is failed


def test_an_accepted_change_is_recorded():
    made = Recorded()
    assert made.take(ACCEPTED) == []
    assert made.ending == (None, False, None)
    assert made.rotation.change == Change("request-1", "IN_PROGRESS")
    assert made.stored == RECORD._replace(pending=KNOWN).as_value()


@pytest.mark.parametrize("results", [[ACCEPTED, FINISHED], [FINISHED]])
def test_a_finished_change_is_committed(results):
    made = Recorded()
    made.take(*results)
    assert made.ending == ("finished", True, None)
    assert made.rotation.rotated_at == "2033-05-18T03:33:20Z"
    assert made.rotation.change == Change("request-1", "FINISHED", (), ("source",))
    assert made.stored["current"] == {"password": NEW, "rotated_at": "2033-05-18T03:33:20Z", "request_id": "request-1"}
    assert made.stored["pending"] is None


def test_a_result_with_fewer_fields_loses_nothing():
    made = Recorded()
    made.take({**ACCEPTED, "source_ids": ["source"]}, {"request_id": "request-1", "state": "FINISHED"})
    assert made.rotation.change == Change("request-1", "FINISHED", (), ("source",))


@pytest.mark.parametrize(
    ("given", "results", "ending"),
    [
        ({"wait": False}, [ACCEPTED], ("accepted", True, None)),
        ({"wait": False}, [{**ACCEPTED, "request_id": None}], ("accepted", True, None)),
        # A change of an earlier run is not a change of this one.
        (
            {"wait": False, "record": RECORD._replace(pending=KNOWN), "due": steps.WAIT},
            [ACCEPTED],
            ("accepted", False, None),
        ),
        # The change failed on some sources of a sync group only.
        ({}, [ACCEPTED, {**FAILED, "source_ids": ["a", "b"], "changed": True}], ("failed", True, "wait")),
        # The step of the error counts.
        ({}, [{**LOST, "step": "wait"}], ("unknown", True, "wait")),
        ({"check_mode": True}, [REFUSED], ("refused", False, "set")),
        ({"check_mode": True}, [{"changed": True}], ("finished", True, None)),
        ({"check_mode": True, "wait": False}, [{"changed": True}], ("accepted", True, None)),
    ],
)
def test_results_determine_how_a_rotation_ends(given, results, ending):
    made = Recorded(**given)
    made.take(*results)
    assert made.ending == ending
    # Check mode stores nothing.
    assert not made.check_mode or (len(made.store.writes), made.rotation.rotated_at) == (1, None)


def test_a_change_without_a_request_id_can_not_be_waited_for():
    made = Recorded()
    made.take({**ACCEPTED, "request_id": None})
    assert made.ending == ("unknown", True, "wait")
    assert "without a request id" in made.rotation.problem.message
    assert made.stored["pending"]["password"] == NEW


def test_a_password_that_failed_is_discarded():
    made = Recorded()
    made.take(ACCEPTED, FAILED)
    assert made.ending == ("failed", False, "wait")
    assert made.rotation.problem.message == "ISC reported FAILED: No."
    assert (made.stored["pending"], made.stored["current"]["password"]) == (None, OLD.password)
    assert [each["password"] for each in made.stored["discarded"]] == [NEW]


def test_a_failure_of_a_resent_password_is_inconclusive():
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


def test_a_change_of_unknown_end_keeps_its_request_id():
    made = Recorded()
    made.take(ACCEPTED, {**LOST, "request_id": "request-1", "state": "IN_PROGRESS"})
    assert made.ending == ("unknown", True, "wait")
    assert made.rotation.change == Change("request-1", "IN_PROGRESS")
    assert made.stored["pending"]["request_id"] == "request-1"


def test_a_request_that_cant_be_recorded_is_a_warning():
    made = Recorded()
    made.store.problem = FULL
    (warning,) = made.take(ACCEPTED)
    assert warning == (
        "ISC has accepted the change as request request-1, and the store could not record that: The disk is full. The "
        "run continues. If it doesn't finish, the next run sends the same password again."
    )
    assert made.ending == (None, False, None)


def test_a_failed_commit_is_a_failure_of_the_store():
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
def test_a_failed_task_determines_the_step(task, outcome, store_failed, step):
    made = rotation(STAGED)
    made.outcome = outcome
    record_failed_task(made, task, {"msg": "No."}, store_failed)
    assert made.problem.step == step
    # An earlier outcome stays.
    assert made.outcome == (outcome or "refused")


@pytest.mark.parametrize(
    ("task", "result", "sentence"),
    [
        (HOOK, {"msg": "No"}, 'The task "Tell the service" failed: No.'),
        (HOOK, {"msg": "No!"}, 'The task "Tell the service" failed: No!'),
        (HOOK, {"msg": " a\nb "}, 'The task "Tell the service" failed: a b.'),
        (HOOK, {}, 'The task "Tell the service" failed: The task failed without a message.'),
        ({"name": "", "action": "ansible.builtin.command"}, {"msg": "No"}, 'The task "command" failed: No.'),
    ],
)
def test_a_failed_task_is_reported_in_a_sentence(task, result, sentence):
    made = rotation(STAGED)
    record_failed_task(made, task, result, False)
    assert str(made.problem) == sentence


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
    made = Recorded(record, due=due, **SOURCE)
    for result in results:
        record_proof(made.rotation, made.log, result, NOW)
    return made


@pytest.mark.parametrize(("record", "due"), [(SENT_BEFORE, steps.SET), (INVALID, steps.PROVE)])
def test_a_pending_password_that_connects_becomes_the_current_one(record, due):
    made = proof(record, due, PROVEN)
    assert (made.rotation.outcome, made.rotation.changed, made.rotation.in_progress) == ("finished", True, False)
    stored = made.store.load().record
    assert (stored["current"]["password"], stored["pending"], stored["after_change_due"]) == (NEW, None, True)
    assert made.rotation.follow_up_due


@pytest.mark.parametrize("failure", [NOT_CONNECTED, LOST])
def test_a_pending_password_that_does_not_connect_is_sent_again_or_discarded(failure):
    made = proof(SENT_BEFORE, steps.SET, failure)
    assert made.rotation.restores_current and made.rotation.in_progress
    record_proof(made.rotation, made.log, PROVEN, NOW)
    # The password is sent again.
    assert made.rotation.in_progress and not made.rotation.restores_current
    assert made.rotation.record.pending == UNSURE
    discarded = proof(INVALID, steps.PROVE, failure, PROVEN)
    assert (discarded.rotation.outcome, discarded.rotation.problem) == ("unchanged", None)
    assert discarded.store.load().record["pending"] is None
    assert discarded.store.load().record["current"]["password"] == OLD.password
    assert not discarded.rotation.follow_up_due


@pytest.mark.parametrize(
    ("results", "sentence"),
    [
        ([NOT_WRITTEN], "the source was not asked: ISC refused it."),
        ([NOT_CONNECTED, NOT_CONNECTED], "with neither: ISC"),
    ],
)
def test_an_inconclusive_proof_is_left_to_the_user(results, sentence):
    made = proof(INVALID, steps.PROVE, *results)
    assert (made.rotation.outcome, made.rotation.problem.step) == ("unknown", "set")
    assert sentence in made.rotation.problem.message
    assert "rotate_password_settle_pending" in made.rotation.problem.hint
    assert made.rotation.record.pending == INCONCLUSIVE


@pytest.mark.parametrize(("result", "changed"), [(NOT_WRITTEN, False), (NOT_CONNECTED, True)])
def test_a_failed_update_of_a_source_counts_as_changed_only_if_it_was_written(result, changed):
    made = Recorded(RECORD._replace(after_change_due=True), due=steps.NOTIFY, **SOURCE)
    made.rotation.changed, made.rotation.outcome = True, "unchanged"
    task = {"name": "Give", "action": "community.sailpoint.isc_source_credential"}
    record_failed_task(made.rotation, task, result, False)
    assert (made.rotation.changed, made.rotation.problem.step) == (changed, "hook_after")
