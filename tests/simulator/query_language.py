# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The query language of Search, as far as SailPoint documents it for identities and their accounts.

    field:"a phrase"   field:word   field:wor*   field.exact:"The Same"   field:[from TO now-90d]   _exists_:field
    AND   OR   NOT   (...)   @accounts(...)   *

Everything else is refused, such as words without a field, regular expressions, boosts and fuzzy words.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any

from simulator.lists import unquoted
from simulator.responses import Refusal

Matches = Callable[[Mapping[str, Any]], bool]

# The fields of a document, and how each is compared.
IDENTITY_FIELDS = {
    "id": "text",
    "name": "text",
    "displayName": "text",
    "status": "text",
    "inactive": "boolean",
    "disabled": "boolean",
    "locked": "boolean",
    "created": "date",
    "modified": "date",
}
ACCOUNT_FIELDS = {
    "id": "text",
    "name": "text",
    "accountId": "text",
    "source.id": "text",
    "source.name": "text",
    "source.type": "text",
    "disabled": "boolean",
    "locked": "boolean",
    "privileged": "boolean",
    "manuallyCorrelated": "boolean",
    "supportsPasswordChange": "boolean",
    "passwordLastSet": "date",
    "created": "date",
}
EVENT_FIELDS = {
    "id": "text",
    "name": "text",
    "action": "text",
    "type": "text",
    "technicalName": "text",
    "operation": "text",
    "status": "text",
    "trackingNumber": "text",
    "actor.name": "text",
    "target.name": "text",
    "created": "date",
}
# A backslash escapes the character after it, in quotes and outside.
_TOKEN = re.compile(
    r"""\s*(?:(?P<nested>@accounts\()|(?P<bracket>[()])|(?P<colon>:)
    |(?P<range>[\[{][^\]}\[{"]*[\]}])
    |"(?P<quoted>(?:[^"\\]|\\.)*)"
    |(?P<word>(?:[^\s()\[\]{}:"\\/^~+!&|<>=]|\\.)+))""",
    re.VERBOSE | re.DOTALL,
)
_RANGE = re.compile(r"\[\s*(?P<from>\S+)\s+TO\s+(?P<to>\S+)\s*\]")
_DATE_MATHS = re.compile(r"now(?:(?P<sign>[+-])(?P<number>\d+)(?P<unit>[smhdwMy]))?(?:/d)?")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "M": 30 * 86400, "y": 365 * 86400}
_WORDS = re.compile(r"\w+")


def parse(query: str, fields: dict) -> Matches:
    """Return a function that returns whether a document matches a query.

    :param fields: the fields of the documents.
    :raises Refusal: 400, if the query is invalid or uses a part of the language that this simulator leaves out.
    """
    parser = _Parser(_tokens(query))
    matches = parser.either(fields)
    parser.end()
    return matches


def seconds_of(text: str) -> float:
    """Return the seconds since 1970 for a time in ISO 8601.

    :raises ValueError: it is anything else.
    """
    given = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (given if given.tzinfo else given.replace(tzinfo=timezone.utc)).timestamp()


def _refusal(reason: str) -> Refusal:
    return Refusal(400, f"The query is not understood: {reason}.")


def _tokens(query: str) -> list[tuple[str, str]]:
    tokens, position = [], 0
    query = query.rstrip()
    while position < len(query):
        found = _TOKEN.match(query, position)
        if found is None:
            raise _refusal(f"at character {position}")
        kind = found.lastgroup
        tokens.append((kind, found[kind]))
        position = found.end()
    if not tokens:
        raise _refusal("it is empty")
    return tokens


class _Parser:
    """Each method consumes tokens from the front and returns the function that they stand for."""

    def __init__(self, tokens: list[tuple[str, str]]):
        self._tokens = tokens

    def either(self, fields: dict) -> Matches:
        parts = [self._all(fields)]
        while self._take("word", "OR"):
            parts.append(self._all(fields))
        return parts[0] if len(parts) == 1 else lambda document: any(part(document) for part in parts)

    def end(self) -> None:
        if self._tokens:
            raise _refusal(f"{self._tokens[0][1]!r} follows without AND or OR")

    def _all(self, fields: dict) -> Matches:
        parts = [self._one(fields)]
        while self._take("word", "AND"):
            parts.append(self._one(fields))
        return parts[0] if len(parts) == 1 else lambda document: all(part(document) for part in parts)

    def _one(self, fields: dict) -> Matches:
        if self._take("word", "NOT"):
            denied = self._one(fields)
            return lambda document: not denied(document)
        if self._take("bracket", "("):
            return self._closed(fields)
        if self._take("nested", "@accounts("):
            if fields is not IDENTITY_FIELDS:
                raise _refusal("@accounts outside of identities")
            inner = self._closed(ACCOUNT_FIELDS)
            return lambda document: any(inner(account) for account in document["accounts"])
        kind, text = self._next()
        if kind != "word" or text in ("AND", "OR", "NOT"):
            raise _refusal(f"{text!r} is not a condition")
        if text == "*" and not (self._tokens and self._tokens[0][0] == "colon"):
            return lambda document: True
        if not self._take("colon", ":"):
            raise _refusal(f"{text!r} has no field")
        return self._condition(text, fields)

    def _condition(self, name: str, fields: dict) -> Matches:
        kind, text = self._next()
        if name == "_exists_":
            if kind != "word":
                raise _refusal("_exists_ without a field")
            existing = _Field(text, fields)
            return lambda document: existing.of(document) is not None
        field = _Field(name, fields)
        if kind == "range":
            return _in_range(field, text)
        if kind == "quoted":
            return field.equals(unquoted(text))
        if kind != "word":
            raise _refusal(f"{text!r} is not a value")
        stem = text[:-1] if text.endswith("*") and not text.endswith("\\*") else None
        if re.search(r"(?<!\\)[*?]", stem if stem is not None else text) or (stem is not None and field.kind != "text"):
            raise _refusal(f"the wildcards of {text!r}")
        return field.equals(unquoted(text)) if stem is None else field.begins_with(unquoted(stem))

    def _closed(self, fields: dict) -> Matches:
        matches = self.either(fields)
        if not self._take("bracket", ")"):
            raise _refusal("a parenthesis is not closed")
        return matches

    def _take(self, kind: str, text: str) -> bool:
        if self._tokens and self._tokens[0] == (kind, text):
            del self._tokens[0]
            return True
        return False

    def _next(self) -> tuple[str, str]:
        if not self._tokens:
            raise _refusal("it ends too early")
        return self._tokens.pop(0)


class _Field:
    """A field of an identity, or of an account within ``@accounts``."""

    def __init__(self, name: str, fields: dict):
        self.exact = name.endswith(".exact")
        name = name[: -len(".exact")] if self.exact else name
        if name.startswith("attributes.") and fields is IDENTITY_FIELDS:
            self.kind = "text"
        elif name in fields:
            self.kind = fields[name]
        else:
            raise _refusal(f"the field {name!r} is unknown")
        if self.exact and self.kind != "text":
            raise _refusal(f"{name!r} has no exact form")
        self._path = name.split(".")

    def of(self, document: Mapping[str, Any]) -> Any:
        value: Any = document
        for part in self._path:
            value = value.get(part) if isinstance(value, Mapping) else None
        return value

    def equals(self, text: str) -> Matches:
        """Compare exactly, or word by word and case-insensitively."""
        if self.kind == "date":
            raise _refusal("a date needs a range")
        if self.kind == "boolean":
            if text not in ("true", "false"):
                raise _refusal(f"{text!r} is neither true nor false")
            return lambda document: self.of(document) is (text == "true")
        if self.exact:
            return lambda document: self.of(document) == text
        words = _words(text)
        return lambda document: _contains(_words(self.of(document) or ""), words)

    def begins_with(self, stem: str) -> Matches:
        if self.exact:
            return lambda document: str(self.of(document) or "").startswith(stem)
        folded = stem.casefold()
        return lambda document: any(word.startswith(folded) for word in _words(self.of(document) or ""))


def _words(text: str) -> list[str]:
    return _WORDS.findall(text.casefold())


def _contains(words: list[str], phrase: list[str]) -> bool:
    """Return whether a text contains a phrase. An empty phrase is in no text."""
    starts = range(len(words) - len(phrase) + 1) if phrase else ()
    return any(words[start : start + len(phrase)] == phrase for start in starts)


def _in_range(field: _Field, text: str) -> Matches:
    found = _RANGE.fullmatch(text)
    if found is None or field.kind != "date" or field.exact:
        raise _refusal(f"the range {text!r}")
    lower, upper = _limit(found["from"]), _limit(found["to"])

    def matches(document: Mapping[str, Any]) -> bool:
        try:
            value = seconds_of(field.of(document))
        except (AttributeError, ValueError):  # null, or not a date
            return False
        return (lower is None or lower <= value) and (upper is None or value <= upper)

    return matches


def _limit(text: str) -> float | None:
    if text == "*":
        return None
    found = _DATE_MATHS.fullmatch(text)
    if found is None:
        try:
            return seconds_of(text)
        except ValueError:
            raise _refusal(f"the date {text!r}") from None
    seconds = int(found["number"] or 0) * _UNITS[found["unit"] or "s"]
    return time.time() + (-seconds if found["sign"] == "-" else seconds)
