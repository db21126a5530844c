# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role's rotate_password_sync_group, for one account and for several hosts."""

from __future__ import annotations

from support.accounts import failed_hosts
from support.playbook import assert_all_ok
from support.role_plays import operations, result_of, verdict

PAYROLL = "Payroll Database"
ON_HR = {"rotate_password_source_name": "HR Database", "rotate_password_user_name": "Abby.Smith"}


OPTION = "rotate_password_sync_group"


def test_hosts_are_warned_or_refused_before_anything_is_staged(accounts):
    these = accounts(
        refused={OPTION: "refuse"},
        alone={OPTION: "refuse", **ON_HR},
        asked={OPTION: ""},
        warned={OPTION: "warn"},
        ignored={OPTION: "ignore"},
    )
    # Check mode shows the group, and nothing else looks it up but what asks for it.
    predicted = these.rotate("--check", "--limit", "asked:ignored")
    assert_all_ok(predicted)
    message = (
        "would be set, also on any account that the identity has on Payroll Database (password sync group Directory "
        "and payroll)"
    )
    assert message in result_of(predicted, "asked")["msg"]
    assert result_of(predicted, "asked")["sync_group"]["name"] == "Directory and payroll"
    assert result_of(predicted, "ignored")["sync_group"] is None
    assert these.tenant.counts()["sync_groups"] == 1

    these.tenant.clear_requests()
    outcome = these.rotate("--limit", "asked:ignored")
    assert_all_ok(outcome)
    assert [result_of(outcome, host)["sync_group"] for host in ("asked", "ignored")] == [None, None]
    assert not {"sync_groups", "sources"} & set(operations(these.tenant))
    assert these.agree("asked")

    sets = these.sets()
    outcome = these.rotate("--limit", "!asked:!ignored")
    assert failed_hosts(outcome) == {"refused"}, outcome.complaints
    told = f"the password also changes on any account that the identity has on {PAYROLL}"
    assert told in verdict(outcome, "refused")
    assert result_of(outcome, "refused")["outcome"] == "refused"
    assert not these.file("refused").exists()
    assert (these.held("refused"), these.sets() - sets) == (None, 2)
    assert outcome.words.count(told) > verdict(outcome, "refused").count(told)
    assert result_of(outcome, "warned")["sync_group"]["sources"][0]["source_name"] == PAYROLL
    assert these.agree("warned")
