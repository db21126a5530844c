# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role's rotate_password_sync_group, for one account and for several hosts."""

from __future__ import annotations

from support.accounts import failed_hosts
from support.playbook import assert_all_ok
from support.role_plays import arrived, operations, result_of, rotate, verdict

PAYROLL = "Payroll Database"
ON_HR = {"rotate_password_source_name": "HR Database", "rotate_password_user_name": "Abby.Smith"}


def test_a_warning_names_the_other_sources(playbook, tenant):
    outcome = rotate(playbook, tenant, rotate_password_sync_group="warn")
    assert_all_ok(outcome)
    assert f"the password also changes on any account that the identity has on {PAYROLL}" in outcome.words
    assert result_of(outcome)["sync_group"]["sources"][0]["source_name"] == PAYROLL
    assert arrived(tenant) is not None


def test_check_mode_shows_the_group_and_nothing_else_looks_it_up(playbook, tenant):
    predicted = rotate(playbook, tenant, "--check")
    assert_all_ok(predicted)
    assert (
        "would be set, also on any account that the identity has on Payroll Database (password sync group Directory "
        "and payroll)" in predicted.words
    )
    assert result_of(predicted)["sync_group"]["name"] == "Directory and payroll"
    tenant.clear_requests()
    real = rotate(playbook, tenant)
    assert result_of(real)["sync_group"] is None
    assert not {"sync_groups", "sources"} & set(operations(tenant))
    tenant.clear_requests()
    ignored = rotate(playbook, tenant, "--check", rotate_password_sync_group="ignore")
    assert result_of(ignored)["sync_group"] is None
    assert not {"sync_groups", "sources"} & set(operations(tenant))


def test_hosts_are_refused_before_anything_is_staged(accounts):
    these = accounts(
        refused={"rotate_password_sync_group": "refuse"},
        alone={"rotate_password_sync_group": "refuse", **ON_HR},
        asked={"rotate_password_sync_group": ""},
    )
    outcome = these.rotate()
    assert failed_hosts(outcome) == {"refused"}, outcome.complaints
    assert f"the password also changes on any account that the identity has on {PAYROLL}" in verdict(outcome, "refused")
    assert result_of(outcome, "refused")["outcome"] == "refused"
    assert not these.file("refused").exists()
    assert (these.held("refused"), these.sets()) == (None, 2)
    assert these.agree("asked")
    predicted = these.rotate("--check", "--limit", "asked")
    assert "password sync group" in result_of(predicted, "asked")["msg"]
