# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text that came from a server, made fit to be shown."""

from __future__ import annotations

import unicodedata

LONGEST_TEXT = 1000

LONGEST_NAME = 300
"""Characters of a name or an id that a sentence shows."""

LONGEST_ID = 4096
"""Characters of an id or a key that are taken from a server. The DNs of a directory have some hundreds."""

_CONTROLS = ("Cc", "Cs", "Zl", "Zp")


def clean_text(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return *text* on one line, without control characters, cut to *longest* characters.

    A server's text is shown on terminals and in AWX: escape sequences and line breaks in it could imitate other output.
    """
    folded = " ".join(one_line(text[: longest * 4]).split())
    return folded if len(folded) <= longest else folded[: longest - 3] + "..."


def quoted(text: str) -> str:
    """Return *text* in quotes for a sentence: exactly, so that it can be copied, but cut to LONGEST_NAME characters."""
    return repr(text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 3] + "...")


def one_line(text: str) -> str:
    """Return *text* with a blank in place of each character that is not printable, line breaks among them."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else " " for character in text)


def has_controls(text: str) -> bool:
    """Return whether *text* holds control characters, line separators or halves of surrogate pairs.

    Invisible characters that names are written with, such as joiners, are none of them.
    """
    return not text.isprintable() and any(unicodedata.category(each) in _CONTROLS for each in text)


def fault_of_id(text: str) -> str | None:
    """Return what an id of a server has that no id has, as words for a sentence; ``None`` when it is fine.

    An id is sent back as it is, and compared with what people write: so it can't be mended as other texts are.
    """
    if has_controls(text):
        return "control characters"
    return f"more than {LONGEST_ID} characters" if len(text) > LONGEST_ID else None
