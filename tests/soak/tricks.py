# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tricks that a tenant plays on requests, drawn from a random number generator."""

from __future__ import annotations

import base64
import json
import random
from typing import Any, NamedTuple

from simulator.garbage import GARBAGE
from soak import hostile
from support.settings_tasks import WITHOUT_BODY

# Responses that don't report what the tenant did to a change.
FORGING = ("raw", "fields")
ABOUT_CHANGES = ("query", "set", "status", "any")
KINDS = (
    *("raw", "raw", "raw", "fields", "fields", "garbage"),
    *("status", "throttled", "redirect", "lost_before", "lost_after"),
)
# Those that the simulator can apply to lists.
KINDS_FOR_LISTS = ("raw", "raw", "status", "throttled", "redirect", "lost_before", "lost_after")
OF_LISTS = (*hostile.LISTS, "set_source_policies", "any")
PLACES = ("/oauth/elsewhere", "//127.0.0.1:9/x", "http://u:p@[::1", "//acme\u202e.example/")


class Trick(NamedTuple):
    """A fault for ``times`` requests of an operation (``None``: all), after ``skip`` requests that pass."""

    operation: str
    kind: str
    times: int | None
    skip: int
    details: dict[str, Any]

    @property
    def forges(self) -> bool:
        """Whether responses about a change may lie."""
        return self.kind in FORGING and self.operation in ABOUT_CHANGES

    def __str__(self) -> str:
        details = dict(self.details)
        if "body" in details and self.kind == "raw":
            details["body"] = base64.b64decode(details["body"])
        return f"{self.operation} {self.kind} times={self.times} skip={self.skip} {str(details)[:500]}"


def draw(chance: random.Random, operations: tuple[str, ...], echoed: str | None) -> Trick:
    """Return a trick on one of the operations.

    :param echoed: a secret that a response may repeat, if any.
    """
    operation = chance.choice(operations)
    kind = chance.choice(KINDS_FOR_LISTS if operation in (*OF_LISTS, *WITHOUT_BODY) else KINDS)
    details = _details(chance, kind, operation, echoed)
    kind = "status" if kind == "throttled" else kind
    return Trick(operation, kind, chance.choice((1, 1, 2, None)), chance.choice((0, 0, 0, 1)), details)


def _details(chance: random.Random, kind: str, operation: str, echoed: str | None) -> dict[str, Any]:
    if kind == "raw":
        status = {"set": 202}.get(operation, 200) if chance.random() < 0.6 else chance.choice(hostile.STATUSES)
        # A tenant can only repeat what it received.
        echoes = echoed is not None and operation in ("set", "status") and chance.random() < 0.3
        content = _echo(chance, echoed or "") if echoes else hostile.body(chance, operation)
        encoded = base64.b64encode(content[:60000]).decode()
        return {"body": encoded, "status": status, "headers": hostile.headers(chance)}
    if kind == "fields":
        return {"fields": _sendable(hostile.fields(chance, operation))}
    if kind == "garbage":
        return {"form": chance.choice([form for form in GARBAGE if form != "huge" or chance.random() < 0.2])}
    if kind == "status":
        status = chance.choice([status for status in hostile.STATUSES if status >= 400])
        return {
            "status": status,
            "body": _sendable(hostile.value(chance)),
            "processed": status in (408, 500, 502, 503, 504, 599) and chance.random() < 0.5,
            "headers": hostile.headers(chance),
        }
    if kind == "throttled":
        return {"status": 429, "body": {}, "headers": {"Retry-After": hostile.header(chance)}}
    if kind == "redirect":
        location = chance.choice((hostile.header(chance), *PLACES))
        return {"location": location, "status": chance.choice(hostile.REDIRECTS)}
    return {}


def _echo(chance: random.Random, secret: str) -> bytes:
    """Return a response that repeats a secret."""
    said = f"The value {secret} is not allowed."
    fields = {"messages": [{"text": said}], "errors": [said], "state": "FAILED", "requestId": "1", "error": said}
    return json.dumps({name: each for name, each in fields.items() if chance.random() < 0.9}).encode()


def _sendable(content: Any) -> Any:
    """Return content without halves of surrogate pairs and NaN, which the simulator can send only as raw bytes."""
    if isinstance(content, str):
        return content.encode("utf-8", "replace").decode()
    if isinstance(content, float) and content - content != 0:
        return 0
    if isinstance(content, list):
        return [_sendable(each) for each in content]
    if isinstance(content, dict):
        return {_sendable(key): _sendable(each) for key, each in content.items()}
    return content
