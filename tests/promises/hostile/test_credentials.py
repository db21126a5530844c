# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Odd credentials arrive exactly as they are, or are refused with a sentence that doesn't hold them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._task.execution import execute
from ansible_collections.community.sailpoint.plugins.modules import isc_login
from support.hostile_results import flaws, texts
from support.hostile_texts import TEXTS
from support.local_servers import LocalServer
from support.modules import validated

ODD = [text for text in TEXTS.values() if text.strip()]
GOOD = {"client_id": "Sesame-id", "client_secret": "Sesame-secret"}


@pytest.fixture
def server() -> Iterator[LocalServer]:
    """Return what keeps the requests that it gets."""
    with LocalServer() as made:
        yield made


def logged_in(server: LocalServer, **given: Any) -> dict[str, Any]:
    """Return the result of a login at *server*, which responds with an empty object."""
    return execute(isc_login.run, validated(isc_login.ARGUMENT_SPEC, base_url=server.url, **given), False)


def test_what_utf8_can_express_arrives(server: LocalServer) -> None:
    for text in ODD:
        if "\ud800" in text or text != text.strip() or text[::-1] != text[::-1].strip():
            continue
        sent = {"client_id": text, "client_secret": text[::-1]}
        result = logged_in(server, **sent)
        form = dict(parse_qsl(server.requests.pop()["body"].decode("ascii"), strict_parsing=True))
        assert form == {"grant_type": "client_credentials", **sent}
        assert result["msg"] == "ISC's response to log in has no access_token."
    assert server.requests == []


@pytest.mark.parametrize("option", GOOD)
def test_what_utf8_can_not_express_is_named_and_not_shown(server: LocalServer, option: str) -> None:
    result = logged_in(server, **{**GOOD, option: "Sesame\udc80"})
    assert result["msg"].startswith(f"{option} holds characters that UTF-8 can't express. Check where it comes from: ")
    assert not any("Sesame" in text for text in texts(result))
    assert server.requests == []


@pytest.mark.parametrize("option", GOOD)
@pytest.mark.parametrize(
    ("given", "problem"),
    [("Sesame ", "white space at an end"), ("\nSesame", "white space at an end"), ("'Sesame'", "quotes around it")],
)
def test_what_does_not_belong_to_it_is_named_and_not_sent(server: LocalServer, option: str, given: str, problem: str):
    result = logged_in(server, **{**GOOD, option: given})
    assert result["msg"] == f"{option} has {problem}. Remove that: it would be sent as part of the value."
    assert server.requests == []


def test_a_token_that_no_header_can_carry_is_refused_and_not_shown(server: LocalServer) -> None:
    for text in ODD:
        result = logged_in(server, access_token=text)
        if set(text) <= set(map(chr, range(33, 127))):
            assert result["access_token"] == text
        else:
            assert result["msg"].startswith("access_token holds characters that no token has ")
            assert not any(text.strip() in shown for shown in texts(result))
        assert list(flaws(result)) == []
    assert server.requests == []
