# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Odd headers are explained on one line. Odd credentials arrive unchanged, or are refused and not shown."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._client.connection import connect
from ansible_collections.community.sailpoint.plugins.module_utils._errors import IscError
from ansible_collections.community.sailpoint.plugins.module_utils._task.execution import execute
from ansible_collections.community.sailpoint.plugins.modules import isc_login, isc_password_info
from support.hostile_results import flaws, texts
from support.hostile_texts import TEXTS
from support.local_servers import LocalServer, RawResponse
from support.modules import AD, FakeTime, validated

LOST = "ended before a complete response arrived"
BODY = b'{"identityId": "i"}'
USELESS = "has no usable sourceId."
"""The error about BODY."""


class LastResponse(RawResponse):
    """Closes the connection after each response."""

    def respond(self, handler: Any, request: dict) -> None:
        super().respond(handler, request)
        handler.close_connection = True


def refusal_of(server: RawResponse, fake_time: FakeTime) -> dict[str, Any]:
    """Return the module's error about *server*'s response."""
    given = {"base_url": server.url, "access_token": "t", "retries": 0, "user_name": "u", "source_name": AD}
    params = validated(isc_password_info.ARGUMENT_SPEC, **given)
    client = connect(params, fake_time.runtime)
    with pytest.raises(IscError) as refusal:
        isc_password_info.run(params, False, client)
    client.close()
    return {**refusal.value.as_result(), "warnings": client.warnings}


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({f"X-{number}": "a" for number in range(200)}, LOST),
        ({"X-Long": "a" * 100000}, LOST),
        ({"Content-Length": "5, 6"}, LOST),
        ({"Content-Length": "1000"}, LOST),
        ({"Content-Length": "5"}, "but truncated JSON."),
        ({"Content-Length": "-1"}, USELESS),
        ({"Content-Length": "nine"}, USELESS),
        ({"Transfer-Encoding": "chunked"}, LOST),
        ({"Set-Cookie": "a=b; Domain=" + "x" * 5000}, USELESS),
    ],
)
def test_odd_headers_are_explained(fake_time: FakeTime, headers: dict[str, str], error: str) -> None:
    with LastResponse(200, headers, BODY) as server:
        result = refusal_of(server, fake_time)
    assert error in result["msg"]
    assert list(flaws(result)) == []


def in_a_header(name: str) -> bool:
    """Return whether a server can send that text in a header, and the text may do harm there."""
    text = TEXTS[name]
    sent = all(ord(each) < 256 for each in text) and not set(text) & {"\r", "\n"}
    return sent and (not text.isprintable() or name in ("very long", "a path", "an address"))


@pytest.mark.parametrize("name", [*filter(in_a_header, TEXTS)])
def test_headers_are_shown_on_one_line(fake_time: FakeTime, name: str) -> None:
    text = TEXTS[name]
    headers = {"Retry-After": text, "X-Deprecated": text, "Content-Type": text, "Content-Length": "0"}
    for status in (200, 400, 429, 503):
        with LastResponse(status, headers, b"") as server:
            assert list(flaws(refusal_of(server, fake_time))) == []


@pytest.mark.parametrize("name", [*filter(in_a_header, TEXTS)])
def test_the_target_of_a_redirect_is_shown_on_one_line_and_not_requested(fake_time: FakeTime, name: str) -> None:
    text = TEXTS[name]
    for location in (text, f"https://{text}/{text}", f"{text}://host"):
        with LastResponse(302, {"Location": location, "Content-Length": "0"}, b"") as server:
            result = refusal_of(server, fake_time)
        assert "redirects " in result["msg"]
        assert list(flaws(result)) == []
        assert len(server.requests) == 1


ODD = [text for text in TEXTS.values() if text.strip()]
GOOD = {"client_id": "Sesame-id", "client_secret": "Sesame-secret"}


def log_in(server: LocalServer, **given: Any) -> dict[str, Any]:
    """Return the result of a login at *server*, which returns an empty object."""
    return execute(isc_login.run, validated(isc_login.ARGUMENT_SPEC, base_url=server.url, **given), False)


def test_any_text_in_utf8_arrives(server: LocalServer) -> None:
    for text in ODD:
        if "\ud800" in text or text != text.strip() or text[::-1] != text[::-1].strip():
            continue
        sent = {"client_id": text, "client_secret": text[::-1]}
        result = log_in(server, **sent)
        form = dict(parse_qsl(server.requests.pop()["body"].decode("ascii"), strict_parsing=True))
        assert form == {"grant_type": "client_credentials", **sent}
        assert result["msg"] == "ISC's response to log in has no access_token."
    assert server.requests == []


@pytest.mark.parametrize("option", GOOD)
def test_a_text_outside_utf8_is_named_and_not_shown(server: LocalServer, option: str) -> None:
    result = log_in(server, **{**GOOD, option: "Sesame\udc80"})
    assert result["msg"].startswith(f"{option} holds characters that UTF-8 can't express. Check where it comes from: ")
    assert not any("Sesame" in text for text in texts(result))
    assert server.requests == []


@pytest.mark.parametrize("option", GOOD)
@pytest.mark.parametrize(
    ("given", "problem"),
    [("Sesame ", "white space at an end"), ("\nSesame", "white space at an end"), ("'Sesame'", "quotes around it")],
)
def test_white_space_or_quotes_around_it_are_named_and_not_sent(
    server: LocalServer, option: str, given: str, problem: str
):
    result = log_in(server, **{**GOOD, option: given})
    assert result["msg"] == f"{option} has {problem}. Remove that: it would be sent as part of the value."
    assert server.requests == []


def test_a_token_that_does_not_fit_in_a_header_is_refused_and_not_shown(server: LocalServer) -> None:
    for text in ODD:
        result = log_in(server, access_token=text)
        if set(text) <= set(map(chr, range(33, 127))):
            assert result["access_token"] == text
        else:
            assert result["msg"].startswith("access_token holds characters that no token has ")
            assert not any(text.strip() in shown for shown in texts(result))
        assert list(flaws(result)) == []
    assert server.requests == []
