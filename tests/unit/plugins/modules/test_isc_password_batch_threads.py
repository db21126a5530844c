# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module isc_password_batch with real threads in real time."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import CHANGE_STATUS
from ansible_collections.community.sailpoint.plugins.module_utils._client.client import REAL_RUNTIME
from ansible_collections.community.sailpoint.plugins.module_utils._errors import IscError
from support.batch_runs import BatchRuns, outcomes, user, users
from support.modules import connected

pytestmark = pytest.mark.usefixtures("ordinary_signals")


class RealTime:
    """Stands in for FakeTime."""

    runtime = REAL_RUNTIME


@pytest.fixture
def batch(crowd, tmp_path):
    return BatchRuns(crowd, RealTime(), tmp_path)


def in_a_thread(perform):
    """Start a thread, and return a function that waits for its result."""
    result = []
    thread = threading.Thread(target=lambda: result.append(perform()))
    thread.start()

    def wait():
        thread.join(20)
        return result[0]

    return wait


@pytest.mark.parametrize("concurrency", [2, 6])
def test_requests_run_concurrently(batch, concurrency):
    batch.tenant.fault("set", "gate", name="set", when="before", times=None)
    wait = in_a_thread(lambda: batch(users(8), concurrency=concurrency, wait_sleep=0.1))
    batch.tenant.wait_for_gate("set", held=concurrency)
    assert batch.tenant.gate("set")["held"] == concurrency
    batch.tenant.open_gate("set")
    assert outcomes(wait()) == ["finished"] * 8
    assert len({request["peer_port"] for request in batch.tenant.requests()}) <= concurrency + 1


@pytest.mark.parametrize("expired", [False, True])
def test_threads_share_one_login(crowd, expired):
    with connected(crowd, RealTime(), retries=0) as client:
        if expired:
            client.token()
            crowd.expire_tokens()
        crowd.clear_requests()
        crowd.fault("login", "slow", seconds=0.2)

        def ask():
            with pytest.raises(IscError, match="HTTP 404"):
                client.call(CHANGE_STATUS, resource_id="r")

        for wait in [in_a_thread(ask) for _each in range(6)]:
            wait()
    assert crowd.counts()["login"] == 1


def test_an_interrupted_batch_waits_only_briefly_for_a_missing_response(batch):
    batch.tenant.fault("set", "gate", name="set", when="after", skip=1)
    interrupt = threading.Thread(
        target=lambda: (batch.tenant.wait_for_gate("set"), os.kill(os.getpid(), signal.SIGTERM))
    )
    interrupt.start()
    started = time.monotonic()
    result = batch.journalled(users(3), concurrency=3, wait_timeout=30, wait_sleep=20)
    interrupt.join()
    assert 2 <= time.monotonic() - started < 10
    assert set(outcomes(result)) <= {"unknown", "not_sent"}
    lost = [entry for entry in result["results"] if entry["outcome"] == "unknown" and not entry["request_id"]]
    assert len(lost) == 1
    assert lost[0]["msg"].startswith(
        "The run was interrupted while it sent the change; whether ISC got it is not known."
    )
    content = batch.journal.read_bytes()
    batch.tenant.open_gate("set")
    time.sleep(0.1)
    assert batch.journal.read_bytes() == content


def test_an_interrupted_batch_records_a_timely_response(batch):
    batch.tenant.fault("set", "gate", name="set", when="after")

    def interrupt():
        batch.tenant.wait_for_gate("set")
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.3)
        batch.tenant.open_gate("set")

    thread = threading.Thread(target=interrupt)
    thread.start()
    started = time.monotonic()
    result = batch.journalled([user(1)])
    thread.join()
    assert time.monotonic() - started < 2
    assert result["results"][0]["request_id"]
    assert batch.steps() == ["sending", "accepted"]
    assert outcomes(batch.journalled([user(1)])) == ["finished"]
