# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each rule of the simulator has a request that breaks only this rule."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlsplit

import jwt
import pytest

JSON = {"Content-Type": "application/json"}
QUERY = {"userName": "svc-backup", "sourceName": "Active Directory"}
QUERY_PATH = "/query-password-info/v1"
STATUS = "/password-change-status/v1"
STATUS_PATH = f"{STATUS}/none"
DIGIT = {"userId": "Abby.Smith"}
DIGIT_PATH = "/generate-password-reset-token/v1/digit"


def send(api, method, path, body, headers):
    """Send a request with a valid token unless *headers* differ. None removes a header."""
    merged = {**api.headers(), **headers}
    return api.send(method, path, body, {name: value for name, value in merged.items() if value is not None})


@pytest.mark.parametrize(
    "method, path, body, headers, status",
    [
        # path and method
        *(
            ("POST", path, QUERY, JSON, 404)
            for path in (
                *("/query-password-info", "/v1/query-password-info", "/query-password-info/v2026"),
                *("/v2023/query-password-info", "/v3/query-password-info/", "//v3/query-password-info"),
                "/V3/query-password-info",
            )
        ),
        ("POST", "/v3/generate-password-reset-token/digit", DIGIT, JSON, 404),
        *(("GET", path, None, {}, 404) for path in (f"{STATUS}/", f"{STATUS}/a/b", "/")),
        ("GET", QUERY_PATH, None, {}, 405),
        ("PUT", QUERY_PATH, QUERY, JSON, 405),
        ("POST", STATUS_PATH, QUERY, JSON, 405),
        ("HEAD", STATUS_PATH, None, {}, 405),
        # token
        *(
            ("POST", QUERY_PATH, QUERY, {**JSON, "Authorization": token}, 401)
            for token in (None, "Bearer", "Basic YTpi", "Bearer a.b.c")
        ),
        # headers
        ("POST", QUERY_PATH + "?limit=1", QUERY, JSON, 400),
        ("GET", STATUS_PATH + "?x=", None, {}, 400),
        ("GET", STATUS_PATH, {}, JSON, 400),
        ("POST", QUERY_PATH, QUERY, {}, 415),
        *(
            ("POST", QUERY_PATH, QUERY, {"Content-Type": content_type}, 415)
            for content_type in ("text/json", "application/json; charset=latin-1", "application/x-www-form-urlencoded")
        ),
        *(
            ("POST", QUERY_PATH, QUERY, {**JSON, "Accept": accepted}, 406)
            for accepted in ("text/html", "*/*, application/json;q=0")
        ),
        ("POST", DIGIT_PATH, DIGIT, JSON, 400),
        ("POST", DIGIT_PATH, DIGIT, {**JSON, "X-SailPoint-Experimental": "yes"}, 400),
        # body
        *(
            ("POST", QUERY_PATH, body, JSON, 400)
            for body in (
                *(b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe{}", b"[" * 100000),
                b'{"userName": "svc-backup", "sourceName": NaN}',
                b'{"userName": "a", "userName": "svc-backup", "sourceName": "AD"}',
                *({**QUERY, "userName": value} for value in (7, None, "")),
                {**QUERY, "extra": 1},
                {"userName": "svc-backup"},
                {"username": "svc-backup", "sourceName": "Active Directory"},
            )
        ),
        ("POST", QUERY_PATH, b" " * (1 << 20) + b"{}", JSON, 413),
    ],
    ids=lambda value: (json.dumps(value) if isinstance(value, dict) else str(value))[:48],
)
def test_requests_that_are_refused(api, method, path, body, headers, status):
    reply = send(api, method, path, json.dumps(body) if isinstance(body, dict) else body, headers)
    assert reply.status == status
    if status == 401:
        assert reply.json["error"].startswith("JWT validation failed: ")
    elif method != "HEAD":
        error = reply.json
        assert set(error) == {"detailCode", "trackingId", "messages", "causes"}
        assert error["detailCode"].startswith(str(status))
        assert len(error["trackingId"]) == 32
        assert set(error["messages"][0]) == {"locale", "localeOrigin", "text"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/json; charset=utf-8"},
        {"Content-Type": "application/json; charset=UTF-8", "Accept": "text/html, application/*;q=0.5"},
        {**JSON, "Accept": "*/*", "X-SailPoint-Experimental": "true"},
    ],
    ids=str,
)
def test_requests_that_are_allowed(api, headers):
    assert send(api, "POST", QUERY_PATH, json.dumps(QUERY), headers).status == 200


def test_two_authorization_headers_and_a_chunked_body_are_refused(api, tenant):
    address = urlsplit(tenant.base_url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=20)
    connection.putrequest("GET", STATUS_PATH)
    for _time in range(2):
        connection.putheader("Authorization", api.headers()["Authorization"])
    connection.endheaders()
    assert connection.getresponse().status == 401
    connection.close()
    reply = send(api, "POST", QUERY_PATH, iter([json.dumps(QUERY).encode()]), JSON)
    assert reply.status == 411


def test_foreign_signature(api):
    token = jwt.encode({"client_id": "api-client", "scope": []}, "k" * 32, algorithm="HS256")
    reply = api.send("GET", STATUS_PATH, headers={"Authorization": f"Bearer {token}"})
    assert (reply.status, reply.json) == (401, {"error": "JWT validation failed: JWT signature is invalid"})
    token = jwt.encode({"client_id": "api-client", "scope": []}, None, algorithm="none")
    assert api.send("GET", STATUS_PATH, headers={"Authorization": f"Bearer {token}"}).status == 401


def test_tracking_ids_are_unique(api):
    assert len({api.status("none").json["trackingId"] for _request in range(20)}) == 20


@pytest.mark.parametrize("client", ["api-client-query-only", "api-client-no-scopes"])
def test_missing_scope(api, client):
    assert api.query(client=client).status == (200 if client == "api-client-query-only" else 403)
    assert api.set(client=client).status == 403
    assert api.digit_token({"userId": "Abby.Smith"}, client=client).status == 403
    reply = api.status("none", client)
    assert (reply.status, reply.json["detailCode"]) == (403, "403 Forbidden")
    assert reply.text == "The server understood the request but refuses to authorize it."


@pytest.mark.parametrize(
    "change",
    [
        {"identityId": "0" * 32},
        {"sourceId": "0" * 32},
        {"publicKeyId": "bm8="},
        {"accountId": "CN=nobody"},
        {"accountId": "cn=svc-backup,OU=Service Accounts,DC=acme,DC=com"},
        {"accountId": "CN=svc-payroll,OU=Service Accounts,DC=acme,DC=com"},
        *({"encryptedPassword": value} for value in ("not base64!", "QUJD\nREVG", "QUJ", "\u00e4", "-_-_", "", 5)),
        {"accountId": None},
        {"password": "x"},
    ],
    ids=str,
)
def test_changes_that_are_refused(api, tenant, change):
    body = {**api.set_body(), **change}
    reply = api.post("/set-password/v1", body)
    assert reply.status == 400
    assert tenant.password("Active Directory", "CN=svc-backup,OU=Service Accounts,DC=acme,DC=com") is None


def test_set_needs_all_fields_the_key_of_the_source_and_the_password_feature(api):
    body = api.set_body()
    for field in body:
        assert api.post("/set-password/v1", {name: body[name] for name in body if name != field}).status == 400
    other_key = api.query("Abby.Smith", "IdentityNow").json["publicKeyId"]
    assert api.post("/set-password/v1", {**body, "publicKeyId": other_key}).status == 400
    reply = api.set("unmanaged.user", "Unmanaged Source")
    assert reply.status == 400 and "PASSWORD" in reply.text


def test_personal_access_token(api, tenant):
    assert api.query("Abby.Smith", client="pat-abby").status == 403
    assert api.set("svc-backup", client="pat-abby").status == 403
    assert api.set("Abby.Smith", client="pat-abby").status == 202
    tenant.settings(pat_may_query=True)
    assert api.query("Abby.Smith", client="pat-abby").status == 200


@pytest.mark.parametrize(
    "user_name, source, named",
    [
        ("nobody", "Active Directory", "nobody"),
        ("SVC-BACKUP", "Active Directory", "SVC-BACKUP"),
        ("svc-backup", "Nowhere", "Nowhere"),
        ("svc-backup", "active directory", "active directory"),
    ],
)
def test_unknown_objects(api, user_name, source, named):
    reply = api.query(user_name, source)
    assert (reply.status, reply.json["detailCode"]) == (400, "400.1.404 Referenced object not found")
    assert f'"{named}"' in reply.text


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"userId": "nobody"},
        *({**DIGIT, "length": length} for length in (5, 19, "8", 8.0)),
        *({**DIGIT, "durationMinutes": minutes} for minutes in (True, 0, 61)),
        {"userId": "Abby.Smith", "userName": "x"},
    ],
    ids=str,
)
def test_digit_tokens_that_are_refused(api, tenant, document):
    assert api.digit_token(document).status == 400
    assert tenant.digit_tokens() == []
