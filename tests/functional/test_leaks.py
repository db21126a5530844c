# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret in any output, log, event or command line, whatever happens: in both ways and with -vvvv.

An event has what a callback plugin gets: the result, and the task with its arguments.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from ansible_collections.community.sailpoint.plugins.plugin_utils._task_secrets import HIDDEN
from support.leak_search import assert_no_leak, leaks
from support.modules import NAMES
from support.planted_secrets import OTHER_PASSWORD, PASSWORD, connected, variables
from support.playbook import VARIABLES, WAYS, Outcome, Playbook, assert_all_ok, play, task
from support.waiting import until

CHANGE = {**NAMES, "password": "{{ password }}", "wait_sleep": 0.1}
OTHER_CHANGE = {**CHANGE, "password": "{{ other_password }}"}
CREDENTIAL = {"source_name": "HR Database", "value": "{{ password }}", "receipt": {}}
DIGITS = {"user_id": "Abby.Smith", "length": 18}
# An empty option counts as missing, so the environment is used. ISC refuses the token first.
WITH_ENVIRONMENT = task(
    "Query with the environment",
    "isc_password_info",
    {**NAMES, "client_secret": ""},
    environment={
        "SAIL_CLIENT_SECRET": "{{ client_secret }}",
        "SAIL_ACCESS_TOKEN": "{{ opaque_token }}",
        "NO_PROXY": "localhost",
    },
)
CREATE = [
    task("Create", "isc_digit_token", DIGITS, register="digits"),
    # No output shows the token, but the next task can use it.
    {"name": "Look", "ansible.builtin.debug": {"msg": "{{ digits.digit_token | hash('sha256') }}"}},
]


def succeeding() -> list[dict[str, Any]]:
    """Return tasks that use every module. The first one succeeds only after a retry."""
    given = {"access_token": "{{ login.access_token }}"}
    # Settings that need a user.
    user = {"client_id": "pat-abby", "client_secret": "{{ user_secret }}"}
    policy = {"name": "P", "min_length": 12}
    assigned = {"source_name": "HR Database", "policies": [{"name": "P"}]}
    group = {"name": "G", "policy": "P", "sources": ["HR Database", "IdentityNow"]}
    return [
        task("Log in", "isc_login", {"retries": 0}, until="login is success", retries=2, delay=0, register="login"),
        task("Log in in a loop", "isc_login", {}, loop=[1, 2], register="logins"),
        task("Log in with a token", "isc_login", given, register="again"),
        task("Query", "isc_password_info", {**NAMES, **given}),
        WITH_ENVIRONMENT,
        task("Set", "isc_password", CHANGE, register="change"),
        task("Rehearse", "isc_password", OTHER_CHANGE, check_mode=True, diff=True),
        task("Wait", "isc_password_change_info", {"request_id": "{{ change.request_id }}"}),
        task("Set with async", "isc_password", OTHER_CHANGE, **{"async": 60, "poll": 1}),
        *CREATE,
        task("Create in a loop", "isc_digit_token", DIGITS, loop=[1, 2]),
        task("Update the source", "isc_source_credential", CREDENTIAL, diff=True),
        task("Change the org config", "isc_password_org_config", {"digit_token_length": 9}, diff=True),
        task("Create a policy", "isc_password_policy", {**policy, **user}, diff=True),
        task("Assign it", "isc_source_password_policy", {**assigned, **user}, diff=True),
        task("Create a group", "isc_password_sync_group", {**group, **user}, diff=True),
        task("Read all settings", "isc_password_settings_info", user),
        task("Compare", "isc_password_settings", {"policies": [policy], "sync_groups": [group], **user}, diff=True),
    ]


REFUSED = task("Refused", "isc_password", {**CHANGE, "password": "{{ short_password }}"})
LOST = task("Lost response", "isc_password", CHANGE)


def failing() -> list[dict[str, Any]]:
    """Return tasks that fail for different reasons, with a secret among their options."""
    short = {**CHANGE, "password": "{{ short_password }}"}
    ids = {"identity_id": "a", "source_id": "b", "public_key_id": "c", "public_key": "d", "account_id": "e"}
    return [
        task("Wrong secret", "isc_login", {"client_secret": "{{ wrong_secret }}"}),
        task("Wrong token", "isc_login", {"access_token": "Bearer {{ opaque_token }}"}),
        task("Token of nobody", "isc_password_info", {**NAMES, "access_token": "{{ opaque_token }}", "client_id": ""}),
        task("Misspelt neighbour", "isc_password", {**CHANGE, "user_nmae": "svc-backup"}),
        task("Missing neighbour", "isc_password_change_info", {"client_secret": "{{ wrong_secret }}"}),
        task("Wrong type", "isc_password", {**CHANGE, "retries": "many"}),
        task("Unknown account", "isc_password", {**CHANGE, "account_id": "CN=nobody"}),
        task("Bad key", "isc_password", {**ids, "password": "{{ password }}"}),
        task("Enforced", "isc_password", {**short, "enforce_policy": True}),
        REFUSED,
        task("Outside ASCII", "isc_password", {**CHANGE, "password": "{{ password }}\u00e9"}),
        LOST,
        task("Gateway error", "isc_password", CHANGE),
        task("Broken digit token", "isc_digit_token", DIGITS),
        task("Repeated credential", "isc_source_credential", CREDENTIAL),
        task("No port", "isc_password", {**CHANGE, "base_url": "https://127.0.0.1:1", "retries": 0}),
        task("Async login", "isc_login", {}, **{"async": 10, "poll": 1}),
        task(
            "Items that stand for secrets",
            "isc_password",
            {**CHANGE, "password": "{{ lookup('ansible.builtin.vars', item) }}", "retries": -1},
            loop=["password", "other_password"],
        ),
    ]


def run(playbook: Playbook, tenant: Any, in_process: list[Any], ordinary: list[Any], callback: str) -> Outcome:
    """Run tasks in each of the two ways, the ordinary ones last.

    An ordinary module gets its arguments on standard input, as in all plays here, or in a file.
    """
    connection = {"module_defaults": connected(tenant)}
    return playbook.run(
        [*play(in_process, hosts="in_process", **connection), *play(ordinary, hosts="ordinary", **connection)],
        "-vvvv",
        environment={"ANSIBLE_STDOUT_CALLBACK": callback},
        variables=variables(tenant),
        watch=True,
    )


def test_no_secret_shows_or_stays_when_all_goes_well(playbook, tenant):
    tenant.fault("login", "status", status=500, body="")
    other_account = {**OTHER_CHANGE, "user_name": "svc-payroll"}
    through_a_file = task("Set", "isc_password", other_account, vars={"ansible_pipelining": False})
    outcome = run(playbook, tenant, succeeding(), [WITH_ENVIRONMENT, through_a_file, *CREATE], "default")
    assert_all_ok(outcome)
    created = [created["digit_token"] for created in tenant.digit_tokens()]
    assert len(created) == 4
    for way, token in zip(WAYS, (created[0], created[3])):
        assert outcome.result("Look", way)["msg"] == hashlib.sha256(token.encode()).hexdigest()
    secrets = [*variables(tenant).values(), *created]
    assert_no_leak(outcome, secrets, events=25)
    assert len(outcome.command_lines) > 2

    # An ordinary module's command line has only the variables of the keyword that are not secret.
    assert outcome.stdout.count("NO_PROXY=localhost") >= 1
    statuses = [entry["status"] for entry in tenant.requests("query")]
    assert statuses.count(401) == len(WAYS)

    login = [event for event in outcome.events if event["task"] == "Log in"]
    assert [event["event"] for event in login] == ["retry", "ok"]
    assert [event["fields"]["args"]["client_secret"] for event in login] == [HIDDEN] * 2

    # Ansible's watcher removes the files of an asynchronous task a moment after it ended.
    until(lambda: not any(playbook.folder.glob("run*/remote/*")), "Ansible has left files of a module", 15)
    files = [path for path in playbook.folder.rglob("*") if path.is_file() and path.name != VARIABLES]
    assert {"ansible.log", "events.jsonl", "inventory.yml"} <= {path.name for path in files}
    for path in files:
        assert leaks(path.read_text("utf-8", "replace"), secrets) == [], path


def test_no_secret_shows_when_things_go_wrong(playbook, tenant):
    # The first two requests belong to "Refused" and "Outside ASCII". The fourth gets the gateway's error.
    tenant.fault("set", "lost_after", skip=2)
    tenant.fault("set", "status", skip=2, status=503, body="<html>Service unavailable</html>", processed=True)
    tenant.fault("digit_token", "garbage", form="truncated_json")
    # ISC repeats the password.
    repeated = {"status": "FAILURE", "details": {"error": f"No login with {PASSWORD}"}}
    tenant.fault("check_connection", "fields", fields=repeated)
    tasks = [{**one, "ignore_errors": True} for one in failing()]
    ordinary = {**REFUSED, "ignore_errors": True}
    outcome = run(playbook, tenant, tasks, [ordinary], "minimal")
    assert_all_ok(outcome)
    failed = [event["task"] for event in outcome.events if event["event"] == "failed"]
    assert failed == [one["name"] for one in (*tasks, ordinary)], outcome.complaints
    assert outcome.result("Lost response")["outcome"] == "unknown"
    assert outcome.result("Gateway error")["status_code"] == 503
    digits = [created["digit_token"] for created in tenant.digit_tokens()]
    assert_no_leak(outcome, [*variables(tenant).values(), *digits], events=len(failed))


CANARIES = {
    "plain": lambda secret: secret,
    "JSON": json.dumps,
    "JSON in JSON": lambda secret: json.dumps(json.dumps(secret)),
    "in a path": quote,
    "in a form": quote_plus,
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "base64 after one byte": lambda secret: base64.b64encode(f"x{secret}yz".encode()).decode(),
    "base64 after two bytes": lambda secret: base64.b64encode(f"xy{secret}z".encode()).decode(),
}


@pytest.mark.parametrize("form", CANARIES)
def test_the_search_finds_every_form_of_a_secret(form):
    assert leaks(f"before {CANARIES[form](PASSWORD)} after", [PASSWORD])
    assert not leaks(f"before {CANARIES[form](OTHER_PASSWORD)} after", [PASSWORD])


@pytest.mark.parametrize("size", [256, 512])
def test_the_search_finds_what_was_encrypted(size):
    text = base64.b64encode(b"\xa5" * size).decode()
    assert leaks(f'{{"encryptedPassword": "{text}"}}', [])
    # A public key is longer.
    assert not leaks(base64.b64encode(b"\xa5" * (size + 38)).decode(), [])


def test_the_search_looks_wherever_a_leak_is_planted(playbook):
    token = "eyJhbGciOiJIUzI1NiJ9.eyJvcmciOiJhY21lIn0.c2lnbmF0dXJl"
    outcome = playbook.run(
        play(
            [
                {"name": "Show a password", "ansible.builtin.debug": {"msg": "{{ password }}"}},
                {"name": "Show what was encrypted", "ansible.builtin.debug": {"msg": "Ab" * 171 + "=="}},
                {"name": "Show a token", "ansible.builtin.debug": {"msg": token}},
                {
                    "name": "Show a password to ps and to a child",
                    "ansible.builtin.shell": "sleep 0.3; : {{ password | quote }}",
                    "environment": {"CHILD": "{{ password }}-in-environment"},
                },
            ],
            hosts="in_process",
        ),
        "-vvvv",
        variables={"password": OTHER_PASSWORD},
        watch=True,
    )
    assert_all_ok(outcome)
    for text in (outcome.stdout, outcome.log, outcome.event_text):
        assert leaks(text, [OTHER_PASSWORD]) != leaks(text, [])
        assert len(leaks(text, [])) == 2
    assert leaks("\n".join(outcome.command_lines), [OTHER_PASSWORD])
    assert leaks("\n".join(outcome.environments), [f"{OTHER_PASSWORD}-in-environment"])
