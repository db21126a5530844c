# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guides, and the pages in Markdown, read well on GitHub, where the README leads."""

from __future__ import annotations

import re

import pytest
from support.github import shown
from support.guides import GUIDES, README, ROOT, blocks

MARKDOWN = [README, ROOT / "CONTRIBUTING.md", ROOT / "roles" / "rotate_password" / "README.md"]
CAPTION = """
.. code-block:: yaml
   :caption: first_play.yml

   - hosts: localhost
"""


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_github_understands_all_of_a_guide(guide):
    page = shown(guide.read_text("utf-8"))
    assert page.complaints == ""
    assert not re.search(r":\w+:`", page.text), "a raw role"


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_github_shows_each_block_of_code_of_a_guide(guide):
    code = shown(guide.read_text("utf-8")).code
    assert [block.strip() for block in code] == [block.text.strip() for block in blocks(guide)]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_a_link_to_a_file_leads_to_one_beside_the_guide(guide):
    links = [link for link in shown(guide.read_text("utf-8")).links if "://" not in link]
    assert [link for link in links if not (guide.parent / link).exists()] == []


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: str(page.relative_to(ROOT)))
def test_markdown_has_nothing_of_sphinx(page):
    text = page.read_text("utf-8")
    assert text.count("```") == 2 * len(re.findall(r"^```\w+$", text, re.MULTILINE)), "a block without its language"
    assert not re.search(r":\w+:`|^\.\. ", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("See :ref:`authentication`.", 'Unknown interpreted text role "ref"'),
        (".. envvar:: SAIL_BASE_URL\n\n   The address.", 'Unknown directive type "envvar"'),
        (CAPTION, 'unknown option: "caption"'),
    ],
    ids=["role", "directive", "caption"],
)
def test_what_github_would_not_show_is_found(text, complaint):
    page = shown(text)
    assert complaint in page.complaints
    assert page.code == []
