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
# A group without its fields has no sources, and a list has no state.
OF_OBJECTS = ("fields that are missing", "an unknown state")
# Those of the connection are the same for all requests to one tenant.
FAULTS = [each for each in promises.FAULTS if "port" not in each.how and each.name not in OF_OBJECTS]
# One of each kind and promise: which status, and which form, is that of a query (test_promises.py).
FAULTS = list({(each.how["kind"], each.query): each for each in FAULTS}.values())


@pytest.fixture(params=FAULTS, ids=lambda fault: fault.name)
def fault(request):
    return request.param


@pytest.mark.parametrize("stays", [True, False], ids=["always", "once"])
@pytest.mark.parametrize("wish", ["warn", "refuse"])
def test_only_who_refuses_is_stopped(tenant, fake_time, fault, wish, stays):
    options = {**ON_HR, "sync_group": wish, "retries": RETRIES}
    if fault.how["kind"] == "slow":
        options["request_timeout"] = 0.25
    tenant.fault("sync_groups", times=None if stays else 1, **fault.how)
    promise = fault.query
    heals = (promise.always if stays else promise.once) == promises.HEALS
    warnings = []
    if wish == "refuse" and not heals:
        with pytest.raises(SyncGroupError, match="^Whether the password changes on other sources too is not known: "):
            run(isc_password, tenant, fake_time, **options)
        assert tenant.requests("set") == []
    else:
        result = run(isc_password, tenant, fake_time, warnings=warnings, **options)
        assert len(tenant.requests("set")) == 1
        assert bool(warnings) is not heals and bool(result["sync_group"]["problem"]) is not heals
    sent = promise.sent_always if stays else promise.sent_once
    assert len(tenant.requests("sync_groups")) == (RETRIES + 1 if sent == promises.ALL else sent)


def test_without_names_it_goes_on(tenant, fake_time, fault):
    options = {**BY_NAME, "wait_timeout": 600000, "sync_group": "warn", "retries": 0}
    if fault.how["kind"] == "slow":
        options["request_timeout"] = 0.25
    tenant.fault("sources", times=None, **fault.how)
    warnings = []
    result = run(isc_password, tenant, fake_time, warnings=warnings, **options)
    assert result["sync_group"]["sources"][0]["source_name"] is None
    assert len(warnings) == 1
    assert tenant.password(AD, BACKUP)["password"] == PASSWORD
