# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make text from a server safe to show, and check the ids that it sends."""

from __future__ import annotations

import typing as t
import unicodedata

MAX_TEXT_LENGTH = 1000

MAX_NAME_LENGTH = 300
"""Characters of a name or an id that a sentence shows."""

MAX_ID_LENGTH = 4096
"""Characters accepted for an id or a key from a server. Distinguished names in a directory have a few hundred."""

_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0") | frozenset(
    map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)
"""Invisible characters that Python considers printable: joiners, fillers and variation selectors."""


def clean_text(text: str, longest: int = MAX_TEXT_LENGTH) -> str:
    """Return *text* on one line, without control characters, with invisible ones escaped, cut to *longest* characters.

    Text from a server is shown on terminals and in AWX, where escape sequences and line breaks could imitate other
    output.
    """
    folded = " ".join(one_line(text[: longest * 4]).split())
    return folded if len(folded) <= longest else folded[: longest - 3] + "..."


def quoted(text: str) -> str:
    """Return *text* in quotes, unchanged so that it can be copied, but cut to MAX_NAME_LENGTH characters."""
    return repr(text if len(text) <= MAX_NAME_LENGTH else text[: MAX_NAME_LENGTH - 3] + "...")


T = t.TypeVar("T")


def match_by_name(items: t.Iterable[T], name: str, names_of: t.Callable[[T], tuple[str, ...]]) -> list[T]:
    """Return the items with exactly this name or, if there are none, those whose name differs only in case.

    Distinguished names are compared without case.
    """
    items = list(items)
    folded = name.casefold()
    exact = [item for item in items if name in names_of(item)]
    return exact or [item for item in items if folded in map(str.casefold, names_of(item))]


def listed(words: t.Sequence[str]) -> str:
    """Return *words* as an enumeration for a sentence: ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def one_line(text: str) -> str:
    """Return *text* with control characters replaced by blanks and invisible characters escaped.

    Zero-width characters and those that change the writing direction can make one name look like another.
    """
    if text.isprintable() and _INVISIBLE.isdisjoint(text):
        return text
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character.isprintable() and character not in _INVISIBLE:
        return character
    if unicodedata.category(character) != "Cf" and character not in _INVISIBLE:
        return " "
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"


def is_utf8(text: str) -> bool:
    """Return whether *text* can be encoded in UTF-8, which a lone surrogate can't."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def has_controls(text: str) -> bool:
    """Return whether *text* contains control characters, line separators or lone surrogates.

    Invisible characters that occur in names, such as joiners, don't count.
    """
    return not text.isprintable() and any(unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp") for each in text)


def id_problem(text: str) -> str | None:
    """Return what makes an id from a server unusable, as a noun phrase for a message; ``None`` if nothing does.

    An id is sent back unchanged and compared with what users write, so it can't be cleaned like other text.
    """
    if has_controls(text):
        return "control characters"
    return f"more than {MAX_ID_LENGTH} characters" if len(text) > MAX_ID_LENGTH else None


def os_error_reason(error: OSError) -> str:
    """Return the system's message in lower case, for use within a sentence."""
    return (error.strerror or type(error).__name__).lower()
