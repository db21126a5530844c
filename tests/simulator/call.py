# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request on its way through the gateway."""

from __future__ import annotations

import contextlib
import json
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from simulator.layouts import LOGIN, Route
from simulator.responses import Refusal
from simulator.tokens import Claims


def _object_of(pairs: list) -> dict:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a field is given twice")
    return document


def _no_constant(name: str):
    raise ValueError(f"{name} is not JSON")


class Call:
    """A request with its route, body, token and log entry.

    :ivar body: the bytes of the body, or None if it is too large.
    :ivar document: the parsed JSON of the body, or None if it isn't JSON.
    :ivar refusal: why the bearer token wasn't accepted. It is raised after the checks that come before.
    """

    __slots__ = ("request", "route", "request_id", "body", "document", "claims", "refusal", "entry")

    def __init__(self, request: web.BaseRequest, route: Route | None, request_id: str | None, entry: dict):
        self.request = request
        self.route = route
        self.request_id = request_id
        self.entry = entry
        self.body: bytes | None = None
        self.document: Any = None
        self.claims: Claims | None = None
        self.refusal: Refusal | None = None

    def parse_body(self) -> None:
        """Parse the body leniently, because the strict checks come later, and log its keys."""
        if self.route is not None and self.route.operation == LOGIN:
            fields = parse_qsl(self.body.decode("latin-1"), keep_blank_values=True)
            self.entry["body_keys"] = [name for name, _value in fields]
            self.entry["client_id"] = dict(fields).get("client_id")
            return
        with contextlib.suppress(ValueError, RecursionError):
            text = self.body.decode("utf-8")
            self.document = json.loads(text, object_pairs_hook=_object_of, parse_constant=_no_constant)
        if isinstance(self.document, dict):
            self.entry["body_keys"] = list(self.document)
