# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control API under /_simulator/, with which tests configure and inspect the tenant."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from simulator import fixtures
from simulator.password_settings import DEFAULTS
from simulator.state import State
from simulator.world import Identity, Source, World

PREFIX = "/_simulator/"
_ACCOUNT = {"user_name": str, "source": str, "account_id": str, "account_name": str, "uid": str}
_FACTS = {"attributes": dict, "facts": dict}
_MOST_USERS = 100000


class ControlError(Exception):
    """Ends a control request with ``status`` and ``{"error": text}``."""

    def __init__(self, status: int, text: str):
        super().__init__(text)
        self.status = status


class Control:
    """The routes of the control API. There is no authentication, because the tenant listens on loopback."""

    def __init__(self, state: State):
        self._state = state
        self._routes = {
            ("GET", "passwords"): self._passwords,
            ("GET", "digit-tokens"): lambda _request, _body: state.digit_tokens.as_list(),
            ("GET", "requests"): lambda request, _body: state.log.as_list(request.rel_url.query.get("operation")),
            ("DELETE", "requests"): lambda _request, _body: state.log.clear(),
            ("GET", "counts"): lambda _request, _body: state.log.counts(),
            ("GET", "world"): lambda _request, _body: state.world.as_dict(),
            ("POST", "accounts"): lambda _request, body: _add_account(state.world, self._object(body)),
            ("POST", "generate"): lambda _request, body: _generate(state.world, self._object(body)),
            ("POST", "policies"): self._policy,
            ("POST", "clear-password-settings"): lambda _request, _body: state.password_settings.clear(),
            ("POST", "aggregate"): self._aggregate,
            ("POST", "connectors"): lambda _request, body: state.connectors.set_up(self._object(body)),
            ("GET", "connectors"): self._connector,
            ("GET", "settings"): lambda _request, _body: state.settings.as_dict(),
            ("PATCH", "settings"): self._settings,
            ("POST", "reset"): lambda _request, _body: state.reset(),
            ("POST", "rotate-key"): self._rotate_key,
            ("POST", "expire-tokens"): lambda _request, _body: state.tokens.expire_all(),
            ("POST", "outcomes"): lambda _request, body: state.outcomes.add(self._object(body)),
            ("DELETE", "outcomes"): lambda _request, _body: state.outcomes.reset(),
            ("POST", "faults"): lambda _request, body: state.faults.add(self._object(body)),
            ("GET", "faults"): lambda _request, _body: state.faults.as_list(),
            ("DELETE", "faults"): lambda _request, _body: state.faults.clear(),
        }

    async def handle(self, request: web.BaseRequest) -> web.Response:
        """Handle a request: JSON in and out (``{}`` if there is no result), 400 or 404 for an error."""
        try:
            document = await self._response(request)
            status = 200
        except ControlError as error:
            document, status = {"error": str(error)}, error.status
        except (ValueError, TypeError) as error:
            document, status = {"error": str(error)}, 400
        return web.json_response({} if document is None else document, status=status)

    async def _response(self, request: web.BaseRequest) -> Any:
        name = request.rel_url.raw_path[len(PREFIX) :]
        text = await request.text()
        body = json.loads(text) if text else None
        if name.startswith("gates/"):
            return self._gate(request.method, name[len("gates/") :])
        method = self._routes.get((request.method, name))
        if method is None:
            raise ControlError(404, f"no {request.method} {name} in the control API")
        result = method(request, body)
        return await result if hasattr(result, "__await__") else result

    @staticmethod
    def _object(body: Any) -> dict:
        if not isinstance(body, dict):
            raise ControlError(400, "the body must be a JSON object")
        return body

    def _source(self, fields: Any) -> Source:
        source = self._state.world.sources.get(fields.get("source")) if isinstance(fields, Mapping) else None
        if source is None:
            raise ControlError(400, "unknown source")
        return source

    def _passwords(self, request: web.BaseRequest, _body: Any) -> dict:
        query = request.rel_url.query
        source, account_id = query.get("source", ""), query.get("account_id", "")
        if self._state.world.account(source, account_id) is None:
            raise ControlError(404, f"no account {account_id!r} on source {source!r}")
        record: dict | None = self._state.passwords.record(source, account_id)
        if record is None:
            raise ControlError(404, "no password was set")
        return record

    def _connector(self, request: web.BaseRequest, _body: Any) -> dict:
        return self._state.connectors.as_dict(self._source(request.rel_url.query))

    def _settings(self, _request: web.BaseRequest, body: Any) -> dict:
        changes = dict(self._object(body))
        policies = changes.pop("policies", None)
        # All or none: everything is checked before anything is changed.
        changes = self._state.settings.checked(changes)
        if policies is not None:
            self._state.world.set_policies(self._object(policies))
        self._state.settings.update(changes)
        return self._state.settings.as_dict()

    async def _rotate_key(self, _request: web.BaseRequest, body: Any) -> dict:
        source = self._source(body)
        key = await self._state.keys.rotate(source)
        return {"source": source.name, "public_key_id": key.key_id}

    def _policy(self, _request: web.BaseRequest, body: Any) -> dict:
        return self._state.password_settings.create_policy({**DEFAULTS, **self._object(body)})

    def _aggregate(self, _request: web.BaseRequest, body: Any) -> None:
        self._state.search_index.aggregate(self._source(body).name)

    def _gate(self, method: str, rest: str) -> dict:
        name, _slash, action = rest.partition("/")
        name = unquote(name)
        gate = self._state.gates.named(name)
        if method == "POST" and action in ("open", "close", "abort"):
            getattr(gate, action)()
        elif method != "GET" or action:
            raise ControlError(404, "a gate can be read, opened, closed and aborted")
        return self._state.gates.as_dict(name)


def _add_account(world: World, body: dict[str, Any]) -> dict[str, str]:
    """Add an account, with its user and source if they don't exist, or add facts to an existing account.

    :raises ValueError: a field is unknown, missing or has the wrong type.
    """
    for name, value in body.items():
        if not isinstance(value, {**_ACCOUNT, **_FACTS}.get(name, ())):
            raise ValueError(f"{name} is unknown or has the wrong type")
    for name in ("user_name", "source", "account_id"):
        if not body.get(name):
            raise ValueError(f"{name} is required")
    source = _get_or_add_source(world, body["source"])
    identity = world.identities.get(body["user_name"])
    if identity is None:
        name = body["user_name"]
        identity = world.add_identity(Identity(fixtures.hexadecimal(f"user:{name}"), name, body.get("uid")))
    account = world.account(source.name, body["account_id"])
    if account is None:
        account = world.add_account(identity, source, body["account_id"], body.get("account_name", body["user_name"]))
    account.facts.update(body.get("facts", {}))
    identity.attributes.update(body.get("attributes", {}))
    return {"identity_id": identity.id, "source_id": source.id}


def _generate(world: World, body: dict[str, Any]) -> None:
    """Add many users.

    :raises ValueError: a field is missing or invalid.
    """
    names, count, prefix, old = body.get("sources"), body.get("count"), body.get("prefix"), body.get("old")
    if not isinstance(names, list) or not names or not all(isinstance(name, str) and name for name in names):
        raise ValueError("sources must be a list of names")
    if not isinstance(count, int) or not 0 <= count <= _MOST_USERS:
        raise ValueError(f"count must be a number up to {_MOST_USERS}")
    if not isinstance(prefix, str) or f"{prefix}00001" in world.identities:
        raise ValueError("prefix must be a new one")
    if old is not None and (not isinstance(old, int) or old < 0 or (old and count % old)):
        raise ValueError("old must be a number that divides count")
    fixtures.generate(world, [_get_or_add_source(world, name) for name in names], count, prefix, old)


def _get_or_add_source(world: World, name: str) -> Source:
    return world.sources.get(name) or world.add_source(Source(name, fixtures.hexadecimal(f"source:{name}")))
