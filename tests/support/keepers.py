# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stores that functional tests use, with access to their records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.record import RecordedAccount
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores.base import Stored, record_name
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores.file import FileStore
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores.kv2 import Kv2Store, VaultConnection

from support.openbao import OpenBao
from support.role_plays import KEY, stored

LOAD = """\
- name: Note the call
  ansible.legacy.write_text:
    dest: "{{ own_folder }}/{{ rotate_password_account.user_name }}.calls"
    content: "load {{ rotate_password_account | dict2items | map(attribute='key') | sort | join(',') }}\\n"
    append: true
- name: Read the file
  ansible.builtin.set_fact:
    rotate_password_record: "{{ lookup('ansible.builtin.file', kept) | from_json }}"
  when: kept is exists
  no_log: true
  vars:
    kept: "{{ own_folder }}/{{ rotate_password_account.user_name }}.json"
"""
SAVE = """\
- name: Write the file
  ansible.legacy.write_text:
    content: "{{ rotate_password_record | to_json }}"
    dest: "{{ own_folder }}/{{ rotate_password_account.user_name }}.json"
  no_log: true
"""


class Files:
    """The store ``file``.

    :ivar variables: the variables of a host that uses the store. :ivar environment: the environment of its runs.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.variables = stored(folder)
        self.environment: dict[str, str] = {}
        folder.mkdir()

    def path(self, account: RecordedAccount) -> Path:
        return self.folder / f"{record_name(account)}.json"

    def open(self, account: RecordedAccount) -> FileStore:
        return FileStore(str(self.path(account)), KEY)


class Vault:
    """The store ``kv2``, as root of a server."""

    def __init__(self, openbao: OpenBao) -> None:
        self.variables = {"rotate_password_store": "kv2"}
        self.environment = openbao.environment()
        self._session = {"settings": {"url": openbao.url}, "token": openbao.root_token}

    def open(self, account: RecordedAccount) -> Kv2Store:

        def no_lookup(name: str, **options: Any) -> Any:
            raise AssertionError(f"{name} is not needed: there is a token")

        connection = VaultConnection(no_lookup, self._session, 1)
        return Kv2Store(connection, "secret", f"sailpoint/{record_name(account)}")


class Own:
    """A store made of the user's tasks, which keep each record in a JSON file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.variables = {"rotate_password_store": str(folder / "tasks"), "own_folder": str(folder)}
        self.environment: dict[str, str] = {}
        (folder / "tasks").mkdir(parents=True)
        (folder / "tasks" / "load.yml").write_text(LOAD, "utf-8")
        (folder / "tasks" / "save.yml").write_text(SAVE, "utf-8")

    def open(self, account: RecordedAccount) -> OwnFile:
        return OwnFile(self.folder / f"{account.user_name}.json")


class OwnFile:
    """A record of such a store, without concurrent writers."""

    def __init__(self, path: Path) -> None:
        self.place = str(path)
        self._path = path

    def load(self) -> Stored:
        return Stored(json.loads(self._path.read_text("utf-8")) if self._path.exists() else {}, "")

    def save(self, record: Any, version: str, check_mode: bool = False) -> str:
        self._path.write_text(json.dumps(record), "utf-8")
        return ""
