# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guides to rotation and stores name what the code has: outcomes, steps, keys, stores, limits."""

from __future__ import annotations

import re

import pytest
import yaml
from ansible_collections.community.sailpoint.plugins.module_utils._outcomes import OUTCOMES, STEPS
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation import steps
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.options import RotationOptions
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.record import Record, RecordedAccount
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.rotation import Rotation
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.task import public_result
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores.kinds import FILES, STORES
from support.guides import GUIDES, ROOT, blocks

DOCS = ROOT / "docs" / "docsite" / "rst"
TEXTS = {name: (DOCS / f"{name}.rst").read_text("utf-8") for name in ("rotation", "stores")}
RECORD = Record(RecordedAccount("name", "source", "source id", "account id")).as_value()


def first_cells(guide: str, title: str) -> list[str]:
    """Return the names in the first cells of the table whose first column has a title."""
    (table,) = re.findall(rf"\n\n   \* - {re.escape(title)}\n.*?(?=^\S|\Z)", TEXTS[guide], re.DOTALL | re.MULTILINE)
    rows = re.findall(r"^   \* - (.+)$", table, re.MULTILINE)[1:]
    return [name for row in rows for name in re.findall(r"``([^`]+)``", row)]


@pytest.mark.parametrize(
    ("guide", "title", "there"),
    [
        ("rotation", "Key", public_result(Rotation(RotationOptions.unchecked({})))),
        ("rotation", "``outcome``", OUTCOMES),
        ("rotation", "``step``", STEPS),
        ("stores", "``rotate_password_store``", STORES),
        ("stores", "File", FILES),
        ("stores", "Key", RECORD),
    ],
    ids=["result", "outcomes", "steps", "stores", "files", "record"],
)
def test_a_table_names_all_that_there_is(guide, title, there):
    assert sorted(first_cells(guide, title)) == sorted(there)


def test_its_numbers_are_those_of_the_code():
    text = " ".join(TEXTS["stores"].split())
    assert f"left alone for {steps.LEASE} seconds" in text
    assert steps.MOST_DISCARDED == 50
    assert "up to fifty passwords" in text


SECRETS = ("rotate_password_new_value", "rotate_password_old_value", "rotate_password_record", "rotated_password')")
# What a module does not repeat when it fails. From ansible-core 2.19 on, no_log does not hide the text of a failure.
NOT_REPEATED = {
    ("ansible.builtin.copy", "content"),
    ("ansible.builtin.set_fact", "rotate_password_record"),
    ("ansible.builtin.uri", "body"),
    ("ansible.windows.win_service", "password"),
}


class SampleLoader(yaml.SafeLoader):
    """Reads YAML with the tags of Ansible."""


SampleLoader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def tasks_with_secrets():
    """Yield the page of each task in the guides that gets a secret, the task, and the options that get it."""
    for page in GUIDES:
        for block in blocks(page):
            content = yaml.load(block.text, SampleLoader) if block.language.startswith("yaml") else None
            plays = [each for each in content if isinstance(each, dict)] if isinstance(content, list) else []
            for task in (task for play in plays for task in play.get("tasks", [play])):
                module = next((key for key in task if "." in key), None)
                given = task.get(module) if isinstance(task.get(module), dict) else {}
                told = {
                    (module, option) for option, value in given.items() if any(word in str(value) for word in SECRETS)
                }
                if told:
                    yield page.name, task, told


def test_the_samples_give_secrets_only_to_options_that_no_failure_repeats():
    found = list(tasks_with_secrets())
    assert {page for page, _task, _told in found} >= {"rotation.rst", "stores.rst"}
    for page, task, told in found:
        assert told <= NOT_REPEATED, (page, task["name"])
        assert task.get("no_log") is True, (page, task["name"])
