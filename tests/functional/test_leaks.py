# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret in any output, log, event or command line, whatever happens: in both ways and at -vvvv.

An event has what a callback plugin is given: the result, and the task with its arguments.
"""

from __future__ import annotations

import base64
import json
import stat
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from ansible_collections.community.sailpoint.plugins.plugin_utils._task_secrets import HIDDEN
from support.leak_search import TOKEN, assert_no_leak, leaks
from support.planted_secrets import (
    OTHER_PASSWORD,
    PASSWORD,
    connected,
    variables,
)
from support.playbook import VARIABLES, WAYS, assert_all_ok, defaults, play, task

# Ways and callback plugins. Which callback shows a result doesn't depend on the way that it came.
WELL = [("in_process", "default"), ("ordinary", "default")]
WRONG = [("in_process", "minimal"), ("ordinary", "default")]


def kept(name: str, template: str, path: str) -> dict[str, Any]:
    """Return a task that keeps a secret in a file for its owner."""
    return {
        "name": name,
        "ansible.builtin.copy": {"content": template, "dest": path, "mode": "0600"},
        "no_log": True,
    }


def succeeding(folder: Path) -> list[dict[str, Any]]:
    """Return tasks that use every module, and keep the token and the digit token in files."""
    by_name = {"user_name": "svc-backup", "source_name": "Active Directory"}
    change = {**by_name, "password": "{{ password }}", "wait_sleep": 0.1}
    digits = {"user_id": "Abby.Smith", "length": 18}
    given = {"access_token": "{{ login.access_token }}"}
    # What only a user may read and write.
    user = {"client_id": "pat-abby", "client_secret": "{{ user_secret }}"}
    policy = {"name": "P", "min_length": 12}
    assigned = {"source_name": "HR Database", "policies": [{"name": "P"}]}
    group = {"name": "G", "policy": "P", "sources": ["HR Database", "IdentityNow"]}
    return [
        task("Log in", "isc_login", {}, register="login"),
        kept("Keep the token", "{{ login.access_token }}", f"{folder}/{{{{ inventory_hostname }}}}.token"),
        task("Log in in a loop", "isc_login", {}, loop=[1, 2], register="logins"),
        task("Log in with a token", "isc_login", given, register="again"),
        task("Query", "isc_password_info", {**by_name, **given}),
        task("Set", "isc_password", change, register="change"),
        task("Rehearse", "isc_password", {**change, "password": "{{ other_password }}"}, check_mode=True, diff=True),
        task("Wait", "isc_password_change_info", {"request_id": "{{ change.request_id }}"}),
        task(
            "Set with async", "isc_password", {**change, "password": "{{ other_password }}"}, **{"async": 60, "poll": 1}
        ),
        task("Create", "isc_digit_token", digits, register="digits"),
        kept("Keep the digit token", "{{ digits.digit_token }}", f"{folder}/{{{{ inventory_hostname }}}}.digits"),
        task("Create in a loop", "isc_digit_token", digits, loop=[1, 2]),
        task(
            "Update the source",
            "isc_source_credential",
            {"source_name": "HR Database", "value": "{{ password }}", "receipt": {}},
            diff=True,
        ),
        task("Change the org config", "isc_password_org_config", {"digit_token_length": 9}, diff=True),
        task("Create a policy", "isc_password_policy", {**policy, **user}, diff=True),
        task("Assign it", "isc_source_password_policy", {**assigned, **user}, diff=True),
        task("Create a group", "isc_password_sync_group", {**group, **user}, diff=True),
        task("Read all settings", "isc_password_settings_info", user),
        task("Compare", "isc_password_settings", {"policies": [policy], "sync_groups": [group], **user}, diff=True),
    ]


def failing() -> list[dict[str, Any]]:
    """Return tasks that fail, each in its own way, with a secret among their options."""
    by_name = {"user_name": "svc-backup", "source_name": "Active Directory"}
    change = {**by_name, "password": "{{ password }}", "wait_sleep": 0.1}
    short = {**change, "password": "{{ short_password }}"}
    ids = {"identity_id": "a", "source_id": "b", "public_key_id": "c", "public_key": "d", "account_id": "e"}
    return [
        task("Wrong secret", "isc_login", {"client_secret": "{{ wrong_secret }}"}),
        task("Wrong token", "isc_login", {"access_token": "Bearer {{ opaque_token }}"}),
        task(
            "Token of nobody", "isc_password_info", {**by_name, "access_token": "{{ opaque_token }}", "client_id": ""}
        ),
        task("Misspelt neighbour", "isc_password", {**change, "user_nmae": "svc-backup"}),
        task("Missing neighbour", "isc_password_change_info", {"client_secret": "{{ wrong_secret }}"}),
        task("Wrong type", "isc_password", {**change, "retries": "many"}),
        task("Unknown account", "isc_password", {**change, "account_id": "CN=nobody"}),
        task("Bad key", "isc_password", {**ids, "password": "{{ password }}"}),
        task("Enforced", "isc_password", {**short, "enforce_policy": True}),
        task("Refused", "isc_password", short),
        task("Outside ASCII", "isc_password", {**change, "password": "{{ password }}\u00e9"}),
        task("Lost answer", "isc_password", change),
        task("Gateway error", "isc_password", change),
        task("Broken digit token", "isc_digit_token", {"user_id": "Abby.Smith", "length": 18}),
        task(
            "Repeated credential",
            "isc_source_credential",
            {"source_name": "HR Database", "value": "{{ password }}", "receipt": {}},
        ),
        task("No port", "isc_password", {**change, "base_url": "https://127.0.0.1:1", "retries": 0}),
        task("Async login", "isc_login", {}, **{"async": 10, "poll": 1}),
        task(
            "Items that stand for secrets",
            "isc_password",
            {**change, "password": "{{ lookup('ansible.builtin.vars', item) }}", "retries": -1},
            loop=["password", "other_password"],
        ),
    ]


@pytest.mark.parametrize("way, callback", WELL)
def test_no_secret_shows_when_all_goes_well(playbook, tenant, tmp_path, way, callback):
    # A loop is Ansible's, and the same for both.
    tasks = [one for one in succeeding(tmp_path) if way == "in_process" or "loop" not in one]
    outcome = playbook.run(
        play(tasks, hosts=way, module_defaults=connected(tenant)),
        "-vvvv",
        environment={"ANSIBLE_STDOUT_CALLBACK": callback},
        variables=variables(tenant),
        watch=True,
    )
    assert_all_ok(outcome)
    token_file = tmp_path / f"{way}.token"
    token = token_file.read_text("utf-8")
    assert stat.S_IMODE(token_file.stat().st_mode) == 0o600
    assert TOKEN.match(token)
    created = [created["digit_token"] for created in tenant.digit_tokens()]
    assert (tmp_path / f"{way}.digits").read_text("utf-8") == created[0]
    assert len(created) == (3 if way == "in_process" else 1)
    of_clients = [variables(tenant)[name] for name in ("client_secret", "user_secret")]
    assert_no_leak(outcome, [PASSWORD, OTHER_PASSWORD, *of_clients, token, *created])
    assert len(outcome.command_lines) > 2


@pytest.mark.parametrize("way, callback", WRONG)
def test_no_secret_shows_when_things_go_wrong(playbook, tenant, way, callback):
    # The first two requests are those of "Refused" and "Outside ASCII".
    tenant.fault("set", "lost_after", skip=2)
    tenant.fault("set", "status", skip=2, status=503, body="<html>Service unavailable</html>", processed=True)
    tenant.fault("digit_token", "garbage", form="truncated_json")
    # ISC repeats what it was sent.
    repeated = {"status": "FAILURE", "details": {"error": f"No login with {PASSWORD}"}}
    tenant.fault("check_connection", "fields", fields=repeated)
    tasks = [{**one, "ignore_errors": True} for one in failing()]
    outcome = playbook.run(
        play(tasks, hosts=way, module_defaults=connected(tenant)),
        "-vvvv",
        environment={"ANSIBLE_STDOUT_CALLBACK": callback},
        variables=variables(tenant),
        watch=True,
    )
    assert_all_ok(outcome)
    failed = [event["task"] for event in outcome.events if event["event"] == "failed"]
    assert failed == [one["name"] for one in tasks], outcome.complaints
    assert outcome.result("Lost answer")["outcome"] == "unknown"
    assert outcome.result("Gateway error")["status_code"] == 503
    digits = [created["digit_token"] for created in tenant.digit_tokens()]
    assert_no_leak(outcome, [*variables(tenant).values(), *digits])


@pytest.mark.parametrize("way", WAYS)
def test_no_secret_of_the_keyword_environment_shows(playbook, tenant, way):
    query = task(
        "Query",
        "isc_password_info",
        {"user_name": "svc-backup", "source_name": "Active Directory"},
        environment={
            "SAIL_CLIENT_SECRET": "{{ client_secret }}",
            "SAIL_ACCESS_TOKEN": "{{ opaque_token }}",
            "NO_PROXY": "localhost",
        },
    )
    connection = defaults(tenant)
    del connection["group/community.sailpoint.isc"]["client_secret"]
    outcome = playbook.run(
        play([query] * 4, hosts=way, module_defaults=connection),
        "-vvvv",
        variables=variables(tenant),
        watch=True,
    )
    assert_all_ok(outcome)
    # The token is nobody's, so ISC refused it first.
    assert [entry["status"] for entry in tenant.requests("query")] == [401, 200] * 4
    assert_no_leak(outcome, list(variables(tenant).values()))
    assert ("NO_PROXY=localhost" in outcome.stdout) == (way == "ordinary")


@pytest.mark.parametrize("way", WAYS)
def test_a_task_that_is_tried_again_has_its_secrets_and_no_callback_sees_them(playbook, tenant, way):
    tenant.fault("login", "status", status=500, body="")
    login = task("Log in", "isc_login", {"retries": 0}, until="login is success", retries=2, delay=0, register="login")
    outcome = playbook.run(
        play([login], hosts=way, module_defaults=connected(tenant)), "-vvvv", variables=variables(tenant)
    )
    assert_all_ok(outcome)
    assert [entry["status"] for entry in tenant.requests("login")] == [500, 200]
    assert [event["event"] for event in outcome.events] == ["retry", "ok"]
    assert [event["fields"]["args"]["client_secret"] for event in outcome.events] == [HIDDEN] * 2
    assert_no_leak(outcome, list(variables(tenant).values()), events=2)


@pytest.mark.parametrize("way", WAYS)
def test_no_secret_is_left_in_a_file(playbook, tenant, way):
    change = {"user_name": "svc-backup", "source_name": "Active Directory", "password": "{{ password }}"}
    outcome = playbook.run(
        play(
            [task("Set", "isc_password", {**change, "wait_sleep": 0.1}), task("Log in", "isc_login", {})],
            hosts=way,
            module_defaults=connected(tenant),
            # Without it, the module goes through a file, with its arguments in it.
            vars={"ansible_pipelining": False},
        ),
        "-vvvv",
        variables=variables(tenant),
    )
    assert_all_ok(outcome)
    files = [path for path in playbook.folder.rglob("*") if path.is_file() and path.name != VARIABLES]
    assert {"ansible.log", "events.jsonl", "inventory.yml"} <= {path.name for path in files}
    for path in files:
        assert leaks(path.read_text("utf-8", "replace"), list(variables(tenant).values())) == [], path


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
                {"name": "Show a password to ps", "ansible.builtin.shell": "sleep 0.3; : {{ password | quote }}"},
                {
                    "name": "Show a password to a child",
                    "ansible.builtin.command": "sleep 0.3",
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
