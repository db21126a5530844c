# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module isc_password with the receipt of a run that was killed, failed or has an unknown outcome."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import ChangeFailedError, OutcomeUnknownError
from ansible_collections.community.sailpoint.plugins.module_utils._http.transport import Transport
from support.modules import AD, BACKUP, PASSWORD
from support.receipt_runs import OTHER, UNKNOWN_ID


def test_a_run_killed_while_waiting_is_resumed(change, tenant, fake_time):
    before = change.in_progress("finish", change_seconds=1)
    tenant.clear_requests()
    fake_time.naps.clear()
    result = change(update_password="when_changed")
    assert (result["changed"], result["state"], result["decision"]) == (True, "FINISHED", "resumed")
    assert (result["request_id"], result["duration"], result["policy_violations"]) == (before["request_id"], None, [])
    assert result["source_ids"] == [result["source_id"]]
    assert change.sets == 0
    # The first read is immediate.
    assert tenant.counts()["status"] == len(fake_time.naps) + 1 > 1
    assert result["receipt"] == change.shown and change.receipt == {**before, "state": "FINISHED"}
    assert tenant.password(AD, BACKUP)["password"] == PASSWORD
    assert change(update_password="when_changed")["decision"] == "same_password"


def test_a_receipt_passed_by_the_user_resumes_the_change(change):
    tenant = change.tenant
    tenant.outcome("never")
    with pytest.raises(OutcomeUnknownError) as unknown:
        change.without_file(receipt={}, wait_timeout=5)
    assert unknown.value.details["receipt"]["state"] == "IN_PROGRESS"
    assert unknown.value.hint.endswith("with its receipt: that also keeps waiting, and sends nothing.")
    with pytest.raises(OutcomeUnknownError):
        change.without_file(receipt=unknown.value.details["receipt"], wait_timeout=5)
    assert change.sets == 1


def test_a_timeout_leaves_the_receipt_in_progress(change):
    before = change.in_progress()
    with pytest.raises(OutcomeUnknownError, match="has not ended after wait_timeout") as unknown:
        change(wait_timeout=10)
    assert unknown.value.details["changed"] is True
    assert unknown.value.details["receipt"] == change.shown and change.receipt == before
    assert change.sets == 1


def test_a_change_that_has_failed_since_fails(change):
    before = change.in_progress("fail", errors=["The source refused it."])
    for check_mode in (True, False):
        with pytest.raises(ChangeFailedError, match="The source refused it") as failure:
            change(check_mode)
        assert (failure.value.details["outcome"], failure.value.details["changed"]) == ("failed", False)
        assert change.receipt["state"] == ("IN_PROGRESS" if check_mode else "FAILED")
        assert failure.value.details["receipt"] == change.shown
    assert change.receipt == {**before, "state": "FAILED"}
    # Now it is sent again.
    assert change(update_password="when_changed")["decision"] == "set"
    assert change.sets == 2


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("accepted", ["2026-11-24T09:59:30Z", "2026-11-24T10:00:30Z"])
def test_a_forgotten_request_is_sent_again(change, check_mode, accepted):
    # A clock that was ahead does not make a request new forever.
    change.kept(state="IN_PROGRESS", request_id=UNKNOWN_ID, time=accepted)
    result = change(check_mode)
    assert (result["changed"], result["decision"]) == (True, "set")
    (warning,) = change.warnings
    assert warning.startswith(f"ISC no longer knows the request {UNKNOWN_ID}")
    assert change.sets == (0 if check_mode else 1)


def test_a_lost_response_leaves_the_receipt_unknown(change, tenant):
    change.kept(state="FINISHED", password=OTHER)
    tenant.fault("set", "lost_before")
    with pytest.raises(OutcomeUnknownError) as unknown:
        change(update_password="when_changed")
    assert unknown.value.details["receipt"] == change.shown
    assert (change.receipt["state"], change.receipt["request_id"]) == ("UNKNOWN", None)
    assert "run this again with its receipt" not in unknown.value.hint
    assert change(update_password="when_changed")["decision"] == "set"
    assert change.sets == 2


def test_a_change_without_a_request_id_is_recorded_as_in_progress(change, tenant):
    tenant.outcome("accepted_without_id")
    with pytest.raises(OutcomeUnknownError):
        change()
    assert (change.receipt["state"], change.receipt["request_id"]) == ("IN_PROGRESS", None)


def test_the_receipt_names_the_request_while_waiting(change, tenant, fake_time):
    tenant.outcome("finish", change_seconds=0.1)
    seen = []
    sleep = fake_time.runtime.sleep
    fake_time.runtime = fake_time.runtime._replace(sleep=lambda seconds: (seen.append(change.receipt), sleep(seconds)))
    result = change()
    assert {(one["state"], one["request_id"]) for one in seen} == {("IN_PROGRESS", result["request_id"])}


def test_the_receipt_is_unknown_while_sending(change, monkeypatch):
    seen = []
    send = Transport.send

    def sending(self, method, path, *arguments, **more):
        if "set-password" in path:
            seen.append((change.receipt["state"], change.receipt["request_id"]))
        return send(self, method, path, *arguments, **more)

    monkeypatch.setattr(Transport, "send", sending)
    change()
    assert seen == [("UNKNOWN", None)]
