# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From an HTTP answer to a JSON object or to an explained error."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    ApiError,
    RateLimitError,
    UnexpectedAnswerError,
)
from ansible_collections.community.sailpoint.plugins.module_utils._retry import parse_retry_after
from ansible_collections.community.sailpoint.plugins.module_utils._text import clean_text
from ansible_collections.community.sailpoint.plugins.module_utils._transport import Answer

_URL_HINT = "Check that base_url is the address of an ISC tenant's API and that no proxy or gateway answers instead."


def read_object(answer: Answer, of: str) -> dict[str, t.Any]:
    """Return the JSON object in the body of a successful answer.

    :param of: the operation, for the message.
    :raises UnexpectedAnswerError: the body is anything else.
    """
    try:
        content = json.loads(answer.body.decode("utf-8"))
    except (ValueError, RecursionError):
        content = None
    if isinstance(content, dict):
        return content
    raise UnexpectedAnswerError(
        f"The answer to {of} (HTTP {answer.status}) is not the JSON object that ISC sends, but {_kind(answer)}.",
        _URL_HINT,
        status_code=answer.status,
    )


def api_error(answer: Answer, of: str, now: float) -> ApiError:
    """Return the error that an answer with an error status is.

    The documented bodies are ``{detailCode, trackingId, messages[{text}], causes[{text}]}``, for the login and for a
    401 ``{error, error_description}``, and for a 429 ``{message}``. Anything else is named, not shown.

    :param now: the time of day, in seconds since 1970, for a ``Retry-After`` that is a date.
    """
    try:
        body = json.loads(answer.body.decode("utf-8"))
    except (ValueError, RecursionError):
        body = None
    fields = body if isinstance(body, dict) else {}
    messages = _messages(fields)
    detail_code = _short(fields.get("detailCode"))
    tracking_id = _short(fields.get("trackingId"))
    said = ": " + "; ".join(text.rstrip(".") for text in messages) if messages else ""
    codes = [f"HTTP {answer.status}"]
    codes += [f"detailCode {detail_code}"] if detail_code else []
    codes += [f"trackingId {tracking_id}"] if tracking_id else []
    if not messages and not tracking_id:
        codes.append(f"the body is {_kind(answer)}")
    kind = RateLimitError if answer.status == 429 else ApiError
    error = kind(
        f"ISC refused to {of}{said} ({', '.join(codes)})."
        if answer.status < 500
        else f"ISC failed to {of}{said} ({', '.join(codes)}).",
        status_code=answer.status,
        detail_code=detail_code,
        tracking_id=tracking_id,
        messages=messages or None,
    )
    if isinstance(error, RateLimitError):
        error.retry_after = parse_retry_after(answer.headers.get("Retry-After"), now)
    return error


def _messages(fields: t.Mapping[str, t.Any]) -> list[str]:
    texts: list[t.Any] = []
    for key in ("messages", "causes"):
        entries = fields.get(key)
        if isinstance(entries, list):
            texts += [entry.get("text") for entry in entries[:20] if isinstance(entry, dict)]
    texts += [fields.get(key) for key in ("error", "error_description", "message")]
    found: list[str] = []
    for text in texts:
        cleaned = clean_text(text) if isinstance(text, str) else ""
        if cleaned and cleaned not in found:
            found.append(cleaned)
    return found


def _short(value: t.Any) -> str | None:
    return clean_text(value, 100) if isinstance(value, str) and value.strip() else None


def _kind(answer: Answer) -> str:
    body = answer.body.strip()
    if not body:
        return "empty"
    if body[:1] == b"<" or "html" in answer.headers.get("Content-Type", "").lower():
        return "HTML"
    try:
        content = json.loads(body.decode("utf-8"))
    except UnicodeDecodeError:
        return "no UTF-8 text"
    except (ValueError, RecursionError):
        return "truncated JSON" if body[:1] in (b"{", b"[") else "no JSON"
    names = {dict: "an unknown JSON object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(content), "a number")
