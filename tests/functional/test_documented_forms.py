# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The forms that the guides show because others go wrong: with tags, in a loop, and with braces in a password."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from support.guides import GUIDES, Block, blocks
from support.playbook import Outcome, assert_all_ok
from support.role_plays import LOCALHOST, PASSWORD, arrived

IN_LOOP = {"svc-backup": "First-of-the-loop.1", "svc-payroll": "Second-of-the-loop.2"}
PAGES = {guide.stem: blocks(guide) for guide in GUIDES}


def plays(page: str, text: str) -> list[Block]:
    """Return the plays of a guide that have a text."""
    found = [block for block in PAGES[page] if block.language == "yaml" and text in block.text]
    assert found, f"{page} has no play with {text}"
    return found


def run(playbook: Any, tenant: Any, block: Block, *arguments: str, **more: Any) -> Outcome:
    """Run a play of a guide."""
    return playbook.run(
        block.text,
        *arguments,
        inventory=LOCALHOST,
        environment={**tenant.environment(), "REQUESTS_CA_BUNDLE": str(tenant.ca_path)},
        variables={"new_password": PASSWORD, "new_passwords": IN_LOOP},
        **more,
    )


@pytest.mark.parametrize("block", plays("rotation", "tags: rotate"), ids=lambda block: block.text.splitlines()[0])
def test_a_form_with_tags_rotates_under_them(playbook, tenant, block):
    outcome = run(playbook, tenant, block, "--tags", "rotate")
    assert_all_ok(outcome)
    assert (arrived(tenant), outcome.recap["localhost"]["changed"]) == (PASSWORD, 1)


def test_the_forms_with_tags_are_these():
    forms = [yaml.safe_load(block.text)[0] for block in plays("rotation", "tags: rotate")]
    used = ["roles" if "roles" in form else next(key for key in form["tasks"][0] if "role" in key) for form in forms]
    assert used == ["ansible.builtin.import_role", "ansible.builtin.include_role", "roles"]


@pytest.mark.parametrize("block", plays("faq", "loop:"), ids=lambda block: block.text.splitlines()[0])
@pytest.mark.parametrize("verbosity", [(), ("-vvv",)], ids=["usual", "verbose"])
def test_a_loop_over_names_shows_no_password(playbook, tenant, block, verbosity):
    outcome = run(playbook, tenant, block, *verbosity)
    assert_all_ok(outcome)
    assert "svc-payroll" in outcome.output
    assert [password for password in IN_LOOP.values() if password in outcome.output + outcome.event_text] == []
    assert arrived(tenant) == IN_LOOP["svc-backup"]


def test_a_password_with_braces_arrives_as_the_guide_writes_it(playbook, tenant):
    (file,) = (block for block in PAGES["faq"] if block.caption == "vault.yml")
    (block,) = plays("faq", "vars_files: vault.yml")
    assert_all_ok(run(playbook, tenant, block, files={"vault.yml": file.text}))
    assert arrived(tenant) == "Backup-{{ 7*7 }}-4"
    assert arrived(tenant) in file.text
