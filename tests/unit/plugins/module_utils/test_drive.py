# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A single change driven to its end in virtual time, also against a tenant."""

from __future__ import annotations

import itertools

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import Change
from ansible_collections.community.sailpoint.plugins.module_utils._change.flow import (
    STATUS,
    ChangeFlow,
    Resume,
    Settings,
    drive,
)
from ansible_collections.community.sailpoint.plugins.module_utils._change.poll import PollSettings, intervals
from ansible_collections.community.sailpoint.plugins.module_utils._change.sync_group import SyncGroups
from ansible_collections.community.sailpoint.plugins.module_utils._errors import ConnectError
from ansible_collections.community.sailpoint.plugins.modules.isc_password import ARGUMENT_SPEC
from hypothesis import given
from hypothesis import strategies as st
from support.flows import (
    FAILED,
    FINISHED,
    LOST,
    NOT_FOUND,
    QUERIED,
    RUNNING,
    START,
    WANTED,
    NoSyncGroups,
    RecordedLog,
    ScriptedClient,
    VirtualTime,
    api_error,
    driven,
    rate_limited,
)
from support.modules import AD, BACKUP, BY_NAME, EPOCH, PASSWORD, access, validated

HALF = 0.5
"""The random value that leaves intervals without jitter."""

ASKS_FOR_MUCH = rate_limited(1e9)


def run(*status, timeout=600.0, first=2.0, chance=lambda: HALF, **more):
    """Drive a change whose status responses are scripted, and return flow, client and clock."""
    time = VirtualTime(chance)
    client = ScriptedClient(time, status=status)
    return driven(client, PollSettings(timeout, first), **more), client, time


@pytest.mark.parametrize(("end", "outcome"), [(FINISHED, "finished"), (FAILED, "failed")])
def test_a_change_is_polled_until_it_has_ended(end, outcome):
    flow, client, _time = run(RUNNING, RUNNING, end)
    assert (flow.outcome, flow.change) == (outcome, end)
    assert client.calls == ["query", "set", *["status"] * 3]


def test_a_change_of_an_earlier_run_is_read_before_the_first_pause():
    time = VirtualTime(lambda: HALF)
    client = ScriptedClient(time, status=[RUNNING, RUNNING, FINISHED])
    flow = driven(client, decide=lambda target: Resume(RUNNING, EPOCH - 100))
    assert flow.outcome == "finished"
    assert client.calls == ["query", *["status"] * 3]
    assert client.reads == [0, 2, 5]


def test_a_flow_that_begins_with_a_status_is_read_at_once():
    time = VirtualTime(lambda: HALF)
    client = ScriptedClient(time, status=[RUNNING, FINISHED])
    flow = ChangeFlow(WANTED, None, Settings(PollSettings(600.0, 2.0), 4), time.runtime)
    flow.resume(Resume(RUNNING, EPOCH), time.now)
    assert flow.kind == STATUS
    drive(flow, client, NoSyncGroups(), intervals(PollSettings(600.0, 2.0), lambda: HALF))
    assert (flow.outcome, client.reads) == ("finished", [0, 2])


def test_the_status_is_read_a_last_time_at_the_deadline_and_never_later():
    flow, client, _time = run(RUNNING, timeout=6.0)
    assert client.reads == [2.0, 5.0, 6.0]
    assert client.deadlines == [START + 6] * 3
    assert flow.outcome == "unknown"
    assert flow.error.message == (
        "The password change has not ended after wait_timeout (6 s); whether it will succeed is not known."
    )
    result = flow.error.as_result()
    assert (result["outcome"], result["request_id"], result["state"]) == ("unknown", "r", "IN_PROGRESS")


@given(
    st.floats(0.01, 5000),
    st.floats(0.01, 3600),
    st.lists(
        st.sampled_from([RUNNING, Change(None, "QUEUED"), LOST, rate_limited(), ASKS_FOR_MUCH]), min_size=1, max_size=30
    ),
    st.lists(st.floats(0, 1), min_size=1),
    st.booleans(),
)
def test_no_response_moves_the_deadline(timeout, first_interval, script, chances, resumed):
    chance = itertools.cycle(chances)
    decide = (lambda target: Resume(RUNNING, EPOCH)) if resumed else (lambda target: None)
    flow, client, time = run(*script, timeout=timeout, first=first_interval, chance=lambda: next(chance), decide=decide)
    assert flow.outcome == "unknown"
    assert client.reads[-1] == pytest.approx(timeout)
    assert client.calls.count("set") == (0 if resumed else 1)
    longest = timeout if ASKS_FOR_MUCH in script else max(30.0, first_interval) * 1.25
    assert all(0 < nap <= longest + 1e-6 for nap in time.naps)  # no clock is exact to the last bit
    assert flow.error.details["request_id"] == "r"


@given(
    st.lists(st.sampled_from([RUNNING, LOST, api_error(503), rate_limited(), NOT_FOUND]), max_size=8),
    st.sampled_from([FINISHED, FAILED, api_error(403)]),
    st.lists(st.sampled_from([RUNNING, LOST, FINISHED, FAILED, api_error(400), ConnectError("No."), rate_limited()])),
    st.lists(st.sampled_from([LOST, api_error(503), ConnectError("No."), rate_limited(5)]), max_size=3),
    st.integers(0, 3),
)
def test_a_change_is_processed_at_most_once_and_its_log_is_in_order(status, end, sets, queries, retries):
    time, log = VirtualTime(), RecordedLog()
    client = ScriptedClient(time, query=[*queries, QUERIED], set=[*sets, RUNNING], status=[*status, end])
    flow = driven(client, retries=retries, log=log)
    assert flow.kind is None and flow.outcome in ("finished", "failed", "refused", "unknown")
    assert client.calls.count("query") <= retries + 1
    assert client.calls.count("set") <= retries + 1
    assert log.steps.count("sending") == client.calls.count("set")
    answered = log.steps.count("accepted") + log.steps.count("unknown")
    assert log.steps.count("accepted") <= 1
    assert (log.steps[-1] == "ended") is (flow.outcome in ("finished", "failed"))
    assert (log.steps[-1] == "refused") is (flow.outcome == "refused")
    assert (log.steps[-1] == "unknown") is (flow.outcome == "unknown")
    for before, after in zip(log.steps, log.steps[1:]):
        assert (before, after) in {
            ("sending", "accepted"),
            ("sending", "refused"),
            ("sending", "unknown"),
            ("refused", "sending"),
            ("accepted", "ended"),
            ("accepted", "unknown"),
        }
    assert flow.changed is (answered > 0 and flow.outcome != "failed")


@pytest.mark.parametrize(("retry_after", "naps"), [(None, [2.0, 3.0]), (1.0, [2.0, 3.0]), (50.0, [2.0, 56.25])])
def test_a_pause_is_as_long_as_the_rate_limit_asks_for(retry_after, naps):
    _flow, _client, time = run(rate_limited(retry_after), FINISHED)
    assert time.naps == naps


@pytest.mark.parametrize(("kind", "good"), [("query", QUERIED), ("set", RUNNING)])
def test_an_unprocessed_request_is_tried_again_after_a_delay(kind, good):
    time = VirtualTime()
    client = ScriptedClient(time, **{kind: [ConnectError("No connection."), rate_limited(7.0), good]})
    assert driven(client).outcome == "finished"
    assert client.calls.count(kind) == 3
    assert time.naps[:2] == [0.5, 7.0]


def test_without_waiting_an_earlier_change_is_read_until_a_read_succeeds():
    time = VirtualTime(lambda: HALF)
    client = ScriptedClient(time, status=[LOST, api_error(503), RUNNING])
    flow = driven(client, polling=None, decide=lambda target: Resume(RUNNING, EPOCH - 100))
    assert (flow.outcome, flow.changed) == ("accepted", False)
    assert client.deadlines == [None] * 3
    assert len(time.naps) == 2


@pytest.fixture
def begin(client, tenant):
    def begun(**given):
        options = validated(ARGUMENT_SPEC, **{**access(tenant), **BY_NAME, **given})
        return ChangeFlow(options, PASSWORD, Settings(PollSettings(600000.0, 2.0), 4), client.runtime)

    return begun


def drive_to_end(flow, client):
    naps = intervals(PollSettings(600000.0, 2.0), client.runtime.random)
    drive(flow, client.without_retries(), SyncGroups(client), naps)
    return flow


def test_a_key_renewed_between_query_and_set_fails_with_the_reason_of_isc(begin, client, tenant):
    flow = begin()
    flow.requested(client.runtime.clock())
    flow.settle(flow.perform(client, SyncGroups(client)), None, client.runtime.clock())
    tenant.rotate_key(AD)
    assert "public key that is no longer in use" in drive_to_end(flow, client).error.message
    assert tenant.password(AD, BACKUP) is None
    assert drive_to_end(begin(), client).outcome == "finished"


def test_retries_of_a_login_during_a_group_lookup_do_not_multiply(begin, client, tenant):
    tenant.fault("login", "status", status=503, skip=1, times=None)
    tenant.fault("sync_groups", "status", status=401, body={"error": "JWT is expired"})
    assert drive_to_end(begin(sync_group="warn"), client).outcome == "refused"
    # Five attempts for the groups, and four more by the flow.
    assert tenant.counts()["login"] == 1 + 5 + 4
