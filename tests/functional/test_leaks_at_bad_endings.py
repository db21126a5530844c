# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret is shown or left behind when a module crashes, when an option is misspelt, or with revealing settings."""

from __future__ import annotations

from support.leak_search import assert_no_leak, leaks
from support.modules import NAMES
from support.planted_secrets import connected, variables
from support.playbook import ROOT, VARIABLES, WAYS, assert_all_ok, play, task

CHANGE = {**NAMES, "password": "{{ password }}", "wait_sleep": 0.1}
DIGITS = {"user_id": "Abby.Smith", "length": 18}
ASYNC = {"async": 60, "poll": 1}

# Settings that make Ansible more verbose.
TALKATIVE = {"ANSIBLE_DISPLAY_TRACEBACK": "always", "ANSIBLE_DISPLAY_ARGS_TO_STDOUT": "1"}

# Places with a secret: the text that is sent or received, and its task.
CRASHES = {
    "client_secret=": task("Send the client secret", "isc_login", {}),
    "access_token": task("Receive an access token", "isc_login", {}),
    "Authorization: Bearer": task("Send an access token", "isc_password_info", NAMES),
    "encryptedPassword": task("Send an encrypted password", "isc_password", CHANGE),
    "digitToken": task("Receive a digit token", "isc_digit_token", DIGITS),
    "scrypt": task("Make a receipt", "isc_password", {**CHANGE, "receipt": {}, "update_password": "when_changed"}),
}

MISSPELT = [
    task("Password", "isc_password", {**NAMES, "passwrod": "{{ password }}"}),
    task("Second password", "isc_password", {**CHANGE, "new_password": "{{ other_password }}"}),
    task("Secret", "isc_login", {"client_secert": "{{ wrong_secret }}"}),
    task("Token", "isc_password_change_info", {"request_id": "a", "acess_token": "{{ opaque_token }}"}),
    task("Nested password", "isc_password_batch", {"accounts": [{**NAMES, "passwrod": "{{ password }}"}]}),
    task("Async password", "isc_password", {**NAMES, "passwrod": "{{ password }}"}, **ASYNC),
    task("Address", "isc_password", {**CHANGE, "base_url": "https://me:{{ wrong_secret | urlencode }}@localhost"}),
    task("Async address", "isc_password", {**CHANGE, "base_url": "https://me:{{ opaque_token }}@localhost"}, **ASYNC),
]


def run(playbook, tenant, tasks, environment, **keywords):
    """Run tasks, which may fail, in each way, check that no secret is left anywhere, and return the outcome.

    :param tasks: the tasks for each way.
    :param keywords: keywords of all tasks.
    """
    plays = [
        one
        for way, way_tasks in tasks.items()
        for one in play([{**each, **keywords} for each in way_tasks], hosts=way, module_defaults=connected(tenant))
    ]
    environment = {**TALKATIVE, **environment}
    outcome = playbook.run(plays, "-vvvvvv", "--diff", environment=environment, variables=variables(tenant), watch=True)
    assert_all_ok(outcome)
    secrets = [*variables(tenant).values(), *(created["digit_token"] for created in tenant.digit_tokens())]
    assert_no_leak(outcome, secrets)
    for path in playbook.folder.rglob("*"):
        if path.is_file() and path.name != VARIABLES:
            assert leaks(path.read_text("utf-8", "replace"), secrets) == [], path
    return outcome


def messages(outcome, tasks):
    """Return the messages of the failed tasks, all of which failed in each way."""
    names = {one["name"] for one in tasks}
    failed = [event for event in outcome.events if event["event"] == "failed" and event["task"] in names]
    assert [event["task"] for event in failed] == [one["name"] for one in tasks] * 2, outcome.complaints
    return [event["result"]["msg"] for event in failed]


def test_neither_a_crash_nor_a_misspelt_option_or_address_shows_a_secret(playbook, tenant):
    crashing = [{**one, "environment": {"ISC_CRASH_AT": place}} for place, one in CRASHES.items()]
    # One crash suffices for ordinary modules, which treat all alike.
    tasks = {"in_process": [*crashing, *MISSPELT], "ordinary": [*crashing[:1], *MISSPELT]}
    site = {"PYTHONPATH": str(ROOT / "tests" / "support" / "crashing_site")}
    outcome = run(playbook, tenant, tasks, site, ignore_errors=True)

    crashed = [event["result"]["msg"] for event in outcome.events if event["task"] in {one["name"] for one in crashing}]
    assert len(crashed) == len(CRASHES) + 1
    for message in crashed:
        assert "(RuntimeError at sitecustomize.py:" in message
        assert "Please report this line at https://github.com/" in message
    assert len(tenant.digit_tokens()) == 1

    texts = messages(outcome, MISSPELT)
    # A missing option is reported before an unknown one.
    option = [
        text for text in texts if "Unsupported parameters" in text or "missing required arguments: password" in text
    ]
    assert len(option) == 6 * len(WAYS), texts
    assert sum("base_url contains a user name or password" in text for text in texts) == 2 * len(WAYS)
    # All requests come from the crashed tasks.
    assert sum(entry["status"] == 200 for entry in tenant.requests("login")) == 4
    assert tenant.counts().keys() == {"login", "query", "set", "digit_token"}


def test_a_setting_that_reveals_secrets_is_refused_and_in_process_it_reveals_nothing(playbook, tenant):
    settings = {"ANSIBLE_DEBUG": "1", "ANSIBLE_KEEP_REMOTE_FILES": "1"}
    change = task("Set", "isc_password", CHANGE)
    tasks = {
        "in_process": [task("Log in", "isc_login", {}), change, task("Create", "isc_digit_token", DIGITS)],
        # A unit test covers which settings are refused.
        "ordinary": [{**change, "ignore_errors": True}],
    }
    outcome = run(playbook, tenant, tasks, settings)
    assert "is on, so Ansible would " in outcome.result("Set", "ordinary")["msg"]
    assert len(tenant.digit_tokens()) == tenant.counts()["set"] == 1
