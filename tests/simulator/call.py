# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request on its way through the gateway."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from simulator.layouts import LOGIN, Route
from simulator.responses import Refusal
from simulator.tokens import Claims


class DuplicateKey(ValueError):
    """A JSON object names a field twice."""


def _object_of(pairs: list) -> dict:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise DuplicateKey("a field is given twice")
    return document


def _no_constant(name: str):
    raise ValueError(f"{name} is not JSON")


class Call:
    """The request with what is known of it: route, body, who it is from, and its entry in the log."""

    __slots__ = ("request", "route", "request_id", "body", "document", "claims", "refusal", "entry")

    def __init__(self, request: web.BaseRequest, route: Route | None, request_id: str | None, entry: dict):
        self.request = request
        self.route = route
        self.request_id = request_id
        self.entry = entry
        self.body = b""
        self.document: Any = None
        self.claims: Claims | None = None
        # Why the bearer token wasn't accepted: kept until its turn comes.
        self.refusal: Refusal | None = None

    def look_into_body(self) -> None:
        """Parse the body, leniently: strict checks come in their order. Fills the log's ``body_keys``."""
        if self.route is not None and self.route.operation == LOGIN:
            fields = parse_qsl(self.body.decode("latin-1"), keep_blank_values=True)
            self.entry["body_keys"] = [name for name, _value in fields]
            self.entry["client_id"] = dict(fields).get("client_id")
            return
        if not self.body:
            return
        try:
            self.document = json.loads(
                self.body.decode("utf-8"), object_pairs_hook=_object_of, parse_constant=_no_constant
            )
        except (ValueError, RecursionError) as problem:
            self.document = problem
        if isinstance(self.document, dict):
            self.entry["body_keys"] = list(self.document)
