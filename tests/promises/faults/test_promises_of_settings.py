# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The promises about requests that fail, for those of password settings: what reads is a query, what writes a token."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import IscError
from support import promises
from support.modules import run
from support.settings_tasks import READS, WITHOUT_BODY, WRITES, prepare

RETRIES = 2
# What such a response says is not needed.
WITHOUT_FIELDS = (
    "set_policy",
    "set_source_policies",
    "source_patch",
    "set_sync_group",
    "set_org_config",
    "create_org_config",
)
OF_FIELDS = ("fields of other types", "fields that are missing")
# What each operation says of itself: whether it is sent again, how much it responds, and what it needs of that.
OF_EACH_READ = promises.named("HTTP 403", "connection lost after that", "JSON that is not an object", *OF_FIELDS)
OF_EACH_WRITE = promises.named("HTTP 403", "connection lost after that", "an empty response", *OF_FIELDS)
OF_OTHER_OPERATIONS = {
    "policies": promises.one_of_each("query"),
    "sync_groups": promises.named("a response of more than 1 MiB"),
    "org_config": promises.named("a response of more than 1 MiB"),
    "create_policy": promises.OF_REQUESTS,
    "set_org_config": promises.named("HTTP 404"),
}
# Where there is none, and where fields have their defaults.
HARMLESS = {"org_config": ("fields that are missing",)}


def faults_of(operation: str, of_each: Any) -> list[promises.Fault]:
    found = {each.name: each for each in (*of_each, *OF_OTHER_OPERATIONS.get(operation, ()))}
    return [each for name, each in found.items() if name not in HARMLESS.get(operation, ())]


READING = [
    pytest.param(operation, fault, stays, id=f"{operation}-{fault.name}-{'always' if stays else 'once'}")
    for operation in READS
    for fault in faults_of(operation, OF_EACH_READ)
    for stays in fault.query.stays
]
WRITING = [
    pytest.param(operation, fault, id=f"{operation}-{fault.name}")
    for operation in WRITES
    for fault in faults_of(operation, OF_EACH_WRITE)
]


def perform(tenant: Any, fake_time: Any, what: Any, fault: Any) -> Any:
    module, given = what
    options = {"request_timeout": 0.25} if fault.how["kind"] == "slow" else {}
    try:
        return run(module, tenant, fake_time, client="pat-abby", retries=RETRIES, **options, **given)
    except IscError as error:
        return error


@pytest.mark.parametrize(("operation", "fault", "stays"), READING)
def test_what_reads_fails_as_a_query_does(tenant, fake_time, operation, fault, stays):
    promise = fault.query
    tenant.fault(operation, times=None if stays else 1, **fault.how)
    result = perform(tenant, fake_time, READS[operation], fault)
    healed = not isinstance(result, IscError)
    assert healed is (promise.outcome(stays) == promises.HEALS)
    assert len(tenant.requests(operation)) == promise.requests(stays, RETRIES)
    if not healed:
        assert not {request["operation"] for request in tenant.requests()} & set(WRITES)


@pytest.mark.parametrize(("operation", "fault"), WRITING)
def test_what_writes_is_never_sent_again_in_doubt(tenant, fake_time, operation, fault):
    promise = fault.digit_token
    prepare(tenant, operation)
    tenant.fault(operation, times=None, **fault.how)
    result = perform(tenant, fake_time, WRITES[operation], fault)
    without_body = operation in WITHOUT_BODY and fault.how["kind"] == "garbage"
    without_fields = operation in WITHOUT_FIELDS and fault.name in OF_FIELDS
    if without_body or without_fields:
        assert result["changed"]
        return
    if operation == "set_org_config" and fault.name == "HTTP 404":
        # Then one is created, and the tenant has one.
        assert "create the password org config" in str(result)
        return
    assert isinstance(result, IscError)
    assert len(tenant.requests(operation)) == promise.requests(True, RETRIES)
    in_doubt = promise.always == promises.MAYBE
    assert ("is not known. Run this again" in (result.hint or "")) is in_doubt
    tenant.clear_faults()
    again = perform(tenant, fake_time, WRITES[operation], fault)
    assert not isinstance(again, IscError)
    # Where it has been processed nothing is left to do.
    assert not perform(tenant, fake_time, WRITES[operation], fault)["changed"]
