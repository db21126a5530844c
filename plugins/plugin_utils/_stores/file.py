# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The store ``file``: one file per account, encrypted with Ansible Vault. ``ansible-vault view`` shows it."""

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
from ...module_utils._password.encryption import is_placeholder
from ...module_utils._text import os_error_reason
from .._paths import path_mistakes
from .base import Stored, StoreKind, record_name, record_name_prefix

if t.TYPE_CHECKING:
    from .._paths import Places
    from .._rotation.options import RotationOptions
    from .._rotation.record import RecordedAccount

SALT_BYTES = 32

LARGEST_FILE = 256 * 1024
NO_FILE = ""
_EXTENSION = ".json"
_DAMAGED = "Restore it from a backup, or move it away. Nothing was overwritten."


class File(StoreKind):
    def mistakes(self, options: RotationOptions, places: Places) -> t.Iterator[str]:
        if options["store_dir"] is None:
            yield (
                "rotate_password_store is file, and rotate_password_store_dir is missing. Give the folder for the "
                "encrypted files."
            )
        else:
            yield from path_mistakes("rotate_password_store_dir", options["store_dir"], options["store_dir"])
        if not (options["store_key"] or "").strip():
            yield (
                "rotate_password_store is file, and rotate_password_store_key is missing. Give the password for the "
                "encrypted files, as ansible-vault takes it."
            )
        elif is_placeholder(options["store_key"]):
            yield (
                "rotate_password_store_key is a text that Ansible or AWX puts in place of a hidden value, with which "
                "anybody could decrypt the files. Give the key itself."
            )

    def open(self, options: RotationOptions, account: RecordedAccount, connection: t.Any) -> FileStore:
        return FileStore(
            os.path.join(options["store_dir"], f"{record_name(account)}{_EXTENSION}"), options["store_key"]
        )

    def search(self, options: RotationOptions, connection: t.Any) -> t.Iterator[FileStore]:
        prefix = record_name_prefix(options["user_name"], options["source_name"])
        try:
            names = sorted(os.listdir(options["store_dir"]))
        except OSError as error:
            raise RecordError(
                f"{options['store_dir']} can't be listed: {os_error_reason(error)}.",
                "Check rotate_password_store_dir and its permissions.",
            ) from None
        for name in names:
            if name.startswith(prefix) and name.endswith(_EXTENSION):
                yield FileStore(os.path.join(options["store_dir"], name), options["store_key"])


class FileStore:
    """The file at *path*, encrypted for Ansible Vault with *key*. Its version is the digest of the encrypted text."""

    def __init__(self, path: str, key: str) -> None:
        self.place = path
        self._vault = VaultLib([("default", VaultSecret(key.encode("utf-8")))])

    def load(self) -> Stored:
        content = self._content()
        if content is None:
            return Stored({}, NO_FILE)
        if not content.startswith(b"$ANSIBLE_VAULT;"):
            raise RecordError(f"{self.place} is not encrypted with Ansible Vault.", _DAMAGED)
        try:
            record = json.loads(self._vault.decrypt(content).decode("utf-8"))
        except AnsibleError:
            raise RecordError(
                f"{self.place} can't be decrypted: rotate_password_store_key is not the key it was encrypted with, or "
                "the file is damaged.",
                "Give the right key, or restore the file from a backup. Nothing was overwritten.",
            ) from None
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict):
            raise RecordError(f"{self.place} does not hold a record.", _DAMAGED)
        return Stored(record, _version(content))

    def save(self, record: t.Mapping[str, t.Any], version: str, check_mode: bool = False) -> str:
        try:
            check_writable(self.place)
            folder, name = os.path.split(self.place)
            with locked(os.path.join(folder, f".{name}"), create=not check_mode):
                content = self._content()
                if (NO_FILE if content is None else _version(content)) != version:
                    raise InUseError("was changed by another run since it was read")
                if check_mode:
                    return version
                text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
                # Without a salt, Ansible would use VAULT_ENCRYPT_SALT for all files. They would then share one AES-CTR
                # keystream, so whoever knows one record could read all others.
                encrypted = self._vault.encrypt(text.encode("utf-8"), salt=os.urandom(SALT_BYTES))
                replace_file(self.place, encrypted)
                return _version(encrypted)
        except InUseError as error:
            raise RecordError(
                f"{self.place} {error}.", "Wait until the other run has ended, then run this again."
            ) from None
        except FileError as error:
            raise RecordError(
                f"{self.place} {error}.",
                "Give a rotate_password_store_dir where the user that runs Ansible may write, with room on the disk.",
            ) from None

    def _content(self) -> bytes | None:
        try:
            return read_file(self.place, LARGEST_FILE)
        except FileError as error:
            raise RecordError(
                f"{self.place} {error}.", "Check rotate_password_store_dir and its permissions."
            ) from None


def _version(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
