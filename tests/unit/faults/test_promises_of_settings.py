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
from support.settings_tasks import READS, WRITES, prepare

RETRIES = 2
# A list has no state, and connections that never open are the same for all requests to one tenant.
FAULTS = [each for each in promises.FAULTS if "port" not in each.how and each.name != "an unknown state"]
# An answer without a body has nothing that could be damaged in these ways.
WITHOUT_BODY = ("delete_policy", "delete_sync_group")
# What such an answer says is not needed.
WITHOUT_FIELDS = (
    "set_policy",
    "set_source_policies",
    "source_patch",
    "set_sync_group",
    "set_org_config",
    "create_org_config",
)
OF_BODIES = (
    "half an answer",
    "an empty answer",
    "half of a JSON text",
    "JSON that is not an object",
    "text that is not UTF-8",
    "an answer of more than 1 MiB",
)
OF_FIELDS = ("fields of other types", "fields that are missing")


@pytest.fixture(params=FAULTS, ids=lambda fault: fault.name)
def fault(request):
    return request.param


def perform(tenant: Any, fake_time: Any, what: Any, fault: Any) -> Any:
    """Return the result of a module, or its error."""
    module, given = what
    options = {"request_timeout": 0.25} if fault.how["kind"] == "slow" else {}
    try:
        return run(module, tenant, fake_time, client="pat-abby", retries=RETRIES, **options, **given)
    except IscError as error:
        return error


def number_of(sent: int) -> int:
    """Return how many requests were promised."""
    return RETRIES + 1 if sent == promises.ALL else sent


@pytest.mark.parametrize("operation", READS)
@pytest.mark.parametrize("stays", [True, False], ids=["always", "once"])
def test_what_reads_fails_as_a_query_does(tenant, fake_time, fault, operation, stays):
    promise = fault.query
    if operation == "org_config" and fault.name in ("HTTP 404", "fields that are missing"):
        pytest.skip("means that there is none, or that fields have their defaults")
    if operation == "sources" and fault.name == "an answer of more than 1 MiB":
        pytest.skip("a page of whole sources may be larger")
    tenant.fault(operation, times=None if stays else 1, **fault.how)
    result = perform(tenant, fake_time, READS[operation], fault)
    healed = not isinstance(result, IscError)
    assert healed is ((promise.always if stays else promise.once) == promises.HEALS)
    assert len(tenant.requests(operation)) == number_of(promise.sent_always if stays else promise.sent_once)
    if not healed:
        assert not {request["operation"] for request in tenant.requests()} & set(WRITES)


@pytest.mark.parametrize("operation", WRITES)
def test_what_writes_is_never_sent_again_in_doubt(tenant, fake_time, fault, operation):
    promise = fault.digit_token
    prepare(tenant, operation)
    tenant.fault(operation, times=None, **fault.how)
    result = perform(tenant, fake_time, WRITES[operation], fault)
    without_body = operation in WITHOUT_BODY and fault.name in (*OF_BODIES, *OF_FIELDS)
    without_fields = operation in WITHOUT_FIELDS and fault.name in OF_FIELDS
    if without_body or without_fields:
        assert result["changed"]
        return
    if operation == "set_org_config" and fault.name == "HTTP 404":
        # Then one is created, and the tenant has one.
        assert "create the password org config" in str(result)
        return
    assert isinstance(result, IscError)
    assert len(tenant.requests(operation)) == number_of(promise.sent_always)
    in_doubt = promise.always == promises.MAYBE
    assert ("is not known. Run this again" in (result.hint or "")) is in_doubt
    tenant.clear_faults()
    again = perform(tenant, fake_time, WRITES[operation], fault)
    assert not isinstance(again, IscError)
    # Where it has been processed nothing is left to do.
    assert not perform(tenant, fake_time, WRITES[operation], fault)["changed"]
