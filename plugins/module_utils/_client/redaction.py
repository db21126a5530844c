# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets taken out of what ISC or a gateway says, where that enters: before it is folded, cut, kept or shown.

Others repeat a secret as it is, quoted for a URL, JSON or HTML, in base64 or hexadecimal, in other case, with other
white space, with line breaks in it, or only a part of it. So a text is unquoted, and compared without case and white
space.
"""

from __future__ import annotations

import base64
import functools
import html
import re
import typing as t

from .._text import MAX_TEXT_LENGTH

MASK = "********"

SHORTEST = 4  # Characters. A shorter secret occurs in all kinds of text; nothing of it would be left to read.
FRAGMENT = 8  # Characters of a secret in a row that are taken out wherever they are.
CUT_FRAGMENT = 6  # Characters of a secret that are taken out where a text was cut: at its ends, and beside an ellipsis.

_FRAGMENT_OF_ID = 12
"""Characters. By chance, the ids of a tenant, which are hexadecimal digits, have fewer in common with a secret."""

LONGEST_READ = 4 * MAX_TEXT_LENGTH  # Characters. What is shown of a text is cut to less.

_WORDS = frozenset({"password", "passwords", "passphrase"})
"""What weak passwords have in common with each message about passwords."""

_MOST_VIEWS = 16
_MOST_QUOTED = 3
"""How many times a text may be quoted, each time in any way, for a secret to be found in it."""


class Redaction:
    """Removes secrets from text, also in the encodings in which others repeat them, and in other case.

    :param secrets: those that are not given (``None`` or empty), and those that are too short, are left out.
    """

    def __init__(self, secrets: t.Iterable[str | None] = ()) -> None:
        self._secrets = tuple(sorted({each for each in secrets if each and len(each) >= SHORTEST}))

    def __call__(self, text: str) -> str:
        """Return *text*, of which LONGEST_READ characters are read, with a mask in place of each secret."""
        return _redacted(self._secrets, text[:LONGEST_READ]) if self._secrets else text

    def finds_secret_in(self, identifier: str) -> bool:
        """Return whether an id holds a secret, or so much of one that this can't be chance."""
        secrets = [_traces_of(each) for each in self._secrets if len(each) >= FRAGMENT]
        return not _has_nothing_of(secrets, identifier) and any(
            view.holds(each) for view in _views_of_id(identifier) for each in secrets
        )


NOTHING_SECRET = Redaction()


class _Traces(t.NamedTuple):
    """By what a secret is recognized in a folded text.

    :ivar pieces: by their length, what is taken out wherever it is.
    :ivar beginnings: what is taken out at the end of a text that was cut; :ivar ends: the same at its beginning.
    :ivar forms: the secret itself.
    :ivar smallest: pieces of which no text is without one that has anything else of these; empty where the secret is
        too short for that.
    """

    forms: frozenset[str]
    pieces: dict[int, frozenset[str]]
    beginnings: frozenset[str]
    ends: frozenset[str]
    smallest: frozenset[str]


@functools.lru_cache(maxsize=64)
def _redacted(secrets: tuple[str, ...], text: str) -> str:
    """Return *text* with masks. Thousands of accounts have the same name of a source."""
    traces = [_traces_of(each) for each in secrets]
    if _has_nothing_of(traces, text):
        return text
    spans = [span for view in _views(text) for each in traces for span in view.spans_of(each)]
    return _masked(text, spans) if spans else text


@functools.lru_cache(maxsize=64)
def _traces_of(secret: str) -> _Traces:
    # Of some characters, the upper case is two.
    forms = {each for each in (_folded(secret), _folded(secret.upper())) if len(each) >= SHORTEST}
    pieces: dict[int, set[str]] = {}
    for form in forms:
        length = min(FRAGMENT, len(form))
        pieces.setdefault(length, set()).update(form[at : at + length] for at in range(len(form) - length + 1))
    cuts = [(form, length) for form in forms for length in range(CUT_FRAGMENT, FRAGMENT) if length < len(form)]
    return _Traces(
        frozenset(forms),
        {length: frozenset(some) for length, some in pieces.items()},
        frozenset(form[:length] for form, length in cuts),
        frozenset(form[-length:] for form, length in cuts),
        frozenset(form[at : at + CUT_FRAGMENT] for form in forms for at in range(len(form) - CUT_FRAGMENT + 1))
        if min(map(len, forms), default=0) >= CUT_FRAGMENT
        else frozenset(),
    )


def _has_nothing_of(secrets: t.Sequence[_Traces], text: str) -> bool:
    """Return whether this can be said of *text* at first sight: thousands of names and ids need no closer look."""
    if not _is_plain(text) or _MAY_BE_QUOTED.search(text) and not _is_only_an_id(text):
        return False
    text = text.lower()
    pieces = {text[at : at + CUT_FRAGMENT] for at in range(len(text) - CUT_FRAGMENT + 1)}
    return all(each.smallest and each.smallest.isdisjoint(pieces) for each in secrets)


def _is_only_an_id(text: str) -> bool:
    """Return whether *text* is hexadecimal digits and dashes, and nothing that can be read where they are octets."""
    return bool(_OF_AN_ID.fullmatch(text)) and not any(
        _READABLE.search(_HEXADECIMAL.said_by(run.group(), missing))
        for run in _HEXADECIMAL.pattern.finditer(text)
        for missing in range(_HEXADECIMAL.digits)
    )


class _View:
    """A text, or what it says once it is unquoted.

    :ivar text: each character of it; :ivar places: where each one begins in the text that was given, and at last its
        end. :ivar quoted: it was quoted. :ivar compact: the text without white space; :ivar kept: which characters
        these are.
    """

    def __init__(self, text: str, places: t.Sequence[int], quoted: bool = True) -> None:
        self.text, self.places, self.quoted = text, places, quoted
        self.kept: t.Sequence[int] = range(len(text))
        self.compact = text
        if not _is_plain(text):
            self.kept = [at for at, character in enumerate(text) if "!" <= character <= "~" or _is_kept(character)]
            self.compact = "".join([text[at] for at in self.kept])
        self._folded = _lowered(self.compact)
        self._pieces: dict[int, set[str]] = {}
        self._cut_ends, self._cut_beginnings = self._cuts()

    def spans_of(self, secret: _Traces) -> t.Iterator[tuple[int, int]]:
        """Yield where, in the text that was given, something of *secret* is."""
        for length, pieces in secret.pieces.items():
            for first, last in self._runs(pieces, length):
                if self._folded[first:last] not in _WORDS or self._folded[first:last] in secret.forms:
                    yield self._span(first, last)
        if not secret.beginnings.isdisjoint(self._cut_ends):
            yield from (self._span(*where) for piece, where in self._cut_ends.items() if piece in secret.beginnings)
        if not secret.ends.isdisjoint(self._cut_beginnings):
            yield from (self._span(*where) for piece, where in self._cut_beginnings.items() if piece in secret.ends)

    def holds(self, secret: _Traces) -> bool:
        """Return whether *secret* as a whole, or a long fragment of it, is in this."""
        runs = self._runs(secret.pieces.get(FRAGMENT, frozenset()), FRAGMENT)
        # What is readable once unquoted is not there by chance.
        shortest = FRAGMENT if self.quoted else _FRAGMENT_OF_ID
        if any(last - first >= shortest for first, last in runs):
            return True
        return any(len(form) >= FRAGMENT and form in self._folded for form in secret.forms)

    def _cuts(self) -> tuple[dict[str, tuple[int, int]], dict[str, tuple[int, int]]]:
        """Return with what this ends, and with what it begins, wherever it may have been cut; and where that is."""
        ends, beginnings, first = {}, {}, 0
        for last, following in (*(match.span() for match in _ELLIPSIS.finditer(self._folded)), (len(self._folded), 0)):
            for length in range(CUT_FRAGMENT, min(FRAGMENT, last - first + 1)):
                ends[self._folded[last - length : last]] = last - length, last
                beginnings[self._folded[first : first + length]] = first, first + length
            first = following
        return ends, beginnings

    def _runs(self, pieces: frozenset[str], length: int) -> t.Iterator[tuple[int, int]]:
        """Yield where pieces of a secret follow each other."""
        text, first, last = self._folded, -1, -1
        places = range(len(text) - length + 1)
        if length not in self._pieces:
            self._pieces[length] = {text[at : at + length] for at in places}
        found = pieces & self._pieces[length]
        for at in places if found else ():
            if text[at : at + length] not in found:
                continue
            if at > last:
                if first >= 0:
                    yield first, last
                first = at
            last = at + length
        if first >= 0:
            yield first, last

    def _span(self, first: int, last: int) -> tuple[int, int]:
        return self.places[self.kept[first]], self.places[self.kept[last - 1] + 1]


# At the end, one dot may be what is left of it.
_ELLIPSIS = re.compile("[.]{2,}|\u2026+|[.]$")


def _views(text: str) -> list[_View]:
    """Return *text* and what it says once it is unquoted, in each way and up to _MOST_QUOTED times."""
    found = {text: _View(text, range(len(text) + 1), False)}
    latest = list(found.values())
    for _number in range(_MOST_QUOTED):
        earlier, latest = latest, []
        for unquoted in (each for view in earlier for each in (*_unquoted(view), *_decoded(view))):
            if unquoted.text not in found and len(found) < _MOST_VIEWS:
                found[unquoted.text] = unquoted
                latest.append(unquoted)
    return list(found.values())


@functools.lru_cache(maxsize=8)
def _views_of_id(identifier: str) -> list[_View]:
    """Return the same of an id. All accounts of a source have its public key, which is long and may be quoted."""
    return _views(identifier)


class _Quotation(t.NamedTuple):
    """A way to quote a text: its ``sign``, the pattern of what is quoted, and what tells its characters.

    ``read`` returns each character with the length of what it was quoted as.
    """

    sign: str
    pattern: t.Pattern[str]
    read: t.Callable[[str], t.Sequence[tuple[str, int]]]


def _unquoted(view: _View) -> t.Iterator[_View]:
    """Yield what a text says where it is quoted, in each way."""
    for quotation in _QUOTATIONS:
        if quotation.sign not in view.text:
            continue
        text: list[str] = []
        places: list[int] = []
        at = 0
        for match in quotation.pattern.finditer(view.text):
            text.append(view.text[at : match.start()])
            places += view.places[at : match.start()]
            at = match.start()
            for character, length in quotation.read(match.group()):
                text.append(character)
                places += [view.places[at]] * len(character)
                at += length
            at = match.end()
        yield _View("".join((*text, view.text[at:])), [*places, *view.places[at:]])


def _decoded(view: _View) -> t.Iterator[_View]:
    """Yield what a text says where it may be base64 or hexadecimal, of which the beginning may be missing."""
    for code in _CODES:
        runs = list(code.pattern.finditer(view.compact))
        for missing in range(code.digits if runs else 0):
            text: list[str] = []
            places: list[int] = []
            for run in runs:
                said = code.said_by(run.group(), missing)
                if not _READABLE.search(said):
                    continue
                at = 3 * (run.start() - missing)
                for character in said:
                    # In UTF-16, each second octet is zero.
                    if character != "\0":
                        text.append(character)
                        places.append(view.places[view.kept[max(at // 3, run.start())]])
                    octets = 1 if character < "\x80" else len(character.encode("utf-8", "surrogateescape"))
                    at += octets * code.thirds
                # Nothing of what follows belongs to it.
                text.append(_BREAK)
                places.append(view.places[view.kept[run.end() - 1] + 1])
            if text:
                yield _View("".join(text), [*places, places[-1]])


class _Code(t.NamedTuple):
    """A way to write octets in characters: after so many it begins again, and an octet takes so many thirds of one."""

    pattern: t.Pattern[str]
    digits: int
    thirds: int
    read: t.Callable[[str], bytes]

    def said_by(self, text: str, missing: int) -> str:
        """Return what *text* says, of whose beginning so many characters are missing."""
        return self.read("0" * missing + text).decode("utf-8", "surrogateescape")


def _from_base64(text: str) -> bytes:
    text = text.translate(_OF_URLS)
    return base64.b64decode(
        text[: len(text) // 4 * 4] + {2: text[-2:] + "==", 3: text[-3:] + "="}.get(len(text) % 4, "")
    )


_OF_URLS = str.maketrans("-_", "+/")
_HEXADECIMAL = _Code(re.compile("[0-9A-Fa-f]{16,}"), 2, 6, lambda text: bytes.fromhex(text[: len(text) // 2 * 2]))
# Of FRAGMENT characters at least. What consists of hexadecimal digits, as ids do, is no base64.
_CODES = (
    _Code(re.compile("(?![0-9A-Fa-f-]+(?![A-Za-z0-9+/_-]))[A-Za-z0-9+/_-]{11,}"), 4, 4, _from_base64),
    _HEXADECIMAL,
)
# Zeros are in what is encoded in UTF-16, too.
_MAY_BE_QUOTED = re.compile("[%+&\\\\]|[A-Za-z0-9+/_-]{11}")
_OF_AN_ID = re.compile("[0-9A-Fa-f-]{,64}")
_READABLE = re.compile("[^\\x00-\\x1f\\x7f\\ud800-\\udfff]{6}|(?:[ -~]\\0){6}")
_BREAK = "\u2026"


def _of_url(quoted: str) -> list[tuple[str, int]]:
    text = bytes.fromhex(quoted.replace("%", "")).decode("utf-8", "surrogateescape")
    return [(each, 3 * len(each.encode("utf-8", "surrogateescape"))) for each in text]


def _of_json(quoted: str) -> list[tuple[str, int]]:
    if quoted[1] in "uU":
        code = int(quoted[2:6], 16)
        if len(quoted) == 12:
            code = 0x10000 + (code - 0xD800) * 0x400 + int(quoted[8:], 16) - 0xDC00
        return [(chr(code), len(quoted))]
    return [({"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}.get(quoted[1].lower(), quoted[1]), 2)]


_QUOTATIONS = (
    _Quotation("%", re.compile("(?:%[0-9A-Fa-f]{2})+"), _of_url),
    # In a form, a blank. Blanks are left out.
    _Quotation("+", re.compile(r"\+"), lambda quoted: [(" ", 1)]),
    _Quotation(
        "\\",
        re.compile(
            r"\\[uU][dD][89abAB][0-9A-Fa-f]{2}\\[uU][dD][c-fC-F][0-9A-Fa-f]{2}|\\[uU][0-9A-Fa-f]{4}|\\[^uU]", re.DOTALL
        ),
        _of_json,
    ),
    _Quotation(
        "&",
        re.compile("&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?"),
        lambda quoted: [(html.unescape(quoted), len(quoted))],
    ),
)


def _folded(text: str) -> str:
    """Return *text* without case, and without white space and what can't be seen."""
    return _lowered(text if _is_plain(text) else "".join(filter(_is_kept, text)))


def _lowered(text: str) -> str:
    return text.lower() if text.isascii() else "".join(map(_lower, text))


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text


def _is_kept(character: str) -> bool:
    return character.isprintable() and not character.isspace()


def _lower(character: str) -> str:
    # Some characters become two: then their places would not be known any more.
    lower = character.lower()
    return lower if len(lower) == 1 else character


def _masked(text: str, spans: t.Iterable[tuple[int, int]]) -> str:
    parts: list[str] = []
    end = 0
    for first, last in sorted(spans):
        if first > end or not parts:
            parts += [text[end:first], MASK]
        end = max(end, last)
    return "".join((*parts, text[end:]))
