# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Damaged responses, and the anomalies that SailPoint's own descriptions show."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from simulator.responses import Response

HUGE = 1200 * 1024
# The sample in beta's description: base64, but no key (it begins with AII instead of MII).
_BETA_KEY_PREFIX = "AII"


def _html(response: Response) -> Response:
    page = b"<!DOCTYPE html><html><head><title>Service</title></head><body><h1>We'll be right back</h1></body></html>"
    return Response(200, headers=response.headers, body=page, content_type="text/html; charset=utf-8")


def _raw(response: Response, body: bytes) -> Response:
    return Response(response.status, headers=response.headers, body=body)


def _document(response: Response, document: Any) -> Response:
    return Response(response.status, document, response.headers)


def _wrong_type(value: Any) -> Any:
    if isinstance(value, str):
        return {"value": value}
    if isinstance(value, list):
        return 7
    return [value]


def _changed(response: Response, change: Callable[[dict], Any]) -> Response:
    """Return *answer* with its object, or each object of its list, changed."""
    if isinstance(response.document, list):
        return _document(response, [change(entry) for entry in response.document])
    if response.document is None:
        # A response without a body has nothing to change.
        return response
    return _document(response, change(response.document))


def _wrong_types(response: Response) -> Response:
    return _changed(response, lambda fields: {name: _wrong_type(value) for name, value in fields.items()})


def _not_utf8(response: Response) -> Response:
    content = response.content()
    note = b'"caf\xe9 \xff\xfe"'
    return _raw(response, content[:-1] + (b',"note":' + note + b"}" if content[-1:] == b"}" else b"," + note + b"]"))


def _duplicate_keys(response: Response) -> Response:
    """Every key twice, the true value first: a parser that takes the last one is misled."""

    def contradiction(value):
        return value[::-1] if isinstance(value, (str, list)) else 0

    def doubled(fields):
        pairs = [
            (json.dumps(name), json.dumps(value), json.dumps(contradiction(value))) for name, value in fields.items()
        ]
        return "{" + ",".join(f"{name}:{value},{name}:{other}" for name, value, other in pairs) + "}"

    if response.document is None:
        return response
    if isinstance(response.document, list):
        return _raw(response, f"[{','.join(map(doubled, response.document))}]".encode())
    return _raw(response, doubled(response.document).encode())


def _huge(response: Response) -> Response:
    return _changed(response, lambda fields: {**fields, "padding": "x" * HUGE})


def _missing_fields(response: Response) -> Response:
    return _changed(response, lambda fields: {})


# "truncated" is cut by the sender, see fault_effects: its length says more than comes.
GARBAGE = {
    "html": _html,
    "empty": lambda response: _raw(response, b""),
    "truncated": lambda response: response,
    "truncated_json": lambda response: _raw(response, response.content()[: len(response.content()) // 2]),
    "list": lambda response: _document(response, [response.document]),
    "string": lambda response: _document(response, "unexpected"),
    "number": lambda response: _document(response, 42),
    "null": lambda response: _document(response, None),
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
# release might send. They change successful responses that have the field, and leave all others alone.
ANOMALIES = {
    "beta_status": _beta_status,
    "beta_public_key": _beta_public_key,
    "integer_digit_token": _integer_digit_token,
    "unknown_state": _unknown_state,
    "null_errors": _null_errors,
    "extra_fields": _extra_fields,
}


def damaged(response: Response, fault: dict) -> Response:
    """``answer`` after a fault of kind garbage, anomaly, raw or fields."""
    if fault["kind"] == "raw":
        headers = {**response.headers, **fault.get("headers", {})}
        return Response(fault.get("status", response.status), headers=headers, body=base64.b64decode(fault["body"]))
    if fault["kind"] == "fields":
        return _changed(response, lambda fields: {**fields, **fault["fields"]}) if response.status < 300 else response
    if fault["kind"] == "anomaly":
        return _changed(response, ANOMALIES[fault["form"]]) if response.status < 300 else response
    result = GARBAGE[fault["form"]](response)
    result.status = fault.get("status", result.status)
    return result
