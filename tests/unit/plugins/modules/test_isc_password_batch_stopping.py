# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stopping the module isc_password_batch: after too many failures or on a signal."""

from __future__ import annotations

import signal

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._batch import run as _batch_run
from ansible_collections.community.sailpoint.plugins.module_utils._batch.run import BatchProgress
from ansible_collections.community.sailpoint.plugins.module_utils._change.flow import ChangeFlow
from ansible_collections.community.sailpoint.plugins.module_utils._client.connection import connect
from ansible_collections.community.sailpoint.plugins.module_utils._errors import BatchError, InputError
from ansible_collections.community.sailpoint.plugins.modules import isc_password_batch
from support.batch_runs import NO_LIMIT, outcomes, user, users
from support.modules import access, validated

pytestmark = pytest.mark.usefixtures("ordinary_signals")


@pytest.mark.parametrize(
    ("given", "failures", "stops"),
    [
        ("0", 1, True),
        ("2", 3, True),
        ("20%", 2, False),
        ("20%", 3, True),
        ("9.9%", 1, True),
        ("0%", 1, True),
        ("100%", 8, False),
        (" 2 ", 3, True),
        ("", 8, False),
    ],
)
def test_too_many_failures_stop_the_batch(batch, given, failures, stops):
    entries = [user(number, password="quiet", enforce_policy=number <= failures) for number in range(1, 11)]
    result = batch(entries, check_mode=True, max_failures=given, concurrency=1)
    assert outcomes(result)[:failures] == ["refused"] * failures
    assert outcomes(result)[failures:] == (["not_sent"] if stops else ["finished"]) * (10 - failures)
    assert result["summary"]["stopped"] == ("max_failures" if stops else None)
    assert batch.tenant.counts()["query"] == (failures if stops else 10)
    because = "The batch stopped, because more than max_failures accounts failed. Not changed as asked: "
    assert result["msg"].startswith(because) is stops


@pytest.mark.parametrize("given", ["-1", "many", "1.5", "5 %", "101%", "%", "1e3", "٣", "5%%", "1000000000000"])
def test_any_other_form_of_max_failures_is_refused(batch, given):
    with pytest.raises(InputError, match="^max_failures is ") as refusal:
        batch(users(2), max_failures=given)
    assert "5%" in refusal.value.hint
    assert batch.tenant.counts() == {}


@pytest.mark.parametrize(("kind", "outcome"), [("lost_after", "unknown"), ("status", "refused")])
def test_unknown_and_refused_count_as_failures(batch, kind, outcome):
    batch.tenant.fault("set", kind, **({"status": 400} if kind == "status" else {}))
    result = batch(users(5), max_failures="0", concurrency=1)
    assert outcomes(result) == [outcome] + ["not_sent"] * 4


def test_accepted_changes_are_waited_for_after_the_stop(batch):
    batch.tenant.outcome("fail_at_once", user_name="user00003")
    result = batch(users(6), max_failures="0", concurrency=1)
    assert outcomes(result) == ["finished"] * 2 + ["failed"] + ["not_sent"] * 3
    assert result["summary"]["not_sent"] == 3
    assert batch.sets() == 3
    left = result["results"][-1]
    assert (left["changed"], left["state"], left["msg"]) == (False, None, "Not sent, because the run stopped first.")


def test_an_account_being_queried_at_the_stop_is_not_sent(batch):
    result = batch([user(9, user_name="no.account"), *users(3)], max_failures="0", concurrency=2)
    assert outcomes(result) == ["refused"] + ["not_sent"] * 3
    assert batch.tenant.counts() == {"login": 1, "query": 2}


def test_a_failure_before_any_request_stops_the_batch_too(batch):
    ids = {"identity_id": "i", "source_id": "s", "public_key_id": "k", "public_key": "no key", "account_id": "a"}
    result = batch([{**ids, "password": "x"}, user(1), {**ids, "account_id": "b", "password": "x"}], max_failures="0")
    assert outcomes(result) == ["refused", "not_sent", "not_sent"]
    assert "query" not in batch.tenant.counts()


@pytest.fixture
def during(monkeypatch):
    """Return a function that calls *happening* after the given number of requests of a kind."""

    def arrange(kind, count, happening):
        perform = ChangeFlow.perform
        seen = []

        def performing(self, *shared):
            result = perform(self, *shared)
            seen.append(self.kind)
            if self.kind == kind and seen.count(kind) == count:
                happening()
            return result

        monkeypatch.setattr(ChangeFlow, "perform", performing)

    return arrange


def test_a_signal_stops_the_batch_and_a_further_run_does_the_rest(batch, during):
    during("set", 3, lambda: signal.raise_signal(signal.SIGTERM))
    result = batch.journalled(users(6), concurrency=1)
    assert outcomes(result) == ["unknown"] * 3 + ["not_sent"] * 3
    assert result["msg"].startswith("The batch was interrupted. Not changed as asked: 6 of 6 accounts")
    assert str(batch.journal) in result["hint"]
    assert result["results"][0]["msg"] == "The run was interrupted while it waited for the change."
    assert result["results"][0]["request_id"]
    assert [entry["changed"] for entry in result["results"]] == [True] * 3 + [False] * 3
    assert result["summary"]["stopped"] == "interrupted"
    assert batch.lines()[-1]["stopped"] == "interrupted"
    assert "status" not in batch.tenant.counts()
    again = batch.journalled(users(6))
    assert outcomes(again) == ["finished"] * 6
    assert again["summary"]["from_earlier_run"] == 3
    assert batch.sets() == 6


def test_a_missing_parent_stops_the_batch(batch, during, monkeypatch):
    during("set", 1, lambda: monkeypatch.setattr(_batch_run.os, "getppid", lambda: -1))
    assert outcomes(batch(users(3), concurrency=1))[0] == "unknown"
    assert batch.sets() == 1


def test_an_ignored_hangup_stops_nothing(batch, during):
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        during("set", 1, lambda: signal.raise_signal(signal.SIGHUP))
        assert outcomes(batch(users(3))) == ["finished"] * 3
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_change_refused_during_the_stop_is_sent_by_the_next_run(batch, during):
    batch.tenant.fault("set", "status", status=429, headers={"Retry-After": "1"}, skip=1)
    during("set", 1, lambda: signal.raise_signal(signal.SIGINT))
    result = batch.journalled(users(2))
    assert outcomes(result) == ["unknown", "not_sent"]
    assert batch.steps() == ["sending", "accepted", "sending", "refused"]
    assert outcomes(batch.journalled(users(2))) == ["finished"] * 2


def test_a_change_refused_after_the_stop_is_sent_by_the_next_run(batch):
    batch.tenant.fault("set", "status", status=400)
    batch.tenant.fault("set", "status", status=429, headers={"Retry-After": "1"})
    result = batch.journalled(users(2), concurrency=2, max_failures="0")
    assert outcomes(result) == ["refused", "not_sent"]
    assert batch.steps() == ["sending", "refused"] * 2
    assert outcomes(batch.journalled(users(2))) == ["finished"] * 2


def test_progress_and_interruption_are_shown(batch, during):
    shown, notified = [], []
    progress = BatchProgress(shown.append, notified.append)
    during("status", 2, lambda: signal.raise_signal(signal.SIGINT))
    given = {**access(batch.tenant), "accounts": users(5), "rate_limit": NO_LIMIT, "concurrency": 1, "wait_sleep": 4}
    params = validated(isc_password_batch.ARGUMENT_SPEC, **given)
    client = connect(params, batch.fake_time.runtime)
    with pytest.raises(BatchError):
        isc_password_batch.run(params, False, client, progress)
    client.close()
    assert shown[0].startswith("0 of 5 done, 0 failed, 5 in flight, ")
    assert len(notified) == 1
    assert notified[0].startswith("Interrupted: nothing more is sent. The results show each account. With a ")


def test_an_unreadable_status_stops_the_batch_at_once(batch):
    batch.tenant.fault("status", "status", status=403, times=None)
    paced = {"requests": 10, "seconds": 1}
    result = batch(users(20), max_failures="0", concurrency=1, wait_sleep=0.1, rate_limit=paced)
    assert set(outcomes(result)) == {"unknown", "not_sent"}
    assert outcomes(result).count("not_sent") > 10
