# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role's rotate_password_sync_group, for several hosts."""

from __future__ import annotations

from support.accounts import failed_hosts
from support.role_plays import result_of, verdict

PAYROLL = "Payroll Database"
OPTION = "rotate_password_sync_group"


def test_hosts_are_warned_or_refused_before_anything_is_staged(accounts):
    these = accounts(refused={OPTION: "refuse"}, warned={OPTION: "warn"})
    outcome = these.rotate()
    assert failed_hosts(outcome) == {"refused"}, outcome.complaints
    told = f"the password also changes on any account that the identity has on {PAYROLL}"
    assert told in verdict(outcome, "refused")
    assert result_of(outcome, "refused")["outcome"] == "refused"
    assert not these.file("refused").exists()
    assert (these.held("refused"), these.sets()) == (None, 1)
    assert outcome.words.count(told) > verdict(outcome, "refused").count(told)
    assert result_of(outcome, "warned")["sync_group"]["sources"][0]["source_name"] == PAYROLL
    assert these.agree("warned")
