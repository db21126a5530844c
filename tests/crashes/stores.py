# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role's stores without a server. Each write counts as an effect."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from ansible_collections.community.sailpoint.plugins.module_utils import _durable_file
from ansible_collections.community.sailpoint.plugins.module_utils._client.redaction import NOTHING_SECRET, Redaction
from hvac import exceptions

from crashes.effects import Effects

WRITTEN = "the store is written"
CONFIRMED = "the store has been written"


class PlainVault:
    """Replaces VaultLib, which takes ten milliseconds. Encryption is not tested here."""

    def __init__(self, _secrets: Any) -> None:
        """Take no key."""

    def encrypt(self, text: bytes, salt: bytes) -> bytes:
        """Return the text, with the header of an encrypted file."""
        return b"$ANSIBLE_VAULT;" + text

    def decrypt(self, content: bytes) -> bytes:
        """Return the text."""
        return content.partition(b";")[2]


def replacing(effects: Effects) -> Callable[[str, bytes], None]:
    """Return replace_file with its effects."""

    def replace_file(path: str, content: bytes) -> None:
        effects.happen(WRITTEN)
        _durable_file.replace_file(path, content)
        effects.happen(CONFIRMED)

    return replace_file


class ModelVault:
    """Replaces a connection to a vault and its client: secrets of an engine KV version 2 in memory."""

    session = None

    def __init__(self, effects: Effects) -> None:
        self.secrets = SimpleNamespace(kv=SimpleNamespace(v2=self))
        self.adapter = SimpleNamespace(get=lambda _path: {"data": {"options": {"version": "2"}}})
        self._effects = effects
        self._versions: dict[str, list[dict[str, Any]]] = {}

    def open(self) -> None:
        """Do nothing: no login is needed."""

    def redaction(self, *_secrets: str) -> Redaction:
        """Return a redaction without secrets."""
        return NOTHING_SECRET

    def call(self, request: Callable[[Any], Any]) -> Any:
        """Return what *request* returns."""
        return request(self)

    def read_secret_version(self, path: str, **_more: Any) -> dict[str, Any]:
        """Return the latest version."""
        versions = self._existing(path)
        return {"data": {"data": versions[-1], "metadata": {"version": len(versions)}}}

    def read_secret_metadata(self, path: str, **_more: Any) -> dict[str, Any]:
        """Return the number of the latest version."""
        return {"data": {"current_version": len(self._existing(path))}}

    def create_or_update_secret(self, path: str, secret: dict[str, Any], cas: int, **_more: Any) -> dict[str, Any]:
        """Write the next version."""
        self._effects.happen(WRITTEN)
        versions = self._versions.setdefault(path, [])
        if len(versions) != cas:
            raise exceptions.InvalidRequest("check-and-set parameter did not match the current version")
        versions.append(secret)
        self._effects.happen(CONFIRMED)
        return {"data": {"version": len(versions)}}

    def _existing(self, path: str) -> list[dict[str, Any]]:
        if path not in self._versions:
            raise exceptions.InvalidPath
        return self._versions[path]


class OwnStore:
    """A store of the user's own tasks: one record in memory."""

    def __init__(self, effects: Effects) -> None:
        self._effects = effects
        self._record: Any = {}

    def load(self) -> Any:
        """Return the record that ``load.yml`` sets."""
        return self._record

    def save(self, record: Any) -> None:
        """Store the record that ``save.yml`` gets."""
        self._effects.happen(WRITTEN)
        self._record = record
        self._effects.happen(CONFIRMED)
