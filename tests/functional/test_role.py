# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role rotate_password, on localhost and on many hosts, when all goes well and when it doesn't."""

from __future__ import annotations

from typing import Any

import pytest
from functional.playbook import Outcome, assert_all_ok, defaults, play

PASSWORD = "Wonderful-Passw0rd!"
SOURCE = "Active Directory"
ACCOUNT = "CN=svc-backup,OU=Service Accounts,DC=acme,DC=com"
ADMIN_ACCOUNT = "CN=Multi Account,OU=Admins,DC=acme,DC=com"
LOCALHOST: dict[str, Any] = {"localhost": {"ansible_connection": "local"}}


def variables(**more: Any) -> dict[str, Any]:
    """Return the role's variables for a service account."""
    return {
        "rotate_password_user_name": "svc-backup",
        "rotate_password_source_name": SOURCE,
        "rotate_password_value": PASSWORD,
        "rotate_password_wait_sleep": 0.1,
        **more,
    }


def connection(tenant: Any, **more: Any) -> dict[str, Any]:
    """Return the role's variables for a tenant."""
    client = tenant.clients["api-client"]
    return {
        "rotate_password_base_url": tenant.base_url,
        "rotate_password_client_id": client["client_id"],
        "rotate_password_client_secret": client["client_secret"],
        "rotate_password_ca_path": tenant.ca_path,
        **more,
    }


def rotation(*tasks: dict[str, Any], **keywords: Any) -> list[dict[str, Any]]:
    """Return a play that uses the role, then shows its result, then does *tasks*."""
    role = {"name": "Rotate", "ansible.builtin.include_role": {"name": "community.sailpoint.rotate_password"}}
    show = {"name": "Result", "ansible.builtin.debug": {"var": "rotate_password_result"}}
    return play([role, show, *tasks], **keywords)


def rotate(playbook: Any, tenant: Any, *arguments: str, **more: Any) -> Outcome:
    """Run the role on localhost."""
    return playbook.run(rotation(vars={**variables(), **connection(tenant), **more}), *arguments, inventory=LOCALHOST)


def result_of(outcome: Outcome, host: str = "localhost") -> dict[str, Any]:
    """Return rotate_password_result."""
    return outcome.result("Result", host)["rotate_password_result"]


def in_role(outcome: Outcome, task: str, host: str = "localhost") -> dict[str, Any]:
    """Return the result of a task of the role."""
    return outcome.result(f"community.sailpoint.rotate_password : {task}", host)


def operations(tenant: Any) -> list[str]:
    """Return what the tenant was asked for, in order, repeated reads of the status counted once."""
    asked = [request["operation"] for request in tenant.requests()]
    return [name for number, name in enumerate(asked) if number == 0 or asked[number - 1] != name]


def arrived(tenant: Any, account_id: str = ACCOUNT, source: str = SOURCE) -> str | None:
    """Return the password that the tenant keeps, or None where it was never set."""
    kept = tenant.password(source, account_id)
    return kept and kept["password"]


def test_one_account_on_localhost(playbook, tenant):
    outcome = rotate(playbook, tenant)
    assert_all_ok(outcome)
    assert arrived(tenant) == PASSWORD
    assert operations(tenant) == ["login", "query", "set", "status"]
    result = result_of(outcome)
    assert set(result) == {"changed", "state", "request_id", "account_id", "source_ids", "sync_group", "rotated_at"}
    assert (result["changed"], result["state"], result["account_id"]) == (True, "FINISHED", ACCOUNT)
    assert result["request_id"]
    assert len(result["source_ids"]) == 1
    assert result["rotated_at"].endswith("Z")
    assert PASSWORD not in outcome.output + outcome.event_text


def test_check_mode_sets_nothing(playbook, tenant):
    outcome = rotate(playbook, tenant, "--check")
    assert_all_ok(outcome)
    assert operations(tenant) == ["login", "query", "sync_groups", "sources"]
    result = result_of(outcome)
    assert (result["changed"], result["state"], result["request_id"], result["rotated_at"]) == (True, None, None, None)


def test_many_hosts_share_one_login_and_fail_on_their_own(playbook, tenant):
    # Hosts as a Windows team has them: none of their connections is usable from here, and none is used.
    unusable = {"ansible_connection": "winrm", "ansible_become": True}
    hosts = {
        name: dict(unusable) for name in ("svc-backup", "svc-payroll", "Abby.Smith", "multi.account", "no.account")
    }
    plays = rotation(vars={**variables(rotate_password_user_name="{{ inventory_hostname }}"), **connection(tenant)})
    outcome = playbook.run(plays, "--forks", "5", inventory=hosts)
    assert outcome.rc == 2, outcome.output
    assert tenant.counts()["login"] == 1
    assert tenant.counts()["set"] == 3
    assert arrived(tenant) == PASSWORD
    payroll = result_of(outcome, "svc-payroll")
    assert len(payroll["source_ids"]) == 2
    several = in_role(outcome, "Choose the account", "multi.account")["msg"]
    assert several.startswith("3 of the 3 accounts of multi.account on Active Directory fit, and it must be one.")
    assert ADMIN_ACCOUNT in several
    nothing = in_role(outcome, "Choose the account", "no.account")["msg"]
    assert nothing.startswith("no.account has no account on Active Directory.")


def test_hosts_can_log_in_each_for_itself(playbook, tenant):
    hosts = {name: {"ansible_connection": "local"} for name in ("svc-backup", "Abby.Smith")}
    plays = rotation(
        vars={
            **variables(rotate_password_user_name="{{ inventory_hostname }}", rotate_password_share_login=False),
            **connection(tenant),
        }
    )
    assert_all_ok(playbook.run(plays, inventory=hosts))
    assert tenant.counts()["login"] == 2


def test_the_plays_module_defaults_reach_into_the_role(playbook, tenant):
    plays = rotation(vars=variables(), module_defaults=defaults(tenant, api_version="v2025"))
    assert_all_ok(playbook.run(plays, inventory=LOCALHOST))
    assert {request["api_version"] for request in tenant.requests() if request["operation"] != "login"} == {"v2025"}


@pytest.mark.parametrize(
    ("outcome", "message", "state"),
    [
        ({"outcome": "fail", "errors": ["The password was used before."]}, "The password was used before", "FAILED"),
        ({"outcome": "never"}, "has not ended after wait_timeout (1 s)", "IN_PROGRESS"),
    ],
    ids=["failed", "never ending"],
)
def test_a_change_that_does_not_finish(playbook, tenant, outcome, message, state):
    tenant.outcome(**outcome)
    ended = rotate(playbook, tenant, rotate_password_wait_timeout=1)
    assert ended.rc == 2
    wait = in_role(ended, "Wait until the change has ended")
    assert message in wait["msg"]
    assert wait["state"] == state
    assert wait["request_id"]
    assert tenant.counts()["set"] == 1


def test_a_wait_that_timed_out_is_resumed(playbook, tenant):
    tenant.outcome("finish", change_seconds=3)
    resume = {
        "name": "Resume",
        "community.sailpoint.isc_password_change_info": {
            "request_id": "{{ __rotate_password_change.request_id }}",
            "wait_sleep": 0.1,
        },
    }
    role = {
        "name": "Rotate",
        "block": [{"ansible.builtin.include_role": {"name": "community.sailpoint.rotate_password"}}],
        "rescue": [resume],
    }
    plays = play([role], vars=variables(rotate_password_wait_timeout=1), module_defaults=defaults(tenant))
    outcome = playbook.run(plays, inventory=LOCALHOST)
    assert_all_ok(outcome)
    assert outcome.result("Resume")["state"] == "FINISHED"
    assert arrived(tenant) == PASSWORD
    assert tenant.counts()["set"] == 1


def test_a_change_that_is_final_at_once(playbook, tenant):
    tenant.outcome("final_at_once")
    outcome = rotate(playbook, tenant)
    assert_all_ok(outcome)
    assert operations(tenant) == ["login", "query", "set"]
    assert (result_of(outcome)["state"], result_of(outcome)["request_id"]) == ("FINISHED", None)


def test_a_change_without_a_request_id_is_not_taken_for_finished(playbook, tenant):
    tenant.outcome("accepted_without_id")
    outcome = rotate(playbook, tenant)
    assert outcome.rc == 2
    assert "without a request id" in in_role(outcome, "Stop where there is no request id to wait for")["msg"]


def test_a_status_that_is_not_there_yet(playbook, tenant):
    tenant.outcome("finish", status_404_first=2)
    assert_all_ok(rotate(playbook, tenant))
    assert arrived(tenant) == PASSWORD


def test_a_token_that_expires_in_the_middle_of_a_wait_is_renewed(playbook, tenant):
    tenant.settings(token_lifetime=2)
    tenant.outcome("finish", change_seconds=4)
    assert_all_ok(rotate(playbook, tenant))
    assert arrived(tenant) == PASSWORD
    assert tenant.counts()["login"] > 1


def test_a_lost_answer_is_an_unknown_outcome(playbook, tenant):
    tenant.fault("set", "lost_after")
    outcome = rotate(playbook, tenant)
    assert outcome.rc == 2
    assert in_role(outcome, "Set the password")["outcome"] == "unknown"
    assert tenant.counts()["set"] == 1


def test_the_result_of_an_earlier_rotation_does_not_survive_a_failure(playbook, tenant):
    role = {"ansible.builtin.include_role": {"name": "community.sailpoint.rotate_password"}}
    failing = {**role, "name": "Rotate again", "vars": {"rotate_password_source_name": "Nowhere"}}
    show = {"name": "Result", "ansible.builtin.debug": {"var": "rotate_password_result"}}
    tasks = [{**role, "name": "Rotate"}, {"block": [failing], "rescue": [show]}]
    outcome = playbook.run(play(tasks, vars={**variables(), **connection(tenant)}), inventory=LOCALHOST)
    assert_all_ok(outcome)
    assert result_of(outcome) == {}


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("user_name", "nobody", "ISC refused to query password info"),
        ("source_name", "Nowhere", "ISC refused to query password info"),
        ("value", "", "No password is given and no store to keep a generated one"),
        ("account_id", "CN=nobody", "None of the 1 accounts"),
        ("account_name", "nobody", "None of the 1 accounts"),
        ("wait", "perhaps", "rotate_password_wait"),
        ("wait_timeout", -1, "wait_timeout is -1"),
        ("wait_sleep", 0, "wait_sleep is 0"),
        ("base_url", "http://acme.example", "base_url uses plain http"),
        ("client_id", "nobody", "ISC refused to log in"),
        ("client_secret", "wrong", "ISC refused to log in"),
        ("access_token", "no.such.token", "ISC refused to log in"),
        ("api_version", "v9", "api_version"),
        ("ca_path", "/nowhere.pem", "ca_path /nowhere.pem can't be read"),
        ("request_timeout", -1, "request_timeout is -1"),
        ("retries", 99, "retries is 99"),
    ],
)
def test_bad_values_are_explained_before_anything_is_set(playbook, tenant, option, value, message):
    bad: dict[str, Any] = {f"rotate_password_{option}": value}
    if option == "access_token":
        bad["rotate_password_client_secret"] = "wrong"
    outcome = rotate(playbook, tenant, **bad)
    assert outcome.rc == 2
    assert message in outcome.output
    assert "Traceback" not in outcome.output
    assert "set" not in tenant.counts()


@pytest.mark.parametrize("missing", ["user_name", "source_name"])
def test_what_is_required_is_asked_for(playbook, tenant, missing):
    given = {**variables(), **connection(tenant)}
    del given[f"rotate_password_{missing}"]
    outcome = playbook.run(rotation(vars=given), inventory=LOCALHOST)
    assert outcome.rc == 2
    assert f"missing required arguments: rotate_password_{missing}" in outcome.output
    assert tenant.requests() == []


def test_an_account_is_chosen_by_a_dn_in_any_case_and_sent_as_isc_spells_it(playbook, tenant):
    outcome = rotate(
        playbook, tenant, rotate_password_user_name="multi.account", rotate_password_account_id=ADMIN_ACCOUNT.lower()
    )
    assert_all_ok(outcome)
    assert arrived(tenant, ADMIN_ACCOUNT) == PASSWORD


def test_an_account_is_chosen_by_name(playbook, tenant):
    outcome = rotate(
        playbook, tenant, rotate_password_user_name="multi.account", rotate_password_account_name="adm-multi"
    )
    assert_all_ok(outcome)
    assert arrived(tenant, ADMIN_ACCOUNT) == PASSWORD


def test_a_policy_is_advice_unless_enforced(playbook, tenant):
    short = {"rotate_password_value": "Sh0rt"}
    advised = rotate(playbook, tenant, "--check", **short)
    assert_all_ok(advised)
    assert "passwordMinLength" in advised.output
    refused = rotate(playbook, tenant, "--check", rotate_password_enforce_policy=True, **short)
    assert refused.rc == 2
    assert "The password violates the policy" in in_role(refused, "Set the password")["msg"]


def test_it_need_not_wait(playbook, tenant):
    tenant.outcome("never")
    outcome = rotate(playbook, tenant, rotate_password_wait=False)
    assert_all_ok(outcome)
    result = result_of(outcome)
    assert (result["state"], result["rotated_at"]) == ("IN_PROGRESS", None)
    assert result["request_id"]
    assert "status" not in tenant.counts()


def test_wait_sleep_is_the_first_interval(playbook, tenant):
    tenant.outcome("finish", change_seconds=2)
    assert_all_ok(rotate(playbook, tenant, rotate_password_wait_sleep=5))
    # One read at once, one after the interval.
    assert tenant.counts()["status"] == 2


def test_a_given_token_needs_no_login(playbook, tenant):
    login = {
        "name": "Log in",
        "community.sailpoint.isc_login": {},
        "register": "login",
        "module_defaults": defaults(tenant),
    }
    given = connection(tenant, rotate_password_access_token="{{ login.access_token }}")
    del given["rotate_password_client_id"], given["rotate_password_client_secret"]
    plays = rotation(vars={**variables(), **given})
    plays[0]["tasks"].insert(0, login)
    assert_all_ok(playbook.run(plays, inventory=LOCALHOST))
    assert tenant.counts()["login"] == 1


def test_the_connections_options_reach_every_request(playbook, tenant):
    outcome = rotate(playbook, tenant, rotate_password_api_version="v2024")
    assert_all_ok(outcome)
    assert {request["api_version"] for request in tenant.requests() if request["operation"] != "login"} == {"v2024"}


def test_certificates_are_verified_unless_turned_off(playbook, tenant):
    unknown = rotate(playbook, tenant, rotate_password_ca_path="")
    assert unknown.rc == 2
    assert "is not accepted" in in_role(unknown, "Log in once")["msg"]
    assert_all_ok(rotate(playbook, tenant, rotate_password_ca_path="", rotate_password_validate_certs=False))


def test_retries_and_request_timeout_are_passed_on(playbook, tenant):
    tenant.fault("query", "slow", seconds=5)
    hasty = rotate(playbook, tenant, rotate_password_request_timeout=1, rotate_password_retries=0)
    assert hasty.rc == 2
    assert "within 1 s (request_timeout)" in in_role(hasty, "Query password info")["msg"]
    assert tenant.counts()["query"] == 1
