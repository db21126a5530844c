# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection's playbooks, launched by name."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from ansible_collections.community.sailpoint.plugins.module_utils._client.connection import connection_spec
from support.playbook import ROOT, Outcome, assert_all_ok, play
from support.role_plays import LOCALHOST, PASSWORD, arrived, variables

ROLE_SPECS = ROOT / "roles" / "rotate_password" / "meta" / "argument_specs.yml"
DELIVER = """
- name: Hand it over
  ansible.legacy.write_text:
    content: "{{ issue_digit_token_result.digit_token }} {{ issue_digit_token_result.expires_at }}"
    dest: "{{ inbox }}"
"""


def run(playbook: Any, tenant: Any, name: str, given: dict[str, Any], *arguments: str, **keywords: Any) -> Outcome:
    """Run a playbook of the collection with its variables in a file and the tenant in the environment.

    :param keywords: ``after``, the plays that follow it, and those of Playbook.run.
    """
    file = playbook.folder / "variables.yml"
    file.write_text(yaml.safe_dump(given), "utf-8")
    environment = {**tenant.environment(), "REQUESTS_CA_BUNDLE": str(tenant.ca_path)}
    plays = [{"name": name, "ansible.builtin.import_playbook": f"community.sailpoint.{name}"}]
    plays += keywords.pop("after", [])
    keywords.setdefault("inventory", LOCALHOST)
    return playbook.run(plays, "-e", f"@{file}", *arguments, environment=environment, **keywords)


def test_rotate_password_takes_the_hosts_of_a_group(playbook, tenant):
    given = variables(rotate_password_user_name="{{ inventory_hostname }}", rotate_password_hosts="svc-*")
    outcome = run(
        playbook, tenant, "rotate_password", given, inventory={"svc-backup": {}, "svc-payroll": {}, "Abby.Smith": {}}
    )
    assert_all_ok(outcome)
    assert tenant.counts()["set"] == 2


def test_rotate_password_uses_the_environment_for_unanswered_survey_questions(playbook, tenant):
    empty = ("hosts", "account_id", "account_name", *connection_spec())
    given = variables(**{f"rotate_password_{name}": "" for name in empty})
    assert_all_ok(run(playbook, tenant, "rotate_password", given))
    assert arrived(tenant) == PASSWORD


def token_of(tenant: Any) -> dict[str, Any]:
    """Return the only digit token of the tenant."""
    tokens = tenant.digit_tokens()
    assert len(tokens) == 1
    return tokens[0]


def test_issue_digit_token_delivers_and_does_not_show(playbook, tenant):
    inbox, tasks = playbook.folder / "inbox", playbook.folder / "deliver.yml"
    tasks.write_text(DELIVER, "utf-8")
    given = {
        "issue_digit_token_user_id": "Abby.Smith",
        "issue_digit_token_length": 8,
        "issue_digit_token_duration_minutes": 10,
        "issue_digit_token_deliver_tasks": str(tasks),
        "inbox": str(inbox),
    }
    left = playbook.folder / "left"
    after = play([{"name": "Keep", "keep_variables": {"dest": str(left)}}], hosts="localhost")
    outcome = run(playbook, tenant, "issue_digit_token", given, "-vvvv", after=after)
    assert_all_ok(outcome)
    digits, expires_at = inbox.read_text("utf-8").split()
    assert digits == token_of(tenant)["digit_token"]
    assert digits.startswith("0")
    assert len(digits) == 8
    assert expires_at.endswith("Z")
    assert digits not in outcome.output + outcome.log + outcome.event_text
    assert "issue_digit_token_result" in left.read_text("utf-8")
    assert digits not in left.read_text("utf-8")


def test_issue_digit_token_shows_it_on_request_but_not_in_check_mode(playbook, tenant):
    given = {"issue_digit_token_user_id": "Abby.Smith", "issue_digit_token_show": True}
    assert_all_ok(run(playbook, tenant, "issue_digit_token", given, "--check"))
    assert tenant.digit_tokens() == []
    outcome = run(playbook, tenant, "issue_digit_token", given)
    assert_all_ok(outcome)
    digits = token_of(tenant)["digit_token"]
    assert f"Abby.Smith: {digits[:3]} {digits[3:]} (until " in outcome.result("Show it")["msg"]


def test_issue_digit_token_needs_a_delivery(playbook, tenant):
    nowhere = dict.fromkeys(("issue_digit_token_show", "issue_digit_token_deliver_tasks"), "")
    given = {"issue_digit_token_user_id": "Abby.Smith", **nowhere}
    outcome = run(playbook, tenant, "issue_digit_token", given)
    assert outcome.rc == 2
    assert "The digit token would go nowhere. Set issue_digit_token_deliver_tasks to a task file" in outcome.words
    assert tenant.requests() == []


def check(playbook, tenant, *arguments, **given):
    given = {f"check_tenant_{name}": value for name, value in given.items()}
    return run(playbook, tenant, "check_tenant", given, *arguments)


def test_check_tenant_shows_its_findings_and_only_reads(playbook, tenant):
    outcome = check(playbook, tenant, "-vvvv", user_name="Abby.Smith", source_name="HR Database", for_issue=True)
    assert_all_ok(outcome)
    shown = outcome.result("Show what was found")["msg"]
    assert shown[0].startswith("ok       Login                 The login to ")
    assert "'Abby.Smith' has one account on 'HR Database'" in " ".join(shown)
    assert "key: 4096 bits" in outcome.result("Show what you can add to an issue")["msg"]
    assert outcome.stats["check_tenant_stats"] == {"state": "warning", "failed_checks": []}
    assert outcome.recap["localhost"]["changed"] == 0
    assert "set" not in tenant.counts()
    assert "digit_token" not in tenant.counts()
    secret = tenant.clients["api-client"]["client_secret"]
    assert secret not in outcome.output + outcome.log + outcome.event_text
    assert "eyJ" not in outcome.output + outcome.log + outcome.event_text


def test_check_tenant_fails_after_all_checks_and_ignores_empty_variables(playbook, tenant):
    tenant.settings(without_layouts=["v1"])
    outcome = check(playbook, tenant, "--check", user_name="", for_issue="")
    assert outcome.rc == 2
    assert "These checks have failed: API version. Each of them shows what to do. Nothing was" in outcome.words
    assert "ok       Search " in outcome.stdout
    finished = {event["task"] for event in outcome.events if event["event"] == "ok"}
    assert "Show what you can add to an issue" not in finished
    assert outcome.stats["check_tenant_stats"] == {"state": "failed", "failed_checks": ["API version"]}


def test_report_password_ages_takes_a_survey_and_changes_nothing(playbook, tenant):
    given = {
        "sources": "Active Directory\nHR Database\n",
        "older_than": "",
        "query": "",
        "include_disabled": "",
        "html": str(playbook.folder / "ages.html"),
        "json": "",
    }
    given = {f"report_password_ages_{name}": value for name, value in given.items()}
    outcome = run(playbook, tenant, "report_password_ages", given)
    assert_all_ok(outcome)
    assert outcome.result("Show the numbers")["msg"][0].startswith("All sources: 8 accounts, 3 due, 0 not due, ")
    stats = outcome.stats["report_password_ages_stats"]
    assert (stats["totals"]["due"], stats["check_mode"], stats["json"]) == (3, False, None)
    assert [source["source_name"] for source in stats["sources"]] == ["Active Directory", "HR Database"]
    assert "<h1>Ages of passwords</h1>" in (playbook.folder / "ages.html").read_text("utf-8")
    assert tenant.counts().keys() == {"login", "search"}


PLAYBOOKS = (
    *("rotate_password", "rotate_accounts", "lock_out_accounts", "issue_digit_token", "merge_reports"),
    *("check_tenant", "report_password_ages"),
)


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_every_variable_is_described_at_the_beginning_of_the_playbook(name):
    head, body = (ROOT / "playbooks" / f"{name}.yml").read_text("utf-8").split("\n- name:", maxsplit=1)
    used = set(re.findall(rf"\b{name}_\w+", body)) - set(re.findall(r"register: (\w+)", body))
    # Variables of the role are described there.
    used -= set(yaml.safe_load(ROLE_SPECS.read_text("utf-8"))["argument_specs"]["batch"]["options"])
    assert used
    assert {variable for variable in used if not re.search(rf"\b{variable}\b", head)} == set()
