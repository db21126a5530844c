# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mask secrets in text from ISC or a gateway when it arrives: before it is folded, cut, stored or shown.

A response can repeat a secret unchanged, escaped for a URL, JSON or HTML, encoded in base64 or hexadecimal, in another
case, with other white space, wrapped into lines, or only in part. Therefore:

1. ``_views`` decodes the text in every known way, up to three times in a row. Each resulting view of the text maps its
   characters to positions in the original text.
2. ``_View.spans`` searches a view, without case and white space, for fragments of a secret.
3. ``_mask`` masks the spans that were found, in the original text.

Thousands of names and ids contain no secret. ``_is_harmless`` recognizes most of them without decoding.
"""

from __future__ import annotations

import base64
import functools
import html
import re
import typing as t

from .._text import MAX_TEXT_LENGTH

MASK = "********"

_MIN_SECRET = 4  # Characters. A shorter secret occurs everywhere, so that masking it would leave nothing to read.

_FRAGMENT = 8  # Consecutive characters of a secret that are masked anywhere.

_CUT_FRAGMENT = 6
"""The same where text was cut: at its beginning, at its end, and next to an ellipsis."""

_ID_FRAGMENT = 12
"""Consecutive characters that make an id unusable. ISC's hexadecimal ids share fewer with a secret by chance."""

_MAX_LENGTH = 4 * MAX_TEXT_LENGTH  # Characters of a text that are kept. Less of it is shown.

_WORDS = frozenset({"password", "passwords", "passphrase"})
"""Fragments that weak passwords share with every message about passwords."""

_MAX_DEPTH = 3  # How often a text may be escaped or encoded for a secret to be found in it.
_MAX_VIEWS = 16


class Redaction:
    """Masks secrets in text, in any case and in the encodings in which others repeat them.

    :param secrets: the secrets. Missing, empty and very short ones are ignored.
    """

    def __init__(self, secrets: t.Iterable[str | None] = ()) -> None:
        self._secrets = tuple(sorted({each for each in secrets if each and len(each) >= _MIN_SECRET}))

    def __call__(self, text: str) -> str:
        """Return *text* with a mask in place of each secret, cut to _MAX_LENGTH characters if there are secrets."""
        return _redact(self._secrets, text[:_MAX_LENGTH]) if self._secrets else text

    def finds_secret_in(self, identifier: str) -> bool:
        """Return whether an id contains a secret, or too long a part of one to be a coincidence."""
        secrets = [_search_terms(each) for each in self._secrets if len(each) >= _FRAGMENT]
        return not _is_harmless(identifier, secrets) and any(
            view.contains(secret) for view in _views_of_id(identifier) for secret in secrets
        )


NOTHING_SECRET = Redaction()


@functools.lru_cache(maxsize=64)  # Thousands of accounts share the name of a source.
def _redact(secrets: tuple[str, ...], text: str) -> str:
    terms = [_search_terms(each) for each in secrets]
    if _is_harmless(text, terms):
        return text
    spans = [span for view in _views(text) for secret in terms for span in view.spans(secret)]
    return _mask(text, spans) if spans else text


def _mask(text: str, spans: t.Iterable[tuple[int, int]]) -> str:
    parts: list[str] = []
    end = 0
    for first, last in sorted(spans):
        if first > end or not parts:
            parts += [text[end:first], MASK]
        end = max(end, last)
    return "".join((*parts, text[end:]))


class _SearchTerms(t.NamedTuple):
    """The folded texts by which a secret is recognized.

    :ivar forms: the whole secret, folded from its own and from its upper case.
    :ivar fragments: fragments to find anywhere, by length.
    :ivar prefixes: beginnings of the secret to find before a cut.
    :ivar suffixes: ends of the secret to find after a cut.
    :ivar shortest: fragments of _CUT_FRAGMENT characters, one of which is in each text that contains any of the above;
        empty if the secret is too short for that.
    """

    forms: set[str]
    fragments: dict[int, set[str]]
    prefixes: set[str]
    suffixes: set[str]
    shortest: set[str]


@functools.lru_cache(maxsize=64)
def _search_terms(secret: str) -> _SearchTerms:
    # The upper case of a secret can fold to another text, because some characters become two, such as SS.
    forms = {each for each in (_fold(secret), _fold(secret.upper())) if len(each) >= _MIN_SECRET}
    fragments: dict[int, set[str]] = {}
    for form in forms:
        length = min(_FRAGMENT, len(form))
        fragments.setdefault(length, set()).update(_substrings(form, length))
    cuts = [(form, length) for form in forms for length in range(_CUT_FRAGMENT, _FRAGMENT) if length < len(form)]
    is_long = all(len(form) >= _CUT_FRAGMENT for form in forms)
    return _SearchTerms(
        forms,
        fragments,
        {form[:length] for form, length in cuts},
        {form[-length:] for form, length in cuts},
        {each for form in forms for each in _substrings(form, _CUT_FRAGMENT)} if is_long else set(),
    )


def _substrings(text: str, length: int) -> set[str]:
    return {text[at : at + length] for at in range(len(text) - length + 1)}


def _is_harmless(text: str, secrets: t.Sequence[_SearchTerms]) -> bool:
    """Return whether a quick check already rules out that *text* contains anything of the secrets."""
    if not _is_plain(text) or _MAY_BE_ENCODED.search(text) and not _is_hexadecimal_id(text):
        return False
    substrings = _substrings(text.lower(), _CUT_FRAGMENT)
    return all(each.shortest and each.shortest.isdisjoint(substrings) for each in secrets)


def _is_hexadecimal_id(text: str) -> bool:
    """Return whether *text* has only hexadecimal digits and dashes, and its digits don't encode readable text."""
    return bool(_HEXADECIMAL_ID.fullmatch(text)) and not any(
        _READABLE.search(_HEXADECIMAL.decode(run.group(), missing))
        for run in _HEXADECIMAL.pattern.finditer(text)
        for missing in range(_HEXADECIMAL.group_size)
    )


class _View:
    """The original text, or a text that results from decoding it.

    :ivar text: the text.
    :ivar positions: the position of each character in the original text, and the end of the last one.
    :ivar decoded: whether this is not the original text.
    :ivar compact: the text without white space and invisible characters.
    :ivar kept: the index in ``text`` of each character of ``compact``.
    """

    def __init__(self, text: str, positions: t.Sequence[int], decoded: bool = True) -> None:
        self.text, self.positions, self.decoded = text, positions, decoded
        self.kept: t.Sequence[int] = range(len(text))
        self.compact = text
        if not _is_plain(text):
            self.kept = [at for at, character in enumerate(text) if "!" <= character <= "~" or _is_visible(character)]
            self.compact = "".join([text[at] for at in self.kept])
        self._folded = _lower(self.compact)
        self._substrings: dict[int, set[str]] = {}
        self._before_cuts, self._after_cuts = self._cut_edges()

    def spans(self, secret: _SearchTerms) -> t.Iterator[tuple[int, int]]:
        """Yield the spans of the original text that contain something of *secret*."""
        for length, fragments in secret.fragments.items():
            for first, last in self._runs(fragments, length):
                if self._folded[first:last] not in _WORDS or self._folded[first:last] in secret.forms:
                    yield self._original_span(first, last)
        for terms, edges in ((secret.prefixes, self._before_cuts), (secret.suffixes, self._after_cuts)):
            for first, last in edges:
                if self._folded[first:last] in terms:
                    yield self._original_span(first, last)

    def contains(self, secret: _SearchTerms) -> bool:
        """Return whether *secret*, or a long fragment of it, is in this view."""
        # A match in decoded text is no coincidence.
        shortest = _FRAGMENT if self.decoded else _ID_FRAGMENT
        runs = self._runs(secret.fragments.get(_FRAGMENT, set()), _FRAGMENT)
        return any(last - first >= shortest for first, last in runs) or any(
            len(form) >= _FRAGMENT and form in self._folded for form in secret.forms
        )

    def _cut_edges(self) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """Return the ranges right before and right after each place where the text may have been cut."""
        before, after, first = [], [], 0
        for last, following in (*(match.span() for match in _ELLIPSIS.finditer(self._folded)), (len(self._folded), 0)):
            for length in range(_CUT_FRAGMENT, min(_FRAGMENT, last - first + 1)):
                before.append((last - length, last))
                after.append((first, first + length))
            first = following
        return before, after

    def _runs(self, fragments: set[str], length: int) -> t.Iterator[tuple[int, int]]:
        """Yield the ranges in which fragments of a secret overlap or follow each other."""
        if length not in self._substrings:
            self._substrings[length] = _substrings(self._folded, length)
        found = fragments & self._substrings[length]
        if not found:
            return
        first, last = -1, -1
        for at in range(len(self._folded) - length + 1):
            if self._folded[at : at + length] in found:
                if at > last:
                    if first >= 0:
                        yield first, last
                    first = at
                last = at + length
        yield first, last

    def _original_span(self, first: int, last: int) -> tuple[int, int]:
        return self.positions[self.kept[first]], self.positions[self.kept[last - 1] + 1]


# A single dot at the end may be the rest of an ellipsis.
_ELLIPSIS = re.compile("[.]{2,}|\u2026+|[.]$")


def _views(text: str) -> list[_View]:
    """Return the original text and all that results from decoding it up to _MAX_DEPTH times."""
    found = {text: _View(text, range(len(text) + 1), decoded=False)}
    latest = list(found.values())
    for _depth in range(_MAX_DEPTH):
        earlier, latest = latest, []
        for decoded in (each for view in earlier for each in (*_unescape(view), *_decode(view))):
            if decoded.text not in found and len(found) < _MAX_VIEWS:
                found[decoded.text] = decoded
                latest.append(decoded)
    return list(found.values())


_views_of_id = functools.lru_cache(maxsize=8)(_views)
"""Cached, because all accounts of a source repeat its public key, which is long and may be encoded."""


class _Escape(t.NamedTuple):
    """A way to escape characters.

    :ivar marker: a character that every escape sequence contains.
    :ivar pattern: matches escape sequences.
    :ivar decode: returns each character of a match and the length of its escape sequence.
    """

    marker: str
    pattern: t.Pattern[str]
    decode: t.Callable[[str], t.Sequence[tuple[str, int]]]


def _unescape(view: _View) -> t.Iterator[_View]:
    """Yield the view that results from each way to escape characters, if there are escape sequences."""
    for escape in _ESCAPES:
        if escape.marker not in view.text:
            continue
        text: list[str] = []
        positions: list[int] = []
        at = 0
        for match in escape.pattern.finditer(view.text):
            text.append(view.text[at : match.start()])
            positions += view.positions[at : match.start()]
            at = match.start()
            for character, length in escape.decode(match.group()):
                text.append(character)
                positions += [view.positions[at]] * len(character)
                at += length
            at = match.end()
        yield _View("".join((*text, view.text[at:])), [*positions, *view.positions[at:]])


class _Encoding(t.NamedTuple):
    """A way to encode octets as characters.

    :ivar pattern: matches text that may be encoded.
    :ivar group_size: the number of characters after which the encoding starts over.
    :ivar thirds_per_octet: the length of an octet, in thirds of a character.
    :ivar decode_octets: returns the octets of a match.
    """

    pattern: t.Pattern[str]
    group_size: int
    thirds_per_octet: int
    decode_octets: t.Callable[[str], bytes]

    def decode(self, text: str, missing: int) -> str:
        """Return the decoded text, assuming that *missing* characters precede *text* in its first group."""
        return self.decode_octets("0" * missing + text).decode("utf-8", "surrogateescape")


def _decode(view: _View) -> t.Iterator[_View]:
    """Yield the views that result from decoding all runs that may be encoded and decode to readable text.

    The beginning of a run may be missing, so each possible number of missing characters is tried.
    """
    for encoding in _ENCODINGS:
        runs = list(encoding.pattern.finditer(view.compact))
        for missing in range(encoding.group_size if runs else 0):
            text: list[str] = []
            positions: list[int] = []
            for run in runs:
                decoded = encoding.decode(run.group(), missing)
                if not _READABLE.search(decoded):
                    continue
                thirds = 3 * (run.start() - missing)
                for character in decoded:
                    # In UTF-16, every second octet of ASCII text is zero.
                    if character != "\0":
                        text.append(character)
                        positions.append(view.positions[view.kept[max(thirds // 3, run.start())]])
                    octets = 1 if character < "\x80" else len(character.encode("utf-8", "surrogateescape"))
                    thirds += octets * encoding.thirds_per_octet
                # The runs don't belong together.
                text.append("\u2026")
                positions.append(view.positions[view.kept[run.end() - 1] + 1])
            if text:
                yield _View("".join(text), [*positions, positions[-1]])


def _decode_base64(text: str) -> bytes:
    text = text.translate(_URL_SAFE_ALPHABET)
    text = text[:-1] if len(text) % 4 == 1 else text
    return base64.b64decode(text + "=" * (-len(text) % 4))


_URL_SAFE_ALPHABET = str.maketrans("-_", "+/")
# The shortest match of each pattern encodes _FRAGMENT octets.
_HEXADECIMAL = _Encoding(re.compile("[0-9A-Fa-f]{16,}"), 2, 6, lambda text: bytes.fromhex(text[: len(text) // 2 * 2]))
# Hexadecimal digits and dashes are an id rather than base64.
_BASE64 = _Encoding(re.compile("(?![0-9A-Fa-f-]+(?![A-Za-z0-9+/_-]))[A-Za-z0-9+/_-]{11,}"), 4, 4, _decode_base64)
_ENCODINGS = (_BASE64, _HEXADECIMAL)

_MAY_BE_ENCODED = re.compile("[%+&\\\\]|[A-Za-z0-9+/_-]{11}")
_HEXADECIMAL_ID = re.compile("[0-9A-Fa-f-]{,64}")
_READABLE = re.compile("[^\\x00-\\x1f\\x7f\\ud800-\\udfff]{6}|(?:[ -~]\\0){6}")
"""Six characters in UTF-8 or UTF-16."""


def _decode_percent(sequence: str) -> list[tuple[str, int]]:
    text = bytes.fromhex(sequence.replace("%", "")).decode("utf-8", "surrogateescape")
    return [(each, 3 * len(each.encode("utf-8", "surrogateescape"))) for each in text]


def _decode_json(sequence: str) -> list[tuple[str, int]]:
    if sequence[1] in "uU":
        code = int(sequence[2:6], 16)
        if len(sequence) == 12:
            code = 0x10000 + (code - 0xD800) * 0x400 + int(sequence[8:], 16) - 0xDC00
        return [(chr(code), len(sequence))]
    return [({"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}.get(sequence[1].lower(), sequence[1]), 2)]


_ESCAPES = (
    _Escape("%", re.compile("(?:%[0-9A-Fa-f]{2})+"), _decode_percent),
    # In a form, a plus sign is a blank.
    _Escape("+", re.compile(r"\+"), lambda _sequence: [(" ", 1)]),
    _Escape(
        "\\",
        re.compile(
            r"\\[uU][dD][89abAB][0-9A-Fa-f]{2}\\[uU][dD][c-fC-F][0-9A-Fa-f]{2}|\\[uU][0-9A-Fa-f]{4}|\\[^uU]", re.DOTALL
        ),
        _decode_json,
    ),
    _Escape(
        "&",
        re.compile("&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?"),
        lambda sequence: [(html.unescape(sequence), len(sequence))],
    ),
)


def _fold(text: str) -> str:
    """Return *text* in lower case, without white space and invisible characters."""
    return _lower(text if _is_plain(text) else "".join(filter(_is_visible, text)))


def _lower(text: str) -> str:
    if text.isascii():
        return text.lower()
    # A character stays as it is if its lower case has two characters, so that all positions stay the same.
    return "".join(lower if len(lower := each.lower()) == 1 else each for each in text)


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text


def _is_visible(character: str) -> bool:
    return character.isprintable() and not character.isspace()
