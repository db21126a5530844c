# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change carried out against a tenant, over HTTP."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._change.flow import ChangeFlow, Settings, drive
from ansible_collections.community.sailpoint.plugins.module_utils._change.poll import PollSettings, intervals
from ansible_collections.community.sailpoint.plugins.module_utils._change.sync_group import SyncGroups
from ansible_collections.community.sailpoint.plugins.modules.isc_password import ARGUMENT_SPEC
from support.modules import (
    AD,
    BACKUP,
    BY_NAME,
    PASSWORD,
    access,
    validated,
)

POLLING = PollSettings(600000.0, 2.0)


@pytest.fixture
def begin(client, tenant):
    def begun(polling=POLLING, **given):
        options = validated(ARGUMENT_SPEC, **{**access(tenant), **BY_NAME, **given})
        return ChangeFlow(options, PASSWORD, Settings(polling, 4), client.runtime)

    return begun


@pytest.fixture
def carry_out(client, begin):
    def carried_out(flow=None, polling=POLLING):
        flow = flow or begin(polling)
        drive(flow, client.without_retries(), SyncGroups(client), intervals(POLLING, client.runtime.random))
        return flow

    return carried_out


def test_a_key_that_was_renewed_in_between_fails_as_isc_says(begin, carry_out, client, tenant):
    flow = begin()
    flow.requested(client.runtime.clock())
    flow.settle(flow.perform(client, SyncGroups(client)), None, client.runtime.clock())
    tenant.rotate_key(AD)
    assert "public key that is no longer in use" in carry_out(flow).error.message
    assert tenant.password(AD, BACKUP) is None
    assert carry_out().outcome == "finished"


def test_a_login_that_fails_while_a_sync_group_is_looked_up_is_not_multiplied(begin, carry_out, client, tenant):
    flow = begin(sync_group="warn")
    tenant.fault("login", "status", status=503, skip=1, times=None)
    tenant.fault("sync_groups", "status", status=401, body={"error": "JWT is expired"})
    assert carry_out(flow).outcome == "refused"
    # Five for the groups, and four more by the flow.
    assert tenant.counts()["login"] == 1 + 5 + 4
