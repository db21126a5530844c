# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module isc_tenant_info on a healthy tenant, with each single problem, and without any tenant."""

from __future__ import annotations

import json
import re
import time

import pytest
import yaml
from ansible_collections.community.sailpoint.plugins.action import isc_tenant_info as action_plugin
from ansible_collections.community.sailpoint.plugins.module_utils._client.client import Client
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError
from ansible_collections.community.sailpoint.plugins.modules import isc_tenant_info
from support.actions import run_action
from support.hostile_results import flaws
from support.hostile_texts import TEXTS
from support.modules import AD, access, run

USER, SOURCE, ACCOUNT = "a.user", "A healthy source", "CN=a,OU=healthy"
BOTH = {"user_name": USER, "source_name": SOURCE}
READS = {"login", "query", "status", "sync_groups", "sources", "search", "org_config"}
POSTED = ("login", "query", "search")

HEALTHY = {
    "Login": "The login to {host} works.",
    "Token": "The token is an API client's, and names 15 scopes.",
    "API version": "The tenant serves api_version v1, and v2026, v2025, v2024, v3, beta too.",
    "Clock": "The clock of this machine and ISC's differ by N s.",
    "Read changes": "The token may do this (idn:password-change:read).",
    "Set a password": "The token has the scope idn:password-change:manage. This was not tried.",
    "List sync groups": "The token may do this (idn:password-sync-group:read).",
    "List sources": "The token may do this (idn:sources:read).",
    "Search": "The token may do this (sp:search:read).",
    "Digit tokens": "The tenant creates digit tokens.",
    "Create a digit token": "The token has the scope idn:password-digit-token:create. This was not tried.",
    "Source": "ISC can set passwords on the source 'A healthy source' (feature PASSWORD).",
    "Query password info": "'a.user' has one account on 'A healthy source', with the account_id 'CN=a,OU=healthy' "
    "(account_name 'a.user').",
    "Policy": "All rules of the policy are known here (1).",
    "Key": "The source's key has 2048 bits, and can be used here.",
    "Sync group": "A change reaches no other source.",
    "Age of the password": "Search finds the account. Its password was set 7 days ago, as far as ISC knows.",
}
AFTER_LOGIN = [*HEALTHY][1:]
OF_INFO = ["Policy", "Key", "Sync group", "Age of the password"]
FORBIDDEN = {"status": 403, "body": {"detailCode": "403 Forbidden", "trackingId": "1", "messages": [{"text": "No."}]}}


@pytest.fixture
def present_time(fake_time):
    """Set the fake time to the present, which is the tenant's time."""
    fake_time.now = 1000 + time.time() - 1795514400
    return fake_time


@pytest.fixture
def world(tenant, present_time):
    """Create a healthy account."""
    last_set = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(present_time.time() - 7.5 * 86400))
    tenant.add_account(USER, SOURCE, ACCOUNT, facts={"passwordLastSet": last_set})
    tenant.settings(policies={SOURCE: ["passwordMinLength is 8"]})
    return tenant


@pytest.fixture
def checked(world, present_time):
    """Return a function that runs the module and returns its checks by name, and its result."""

    def perform(client="api-client", **given):
        world.clear_requests()
        options = {**BOTH, "for_issue": True, **given}
        result = run(isc_tenant_info, world, present_time, client=client, **options)
        assert_harmless(world, result, client, options)
        return {check["name"]: check for check in result["checks"]}, result

    return perform


def assert_harmless(tenant, result, client, options):
    """Fail unless only reads were sent, no output holds a secret, and the publishable output holds no name."""
    for request in tenant.requests():
        # A layout that is not served has no named operation. It was asked for the list of sync groups.
        assert request["operation"] in READS or "/password-sync-groups" in request["path"]
        assert request["method"] == ("POST" if request["operation"] in POSTED else "GET")
    text = json.dumps(result, ensure_ascii=False)
    assert tenant.clients[client]["client_secret"] not in text
    assert "eyJ" not in text
    assert [*flaws(result)] == []
    assert [check["name"] for check in result["checks"]] == [*HEALTHY]
    assert result["changed"] is False
    published = "\n".join(result.get("for_issue", ()))
    for name in (options.get("user_name"), options.get("source_name"), ACCOUNT, "acme", "127.0.0.1", "svc-", "Abby"):
        assert name is None or name not in published


def states(checks, *others):
    """Return the states of the checks that aren't ok, except *others*."""
    return {name: check["state"] for name, check in checks.items() if check["state"] != "ok" and name not in others}


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_healthy_tenant(world, present_time, check_mode):
    world.clear_requests()
    result = run(isc_tenant_info, world, present_time, check_mode, **BOTH)
    host = world.base_url.partition("//")[2]
    # The two clocks may differ by a few seconds.
    normal = [re.sub(r"differ by [0-3] s", "differ by N s", check["message"]) for check in result["checks"]]
    assert dict(zip(HEALTHY, normal)) == {name: message.format(host=host) for name, message in HEALTHY.items()}
    assert {(check["state"], check["remedy"]) for check in result["checks"]} == {("ok", "")}
    assert (result["state"], result["ready"], result["failed_checks"]) == ("ok", True, [])
    assert "for_issue" not in result
    assert_harmless(world, result, "api-client", BOTH)
    assert len(world.requests()) <= 25


def forbidden(operation):
    """Return a function that makes the tenant refuse an operation."""
    return lambda tenant: tenant.fault(operation, "status", times=None, **FORBIDDEN)


def of_account(**facts):
    """Return a function that sets facts of the account."""
    return lambda tenant: tenant.add_account(USER, SOURCE, ACCOUNT, facts=facts)


# Each problem: how to cause it (None: by the options alone), and the options.
PROBLEMS = {
    "personal access token": (
        lambda tenant: (
            tenant.settings(pat_may_query=True),
            tenant.add_account("Abby.Smith", SOURCE, ACCOUNT + "2", facts={"passwordLastSet": "2024-01-01T00:00:00Z"}),
        ),
        {"client": "pat-abby", "user_name": "Abby.Smith"},
    ),
    "no query by a personal access token": (None, {"client": "pat-abby"}),
    "no v1": (lambda tenant: tenant.settings(without_layouts=["v1", "v2024"]), {}),
    "an old version": (None, {"api_version": "v2024"}),
    "v3": (None, {"api_version": "v3"}),
    "beta": (None, {"api_version": "beta"}),
    "no version that answers": (lambda tenant: tenant.fault("sync_groups", "status", status=503, times=None), {}),
    "a clock that is slow": (lambda tenant: tenant.settings(clock_ahead=600), {}),
    "no right to read changes": (forbidden("status"), {}),
    "no right to list sync groups": (forbidden("sync_groups"), {}),
    "no right to list sources": (forbidden("sources"), {}),
    "no right to search": (forbidden("search"), {}),
    "no right to read the settings": (forbidden("org_config"), {}),
    "no right to query": (forbidden("query"), {}),
    "no right to write": (None, {"client": "api-client-reads-only"}),
    "digit tokens are off": (lambda tenant: tenant.settings(digit_token_enabled=False), {}),
    "nobody has set passwords up": (lambda tenant: tenant.fault("org_config", "status", times=None, status=404), {}),
    "no such source": (None, {"source_name": "a healthy source"}),
    "no such user": (None, {"user_name": "nobody"}),
    "no password management": (None, {"user_name": "unmanaged.user", "source_name": "Unmanaged Source"}),
    "no account": (None, {"user_name": "no.account"}),
    "several accounts": (lambda tenant: tenant.add_account(USER, SOURCE, "CN=b"), {}),
    "an unknown rule": (
        lambda tenant: tenant.settings(policies={SOURCE: ["passwordMinLength is 8", "passwordMagic is 3"]}),
        {},
    ),
    "a key that can't be used": (lambda tenant: tenant.fault("query", "fields", fields={"publicKey": "AAAA"}), {}),
    "a sync group": (
        lambda tenant: tenant.add_account(USER, AD, ACCOUNT, facts={"passwordLastSet": "2024-01-01T00:00:00Z"}),
        {"source_name": AD},
    ),
    "an account that Search doesn't know": (
        lambda tenant: tenant.fault("search", "status", status=200, body=[], skip=1, times=None),
        {},
    ),
    "a disabled account": (of_account(disabled=True), {}),
    "a locked account": (of_account(locked=True), {}),
    "an unknown age": (of_account(passwordLastSet=None), {}),
    "a search without a response": (lambda tenant: tenant.fault("search", "lost_after", times=None), {}),
    "only a user": (None, {"source_name": None}),
    "only a source": (None, {"user_name": None}),
}
# The checks that report each problem: name and state, the beginning of the message, and that of the remedy.
REPORTED = """\
personal access token | Token | warning | The token is a personal access token's, of Abby.Smith, and names 15 scopes. \
| Use the client id and secret of an API client
no query by a personal access token | Token | warning | The token is a personal access token's | Use the client id
no query by a personal access token | Query password info | failed | ISC refused to query password info: | The token \
has user context
no v1 | API version | failed | The tenant doesn't serve api_version v1. It serves v2026, v2025, v3, beta. The other \
checks use v2026. | Set api_version (environment SAIL_API_VERSION) to v2026.
an old version | API version | warning | The tenant serves api_version v2024, and v1, v2026, v2025, v3, beta too, but \
SailPoint has deprecated all except v1. | Set api_version (environment SAIL_API_VERSION) to v1, or leave it out.
v3 | API version | warning | The tenant serves api_version v3 | Set api_version
v3 | Create a digit token | warning | api_version v3 has no digit tokens. | Use another one
beta | API version | warning | The tenant serves api_version beta | Set api_version
beta | Search | warning | api_version beta has no operation to search. Without it, isc_accounts | Use api_version v1.
beta | Age of the password | skipped | This check requires access to Search. | -
no version that answers | API version | failed | ISC failed to list password sync groups | Check that base_url is
no version that answers | List sync groups | warning | ISC failed to list password sync groups | ISC, or a gateway
no version that answers | Sync group | warning | Whether a change reaches other sources too is not known. | See the \
check List
a clock that is slow | Clock | warning | The clock of this machine is 60 | Set this machine's clock
no right to read changes | Read changes | failed | ISC refused to read password change status: No (HTTP 403, \
detailCode 403 Forbidden, trackingId 1). Without it, no change can be waited for. | The token has the scope
no right to list sync groups | List sync groups | warning | ISC refused to list password sync groups: No | The token \
has the scope
no right to list sync groups | Sync group | warning | Whether a change reaches other sources too is not known. | See \
the check List
no right to list sources | List sources | warning | ISC refused to list sources: No | The token has the scope
no right to list sources | Source | skipped | This check requires that sources can be listed. | -
no right to search | Search | warning | ISC refused to search: No | The token has the scope
no right to search | Age of the password | skipped | This check requires access to Search. | -
no right to read the settings | Digit tokens | warning | ISC refused to read the password org config: No | The token \
has the scope
no right to query | Query password info | failed | ISC refused to query password info: No | The token has the scope
no right to write | Set a password | failed | The token lacks the scope idn:password-change:manage. Without it, no \
password | Add idn:password-change:manage to the API client
no right to write | Create a digit token | warning | The token lacks the scope idn:password-digit-token:create. \
Without it, isc_digit_token can't be used. | Add idn:password-digit-token:create
digit tokens are off | Digit tokens | warning | Digit tokens are off in the tenant | To use isc_digit_token, turn \
them on
nobody has set passwords up | Digit tokens | warning | Digit tokens are off in the tenant | To use isc_digit_token, \
turn them on
no such source | Source | failed | The tenant has no source named 'a healthy source'. | Write source_name exactly as ISC
no such source | Query password info | failed | ISC refused to query password info: | Check user_name
no such user | Query password info | failed | ISC refused to query password info: Referenced | Check user_name
no password management | Source | failed | ISC can't set passwords on the source 'Unmanaged Source': it lacks the \
feature PASSWORD. | Check in ISC that its connector supports passwords
no password management | Age of the password | warning | In Search, the account is marked as one whose password ISC \
can't set. | Check the account in ISC.
no account | Query password info | failed | The identity has no account on this source. | Check source_name
no account | Age of the password | skipped | This check requires an account. | -
several accounts | Query password info | warning | The identity has 2 accounts on this source and none was chosen. | \
Choose one with account_id or account_name.
an unknown rule | Policy | warning | Not all rules of the policy are known here: 'passwordMagic is 3'. | Generated \
passwords
a key that can't be used | Key | failed | public_key does not parse as a public key. | Query password info again
a sync group | Sync group | warning | The source is in the password sync group 'Directory and payroll': a change also \
reaches any account that the identity has on Payroll Database ( | If that is not intended, set sync_group to refuse
an account that Search doesn't know | Age of the password | warning | Search doesn't find the account, so \
isc_accounts doesn't list it | Wait until
a disabled account | Age of the password | warning | In Search, the account is disabled. | Check the account in ISC.
a locked account | Age of the password | warning | In Search, the account is locked. | Check the account in ISC.
an unknown age | Age of the password | warning | ISC doesn't know when the password was set. | To change old passwords
a search without a response | Search | warning | The connection to | It was tried 5 times.
a search without a response | Age of the password | skipped | This check requires access to Search. | -
only a user | Source | skipped | This check requires source_name. | -
""".splitlines()
# The checks that are skipped because of another one.
FOLLOWING = {
    **dict.fromkeys(
        ("no query by a personal access token", "no right to query", "no such source", "no such user"), OF_INFO
    ),
    **dict.fromkeys(("only a user", "only a source"), ["Query password info", *OF_INFO]),
}


@pytest.mark.parametrize("problem", PROBLEMS)
def test_each_single_problem_is_reported_and_everything_else_is_checked(world, checked, problem):
    bring_about, given = PROBLEMS[problem]
    expected = {
        name: (state, message, "" if remedy == "-" else remedy)
        for cause, name, state, message, remedy in (line.split(" | ") for line in REPORTED)
        if cause == problem
    }
    if bring_about:
        bring_about(world)
    checks, result = checked(**given)
    skipped = FOLLOWING.get(problem, [])
    assert states(checks, *skipped) == {name: state for name, (state, _message, _remedy) in expected.items()}
    assert [name for name in skipped if checks[name]["state"] != "skipped"] == []
    for name, (_state, message, remedy) in expected.items():
        assert checks[name]["message"].startswith(message)
        assert checks[name]["remedy"].startswith(remedy)
        assert (checks[name]["remedy"] == "") is (remedy == "")
    found = {state for state, _message, _remedy in expected.values()}
    assert result["state"] == ("failed" if "failed" in found else "warning" if "warning" in found else "ok")
    assert result["ready"] is ("failed" not in found)
    assert result["failed_checks"] == [name for name, check in checks.items() if check["state"] == "failed"]


def test_a_fast_clock_is_reported(present_time, checked):
    present_time.now += 120
    checks, _result = checked()
    # A slow machine may show some seconds less.
    assert re.fullmatch(r"The clock of this machine is 1(1\d|20) s ahead of ISC's\.", checks["Clock"]["message"])
    assert states(checks) == {"Clock": "warning"}


@pytest.mark.parametrize(
    ("fault", "message", "remedy"),
    [
        ({"kind": "status", "status": 401}, "ISC refused to log in (HTTP 401", "Check client_id and client_secret"),
        ({"kind": "lost_after"}, "The connection to ", "It was tried 5 times."),
    ],
)
def test_without_a_login_nothing_else_is_tried(world, checked, fault, message, remedy):
    world.fault("login", times=None, **fault)
    checks, result = checked()
    assert checks["Login"]["state"] == "failed"
    assert checks["Login"]["message"].startswith(message)
    assert checks["Login"]["remedy"].startswith(remedy)
    assert {checks[name]["message"] for name in AFTER_LOGIN} == {"Not tried, because the login failed."}
    assert {checks[name]["state"] for name in AFTER_LOGIN} == {"skipped"}
    assert world.counts().keys() == {"login"}
    assert result["table"][-1].split()[:5] == ["skipped", "Token", "and", "15", "more"]


def test_a_given_token_needs_no_login_and_its_refusal_ends_the_checks(world, checked):
    given = {"client_id": None, "client_secret": None, "access_token": "opaque"}
    checks, _result = checked(**given)
    assert checks["Login"]["message"].startswith("The given access_token is used for ")
    assert checks["Token"]["message"].startswith("The token can't be read")
    assert checks["API version"]["state"] == "failed"
    assert checks["API version"]["message"].startswith("ISC refused to list password sync groups: ")
    assert checks["API version"]["remedy"].startswith("The access token is expired or not of this tenant.")
    assert checks["Search"]["message"] == "Not tried, because ISC refuses the token."
    assert world.counts() == {"sync_groups": 1}


def test_a_token_of_another_tenant_is_reported(checked, monkeypatch):
    monkeypatch.setattr(Client, "tenant", "other.api.identitynow.com")
    checks, _result = checked()
    assert states(checks) == {"Token": "failed"}
    assert checks["Token"]["message"] == (
        "The access token says that it is of the tenant acme, but base_url is the address of other."
    )


def test_a_token_that_names_no_scopes_leaves_the_writes_open(checked):
    checks, _result = checked(client="api-client-no-scopes")
    assert checks["Set a password"] == {
        "name": "Set a password",
        "state": "skipped",
        "message": "The token doesn't list individual scopes, and this is not tried.",
        "remedy": "Check in ISC that the API client has the scope idn:password-change:manage.",
    }


def test_a_token_that_may_not_query_is_reported_even_without_a_user(world, checked):
    checks, _result = checked(client="api-client-search-only", user_name=None, source_name=None)
    assert checks["Query password info"]["state"] == "failed"
    assert checks["Query password info"]["message"].startswith("The token lacks the scope idn:password-info:read.")
    assert "query" not in world.counts()


def test_a_machine_in_fips_mode_cannot_use_the_key(checked, fips_mode):
    checks, _result = checked()
    assert states(checks) == {"Key": "failed"}
    assert f"{checks['Key']['message']} {checks['Key']['remedy']}" == fips_mode


def test_only_search_is_retried_after_lost_responses(world, checked):
    for operation in ("search", "query", "org_config"):
        world.fault(operation, "lost_before", times=None)
    checked()
    counts = world.counts()
    assert (counts["search"], counts["query"], counts["org_config"]) == (5, 1, 1)


def test_for_issue_holds_facts_that_no_description_contains(world, checked):
    rules = ["passwordMinLength is 8", "passwordMagic is 3", "of svc-backup: anything", "Abby"]
    world.settings(policies={SOURCE: rules}, without_layouts=["v2024"])
    _checks, result = checked()
    lines = dict(line.split(": ", 1) for line in result["for_issue"])
    assert lines["token"] == "api_client, names its scopes"
    assert lines["versions"] == (
        "v1 served, v2026 served (deprecated), v2025 served (deprecated), v2024 not served, v3 served (deprecated), "
        "beta served (deprecated)"
    )
    assert lines["policy rules"] == "passwordMinLength"
    assert lines["unknown policy rules"] == "passwordMagic"
    assert lines["key"] == "2048 bits"
    assert lines["user_name"] == "the query takes the identity's name and uid"
    assert lines["search"] == "finds the account; its age is known"
    assert "read password change status: 404 Not found" in lines["responses"]
    assert "query password info: 200" in lines["responses"]


def test_for_issue_distinguishes_name_and_uid(world, checked):
    world.add_account("login.name", SOURCE, "CN=x", uid="4711")
    _checks, result = checked(user_name="login.name")
    assert "user_name: the query takes the identity's name" in result["for_issue"]


def test_for_issue_holds_headers_of_the_rate_limit(world, checked):
    headers = {"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "svc-backup"}
    world.fault("sources", "status", status=200, body=[], headers=headers)
    _checks, result = checked()
    assert "rate limit headers: x-ratelimit-limit: 100" in result["for_issue"]


@pytest.mark.parametrize("option", ["user_name", "source_name"])
def test_a_blank_name_is_refused(tenant, present_time, option):
    with pytest.raises(InputError, match=f"{option} is empty."):
        run(isc_tenant_info, tenant, present_time, **{**BOTH, option: " "})
    assert tenant.counts() == {}


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_responses_give_a_printable_result(world, checked, name):
    text = TEXTS[name]
    refusal = {"detailCode": text, "trackingId": text, "messages": [{"text": text}]}
    headers = {"X-RateLimit-Limit": "a\u00e4b"}
    # The checks are independent, so several operations can be hostile at a time.
    for responses in (
        {
            "query": {"policies": [text], "accounts": [{"accountId": "a", "accountName": text}]},
            "sources": {"name": SOURCE, "features": [text]},
            "sync_groups": {"name": text},
        },
        {"query": {"publicKey": text}},
    ):
        for operation, fields in responses.items():
            world.fault(operation, "fields", fields=fields, times=None)
        checked()
        world.clear_faults()
    for operation in ("query", "search", "sources", "status", "org_config", "sync_groups"):
        world.fault(operation, "status", status=403, body=refusal, headers=headers, times=None)
    checked()


def test_the_table_is_readable(world, checked):
    world.settings(digit_token_enabled=False)
    _checks, result = checked(user_name=None)
    lines = result["table"]
    assert max(map(len, lines)) <= 110
    digit_tokens = lines.index(
        "warning  Digit tokens                    Digit tokens are off in the tenant, so ISC will refuse to create one."
    )
    remedy = lines[digit_tokens + 1].lstrip()
    assert remedy == "> To use isc_digit_token, turn them on in ISC's password settings."
    assert "skipped  Query password info and 4 more  This check requires user_name and source_name." in lines


def test_it_runs_in_process_with_a_local_connection(world):
    result = run_action(action_plugin.ActionModule, {**access(world), "ca_path": "", **BOTH, "for_issue": "yes"})
    assert result["state"] in ("ok", "warning")
    assert result["for_issue"]
    json.dumps(result)


def test_the_keys_of_a_check_are_documented(checked):
    documented = yaml.safe_load(isc_tenant_info.RETURN)
    _checks, result = checked()
    assert result["checks"][0].keys() == documented["checks"]["contains"].keys()
    assert result.keys() - {"changed"} <= documented.keys()
