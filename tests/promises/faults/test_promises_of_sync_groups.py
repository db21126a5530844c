# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a password change whose sync group can't be looked up: it fails as a query does."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import SyncGroupError
from ansible_collections.community.sailpoint.plugins.modules import isc_password
from support import promises
from support.modules import AD, BACKUP, BY_NAME, PASSWORD, run

RETRIES = 2
ON_HR = {"user_name": "Abby.Smith", "source_name": "HR Database", "password": PASSWORD, "wait_timeout": 600000}
# A group without its fields has no sources; so that is not among these.
FAULTS = promises.one_of_each("query")
CASES = [
    pytest.param(fault, stays, id=f"{fault.name}-{'always' if stays else 'once'}")
    for fault in FAULTS
    for stays in fault.query.stays
]


@pytest.fixture(autouse=True, scope="module")
def _keys(running_tenant):
    """Have the keys at hand: a busy machine takes longer to make one than a short timeout allows."""
    for source_name in (AD, ON_HR["source_name"]):
        running_tenant.rotate_key(source_name)


@pytest.mark.parametrize(("fault", "stays"), CASES)
@pytest.mark.parametrize("wish", ["warn", "refuse"])
def test_only_who_refuses_is_stopped(tenant, fake_time, fault, wish, stays):
    options = {**ON_HR, "sync_group": wish, "retries": RETRIES}
    if fault.how["kind"] == "slow":
        options["request_timeout"] = 0.5
    tenant.fault("sync_groups", times=None if stays else 1, **fault.how)
    promise = fault.query
    heals = promise.outcome(stays) == promises.HEALS
    warnings = []
    if wish == "refuse" and not heals:
        with pytest.raises(SyncGroupError, match="^Whether the password changes on other sources too is not known: "):
            run(isc_password, tenant, fake_time, **options)
        assert tenant.requests("set") == []
    else:
        result = run(isc_password, tenant, fake_time, warnings=warnings, **options)
        assert len(tenant.requests("set")) == 1
        assert bool(warnings) is not heals and bool(result["sync_group"]["problem"]) is not heals
    assert len(tenant.requests("sync_groups")) == promise.requests(stays, RETRIES)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_without_names_it_goes_on(tenant, fake_time, fault):
    options = {**BY_NAME, "wait_timeout": 600000, "sync_group": "warn", "retries": 0}
    if fault.how["kind"] == "slow":
        options["request_timeout"] = 0.5
    tenant.fault("sources", times=None, **fault.how)
    warnings = []
    result = run(isc_password, tenant, fake_time, warnings=warnings, **options)
    assert result["sync_group"]["sources"][0]["source_name"] is None
    assert len(warnings) == 1
    assert tenant.password(AD, BACKUP)["password"] == PASSWORD
