# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a rotation refuses: explained before anything is sent, with the store as it was.

All that is refused is in the unit tests and in tests/promises/test_ends_of_a_rotation.py. Here is one for each step.
"""

from __future__ import annotations

from support.accounts import current, failed_hosts
from support.role_plays import PLAYBOOK, connection, outcomes, result_of, variables, verdict

STILL_VALID = "The password was not changed; the previous one is still valid."
# Variables, what is said about them, and at which step.
REFUSED = {
    "choice": ({"rotate_password_on_unknown": "perhaps"}, "rotate_password_on_unknown is 'perhaps'", "options"),
    "nobody": ({"rotate_password_user_name": "nobody"}, "Check rotate_password_user_name (the identity's", "query"),
    "wrong_key": (
        {"rotate_password_store_key": "wrong"},
        "can't be decrypted: rotate_password_store_key is not the key",
        "store",
    ),
}


def test_what_can_not_be_done_is_explained_before_anything_is_sent(accounts):
    these = accounts(**{host: refused[0] for host, refused in REFUSED.items()})
    these.write("wrong_key", current=current())
    contents = these.contents()
    outcome = these.rotate()
    assert failed_hosts(outcome) == set(REFUSED), outcome.complaints
    for host, (_given, message, step) in REFUSED.items():
        assert message in verdict(outcome, host), host
        assert ("Nothing was sent" if step == "options" else STILL_VALID) in verdict(outcome, host)
        result = result_of(outcome, host)
        assert (result["msg"], result["step"], result["changed"]) == (verdict(outcome, host), step, False), host
    assert outcomes(outcome) == dict.fromkeys(REFUSED, "refused")
    assert "Traceback" not in outcome.output
    assert these.sets() == 0
    assert these.contents() == contents


def test_the_role_checks_its_options_itself(playbook, tenant):
    common = {**variables(), **connection(tenant)}
    hosts = {
        "nowhere": {**common, "rotate_password_source_name": None},
        "template": {**common, "rotate_password_length": "{{ nothing }}"},
    }
    # The collection's playbook leaves the validation by Ansible out.
    outcome = playbook.run(PLAYBOOK, "-e", "rotate_password_hosts=all", inventory=hosts)
    assert failed_hosts(outcome) == set(hosts), outcome.complaints
    assert "rotate_password_source_name is missing. Nothing was sent to ISC." in verdict(outcome, "nowhere")
    assert "rotate_password_length can't be evaluated" in verdict(outcome, "template")
    assert "Nothing was sent to ISC." in verdict(outcome, "template")
    assert tenant.requests() == []
