# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text that came from a server, made fit to be shown."""

from __future__ import annotations

import typing as t
import unicodedata

LONGEST_TEXT = 1000

LONGEST_NAME = 300  # Characters of a name or an id that a sentence shows.

LONGEST_ID = 4096
"""Characters of an id or a key that are taken from a server. The DNs of a directory have some hundreds."""

_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0") | frozenset(
    map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)
"""What Python calls printable although it is invisible: joiners, fillers and variation selectors."""

_CONTROLS = ("Cc", "Cs", "Zl", "Zp")


def clean_text(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return *text* on one line, without control characters, with invisible ones escaped, and cut to *longest*.

    A server's text is shown on terminals and in AWX: escape sequences and line breaks in it could imitate other output.
    """
    folded = " ".join(one_line(text[: longest * 4]).split())
    return folded if len(folded) <= longest else folded[: longest - 3] + "..."


def quoted(text: str) -> str:
    """Return *text* in quotes for a sentence: exactly, so that it can be copied, but cut to LONGEST_NAME characters."""
    return repr(text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 3] + "...")


T = t.TypeVar("T")


def fitting(those: t.Iterable[T], value: str, values_of: t.Callable[[T], tuple[str, ...]]) -> list[T]:
    """Return those that have *value*: exactly or, where none has, in any case, as a distinguished name is compared."""
    those = list(those)
    folded = value.casefold()
    exact = [each for each in those if value in values_of(each)]
    return exact or [each for each in those if folded in map(str.casefold, values_of(each))]


def listed(words: t.Sequence[str]) -> str:
    """Return *words* as an enumeration for a sentence: ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def one_line(text: str) -> str:
    """Return *text* with a blank in place of each control character, and with invisible ones escaped.

    A character that changes the direction of writing, or has no width, makes a name look like another one.
    """
    if text.isprintable() and _INVISIBLE.isdisjoint(text):
        return text
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character.isprintable() and character not in _INVISIBLE:
        return character
    if unicodedata.category(character) != "Cf" and character not in _INVISIBLE:
        return " "
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"


def is_utf8(text: str) -> bool:
    """Return whether *text* can be written in UTF-8: it has no half of a surrogate pair."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def has_controls(text: str) -> bool:
    """Return whether *text* holds control characters, line separators or halves of surrogate pairs.

    Invisible characters that names are written with, such as joiners, are not among them.
    """
    return not text.isprintable() and any(unicodedata.category(each) in _CONTROLS for each in text)


def fault_of_id(text: str) -> str | None:
    """Return what makes an id of a server unusable, as words for a sentence; ``None`` when it is fine.

    An id is sent back as it is, and compared with what people write, so it can't be cleaned as other texts are.
    """
    if has_controls(text):
        return "control characters"
    return f"more than {LONGEST_ID} characters" if len(text) > LONGEST_ID else None
