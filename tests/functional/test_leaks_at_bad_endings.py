# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret shows or stays when a module crashes, is misspelt, or when Ansible is set to keep or print secrets."""

from __future__ import annotations

import pytest
from support.leak_search import assert_no_leak, leaks
from support.planted_secrets import connected, variables
from support.playbook import ROOT, VARIABLES, WAYS, assert_all_ok, play, task

BY_NAME = {"user_name": "svc-backup", "source_name": "Active Directory"}
CHANGE = {**BY_NAME, "password": "{{ password }}", "wait_sleep": 0.1}
DIGITS = {"user_id": "Abby.Smith", "length": 18}
ASYNC = {"async": 60, "poll": 1}

# All that makes Ansible tell more.
TALKATIVE = {"ANSIBLE_DISPLAY_TRACEBACK": "always", "ANSIBLE_DISPLAY_ARGS_TO_STDOUT": "1"}

# Where a secret passes: what is sent or received, and the task that does it.
CRASHES = {
    "client_secret=": task("Send the client secret", "isc_login", {}),
    "access_token": task("Receive an access token", "isc_login", {}),
    "Authorization: Bearer": task("Send an access token", "isc_password_info", BY_NAME),
    "encryptedPassword": task("Send an encrypted password", "isc_password", CHANGE),
    "digitToken": task("Receive a digit token", "isc_digit_token", DIGITS),
    "scrypt": task("Make a receipt", "isc_password", {**CHANGE, "receipt": {}, "update_password": "when_changed"}),
}

MISSPELT = [
    task("Password", "isc_password", {**BY_NAME, "passwrod": "{{ password }}"}),
    task("Second password", "isc_password", {**CHANGE, "new_password": "{{ other_password }}"}),
    task("Secret", "isc_login", {"client_secert": "{{ wrong_secret }}"}),
    task("Token", "isc_password_change_info", {"request_id": "a", "acess_token": "{{ opaque_token }}"}),
    task("Nested password", "isc_password_batch", {"accounts": [{**BY_NAME, "passwrod": "{{ password }}"}]}),
    task("Async password", "isc_password", {**BY_NAME, "passwrod": "{{ password }}"}, **ASYNC),
    task("Address", "isc_password", {**CHANGE, "base_url": "https://me:{{ wrong_secret | urlencode }}@localhost"}),
    task("Async address", "isc_password", {**CHANGE, "base_url": "https://me:{{ opaque_token }}@localhost"}, **ASYNC),
]


def run(playbook, tenant, tasks, hosts="all", environment=None):
    """Run tasks that all fail, and return what came of them."""
    outcome = playbook.run(
        play(
            [{**one, "ignore_errors": True} for one in tasks],
            hosts=hosts,
            module_defaults=connected(tenant),
        ),
        "-vvvvvv",
        "--diff",
        environment={**TALKATIVE, **(environment or {})},
        variables=variables(tenant),
        watch=True,
    )
    assert_all_ok(outcome)
    results = [event["result"] for event in outcome.events if event["event"] == "failed"]
    assert len(results) == len(tasks) * (len(WAYS) if hosts == "all" else 1), outcome.complaints
    return outcome, results


def assert_no_leak_in_files(playbook, tenant):
    """Fail where a secret is in a file that stayed."""
    for path in playbook.folder.rglob("*"):
        if path.is_file() and path.name != VARIABLES:
            assert leaks(path.read_text("utf-8", "replace"), list(variables(tenant).values())) == [], path


def test_a_crash_tells_its_place_and_no_secret(playbook, tenant):
    tasks = [{**one, "environment": {"ISC_CRASH_AT": place}} for place, one in CRASHES.items()]
    site = {"PYTHONPATH": str(ROOT / "tests" / "support" / "crashing_site")}
    outcome, results = run(playbook, tenant, tasks, environment=site)
    for result in results:
        assert "(RuntimeError at sitecustomize.py:" in result["msg"], result
        assert "Please report this line at https://github.com/" in result["msg"]
    digits = [created["digit_token"] for created in tenant.digit_tokens()]
    assert len(digits) == len(WAYS)
    assert_no_leak(outcome, [*variables(tenant).values(), *digits])
    assert_no_leak_in_files(playbook, tenant)


def test_a_misspelt_option_or_address_is_not_shown(playbook, tenant):
    outcome, results = run(playbook, tenant, MISSPELT)
    told = [result["msg"] for result in results]
    # What is missing is told before what is too much.
    option = [
        text for text in told if "Unsupported parameters" in text or "missing required arguments: password" in text
    ]
    assert len(option) == 6 * len(WAYS), told
    assert sum("base_url contains a user name or password" in text for text in told) == 2 * len(WAYS)
    assert not tenant.counts()
    assert_no_leak(outcome, list(variables(tenant).values()))
    assert_no_leak_in_files(playbook, tenant)


@pytest.mark.parametrize("setting", ["ANSIBLE_KEEP_REMOTE_FILES", "ANSIBLE_DEBUG"])
def test_a_setting_that_reveals_secrets_is_refused(playbook, tenant, setting):
    tasks = [
        task("Set", "isc_password", CHANGE),
        task("Set with async", "isc_password", CHANGE, **ASYNC),
        task("Create", "isc_digit_token", DIGITS),
    ]
    outcome, results = run(playbook, tenant, tasks, hosts="ordinary", environment={setting: "1"})
    assert all(result["msg"].startswith(f"{setting} is on, so Ansible would ") for result in results), results
    assert not tenant.counts()
    assert_no_leak(outcome, list(variables(tenant).values()), events=3)
    assert_no_leak_in_files(playbook, tenant)


@pytest.mark.parametrize("setting", ["ANSIBLE_KEEP_REMOTE_FILES", "ANSIBLE_DEBUG"])
def test_in_process_such_a_setting_reveals_nothing(playbook, tenant, setting):
    tasks = [
        task("Log in", "isc_login", {}),
        task("Set", "isc_password", CHANGE),
        task("Create", "isc_digit_token", DIGITS),
    ]
    outcome = playbook.run(
        play(tasks, hosts="in_process", module_defaults=connected(tenant)),
        "-vvvvvv",
        environment={**TALKATIVE, setting: "1"},
        variables=variables(tenant),
        watch=True,
    )
    assert_all_ok(outcome)
    digits = [created["digit_token"] for created in tenant.digit_tokens()]
    assert len(digits) == 1
    assert_no_leak(outcome, [*variables(tenant).values(), *digits], events=3)
    assert_no_leak_in_files(playbook, tenant)
