# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Properties that a result must have, whatever ISC responds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

LONGEST_TEXT = 8192
"""Characters. A result is shown in a terminal, stored in AWX's database and passed to the next task."""

CONTROLS = ("Cc", "Cs", "Zl", "Zp")
"""Categories of control characters, halves of surrogate pairs, line and paragraph separators."""

_CONTROL = re.compile(
    "[" + "".join(each for each in map(chr, range(0x10000)) if unicodedata.category(each) in CONTROLS) + "]"
)

# A public key may have line breaks. It goes back to ISC unchanged, not to people.
_WRAPPED = "public_key"


def flaws(result: Any, place: str = "") -> Iterator[str]:
    """Yield the problems of the texts in *result*, with their places: control characters, or too long.

    Message and hint must be printable as a whole.
    """
    if isinstance(result, dict):
        for key, value in result.items():
            yield from flaws(key, f"{place} key")
            yield from flaws(value, f"{place}/{key}")
    elif isinstance(result, (list, tuple)):
        for value in result:
            yield from flaws(value, f"{place}[]")
    elif isinstance(result, str):
        key = place.rpartition("/")[2]
        if key in ("msg", "hint") and not result.isprintable():
            yield f"{place} is not printable: {result!r}"
        shown = result.replace("\n", "") if key == _WRAPPED else result
        if _CONTROL.search(shown):
            yield f"{place} holds control characters: {result[:200]!r}"
        if len(result) > LONGEST_TEXT:
            yield f"{place} has {len(result)} characters"
    elif result is not None and not isinstance(result, (bool, int, float)):
        yield f"{place} is {type(result).__name__}"


def texts(result: Any) -> Iterator[str]:
    """Yield each text in *result*, including keys."""
    if isinstance(result, dict):
        yield from texts(list(result.items()))
    elif isinstance(result, (list, tuple)):
        for value in result:
            yield from texts(value)
    elif isinstance(result, str):
        yield result
