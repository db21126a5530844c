# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The store of files, and stores of the user's own: what they keep, and that a second run changes nothing."""

from __future__ import annotations

import json
import stat

from functional.accounts import (
    NEW,
    OLD,
    changed,
    current,
    failed_hosts,
    pending,
    reported,
)
from functional.playbook import assert_all_ok
from functional.test_role import in_role, result_of

UNKNOWN_REQUEST = "0123456789abcdef0123456789abcdef"
# What looks like a template, a comment or an escape, in four kinds of quotes.
ODD = "a{{ 1 + 1 }}B{% raw %}'\"\\x {# c #} $HOME `id` %s"


def test_a_second_run_changes_only_what_it_was_asked_to(accounts, wide_tenant):
    given = {"rotate_password_value": OLD}
    when_changed = {"rotate_password_update_password": "when_changed"}
    these = accounts(young={}, generated={}, always={}, same=given, other=given, limited=given)
    first = these.rotate()
    assert_all_ok(first)
    assert these.sets() == 6
    kept = {host: these.read(host) for host in these.hosts}
    for host, record in kept.items():
        assert these.held(host) == record.current.password
        assert (record.pending, record.previous, record.discarded) == (None, None, ())
        assert record.current.request_id == result_of(first, host)["request_id"]
        assert stat.S_IMODE(these.file(host).stat().st_mode) == 0o600
        assert reported(first, host).endswith(f"set for {these.account(host).account_id}")
    assert stat.S_IMODE(these.store.stat().st_mode) == 0o700
    assert kept["same"].current.password == OLD
    assert len({record.current.password for record in kept.values()}) == 4
    assert len(kept["young"].current.password) == 24

    again = {
        "young": {"rotate_password_max_age": "1h"},
        "generated": when_changed,
        "same": when_changed,
        "other": {**when_changed, "rotate_password_value": NEW},
        "limited": {"rotate_password_max_age": "1h", "rotate_password_value": NEW},
    }
    expected = {"young": False, "generated": False, "always": True, "same": False, "other": True, "limited": False}
    contents = these.contents()
    rehearsed = these.rotate("--check", **again)
    assert_all_ok(rehearsed)
    assert (these.sets(), these.contents()) == (6, contents)
    second = these.rotate(**again)
    assert_all_ok(second)
    assert these.sets() == 8
    for outcome in (rehearsed, second):
        assert {host: changed(outcome, host) for host in these.hosts} == expected
    for host, is_changed in expected.items():
        assert (these.contents()[these.file(host).name] != contents[these.file(host).name]) == is_changed
        assert (these.read(host).previous == kept[host].current) == is_changed
        assert these.held(host) == these.read(host).current.password
    unchanged = result_of(second, "young")
    assert unchanged["request_id"] == kept["young"].current.request_id
    assert (unchanged["state"], unchanged["source_ids"]) == ("FINISHED", [])
    assert unchanged["rotated_at"] == result_of(first, "young")["rotated_at"]
    assert reported(second, "young").endswith("unchanged, the password is younger than rotate_password_max_age")
    assert these.held("other") == NEW


STATES = {
    "nothing": {},
    "due": {"current": current(), "after_change_due": True},
    "old": {"current": current()},
    "young": {"current": current(age=10)},
    "unsent": {"current": current(), "pending": pending()},
    "unsure": {"current": current(), "pending": pending(outcome_unknown=True)},
    "known_finished": {"current": current()},
    "known_in_progress": {"current": current()},
    "known_failed": {"current": current()},
    "known_forgotten": {"current": current(), "pending": pending(UNKNOWN_REQUEST)},
    "first_unsent": {"pending": pending()},
    "failing": {"current": current()},
}
EXPECTED = {
    **dict.fromkeys(STATES, True),
    # There is no hook, so that none is due.
    "due": True,
    "young": False,
    "known_failed": "failed",
}


def test_check_mode_predicts_what_the_real_run_does_in_each_state(accounts, wide_tenant):
    these = accounts(**{host: {"rotate_password_max_age": "900s"} for host in STATES})

    def prepare(in_progress):
        for host, state in STATES.items():
            these.write(host, **state)
        for host, wish in [
            ("known_finished", {"outcome": "finish", "change_seconds": 0}),
            ("known_failed", {"outcome": "fail", "errors": ["No."]}),
            ("known_in_progress", in_progress),
        ]:
            request = these.set(host, NEW, wait=host == "known_finished", **wish)
            these.write(host, current=current(), pending=pending(request))

    prepare({"outcome": "never"})
    before, sets = these.contents(), these.sets()
    rehearsed = these.rotate("--check")
    assert (these.contents(), these.sets()) == (before, sets)
    assert {host: changed(rehearsed, host) for host in STATES} == EXPECTED

    prepare({"outcome": "finish", "change_seconds": 2})
    sets = these.sets()
    real = these.rotate()
    assert {host: changed(real, host) for host in STATES} == EXPECTED
    assert (rehearsed.rc, failed_hosts(rehearsed)) == (real.rc, failed_hosts(real))
    # Sent were: nothing, due, old, unsent, unsure, known_forgotten, first_unsent and failing.
    assert these.sets() - sets == 8
    for host in ("unsent", "unsure", "known_finished", "known_in_progress", "known_forgotten", "first_unsent"):
        assert these.read(host).current.password == these.held(host) == NEW
        assert (these.read(host).previous is None) == (host == "first_unsent")
    for host in ("known_failed", "young"):
        record = these.read(host)
        assert (record.current.password, record.pending, record.after_change_due) == (OLD, None, False)
    assert in_role(real, "Read the status of the request", "known_finished")["state"] == "FINISHED"


def test_a_password_that_looks_like_a_template_arrives_as_it_is(accounts, wide_tenant):
    these = accounts(odd={"rotate_password_update_password": "when_changed"})
    before = "- ansible.builtin.copy:\n    content: '{{ rotate_password_new_value }}'\n    dest: '{{ seen }}'\n"
    hook = these.playbook.folder / "hook.yml"
    hook.write_text(before + "    mode: '0600'\n  no_log: true\n", "utf-8")
    seen = these.playbook.folder / "seen"
    files = {"odd.yml": f"rotate_password_value: !unsafe {json.dumps(ODD)}\nrotate_password_before_change: {hook}\n"}
    arguments = ("-e", "@odd.yml", "-e", f"seen={seen}")
    outcome = these.rotate(*arguments, how={"files": files})
    assert_all_ok(outcome)
    assert these.held("odd") == these.read("odd").current.password == ODD
    assert seen.read_text("utf-8") == ODD
    again = these.rotate(*arguments, how={"files": files})
    assert changed(again, "odd") is False
    assert these.sets() == 1


NOTE = """\
- name: Note the call
  ansible.builtin.set_fact:
    calls: "{{ calls | default([]) + [[CALL, rotate_password_account, pending.request_id | default(none, true),
            rotate_password_record | dict2items | selectattr('value') | map(attribute='key') | sort]] }}"
  vars:
    pending: "{{ rotate_password_record.pending | default({}, true) }}"
"""
LOAD = """\
- name: Read the file
  ansible.builtin.set_fact:
    rotate_password_record: "{{ lookup('ansible.builtin.file', kept) | from_json }}"
  when: kept is exists
  no_log: true
"""
WRITE = """\
- name: Write the file
  ansible.builtin.copy:
    content: "{{ rotate_password_record | to_json }}"
    dest: "{{ kept }}"
    mode: "0600"
  no_log: true
"""
ALWAYS_THERE = ["account", "format"]


def test_a_store_of_ones_own_is_called_in_order_with_the_record_and_the_account(accounts, wide_tenant, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    for call in ("load", "stage", "commit", "discard"):
        tasks = (LOAD if call == "load" else WRITE) + NOTE.replace("CALL", f"'{call}'")
        (own / f"{call}.yml").write_text(tasks, "utf-8")
    these = accounts(absolute={}, relative={})
    for host in these.hosts:
        these.hosts[host] = {
            "rotate_password_store": "../own" if host == "relative" else str(own),
            "rotate_password_store_key": "",
            "rotate_password_store_dir": "",
            "kept": str(tmp_path / f"{host}.json"),
        }

    def calls(outcome, host):
        noted = [event for event in outcome.events if event["task"].endswith("Note the call") and event["host"] == host]
        made = noted[-1]["result"]["ansible_facts"]["calls"]
        named = these.account(host)._asdict()
        for call in made:
            assert {name: call[1][name] for name in named} == named
            assert call[1]["identity_id"]
        return [[one[0], one[2], [part for part in one[3] if part not in ALWAYS_THERE]] for one in made]

    first = these.rotate()
    assert_all_ok(first)
    for host in these.hosts:
        record = json.loads((tmp_path / f"{host}.json").read_text("utf-8"))
        assert record["current"]["password"] == these.held(host)
        assert calls(first, host) == [
            ["load", None, []],
            ["stage", None, ["pending"]],
            ["stage", result_of(first, host)["request_id"], ["pending"]],
            ["commit", None, ["current"]],
        ]
    these.outcome("absolute", outcome="fail")
    second = these.rotate(relative={"rotate_password_max_age": "30d"})
    assert failed_hosts(second) == {"absolute"}
    assert changed(second, "relative") is False
    assert calls(second, "relative") == [["load", None, ["current"]]]
    assert [call[0] for call in calls(second, "absolute")] == ["load", "stage", "stage", "discard"]
    assert calls(second, "absolute")[-1] == ["discard", None, ["current", "discarded"]]
    for host in these.hosts:
        record = json.loads((tmp_path / f"{host}.json").read_text("utf-8"))
        assert (record["current"]["password"], record["pending"]) == (these.held(host), None)
