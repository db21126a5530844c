# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The token endpoint and its tokens."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote, urlencode

import pytest

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
GOOD = {"grant_type": "client_credentials", "client_id": "api-client"}


def claims(token: str) -> dict:
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def test_api_client(api):
    reply = api.login()
    response = reply.json
    assert reply.status == 200
    assert (response["token_type"], response["expires_in"], response["org"]) == ("bearer", 749, "acme")
    found = claims(response["access_token"])
    assert {"tenant_id", "org", "pod", "authorities", "scope", "client_id", "exp", "iat", "jti"} <= set(found)
    assert found["client_id"] == "api-client"
    assert sorted(found["scope"]) == sorted(response["scope"].split())
    assert not {"user_name", "identity_id", "user_id"} & set(found)
    # Each token is a new one.
    assert api.login().json["jti"] != response["jti"]


def test_secrets_need_encoding_and_a_space_may_be_percent_20(tenant, api):
    for name in ("api-client", "pat-abby"):
        secret = tenant.clients[name]["client_secret"]
        assert set("&=+% ") & set(secret) and quote(secret, safe="") != secret
    body = "&".join(f"{n}={quote(v, safe='')}" for n, v in {**GOOD, **tenant.clients["api-client"]}.items())
    assert api.send("POST", "/oauth/token", body, FORM).status == 200


@pytest.mark.parametrize(
    "change, status, error",
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": None}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": None}, 400, "invalid_request"),
        ({"scope": "sp:scopes:all"}, 400, "invalid_request"),
    ],
    ids=str,
)
def test_refused_form(api, tenant, change, status, error):
    form = {**GOOD, **tenant.clients["api-client"], **change}
    body = urlencode({name: value for name, value in form.items() if value is not None})
    reply = api.send("POST", "/oauth/token", body, FORM)
    assert (reply.status, reply.json["error"]) == (status, error)
    assert "secret=" not in reply.json["error_description"]


@pytest.mark.parametrize("name", ["api-client", "pat-abby"])
def test_raw_secret_is_refused(api, tenant, name):
    secret = tenant.clients[name]["client_secret"]
    body = f"grant_type=client_credentials&client_id={name}&client_secret={secret}"
    assert api.send("POST", "/oauth/token", body, FORM).status == 400


@pytest.mark.parametrize("character", " /?;#")
def test_half_encoded_secret_is_refused(api, tenant, character):
    secret = quote(tenant.clients["api-client"]["client_secret"], safe=character)
    body = f"grant_type=client_credentials&client_id=api-client&client_secret={secret}"
    assert api.send("POST", "/oauth/token", body, FORM).json["error"] == "invalid_request"


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD"])
def test_only_post(api, method):
    reply = api.send(method, "/oauth/token")
    assert (reply.status, reply.headers["Allow"]) == (405, "POST")


def test_credentials_are_taken_only_once_and_from_the_form(api, tenant):
    client = tenant.clients["api-client"]
    body = urlencode({**GOOD, **client})
    assert api.send("POST", "/oauth/token", f"{body}&client_id=api-client", FORM).status == 400
    assert api.send("POST", f"/oauth/token?{body}", "", FORM).status == 400
    assert api.send("POST", "/oauth/token/", "", FORM).status == 404
    basic = base64.b64encode(f"{client['client_id']}:{client['client_secret']}".encode()).decode()
    for scheme in ("Basic", "Bearer"):
        assert api.send("POST", "/oauth/token", body, {**FORM, "Authorization": f"{scheme} {basic}"}).status == 400


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", None])
def test_only_a_form(api, tenant, content_type):
    document = {**GOOD, **tenant.clients["api-client"]}
    body = json.dumps(document) if content_type == "application/json" else urlencode(document)
    headers = {"Content-Type": content_type} if content_type else {}
    assert api.send("POST", "/oauth/token", body, headers).status == 415


def test_expired_token(api, tenant):
    tenant.settings(token_lifetime=0.05)
    response = api.login().json
    headers = {"Authorization": f"Bearer {response['access_token']}"}
    for _attempt in range(200):
        reply = api.send("GET", "/password-change-status/v1/none", headers=headers)
        if reply.status == 401:
            break
    assert reply.json == {"error": "JWT validation failed: JWT is expired"}
