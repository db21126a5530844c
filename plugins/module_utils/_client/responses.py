# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns an HTTP response into values of the documented types that are safe to show, or into an explained error."""

from __future__ import annotations

import json
import math
import typing as t

from .._errors import ApiError, RateLimitError, UnexpectedResponseError
from .._http.retry import parse_retry_after
from .._text import LONGEST_NAME, LONGEST_TEXT, clean_text, fault_of_id, has_controls
from .redaction import NOTHING_SECRET, Redaction

if t.TYPE_CHECKING:
    from .._http.transport import Response

_LONGEST_NUMBER = 1000
"""Digits. The numbers of these responses are small. Python takes seconds for very long ones, or refuses them."""


class AmbiguousJsonError(ValueError):
    """JSON that two readers can understand differently; the text says in what way, and shows nothing of it."""


def read_object(response: Response, of: str) -> dict[str, t.Any]:
    """Return the JSON object in the body of a successful response.

    :param of: the operation, for the message.
    :raises UnexpectedResponseError: the body is anything else.
    """
    content = _understood(response.body)
    if isinstance(content, dict):
        return content
    raise _unexpected(response, of, "is not the JSON object that ISC sends, but")


def read_list(response: Response, of: str) -> list[dict[str, t.Any]]:
    """Return the list of JSON objects in the body of a successful response.

    :param of: the operation, for the message.
    :raises UnexpectedResponseError: the body is anything else.
    """
    content = _understood(response.body)
    if isinstance(content, list) and all(isinstance(each, dict) for each in content):
        return content
    kind = "a list of other things" if isinstance(content, list) else ""
    raise _unexpected(response, of, "is not the list of JSON objects that ISC sends, but", kind)


def read_nothing(response: Response, of: str) -> None:
    """Return nothing, which is what a successful response has in its body.

    :param of: the operation, for the message.
    :raises UnexpectedResponseError: there is something in it, so somebody else may have answered.
    """
    if response.body.strip():
        raise _unexpected(response, of, "is not the empty one that ISC sends, but")


def _unexpected(response: Response, of: str, difference: str, kind: str = "") -> UnexpectedResponseError:
    return UnexpectedResponseError(
        f"The response to {of} (HTTP {response.status}) {difference} {kind or _kind(response)}.",
        "Check that base_url is the address of an ISC tenant's API and that no proxy or gateway answers instead.",
        status_code=response.status,
    )


def api_error(response: Response, of: str, now: float, redact: Redaction = NOTHING_SECRET) -> ApiError:
    """Return the error that a response with an error status is.

    The documented bodies are ``{detailCode, trackingId, messages[{text}], causes[{text}]}``, for the login and for a
    401 ``{error, error_description}``, and for a 429 ``{message}``. Anything else is named, not shown.

    :param now: the time of day, in seconds since 1970, for a ``Retry-After`` that is a date.
    :param redact: takes secrets out of what ISC, or a gateway that quotes the request, says.
    """
    body = _understood(response.body)
    fields = body if isinstance(body, dict) else {}
    messages = _messages(fields, redact)
    detail_code = _short(fields.get("detailCode"), redact)
    tracking_id = _short(fields.get("trackingId"), redact)
    said = ": " + "; ".join(text.rstrip(".") for text in messages) if messages else ""
    codes = [f"HTTP {response.status}"]
    codes += [f"detailCode {detail_code}"] if detail_code else []
    codes += [f"trackingId {tracking_id}"] if tracking_id else []
    if not messages and not tracking_id:
        codes.append(f"the body is {_kind(response)}")
    did = "ISC refused to" if response.status < 500 else "ISC failed to"
    text = f"{did} {of}{said} ({', '.join(codes)})."
    details: dict[str, t.Any] = {
        "status_code": response.status,
        "detail_code": detail_code,
        "tracking_id": tracking_id,
        "messages": messages or None,
    }
    if response.status == 429:
        return RateLimitError(text, retry_after=parse_retry_after(response.headers.get("Retry-After"), now), **details)
    return ApiError(text, **details)


def hint_of_status(status: int) -> str:
    """Return what to do about a status that says the same for each operation; empty where it says nothing."""
    if status >= 500:
        return (
            "ISC, or a gateway before it, has a problem: run this again later. If it lasts, look at "
            "https://status.sailpoint.com, and at the proxy if there is one."
        )
    return {
        405: "What answers here does not serve ISC's API: check base_url, and the proxy if there is one.",
        413: "A proxy or gateway refuses the size of the request: have its limit raised, or reach ISC without it.",
    }.get(status, "")


def _understood(body: bytes) -> t.Any:
    """Return what the JSON text *body* says, or ``None`` where it can't be used."""
    try:
        return _parsed(body)
    except (ValueError, RecursionError):
        return None


def _parsed(body: bytes) -> t.Any:
    """Return what the JSON text *body* says.

    A key that is there twice means one thing to a gateway that reads the first and another to a parser that takes the
    last. Half of a surrogate pair and numbers such as NaN can't be written on as UTF-8 and JSON.
    """
    content = json.loads(
        body.decode("utf-8"),
        object_pairs_hook=_without_duplicates,
        parse_int=_short_number,
        parse_float=_finite_number,
        parse_constant=_finite_number,
    )
    if b"\\ud" in body.lower():
        try:
            json.dumps(content, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError:
            raise AmbiguousJsonError("JSON with half of a surrogate pair") from None
    return content


def _without_duplicates(pairs: list[tuple[str, t.Any]]) -> dict[str, t.Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise AmbiguousJsonError("JSON that has a key twice")
    return content


def _short_number(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise AmbiguousJsonError("JSON with a huge number")
    return int(digits)


def _finite_number(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise AmbiguousJsonError("JSON with a number that is not finite")
    return number


def _messages(fields: t.Mapping[str, t.Any], redact: Redaction) -> list[str]:
    texts: list[t.Any] = []
    for key in ("messages", "causes"):
        entries = fields.get(key)
        if isinstance(entries, list):
            texts += [entry.get("text") for entry in entries[:20] if isinstance(entry, dict)]
    texts += [fields.get(key) for key in ("error", "error_description", "message")]
    found: list[str] = []
    for text in texts:
        cleaned = clean_text(redact(text)) if isinstance(text, str) else ""
        if cleaned and cleaned not in found:
            found.append(cleaned)
    return found


def _short(value: t.Any, redact: Redaction) -> str | None:
    return clean_text(redact(value), 100) if isinstance(value, str) and value.strip() else None


def _kind(response: Response) -> str:
    body = response.body.strip()
    if not body:
        return "empty"
    if body[:1] == b"<" or "html" in response.headers.get("Content-Type", "").lower():
        return "HTML"
    try:
        content = _parsed(body)
    except UnicodeDecodeError:
        return "bytes that are not UTF-8"
    except AmbiguousJsonError as error:
        return str(error)
    except RecursionError:
        return "JSON of too many levels"
    except ValueError:
        return "truncated JSON" if body[:1] in (b"{", b"[") else "text that is not JSON"
    names = {dict: "an unknown JSON object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(content), "a number")


LARGEST_NUMBER = 2**31 - 1  # Of a setting. ISC's numbers are small.

_SET_UP = "Check in ISC that password management is set up for the source."


class Fields:
    """The fields of a JSON object in a response of ISC.

    Each method takes the names of a field, and treats null as missing. It raises an UnexpectedResponseError if the
    field has another type, or an unusable value.

    :param redact: takes secrets out of texts. An id that holds one can't be used.
    """

    __slots__ = ("_redact", "content", "of")

    def __init__(self, content: t.Mapping[str, t.Any], of: str, redact: Redaction = NOTHING_SECRET) -> None:
        self.content = content
        self.of = of
        self._redact = redact

    def value(self, *names: str) -> t.Any:
        """Return the field as it is, or ``None``."""
        return next((self.content[name] for name in names if self.content.get(name) is not None), None)

    def redacted(self, text: str) -> str:
        return self._redact(text)

    def id(self, *names: str) -> str | None:
        """Return an id, which is sent back as it is, so that nothing of it can be cleaned; ``None`` for an empty one.

        :raises UnexpectedResponseError: it is not a string, or not one that an id can be.
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

        :raises UnexpectedResponseError: it is missing, or as ``id`` says.
        """
        value = self.value(name)
        found = self.id(name) if isinstance(value, str) else None
        if found is None:
            raise self.unexpected(f"no usable {name}", _SET_UP)
        return found

    def required_path_id(self, name: str) -> str:
        """Return an id that has to be there, and that a path can name.

        :raises UnexpectedResponseError: it is missing, can't be in a path, or as ``id`` says.
        """
        value = self.required_id(name)
        if value in (".", ".."):
            raise self.unexpected(f"no usable {name}")
        return value

    def typed(self, name: str, kind: type[t.Any]) -> t.Any:
        """Return the field, which is of that type; ``None`` where it is missing.

        :raises UnexpectedResponseError: it is of another type.
        """
        value = self.value(name)
        if value is None:
            return None
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.unexpected(f"a {name} of another type")
        if kind is int and abs(value) > LARGEST_NUMBER:
            raise self.unexpected(f"a {name} that is too large")
        return value

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
        value = self.value(*names)
        return clean_text(self._redact(value), longest) if isinstance(value, str) else ""

    def name(self, *names: str) -> str:
        """Return a name, which is changed only where it can't be shown, or is too long for that."""
        value = self.value(*names)
        if not isinstance(value, str):
            return ""
        value = self._redact(value)
        return clean_text(value) if has_controls(value) or len(value) > LONGEST_TEXT else value

    def texts(self, *names: str) -> tuple[str, ...]:
        """Return a list of texts, without empty ones. A single text is a list of one.

        :raises UnexpectedResponseError: it is anything else.
        """
        value = self.value(*names)
        entries = [value] if isinstance(value, str) else self._entries(str, "strings", *names)
        return tuple(filter(None, (clean_text(self._redact(each)) for each in entries)))

    def ids(self, name: str) -> tuple[str, ...]:
        """Return a list of ids.

        :raises UnexpectedResponseError: it is anything else, or one of them is empty or can't be an id.
        """
        entries = self._entries(str, "ids", name)
        if any(not each or fault_of_id(each) or self._redact.finds(each) for each in entries):
            raise self.unexpected(f"{name} of which one can't be an id")
        return tuple(entries)

    def object(self, name: str) -> Fields:
        """Return an object; an empty one where there is none."""
        value = self.value(name)
        return Fields(value if isinstance(value, dict) else {}, self.of, self._redact)

    def objects(self, name: str) -> list[Fields]:
        """Return a list of objects.

        :raises UnexpectedResponseError: it is anything else.
        """
        return [Fields(each, self.of, self._redact) for each in self._entries(dict, "objects", name)]

    def _entries(self, kind: type[t.Any], what: str, *names: str) -> list[t.Any]:
        value = self.value(*names)
        entries = [] if value is None else value
        if not isinstance(entries, list) or not all(isinstance(each, kind) for each in entries):
            raise self.unexpected(f"{names[0]} that are not a list of {what}")
        return entries

    def unexpected(self, what: str, hint: str | None = None) -> UnexpectedResponseError:
        """Return the error of a response that has *what*."""
        return UnexpectedResponseError(f"ISC's response to {self.of} has {clean_text(what, LONGEST_NAME)}.", hint)
