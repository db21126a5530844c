# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Given texts end up unchanged in one segment of a path or in a body, whatever characters they have."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._client.connection import connect
from ansible_collections.community.sailpoint.plugins.module_utils._client.operation import API_VERSIONS
from ansible_collections.community.sailpoint.plugins.module_utils._errors import IscError, UnexpectedResponseError
from ansible_collections.community.sailpoint.plugins.modules import (
    isc_digit_token,
    isc_password_change_info,
    isc_password_info,
)
from support.hostile_texts import TEXTS
from support.local_servers import LocalServer
from support.modules import AD, FakeTime, validated

SEGMENTS = {
    "a": "a",
    "a/b": "a%2Fb",
    "/": "%2F",
    "/a": "%2Fa",
    "a/": "a%2F",
    "a/..": "a%2F..",
    "../a": "..%2Fa",
    "../../oauth/token": "..%2F..%2Foauth%2Ftoken",
    "..\\..\\a": "..%5C..%5Ca",
    "...": "...",
    " .. ": "%20..%20",
    "..;a": "..%3Ba",
    ".%2e": ".%252e",
    "%2e%2e": "%252e%252e",
    "%2F": "%252F",
    "100%": "100%25",
    "a?b=c": "a%3Fb%3Dc",
    "a#b": "a%23b",
    "a&b=c;d,e": "a%26b%3Dc%3Bd%2Ce",
    "{id}": "%7Bid%7D",
    "user:secret@host": "user%3Asecret%40host",
    "//host/a": "%2F%2Fhost%2Fa",
    "a\r\nHost: b": "a%0D%0AHost%3A%20b",
    "a\nb": "a%0Ab",
    "\x00": "%00",
    "\t": None,
    "": None,
    "\u00fc\u20ac\U0001f511": "%C3%BC%E2%82%AC%F0%9F%94%91",
    "e\u0301": "e%CC%81",
    "~a-b_c.d": "~a-b_c.d",
    ".": None,
    "..": None,
    "a\ud800": None,
}
"""Given texts, and the segments on the wire. None: nothing is sent."""

REFUSALS = {
    "\t": "request_id is empty.",
    "": "request_id is empty.",
    ".": "request_id '.' is not an id of ISC.",
    "..": "request_id '..' is not an id of ISC.",
    "a\ud800": "request_id 'a\\ud800' is not an id of ISC.",
}


@contextmanager
def prepared(server: LocalServer, module: Any, fake_time: FakeTime, **given: Any) -> Iterator[Callable[[], Any]]:
    """Yield a function that runs *module* with a client of *server*."""
    params = validated(module.ARGUMENT_SPEC, base_url=server.url, access_token="t", **given)
    client = connect(params, fake_time.runtime)
    yield lambda: module.run(params, False, client)
    client.close()


def request_of(server: LocalServer, module: Any, fake_time: FakeTime, **given: Any) -> dict[str, Any]:
    """Return the one request that *module* sends to *server*, whose response is useless."""
    server.requests.clear()
    with prepared(server, module, fake_time, **given) as perform, pytest.raises(UnexpectedResponseError):
        perform()
    (request,) = server.requests
    return request


@pytest.mark.parametrize("api_version", [API_VERSIONS[0], API_VERSIONS[-1]])
def test_a_request_id_is_one_segment_on_the_wire(server: LocalServer, fake_time: FakeTime, api_version: str) -> None:
    expected = {given: segment for given, segment in SEGMENTS.items() if segment is not None}
    given = {"wait": False, "api_version": api_version}
    targets = {
        request_id: request_of(server, isc_password_change_info, fake_time, request_id=request_id, **given)["target"]
        for request_id in expected
    }
    place = "/password-change-status/v1/" if api_version == "v1" else f"/{api_version}/password-change-status/"
    assert targets == {request_id: place + segment for request_id, segment in expected.items()}


@pytest.mark.parametrize(("request_id", "problem"), REFUSALS.items())
@pytest.mark.parametrize("wait", [False, True])
def test_what_is_no_segment_is_refused_and_not_sent(
    server: LocalServer, fake_time: FakeTime, request_id: str, problem: str, wait: bool
) -> None:
    given = {"request_id": request_id, "wait": wait}
    with prepared(server, isc_password_change_info, fake_time, **given) as perform, pytest.raises(IscError) as refusal:
        perform()
    assert refusal.value.message == problem
    assert server.requests == []


def test_every_refusal_is_tested() -> None:
    assert {given for given, segment in SEGMENTS.items() if segment is None} == REFUSALS.keys()


def test_names_and_ids_arrive_as_they_are(server: LocalServer, fake_time: FakeTime) -> None:
    for text in (text for text in TEXTS.values() if text.strip()):
        request = request_of(server, isc_password_info, fake_time, user_name=text, source_name=f"{text} {AD}")
        assert request["target"] == "/query-password-info/v1"
        assert json.loads(request["body"]) == {"userName": text, "sourceName": f"{text} {AD}"}
        request = request_of(server, isc_digit_token, fake_time, user_id=text, length=6)
        assert request["target"] == "/generate-password-reset-token/v1/digit"
        assert json.loads(request["body"])["userId"] == text
