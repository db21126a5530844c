# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Headers that are too many, too long, wrong, or meant to be shown."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._client.connection import connect
from ansible_collections.community.sailpoint.plugins.module_utils._errors import IscError
from ansible_collections.community.sailpoint.plugins.modules import isc_password_info
from support.hostile_results import flaws
from support.hostile_texts import TEXTS
from support.local_servers import RawResponse
from support.modules import AD, FakeTime, validated

LOST = "ended before a complete response arrived"
BODY = b'{"identityId": "i"}'
USELESS = "has no usable sourceId."
"""What is said of BODY once it is read."""


class LastResponse(RawResponse):
    """Closes the connection after each response."""

    def respond(self, handler: Any, request: dict) -> None:
        super().respond(handler, request)
        handler.close_connection = True


def refusal_of(server: RawResponse, fake_time: FakeTime) -> dict[str, Any]:
    """Return what the module says of *server*'s response."""
    given = {"base_url": server.url, "access_token": "t", "retries": 0, "user_name": "u", "source_name": AD}
    params = validated(isc_password_info.ARGUMENT_SPEC, **given)
    client = connect(params, fake_time.runtime)
    with pytest.raises(IscError) as refusal:
        isc_password_info.run(params, False, client)
    client.close()
    return {**refusal.value.as_result(), "warnings": client.warnings}


@pytest.mark.parametrize(
    ("headers", "said"),
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
def test_odd_headers_are_explained(fake_time: FakeTime, headers: dict[str, str], said: str) -> None:
    with LastResponse(200, headers, BODY) as server:
        result = refusal_of(server, fake_time)
    assert said in result["msg"]
    assert list(flaws(result)) == []


def in_a_header(name: str) -> bool:
    """Return whether a server can send that text in a header, and it may do harm there."""
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
def test_where_a_redirect_leads_is_shown_on_one_line_and_not_asked(fake_time: FakeTime, name: str) -> None:
    text = TEXTS[name]
    for location in (text, f"https://{text}/{text}", f"{text}://host"):
        with LastResponse(302, {"Location": location, "Content-Length": "0"}, b"") as server:
            result = refusal_of(server, fake_time)
        assert "redirects " in result["msg"]
        assert list(flaws(result)) == []
        assert len(server.requests) == 1
