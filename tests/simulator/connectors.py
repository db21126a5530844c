# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The credentials with which ISC connects to each source: connector attributes, JSON Patch, connection check.

Documented: JSON Patch, the immutable fields, that secrets are encrypted as they arrive. Observed in code of others:
all connector attributes can't be replaced at once. Assumed: what a check reports, and that no password can be set on a
source that ISC can't connect to.
"""

from __future__ import annotations

import copy
import hashlib
import secrets
from typing import Any

from simulator.passwords import PasswordStore
from simulator.responses import Refusal
from simulator.world import Source, World

FIRST_PASSWORD = "first-password"  # noqa: S105
IMMUTABLE = ("id", "type", "authoritative", "created", "modified", "connector", "connectorClass", "passwordPolicies")
_WRITABLE = ("description", "features", "connectorAttributes")
_OPERATIONS = ("add", "remove", "replace", "move", "copy", "test")
_SETTABLE: dict[str, type] = {
    "source": str,
    "attributes": dict,
    "pointer": str,
    "account_id": str,
    "credential_provider": bool,
}


class Connector:
    """The connection of a source.

    :ivar pointer: where the password is below the attributes.
    :ivar account_id: the account on the source whose password it must be. If None, it must be the password that was
        there when a test set the connector up. Until then, the source accepts any password.
    """

    def __init__(self, source: Source) -> None:
        login = {"user": "svc-isc", "password": FIRST_PASSWORD}
        self.attributes: dict[str, Any] = {"healthCheckTimeout": 30, **login}
        if source.reports_last_set:
            self.attributes["domainSettings"] = [{"domainDN": "DC=acme,DC=com", **login}]
        self.pointer = "/password"
        self.account_id: str | None = None
        self.credential_provider = False
        self.description = ""
        self.first: Any = None


class Connectors:
    """The connectors of all sources."""

    def __init__(self, world: World, passwords: PasswordStore):
        self._world = world
        self._passwords = passwords
        self._known: dict[str, Connector] = {}
        self._nonce = secrets.token_hex(8)

    def of(self, source: Source) -> Connector:
        if source.name not in self._known:
            self._known[source.name] = Connector(source)
        return self._known[source.name]

    def set_up(self, body: dict[str, Any]) -> None:
        """Set up the connector of a source as a test asks.

        :raises ValueError: a field is unknown or has the wrong type, or there is no such source.
        """
        for name, value in body.items():
            if not isinstance(value, _SETTABLE.get(name, ())):
                raise ValueError(f"{name} is unknown or has the wrong type")
        source = self._world.sources.get(body.get("source", ""))
        if source is None:
            raise ValueError("unknown source")
        connector = self.of(source)
        for name in ("attributes", "pointer", "account_id", "credential_provider"):
            if name in body:
                setattr(connector, name, copy.deepcopy(body[name]))
        connector.first = _found(connector.attributes, _keys(connector.pointer))

    def is_connected(self, source: Source) -> bool:
        """Return whether the source accepts the password."""
        connector = self.of(source)
        wanted = connector.first
        if connector.account_id is not None:
            record = self._passwords.record(source.name, connector.account_id)
            wanted = record["password"] if record is not None else wanted
        try:
            return wanted is None or _found(connector.attributes, _keys(connector.pointer)) == wanted
        except LookupError:
            return False

    def as_dict(self, source: Source) -> dict[str, Any]:
        """Return what the control API shows, with secrets in plain text."""
        connector = self.of(source)
        return {"attributes": connector.attributes, "connected": self.is_connected(source)}

    def document(self, source: Source) -> dict[str, Any]:
        """Return a source as ISC shows it, without its password policies."""
        connector = self.of(source)
        connected = self.is_connected(source)
        return {
            "id": source.id,
            "name": source.name,
            "description": connector.description,
            "owner": None,
            "connector": source.type.lower().replace(" ", "-"),
            "features": sorted(source.features),
            "type": source.type,
            "connectorAttributes": {
                **self._encrypted(connector.attributes),
                "healthy": connected,
                "status": "SOURCE_STATE_HEALTHY" if connected else "SOURCE_STATE_ERROR_CLUSTER",
            },
            "authoritative": False,
            "credentialProviderEnabled": connector.credential_provider,
        }

    def patch(self, source: Source, operations: list) -> None:
        """Apply a JSON Patch completely or not at all.

        :raises Refusal: 400.
        """
        if not operations:
            raise Refusal(400, "The request's body must be a list of JSON Patch operations.")
        connector = self.of(source)
        document = {
            "description": connector.description,
            "features": sorted(source.features),
            "connectorAttributes": copy.deepcopy(connector.attributes),
        }
        for operation in operations:
            _apply(document, operation)
        features = document["features"]
        if not isinstance(features, list) or not all(isinstance(each, str) for each in features):
            raise Refusal(400, 'The field "features" must be a list of strings.')
        source.features = frozenset(features)
        connector.description, connector.attributes = document["description"], document["connectorAttributes"]

    def reset(self) -> None:
        self._known.clear()

    def _encrypted(self, value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: self._encrypted(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [self._encrypted(each, key) for each in value]
        secret = any(part in key.lower() for part in ("password", "secret"))
        if not secret or not isinstance(value, str):
            return value
        # Each response has a different ciphertext, so that clients can't compare them.
        nonce = secrets.token_hex(8)
        return f"2:ACP:{nonce}{hashlib.sha256((self._nonce + nonce + value).encode()).hexdigest()[:24]}"


def _apply(document: dict[str, Any], operation: Any) -> None:
    """Apply one operation: add, remove, replace or test."""
    if not isinstance(operation, dict) or set(operation) - {"op", "path", "value", "from"}:
        raise Refusal(400, "An operation of a JSON Patch has op, path and value.")
    name, path = operation.get("op"), operation.get("path")
    if name not in _OPERATIONS or not isinstance(path, str) or not path.startswith("/"):
        raise Refusal(400, "The op or the path of a JSON Patch operation is invalid.")
    if name not in ("add", "remove", "replace", "test"):
        raise Refusal(400, "This simulator adds, removes, replaces and tests only.")
    if (name == "remove") is ("value" in operation):
        raise Refusal(400, f'The operation "{name}" {"takes no" if name == "remove" else "needs a"} value.')
    keys = _keys(path)
    if keys[0] in IMMUTABLE:
        raise Refusal(400, f'Illegal attempt to modify "{keys[0]}" field.')
    if keys[0] not in _WRITABLE:
        raise Refusal(400, f'This simulator knows of no writable field "{keys[0]}".')
    if keys == ["connectorAttributes"] or keys[-1] in ("healthy", "status", "since"):
        raise Refusal(400, 'Illegal attempt to modify "healthy" field.')
    try:
        holder = _found(document, keys[:-1])
        last = keys[-1]
        if name != "add":
            present = _found(holder, [last])
        if name == "test":
            if present != operation["value"]:
                raise Refusal(400, "The test of the JSON Patch failed.")
            return
        if isinstance(holder, list):
            position = len(holder) if last == "-" else _index(holder, last, name == "add")
            if name != "add":
                del holder[position]
            if name != "remove":
                holder.insert(position, operation["value"])
        elif name == "remove":
            del holder[last]
        else:
            holder[last] = operation["value"]
    except (LookupError, TypeError):
        raise Refusal(400, f'The path "{path}" is not there.') from None


def _keys(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _found(value: Any, keys: list[str]) -> Any:
    """:raises LookupError: nothing is there."""
    for key in keys:
        if isinstance(value, list):
            value = value[_index(value, key, False)]
        elif isinstance(value, dict):
            value = value[key]
        else:
            raise LookupError(key)
    return value


def _index(values: list, key: str, may_append: bool) -> int:
    if not (key.isascii() and key.isdigit() and str(int(key)) == key) or int(key) >= len(values) + may_append:
        raise LookupError(key)
    return int(key)
