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
# What a change is may be in doubt with each fault. What reads does as a query, and what it needs is its own.
OF_READS = [
    *promises.one_of_each("query"),
    *promises.named("JSON that is not an object", "fields of other types", "fields that are missing"),
]
FAULTS = {
    "source": OF_READS,
    # The response to a change need not say anything.
    "source_patch": [each for each in promises.OF_REQUESTS if not each.name.startswith("fields ")],
    "check_connection": OF_READS,
}


def promise_of(operation, fault):
    return fault.set if operation == "source_patch" else fault.query


CASES = [
    pytest.param(operation, fault, stays, id=f"{operation}-{fault.name}-{'always' if stays else 'once'}")
    for operation, faults in FAULTS.items()
    for fault in faults
    for stays in promise_of(operation, fault).stays
]


@pytest.mark.parametrize(("operation", "fault", "stays"), CASES)
def test_a_promise_holds(tenant, fake_time, operation, fault, stays):
    source_id = next(each["id"] for each in tenant.world()["sources"] if each["name"] == HR)
    options = {"source_id": source_id, "value": PASSWORD, "retries": RETRIES}
    tenant.connector(HR, attributes={"password": PASSWORD})
    if fault.how["kind"] == "slow":
        options["request_timeout"] = 0.25
    tenant.fault(operation, times=None if stays else 1, **fault.how)
    promise = promise_of(operation, fault)
    expected = promise.outcome(stays)
    if operation == "check_connection" and expected == promises.ERROR:
        expected = promises.UNKNOWN
    assert outcome_of(tenant, fake_time, options) == expected
    assert tenant.counts()[operation] == promise.requests(stays, RETRIES)
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
