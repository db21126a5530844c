# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Passwords that could be changed on the way arrive exactly, or are refused with a message."""

from __future__ import annotations

import json
import string
from typing import Any

import pytest
import yaml
from support.playbook import WAYS, Outcome, assert_all_ok, defaults, play, task
from support.role_plays import SOURCE, connection, rotation

ARRIVING = {
    "every printable character": "".join(sorted(set(string.printable) - set(string.whitespace) - {":"})) + " ",
    "blanks around it": "  Two  blanks 1  ",
    "a leading dash": "-rf --password=x",
    "a template": "{{ 6 * 7 }}{% raw %}{# x #}",
    "a lookup": "{{ lookup('ansible.builtin.pipe', 'touch canary') }}",
    "quotes and backslashes": "'\"`$(touch canary)`\\n\\\\\\'",
    "a list": "[1, 'Aa']",
    "a number": "0012345",
    "a form": "%41+%20&amp;=;#",
}
REFUSED = {
    "a colon": ("Aa1:Aa1:Aa1", "a colon"),
    "outside ASCII": ("Aa1-\u00e9\u4e2d\U0001f511", "not printable ASCII"),
    "a line break": ("Aa1-\nBb2-", "a line break or another control character"),
    "NUL": ("Aa1-\0Bb2-", "a line break or another control character"),
    "only blanks": ("   ", "password is empty."),
    "too long": ("Aa1-" * 62, "takes at most 245"),
}
NUMBER = {"user_name": "user00050", "source_name": SOURCE, "password": 12345678}
PASSWORDS = {**ARRIVING, **{name: password for name, (password, _sentence) in REFUSED.items()}}


class Verbatim(str):
    """A text that Ansible never templates. ansible-core 2.19 reads it as a number if it looks like one."""


yaml.SafeDumper.add_representer(Verbatim, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text), style='"'))


@pytest.fixture
def free_tenant(wide_tenant):
    """A tenant without a policy, so that only ISC's own rules apply."""
    wide_tenant.settings(policies={SOURCE: []})
    return wide_tenant


def user(way: str, number: int) -> str:
    """Return a user of the tenant. Each way has its own users."""
    return f"user{list(WAYS).index(way) * 25 + number + 1:05d}"


def history(tenant: Any, user_name: str) -> list[str]:
    """Return the passwords of a user in order."""
    known = tenant.password(SOURCE, f"CN={user_name},OU=Generated,DC=acme,DC=com")
    return [] if known is None else known["history"]


def assert_arrived_or_refused(outcome: Outcome, results: list[dict[str, Any]], names: list[str]) -> None:
    """Check the results of passwords in the order of their *names*."""
    assert len(results) == len(names)
    for name, result in zip(names, results):
        if name in ARRIVING:
            assert (result.get("state"), result["changed"]) == ("FINISHED", True), (name, result.get("msg"))
        else:
            assert REFUSED[name][1] in result["msg"], name
            assert result["msg"].isprintable()
    for text in (outcome.output, outcome.log, outcome.event_text):
        assert not any(json.dumps(password)[1:-1] in text for password in PASSWORDS.values() if len(password) > 8)


def test_odd_passwords_are_set_exactly_one_by_one_and_in_a_batch(playbook, free_tenant):
    by_way = {way: [user(way, number) for number in range(len(PASSWORDS))] for way in WAYS}
    # Ordinary modules get all passwords in the batch; one alone suffices.
    single = {"in_process": list(PASSWORDS), "ordinary": list(ARRIVING)[:1]}
    # A batch with an account that has no password does nothing at all.
    in_batch = [name for name in PASSWORDS if name != "only blanks"]
    from_file = [
        [
            {"name": name, "user_name": user_name, "source_name": SOURCE, "password": PASSWORDS[name]}
            for name, user_name in zip(PASSWORDS, users)
            if name in in_batch
        ]
        for users in by_way.values()
    ]
    one_by_one = task(
        "Set one by one",
        "isc_password",
        {
            "user_name": "{{ users[inventory_hostname][item] }}",
            "source_name": SOURCE,
            "password": "{{ (lookup('ansible.builtin.file', 'passwords.json') | from_json)[item] | string }}",
            "wait_sleep": 0.1,
        },
        # Results contain the items of the loop, so these are numbers.
        loop="{{ range(numbers[inventory_hostname]) | list }}",
        ignore_errors=True,
    )
    batch = task(
        "Set all",
        "isc_password_batch",
        {
            "accounts": "{{ (lookup('ansible.builtin.file', 'accounts.json') | from_json)[number | int] }}",
            "rate_limit": {"requests": 0},
            "wait_sleep": 0.1,
        },
        vars={"number": "{{ ansible_play_hosts_all.index(inventory_hostname) }}"},
        ignore_errors=True,
    )
    # A number has lost its original text.
    numbers = [
        task("Set a number", "isc_password", NUMBER, ignore_errors=True),
        task("Set all numbers", "isc_password_batch", {"accounts": [NUMBER]}, ignore_errors=True),
    ]
    outcome = playbook.run(
        play([one_by_one, batch, *numbers], module_defaults=defaults(free_tenant)),
        variables={"users": by_way, "numbers": {way: len(names) for way, names in single.items()}},
        files={"accounts.json": json.dumps(from_file), "passwords.json": json.dumps(list(PASSWORDS.values()))},
    )
    assert_all_ok(outcome)
    for way, users in by_way.items():
        assert_arrived_or_refused(outcome, outcome.result("Set one by one", way)["results"], single[way])
        assert_arrived_or_refused(outcome, outcome.result("Set all", way)["results"], in_batch)
        for (name, password), user_name in zip(PASSWORDS.items(), users):
            expected = [password] * (1 + (name in single[way])) if name in ARRIVING else []
            assert history(free_tenant, user_name) == expected, name
        for name, option in (("Set a number", "password"), ("Set all numbers", "accounts[0].password")):
            assert outcome.result(name, way)["msg"].startswith(f"{option} is not text but a number: "), name
    assert history(free_tenant, NUMBER["user_name"]) == []
    assert not list(playbook.folder.rglob("canary"))


def test_odd_passwords_are_set_exactly_by_the_role(playbook, free_tenant):
    names = ("every printable character", "a lookup", "a line break")
    hosts = {
        f"host{number}": {
            "ansible_connection": "local",
            "rotate_password_user_name": user("in_process", number),
            "rotate_password_value": Verbatim(PASSWORDS[name]),
        }
        for number, name in enumerate(names)
    }
    common = {"rotate_password_source_name": SOURCE, "rotate_password_wait_sleep": 0.1, **connection(free_tenant)}
    outcome = playbook.run(rotation(vars=common), "--forks", "3", inventory=hosts)
    assert outcome.rc == 2, outcome.complaints
    for number, name in enumerate(names):
        expected = [PASSWORDS[name]] if name in ARRIVING else []
        assert history(free_tenant, user("in_process", number)) == expected, name
        failures = outcome.failures(f"host{number}")
        assert (REFUSED[name][1] in failures[-1]) if name in REFUSED else not failures
    assert not list(playbook.folder.rglob("canary"))
