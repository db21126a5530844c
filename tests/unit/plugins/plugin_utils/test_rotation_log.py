# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The write-ahead log of a rotation: the record stored at each step, and failures to store it."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import Change
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError, RecordError
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation import steps
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.log import StoreLog
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.record import Record
from support.rotations import ACCOUNT, BEFORE, KNOWN, NOW, OLD, PENDING, UNSURE, MemoryStore, rotation

RECORD = Record(ACCOUNT, OLD, BEFORE)
STAGED = RECORD._replace(pending=PENDING)
FULL = RecordError("The disk is full.")


class Logged:
    """A rotation of *record*, and its log in a store that holds *stored*."""

    def __init__(self, record=STAGED, stored=RECORD, check_mode=False, **more):
        self.rotation = rotation(record, **more)
        self.store = MemoryStore(stored)
        self.rotation.version = self.store.load().version
        self.log = StoreLog(self.rotation, self.store, lambda: NOW, check_mode)

    @property
    def written(self):
        return self.store.writes[1:]


@pytest.fixture
def staged():
    made = Logged()
    made.log.sending("source", "CN=svc-backup")
    return made


def test_a_pending_password_is_stored_before_it_is_sent():
    made = Logged()
    made.log.sending("source", "CN=svc-backup")
    assert made.written == [STAGED.as_value()]
    assert (made.rotation.record, made.rotation.version, made.rotation.staged) == (STAGED, "2", True)
    # Sending it again stores nothing new.
    made.log.sending("source", "CN=svc-backup")
    assert made.written == [STAGED.as_value()]


def test_a_password_that_cant_be_stored_must_not_be_sent():
    made = Logged()
    made.store.problem = FULL
    with pytest.raises(RecordError, match="The disk is full"):
        made.log.sending("source", "CN=svc-backup")
    assert (made.written, made.rotation.staged, made.rotation.version) == ([], False, "1")


def test_a_record_that_another_run_wrote_is_not_overwritten():
    made = Logged()
    made.store.save({"of": "another"}, "1")
    with pytest.raises(RecordError, match="Somebody else"):
        made.log.sending("source", "CN=svc-backup")
    assert made.written == [{"of": "another"}]


def test_a_request_that_isc_has_forgotten_is_unknown_before_it_is_sent_again():
    made = Logged(RECORD._replace(pending=KNOWN))
    made.log.sending("source", "CN=svc-backup")
    assert made.written == [RECORD._replace(pending=UNSURE).as_value()]
    assert made.rotation.record.pending == UNSURE


def test_a_password_that_was_refused_is_sent_again_with_the_next_attempt(staged):
    # After a refused login, the same request is repeated.
    staged.log.refused(InputError("No."))
    staged.log.sending("source", "CN=svc-backup")
    assert staged.written == [STAGED.as_value(), RECORD.as_value(), STAGED.as_value()]


def test_the_request_id_is_stored(staged):
    staged.log.accepted(Change(None, "IN_PROGRESS"))
    assert len(staged.written) == 1
    staged.log.accepted(Change("request-1", "IN_PROGRESS"))
    assert staged.written[-1] == RECORD._replace(pending=KNOWN).as_value()
    assert staged.rotation.record.pending == KNOWN


def test_a_refused_password_is_dropped_unless_it_may_have_been_set_before(staged):
    staged.log.refused(InputError("No."))
    assert staged.written[-1] == RECORD.as_value()
    made = Logged()
    made.log.refused(InputError("No."))
    assert made.written == []
    made = Logged(RECORD._replace(pending=UNSURE))
    made.log.sending("source", "CN=svc-backup")
    made.log.refused(InputError("No."))
    assert made.written == [RECORD._replace(pending=UNSURE).as_value()]
    assert made.rotation.record.pending == UNSURE


@pytest.mark.parametrize("hooks", [(), ("after_change",)])
def test_a_commit_records_whether_a_hook_is_due(hooks):
    made = Logged(hooks=hooks)
    made.log.sending("source", "CN=svc-backup")
    made.log.ended(Change("late", "FINISHED"))
    committed = steps.finished(STAGED, NOW, bool(hooks), "late")
    assert made.written[-1] == committed.as_value()
    assert made.rotation.record == committed


def test_a_failed_change_is_discarded_and_one_of_unknown_outcome_stays_pending(staged):
    staged.log.unknown(InputError("No response."))
    assert staged.written == [STAGED.as_value()]
    staged.log.ended(Change("request-1", "FAILED", ("No.",)))
    assert staged.written[-1] == steps.failed(STAGED, NOW).as_value()


@pytest.mark.parametrize(
    "event",
    [
        lambda log: log.accepted(Change("request-1", "IN_PROGRESS")),
        lambda log: log.refused(InputError("No.")),
        lambda log: log.ended(Change("request-1", "FINISHED")),
    ],
    ids=["accepted", "refused", "ended"],
)
def test_a_full_disk_after_the_request_is_a_problem_but_does_not_stop_the_run(staged, event):
    staged.store.problem = FULL
    event(staged.log)
    assert staged.log.problem is FULL
    assert len(staged.written) == 1
    # The next write recovers.
    staged.store.problem = None
    staged.log.store()
    assert staged.log.problem is None
    assert staged.written[-1] == staged.rotation.record.as_value()


def test_check_mode_stores_nothing():
    made = Logged(check_mode=True)
    made.log.sending("source", "CN=svc-backup")
    made.log.ended(Change("late", "FINISHED"))
    assert made.written == []
    assert made.rotation.record == steps.finished(STAGED, NOW, False, "late")


def test_a_settled_record_is_stored():
    made = Logged(steps.dropped(STAGED), STAGED)
    made.log.store()
    assert made.written == [RECORD.as_value()]
    made.store.problem = FULL
    with pytest.raises(RecordError):
        made.log.store()
