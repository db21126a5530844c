# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A page of reStructuredText as GitHub shows it: with docutils alone, and without what that doesn't know."""

from __future__ import annotations

import functools
import io
from typing import NamedTuple

from docutils import nodes
from docutils.core import publish_doctree

# Those of GitHub's markup renderer, which hides what docutils complains about. Here that is wanted.
SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "strip_comments": True,
    "syntax_highlight": "none",
    "report_level": 2,
    "halt_level": 6,
}


class Shown(NamedTuple):
    """What GitHub shows of a page.

    :ivar complaints: what docutils doesn't understand: GitHub leaves it out, or shows it raw.
    :ivar code: the blocks of code. :ivar links: where links lead. :ivar text: all text.
    """

    complaints: str
    code: list[str]
    links: list[str]
    text: str


@functools.cache
def shown(text: str) -> Shown:
    """Return what GitHub shows of a page."""
    stream = io.StringIO()
    document = publish_doctree(text, settings_overrides={**SETTINGS, "warning_stream": stream})
    return Shown(
        stream.getvalue(),
        [block.astext() for block in document.findall(nodes.literal_block) if "code" in block["classes"]],
        [link["refuri"] for link in document.findall(nodes.reference) if "refuri" in link],
        document.astext(),
    )
