# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module isc_password with receipts, against a tenant."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import PolicyViolationError
from support.modules import AD, BACKUP, PASSWORD
from support.receipt_runs import NOT_SENT, OTHER, UNKNOWN_ID, WEAK


def test_the_first_run_sets_the_password_and_writes_a_receipt(change, tenant):
    result = change(update_password="when_changed")
    assert (result["changed"], result["state"], result["decision"]) == (True, "FINISHED", "set")
    assert result["receipt"] == change.shown
    expected = {"account_id": BACKUP, "state": "FINISHED", "request_id": result["request_id"]}
    assert {key: change.receipt[key] for key in expected} == expected
    assert change.receipt["tenant"] == urlsplit(tenant.base_url).netloc
    assert change.receipt["source_id"] == result["source_id"]
    # The time of acceptance, not of the end.
    assert change.receipt["time"] == "2026-11-24T10:00:00Z"
    assert change.path.stat().st_mode & 0o777 == 0o600
    assert PASSWORD not in change.path.read_text("utf-8") + str(result)


def test_the_second_run_sends_nothing(change, tenant):
    first = change(update_password="when_changed")
    stored = change.path.read_bytes()
    for check_mode in (True, False):
        tenant.clear_requests()
        second = change(check_mode, update_password="when_changed")
        assert tenant.counts() == {"login": 1, "query": 1}
        assert second == {
            **{key: first[key] for key in ("identity_id", "source_id", "account_id", "request_id", "receipt")},
            **NOT_SENT,
            "outcome": "unchanged",
            "changed": False,
            "state": "FINISHED",
            "decision": "same_password",
            "diff": {"before": first["diff"]["after"], "after": first["diff"]["after"]},
        }
        assert change.path.read_bytes() == stored


def test_a_young_password_is_left(change):
    change.kept(state="FINISHED", request_id="r")
    change.time.now += 3599
    result = change(max_age="1h", password=OTHER)
    assert (result["changed"], result["decision"], result["state"]) == (False, "young", "FINISHED")
    assert any("was not set: another one was set less than max_age ago" in warning for warning in change.warnings)
    change.warnings.clear()
    assert change(max_age="1h")["decision"] == "young"
    assert not any("was not set" in warning for warning in change.warnings)
    assert result["request_id"] == "r"
    assert {key: result[key] for key in NOT_SENT} == NOT_SENT
    assert change.sets == 0
    change.time.now += 1
    assert change(max_age="1h", password=OTHER)["decision"] == "set"


def test_the_user_can_pass_and_store_the_receipt(change):
    first = change.without_file(receipt={}, update_password="when_changed")
    assert first["receipt"]["state"] == "FINISHED"
    second = change.without_file(receipt=first["receipt"], update_password="when_changed")
    assert (second["changed"], second["receipt"]) == (False, first["receipt"])
    other = change.without_file(receipt=first["receipt"], update_password="when_changed", password=OTHER)
    assert other["changed"] and other["receipt"]["fingerprint"] != first["receipt"]["fingerprint"]
    assert not list(change.path.parent.iterdir())


def test_check_mode_has_no_receipt_for_a_first_run_and_writes_none(change):
    for given in ({}, {"receipt_file": None, "receipt": {}}):
        result = change(True, update_password="when_changed", **given)
        assert (result["changed"], result["receipt"]) == (True, {})
    assert not list(change.path.parent.iterdir())
    # The returned receipt can be passed on.
    assert change.without_file(receipt=result["receipt"])["changed"] is True


def test_a_decision_comes_before_the_policy(change):
    change.kept(state="FINISHED", password=WEAK)
    for check_mode in (True, False):
        unchanged = change(check_mode, password=WEAK, enforce_policy=True, update_password="when_changed")
        assert (unchanged["changed"], unchanged["policy_violations"], change.warnings) == (False, [], [])
    with pytest.raises(PolicyViolationError) as refusal:
        change(password=WEAK, enforce_policy=True)
    assert refusal.value.details["outcome"] == "refused"
    assert change.shown == refusal.value.details["receipt"]
    assert change.receipt["state"] == "FINISHED"


STATES = {
    "no receipt": lambda change: None,
    "finished": lambda change: change.kept(state="FINISHED", request_id="r"),
    "finished, another password": lambda change: change.kept(state="FINISHED", password=OTHER),
    "finished, made tomorrow": lambda change: change.kept(state="FINISHED", time="2026-11-26T10:00:00Z"),
    "failed": lambda change: change.kept(state="FAILED", request_id="r"),
    "unknown": lambda change: change.kept(),
    "in progress without id": lambda change: change.kept(state="IN_PROGRESS"),
    "in progress, another password": lambda change: change.kept(
        state="IN_PROGRESS", request_id=UNKNOWN_ID, password=OTHER
    ),
    "in progress": lambda change: change.in_progress(),
    "in progress, finished since": lambda change: change.in_progress("finish"),
    "in progress, failed since": lambda change: change.in_progress("fail", errors=["No."]),
    "in progress, not there yet": lambda change: change.in_progress("finish", status_404_first=4),
    "in progress, forgotten": lambda change: change.kept(
        state="IN_PROGRESS", request_id=UNKNOWN_ID, time="2026-11-24T09:59:30Z"
    ),
}
ALWAYS = {"update_password": "always", "max_age": None, "wait": True}
OF_ENDED = [
    {**ALWAYS, "update_password": update_password, "max_age": max_age}
    for update_password in ("always", "when_changed")
    for max_age in (None, "1h")
]
# Other combinations matter only for changes that have ended.
OF_IN_PROGRESS = [ALWAYS, {**ALWAYS, "wait": False}, {"update_password": "when_changed", "max_age": "1h", "wait": True}]
CASES = [
    pytest.param(state, options, id="-".join(map(str, (state, *options.values()))))
    for state in STATES
    for options in (OF_IN_PROGRESS if "progress" in state else OF_ENDED)
]


def expected(state, options) -> tuple[int, bool]:
    """Return the expected number of passwords set, and the expected value of changed."""
    if state.startswith("finished"):
        # A receipt made tomorrow has no age.
        young = options["max_age"] is not None and "tomorrow" not in state
        same = options["update_password"] == "when_changed" and "another" not in state
        return (0, False) if young or same else (1, True)
    if state in ("in progress", "in progress, not there yet"):
        return 0, options["wait"]
    if state == "in progress, finished since":
        return 0, True
    if state == "in progress, failed since":
        return 0, False
    return 1, True


@pytest.mark.parametrize(("state", "options"), CASES)
def test_check_mode_predicts_what_a_run_changes(change, tenant, state, options):
    STATES[state](change)
    if state == "in progress":
        # It never ends.
        options = {**options, "wait_timeout": 20}
    stored = change.receipt
    files = sorted(change.path.parent.iterdir())
    tenant.clear_requests()
    predicted = change.changed(True, **options)
    assert change.sets == 0
    assert change.receipt == stored
    assert sorted(change.path.parent.iterdir()) == files
    real = change.changed(False, **options)
    sets, changed = expected(state, options)
    assert (change.sets, predicted, real) == (sets, changed, changed)
    assert all(PASSWORD not in warning for warning in change.warnings)


def test_the_diff_shows_the_state_of_the_change(change):
    predicted = change(True)["diff"]
    assert predicted == {
        "before": {},
        "after": {"account_id": BACKUP, "state": "FINISHED", "request_id": None, "time": "2026-11-24T10:00:00Z"},
    }
    result = change()
    after = {**predicted["after"], "request_id": result["request_id"]}
    assert result["diff"] == {"before": {}, "after": after}
    assert change(password=OTHER)["diff"]["before"] == after


def test_without_waiting_the_diff_ends_in_progress(change, tenant):
    tenant.outcome("never", times=None)
    assert change(True, wait=False)["diff"]["after"]["state"] == "IN_PROGRESS"
    assert change(wait=False)["diff"]["after"]["state"] == "IN_PROGRESS"
    for check_mode in (True, False):
        diff = change(check_mode, wait=False)["diff"]
        assert diff["before"] == diff["after"]


@pytest.mark.parametrize("wait", [True, False])
def test_the_diff_of_a_resumed_change_shows_its_end(change, wait):
    before = change.in_progress("finish")
    for check_mode in (True, False):
        diff = change(check_mode, wait=wait)["diff"]
        assert (diff["before"]["state"], diff["after"]["state"]) == ("IN_PROGRESS", "FINISHED")
        assert diff["after"]["request_id"] == diff["before"]["request_id"] == before["request_id"]


def test_another_password_is_set(change, tenant):
    change(update_password="when_changed")
    result = change(update_password="when_changed", password=OTHER)
    assert (result["changed"], result["decision"]) == (True, "set")
    assert tenant.password(AD, BACKUP)["password"] == OTHER
    assert change(update_password="when_changed", password=OTHER)["changed"] is False
