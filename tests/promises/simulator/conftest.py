# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tenant for all tests of the simulator, and a client that sends exactly what it is given."""

from __future__ import annotations

import base64
import http.client
import json
import ssl
import time
from urllib.parse import quote, urlencode, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_der_public_key
from simulator.tenant import Tenant

AD = "Active Directory"
PASSWORD = "Correct-Horse 7"


def place(name: str, version: str) -> str:
    return f"/{name}/v1" if version == "v1" else f"/{version}/{name}"


class Reply:
    """Status, headers (http.client's message) and body of a response."""

    def __init__(self, status: int, headers, body: bytes):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.json["messages"][0]["text"]


class Api:
    """Requests to a tenant. Nothing is retried, added or hidden."""

    def __init__(self, tenant):
        self.tenant = tenant
        self._tokens = {}

    def send(self, method: str, path: str, body=None, headers=None) -> Reply:
        address = urlsplit(self.tenant.base_url)
        if address.scheme == "https":
            context = ssl.create_default_context(cafile=self.tenant.ca_path)
            connection = http.client.HTTPSConnection(address.hostname, address.port, timeout=20, context=context)
        else:
            connection = http.client.HTTPConnection(address.hostname, address.port, timeout=20)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return Reply(response.status, response.headers, response.read())
        finally:
            connection.close()

    def login(self, client: str = "api-client") -> Reply:
        form = urlencode({"grant_type": "client_credentials", **self.tenant.clients[client]})
        return self.send("POST", "/oauth/token", form, {"Content-Type": "application/x-www-form-urlencoded"})

    def token(self, client: str = "api-client") -> str:
        """Return a token that later tests reuse. The tenant keeps tokens valid over a reset."""
        if client not in self._tokens:
            self._tokens[client] = self.login(client).json["access_token"]
        return self._tokens[client]

    def forget_tokens(self) -> None:
        self._tokens.clear()

    def headers(self, client: str = "api-client", **more: str) -> dict:
        return {"Authorization": f"Bearer {self.token(client)}", **more}

    def post(self, path: str, document, client: str = "api-client", **more: str) -> Reply:
        headers = self.headers(client, **{"Content-Type": "application/json", **more})
        return self.send("POST", path, json.dumps(document), headers)

    def query(self, user_name="svc-backup", source=AD, client="api-client", version="v1") -> Reply:
        return self.post(place("query-password-info", version), {"userName": user_name, "sourceName": source}, client)

    def set_body(self, user_name="svc-backup", source=AD, password=PASSWORD, account=0) -> dict:
        info = self.query(user_name, source).json
        return {
            "identityId": info["identityId"],
            "sourceId": info["sourceId"],
            "publicKeyId": info["publicKeyId"],
            "accountId": info["accounts"][account]["accountId"],
            "encryptedPassword": encrypt(info["publicKey"], password),
        }

    def set(self, *args, client="api-client", version="v1", **kwargs) -> Reply:
        return self.post(place("set-password", version), self.set_body(*args, **kwargs), client)

    def status(self, request_id: str, client="api-client", version="v1") -> Reply:
        path = f"{place('password-change-status', version)}/{quote(request_id, safe='')}"
        return self.send("GET", path, headers=self.headers(client))

    def get(self, path: str, client="api-client") -> Reply:
        return self.send("GET", path, headers=self.headers(client))

    def digit_token(self, document, version="v1", client="api-client", **more) -> Reply:
        path = f"{place('generate-password-reset-token', version)}/digit"
        return self.post(path, document, client, **(more or {"X-SailPoint-Experimental": "true"}))

    def finished(self, request_id: str) -> dict:
        """Return the status once it is no longer IN_PROGRESS."""
        deadline = time.monotonic() + 15
        while True:
            status = self.status(request_id).json
            if status["state"] != "IN_PROGRESS":
                return status
            assert time.monotonic() < deadline, "the change does not finish"
            time.sleep(0.01)


def encrypt(public_key: str, password) -> str:
    """Encrypt as the API requires: PKCS#1 v1.5, base64 without line breaks."""
    key = load_der_public_key(base64.b64decode(public_key))
    data = password.encode() if isinstance(password, str) else password
    return base64.b64encode(key.encrypt(data, padding.PKCS1v15())).decode()


@pytest.fixture(scope="session")
def running_tenant():
    with Tenant(no_tls=True, change_seconds=0.02, rate_limit=0, accounts=3, api_clients=2) as tenant:
        yield tenant


@pytest.fixture(scope="session")
def _session_api(running_tenant):
    return Api(running_tenant)


@pytest.fixture
def tenant(running_tenant):
    running_tenant.reset()
    yield running_tenant
    assert running_tenant.stderr() == "", "the simulator itself has a bug"


@pytest.fixture
def api(tenant, _session_api):
    """Return a client that is already logged in, with an empty request log."""
    _session_api.token()
    tenant.clear_requests()
    return _session_api
