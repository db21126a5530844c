# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies that are nested too deeply, too large or compressed unexpectedly. Any other one is parsed or refused."""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
import math
import socket
import zlib
from typing import Any

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._client.responses import read_list, read_object
from ansible_collections.community.sailpoint.plugins.module_utils._errors import IscError, UnexpectedResponseError
from ansible_collections.community.sailpoint.plugins.module_utils._http.transport import (
    MAX_RESPONSE_SIZE,
    Response,
    Transport,
)
from ansible_collections.community.sailpoint.plugins.modules import (
    isc_digit_token,
    isc_login,
    isc_password,
    isc_password_change_info,
    isc_password_info,
    isc_password_org_config,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from support.hostile_results import flaws
from support.hostile_texts import TEXTS
from support.local_servers import LocalServer, RawResponse
from support.modules import AD
from support.victim import Victim

LEVELS = 100000
DEEP = {
    "lists": b"[" * LEVELS + b"]" * LEVELS,
    "objects": b'{"a":' * LEVELS + b"1" + b"}" * LEVELS,
    "lists in a field": b'{"state":' + b"[" * LEVELS + b"]" * LEVELS + b"}",
    "lists that end": b"[" * LEVELS,
}
TOO_DEEP = "is not the JSON object that ISC sends, but JSON that is nested too deeply."
RUNS: dict[str, tuple[Any, dict[str, Any], str]] = {
    "login": (isc_login, {}, "log in"),
    "query": (isc_password_info, {"user_name": "svc-backup", "source_name": AD}, "query password info"),
    "set": (isc_password, {}, "set password"),
    "status": (isc_password_change_info, {"request_id": "r", "wait": False}, "read password change status"),
    "org_config": (isc_password_org_config, {"digit_token_length": 9}, "read the password org config"),
    "digit_token": (isc_digit_token, {"user_id": "Abby.Smith", "length": 6}, "create digit token"),
}
OFFERED = 64 * MAX_RESPONSE_SIZE


def perform(victim: Victim, operation: str) -> dict[str, Any]:
    module, given, _name = RUNS[operation]
    if operation == "login":
        return victim.run_with_login(module, retries=0)
    return victim.run(module, **(victim.by_id if operation == "set" else given))


def refusal_of(server: LocalServer) -> IscError:
    """Return the error that *server*'s response causes."""
    transport = Transport(server.url, verify=True, timeout=20)
    with pytest.raises(IscError) as refusal:
        transport.send("GET", "/")
    transport.close()
    assert list(flaws(refusal.value.as_result())) == []
    return refusal.value


@pytest.mark.parametrize("operation", RUNS)
@pytest.mark.parametrize("form", DEEP)
def test_json_of_very_many_levels_is_refused(victim: Victim, operation: str, form: str) -> None:
    victim.tenant.fault(operation, "raw", body=base64.b64encode(DEEP[form]).decode(), status=200)
    result = perform(victim, operation)
    assert f"The response to {RUNS[operation][2]} (HTTP 200) {TOO_DEEP}" in result["msg"]
    assert victim.flaws(result) == []
    assert result.get("outcome") == ("unknown" if operation == "set" else None)


@pytest.mark.parametrize("operation", RUNS)
def test_an_error_of_very_many_levels_is_reported(victim: Victim, operation: str) -> None:
    victim.tenant.fault(operation, "raw", body=base64.b64encode(DEEP["objects"]).decode(), status=400)
    result = perform(victim, operation)
    assert "(HTTP 400, the body is JSON that is nested too deeply)." in result["msg"]
    assert victim.flaws(result) == []


class Endless(LocalServer):
    """Sends a practically endless response while it is read. ``sent``: number of bytes."""

    def __init__(self, with_length: bool) -> None:
        super().__init__()
        self._headers = {"Content-Length": str(OFFERED)} if with_length else {"Connection": "close"}
        self.sent = 0

    def respond(self, handler: Any, request: dict) -> None:
        handler.close_connection = True
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        with contextlib.suppress(ConnectionError):
            self.send(handler, 200, self._headers, b'{"a": "')
            while self.sent < OFFERED:
                handler.wfile.write(b"x" * 65536)
                self.sent += 65536


@pytest.mark.parametrize("with_length", [True, False])
def test_of_a_response_that_does_not_end_little_is_read(with_length: bool) -> None:
    with Endless(with_length) as server:
        refusal = refusal_of(server)
    assert refusal.message == f"{server.url[7:]} sent a response of more than 1024 KiB."
    assert refusal.hint == "Check that base_url is the address of an ISC tenant's API."
    # Network buffers take more than is read.
    assert server.sent < OFFERED / 2


SMALL = json.dumps({"access_token": "t"}).encode()
PACKED = {
    "gzip, gzip": gzip.compress(gzip.compress(SMALL)),
    "deflate": zlib.compress(SMALL),
    "br": SMALL,
    "zstd": SMALL,
    "gzip,": gzip.compress(SMALL),
    "\x1b[1m": SMALL,
}


@pytest.mark.parametrize("encoding", PACKED)
def test_what_is_packed_otherwise_than_asked_for_is_refused(encoding: str) -> None:
    body = PACKED[encoding]
    with RawResponse(200, {"Content-Encoding": encoding, "Content-Length": str(len(body))}, body) as server:
        refusal = refusal_of(server)
    assert isinstance(refusal, UnexpectedResponseError)
    assert refusal.message == f"{server.url[7:]} sent a response in an encoding that was not requested."
    assert server.requests[0]["headers"]["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize("encoding", ["GZip", "identity", ""])
def test_an_expected_encoding_is_read(encoding: str) -> None:
    body = gzip.compress(SMALL) if encoding == "GZip" else SMALL
    with RawResponse(200, {"Content-Encoding": encoding, "Content-Length": str(len(body))}, body) as server:
        transport = Transport(server.url, verify=True, timeout=20)
        assert transport.send("GET", "/").body == SMALL
        transport.close()


def test_a_body_that_only_claims_to_be_compressed_is_a_lost_response() -> None:
    with RawResponse(200, {"Content-Encoding": "gzip", "Content-Length": str(len(SMALL))}, SMALL) as server:
        assert "ended before a complete response arrived (" in refusal_of(server).message


TEXT = st.text(st.characters()) | st.sampled_from([*TEXTS.values()])
NUMBERS = st.integers() | st.floats() | st.sampled_from([10**400, -(10**400), math.inf, math.nan])
SCALARS = st.none() | st.booleans() | NUMBERS | TEXT
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=6
)
PIECES = st.sampled_from(
    [b"{", b"}", b"[", b"]", b'"a"', b'"b"', b":", b",", b"1", b"-", b"1e999", b"NaN", b"\\ud800", b'"\\uD800"', b" "]
    + [b"\xff", b"\x00", b"null", b'"', b"\xef\xbb\xbf", b"9" * 1001, b"[" * 5000]
)
BODIES = st.binary() | st.lists(PIECES, max_size=12).map(b"".join) | JSON.map(lambda value: json.dumps(value).encode())


# Each run draws other examples.
FEW = settings(max_examples=50)


def check_parsed(read: Any, kind: type, body: bytes) -> list[Any]:
    """Check that a body is of this kind and can be serialized, or is refused; return its items."""
    try:
        content = read(Response(200, {}, body), "x")
    except UnexpectedResponseError as error:
        assert not [*flaws(error.as_result())]
        return []
    assert isinstance(content, kind)
    assert json.dumps(content, ensure_ascii=False, allow_nan=False).encode("utf-8")
    return [*content]


@FEW
@given(BODIES)
def test_a_body_is_an_object_that_can_be_written_on_or_it_is_refused(body: bytes) -> None:
    check_parsed(read_object, dict, body)


@FEW
@given(BODIES | st.lists(BODIES, max_size=3).map(lambda bodies: b"[" + b",".join(bodies) + b"]"))
def test_a_body_is_a_list_of_serializable_objects_or_it_is_refused(body: bytes) -> None:
    assert all(isinstance(each, dict) for each in check_parsed(read_list, list, body))
