# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""README.md, which Galaxy and Automation Hub show on a page of their own."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "README.md").read_text("utf-8")
REPOSITORY = "https://github.com/ansible-collections/community.sailpoint/blob/main/"
SECTIONS = (
    "Requirements",
    "Installation",
    "Use cases",
    "Testing",
    "Support",
    "Release notes",
    "Related information",
    "License",
)


def test_links_work_there():
    """A relative one leads nowhere on that page; one into the repository leads to a file."""
    links = re.findall(r"\]\(([^)]+)\)", TEXT)
    assert [link for link in links if not link.startswith("https://")] == []
    assert any(link.startswith(REPOSITORY) for link in links)
    assert [
        link for link in links if link.startswith(REPOSITORY) and not (ROOT / link[len(REPOSITORY) :]).exists()
    ] == []


def test_it_has_the_sections_that_are_looked_for():
    """As certification asks for them."""
    headings = re.findall(r"^## (.*)$", TEXT, re.MULTILINE)
    assert [name for name in SECTIONS if name not in headings] == []
