# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guides, and the code blocks in them."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
GUIDES = sorted((ROOT / "docs" / "docsite" / "rst").glob("*.rst"))

_MARKDOWN = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```", re.DOTALL | re.MULTILINE)
_RST = re.compile(
    r"(?:^ *``(?P<caption>\S+)``:\n\n)?^(?P<indent> *)\.\. code-block:: (?P<language>\S+)\n\n"
    r"(?P<text>(?:(?P=indent)   .*\n|\n)+)",
    re.MULTILINE,
)


class Block(NamedTuple):
    """A code block. ``caption`` is the file name on the line above it, or empty.

    Sphinx's option ``caption`` is not used, because GitHub would not show the block.
    """

    language: str
    text: str
    caption: str = ""


def blocks(page: Path) -> list[Block]:
    """Return the blocks of a page of Markdown or reStructuredText, in order."""
    text = page.read_text("utf-8")
    if page.suffix == ".md":
        return [Block(found["language"], found["text"]) for found in _MARKDOWN.finditer(text)]
    return [
        Block(found["language"], f"{dedent(found['text']).strip()}\n", found["caption"] or "")
        for found in _RST.finditer(text)
    ]
