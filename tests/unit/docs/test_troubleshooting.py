# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every message in the troubleshooting guide exists in the code."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import pytest
from support.guides import ROOT

GUIDE = ROOT / "docs" / "docsite" / "rst" / "troubleshooting.rst"


# ISC's own words, which people search for. They are not in the code.
SECTION_OF_ISC = "What ISC itself says"
WORDS_OF_ISC = (
    *("Full authentication is required", "JWT is required", "JWT is expired", "invalid_client"),
    *("Bad client credentials", "sp:scopes:all"),
    *("500 Internal Server Error", "502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout"),
)


def headings(guide: Path, of_isc: bool = False) -> list[str]:
    """Return the lowest headings: messages of this collection, or ISC's own words."""
    found, section = [], ""
    lines = guide.read_text("utf-8").splitlines()
    for line, rule in zip(lines, lines[1:]):
        if rule and set(rule) == {"-"}:
            section = line
        elif rule and set(rule) == {"~"} and (section == SECTION_OF_ISC) is of_isc:
            found.append(line)
    return found


def test_isc_s_own_words_are_headings():
    text = "\n".join(headings(GUIDE, of_isc=True))
    assert [words for words in WORDS_OF_ISC if words not in text] == []


@functools.cache
def sources() -> str:
    """Return the text of everything that can fail, with adjacent strings joined."""
    files = [*(ROOT / "plugins").rglob("*.py"), *(ROOT / "roles").rglob("*.yml")]
    text = "\n".join(path.read_text("utf-8") for path in files)
    # A message about a file is composed of the file and the problem.
    return (
        re.sub(r"\"\s*\n\s*f?\"", "", text)
        .replace('by another run"', 'by another run."')
        .replace('since it was read"', 'since it was read."')
    )


@pytest.mark.parametrize("message", headings(GUIDE))
def test_a_message_in_the_guide_is_one_that_the_code_has(message):
    # A message about an operation is composed with its name.
    operation = r"^ISC refused to (log in|query password info|set password|create digit token)"
    pieces = [p for p in re.sub(operation, r"ISC refused to ...\1", message).split("...") if p.strip(" :.,")]
    assert pieces
    for piece in pieces:
        assert piece.strip() in sources(), piece
