# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The forms that the guides show because others go wrong: with tags, in a loop, and with braces in a password."""

from __future__ import annotations

from typing import Any

import yaml
from support.guides import GUIDES, Block, blocks
from support.playbook import Outcome, assert_all_ok
from support.role_plays import ACCOUNT, LOCALHOST, PASSWORD, SOURCE, arrived

IN_LOOP = {"svc-backup": "First-of-the-loop.1", "svc-payroll": "Second-of-the-loop.2"}
PAGES = {guide.stem: blocks(guide) for guide in GUIDES}


def plays(page: str, text: str) -> list[Block]:
    """Return the plays of a guide that have a text."""
    found = [block for block in PAGES[page] if block.language == "yaml" and text in block.text]
    assert found, f"{page} has no play with {text}"
    return found


def run(playbook: Any, tenant: Any, those: list[Block], *arguments: str, **more: Any) -> Outcome:
    """Run plays of a guide one after the other, each with passwords of its own."""
    name = "(ansible_play_name | hash('sha256'))[:8]"
    *others, last = texts = {f"{number}.yml": block.text for number, block in enumerate(those)}
    return playbook.run(
        texts[last],
        *(*arguments, *others),
        path=last,
        inventory=LOCALHOST,
        environment={**tenant.environment(), "REQUESTS_CA_BUNDLE": str(tenant.ca_path)},
        variables={
            "new_password": f"{PASSWORD}-{{{{ {name} }}}}",
            "new_passwords": {user: f"{password}-{{{{ {name} }}}}" for user, password in IN_LOOP.items()},
        },
        files={**texts, **more},
    )


def history(tenant: Any) -> list[str]:
    """Return the passwords that svc-backup has had."""
    return tenant.password(SOURCE, ACCOUNT)["history"]


def test_each_form_with_tags_rotates_under_them(playbook, tenant):
    forms = plays("rotation", "tags: rotate")
    outcome = run(playbook, tenant, forms, "--tags", "rotate")
    assert_all_ok(outcome)
    assert outcome.recap["localhost"]["changed"] == len(set(history(tenant))) == len(forms)
    assert all(password.startswith(f"{PASSWORD}-") for password in history(tenant))


def test_the_forms_with_tags_are_these():
    forms = [yaml.safe_load(block.text)[0] for block in plays("rotation", "tags: rotate")]
    used = ["roles" if "roles" in form else next(key for key in form["tasks"][0] if "role" in key) for form in forms]
    assert used == ["ansible.builtin.import_role", "ansible.builtin.include_role", "roles"]


def test_a_loop_over_names_shows_no_password(playbook, tenant):
    # What Ansible prints without -vvv, it prints with it too.
    loops = plays("faq", "loop:")
    outcome = run(playbook, tenant, loops, "-vvv")
    assert_all_ok(outcome)
    assert "svc-payroll" in outcome.output
    assert [password for password in IN_LOOP.values() if password in outcome.output + outcome.event_text] == []
    assert len(set(history(tenant))) == len(loops) == 2
    assert all(password.startswith(IN_LOOP["svc-backup"]) for password in history(tenant))


def test_a_password_with_braces_arrives_as_the_guide_writes_it(playbook, tenant):
    (file,) = (block for block in PAGES["faq"] if block.caption == "vault.yml")
    (block,) = plays("faq", "vars_files: vault.yml")
    assert_all_ok(run(playbook, tenant, [block], **{"vault.yml": file.text}))
    assert arrived(tenant) == "Backup-{{ 7*7 }}-4"
    assert arrived(tenant) in file.text
