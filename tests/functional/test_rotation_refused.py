# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refused rotations are explained before anything is sent, and leave the store unchanged: one test for each step."""

from __future__ import annotations

from support.accounts import current, failed_hosts
from support.role_plays import PLAYBOOK, connection, outcomes, result_of, variables, verdict

STILL_VALID = "The password was not changed; the previous one is still valid."
# Variables, the message, and the step.
REFUSED = {
    "choice": ({"rotate_password_on_unknown": "perhaps"}, "rotate_password_on_unknown is 'perhaps'", "options"),
    "nobody": ({"rotate_password_user_name": "nobody"}, "Check rotate_password_user_name (the identity's", "query"),
    "wrong_key": ({"rotate_password_store_key": "wrong"}, "rotate_password_store_key is not the key", "store"),
}


def test_an_impossible_rotation_is_explained_before_anything_is_sent(accounts):
    group = accounts(**{host: refused[0] for host, refused in REFUSED.items()})
    group.write("wrong_key", current=current())
    contents = group.contents()
    outcome = group.rotate()
    assert failed_hosts(outcome) == set(REFUSED), outcome.complaints
    for host, (_given, message, step) in REFUSED.items():
        assert message in verdict(outcome, host), host
        assert ("Nothing was sent" if step == "options" else STILL_VALID) in verdict(outcome, host)
        result = result_of(outcome, host)
        assert (result["msg"], result["step"], result["changed"]) == (verdict(outcome, host), step, False), host
    assert outcomes(outcome) == dict.fromkeys(REFUSED, "refused")
    assert "Traceback" not in outcome.output
    assert group.sets() == 0
    assert group.contents() == contents


def test_the_role_checks_its_options_itself(playbook, tenant):
    common = {**variables(), **connection(tenant)}
    hosts = {
        "nowhere": {**common, "rotate_password_source_name": None},
        "template": {**common, "rotate_password_length": "{{ nothing }}"},
    }
    # The collection's playbook skips Ansible's validation.
    outcome = playbook.run(PLAYBOOK, "-e", "rotate_password_hosts=all", inventory=hosts)
    assert failed_hosts(outcome) == set(hosts), outcome.complaints
    assert "rotate_password_source_name is missing. Nothing was sent to ISC." in verdict(outcome, "nowhere")
    assert "rotate_password_length can't be evaluated" in verdict(outcome, "template")
    assert "Nothing was sent to ISC." in verdict(outcome, "template")
    assert tenant.requests() == []


PAYROLL = "Payroll Database"
OPTION = "rotate_password_sync_group"


def test_hosts_are_warned_or_refused_before_anything_is_staged(accounts):
    group = accounts(refused={OPTION: "refuse"}, warned={OPTION: "warn"})
    outcome = group.rotate()
    assert failed_hosts(outcome) == {"refused"}, outcome.complaints
    message = f"the password also changes on any account that the identity has on {PAYROLL}"
    assert message in verdict(outcome, "refused")
    assert result_of(outcome, "refused")["outcome"] == "refused"
    assert not group.file("refused").exists()
    assert (group.held("refused"), group.sets()) == (None, 1)
    assert outcome.words.count(message) > verdict(outcome, "refused").count(message)
    assert result_of(outcome, "warned")["sync_group"]["sources"][0]["source_name"] == PAYROLL
    assert group.agree("warned")
