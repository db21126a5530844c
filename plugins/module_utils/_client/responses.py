# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn an HTTP response into values of the documented types that are safe to show, or into an explained error."""

from __future__ import annotations

import json
import math
import typing as t

from .._errors import ApiError, RateLimitError, UnexpectedResponseError
from .._http.retry import parse_retry_after
from .._text import MAX_NAME_LENGTH, MAX_TEXT_LENGTH, clean_text, has_controls, id_problem
from .redaction import NOTHING_SECRET, Redaction

if t.TYPE_CHECKING:
    from .._http.transport import Response

_MAX_DIGITS = 1000
"""Of a number. Numbers in these responses are small. Python takes seconds to parse a very long one, or refuses to."""


class AmbiguousJsonError(ValueError):
    """JSON that two parsers can read differently. The text says why, but quotes nothing of it."""


def read_object(response: Response, operation_name: str) -> dict[str, t.Any]:
    """Return the JSON object in the body of a successful response.

    :param operation_name: the operation, for an error message.
    :raises UnexpectedResponseError: the body is not a JSON object.
    """
    content = _parse_or_none(response.body)
    if isinstance(content, dict):
        return content
    raise _unexpected(response, operation_name, "is not the JSON object that ISC sends, but")


def read_list(response: Response, operation_name: str) -> list[dict[str, t.Any]]:
    """Return the list of JSON objects in the body of a successful response.

    :param operation_name: the operation, for an error message.
    :raises UnexpectedResponseError: the body is not a list of JSON objects.
    """
    content = _parse_or_none(response.body)
    if isinstance(content, list) and all(isinstance(each, dict) for each in content):
        return content
    other = "a list of other things" if isinstance(content, list) else ""
    raise _unexpected(response, operation_name, "is not the list of JSON objects that ISC sends, but", other)


def read_nothing(response: Response, operation_name: str) -> None:
    """Check that the body of a successful response is empty.

    :param operation_name: the operation, for an error message.
    :raises UnexpectedResponseError: the body is not empty, so the response may not be from ISC.
    """
    if response.body.strip():
        raise _unexpected(response, operation_name, "is not the empty one that ISC sends, but")


def _unexpected(response: Response, operation_name: str, difference: str, body: str = "") -> UnexpectedResponseError:
    return UnexpectedResponseError(
        f"The response to {operation_name} (HTTP {response.status}) {difference} {body or _describe_body(response)}.",
        "Check that base_url is the address of an ISC tenant's API and that no proxy or gateway responds instead.",
        status_code=response.status,
    )


def api_error(response: Response, operation_name: str, now: float, redact: Redaction = NOTHING_SECRET) -> ApiError:
    """Return the error for a response with an error status.

    The documented bodies are ``{detailCode, trackingId, messages[{text}], causes[{text}]}``, for the login and for a
    401 ``{error, error_description}``, and for a 429 ``{message}``. Any other body is described, not shown.

    :param now: seconds since 1970, for a ``Retry-After`` that is a date.
    :param redact: masks secrets in messages of ISC, or of a gateway that quotes the request.
    """
    body = _parse_or_none(response.body)
    fields = body if isinstance(body, dict) else {}
    messages = _messages(fields, redact)
    detail_code = _short_text(fields.get("detailCode"), redact)
    tracking_id = _short_text(fields.get("trackingId"), redact)
    quoted = ": " + "; ".join(text.rstrip(".") for text in messages) if messages else ""
    codes = [f"HTTP {response.status}"]
    codes += [f"detailCode {detail_code}"] if detail_code else []
    codes += [f"trackingId {tracking_id}"] if tracking_id else []
    if not messages and not tracking_id:
        codes.append(f"the body is {_describe_body(response)}")
    failure = "ISC refused to" if response.status < 500 else "ISC failed to"
    text = f"{failure} {operation_name}{quoted} ({', '.join(codes)})."
    details: dict[str, t.Any] = {
        "status_code": response.status,
        "detail_code": detail_code,
        "tracking_id": tracking_id,
        "messages": messages or None,
    }
    if response.status == 429:
        return RateLimitError(text, retry_after=parse_retry_after(response.headers.get("Retry-After"), now), **details)
    return ApiError(text, **details)


def status_hint(status: int) -> str:
    """Return a hint for a status that means the same for every operation, or an empty string."""
    if status >= 500:
        return (
            "ISC, or a gateway in front of it, has a problem: run this again later. If it persists, look at "
            "https://status.sailpoint.com, and at the proxy if there is one."
        )
    return {
        405: "The server at this address does not serve ISC's API: check base_url, and the proxy if there is one.",
        413: "A proxy or gateway rejects a request of this size: raise its limit, or connect to ISC without it.",
    }.get(status, "")


def _parse_or_none(body: bytes) -> t.Any:
    try:
        return _parse(body)
    except (ValueError, RecursionError):
        return None


def _parse(body: bytes) -> t.Any:
    """Parse JSON strictly.

    A gateway may read the first of two duplicate keys and another parser the last one. Lone surrogates and numbers such
    as NaN can't be written as UTF-8 and JSON again.
    """
    content = json.loads(
        body.decode("utf-8"),
        object_pairs_hook=_parse_object,
        parse_int=_parse_int,
        parse_float=_parse_float,
        parse_constant=_parse_float,
    )
    if b"\\ud" in body.lower():
        try:
            json.dumps(content, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError:
            raise AmbiguousJsonError("JSON with a lone surrogate") from None
    return content


def _parse_object(pairs: list[tuple[str, t.Any]]) -> dict[str, t.Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise AmbiguousJsonError("JSON with a duplicate key")
    return content


def _parse_int(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise AmbiguousJsonError("JSON with a huge number")
    return int(digits)


def _parse_float(digits: str) -> float:
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
    messages = (clean_text(redact(text)) for text in texts if isinstance(text, str))
    return list(dict.fromkeys(filter(None, messages)))


def _short_text(value: t.Any, redact: Redaction) -> str | None:
    return clean_text(redact(value), 100) if isinstance(value, str) and value.strip() else None


def _describe_body(response: Response) -> str:
    body = response.body.strip()
    if not body:
        return "empty"
    if body[:1] == b"<" or "html" in response.headers.get("Content-Type", "").lower():
        return "HTML"
    try:
        content = _parse(body)
    except UnicodeDecodeError:
        return "bytes that are not UTF-8"
    except AmbiguousJsonError as error:
        return str(error)
    except RecursionError:
        return "JSON that is nested too deeply"
    except ValueError:
        return "truncated JSON" if body[:1] in (b"{", b"[") else "text that is not JSON"
    names = {dict: "an unknown JSON object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(content), "a number")


_MAX_NUMBER = 2**31 - 1  # The numbers in ISC's settings are small.


class Fields:
    """The fields of a JSON object in a response from ISC.

    Each method takes one or more names of a field, of which the first one with a value counts. A missing field and null
    are the same. If a field has an unexpected type or an unusable value, UnexpectedResponseError is raised.

    :ivar redact: masks secrets in text. An id that contains a secret is unusable.
    """

    __slots__ = ("content", "operation_name", "redact")

    def __init__(self, content: t.Mapping[str, t.Any], operation_name: str, redact: Redaction = NOTHING_SECRET) -> None:
        self.content = content
        self.operation_name = operation_name
        self.redact = redact

    def value(self, *names: str) -> t.Any:
        """Return the value unchanged, or ``None`` if it is missing."""
        return next((self.content[name] for name in names if self.content.get(name) is not None), None)

    def id(self, *names: str) -> str | None:
        """Return an id unchanged, because it will be sent back; ``None`` if it is missing or empty.

        :raises UnexpectedResponseError: the value is not a string, or not usable as an id.
        """
        value = self.value(*names)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.unexpected(f"a {names[0]} that is not a string")
        problem = id_problem(value.replace("\n", "") if names[0] == "publicKey" else value)  # A key has line breaks.
        if problem:
            raise self.unexpected(f"{problem} in {names[0]}")
        if self.redact.finds_secret_in(value):
            raise self.unexpected(f"a secret of the request in {names[0]}")
        return value or None

    def required_id(self, name: str) -> str:
        """Return an id that must not be missing.

        :raises UnexpectedResponseError: the value is missing, or not usable as an id.
        """
        value = self.id(name) if isinstance(self.value(name), str) else None
        if value is None:
            hint = "Check in ISC that password management is set up for the source."
            raise self.unexpected(f"no usable {name}", hint)
        return value

    def required_path_id(self, name: str) -> str:
        """Return an id that must not be missing and that will be part of a path.

        :raises UnexpectedResponseError: the value is missing, or not usable as an id in a path.
        """
        value = self.required_id(name)
        if value in (".", ".."):
            raise self.unexpected(f"no usable {name}")
        return value

    def typed(self, name: str, kind: type[t.Any]) -> t.Any:
        """Return a value of the given type, or ``None`` if it is missing.

        :raises UnexpectedResponseError: the value has another type, or is too large a number.
        """
        value = self.value(name)
        if value is None:
            return None
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.unexpected(f"a {name} of another type")
        if kind is int and abs(value) > _MAX_NUMBER:
            raise self.unexpected(f"a {name} that is too large")
        return value

    def usable_id(self, *names: str) -> str | None:
        """Return an id, or a name that will be sent back, unchanged; ``None`` if it is missing or not usable."""
        value = self.value(*names)
        if not isinstance(value, str) or not value.strip() or id_problem(value) or self.redact.finds_secret_in(value):
            return None
        return value

    def flag(self, *names: str) -> bool | None:
        """Return whether the value is true or the text "true"; ``None`` if it is missing."""
        value = self.value(*names)
        return None if value is None else value is True or (isinstance(value, str) and value.lower() == "true")

    def text(self, *names: str, longest: int = MAX_TEXT_LENGTH) -> str:
        value = self.value(*names)
        return clean_text(self.redact(value), longest) if isinstance(value, str) else ""

    def name(self, *names: str) -> str:
        """Return a name, cleaned only if it is too long or contains control characters."""
        value = self.value(*names)
        if not isinstance(value, str):
            return ""
        value = self.redact(value)
        return clean_text(value) if has_controls(value) or len(value) > MAX_TEXT_LENGTH else value

    def texts(self, *names: str) -> tuple[str, ...]:
        """Return the non-empty texts of a list. A single text counts as a list of one.

        :raises UnexpectedResponseError: the value is neither a text nor a list of texts.
        """
        value = self.value(*names)
        entries = [value] if isinstance(value, str) else self._entries(str, "strings", *names)
        return tuple(filter(None, (clean_text(self.redact(each)) for each in entries)))

    def ids(self, name: str) -> tuple[str, ...]:
        """Return a list of ids unchanged.

        :raises UnexpectedResponseError: the value is not a list of strings, or an id is empty or not usable.
        """
        entries = self._entries(str, "ids", name)
        if any(not each or id_problem(each) or self.redact.finds_secret_in(each) for each in entries):
            raise self.unexpected(f"an unusable id in {name}")
        return tuple(entries)

    def object(self, name: str) -> Fields:
        """Return an object, which is empty if the value is missing or not an object."""
        value = self.value(name)
        return Fields(value if isinstance(value, dict) else {}, self.operation_name, self.redact)

    def objects(self, name: str) -> list[Fields]:
        """Return a list of objects.

        :raises UnexpectedResponseError: the value is not a list of objects.
        """
        return [Fields(each, self.operation_name, self.redact) for each in self._entries(dict, "objects", name)]

    def _entries(self, kind: type[t.Any], what: str, *names: str) -> list[t.Any]:
        value = self.value(*names)
        entries = [] if value is None else value
        if not isinstance(entries, list) or not all(isinstance(each, kind) for each in entries):
            raise self.unexpected(f"{names[0]} that are not a list of {what}")
        return entries

    def unexpected(self, what: str, hint: str | None = None) -> UnexpectedResponseError:
        """Return the error for a response that has *what*."""
        what = clean_text(what, MAX_NAME_LENGTH)
        return UnexpectedResponseError(f"ISC's response to {self.operation_name} has {what}.", hint)
