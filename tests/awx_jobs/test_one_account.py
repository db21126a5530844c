# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs for one account and for one user: no output contains a secret, and a workflow gets the results."""

from __future__ import annotations

from typing import Any

from support.awx_jobs import assert_no_leak
from support.role_plays import RESULT
from support.surveys import OTHER_PASSWORD, PASSWORD, STORE_KEY, account, arrived, secrets_of, stored, unanswered

DELIVER = """
- name: Hand it over
  ansible.builtin.copy:
    content: "{{ issue_digit_token_result.digit_token }}"
    dest: "{{ inbox }}"
    mode: "0600"
"""


def test_a_password_is_generated_and_stored(jobs, tenant, tmp_path):
    answers = {**unanswered(), "rotate_password_hosts": "", **account(1), **stored(tmp_path)}
    outcome = jobs.run("rotate_password", answers, verbosity=5)
    assert outcome.rc == 0, outcome.stdout
    assert arrived(tenant, 1)
    stats = outcome.artifacts["rotate_password_stats"]
    assert (set(stats), stats["check_mode"]) == ({"check_mode", "results"}, False)
    result = stats["results"]["localhost"]
    assert set(result) == RESULT
    assert (result["outcome"], result["changed"], result["state"]) == ("finished", True, "FINISHED")
    assert result["step"] is None
    assert result["kept_in"].startswith(str(tmp_path / "store"))
    # The output has no statistics by default.
    assert "CUSTOM STATS" not in outcome.stdout
    assert_no_leak(outcome, [STORE_KEY, *secrets_of(tenant)])


def test_a_lost_response_is_reported_to_the_workflow(jobs, tenant):
    tenant.fault("set", "lost_after")
    tenant.fault("query", "status", status=429, headers={"Retry-After": "1"})
    outcome = jobs.run("rotate_password", account(1, rotate_password_value=PASSWORD))
    assert outcome.rc == 2
    assert "whether ISC accepted it is not known" in outcome.verdict()
    assert arrived(tenant, 1) == PASSWORD
    stats = outcome.artifacts["rotate_password_stats"]
    result = stats["results"]["localhost"]
    assert (result["outcome"], result["step"], result["msg"]) == ("unknown", "set", outcome.verdict())
    assert_no_leak(outcome, secrets_of(tenant))


def test_a_group_of_accounts_has_results_by_host(jobs, tenant):
    """In check mode, in which nothing is set."""
    hosts: dict[str, Any] = {
        "one": account(1, rotate_password_value=PASSWORD),
        "two": account(2, rotate_password_value=OTHER_PASSWORD),
        "nobody": account(3, rotate_password_value=PASSWORD, rotate_password_user_name="nobody"),
    }
    answers = {"rotate_password_hosts": "all", "rotate_password_wait": "false"}
    outcome = jobs.run("rotate_password", answers, hosts=hosts, arguments="--check")
    assert outcome.rc == 2
    stats = outcome.artifacts["rotate_password_stats"]
    assert stats["check_mode"]
    assert {host: (result["outcome"], result["changed"]) for host, result in stats["results"].items()} == {
        "one": ("accepted", True),
        "two": ("accepted", True),
        "nobody": ("refused", False),
    }
    assert "set" not in tenant.counts()
    assert_no_leak(outcome, [PASSWORD, OTHER_PASSWORD, *secrets_of(tenant)])


def test_a_login_that_yaml_reads_as_a_number_is_never_another_login(jobs, tenant):
    """Ansible-core 2.19 and later read unsafe text of AWX as the number 83, which is another login."""
    outcome = jobs.run("rotate_password", account(1, rotate_password_user_name="0123", rotate_password_value=PASSWORD))
    assert outcome.rc == 2
    refused = "rotate_password_user_name must be text" in outcome.stdout
    assert refused or "0123" in outcome.verdict()
    assert ("query" in tenant.counts()) != refused


def test_a_digit_token_is_delivered_and_shown_nowhere(jobs, tenant, tmp_path):
    (tmp_path / "deliver.yml").write_text(DELIVER, "utf-8")
    answers = {
        "issue_digit_token_user_id": "Abby.Smith",
        "issue_digit_token_length": 18,
        "issue_digit_token_duration_minutes": "",
        "issue_digit_token_show": "",
        "issue_digit_token_deliver_tasks": str(tmp_path / "deliver.yml"),
        "inbox": str(tmp_path / "inbox"),
    }
    outcome = jobs.run("issue_digit_token", answers, verbosity=5)
    assert outcome.rc == 0, outcome.stdout
    (token,) = tenant.digit_tokens()
    assert (tmp_path / "inbox").read_text("utf-8") == token["digit_token"]
    stats = outcome.artifacts["issue_digit_token_stats"]
    assert set(stats) == {"check_mode", "user_id", "request_id", "expires_at"}
    assert (stats["check_mode"], stats["user_id"], stats["request_id"]) == (False, "Abby.Smith", token["request_id"])
    assert stats["expires_at"].endswith("Z")
    assert_no_leak(outcome, secrets_of(tenant))


def test_a_digit_token_in_a_broken_response_is_not_shown(jobs, tenant):
    tenant.fault("digit_token", "garbage", form="truncated_json")
    answers = {
        "issue_digit_token_user_id": "Abby.Smith",
        "issue_digit_token_length": "18",
        "issue_digit_token_show": "true",
    }
    outcome = jobs.run("issue_digit_token", answers)
    assert outcome.rc == 2
    assert len(tenant.digit_tokens()) == 1
    assert outcome.artifacts == {}
    assert_no_leak(outcome, secrets_of(tenant))
