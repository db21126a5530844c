# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role rotate_password for one account in the plays of its users: its input and its result."""

from __future__ import annotations

import re
from typing import Any

from support.local_servers import LocalServer
from support.playbook import Outcome, assert_all_ok, defaults, play
from support.role_plays import (
    ACCOUNT,
    ADMIN_ACCOUNT,
    LOCALHOST,
    PASSWORD,
    PLAYBOOK,
    RESULT,
    ROLE,
    SOURCE,
    arrived,
    connection,
    operations,
    result_of,
    role,
    rotation,
    shown,
    stored,
    variables,
    verdict,
)

MOST_LINES = 14
BY_ACCOUNT_NAME = {"rotate_password_user_name": "multi.account", "rotate_password_account_name": "adm-multi"}
OTHER = {"rotate_password_user_name": "Abby.Smith", "rotate_password_source_name": "HR Database"}


def task_lines(outcome: Outcome) -> list[str]:
    """Return the lines of the output that name a task."""
    return re.findall(r"^TASK \[.*$", outcome.stdout, re.MULTILINE)


def test_a_rotation_is_one_change_and_a_dozen_lines(playbook, tenant, tmp_path):
    store = tmp_path / "store"
    store.mkdir()
    given = {**variables(rotate_password_value=""), **connection(tenant), **stored(store)}

    def run(*arguments: str, **more: Any) -> Outcome:
        return playbook.run(PLAYBOOK, *arguments, inventory=LOCALHOST, variables={**given, **more})

    predicted = run("--check")
    assert_all_ok(predicted)
    assert predicted.ended == {"localhost": "changed"}
    assert "would be set" in predicted.words
    assert operations(tenant) == ["login", "query", "sync_groups", "sources"]
    result = predicted.stats["rotate_password_stats"]["results"]["localhost"]
    assert (result["outcome"], result["changed"]) == ("finished", True)
    assert (result["state"], result["request_id"], result["rotated_at"]) == (None, None, None)
    assert (list(store.iterdir()), arrived(tenant)) == ([], None)

    first = run()
    assert_all_ok(first)
    assert len(task_lines(first)) <= MOST_LINES, task_lines(first)
    assert "set_fact" not in {event["action"].rpartition(".")[2] for event in first.events}
    assert first.recap["localhost"]["changed"] == 1
    assert f"svc-backup on {SOURCE}: set for {ACCOUNT}" in first.words
    assert "WARNING" not in first.output.upper()
    password = arrived(tenant)
    assert password is not None and password not in first.output
    stats = first.stats["rotate_password_stats"]
    assert (stats["check_mode"], stats["results"]["localhost"]["outcome"]) == (False, "finished")

    tenant.outcome("fail", errors=["The source is down."])
    failed = run()
    assert failed.rc == 2
    assert (failed.recap["localhost"]["changed"], failed.recap["localhost"]["failed"]) == (0, 1)
    assert len(task_lines(failed)) <= MOST_LINES
    # One error names cause and consequence, and the workflow gets it too.
    assert len(re.findall(r"FAILED!|\[ERROR\]: Task failed", failed.output)) <= 2
    assert "The source is down." in verdict(failed)
    assert "The password was not changed." in verdict(failed)
    stats = failed.stats["rotate_password_stats"]["results"]["localhost"]
    assert (stats["outcome"], stats["step"], stats["msg"]) == ("failed", "wait", verdict(failed))
    assert stats["request_id"]
    assert arrived(tenant) == password
    assert tenant.counts()["set"] == 2


def test_hosts_are_rotated_independently_by_the_keyword_roles(playbook, tenant):
    # Windows hosts: their connections are unusable here, and must not be used.
    unusable = {"ansible_connection": "winrm", "ansible_become": True}
    hosts: dict[str, Any] = {
        "svc-backup": unusable,
        # An identity with several accounts.
        "multi.account": unusable,
        "chosen": {**unusable, **BY_ACCOUNT_NAME},
    }
    tenant.settings(policies={SOURCE: []})
    for name, host in hosts.items():
        hosts[name] = {**variables(rotate_password_user_name=name), **connection(tenant), **host}
    plays = play([], roles=[{"role": ROLE}], post_tasks=[shown()])
    outcome = playbook.run(plays, "--forks", "4", inventory=hosts)
    assert outcome.ended == {"svc-backup": "changed", "multi.account": "failed", "chosen": "changed"}, (
        outcome.complaints
    )
    assert tenant.counts()["set"] == 2
    assert set(operations(tenant)) == {"login", "query", "set", "status"}
    assert arrived(tenant) == arrived(tenant, ADMIN_ACCOUNT) == PASSWORD
    # A given password needs no store.
    result = outcome.stats["rotate_password_stats"]["results"]["svc-backup"]
    assert set(result) == RESULT
    assert (result["outcome"], result["changed"], result["state"]) == ("finished", True, "FINISHED")
    assert (result["account_id"], result["kept_in"], result["step"]) == (ACCOUNT, None, None)
    assert result["request_id"]
    assert len(result["source_ids"]) == 1
    assert result["rotated_at"].endswith("Z")
    assert PASSWORD not in outcome.output + outcome.event_text
    message = verdict(outcome, "multi.account")
    assert "The identity has 3 accounts on this source and none was chosen." in message
    assert ADMIN_ACCOUNT in message


def test_a_callers_rescue_gets_the_result(playbook, tenant):
    tenant.outcome("finish", change_seconds=3)
    status = {"request_id": "{{ rotate_password_result.request_id }}", "wait_sleep": 0.1}
    unknown = "rotate_password_result.outcome == 'unknown'"
    resume = {"name": "Resume", "community.sailpoint.isc_password_change_info": status, "when": unknown}
    elsewhere = {"vars": {"rotate_password_source_name": "Nowhere"}}
    tasks = [
        {"block": [role()], "rescue": [shown("Timed out"), resume], "always": [shown("Always")]},
        {"block": [role("Rotate again", **elsewhere)], "rescue": [shown()]},
    ]
    plays = play(tasks, vars=variables(rotate_password_wait_timeout=1), module_defaults=defaults(tenant))
    outcome = playbook.run(plays, inventory=LOCALHOST)
    assert_all_ok(outcome)
    assert outcome.recap["localhost"]["rescued"] == 2
    timed_out = outcome.result("Timed out")["rotate_password_result"]
    assert (timed_out["outcome"], timed_out["state"]) == ("unknown", "IN_PROGRESS")
    assert outcome.result("Always")["rotate_password_result"] == timed_out
    assert outcome.result("Resume")["state"] == "FINISHED"
    assert arrived(tenant) == PASSWORD
    # The second rotation has no leftovers of the first one.
    result = result_of(outcome)
    assert (result["outcome"], result["step"]) == ("refused", "query")
    assert (result["request_id"], result["account_id"], result["rotated_at"]) == (None, None, None)
    assert tenant.counts()["set"] == 1


def test_module_defaults_of_the_play_reach_the_role(playbook, tenant):
    ways = [
        play([], roles=[ROLE], vars=variables()),
        play([{"name": "Rotate", "ansible.builtin.import_role": {"name": ROLE}}], vars=variables(**OTHER)),
    ]
    versions = ("v2025", "v2024")
    for (each,), version in zip(ways, versions):
        each["module_defaults"] = defaults(tenant, api_version=version)
    assert_all_ok(playbook.run([each for way in ways for each in way], inventory=LOCALHOST))
    requests = [(each["operation"], each["api_version"]) for each in tenant.requests() if each["operation"] != "login"]
    assert sorted(set(requests)) == sorted((name, each) for each in versions for name in ("query", "set", "status"))
    assert arrived(tenant) == PASSWORD


def test_each_host_has_its_own_connection(playbook, tenant):
    login = {
        "name": "Log in",
        "community.sailpoint.isc_login": {},
        "register": "login",
        "module_defaults": defaults(tenant),
        "when": "inventory_hostname == 'token'",
    }
    common = {"ansible_connection": "local", **variables(), **connection(tenant)}
    without_client = connection(tenant, rotate_password_client_id="", rotate_password_client_secret="")
    unverified = {"rotate_password_ca_path": "", "rotate_password_validate_certs": False}
    tenant.settings(policies={SOURCE: []})
    with LocalServer() as thief:
        other = {"rotate_password_base_url": thief.url, "rotate_password_client_secret": "of-the-other"}
        hosts = {
            "a": {**common, **unverified, "rotate_password_api_version": "v2024"},
            "b": {**common, **other, "rotate_password_ca_path": ""},
            "token": {**common, **without_client, "rotate_password_access_token": "{{ login.access_token }}"},
        }
        plays = rotation()
        plays[0]["tasks"].insert(0, login)
        # In order, so that leftovers of one host could reach the next one.
        outcome = playbook.run(plays, "--forks", "1", inventory=hosts)
    assert outcome.ended == {"a": "changed", "b": "failed", "token": "changed"}, outcome.complaints
    # No login goes to the server of another host.
    assert [request["target"] for request in thief.requests] == ["/oauth/token"]
    assert "Authorization" not in thief.requests[0]["headers"]
    assert b"client_secret=of-the-other" in thief.requests[0]["body"]
    assert sorted(request["api_version"] for request in tenant.requests("set")) == ["v1", "v2024"]
    # The login for the token is the task before.
    assert tenant.counts()["login"] == 2
