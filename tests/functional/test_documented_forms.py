# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The forms with tags that the guides show because others go wrong."""

from __future__ import annotations

from typing import Any

import yaml
from support.guides import GUIDES, blocks
from support.playbook import ROOT, assert_all_ok
from support.role_plays import ACCOUNT, LOCALHOST, PASSWORD, SOURCE

FORMS = [
    yaml.safe_load(block.text)[0]
    for guide in GUIDES
    for block in blocks(guide)
    if block.language == "yaml" and "tags: rotate" in block.text
]
INCLUDE, IMPORT = "ansible.builtin.include_role", "ansible.builtin.import_role"


def form_of(tags: Any) -> list[Any]:
    """Return in which form a play or a task has tags: what uses the role, and what it applies to the tasks of it."""
    used = next(key for key in ("roles", INCLUDE, IMPORT) if key in tags)
    return [used, tags[used].get("apply") if used == INCLUDE else None]


def test_each_form_with_tags_rotates_under_them(playbook, tenant):
    name = "(ansible_play_name | hash('sha256'))[:8]"
    outcome = playbook.run(
        FORMS,
        *("--tags", "rotate"),
        inventory=LOCALHOST,
        environment={**tenant.environment(), "REQUESTS_CA_BUNDLE": str(tenant.ca_path)},
        variables={"new_password": f"{PASSWORD}-{{{{ {name} }}}}", "rotate_password_wait_sleep": 0.1},
    )
    assert_all_ok(outcome)
    history = tenant.password(SOURCE, ACCOUNT)["history"]
    assert outcome.recap["localhost"]["changed"] == len(set(history)) == len(FORMS)
    assert all(password.startswith(f"{PASSWORD}-") for password in history)


def test_these_are_the_forms():
    shown = [form_of(form if "roles" in form else form["tasks"][0]) for form in FORMS]
    applied = {"tags": "rotate"}
    assert shown == [[IMPORT, None], [INCLUDE, applied], ["roles", None]]
    specs = yaml.safe_load((ROOT / "roles/rotate_password/meta/argument_specs.yml").read_text("utf-8"))
    tasks = [task for spec in specs["argument_specs"].values() for task in yaml.safe_load(spec["examples"])]
    in_examples = [form_of(task) for task in tasks if "tags" in task]
    assert len(in_examples) == 3
    assert [form for form in in_examples if form not in shown] == []
