# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Damaged answers, and the anomalies that SailPoint's own descriptions show."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from simulator.answers import Answer

HUGE = 1200 * 1024
# The sample in beta's description: base64, but no key (it begins with AII instead of MII).
_BETA_KEY_PREFIX = "AII"


def _html(answer: Answer) -> Answer:
    page = b"<!DOCTYPE html><html><head><title>Service</title></head><body><h1>We'll be right back</h1></body></html>"
    return Answer(200, headers=answer.headers, body=page, content_type="text/html; charset=utf-8")


def _raw(answer: Answer, body: bytes) -> Answer:
    return Answer(answer.status, headers=answer.headers, body=body)


def _document(answer: Answer, document: Any) -> Answer:
    return Answer(answer.status, document, answer.headers)


def _wrong_type(value: Any) -> Any:
    if isinstance(value, str):
        return {"value": value}
    if isinstance(value, list):
        return 7
    return [value]


def _changed(answer: Answer, change: Callable[[dict], Any]) -> Answer:
    """Return *answer* with its object, or each object of its list, changed."""
    if isinstance(answer.document, list):
        return _document(answer, [change(entry) for entry in answer.document])
    if answer.document is None:
        # An answer without a body has nothing to change.
        return answer
    return _document(answer, change(answer.document))


def _wrong_types(answer: Answer) -> Answer:
    return _changed(answer, lambda fields: {name: _wrong_type(value) for name, value in fields.items()})


def _not_utf8(answer: Answer) -> Answer:
    content = answer.content()
    note = b'"caf\xe9 \xff\xfe"'
    return _raw(answer, content[:-1] + (b',"note":' + note + b"}" if content[-1:] == b"}" else b"," + note + b"]"))


def _duplicate_keys(answer: Answer) -> Answer:
    """Every key twice, the true value first: a parser that takes the last one is misled."""

    def contradiction(value):
        return value[::-1] if isinstance(value, (str, list)) else 0

    def doubled(fields):
        pairs = [
            (json.dumps(name), json.dumps(value), json.dumps(contradiction(value))) for name, value in fields.items()
        ]
        return "{" + ",".join(f"{name}:{value},{name}:{other}" for name, value, other in pairs) + "}"

    if answer.document is None:
        return answer
    if isinstance(answer.document, list):
        return _raw(answer, f"[{','.join(map(doubled, answer.document))}]".encode())
    return _raw(answer, doubled(answer.document).encode())


def _huge(answer: Answer) -> Answer:
    return _changed(answer, lambda fields: {**fields, "padding": "x" * HUGE})


def _missing_fields(answer: Answer) -> Answer:
    return _changed(answer, lambda fields: {})


# "truncated" is cut by the sender, see fault_effects: its length says more than comes.
GARBAGE = {
    "html": _html,
    "empty": lambda answer: _raw(answer, b""),
    "truncated": lambda answer: answer,
    "truncated_json": lambda answer: _raw(answer, answer.content()[: len(answer.content()) // 2]),
    "list": lambda answer: _document(answer, [answer.document]),
    "string": lambda answer: _document(answer, "unexpected"),
    "number": lambda answer: _document(answer, 42),
    "null": lambda answer: _document(answer, None),
    "huge": _huge,
    "wrong_types": _wrong_types,
    "missing_fields": _missing_fields,
    "not_utf8": _not_utf8,
    "duplicate_keys": _duplicate_keys,
}


def _beta_status(document: dict) -> dict:
    if "sourceIds" not in document:
        return document
    states = {"IN_PROGRESS": "IN_PROCESS"}
    error = document["errors"][0] if document["errors"] else None
    return {
        "status": states.get(document["state"], document["state"]),
        "reqeustId": document["requestId"],
        "error": error,
    }


def _beta_public_key(document: dict) -> dict:
    if "publicKey" not in document:
        return document
    return {**document, "publicKey": _BETA_KEY_PREFIX + document["publicKey"][3:]}


def _integer_digit_token(document: dict) -> dict:
    return {**document, "digitToken": int(document["digitToken"])} if "digitToken" in document else document


def _unknown_state(document: dict) -> dict:
    return {**document, "state": "QUEUED"} if "state" in document else document


def _null_errors(document: dict) -> dict:
    return {**document, "errors": None, "sourceIds": None} if "errors" in document else document


def _extra_fields(document: dict) -> dict:
    return {**document, "addedLater": {"by": ["a", "newer", "release"]}}


# beta_status, beta_public_key and integer_digit_token are published examples; the others are what a newer
# release might send. They change successful answers that have the field, and leave all others alone.
ANOMALIES = {
    "beta_status": _beta_status,
    "beta_public_key": _beta_public_key,
    "integer_digit_token": _integer_digit_token,
    "unknown_state": _unknown_state,
    "null_errors": _null_errors,
    "extra_fields": _extra_fields,
}


def damaged(answer: Answer, fault: dict) -> Answer:
    """``answer`` after a fault of kind garbage, anomaly, raw or fields."""
    if fault["kind"] == "raw":
        headers = {**answer.headers, **fault.get("headers", {})}
        return Answer(fault.get("status", answer.status), headers=headers, body=base64.b64decode(fault["body"]))
    if fault["kind"] == "fields":
        return _changed(answer, lambda fields: {**fields, **fault["fields"]}) if answer.status < 300 else answer
    if fault["kind"] == "anomaly":
        return _changed(answer, ANOMALIES[fault["form"]]) if answer.status < 300 else answer
    result = GARBAGE[fault["form"]](answer)
    result.status = fault.get("status", result.status)
    return result
