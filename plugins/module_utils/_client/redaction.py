# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets taken out of what ISC or a gateway says, where that enters: before it is folded, cut, kept or shown."""

from __future__ import annotations

import base64
import functools
import html
import json
import re
import typing as t
from urllib.parse import quote, quote_plus

MASK = "********"

SHORTEST = 4
"""Characters. A shorter secret occurs in all kinds of text; nothing of it would be left to read."""

_LONGEST_BY_CHANCE = 8
"""Characters. A shorter password may well occur in an id, and what ISC needs again must stay as it is."""

_HEXADECIMAL = re.compile("[0-9A-Fa-f-]+")

_SHORTEST_BEGINNING = 6
"""Characters of a secret that are recognized at the end of a text that was cut."""


class Redaction:
    """Removes secrets from text, also in the encodings in which others repeat them, and in other case.

    :param secrets: those that are not given (``None`` or empty), and those that are too short, are left out.
    """

    def __init__(self, secrets: t.Iterable[str | None] = ()) -> None:
        # The longest first: what one leaves must not be a part of another one.
        self._secrets = sorted({each for each in secrets if each and len(each) >= SHORTEST}, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """Return *text* with a mask in place of each secret."""
        if not text or not self._secrets:
            return text
        # The ids that ISC makes are of hexadecimal digits. To prepare the search for a password takes a quarter of a
        # millisecond, which thousands need not spend.
        is_id = _HEXADECIMAL.fullmatch(text) is not None
        for secret in self._secrets:
            if is_id and not _HEXADECIMAL.fullmatch(secret):
                continue
            text = _without_beginning(_pattern(secret).sub(MASK, text), secret)
        return text

    def finds(self, identifier: str) -> bool:
        """Return whether an id holds a secret that is too long to be in it by chance."""
        return any(_pattern(each).search(identifier) for each in self._secrets if len(each) >= _LONGEST_BY_CHANCE)


NOTHING_SECRET = Redaction()


@functools.lru_cache(maxsize=64)
def _pattern(secret: str) -> t.Pattern[str]:
    return re.compile("|".join(sorted(_forms(secret), key=len, reverse=True)), re.IGNORECASE)


def _forms(secret: str) -> set[str]:
    """Return regular expressions for a secret as it is, quoted for JSON, HTML or a URL, and in base64."""
    written = {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        html.escape(secret),
        html.escape(secret, quote=False),
    }
    octets = secret.encode("utf-8", "replace")
    written |= {quote(octets, safe=""), quote(octets), quote_plus(octets), "".join(f"%{each:02X}" for each in octets)}
    # Others may have folded white space already.
    forms = {r"\s+".join(re.escape(part) for part in re.split(r"\s+", form)) for form in written}
    return forms.union(*(_base64(octets, before) for before in range(3)))


def _base64(octets: bytes, before: int) -> t.Iterator[str]:
    """Yield what is the same in the base64 of all texts that hold *octets* after *before* other bytes, modulo 3."""
    first = -(-before * 8 // 6)
    last = (before + len(octets)) * 8 // 6
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        inner = encode(b"\0" * before + octets).decode("ascii")[first:last]
        if len(inner) >= SHORTEST:
            yield re.escape(inner)


def _without_beginning(text: str, secret: str) -> str:
    """Return *text* with a mask in place of the beginning of *secret* where *text*, before its dots, ends."""
    whole, known = text.rstrip(".\u2026 "), secret
    if whole.isascii() and known.isascii():
        whole, known = whole.lower(), known.lower()
    place = whole.find(known[:_SHORTEST_BEGINNING]) if len(known) > _SHORTEST_BEGINNING else -1
    while place >= 0:
        if known.startswith(whole[place:]):
            return f"{text[:place]}{MASK}{text[len(whole) :]}"
        place = whole.find(known[:_SHORTEST_BEGINNING], place + 1)
    return text
