# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Strict checks of an API request's headers and body."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from email.message import Message
from typing import Any

from simulator.call import Call
from simulator.responses import Refusal


def media_type(header: str) -> tuple[str, dict[str, str]]:
    """``(type, parameters)`` of a Content-Type, both in lower case."""
    if header == "application/json":
        return header, {}
    message = Message()
    message["Content-Type"] = header
    parameters = message.get_params(failobj=[], unquote=True)
    return parameters[0][0].lower(), {name.lower(): value.lower() for name, value in parameters[1:]}


def accepts_json(header: str) -> bool:
    """Whether an Accept header allows application/json."""
    if header in ("*/*", "application/json"):
        return True
    allowed = {}
    for item in header.split(","):
        name, *parameters = (part.strip().lower() for part in item.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    quality = float(parameter[2:])
                except ValueError:
                    quality = 0.0
        allowed[name] = quality
    for name in ("application/json", "application/*", "*/*"):
        if name in allowed:
            return allowed[name] > 0
    return False


def check_headers(call: Call) -> None:
    """:raises Refusal: 400, 406, 411 or 415. The codes other than 400 are assumed."""
    request = call.request
    if request.rel_url.raw_query_string and not call.route.lists:
        raise Refusal(400, "The operation takes no query parameters.")
    if not accepts_json(request.headers.get("Accept", "*/*")):
        raise Refusal(406)
    if call.route.experimental and request.headers.get("X-SailPoint-Experimental", "").lower() != "true":
        raise Refusal(400, "The operation is experimental: the header X-SailPoint-Experimental: true is required.")
    if call.route.content_type is None:
        if call.body or "Transfer-Encoding" in request.headers:
            raise Refusal(400, "The operation takes no body.")
        return
    if "Content-Length" not in request.headers:
        raise Refusal(411)
    kind, parameters = media_type(request.headers.get("Content-Type", ""))
    if (
        kind != call.route.content_type
        or parameters.get("charset", "utf-8") != "utf-8"
        or set(parameters) - {"charset"}
    ):
        raise Refusal(415)
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Refusal(415, "The request's body must not be compressed.")


def checked_list(document: Any) -> list[Any]:
    """:raises Refusal: 400."""
    if not isinstance(document, list):
        raise Refusal(400, "The request's body must be a JSON list.")
    return document


def checked(fields: Any, known: Mapping[str, tuple], required: Collection[str]) -> dict[str, Any]:
    """Return *fields* if all are known and of the right type, and the required ones are there and not empty.

    :raises Refusal: 400. The API descriptions require fewer fields: that none can be left out is assumed.
    """
    if not isinstance(fields, dict):
        raise Refusal(400, "The request's body, or an entry of it, is not a JSON object.")
    for name, value in fields.items():
        if name not in known:
            raise Refusal(400, f'Unrecognized field "{name}".')
        if not isinstance(value, known[name]) or (isinstance(value, bool) and known[name] == (int,)):
            raise Refusal(400, f'The field "{name}" has the wrong type.')
    for name in required:
        if fields.get(name) in (None, ""):
            raise Refusal(400, f'The field "{name}" is required.')
    return fields
