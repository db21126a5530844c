# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of reStructuredText as GitHub shows them: rendered by docutils alone, without Sphinx."""

from __future__ import annotations

import functools
import io
from typing import NamedTuple

from docutils import nodes
from docutils.core import publish_doctree

# Those of GitHub's markup renderer, except that it hides the complaints of docutils.
SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "strip_comments": True,
    "syntax_highlight": "none",
    "report_level": 2,
    "halt_level": 6,
}


class Shown(NamedTuple):
    """A page as GitHub shows it.

    :ivar complaints: what docutils doesn't understand, and GitHub omits or shows raw.
    :ivar code: the code blocks. :ivar links: the targets of the links. :ivar text: all text.
    """

    complaints: str
    code: list[str]
    links: list[str]
    text: str


@functools.cache
def shown(text: str) -> Shown:
    """Return a page as GitHub shows it."""
    stream = io.StringIO()
    document = publish_doctree(text, settings_overrides={**SETTINGS, "warning_stream": stream})
    return Shown(
        stream.getvalue(),
        [block.astext() for block in document.findall(nodes.literal_block) if "code" in block["classes"]],
        [link["refuri"] for link in document.findall(nodes.reference) if "refuri" in link],
        document.astext(),
    )
