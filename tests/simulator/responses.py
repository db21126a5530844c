# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Responses, and the refusals with their documented bodies."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
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


@dataclass
class Response:
    """Status, headers, and either a ``document`` (sent as JSON) or a raw ``body`` with its own content type."""

    status: int
    document: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    content_type: str = "application/json"

    def content(self) -> bytes:
        if self.body is not None:
            return self.body
        try:
            return json.dumps(self.document, ensure_ascii=False, separators=(",", ":")).encode()
        except UnicodeEncodeError:
            # Half of a surrogate pair can only be sent escaped.
            return json.dumps(self.document, separators=(",", ":")).encode()


class Refusal(Exception):
    """Ends a request with an error response. If ``document`` is None, the body is the API's error body.

    That body is documented for 400, 403, 404 and 500. That 405, 406, 411, 413 and 415 have it is assumed.
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
            message = {"locale": "en-US", "localeOrigin": "DEFAULT", "text": self.text or text}
            document = {"detailCode": self.code or code, "trackingId": tracking_id, "messages": [message], "causes": []}
        return Response(self.status, document, self.headers or {})


def missing_object(kind: str, name: str) -> Refusal:
    """Return the refusal of an unknown object. The code is documented. That the message names the object is assumed."""
    return Refusal(400, f'Referenced {kind} "{name}" was not found.', code="400.1.404 Referenced object not found")


def unauthorized(reason: str) -> Refusal:
    """Return a 401 with the documented body. ``JWT is expired`` is published, the other reasons are assumed."""
    return Refusal(401, document={"error": f"JWT validation failed: {reason}"})


def oauth_refusal(status: int, error: str, description: str, headers: dict[str, str] | None = None) -> Refusal:
    """Return a refusal with the token endpoint's body. ``invalid_client`` is published, the rest follows RFC 6749."""
    return Refusal(status, document={"error": error, "error_description": description}, headers=headers)
