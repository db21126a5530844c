# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rotations that did not come to their end, how they are finished, and what the options of a rotation do."""

from __future__ import annotations

from functional.accounts import (
    NEW,
    OLD,
    changed,
    current,
    failed_hosts,
    mistake,
    pending,
    reported,
    verdict,
)
from functional.playbook import assert_all_ok
from functional.test_role import SOURCE, arrived, result_of

BOTH = 'The store keeps both, as "pending" and "current".'
GIVEN = "Given-and-other-33"
UNKNOWN_REQUEST = "0123456789abcdef0123456789abcdef"


def test_a_lost_answer_is_finished_by_the_next_run(accounts, wide_tenant):
    these = accounts(resend={}, stop={"rotate_password_on_unknown": "fail"})
    for host in these.hosts:
        these.write(host, current=current())
    wide_tenant.fault("set", "lost_after", times=2)
    lost = these.rotate()
    assert failed_hosts(lost) == set(these.hosts)
    kept = {host: these.read(host) for host in these.hosts}
    for host, record in kept.items():
        assert BOTH in verdict(lost, host)
        assert ("Run this again" in verdict(lost, host)) == (host == "resend")
        assert (record.current.password, record.pending.request_id) == (OLD, None)
        assert these.held(host) == record.pending.password
    contents = these.contents()

    again = these.rotate()
    assert failed_hosts(again) == {"stop"}
    assert these.sets() == 3
    assert "rotate_password_on_unknown is fail, so it isn't sent again." in mistake(again, "stop")
    assert "It is not known" in verdict(again, "stop")
    assert these.contents()[these.file("stop").name] == contents[these.file("stop").name]
    assert changed(again, "resend") is True
    record = these.read("resend")
    assert record.current.password == these.held("resend") == kept["resend"].pending.password
    assert (record.previous.password, record.pending) == (OLD, None)


def test_what_a_history_hides_is_settled_by_the_user(accounts, wide_tenant):
    these = accounts(holds={}, holds_not={})
    these.keep_history(True)
    for host in these.hosts:
        # An earlier run has set it, and was killed before it knew.
        these.set(host, NEW)
        these.write(host, current=current(), pending=pending())
    unknown = these.rotate()
    assert failed_hosts(unknown) == set(these.hosts)
    for host in these.hosts:
        assert BOTH in verdict(unknown, host)
        record = these.read(host)
        assert (record.current.password, record.pending.password, record.pending.outcome_unknown) == (OLD, NEW, True)
    sets = these.sets()
    settling = {"holds": {"rotate_password_settle_pending": "commit"}}
    settling["holds_not"] = {"rotate_password_settle_pending": "discard"}
    contents = these.contents()
    rehearsed = these.rotate("--check", **settling)
    assert these.contents() == contents
    settled = these.rotate(**settling)
    for outcome in (rehearsed, settled):
        assert_all_ok(outcome)
        assert (changed(outcome, "holds"), changed(outcome, "holds_not")) == (True, False)
        assert reported(outcome, "holds_not").endswith("the pending password was discarded")
    assert these.sets() == sets
    holds, holds_not = these.read("holds"), these.read("holds_not")
    assert (holds.current.password, holds.previous.password, holds.pending) == (NEW, OLD, None)
    assert (holds_not.current.password, holds_not.previous, holds_not.pending) == (OLD, None, None)
    assert result_of(settled, "holds")["rotated_at"]


def test_a_request_that_is_known_is_waited_for_and_not_sent_again(accounts, wide_tenant):
    timeout, patient = {"rotate_password_wait_timeout": 1}, {"rotate_password_wait": False}
    these = accounts(timeout=timeout, not_waited=patient, given=timeout, forgotten={}, failing={})
    for host in ("timeout", "given"):
        these.write(host, current=current())
        these.outcome(host, outcome="finish", change_seconds=8)
    these.write("forgotten", current=current(), pending=pending(UNKNOWN_REQUEST))
    these.write("failing", current=current())
    these.outcome("failing", outcome="fail", errors=["No."])
    first = these.rotate()
    assert failed_hosts(first) == {"timeout", "given", "failing"}
    for host in ("timeout", "given"):
        assert BOTH in verdict(first, host)
        assert these.read(host).pending.request_id
    assert changed(first, "not_waited") is True
    assert result_of(first, "not_waited")["state"] == "IN_PROGRESS"
    assert these.read("not_waited").pending.request_id == result_of(first, "not_waited")["request_id"]
    assert these.read("forgotten").current.password == these.held("forgotten") == NEW
    assert "ISC reported FAILED. The store keeps the current password" in verdict(first, "failing")
    assert (these.read("failing").current.password, these.read("failing").pending) == (OLD, None)
    assert these.read("failing").discarded[0].password not in (OLD, NEW)
    assert these.sets() == 5

    kept = {host: these.read(host).pending.password for host in ("timeout", "given", "not_waited")}
    longer = {"rotate_password_wait_timeout": 60}
    young = {"rotate_password_max_age": "1h"}
    value = {"rotate_password_value": GIVEN}
    second = these.rotate(
        timeout=longer, given={**longer, **value}, not_waited={"rotate_password_wait": True}, forgotten=young
    )
    assert_all_ok(second)
    # Only the given password and that of the host whose change had failed were sent.
    assert these.sets() == 7
    for host in ("timeout", "not_waited"):
        assert changed(second, host) is True
        assert these.read(host).current.password == these.held(host) == kept[host]
    record = these.read("given")
    assert (record.current.password, record.previous.password) == (GIVEN, kept["given"])
    assert wide_tenant.password(SOURCE, these.account("given").account_id)["history"][-2:] == [kept["given"], GIVEN]


def test_a_password_that_a_part_of_a_sync_group_holds_is_kept(accounts, wide_tenant):
    these = accounts(svc={"rotate_password_user_name": "svc-payroll"})
    wide_tenant.outcome("fail", user_name="svc-payroll", partial_sources=["Payroll Database"])
    outcome = these.rotate()
    assert failed_hosts(outcome) == {"svc"}
    assert 'among "discarded" the one that failed' in verdict(outcome, "svc")
    names = {"user_name": "svc-payroll", "account_id": "CN=svc-payroll,OU=Service Accounts,DC=acme,DC=com"}
    account = these.account("svc")._replace(**names)
    these.account = lambda host: account
    record = these.read("svc")
    assert (record.current, record.pending) == (None, None)
    assert record.discarded[0].password == arrived(wide_tenant, "SVC_PAYROLL", "Payroll Database")
    assert_all_ok(these.rotate())
    assert these.read("svc").discarded == ()


def test_length_specials_and_discard_are_obeyed(accounts, wide_tenant):
    nowhere = {"rotate_password_store": "none", "rotate_password_discard": True}
    these = accounts(
        length={"rotate_password_length": 40},
        specials={"rotate_password_specials": "~", "rotate_password_length": 60},
        no_specials={"rotate_password_specials": "", "rotate_password_length": 60},
        scrambled={**nowhere, "rotate_password_length": 31},
    )
    assert_all_ok(these.rotate())
    made = {host: these.held(host) for host in these.hosts}
    assert {host: len(password) for host, password in made.items()} == {
        "length": 40,
        "specials": 60,
        "no_specials": 60,
        "scrambled": 31,
    }
    assert made["no_specials"].isalnum()
    assert {character for character in made["specials"] if not character.isalnum()} == {"~"}
    assert not made["length"].isalnum()
    assert sorted(these.contents()) == sorted(these.file(host).name for host in ("length", "specials", "no_specials"))
