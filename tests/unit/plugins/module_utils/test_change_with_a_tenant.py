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
    connected,
    validated,
)

POLLING = PollSettings(600000.0, 2.0)


@pytest.fixture
def client(tenant, fake_time):
    """Return a client that lives in fake time."""
    with connected(tenant, fake_time) as made:
        yield made


@pytest.fixture
def begin(client, tenant):
    """Return a function that begins a change."""

    def begun(polling=POLLING, **given):
        options = validated(ARGUMENT_SPEC, **{**access(tenant), **BY_NAME, **given})
        return ChangeFlow(options, PASSWORD, Settings(polling, 4), client.runtime)

    return begun


@pytest.fixture
def carry_out(client, begin):
    """Return a function that sees a change through."""

    def carried_out(flow=None, polling=POLLING):
        flow = flow or begin(polling)
        drive(flow, client.without_retries(), SyncGroups(client), intervals(POLLING, client.runtime.random))
        return flow

    return carried_out


def test_a_change_is_sent_and_waited_for_to_its_end(carry_out, tenant):
    tenant.settings(change_seconds=0.02)
    flow = carry_out()
    assert (flow.change.state, flow.change.source_ids) == ("FINISHED", (flow.target.info.source_id,))
    assert tenant.password(AD, BACKUP)["password"] == PASSWORD
    assert tenant.counts()["set"] == tenant.counts()["query"] == 1


def test_without_waiting_it_ends_once_accepted(carry_out, tenant, fake_time):
    tenant.outcome("never")
    flow = carry_out(polling=None)
    assert (flow.outcome, flow.change.state, flow.change.ended) == ("accepted", "IN_PROGRESS", False)
    assert fake_time.naps == []
    assert flow.change.request_id
    assert "status" not in tenant.counts()
    assert flow.warnings == []


def test_a_failure_carries_the_reasons_of_isc(carry_out, tenant):
    tenant.outcome("fail", errors=["Used before."])
    flow = carry_out()
    assert flow.error.message.endswith("reported FAILED: Used before.")
    assert (flow.outcome, flow.error.details["outcome"]) == ("failed", "failed")
    assert flow.error.details["request_id"]


def test_a_change_that_failed_at_once_fails_without_waiting_too(carry_out, tenant):
    tenant.outcome("fail_at_once")
    assert carry_out(polling=None).outcome == "failed"


def test_without_a_request_id_the_end_is_unknown(carry_out, tenant):
    tenant.outcome("accepted_without_id")
    flow = carry_out()
    assert "without a request id" in flow.error.message
    assert (flow.error.details["outcome"], flow.error.details["state"]) == ("unknown", "IN_PROGRESS")
    assert "status" not in tenant.counts()


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
