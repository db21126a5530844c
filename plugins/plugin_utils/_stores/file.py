# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A record in a file of its own that Ansible Vault has encrypted; C(ansible-vault view) shows it."""

from __future__ import annotations

import hashlib
import json
import os
import typing as t

from ansible.errors import AnsibleError
from ansible.parsing.vault import VaultLib, VaultSecret

from ...module_utils._durable_file import (
    FileError,
    InUseError,
    check_writable,
    locked,
    read_file,
    replace_file,
)
from ...module_utils._errors import RecordError

LARGEST_FILE = 256 * 1024
NO_FILE = ""
"""The version of a file that isn't there."""


class RecordFile:
    """The file at *path*, encrypted with *key* (the password that Ansible Vault asks for).

    A version is the digest of the file as it is; a write names the version it follows, so that two runs can't overwrite
    each other's records.
    """

    def __init__(self, path: str, key: str) -> None:
        self.path = path
        self._vault = VaultLib([("default", VaultSecret(key.encode("utf-8")))])

    def load(self) -> tuple[dict[str, t.Any], str]:
        """Return the record (an empty dict where there is no file) and the file's version.

        :raises RecordError: it can't be read or decrypted, or holds no record.
        """
        content = self._content()
        if content is None:
            return {}, NO_FILE
        if not content.startswith(b"$ANSIBLE_VAULT;"):
            raise RecordError(f"{self.path} is not encrypted with Ansible Vault.", _DAMAGED)
        try:
            record = json.loads(self._vault.decrypt(content).decode("utf-8"))
        except AnsibleError:
            raise RecordError(
                f"{self.path} can't be decrypted: rotate_password_store_key is not the key it was encrypted with, or "
                "the file is damaged.",
                "Give the right key, or restore the file from a backup. Nothing was overwritten.",
            ) from None
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict):
            raise RecordError(f"{self.path} holds no record.", _DAMAGED)
        return record, _version(content)

    def save(self, record: t.Mapping[str, t.Any], version: str, check_mode: bool = False) -> str:
        """Replace the file whose version is *version*, and return the new version.

        :param check_mode: only look whether it could be replaced.
        :raises RecordError: it can't be written, or another run has written it meanwhile.
        """
        try:
            self._make_folder(check_mode)
            folder, name = os.path.split(os.path.abspath(self.path))
            with locked(os.path.join(folder, f".{name}"), create=not check_mode):
                content = self._content()
                if (NO_FILE if content is None else _version(content)) != version:
                    raise InUseError("was changed by another run meanwhile")
                if check_mode:
                    return version
                text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
                encrypted = self._vault.encrypt(text.encode("utf-8"))
                replace_file(self.path, encrypted)
                return _version(encrypted)
        except InUseError as error:
            raise RecordError(
                f"{self.path} {error}.", "Wait until the other run has ended, then run this again."
            ) from None
        except FileError as error:
            raise RecordError(
                f"{self.path} {error}.",
                "Give a rotate_password_store_dir where the user that runs Ansible may write, with room on the disk.",
            ) from None

    def _content(self) -> bytes | None:
        try:
            return read_file(self.path, LARGEST_FILE)
        except FileError as error:
            raise RecordError(f"{self.path} {error}.", "Check rotate_password_store_dir and its permissions.") from None

    def _make_folder(self, check_mode: bool) -> None:
        folder = os.path.dirname(os.path.abspath(self.path))
        if check_mode:
            check_writable(os.path.join(_existing(folder), os.path.basename(self.path)))
            return
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)
        except OSError as error:
            raise FileError(f"can't be written: {(error.strerror or type(error).__name__).lower()}") from None


_DAMAGED = "Restore it from a backup, or move it away. Nothing was overwritten."


def _existing(folder: str) -> str:
    while not os.path.lexists(folder):
        folder = os.path.dirname(folder)
    return folder


def _version(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
