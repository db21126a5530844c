# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The token endpoint, which takes a form with the client_credentials grant only."""

from __future__ import annotations

import hmac
import re

from simulator.body import accepts_json, media_type
from simulator.call import Call
from simulator.responses import Response, oauth_refusal
from simulator.state import State

_FORM_FIELD = re.compile(rb"(?:[A-Za-z0-9*._~+-]|%[0-9A-Fa-f]{2})*")
_KNOWN = ("grant_type", "client_id", "client_secret")


def _decoded(text: bytes) -> str:
    """:raises Refusal: 400, characters that must be percent-encoded, or not UTF-8."""
    if not _FORM_FIELD.fullmatch(text):
        raise oauth_refusal(400, "invalid_request", "The body is not properly urlencoded")
    plain = re.sub(rb"%([0-9A-Fa-f]{2})", lambda m: bytes([int(m.group(1), 16)]), text.replace(b"+", b" "))
    try:
        return plain.decode("utf-8")
    except UnicodeDecodeError:
        raise oauth_refusal(400, "invalid_request", "The body is not UTF-8") from None


def _form(body: bytes) -> dict:
    """:raises Refusal: 400, a field that is unknown, given twice or badly encoded."""
    fields = {}
    for pair in body.split(b"&") if body else ():
        encoded, equals, value = pair.partition(b"=")
        name = _decoded(encoded)
        if not equals or name not in _KNOWN:
            raise oauth_refusal(400, "invalid_request", "Unknown parameter in the request's body")
        if name in fields:
            raise oauth_refusal(400, "invalid_request", f"Parameter given twice: {name}")
        fields[name] = _decoded(value)
    return fields


async def login(state: State, call: Call) -> Response:
    """Handle POST /oauth/token. The order of the checks and all errors but ``invalid_client`` are assumed."""
    request = call.request
    if request.method != "POST":
        raise oauth_refusal(
            405, "method_not_allowed", f"Request method '{request.method}' not supported", {"Allow": "POST"}
        )
    if request.rel_url.raw_query_string:
        raise oauth_refusal(400, "invalid_request", "Parameters must be sent in the request's body")
    if "Authorization" in request.headers:
        raise oauth_refusal(400, "invalid_request", "Credentials must be sent in the request's body")
    kind, parameters = media_type(request.headers.get("Content-Type", ""))
    if kind != "application/x-www-form-urlencoded" or parameters.get("charset", "utf-8") != "utf-8":
        raise oauth_refusal(415, "invalid_request", "Content type must be application/x-www-form-urlencoded")
    if not accepts_json(request.headers.get("Accept", "*/*")):
        raise oauth_refusal(406, "invalid_request", "Only application/json can be answered")
    form = _form(call.body)
    if not form.get("grant_type"):
        raise oauth_refusal(400, "invalid_request", "Missing grant type")
    if form["grant_type"] != "client_credentials":
        raise oauth_refusal(400, "unsupported_grant_type", f"Unsupported grant type: {form['grant_type']}")
    client = state.clients.get(form.get("client_id", ""))
    secret = form.get("client_secret", "").encode()
    if client is None or not hmac.compare_digest(client.client_secret.encode(), secret):
        raise oauth_refusal(401, "invalid_client", "Bad client credentials")
    return Response(200, state.tokens.issue(client), {"Cache-Control": "no-store"})
