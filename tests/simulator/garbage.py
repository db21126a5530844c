# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Damaged responses, and the anomalies in SailPoint's own API descriptions."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from simulator.responses import Response

HUGE = 1200 * 1024


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
    """Return the response with its object, or each object of its list, changed. A response without a body stays."""
    if isinstance(response.document, list):
        return _document(response, [change(entry) for entry in response.document])
    if response.document is None:
        return response
    return _document(response, change(response.document))


def _not_utf8(response: Response) -> Response:
    content = response.content()
    note = b'"caf\xe9 \xff\xfe"'
    return _raw(response, content[:-1] + (b',"note":' + note + b"}" if content[-1:] == b"}" else b"," + note + b"]"))


def _duplicate_keys(response: Response) -> Response:
    """Repeat every key with a contradicting value, which misleads a parser that takes the last one."""

    def contradiction(value):
        return value[::-1] if isinstance(value, (str, list)) else 0

    def doubled(fields):
        pairs = [(name, each) for name, value in fields.items() for each in (value, contradiction(value))]
        return "{" + ",".join(f"{json.dumps(name)}:{json.dumps(value)}" for name, value in pairs) + "}"

    if response.document is None:
        return response
    if isinstance(response.document, list):
        return _raw(response, f"[{','.join(map(doubled, response.document))}]".encode())
    return _raw(response, doubled(response.document).encode())


# The gateway cuts "truncated": the Content-Length is that of the whole body.
GARBAGE = {
    "html": _html,
    "empty": lambda response: _raw(response, b""),
    "truncated": lambda response: response,
    "truncated_json": lambda response: _raw(response, response.content()[: len(response.content()) // 2]),
    "list": lambda response: _document(response, [response.document]),
    "string": lambda response: _document(response, "unexpected"),
    "number": lambda response: _document(response, 42),
    "null": lambda response: _document(response, None),
    "huge": lambda response: _changed(response, lambda fields: {**fields, "padding": "x" * HUGE}),
    "wrong_types": lambda response: _changed(
        response, lambda fields: {name: _wrong_type(value) for name, value in fields.items()}
    ),
    "missing_fields": lambda response: _changed(response, lambda fields: {}),
    "not_utf8": _not_utf8,
    "duplicate_keys": _duplicate_keys,
}


def _beta_status(document: dict) -> dict:
    if "sourceIds" not in document:
        return document
    return {
        "status": document["state"].replace("IN_PROGRESS", "IN_PROCESS"),
        "reqeustId": document["requestId"],
        "error": next(iter(document["errors"]), None),
    }


def _if_present(field: str, change: Callable[[dict], dict]) -> Callable[[dict], dict]:
    return lambda document: {**document, **change(document)} if field in document else document


# beta_status, beta_public_key and integer_digit_token are published examples. The others are what a newer release might
# send. They change successful responses that have the field, and no others.
ANOMALIES = {
    "beta_status": _beta_status,
    # The sample in beta's description is base64 but not a key: it begins with AII instead of MII.
    "beta_public_key": _if_present("publicKey", lambda document: {"publicKey": f"AII{document['publicKey'][3:]}"}),
    "integer_digit_token": _if_present("digitToken", lambda document: {"digitToken": int(document["digitToken"])}),
    "unknown_state": _if_present("state", lambda _document: {"state": "QUEUED"}),
    "null_errors": _if_present("errors", lambda _document: {"errors": None, "sourceIds": None}),
    "extra_fields": lambda document: {**document, "addedLater": {"by": ["a", "newer", "release"]}},
}


def damaged(response: Response, fault: dict) -> Response:
    """Return the response after a fault of kind garbage, anomaly, raw or fields."""
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
