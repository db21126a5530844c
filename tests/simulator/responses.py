# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Responses, and the refusals with their documented bodies."""

from __future__ import annotations

import json
from typing import Any

TEXTS = {
    400: (
        "400.1 Bad Request Content",
        "The request was syntactically correct but its content is semantically invalid.",
    ),
    403: ("403 Forbidden", "The server understood the request but refuses to authorize it."),
    404: ("404 Not found", "The server did not find a current representation for the target resource."),
    405: ("405 Method not allowed", "The method is not allowed for the target resource."),
    406: ("406 Not acceptable", "The target resource can only be represented as application/json."),
    411: ("411 Length required", "The request must say its Content-Length."),
    413: ("413 Payload too large", "The request's body is too large."),
    415: ("415 Unsupported media type", "The request's body must be application/json, encoded as UTF-8."),
    500: ("500.0 Internal Fault", "An internal fault occurred."),
}


class Response:
    """Status, headers and either a ``document`` (sent as JSON) or a raw ``body`` with its own content type."""

    __slots__ = ("status", "document", "headers", "body", "content_type")

    def __init__(
        self,
        status: int,
        document: Any = None,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
        content_type: str = "application/json",
    ):
        self.status = status
        self.document = document
        self.headers = headers or {}
        self.body = body
        self.content_type = content_type

    def content(self) -> bytes:
        if self.body is not None:
            return self.body
        try:
            return json.dumps(self.document, ensure_ascii=False, separators=(",", ":")).encode()
        except UnicodeEncodeError:
            # Half of a surrogate pair, which only an escape can carry.
            return json.dumps(self.document, separators=(",", ":")).encode()


class Refusal(Exception):
    """Ends a request with an error response. ``document`` None means the error body of the API (400, 403, 404, 500).

    For 405, 406, 411, 413 and 415 nothing is documented; that they use the same body is assumed.
    """

    def __init__(
        self,
        status: int,
        text: str | None = None,
        code: str | None = None,
        document: dict | None = None,
        headers: dict[str, str] | None = None,
    ):
        super().__init__(text or status)
        self.status = status
        self.text = text
        self.code = code
        self.document = document
        self.headers = headers

    def response(self, tracking_id: str) -> Response:
        document = self.document
        if document is None:
            code, text = TEXTS[self.status]
            document = error_document(self.code or code, self.text or text, tracking_id)
        return Response(self.status, document, self.headers)


def error_document(code: str, text: str, tracking_id: str) -> dict:
    """The documented error body; a cause of its own is given where the text says more than the status does."""
    message = {"locale": "en-US", "localeOrigin": "DEFAULT", "text": text}
    return {"detailCode": code, "trackingId": tracking_id, "messages": [message], "causes": []}


def missing_object(kind: str, name: str) -> Refusal:
    """Documented code; that the message names the object is assumed."""
    return Refusal(400, f'Referenced {kind} "{name}" was not found.', code="400.1.404 Referenced object not found")


def unauthorized(reason: str) -> Refusal:
    """The documented body of 401. ``JWT is expired`` is published, the other reasons are assumed."""
    return Refusal(401, document={"error": f"JWT validation failed: {reason}"})


def oauth_refusal(status: int, error: str, description: str, headers: dict[str, str] | None = None) -> Refusal:
    """The token endpoint's body. Only ``invalid_client`` is published; the others follow RFC 6749."""
    return Refusal(status, document={"error": error, "error_description": description}, headers=headers)
