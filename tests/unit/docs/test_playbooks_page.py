# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on the playbooks names each of them, with the variables that its file describes."""

from __future__ import annotations

import re

import pytest
from support.guides import ROOT

TEXT = (ROOT / "docs" / "docsite" / "rst" / "playbooks.rst").read_text("utf-8")
PLAYBOOKS = {path.stem: path.read_text("utf-8") for path in (ROOT / "playbooks").glob("*.yml")}
# The page on AWX has the variables of this one.
ELSEWHERE = "configure_awx"


def section(name: str) -> str:
    found = re.search(rf"^{name}\n-+\n(.*?)(?=^\w+\n-+\n|\Z)", TEXT, re.DOTALL | re.MULTILINE)
    assert found, f"{name} is not on the page"
    return found[1]


def described(text: str) -> set[str]:
    """Return the variables that the comment of a playbook describes."""
    return set(re.findall(r"^#   (\w+) {2,}", text, re.MULTILINE))


@pytest.mark.parametrize("name", sorted(PLAYBOOKS))
def test_a_playbook_has_a_section_with_its_variables(name):
    told = set(re.findall(r"^   \* - ``(\w+)``", section(name), re.MULTILINE))
    assert told == (set() if name == ELSEWHERE else described(PLAYBOOKS[name]))
    assert described(PLAYBOOKS[name])
