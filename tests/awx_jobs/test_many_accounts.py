# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs for many accounts: no output contains a secret, and a workflow gets the numbers."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from support.awx_jobs import assert_no_leak
from support.surveys import (
    OTHER_PASSWORD,
    PASSWORD,
    SHORT_PASSWORD,
    STORE_KEY,
    WRONG_SECRET,
    account,
    arrived,
    secrets_of,
    stored,
    unanswered,
)

DISCARD = {"rotate_password_discard": "true"}
KEYS = {"check_mode", "hosts", "totals", "failed_hosts", "unknown_hosts", "failures", "journal"}
DELIVER = """
- name: Hand it over
  ansible.builtin.copy:
    content: "{{ lock_out_accounts_result.digit_token }}"
    dest: "{{ inbox }}/{{ inventory_hostname }}"
    mode: "0600"
  delegate_to: localhost
"""


def counted(stats: dict[str, Any]) -> dict[str, int]:
    """Return the totals that are not zero."""
    return {outcome: number for outcome, number in stats["totals"].items() if number}


def test_accounts_are_rotated_with_the_client_of_the_slice(jobs, tenant, tmp_path):
    journal = tmp_path / "journal.jsonl"
    hosts = {
        "given": account(1, rotate_password_value=PASSWORD),
        "kept": account(2, **stored(tmp_path)),
        "nobody_knows": account(3, **DISCARD),
    }
    # Answers are variables of all hosts, and would override the hosts' own variables.
    own = {name for variables in hosts.values() for name in variables}
    answers = {name: value for name, value in unanswered("batch").items() if name not in own}
    answers.update(
        rotate_accounts_hosts="",
        rotate_accounts_serial="",
        rotate_accounts_max_fail_percentage="",
        rotate_password_slice="",
        rotate_password_clients=yaml.safe_dump([dict(tenant.clients[f"slice-{number}"]) for number in (1, 2, 3)]),
        rotate_password_journal=str(journal),
    )
    jobs.number = 4712
    outcome = jobs.run("rotate_accounts", answers, hosts=hosts, verbosity=5)
    assert outcome.rc == 0, outcome.stdout
    assert arrived(tenant, 1) == PASSWORD
    # The job id is 4713, a multiple of three.
    assert {entry["client_id"] for entry in tenant.requests()} == {"slice-1"}
    stats = outcome.artifacts["rotate_password_stats"]
    assert set(stats) == KEYS
    assert counted(stats) == {"finished": 3}
    assert (stats["hosts"], stats["failed_hosts"], stats["unknown_hosts"]) == (3, [], [])
    assert (stats["check_mode"], stats["journal"]) == (False, str(journal))
    assert_no_leak(outcome, [STORE_KEY, *secrets_of(tenant)])


def test_the_numbers_of_serial_batches_add_up_when_hosts_fail(jobs, tenant, tmp_path):
    tenant.outcome("fail", user_name="user00004", errors=["The source is down."])
    hosts = {
        "a_well": account(1, **DISCARD),
        "b_mistyped": account(2, **DISCARD, rotate_password_retries="often"),
        "c_kept": account(3, **stored(tmp_path)),
        "d_failing": account(4, rotate_password_value=OTHER_PASSWORD),
        "e_short": account(5, rotate_password_value=SHORT_PASSWORD, rotate_password_enforce_policy=True),
        "f_nobody": account(6, **stored(tmp_path), rotate_password_user_name="nobody"),
        "g_well": account(7, **DISCARD),
    }
    answers = {"rotate_accounts_serial": 4, "rotate_accounts_max_fail_percentage": "", "rotate_password_clients": ""}
    outcome = jobs.run("rotate_accounts", answers, hosts=hosts)
    assert outcome.rc == 2
    assert "rotate_password_retries must be a whole number" in outcome.verdict("b_mistyped")
    stats = outcome.artifacts["rotate_password_stats"]
    assert counted(stats) == {"finished": 3, "failed": 1, "refused": 3}
    assert stats["hosts"] == sum(stats["totals"].values()) == 7
    assert (stats["failed_hosts"], stats["unknown_hosts"]) == (["b_mistyped", "d_failing", "e_short", "f_nobody"], [])
    assert {host: (failure["outcome"], failure["step"]) for host, failure in stats["failures"].items()} == {
        "b_mistyped": ("refused", "options"),
        "d_failing": ("failed", "wait"),
        "e_short": ("refused", "query"),
        "f_nobody": ("refused", "query"),
    }
    assert stats["failures"]["d_failing"]["request_id"]
    assert_no_leak(outcome, [STORE_KEY, OTHER_PASSWORD, SHORT_PASSWORD, *secrets_of(tenant)])


def test_faults_are_reported_to_the_workflow(jobs, tenant, tmp_path):
    tenant.fault("query", "status", status=429, headers={"Retry-After": "1"})
    tenant.fault("query", "garbage", form="html")
    tenant.fault("set", "status", status=503, body="<html>Service unavailable</html>", processed=True)
    tenant.fault("set", "lost_after")
    hosts = {str(number): account(number, rotate_password_value=f"{PASSWORD}{number}") for number in range(1, 6)}
    hosts["6"] = account(6, **stored(tmp_path))
    outcome = jobs.run("rotate_accounts", {"rotate_password_concurrency": 1}, hosts=hosts)
    assert outcome.rc == 2
    stats = outcome.artifacts["rotate_password_stats"]
    assert stats["totals"]["unknown"] == len(stats["unknown_hosts"]) == 2
    assert set(stats["unknown_hosts"]) < set(stats["failed_hosts"])
    assert sum(stats["totals"].values()) == stats["hosts"] == 6
    planted = [f"{PASSWORD}{number}" for number in range(1, 6)]
    assert_no_leak(outcome, [STORE_KEY, *planted, *secrets_of(tenant)])


@pytest.fixture
def lock_out(tmp_path):
    """Return the answers and hosts for three accounts, with digit tokens for two of them."""
    (tmp_path / "deliver.yml").write_text(DELIVER, "utf-8")
    (tmp_path / "inbox").mkdir()
    answers = {
        "lock_out_accounts_hosts": "all",
        "lock_out_accounts_digit_tokens": "one\n two",
        "lock_out_accounts_deliver_tasks": str(tmp_path / "deliver.yml"),
        "lock_out_accounts_length": 18,
        "lock_out_accounts_duration_minutes": "",
        "inbox": str(tmp_path / "inbox"),
        "rotate_password_journal": "",
    }
    return answers, {"one": account(1), "two": account(2), "three": account(3)}


def delivered(folder: Any) -> set[str]:
    return {path.read_text("utf-8") for path in (folder / "inbox").iterdir()}


def delivered_hosts(outcome: Any) -> list[str]:
    """Return the hosts whose digit token was delivered, as a workflow gets them."""
    return sorted(outcome.artifacts["lock_out_accounts_stats"]["digit_tokens"])


def test_accounts_are_locked_out_and_digit_tokens_delivered(jobs, tenant, tmp_path, lock_out):
    outcome = jobs.run("lock_out_accounts", lock_out[0], hosts=lock_out[1], verbosity=5)
    assert outcome.rc == 0, outcome.stdout
    assert all(arrived(tenant, number) for number in (1, 2, 3))
    assert delivered(tmp_path) == {token["digit_token"] for token in tenant.digit_tokens()}
    assert set(outcome.artifacts["rotate_password_stats"]) == KEYS
    assert counted(outcome.artifacts["rotate_password_stats"]) == {"finished": 3}
    assert delivered_hosts(outcome) == ["one", "two"]
    assert_no_leak(outcome, secrets_of(tenant))


def test_a_wrong_client_secret_locks_nobody_out_and_is_reported_to_the_workflow(jobs, tenant, lock_out):
    credential = {**tenant.environment(), "SAIL_CLIENT_SECRET": WRONG_SECRET}
    outcome = jobs.run("lock_out_accounts", lock_out[0], hosts=lock_out[1], credential=credential)
    assert outcome.rc == 2
    assert not any(arrived(tenant, number) for number in (1, 2, 3))
    stats = outcome.artifacts["rotate_password_stats"]
    assert counted(stats) == {"refused": 3}
    assert sorted(stats["failed_hosts"]) == ["one", "three", "two"]
    assert set(outcome.artifacts) == {"rotate_password_stats"}
    # All hosts share the mistake, so it is reported once.
    assert outcome.stdout.count("FAILED!") == 1
    assert_no_leak(outcome, [WRONG_SECRET, *secrets_of(tenant)])


def test_a_lost_digit_token_is_reported_to_the_workflow(jobs, tenant, tmp_path, lock_out):
    # The order of the hosts is unknown.
    tenant.fault("digit_token", "lost_after")
    tenant.outcome("fail", user_name="user00003", errors=["The source is down."])
    outcome = jobs.run("lock_out_accounts", lock_out[0], hosts=lock_out[1])
    assert outcome.rc == 2
    stats = outcome.artifacts["rotate_password_stats"]
    assert counted(stats) == {"finished": 2, "failed": 1}
    assert stats["failed_hosts"] == ["three"]
    assert len(tenant.digit_tokens()) == 2
    assert len(delivered_hosts(outcome)) == len(delivered(tmp_path)) == 1
    assert_no_leak(outcome, secrets_of(tenant))
