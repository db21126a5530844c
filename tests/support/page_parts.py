# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of an HTML page, without a browser."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any


class PageParts(HTMLParser):
    """The elements of a page with their attributes, and its texts by the element that holds them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, Any]]] = []
        self.texts: list[tuple[str | None, str]] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.texts.append((self._open[-1] if self._open else None, data))

    def inside(self, tag: str) -> list[str]:
        return [text for name, text in self.texts if name == tag]

    @property
    def text(self) -> str:
        return " ".join(text for _name, text in self.texts)


def assert_nothing_is_loaded(parts: PageParts, code: str) -> None:
    """Fail if a page, or its script and style, could load anything or run code of an attribute."""
    tags = {tag for tag, _attributes in parts.elements}
    assert {"link", "img", "iframe", "base", "object", "form", "a"}.isdisjoint(tags)
    names = {name for _tag, attributes in parts.elements for name in attributes}
    assert not {"src", "href", "style", "action"}.intersection(names)
    assert not any(name.startswith("on") for name in names)
    assert not re.search(r"https?:|url\(|@import", code)
