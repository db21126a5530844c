# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From an HTTP answer to a JSON object or to an explained error."""

from __future__ import annotations

import json
import math
import typing as t

from .._errors import (
    ApiError,
    RateLimitError,
    UnexpectedAnswerError,
)
from .._http.retry import parse_retry_after
from .._http.transport import Answer
from .._text import clean_text
from .redaction import NOTHING_SECRET, Redaction

_URL_HINT = "Check that base_url is the address of an ISC tenant's API and that no proxy or gateway answers instead."

_LONGEST_NUMBER = 1000
"""Digits. The numbers of these answers are small. Python takes seconds for very long ones, or refuses them."""


class AmbiguousJsonError(ValueError):
    """JSON that two readers can understand differently; the text says in what way, and shows nothing of it."""


def read_object(answer: Answer, of: str) -> dict[str, t.Any]:
    """Return the JSON object in the body of a successful answer.

    :param of: the operation, for the message.
    :raises UnexpectedAnswerError: the body is anything else.
    """
    content = _understood(answer.body)
    if isinstance(content, dict):
        return content
    raise UnexpectedAnswerError(
        f"The answer to {of} (HTTP {answer.status}) is not the JSON object that ISC sends, but {_kind(answer)}.",
        _URL_HINT,
        status_code=answer.status,
    )


def read_list(answer: Answer, of: str) -> list[dict[str, t.Any]]:
    """Return the list of JSON objects in the body of a successful answer.

    :param of: the operation, for the message.
    :raises UnexpectedAnswerError: the body is anything else.
    """
    content = _understood(answer.body)
    if isinstance(content, list) and all(isinstance(each, dict) for each in content):
        return content
    found = "a list of other things" if isinstance(content, list) else _kind(answer)
    raise UnexpectedAnswerError(
        f"The answer to {of} (HTTP {answer.status}) is not the list of JSON objects that ISC sends, but {found}.",
        _URL_HINT,
        status_code=answer.status,
    )


def api_error(answer: Answer, of: str, now: float, redact: Redaction = NOTHING_SECRET) -> ApiError:
    """Return the error that an answer with an error status is.

    The documented bodies are ``{detailCode, trackingId, messages[{text}], causes[{text}]}``, for the login and for a
    401 ``{error, error_description}``, and for a 429 ``{message}``. Anything else is named, not shown.

    :param now: the time of day, in seconds since 1970, for a ``Retry-After`` that is a date.
    :param redact: takes secrets out of what ISC, or a gateway that quotes the request, says.
    """
    body = _understood(answer.body)
    fields = body if isinstance(body, dict) else {}
    messages = _messages(fields, redact)
    detail_code = _short(fields.get("detailCode"), redact)
    tracking_id = _short(fields.get("trackingId"), redact)
    said = ": " + "; ".join(text.rstrip(".") for text in messages) if messages else ""
    codes = [f"HTTP {answer.status}"]
    codes += [f"detailCode {detail_code}"] if detail_code else []
    codes += [f"trackingId {tracking_id}"] if tracking_id else []
    if not messages and not tracking_id:
        codes.append(f"the body is {_kind(answer)}")
    did = "ISC refused to" if answer.status < 500 else "ISC failed to"
    text = f"{did} {of}{said} ({', '.join(codes)})."
    details: dict[str, t.Any] = {
        "status_code": answer.status,
        "detail_code": detail_code,
        "tracking_id": tracking_id,
        "messages": messages or None,
    }
    if answer.status == 429:
        return RateLimitError(text, retry_after=parse_retry_after(answer.headers.get("Retry-After"), now), **details)
    return ApiError(text, **details)


def _understood(body: bytes) -> t.Any:
    """Return what the JSON text *body* says, or ``None`` where it can't be used."""
    try:
        return _parsed(body)
    except (ValueError, RecursionError):
        return None


def _parsed(body: bytes) -> t.Any:
    """Return what the JSON text *body* says.

    A key that is there twice means one thing to a gateway that looks for the first and another to whoever takes the
    last. Half of a surrogate pair and numbers such as NaN can't be written on as UTF-8 and JSON.

    :raises ValueError: it is no JSON, or such JSON.
    """
    content = json.loads(
        body.decode("utf-8"),
        object_pairs_hook=_without_duplicates,
        parse_int=_short_number,
        parse_float=_finite_number,
        parse_constant=_no_constant,
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
        raise AmbiguousJsonError("JSON with a huge number")
    return number


def _no_constant(_name: str) -> t.NoReturn:
    raise AmbiguousJsonError("JSON with a number that is none")


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


def _kind(answer: Answer) -> str:
    body = answer.body.strip()
    if not body:
        return "empty"
    if body[:1] == b"<" or "html" in answer.headers.get("Content-Type", "").lower():
        return "HTML"
    try:
        content = _parsed(body)
    except UnicodeDecodeError:
        return "no UTF-8 text"
    except AmbiguousJsonError as error:
        return str(error)
    except RecursionError:
        return "JSON of too many levels"
    except ValueError:
        return "truncated JSON" if body[:1] in (b"{", b"[") else "no JSON"
    names = {dict: "an unknown JSON object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(content), "a number")
