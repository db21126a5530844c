# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a source's credential when a request fails: it is written at most once, and never half told."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import IscError, OutcomeUnknownError
from ansible_collections.community.sailpoint.plugins.modules import isc_source_credential
from support import promises
from support.modules import PASSWORD, run

RETRIES = 2
HR = "HR Database"
NOT_OF_THESE = ("an unknown state",)
FAULTS = [each for each in promises.FAULTS if "port" not in each.how and each.name not in NOT_OF_THESE]
CASES = [
    pytest.param(operation, fault, id=f"{operation}-{fault.name}")
    for operation in ("source", "source_patch", "check_connection")
    for fault in FAULTS
    # The answer to a change need not say anything.
    if operation != "source_patch" or not fault.name.startswith("fields ")
]


@pytest.mark.parametrize("stays", [True, False], ids=["always", "once"])
@pytest.mark.parametrize(("operation", "fault"), CASES)
def test_a_promise_holds(tenant, fake_time, operation, fault, stays):
    source_id = next(each["id"] for each in tenant.world()["sources"] if each["name"] == HR)
    options = {"source_id": source_id, "value": PASSWORD, "retries": RETRIES}
    tenant.connector(HR, attributes={"password": PASSWORD})
    if fault.how["kind"] == "slow":
        options["request_timeout"] = 0.5
    tenant.fault(operation, times=None if stays else 1, **fault.how)
    promise = fault.set if operation == "source_patch" else fault.query
    expected, sent = (promise.always, promise.sent_always) if stays else (promise.once, promise.sent_once)
    if operation == "check_connection" and expected == promises.ERROR:
        expected = promises.UNKNOWN
    assert outcome_of(tenant, fake_time, options) == expected
    assert tenant.counts()[operation] == (RETRIES + 1 if sent == promises.ALL else sent)
    if operation == "source":
        assert tenant.counts().get("source_patch", 0) == (expected == promises.HEALS)


def outcome_of(tenant, fake_time, options):
    try:
        result = run(isc_source_credential, tenant, fake_time, **options)
    except OutcomeUnknownError as error:
        assert (error.details["outcome"], error.details["changed"]) == ("unknown", True)
        return promises.UNKNOWN
    except IscError as error:
        assert (error.details["outcome"], error.details.get("changed", False)) == ("refused", False)
        return promises.ERROR
    assert (result["outcome"], result["connection"]) == ("finished", "SUCCESS")
    return promises.HEALS
