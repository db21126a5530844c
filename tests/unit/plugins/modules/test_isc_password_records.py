# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages about an unknown outcome, now or in a receipt, report ISC's records of the change."""

from __future__ import annotations

import re

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import OutcomeUnknownError
from support.batch_runs import outcomes, users
from support.modules import BACKUP
from support.receipt_runs import OTHER


def unknown(change, **given):
    with pytest.raises(OutcomeUnknownError) as error:
        change(**given)
    return error.value


@pytest.mark.parametrize("version", ["v1", "v2025", "v3"])
def test_a_lost_response_is_reported_with_the_records_of_isc(present, change, version):
    change.tenant.fault("set", "lost_after")
    error = unknown(change, receipt_file=None, api_version=version)
    request_id = change.tenant.requests("set")[0]["request_id"]
    assert "ISC has on record since " in error.message
    assert f"audit event USER_PASSWORD_UPDATE_PASSED {request_id} of " in error.message
    # The change may still be under way.
    assert re.search(r"account activity \w+ of [^,]+, (PENDING|SUCCESS);", error.message)
    # The records are only shown, and decide nothing.
    assert error.details["outcome"] == "unknown" and change.sets == 1
    assert {kind: change.tenant.counts()[kind] for kind in ("activities", "search")} == {"activities": 1, "search": 1}


def test_a_change_that_never_arrived_is_not_on_record(present, change):
    change.tenant.fault("set", "lost_before")
    error = unknown(change, receipt_file=None)
    assert "ISC's account activities and audit events show no password change of this account since" in error.message


def test_a_change_that_takes_too_long_is_on_record_as_pending(present, change):
    change.tenant.outcome("never")
    error = unknown(change, receipt_file=None, wait_timeout=5)
    assert "account activity" in error.message and ", PENDING" in error.message


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_remembered_unknown_outcome_is_reported_before_setting_again(present, change, check_mode):
    change.tenant.fault("set", "lost_after")
    unknown(change)
    assert change.receipt["state"] == "UNKNOWN"
    change(check_mode, password=OTHER)
    (warning,) = change.warnings
    assert warning.startswith(f"An earlier run sent a password at {change.receipt['time'][:-4]}") or not check_mode
    assert "ISC has on record since" in warning and warning.endswith("The given password is set now.")


def test_a_batch_reports_records_of_the_first_accounts_only(batch, present):
    batch.tenant.fault("set", "lost_after", times=None)
    result = batch(users(12))
    assert outcomes(result) == ["unknown"] * 12
    reported = ["ISC has on record" in entry["msg"] for entry in result["results"]]
    assert reported == [True] * 10 + [False] * 2
    assert batch.tenant.counts()["activities"] == 10


def test_a_batch_reports_records_for_an_unknown_outcome_in_its_journal(batch, present):
    batch.tenant.fault("set", "lost_after")
    batch.journalled(users(1))
    (entry,) = batch.journalled(users(1))["results"]
    assert (entry["outcome"], batch.sets()) == ("unknown", 1)
    # The journal names the account but not its identity.
    assert "account activity" in entry["msg"] and "audit event" in entry["msg"]


def test_a_batch_keeps_its_rate_limit_for_records(batch, present):
    batch.tenant.fault("set", "lost_after", times=None)
    began = present.clock()
    batch(users(5), rate_limit={"requests": 4, "seconds": 10})
    # 5 queries, 5 sets and 10 requests for records take five windows of four.
    assert present.clock() - began > 30
    assert batch.tenant.counts()["activities"] >= 4


def test_a_known_outcome_reads_no_records(present, change):
    change()
    assert not {"activities", "search"} & change.tenant.counts().keys()
    assert change.tenant.password("Active Directory", BACKUP)
