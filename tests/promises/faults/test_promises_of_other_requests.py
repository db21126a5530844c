# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The promises about failing requests for settings, a source's credential, and sync groups that are looked up."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    IscError,
    OutcomeUnknownError,
    SyncGroupError,
)
from ansible_collections.community.sailpoint.plugins.modules import isc_password, isc_source_credential
from support import promises
from support.modules import AD, BACKUP, BY_NAME, PASSWORD, run
from support.settings_tasks import READS, WITHOUT_BODY, WRITES, prepare

RETRIES = 2
# Operations whose response is not needed.
WITHOUT_FIELDS = (
    *("set_policy", "set_source_policies", "source_patch"),
    *("set_sync_group", "set_org_config", "create_org_config"),
)
OF_FIELDS = ("fields of other types", "fields that are missing")
# Faults that depend on the operation: whether it is resent, the size of its response, and the fields it needs.
OF_EACH_READ = promises.named("HTTP 403", "connection lost after that", "JSON that is not an object", *OF_FIELDS)
OF_EACH_WRITE = promises.named("HTTP 403", "connection lost after that", "an empty response", *OF_FIELDS)
OF_OTHER_OPERATIONS = {
    "policies": promises.one_of_each("query"),
    "sync_groups": promises.named("a response of more than 1 MiB"),
    "org_config": promises.named("a response of more than 1 MiB"),
    "create_policy": promises.OF_REQUESTS,
    "set_org_config": promises.named("HTTP 404"),
}
# Faults without effect, because fields have defaults.
HARMLESS = {"org_config": ("fields that are missing",)}


def faults_of(operation: str, of_each: Any) -> list[promises.Fault]:
    found = {each.name: each for each in (*of_each, *OF_OTHER_OPERATIONS.get(operation, ()))}
    return [each for name, each in found.items() if name not in HARMLESS.get(operation, ())]


def promise_of(operation: str, fault: promises.Fault) -> Any:
    return fault.set if operation == "source_patch" else fault.query


def cases(faults: dict[str, list[promises.Fault]]) -> list[Any]:
    """Return each operation with each of its faults, once and always."""
    return [
        pytest.param(operation, fault, stays, id=f"{operation}-{fault.name}-{'always' if stays else 'once'}")
        for operation, of_operation in faults.items()
        for fault in of_operation
        for stays in promise_of(operation, fault).stays
    ]


def timeout(fault: promises.Fault, seconds: float = 0.25) -> dict[str, float]:
    """Return an option that ends a slow request soon."""
    return {"request_timeout": seconds} if fault.how["kind"] == "slow" else {}


WRITING = [
    pytest.param(operation, fault, id=f"{operation}-{fault.name}")
    for operation in WRITES
    for fault in faults_of(operation, OF_EACH_WRITE)
]


def perform(tenant: Any, fake_time: Any, run_options: Any, fault: Any) -> Any:
    module, given = run_options
    try:
        return run(module, tenant, fake_time, client="pat-abby", retries=RETRIES, **timeout(fault), **given)
    except IscError as error:
        return error


@pytest.mark.parametrize(
    ("operation", "fault", "stays"), cases({each: faults_of(each, OF_EACH_READ) for each in READS})
)
def test_a_read_fails_as_a_query_does(tenant, fake_time, operation, fault, stays):
    promise = fault.query
    tenant.fault(operation, times=None if stays else 1, **fault.how)
    result = perform(tenant, fake_time, READS[operation], fault)
    healed = not isinstance(result, IscError)
    assert healed is (promise.outcome(stays) == promises.HEALS)
    assert len(tenant.requests(operation)) == promise.requests(stays, RETRIES)
    if not healed:
        assert not {request["operation"] for request in tenant.requests()} & set(WRITES)


@pytest.mark.parametrize(("operation", "fault"), WRITING)
def test_a_write_is_never_resent_in_doubt(tenant, fake_time, operation, fault):
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
        # The org config is then created, but the tenant has one.
        assert "create the password org config" in str(result)
        return
    assert isinstance(result, IscError)
    assert len(tenant.requests(operation)) == promise.requests(True, RETRIES)
    in_doubt = promise.always == promises.MAYBE
    assert ("is not known. Run this again" in (result.hint or "")) is in_doubt
    tenant.clear_faults()
    again = perform(tenant, fake_time, WRITES[operation], fault)
    assert not isinstance(again, IscError)
    # Once it was processed, nothing is left to do.
    assert not perform(tenant, fake_time, WRITES[operation], fault)["changed"]


HR = "HR Database"
# Reads behave like a query, and need fields of their own. A change is tested with every fault.
OF_READS = [
    *promises.one_of_each("query"),
    *promises.named("JSON that is not an object", *OF_FIELDS),
]
CREDENTIAL_FAULTS = {
    "source": OF_READS,
    # The content of a response to a change is not needed.
    "source_patch": [each for each in promises.OF_REQUESTS if not each.name.startswith("fields ")],
    "check_connection": OF_READS,
}


@pytest.mark.parametrize(("operation", "fault", "stays"), cases(CREDENTIAL_FAULTS))
def test_a_credential_is_written_at_most_once_and_its_outcome_reported(tenant, fake_time, operation, fault, stays):
    source_id = next(each["id"] for each in tenant.world()["sources"] if each["name"] == HR)
    options = {"source_id": source_id, "value": PASSWORD, "retries": RETRIES, **timeout(fault)}
    tenant.connector(HR, attributes={"password": PASSWORD})
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


ON_HR = {"user_name": "Abby.Smith", "source_name": HR, "password": PASSWORD, "wait_timeout": 600000}
# Missing fields are not among them: a group without fields has no sources.
LOOKUP_FAULTS = promises.one_of_each("query")


@pytest.fixture(autouse=True, scope="module")
def _keys(running_tenant):
    """Create the keys in advance: on a busy machine, that takes longer than a short timeout allows."""
    for source_name in (AD, HR):
        running_tenant.rotate_key(source_name)


@pytest.mark.parametrize(("operation", "fault", "stays"), cases({"sync_groups": LOOKUP_FAULTS}))
@pytest.mark.parametrize("option", ["warn", "refuse"])
def test_only_who_refuses_is_stopped(tenant, fake_time, operation, fault, option, stays):
    options = {**ON_HR, "sync_group": option, "retries": RETRIES, **timeout(fault, 0.5)}
    tenant.fault(operation, times=None if stays else 1, **fault.how)
    promise = fault.query
    heals = promise.outcome(stays) == promises.HEALS
    warnings = []
    if option == "refuse" and not heals:
        with pytest.raises(SyncGroupError, match="^Whether the password changes on other sources too is not known: "):
            run(isc_password, tenant, fake_time, **options)
        assert tenant.requests("set") == []
    else:
        result = run(isc_password, tenant, fake_time, warnings=warnings, **options)
        assert len(tenant.requests("set")) == 1
        assert bool(warnings) is not heals and bool(result["sync_group"]["problem"]) is not heals
    assert len(tenant.requests(operation)) == promise.requests(stays, RETRIES)


@pytest.mark.parametrize("fault", LOOKUP_FAULTS, ids=lambda fault: fault.name)
def test_missing_names_of_sources_do_not_stop_the_change(tenant, fake_time, fault):
    options = {**BY_NAME, "wait_timeout": 600000, "sync_group": "warn", "retries": 0, **timeout(fault, 0.5)}
    tenant.fault("sources", times=None, **fault.how)
    warnings = []
    result = run(isc_password, tenant, fake_time, warnings=warnings, **options)
    assert result["sync_group"]["sources"][0]["source_name"] is None
    assert len(warnings) == 1
    assert tenant.password(AD, BACKUP)["password"] == PASSWORD
