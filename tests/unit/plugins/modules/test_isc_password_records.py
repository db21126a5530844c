# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a change ends with an unknown outcome, or a receipt remembers one: the message says what ISC has on record."""

from __future__ import annotations

import re

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import OutcomeUnknownError
from support.batch_runs import outcomes, users
from support.modules import BACKUP
from support.receipt_runs import OTHER

MAY_NOT = "The token may not read ISC's audit events."


def unknown(change, **given):
    with pytest.raises(OutcomeUnknownError) as error:
        change(**given)
    return error.value


@pytest.mark.parametrize("version", ["v1", "v2025", "v3"])
def test_a_lost_response_comes_with_what_isc_has_on_record(present, change, version):
    change.tenant.fault("set", "lost_after")
    error = unknown(change, receipt_file=None, api_version=version)
    request_id = change.tenant.requests("set")[0]["request_id"]
    assert "ISC has on record since " in error.message
    assert f"audit event USER_PASSWORD_UPDATE_PASSED {request_id} of " in error.message
    # The change may still be under way.
    assert re.search(r"account activity \w+ of [^,]+, (PENDING|SUCCESS);", error.message)
    # It is told, and decides nothing.
    assert error.details["outcome"] == "unknown" and change.sets == 1
    assert {kind: change.tenant.counts()[kind] for kind in ("activities", "search")} == {"activities": 1, "search": 1}


def test_what_never_arrived_is_not_on_record(present, change):
    change.tenant.fault("set", "lost_before")
    error = unknown(change, receipt_file=None)
    assert "ISC's account activities and audit events show no password change of this account since" in error.message


def test_a_change_that_takes_too_long_is_on_record_as_it_is(present, change):
    change.tenant.outcome("never")
    error = unknown(change, receipt_file=None, wait_timeout=5)
    assert "account activity" in error.message and ", PENDING" in error.message


def test_beta_has_account_activities_only(present, change):
    change.tenant.fault("set", "lost_after")
    error = unknown(change, receipt_file=None, api_version="beta")
    assert "account activity" in error.message
    assert error.message.endswith("ISC's audit events can't be read with this api_version.")


def test_a_token_without_the_scope_is_told_so(present, change):
    change.tenant.fault("set", "lost_after")
    error = unknown(change, receipt_file=None, **change.tenant.clients["api-client-passwords-only"])
    assert "account activity" in error.message and error.message.endswith(MAY_NOT)


@pytest.mark.parametrize("kind", ["activities", "search"])
@pytest.mark.parametrize(
    "fault", [{"kind": "status", "status": 500}, {"kind": "lost_after"}, {"kind": "garbage", "form": "html"}]
)
def test_what_fails_there_changes_nothing_of_the_outcome(present, change, kind, fault):
    change.tenant.fault("set", "lost_after")
    change.tenant.fault(kind, times=None, **fault)
    began = present.clock()
    error = unknown(change, receipt_file=None)
    assert "could not be read: " in error.message and "ISC has on record" in error.message
    assert present.clock() - began < 20
    assert change.sets == 1


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_receipt_that_remembers_an_unknown_outcome_is_told_before_the_password_is_set_again(
    present, change, check_mode
):
    change.tenant.fault("set", "lost_after")
    unknown(change)
    assert change.receipt["state"] == "UNKNOWN"
    change(check_mode, password=OTHER)
    (warning,) = change.warnings
    assert warning.startswith(f"An earlier run sent a password at {change.receipt['time'][:-4]}") or not check_mode
    assert "ISC has on record since" in warning and warning.endswith("The given password is set now.")


def test_a_batch_tells_of_the_first_ones(batch, present):
    batch.tenant.fault("set", "lost_after", times=None)
    result = batch(users(12))
    assert outcomes(result) == ["unknown"] * 12
    told = ["ISC has on record" in entry["msg"] for entry in result["results"]]
    assert told == [True] * 10 + [False] * 2
    assert batch.tenant.counts()["activities"] == 10


def test_a_batch_that_meets_an_unknown_outcome_in_its_journal_tells_of_it(batch, present):
    batch.tenant.fault("set", "lost_after")
    batch.journalled(users(1))
    (entry,) = batch.journalled(users(1))["results"]
    assert (entry["outcome"], batch.sets()) == ("unknown", 1)
    # The journal knows the account, and not its identity.
    assert "account activity" in entry["msg"] and "audit event" in entry["msg"]


def test_a_batch_keeps_to_its_pace(batch, present):
    batch.tenant.fault("set", "lost_after", times=None)
    began = present.clock()
    batch(users(5), rate_limit={"requests": 4, "seconds": 10})
    # 5 queries, 5 sets and 10 of these: five windows of four.
    assert present.clock() - began > 30
    assert batch.tenant.counts()["activities"] >= 4


def test_what_is_known_asks_nothing(present, change):
    change()
    assert not {"activities", "search"} & change.tenant.counts().keys()
    assert change.tenant.password("Active Directory", BACKUP)
