# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guides to rotation and stores name what the code has: outcomes, steps, keys, stores, limits."""

from __future__ import annotations

import re

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._outcomes import OUTCOMES, STEPS
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation import steps
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.options import RotationOptions
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.record import Record, RecordedAccount
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.rotation import Rotation
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.task import public_result
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores.kinds import STORES
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores.tasks import FILES
from ansible_collections.community.sailpoint.tests.unit.docs.guides import ROOT

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
