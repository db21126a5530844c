# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ISC in this process: the responses for a password change, with real encryption and a fake clock."""

from __future__ import annotations

import base64
import dataclasses
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from ansible_collections.community.sailpoint.plugins.module_utils._client.authenticator import Credentials
from ansible_collections.community.sailpoint.plugins.module_utils._client.client import Client, Runtime
from ansible_collections.community.sailpoint.plugins.module_utils._client.connection import connect, connection_spec
from ansible_collections.community.sailpoint.plugins.module_utils._errors import LostResponseError
from ansible_collections.community.sailpoint.plugins.module_utils._http.transport import Response
from simulator.keys import KeyPair
from support.modules import FakeTime, WorkersInOneThread, access, validated

from crashes.effects import Effects

SOURCE = "Active Directory"
SOURCE_ID = "34a9a92c2a5e5cff8970da1b6deba890"
FIRST = "First-Password-1"
"""The password of an account before any was set."""
# Enough for several polls; more would only repeat the same cases.
CHANGE_SECONDS = 5.0
KEY = KeyPair(2048)

_NOT_FOUND = Response(404, {}, json.dumps({"detailCode": "404 Not found"}).encode())


@dataclasses.dataclass
class Accepted:
    """A change that ISC has accepted."""

    account_id: str
    password: str
    ends_at: float
    state: str = "IN_PROGRESS"


class ModelTenant:
    """A tenant that also replaces the transport of a client.

    :param remembers: whether a repeated password is refused, as by a source with password history.
    :ivar passwords: the passwords of each account, oldest first. The last one is in effect.
    :ivar sets: the accepted changes of all runs.
    :ivar connects_as: the account with whose password ISC connects to the source. Without one, it always connects.
    :ivar credential: the password with which ISC connects to the source.
    :ivar fails: the number of next changes that end as ``FAILED``.
    :ivar forgets: the number of oldest requests whose ids are unknown.
    :ivar loses: the number of next set requests that are processed without a response.
    """

    host = "acme.api.identitynow.com"

    def __init__(self, effects: Effects, remembers: bool = False) -> None:
        self.now = 1_795_514_400.0
        self.passwords: dict[str, list[str]] = {}
        self.sets: list[Accepted] = []
        self.fails = 0
        self.loses = 0
        self.forgets = 0
        self.connects_as: str | None = None
        self.credential = FIRST
        self._remembers = remembers
        self._effects = effects
        self.runtime = Runtime(self.clock, self.clock, self.pass_time, lambda: 0.5, self._workers)

    def clock(self) -> float:
        """Return the time, in seconds since 1970."""
        return self.now

    def pass_time(self, seconds: float) -> None:
        """Move the clock, and finish the changes that are due."""
        self.now += seconds
        for change in self.sets:
            if change.state == "IN_PROGRESS" and change.ends_at <= self.now:
                self._carry_out(change)

    @property
    def connected(self) -> bool:
        """Whether ISC can connect to the source."""
        account = self.connects_as
        return account is None or self.credential == (self.passwords.get(account) or [FIRST])[-1]

    def client(self, params: Mapping[str, Any] | None = None) -> Client:
        """Return a client of the tenant."""
        return Client(self, Credentials("id", "secret"), retries=4, runtime=self.runtime)  # type: ignore[arg-type]

    secrets = ()

    def close(self) -> None:
        """Do nothing: there are no connections."""

    def send(self, method: str, path: str, _headers: Any = None, json: Any = None, **_more: Any) -> Response:
        """Process a request, and return its response."""
        kind = path.strip("/").partition("?")[0].partition("/")[0]
        if kind == "oauth":
            return _response(200, {"access_token": "token", "expires_in": 749})
        self._effects.happen(f"{kind} is processed")
        self.pass_time(0.1)
        if kind == "query-password-info":
            response = self._query(json["userName"])
        elif kind == "set-password":
            response = self._set(json)
        elif kind in ("account-activities", "search", "password-sync-groups"):
            response = _response(200, [])
        elif kind == "sources":
            response = self._source(method, json)
        else:
            response = self._status(unquote(path.rpartition("/")[2]))
        self._effects.happen(f"the response of {kind} arrives")
        if kind == "set-password" and self.loses:
            self.loses -= 1
            raise LostResponseError("No complete response arrived.")
        return response

    def _workers(self, number: int, perform: Any) -> WorkersInOneThread:
        return WorkersInOneThread(number, perform, self.pass_time)

    def _query(self, user_name: str) -> Response:
        ids = {"identityId": f"identity of {user_name}", "sourceId": SOURCE_ID, "publicKeyId": KEY.key_id}
        accounts = [{"accountId": f"CN={user_name}", "accountName": user_name}]
        return _response(200, {**ids, "publicKey": KEY.public_key, "policies": [], "accounts": accounts})

    def accept(self, account_id: str, password: str) -> None:
        """Accept a change, as from an earlier run."""
        self.sets.append(Accepted(account_id, password, self.now + CHANGE_SECONDS))

    def _set(self, body: Mapping[str, str]) -> Response:
        self.accept(body["accountId"], KEY.decrypt(base64.b64decode(body["encryptedPassword"])).decode())
        return self._change_response(len(self.sets) - 1)

    def _source(self, method: str, patch: Any) -> Response:
        """Read the source, change its credential, or check the connection."""
        if method == "POST":
            return _response(200, {"status": "SUCCESS" if self.connected else "FAILURE"})
        if method == "PATCH":
            (self.credential,) = [each["value"] for each in patch]
        source = {"id": SOURCE_ID, "name": SOURCE, "connectorAttributes": {"password": "encrypted"}}
        return _response(200, source if method == "PATCH" else [source])

    def _status(self, request_id: str) -> Response:
        number = int(request_id.partition("-")[2])
        return _NOT_FOUND if number < self.forgets else self._change_response(number)

    def _change_response(self, number: int) -> Response:
        state = self.sets[number].state
        errors = ["The password was used before."] if state == "FAILED" else []
        body = {"requestId": f"request-{number}", "state": state, "errors": errors, "sourceIds": [SOURCE_ID]}
        return _response(200, body)

    def _carry_out(self, change: Accepted) -> None:
        known = self.passwords.setdefault(change.account_id, [])
        if self.fails or not self.connected or (self._remembers and change.password in known):
            self.fails = max(0, self.fails - 1)
            change.state = "FAILED"
        else:
            change.state = "FINISHED"
            known.append(change.password)


class SimulatedTenant:
    """Replaces the model with the simulator over HTTP, with a clock that only waiting moves."""

    connects_as = None

    def __init__(self, tenant: Any, fake_time: FakeTime) -> None:
        self.clock = fake_time.time
        self._tenant = tenant
        self._runtime = fake_time.runtime

    def client(self, _params: Mapping[str, Any] | None = None) -> Client:
        """Return a client of the tenant."""
        return connect(validated(connection_spec(), **access(self._tenant)), self._runtime)


def _response(status: int, body: Any) -> Response:
    return Response(status, {}, json.dumps(body).encode())
