# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module isc_password with receipts, against a tenant."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import time
from typing import Any
from urllib.parse import urlsplit

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils import _durable_file, _fingerprint
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    ApiError,
    ChangeFailedError,
    InputError,
    IscError,
    OutcomeUnknownError,
    PolicyViolationError,
    ReceiptError,
)
from ansible_collections.community.sailpoint.plugins.module_utils._receipt import Place, new_receipt
from ansible_collections.community.sailpoint.plugins.module_utils._receipt_keeper import open_receipt
from ansible_collections.community.sailpoint.plugins.modules import isc_password
from ansible_collections.community.sailpoint.tests.unit.support import AD, BACKUP, BY_NAME, PASSWORD, run

OTHER = "Quiet-Harbour-43"
WEAK = "quiet"
NOT_SENT = {"errors": [], "source_ids": [], "duration": None, "policy_violations": []}
UNKNOWN_ID = "0" * 32


class Runs:
    """Runs the module for one account with a receipt file, and looks at what came of it."""

    def __init__(self, tenant, fake_time, folder):
        self.tenant = tenant
        self.time = fake_time
        self.path = folder / "svc-backup.json"
        self.warnings: list[str] = []

    def __call__(self, check_mode=False, **given) -> dict[str, Any]:
        self.warnings = []
        options = {"wait_timeout": 600000, "receipt_file": str(self.path), **BY_NAME, **given}
        try:
            return run(isc_password, self.tenant, self.time, check_mode, warnings=self.warnings, **options)
        except IscError as error:
            assert PASSWORD not in str(error.as_result())
            raise

    def without_file(self, check_mode=False, **given):
        return self(check_mode, receipt_file=None, **given)

    def changed(self, check_mode, **given) -> bool:
        """Return what the task's result has as changed, also when it fails."""
        try:
            return self(check_mode, **given)["changed"]
        except (ChangeFailedError, OutcomeUnknownError) as error:
            return error.details["changed"]

    @property
    def receipt(self):
        return json.loads(self.path.read_text("utf-8")) if self.path.exists() else None

    @property
    def sets(self) -> int:
        return self.tenant.counts().get("set", 0)

    def kept(self, **changes) -> dict[str, Any]:
        """Put a receipt into the file, of PASSWORD and just now; return it."""
        source = next(one["id"] for one in self.tenant.world()["sources"] if one["name"] == AD)
        place = Place(urlsplit(self.tenant.base_url).netloc, source, BACKUP)
        password = changes.pop("password", PASSWORD)
        value = {**new_receipt(place, password, bytes(16), self.time.time()).as_value(), **changes}
        self.path.write_text(json.dumps(value), "utf-8")
        return value

    def in_progress(self, outcome="never", **wish) -> dict[str, Any]:
        """Be a run that was killed while it waited for PASSWORD's change; return the receipt."""
        self.tenant.outcome(outcome, **wish)
        self(wait=False)
        assert self.receipt["state"] == "IN_PROGRESS"
        if outcome != "never" and "change_seconds" not in wish:
            # The tenant carries it out in real time.
            time.sleep(0.05)
        return self.receipt


@pytest.fixture
def change(tenant, fake_time, tmp_path, monkeypatch):
    """Return what runs the module; fingerprints cost nothing."""
    monkeypatch.setattr(_fingerprint, "_N", 2)
    return Runs(tenant, fake_time, tmp_path)


@pytest.fixture
def full_disk(monkeypatch):
    """Return a list: for each time that something is written to the disk, whether it is full; then it is not."""
    script: list[bool] = []
    fsync = os.fsync

    def syncing(descriptor):
        if script and script.pop(0):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(descriptor)

    monkeypatch.setattr(_durable_file.os, "fsync", syncing)
    return script


def test_the_first_run_sets_and_keeps_a_receipt(change, tenant):
    result = change(update_password="when_changed")
    assert (result["changed"], result["state"], result["decision"]) == (True, "FINISHED", "set")
    assert result["receipt"] == change.receipt
    expected = {"account_id": BACKUP, "state": "FINISHED", "request_id": result["request_id"]}
    assert {key: change.receipt[key] for key in expected} == expected
    assert change.receipt["tenant"] == urlsplit(tenant.base_url).netloc
    assert change.receipt["source_id"] == result["source_id"]
    # When ISC accepted it, not when it had ended.
    assert change.receipt["time"] == "2026-11-24T10:00:00Z"
    assert change.path.stat().st_mode & 0o777 == 0o600
    assert PASSWORD not in change.path.read_text("utf-8") + str(result)


def test_the_second_run_sends_nothing(change, tenant):
    first = change(update_password="when_changed")
    kept = change.path.read_bytes()
    for check_mode in (True, False):
        tenant.clear_requests()
        second = change(check_mode, update_password="when_changed")
        assert tenant.counts() == {"login": 1, "query": 1}
        assert second == {
            **{key: first[key] for key in ("identity_id", "source_id", "account_id", "request_id", "receipt")},
            **NOT_SENT,
            "changed": False,
            "state": "FINISHED",
            "decision": "same_password",
            "diff": {"before": first["diff"]["after"], "after": first["diff"]["after"]},
        }
        assert change.path.read_bytes() == kept


def test_without_a_wish_each_run_sets(change):
    change()
    assert change(password=OTHER)["decision"] == "set"
    # The same once more: ISC remembers old passwords, so it is the one to refuse it.
    with pytest.raises(ChangeFailedError):
        change(password=OTHER)
    assert change.sets == 3
    assert change.receipt["state"] == "FAILED"


def test_another_password_is_set(change, tenant):
    change(update_password="when_changed")
    result = change(update_password="when_changed", password=OTHER)
    assert (result["changed"], result["decision"]) == (True, "set")
    assert tenant.password(AD, BACKUP)["password"] == OTHER
    assert change(update_password="when_changed", password=OTHER)["changed"] is False


def test_a_young_password_stays(change):
    change.kept(state="FINISHED", request_id="r")
    change.time.now += 3599
    result = change(max_age="1h", password=OTHER)
    assert (result["changed"], result["decision"], result["state"]) == (False, "young", "FINISHED")
    assert result["request_id"] == "r"
    assert {key: result[key] for key in NOT_SENT} == NOT_SENT
    assert change.sets == 0
    change.time.now += 1
    assert change(max_age="1h", password=OTHER)["decision"] == "set"


def test_a_receipt_can_be_given_and_kept_by_the_user(change):
    first = change.without_file(receipt={}, update_password="when_changed")
    assert first["receipt"]["state"] == "FINISHED"
    second = change.without_file(receipt=first["receipt"], update_password="when_changed")
    assert (second["changed"], second["receipt"]) == (False, first["receipt"])
    other = change.without_file(receipt=first["receipt"], update_password="when_changed", password=OTHER)
    assert other["changed"] and other["receipt"]["fingerprint"] != first["receipt"]["fingerprint"]
    assert not list(change.path.parent.iterdir())


def test_check_mode_has_no_receipt_for_a_first_run_and_writes_none(change):
    for given in ({}, {"receipt_file": None, "receipt": {}}):
        result = change(True, update_password="when_changed", **given)
        assert (result["changed"], result["receipt"]) == (True, {})
    assert not list(change.path.parent.iterdir())
    # What came back can be given.
    assert change.without_file(receipt=result["receipt"])["changed"] is True


def test_a_decision_comes_before_the_policy(change):
    change.kept(state="FINISHED", password=WEAK)
    for check_mode in (True, False):
        unchanged = change(check_mode, password=WEAK, enforce_policy=True, update_password="when_changed")
        assert (unchanged["changed"], unchanged["policy_violations"], change.warnings) == (False, [], [])
    with pytest.raises(PolicyViolationError) as refusal:
        change(password=WEAK, enforce_policy=True)
    assert refusal.value.details["outcome"] == "unchanged"
    assert change.receipt == refusal.value.details["receipt"]
    assert change.receipt["state"] == "FINISHED"


# ---- check mode and the real run, in every state ----

STATES = {
    "no receipt": lambda change: None,
    "finished": lambda change: change.kept(state="FINISHED", request_id="r"),
    "finished, another password": lambda change: change.kept(state="FINISHED", password=OTHER),
    "finished, made tomorrow": lambda change: change.kept(state="FINISHED", time="2026-11-26T10:00:00Z"),
    "failed": lambda change: change.kept(state="FAILED", request_id="r"),
    "unknown": lambda change: change.kept(),
    "in progress without id": lambda change: change.kept(state="IN_PROGRESS"),
    "in progress, another password": lambda change: change.kept(
        state="IN_PROGRESS", request_id=UNKNOWN_ID, password=OTHER
    ),
    "in progress": lambda change: change.in_progress(),
    "in progress, finished since": lambda change: change.in_progress("finish"),
    "in progress, failed since": lambda change: change.in_progress("fail", errors=["No."]),
    "in progress, not there yet": lambda change: change.in_progress("finish", status_404_first=4),
    "in progress, forgotten": lambda change: change.kept(
        state="IN_PROGRESS", request_id=UNKNOWN_ID, time="2026-11-24T09:59:30Z"
    ),
}
OPTIONS = [
    {"update_password": update_password, "max_age": max_age, "wait": wait}
    for update_password in ("always", "when_changed")
    for max_age in (None, "1h")
    for wait in (True, False)
]


def expected(state, options) -> tuple[int, bool]:
    """Return how many passwords are to be set, and what changed is to be."""
    if state.startswith("finished"):
        # One that was made tomorrow has no age.
        young = options["max_age"] is not None and "tomorrow" not in state
        same = options["update_password"] == "when_changed" and "another" not in state
        return (0, False) if young or same else (1, True)
    if state in ("in progress", "in progress, not there yet"):
        return 0, options["wait"]
    if state == "in progress, finished since":
        return 0, True
    if state == "in progress, failed since":
        return 0, False
    return 1, True


@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: "-".join(map(str, options.values())))
@pytest.mark.parametrize("state", STATES)
def test_check_mode_predicts_what_a_run_changes(change, tenant, state, options):
    STATES[state](change)
    if state == "in progress":
        # It never ends.
        options = {**options, "wait_timeout": 20}
    kept = change.receipt
    files = sorted(change.path.parent.iterdir())
    tenant.clear_requests()
    predicted = change.changed(True, **options)
    assert change.sets == 0
    assert change.receipt == kept
    assert sorted(change.path.parent.iterdir()) == files
    real = change.changed(False, **options)
    assert (change.sets, predicted, real) == (expected(state, options)[0], *[expected(state, options)[1]] * 2)
    assert all(PASSWORD not in warning for warning in change.warnings)


# ---- a run that was killed ----


def test_a_run_that_was_killed_while_waiting_is_taken_up(change, tenant, fake_time):
    before = change.in_progress("finish", change_seconds=1)
    tenant.clear_requests()
    fake_time.naps.clear()
    result = change(update_password="when_changed")
    assert (result["changed"], result["state"], result["decision"]) == (True, "FINISHED", "resumed")
    assert (result["request_id"], result["duration"], result["policy_violations"]) == (before["request_id"], None, [])
    assert result["source_ids"] == [result["source_id"]]
    assert change.sets == 0
    # The first look is at once.
    assert tenant.counts()["status"] == len(fake_time.naps) + 1 > 1
    assert result["receipt"] == change.receipt == {**before, "state": "FINISHED"}
    assert tenant.password(AD, BACKUP)["password"] == PASSWORD
    assert change(update_password="when_changed")["decision"] == "same_password"


def test_it_is_taken_up_with_a_receipt_of_the_users_as_well(change):
    tenant = change.tenant
    tenant.outcome("never")
    with pytest.raises(OutcomeUnknownError) as unknown:
        change.without_file(receipt={}, wait_timeout=5)
    assert unknown.value.details["receipt"]["state"] == "IN_PROGRESS"
    assert unknown.value.hint.endswith("Or run this again with its receipt: that waits on as well, and sends nothing.")
    with pytest.raises(OutcomeUnknownError):
        change.without_file(receipt=unknown.value.details["receipt"], wait_timeout=5)
    assert change.sets == 1


def test_without_waiting_it_is_looked_at_once(change, tenant, fake_time):
    before = change.in_progress()
    tenant.clear_requests()
    result = change(wait=False)
    assert (result["changed"], result["state"], result["decision"]) == (False, "IN_PROGRESS", "resumed")
    assert tenant.counts()["status"] == 1
    assert fake_time.naps == []
    assert change.receipt == before


def test_a_wait_that_is_too_long_leaves_it_in_progress(change):
    before = change.in_progress()
    with pytest.raises(OutcomeUnknownError, match="has not ended after wait_timeout") as unknown:
        change(wait_timeout=10)
    assert unknown.value.details["changed"] is True
    assert unknown.value.details["receipt"] == change.receipt == before
    assert change.sets == 1


def test_a_change_that_failed_meanwhile_fails(change):
    before = change.in_progress("fail", errors=["The source refused it."])
    for check_mode in (True, False):
        with pytest.raises(ChangeFailedError, match="The source refused it") as failure:
            change(check_mode)
        assert (failure.value.details["outcome"], failure.value.details["changed"]) == ("failed", False)
        assert change.receipt["state"] == ("IN_PROGRESS" if check_mode else "FAILED")
        assert failure.value.details["receipt"] == change.receipt
    assert change.receipt == {**before, "state": "FAILED"}
    # And then it is sent again.
    assert change(update_password="when_changed")["decision"] == "set"
    assert change.sets == 2


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("accepted", ["2026-11-24T09:59:30Z", "2026-11-24T10:00:30Z"])
def test_a_request_that_isc_has_forgotten_is_sent_again(change, check_mode, accepted):
    # A clock that was ahead makes no request new for ever.
    change.kept(state="IN_PROGRESS", request_id=UNKNOWN_ID, time=accepted)
    result = change(check_mode)
    assert (result["changed"], result["decision"]) == (True, "set")
    (warning,) = change.warnings
    assert warning.startswith(f"ISC doesn't know the request {UNKNOWN_ID} any more")
    assert change.sets == (0 if check_mode else 1)


def test_a_request_that_isc_does_not_know_yet_is_waited_for(change, tenant):
    change.in_progress("finish", status_404_first=3)
    change.time.now += 29
    result = change()
    assert (result["decision"], result["state"], change.sets, change.warnings) == ("resumed", "FINISHED", 1, [])
    assert [request["status"] for request in tenant.requests("status")][:4] == [404, 404, 404, 200]


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_status_that_can_not_be_read_is_of_unknown_outcome(change, tenant, check_mode):
    before = change.in_progress()
    tenant.fault("status", "status", status=403, times=None)
    with pytest.raises(OutcomeUnknownError, match="its status can't be read") as unknown:
        change(check_mode)
    assert (unknown.value.details["changed"], unknown.value.details["request_id"]) == (True, before["request_id"])
    assert change.receipt == before
    assert change.sets == 1


def test_a_status_that_fails_for_a_while_is_waited_for_if_at_all(change, tenant):
    change.in_progress("finish")
    tenant.fault("status", "status", status=503, times=2)
    with pytest.raises(OutcomeUnknownError, match="its status can't be read"):
        change(wait=False, retries=0)
    assert change(retries=0)["state"] == "FINISHED"
    assert [request["status"] for request in tenant.requests("status")] == [503, 503, 200]


@pytest.mark.parametrize("state", ["FAILED", "UNKNOWN"])
def test_what_failed_or_is_unknown_is_sent_again(change, tenant, state):
    change.kept(state=state)
    assert change(update_password="when_changed")["decision"] == "set"
    assert change.receipt["state"] == "FINISHED"
    assert tenant.password(AD, BACKUP)["password"] == PASSWORD


def test_a_lost_answer_leaves_it_unknown(change, tenant):
    change.kept(state="FINISHED", password=OTHER)
    tenant.fault("set", "lost_before")
    with pytest.raises(OutcomeUnknownError) as unknown:
        change(update_password="when_changed")
    assert unknown.value.details["receipt"] == change.receipt
    assert (change.receipt["state"], change.receipt["request_id"]) == ("UNKNOWN", None)
    assert "run this again with its receipt" not in unknown.value.hint
    assert change(update_password="when_changed")["decision"] == "set"
    assert change.sets == 2


@pytest.mark.parametrize(("outcome", "state"), [("fail", "FAILED"), ("fail_at_once", "FAILED")])
def test_a_failed_change_is_kept_as_failed(change, tenant, outcome, state):
    tenant.outcome(outcome)
    with pytest.raises(ChangeFailedError) as failure:
        change()
    assert failure.value.details["receipt"] == change.receipt
    assert change.receipt["state"] == state


def test_a_change_without_a_request_id_is_kept_as_in_progress(change, tenant):
    tenant.outcome("accepted_without_id")
    with pytest.raises(OutcomeUnknownError):
        change()
    assert (change.receipt["state"], change.receipt["request_id"]) == ("IN_PROGRESS", None)


def test_while_it_waits_the_receipt_names_the_request(change, tenant, fake_time):
    tenant.outcome("finish", change_seconds=0.1)
    seen = []
    sleep = fake_time.runtime.sleep
    fake_time.runtime = fake_time.runtime._replace(sleep=lambda seconds: (seen.append(change.receipt), sleep(seconds)))
    result = change()
    assert {(one["state"], one["request_id"]) for one in seen} == {("IN_PROGRESS", result["request_id"])}


# ---- what goes wrong with a receipt ----


@pytest.mark.parametrize("earlier", [True, False])
def test_a_refusal_leaves_what_was_known(change, tenant, earlier):
    kept = change.kept(state="FINISHED", password=OTHER) if earlier else {}
    tenant.fault("set", "status", status=400, body={"detailCode": "400.1"})
    with pytest.raises(ApiError) as refusal:
        change()
    assert refusal.value.details["outcome"] == "unchanged"
    assert refusal.value.details["receipt"] == kept
    assert change.receipt == (kept or None)
    assert change.sets == 1


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"tenant": "other.api.identitynow.com"}, "belongs to another tenant: 'other.api.identitynow.com', not '127."),
        ({"source_id": "another"}, "belongs to another source: 'another', not "),
        ({"account_id": BACKUP.lower()}, f"belongs to another account: '{BACKUP.lower()}', not '{BACKUP}'"),
        ({"format": 2}, "was written by a newer version of community.sailpoint (format 2)"),
        ({"state": "DONE"}, "is malformed"),
    ],
)
@pytest.mark.parametrize("option", ["receipt", "receipt_file"])
def test_what_is_not_the_receipt_of_the_account_is_refused(change, tenant, option, check_mode, changes, problem):
    value = change.kept(**{"state": "FINISHED", **changes})
    given = {"receipt": value, "receipt_file": None} if option == "receipt" else {}
    name = "receipt" if option == "receipt" else f"receipt_file {change.path}"
    with pytest.raises(ReceiptError) as refusal:
        change(check_mode, **given)
    assert refusal.value.message.startswith(f"{name} {problem}")
    assert refusal.value.details == {"outcome": "unchanged"}
    assert change.receipt == value
    # What can be seen without the account is seen before anything is sent.
    assert tenant.counts() == ({"login": 1, "query": 1} if "another" in problem else {})


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_receipt_that_is_in_use_is_left_alone(change, tenant, check_mode):
    with open(f"{change.path}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(ReceiptError) as refusal:
            change(check_mode)
    assert refusal.value.message == f"receipt_file {change.path} is in use by another run."
    assert refusal.value.hint == "Wait until that run has ended, then run this again."
    assert tenant.counts() == {}


def test_the_lock_is_held_until_the_end(change, tenant, fake_time):
    tenant.outcome("never")
    refusals = []

    def sleep(seconds):
        fake_time.sleep(seconds)
        with pytest.raises(ReceiptError, match="in use by another run") as refusal, open_again():
            pass
        refusals.append(refusal)

    def open_again():

        return open_receipt({"receipt_file": str(change.path)}, False)

    fake_time.runtime = fake_time.runtime._replace(sleep=sleep)
    with pytest.raises(OutcomeUnknownError):
        change(wait_timeout=5)
    assert refusals
    with open_again() as keeper:
        assert keeper.earlier.state == "IN_PROGRESS"


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_folder_that_is_not_there_is_seen_at_once(change, tenant, check_mode):
    path = change.path.parent / "missing" / "receipt"
    with pytest.raises(ReceiptError) as refusal:
        change(check_mode, receipt_file=str(path))
    assert refusal.value.message == f"receipt_file {path} can't be written: its folder does not exist."
    assert refusal.value.hint.startswith("Give a path in a folder that exists")
    assert refusal.value.details["outcome"] == "unchanged"
    assert tenant.counts() == {}


@pytest.mark.parametrize("earlier", [True, False])
def test_a_full_disk_is_seen_before_anything_is_sent(change, full_disk, earlier):
    kept = change.kept(state="FINISHED", password=OTHER) if earlier else {}
    full_disk.append(True)
    with pytest.raises(ReceiptError) as refusal:
        change()
    assert refusal.value.message == f"receipt_file {change.path} can't be written: no space left on device."
    assert (refusal.value.details["outcome"], refusal.value.details["receipt"]) == ("unchanged", kept)
    assert change.sets == 0
    assert change.receipt == (kept or None)


def test_a_disk_that_is_full_afterwards_is_a_warning(change, tenant, full_disk):
    # A file and its folder for each receipt that is written: the first one is, and no other.
    full_disk += [False, False, True, True]
    result = change()
    assert result["state"] == "FINISHED"
    assert tenant.password(AD, BACKUP)["password"] == PASSWORD
    assert change.receipt["state"] == "UNKNOWN"
    assert change.warnings == [
        f"receipt_file {change.path} can't be written: no space left on device, so it doesn't say what came of this "
        "run, and the next run may set the password again. Make it writable, and write the returned receipt into it "
        "as JSON."
    ]
    # That does help.
    change.path.write_text(json.dumps(result["receipt"]), "utf-8")
    assert change(update_password="when_changed")["decision"] == "same_password"


def test_a_disk_that_was_full_in_between_is_none(change, full_disk):
    full_disk += [False, False, True]
    assert change()["state"] == "FINISHED"
    assert change.receipt["state"] == "FINISHED"
    assert change.warnings == []


def test_a_full_disk_after_a_refusal_hides_no_refusal(change, tenant, full_disk):
    change.kept(state="FINISHED", password=OTHER)
    tenant.fault("set", "status", status=400)
    full_disk += [False, False, True]
    with pytest.raises(ApiError):
        change()
    assert len(change.warnings) == 1
    assert "can't be written" in change.warnings[0]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"receipt": {}}, "receipt and receipt_file can't be used together."),
        ({"receipt_file": None, "max_age": "1d"}, "max_age is given, but no receipt"),
        ({"receipt_file": None, "update_password": "when_changed"}, "update_password is when_changed, but no receipt"),
        ({"max_age": "soon"}, "max_age is 'soon'."),
        ({"receipt_file": "receipt"}, "receipt_file is 'receipt', which depends on the folder"),
        ({"receipt_file": ""}, "receipt_file is empty."),
    ],
)
def test_options_are_checked_before_anything_is_sent(change, tenant, given, problem):
    with pytest.raises(InputError) as refusal:
        change(**given)
    assert refusal.value.message.startswith(problem)
    assert refusal.value.details["outcome"] == "unchanged"
    assert tenant.counts() == {}


# ---- diff mode ----


def test_the_diff_shows_how_far_a_change_got(change):
    predicted = change(True)["diff"]
    assert predicted == {
        "before": {},
        "after": {
            "account_id": BACKUP,
            "state": "FINISHED",
            "request_id": None,
            "time": "2026-11-24T10:00:00Z",
        },
    }
    result = change()
    after = {**predicted["after"], "request_id": result["request_id"]}
    assert result["diff"] == {"before": {}, "after": after}
    assert change(password=OTHER)["diff"]["before"] == after


def test_without_waiting_the_diff_ends_in_progress(change, tenant):
    tenant.outcome("never", times=None)
    assert change(True, wait=False)["diff"]["after"]["state"] == "IN_PROGRESS"
    assert change(wait=False)["diff"]["after"]["state"] == "IN_PROGRESS"
    for check_mode in (True, False):
        diff = change(check_mode, wait=False)["diff"]
        assert diff["before"] == diff["after"]


@pytest.mark.parametrize("wait", [True, False])
def test_the_diff_of_a_change_that_is_taken_up_shows_its_end(change, wait):
    before = change.in_progress("finish")
    for check_mode in (True, False):
        diff = change(check_mode, wait=wait)["diff"]
        assert (diff["before"]["state"], diff["after"]["state"]) == ("IN_PROGRESS", "FINISHED")
        assert diff["after"]["request_id"] == diff["before"]["request_id"] == before["request_id"]
