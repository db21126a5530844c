# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guides to rotation and stores list every outcome, step, key, store and limit of the code."""

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
    """Return the names in the first column of the table with this title."""
    (table,) = re.findall(rf"\n\n   \* - {re.escape(title)}\n.*?(?=^\S|\Z)", TEXTS[guide], re.DOTALL | re.MULTILINE)
    rows = re.findall(r"^   \* - (.+)$", table, re.MULTILINE)[1:]
    return [name for row in rows for name in re.findall(r"``([^`]+)``", row)]


@pytest.mark.parametrize(
    ("guide", "title", "names"),
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
def test_a_table_is_complete(guide, title, names):
    assert sorted(first_cells(guide, title)) == sorted(names)


def test_numbers_of_the_guide():
    text = " ".join(TEXTS["stores"].split())
    assert f"left alone for {steps.LEASE} seconds" in text
    assert steps.MOST_DISCARDED == 50
    assert "up to fifty passwords" in text


SECRETS = ("rotate_password_new_value", "rotate_password_old_value", "rotate_password_record", "rotated_password')")
# Options that a failing module doesn't repeat: since ansible-core 2.19, no_log doesn't hide the text of a failure.
NOT_REPEATED = {
    ("ansible.builtin.copy", "content"),
    ("ansible.builtin.set_fact", "rotate_password_record"),
    ("ansible.builtin.uri", "body"),
    ("ansible.windows.win_service", "password"),
}


class SampleLoader(yaml.SafeLoader):
    """Reads YAML with the tag ``!unsafe``."""


SampleLoader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def tasks_with_secrets():
    """Yield each task in the guides that gets a secret: its page, the task, and the options with the secret."""
    for page in GUIDES:
        for block in blocks(page):
            content = yaml.load(block.text, SampleLoader) if block.language.startswith("yaml") else None
            plays = [each for each in content if isinstance(each, dict)] if isinstance(content, list) else []
            for task in (task for play in plays for task in play.get("tasks", [play])):
                module = next((key for key in task if "." in key), None)
                given = task.get(module) if isinstance(task.get(module), dict) else {}
                secret = [option for option in given if any(word in str(given[option]) for word in SECRETS)]
                if secret:
                    yield page.name, task, {(module, option) for option in secret}


def test_the_samples_give_secrets_only_to_options_that_no_failure_repeats():
    found = list(tasks_with_secrets())
    assert {page for page, _task, _options in found} >= {"rotation.rst", "stores.rst"}
    for page, task, options in found:
        assert options <= NOT_REPEATED, (page, task["name"])
        assert task.get("no_log") is True, (page, task["name"])
