# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Problems with the receipt of the module isc_password, before and after the change is sent."""

from __future__ import annotations

import fcntl
import json

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._change.receipt import ReceiptLog
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    ApiError,
    OutcomeUnknownError,
    ReceiptError,
)
from support.modules import AD, BACKUP, PASSWORD
from support.receipt_runs import OTHER


@pytest.mark.parametrize("earlier", [True, False])
def test_a_refusal_leaves_the_receipt(change, tenant, earlier):
    stored = change.kept(state="FINISHED", password=OTHER) if earlier else {}
    tenant.fault("set", "status", status=400, body={"detailCode": "400.1"})
    with pytest.raises(ApiError) as refusal:
        change()
    assert refusal.value.details["outcome"] == "refused"
    assert refusal.value.details["receipt"] == change.shown
    assert change.receipt == (stored or None)
    assert change.sets == 1


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"account_id": BACKUP.lower()}, f"belongs to another account: '{BACKUP.lower()}', not '{BACKUP}'"),
        ({"format": 2}, "was written by a newer version of community.sailpoint (format 2)"),
    ],
)
@pytest.mark.parametrize("option", ["receipt", "receipt_file"])
def test_a_receipt_of_another_account_or_format_is_refused(change, tenant, option, check_mode, changes, problem):
    value = change.kept(**{"state": "FINISHED", **changes})
    given = {"receipt": value, "receipt_file": None} if option == "receipt" else {}
    name = "receipt" if option == "receipt" else f"receipt_file {change.path}"
    with pytest.raises(ReceiptError) as refusal:
        change(check_mode, **given)
    assert refusal.value.message.startswith(f"{name} {problem}")
    step = "store" if "another" in problem else "options"
    assert refusal.value.details == {"outcome": "refused", "step": step}
    assert change.receipt == value
    # A problem that does not depend on the account is found before anything is sent.
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
        return ReceiptLog("acme", PASSWORD, fake_time.time).opened({"receipt_file": str(change.path)}, False)

    fake_time.runtime = fake_time.runtime._replace(sleep=sleep)
    with pytest.raises(OutcomeUnknownError):
        change(wait_timeout=5)
    assert refusals
    with open_again() as receipt:
        assert receipt.earlier.state == "IN_PROGRESS"


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_missing_folder_is_found_before_anything_is_sent(change, tenant, check_mode):
    path = change.path.parent / "missing" / "receipt"
    with pytest.raises(ReceiptError) as refusal:
        change(check_mode, receipt_file=str(path))
    assert refusal.value.message == f"receipt_file {path} can't be written: its folder does not exist."
    assert refusal.value.hint.startswith("Give a path in a folder that exists")
    assert refusal.value.details["outcome"] == "refused"
    assert tenant.counts() == {}


@pytest.mark.parametrize("earlier", [True, False])
def test_a_full_disk_is_found_before_anything_is_sent(change, full_disk, earlier):
    stored = change.kept(state="FINISHED", password=OTHER) if earlier else {}
    full_disk.append(True)
    with pytest.raises(ReceiptError) as refusal:
        change()
    assert refusal.value.message == f"receipt_file {change.path} can't be written: no space left on device."
    assert (refusal.value.details["outcome"], refusal.value.details["receipt"]) == ("refused", change.shown)
    assert change.sets == 0
    assert change.receipt == (stored or None)


def test_a_disk_full_after_sending_is_a_warning(change, tenant, full_disk):
    # Each write syncs the file and its folder. Only the first write succeeds.
    full_disk += [False, False, True, True]
    result = change()
    assert result["state"] == "FINISHED"
    assert tenant.password(AD, BACKUP)["password"] == PASSWORD
    assert change.receipt["state"] == "UNKNOWN"
    assert change.warnings == [
        f"receipt_file {change.path} can't be written: no space left on device, so it doesn't say how this run "
        "ended, and the next run may set the password again. Make it writable, and write the returned receipt into it "
        "as JSON."
    ]
    # Following that advice helps.
    change.path.write_text(json.dumps(result["receipt"]), "utf-8")
    assert change(update_password="when_changed")["decision"] == "same_password"


def test_a_disk_that_was_only_full_in_between_does_not_matter(change, full_disk):
    full_disk += [False, False, True]
    assert change()["state"] == "FINISHED"
    assert change.receipt["state"] == "FINISHED"
    assert change.warnings == []


def test_a_full_disk_after_a_refusal_does_not_hide_it(change, tenant, full_disk):
    change.kept(state="FINISHED", password=OTHER)
    tenant.fault("set", "status", status=400)
    full_disk += [False, False, True]
    with pytest.raises(ApiError):
        change()
    assert len(change.warnings) == 1
    assert "can't be written" in change.warnings[0]
