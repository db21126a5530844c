# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook lock_out_accounts: an unknown password for every host, and digit tokens for some."""

from __future__ import annotations

from typing import Any

import pytest
from support.batches import Batch, as_extra, given, stats_of
from support.leak_search import assert_no_leak, leaks
from support.playbook import assert_all_ok, play
from support.role_plays import stored

DELIVER = """
- name: Hand it over
  ansible.legacy.write_text:
    content: "{{ lock_out_accounts_result.digit_token }} {{ lock_out_accounts_result.expires_at }}"
    dest: "{{ inbox }}/{{ inventory_hostname }}.token"
  delegate_to: localhost
  connection: local
  become: false
"""


@pytest.fixture
def lock_out(accounts, tmp_path):
    """Return a batch that the playbook locks out, whatever password options the hosts have."""
    deliver = tmp_path / "deliver.yml"
    deliver.write_text(DELIVER, "utf-8")
    return Batch(
        accounts(a=given("a"), b=stored(tmp_path / "store"), c={}, d={}),
        "lock_out_accounts",
        lock_out_accounts_hosts="all",
        lock_out_accounts_deliver_tasks=str(deliver),
        lock_out_accounts_length=12,
        lock_out_accounts_duration_minutes=7,
        inbox=str(tmp_path),
    )


def tokens(folder: Any) -> dict[str, list[str]]:
    """Return the delivered tokens by host."""
    return {path.stem: path.read_text("utf-8").split() for path in folder.glob("*.token")}


def test_all_are_locked_out_and_those_listed_get_a_token_by_the_users_tasks(lock_out, tmp_path):
    group, tenant = lock_out.these, lock_out.tenant
    # Its password can't be set, so it must not get a token.
    group.outcome("c", outcome="fail", errors=["The source is down."])
    listed = as_extra(lock_out_accounts_hosts="all", lock_out_accounts_digit_tokens=["a", "c", "d"])

    rehearsed = lock_out.run(*listed, "--check")
    assert_all_ok(rehearsed)
    assert rehearsed.ended == dict.fromkeys(group.hosts, "changed")
    assert (tenant.digit_tokens(), tokens(tmp_path), group.sets()) == ([], {}, 0)
    assert not any(event["task"] == "Hand it over" and event["event"] == "ok" for event in rehearsed.events)

    keep = play(
        [{"name": "Keep", "keep_variables": {"dest": f"{tmp_path}/left"}}], vars={"ansible_connection": "local"}
    )
    outcome = lock_out.run(*listed, "-vvv", how={"plays": [*lock_out.plays(), *keep]})
    assert outcome.rc == 2
    assert outcome.ended == {"a": "changed", "b": "changed", "c": "failed", "d": "changed"}
    assert (stats_of(outcome)["failed_hosts"], stats_of(outcome)["totals"]["finished"]) == (["c"], 3)
    held = {host: group.held(host) for host in group.hosts}
    assert held["c"] is None
    assert len({held[host] for host in "abd"}) == 3
    assert given("a")["rotate_password_value"] not in held.values()
    assert group.contents() == {}
    created = {each["user_id"]: each for each in tenant.digit_tokens()}
    assert set(created) == {group.account(host).user_name for host in "ad"}
    handed_over = tokens(tmp_path)
    assert {host: digits for host, (digits, expires_at) in handed_over.items()} == {
        host: created[group.account(host).user_name]["digit_token"] for host in "ad"
    }
    assert all(expires_at.endswith("Z") for digits, expires_at in handed_over.values())
    assert {(each["length"], each["duration_minutes"]) for each in created.values()} == {(12, 7)}
    secrets = [each["digit_token"] for each in created.values()]
    assert_no_leak(outcome, [*filter(None, held.values()), *secrets])
    left = (tmp_path / "left").read_text("utf-8")
    assert "lock_out_accounts_result" in left
    assert leaks(left, [*filter(None, held.values()), *secrets]) == []
    in_stats = outcome.stats["lock_out_accounts_stats"]["digit_tokens"]
    assert in_stats == {host: expires_at for host, (digits, expires_at) in handed_over.items()}


def test_a_token_for_another_host_is_refused_before_anybody_is_locked_out(lock_out):
    outcome = lock_out.run(*as_extra(lock_out_accounts_hosts="a:b", lock_out_accounts_digit_tokens=["c"]))
    assert outcome.rc == 2
    assert "lock_out_accounts_digit_tokens names c, not among the hosts" in outcome.words
    assert "Nothing was created or changed." in outcome.words
    assert lock_out.tenant.requests() == []
