# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one boundary at which what ISC sends becomes values: of the type described, and fit to be shown."""

from __future__ import annotations

import typing as t

from .._errors import UnexpectedAnswerError
from .._text import LONGEST_NAME, LONGEST_TEXT, clean_text, fault_of_id, has_controls
from .redaction import NOTHING_SECRET, Redaction

_SET_UP = "Check in ISC that password management is set up for the source."


class Fields:
    """The fields of a JSON object that ISC answered.

    Each method takes the names that a field is known by, and treats null as missing.

    :param of: the operation, for the messages.
    :param redact: takes secrets out of texts. An id that holds one can't be used.
    """

    def __init__(self, answer: t.Mapping[str, t.Any], of: str, redact: Redaction = NOTHING_SECRET) -> None:
        self.of = of
        self._answer = answer
        self._redact = redact

    def value(self, *names: str) -> t.Any:
        """Return the field as it is, or ``None``."""
        return next((self._answer[name] for name in names if self._answer.get(name) is not None), None)

    def redacted(self, text: str) -> str:
        """Return *text*, a part of the answer, without secrets."""
        return self._redact(text)

    def id(self, *names: str) -> str | None:
        """Return an id, which is sent back as it is, so that nothing of it can be cleaned; ``None`` for an empty one.

        :raises UnexpectedAnswerError: it is not a string, or not one that an id can be.
        """
        value = self.value(*names)
        if value is not None and not isinstance(value, str):
            raise self.unexpected(f"a {names[0]} that is not a string")
        fault = fault_of_id((value or "").replace("\n", "") if names[0] == "publicKey" else value or "")
        if fault:
            raise self.unexpected(f"{fault} in {names[0]}")
        if value and self._redact.finds(value):
            raise self.unexpected(f"a secret of the request in {names[0]}")
        return value or None

    def required_id(self, name: str) -> str:
        """Return an id that has to be there.

        :raises UnexpectedAnswerError: it is missing, or as ``id`` says.
        """
        value = self.value(name)
        found = self.id(name) if isinstance(value, str) else None
        if found is None:
            raise self.unexpected(f"no usable {name}", _SET_UP)
        return found

    def usable_id(self, *names: str) -> str | None:
        """Return an id, or a name that is sent back as it is; ``None`` where it can't be that."""
        value = self.value(*names)
        if not isinstance(value, str) or not value.strip() or fault_of_id(value) or self._redact.finds(value):
            return None
        return value

    def flag(self, *names: str) -> bool | None:
        """Return whether the field is true, or the text of it; ``None`` where there is none."""
        value = self.value(*names)
        return None if value is None else value is True or (isinstance(value, str) and value.lower() == "true")

    def text(self, *names: str, longest: int = LONGEST_TEXT) -> str:
        """Return a text to be shown; empty where there is none."""
        value = self.value(*names)
        return clean_text(self._redact(value), longest) if isinstance(value, str) else ""

    def name(self, *names: str) -> str:
        """Return a name, which is changed only where it can't be shown, or is too long for that."""
        value = self.value(*names)
        if not isinstance(value, str):
            return ""
        value = self._redact(value)
        return clean_text(value) if has_controls(value) or len(value) > LONGEST_TEXT else value

    def texts(self, *names: str, longest: int = LONGEST_TEXT) -> tuple[str, ...]:
        """Return a list of texts, without empty ones. A single text is a list of one.

        :raises UnexpectedAnswerError: it is anything else.
        """
        value = self.value(*names)
        entries = [value] if isinstance(value, str) else [] if value is None else value
        if not isinstance(entries, list) or not all(isinstance(each, str) for each in entries):
            raise self.unexpected(f"{names[0]} that are not a list of strings")
        return tuple(filter(None, (clean_text(self._redact(each), longest) for each in entries)))

    def ids(self, name: str) -> tuple[str, ...]:
        """Return a list of ids.

        :raises UnexpectedAnswerError: it is anything else, or one of them is empty or can't be an id.
        """
        value = self.value(name)
        entries = [] if value is None else value
        if not isinstance(entries, list) or not all(isinstance(each, str) and each for each in entries):
            raise self.unexpected(f"{name} that are not a list of ids")
        if any(fault_of_id(each) or self._redact.finds(each) for each in entries):
            raise self.unexpected(f"{name} of which one can't be an id")
        return tuple(entries)

    def object(self, name: str) -> Fields:
        """Return an object; an empty one where there is none."""
        value = self.value(name)
        return Fields(value if isinstance(value, dict) else {}, self.of, self._redact)

    def objects(self, name: str) -> list[Fields]:
        """Return a list of objects.

        :raises UnexpectedAnswerError: it is anything else.
        """
        value = self.value(name)
        entries = [] if value is None else value
        if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
            raise self.unexpected(f"{name} that are not a list of objects")
        return [Fields(each, self.of, self._redact) for each in entries]

    def unexpected(self, what: str, hint: str | None = None) -> UnexpectedAnswerError:
        """Return the error of an answer that has *what*."""
        return UnexpectedAnswerError(f"ISC's answer to {self.of} has {clean_text(what, LONGEST_NAME)}.", hint)
