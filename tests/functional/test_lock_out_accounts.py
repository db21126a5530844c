# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook lock_out_accounts: passwords that nobody knows for all, and digit tokens for some."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from functional.batches import Batch, ended, given, stored
from functional.playbook import ROOT, assert_all_ok
from functional.test_leaks import assert_no_leak

DELIVER = """
- name: Hand it over
  ansible.builtin.copy:
    content: "{{ lock_out_accounts_result.digit_token }} {{ lock_out_accounts_result.expires_at }}"
    dest: "{{ inbox }}/{{ inventory_hostname }}.token"
    mode: "0600"
  delegate_to: localhost
  connection: local
  become: false
"""


@pytest.fixture
def lock_out(accounts, tmp_path):
    """Return a batch that the playbook locks out, whatever the hosts' own variables say of their passwords."""
    deliver = tmp_path / "deliver.yml"
    deliver.write_text(DELIVER, "utf-8")
    return Batch(
        accounts(a=given("a"), b=stored(tmp_path), c={}, d={}),
        "lock_out_accounts",
        lock_out_accounts_hosts="all",
        lock_out_accounts_deliver_tasks=str(deliver),
        lock_out_accounts_length=12,
        lock_out_accounts_duration_minutes=7,
        inbox=str(tmp_path),
    )


def as_extra(**variables: Any) -> tuple[str, str]:
    """Return the arguments that set what the whole play needs."""
    return "-e", yaml.safe_dump(variables, default_flow_style=True, width=10000).strip()


def tokens(folder: Any) -> dict[str, list[str]]:
    """Return what was handed over, by host."""
    return {path.stem: path.read_text("utf-8").split() for path in folder.glob("*.token")}


def test_all_are_locked_out_and_those_listed_get_a_token_by_the_users_tasks(lock_out, tmp_path):
    these, tenant = lock_out.these, lock_out.tenant
    # Its password is not set, so it must not get in.
    these.outcome("c", outcome="fail", errors=["The source is down."])
    listed = as_extra(lock_out_accounts_hosts="all", lock_out_accounts_digit_tokens=["a", "c", "d"])

    rehearsed = lock_out.run(*listed, "--check")
    assert_all_ok(rehearsed)
    assert ended(rehearsed) == dict.fromkeys(these.hosts, "changed")
    assert (tenant.digit_tokens(), tokens(tmp_path), these.sets()) == ([], {}, 0)
    assert not any(event["task"] == "Hand it over" and event["event"] == "ok" for event in rehearsed.events)

    outcome = lock_out.run(*listed, "-vvv")
    assert outcome.rc == 2
    assert ended(outcome) == {"a": "changed", "b": "changed", "c": "failed", "d": "changed"}
    held = {host: these.held(host) for host in these.hosts}
    assert held["c"] is None
    assert len({held[host] for host in "abd"}) == 3
    assert given("a")["rotate_password_value"] not in held.values()
    assert these.contents() == {}
    created = {each["user_id"]: each for each in tenant.digit_tokens()}
    assert set(created) == {these.account(host).user_name for host in "ad"}
    handed_over = tokens(tmp_path)
    assert {host: digits for host, (digits, expires_at) in handed_over.items()} == {
        host: created[these.account(host).user_name]["digit_token"] for host in "ad"
    }
    assert all(expires_at.endswith("Z") for digits, expires_at in handed_over.values())
    assert {(each["length"], each["duration_minutes"]) for each in created.values()} == {(12, 7)}
    secrets = [each["digit_token"] for each in created.values()]
    assert_no_leak(outcome, [*filter(None, held.values()), *secrets])


@pytest.mark.parametrize(
    ("given_variables", "message"),
    [
        ({"lock_out_accounts_hosts": ""}, "lock_out_accounts_hosts_is_not_set"),
        (
            {"lock_out_accounts_hosts": "a:b", "lock_out_accounts_digit_tokens": ["a", "c"]},
            "lock_out_accounts_digit_tokens names c, not among lock_out_accounts_hosts. Nothing was changed.",
        ),
        (
            {
                "lock_out_accounts_hosts": "all",
                "lock_out_accounts_digit_tokens": ["a"],
                "lock_out_accounts_deliver_tasks": "/nowhere.yml",
            },
            "names /nowhere.yml, which is no file. Set it to a file of tasks that hand a token over. Nothing was",
        ),
        (
            {
                "lock_out_accounts_hosts": "all",
                "lock_out_accounts_digit_tokens": ["a"],
                "lock_out_accounts_deliver_tasks": "",
            },
            "lock_out_accounts_deliver_tasks is not set.",
        ),
    ],
)
def test_what_was_not_meant_locks_nobody_out(lock_out, given_variables, message):
    outcome = lock_out.run(*as_extra(**given_variables))
    assert message in " ".join(outcome.output.split())
    assert (outcome.rc == 2) is bool(given_variables["lock_out_accounts_hosts"])
    assert lock_out.tenant.requests() == []


@pytest.mark.parametrize("name", ["rotate_accounts", "lock_out_accounts"])
def test_every_variable_is_described_where_the_playbook_begins(name):
    head, body = (ROOT / "playbooks" / f"{name}.yml").read_text("utf-8").split("\n- name:", maxsplit=1)
    used = {word.strip(".,'\"") for word in body.replace("(", " ").split() if word.startswith(f"{name}_")}
    assert used
    assert all(variable in head for variable in used if variable.isidentifier())
