# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A record in a file encrypted with Ansible Vault: what is stored, and what is never overwritten."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from ansible.parsing.vault import VaultAES256, VaultLib, VaultSecret, parse_vaulttext, parse_vaulttext_envelope
from ansible_collections.community.sailpoint.plugins.module_utils import _durable_file
from ansible_collections.community.sailpoint.plugins.module_utils._durable_file import locked
from ansible_collections.community.sailpoint.plugins.module_utils._errors import RecordError
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores.base import record_name
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores.file import LARGEST_FILE, File, FileStore
from support.rotations import ACCOUNT, NOWHERE, stored_options

KEY = "the key of the store \u00fc"
RECORD = {"current": {"password": "a{{ 1 + 1 }}b{% raw %}'\"\\x {# c #} \u00e9"}, "pending": None, "number": 1}


@pytest.fixture
def path(tmp_path):
    (tmp_path / "store").mkdir()
    return tmp_path / "store" / "svc-backup.json"


@pytest.fixture
def file(path):
    return FileStore(str(path), KEY)


@pytest.fixture
def written(file):
    file.save(RECORD, "")
    return file


def names(path):
    return sorted(os.listdir(path.parent))


def refused(act, message, path):
    """Return the explained error of *act*, which must leave the file as it is."""
    before = path.read_bytes() if path.is_file() else None
    existing = names(path)
    with pytest.raises(RecordError, match=message) as error:
        act()
    assert str(path) in str(error.value)
    assert error.value.hint
    assert (path.read_bytes() if path.is_file() else None) == before
    assert set(names(path)) <= {*existing, f".{path.name}.lock"}
    return error.value


def test_a_saved_record_is_loaded_and_no_file_is_an_empty_record(file, path):
    assert file.load() == ({}, "")
    assert names(path) == []
    first = file.save(RECORD, "")
    assert file.load() == (RECORD, first)
    second = file.save({**RECORD, "number": 2}, first)
    assert file.load() == ({**RECORD, "number": 2}, second)
    assert first != second
    assert file.save(RECORD, second) not in (first, second), "the salt is a new one each time"
    assert b"password" not in path.read_bytes()


def test_ansible_vault_can_show_the_record(written, path, tmp_path):
    key = tmp_path / "key"
    key.write_text(KEY, "utf-8")
    shown = subprocess.run(
        [sys.executable, "-m", "ansible", "vault", "view", "--vault-password-file", key, path],
        env={**os.environ, "LC_ALL": "C.UTF-8", "ANSIBLE_HOME": str(tmp_path), "PAGER": "cat", "ANSIBLE_PAGER": "cat"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert shown.returncode == 0, shown.stderr
    assert json.loads(shown.stdout) == RECORD


def test_only_its_owner_can_read_it_whatever_the_umask_says(file, path):
    before = os.umask(0)
    try:
        version = file.save(RECORD, "")
        path.chmod(0o644)
        file.save(RECORD, version)
    finally:
        os.umask(before)
    assert {each.name: each.stat().st_mode & 0o777 for each in path.parent.iterdir()} == {
        path.name: 0o600,
        f".{path.name}.lock": 0o600,
    }


def test_check_mode_writes_nothing(file, path):
    assert file.save(RECORD, "", check_mode=True) == ""
    assert names(path) == []
    version = file.save(RECORD, "")
    os.unlink(path.parent / f".{path.name}.lock")
    before = path.read_bytes()
    assert file.save({"other": 1}, version, check_mode=True) == version
    assert path.read_bytes() == before
    assert names(path) == [path.name]


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_file_that_another_run_changes_is_not_overwritten(written, path, check_mode):
    version = written.load()[1]
    with locked(str(path.parent / f".{path.name}")):
        refused(lambda: written.save({}, version, check_mode), "is in use by another run", path)
    written.save({"of": "another"}, version)
    error = refused(lambda: written.save(RECORD, version, check_mode), "changed by another run since it was read", path)
    assert error.hint == "Wait until the other run has ended, then run this again."
    refused(lambda: written.save(RECORD, "", check_mode), "changed by another run since it was read", path)
    path.unlink()
    refused(lambda: written.save(RECORD, version, check_mode), "changed by another run since it was read", path)


def test_two_writers_at_once_lose_nothing(file):
    """Each writer increments the count that it read, so a lost update shows in the sum."""
    written_counts = []

    def count_up():
        while len(written_counts) < 12:
            record, version = file.load()
            try:
                file.save({"count": record.get("count", 0) + 1}, version)
            except RecordError:
                continue
            written_counts.append(1)

    writers = [threading.Thread(target=count_up) for _each in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert file.load().record == {"count": len(written_counts)}


def test_a_wrong_key_overwrites_nothing(written, path):
    wrong = FileStore(str(path), "another key")
    error = refused(wrong.load, "can't be decrypted: rotate_password_store_key is not the key", path)
    assert error.__cause__ is None
    assert error.__suppress_context__


def test_a_truncated_file_is_explained(written, path):
    whole = path.read_bytes()
    for length in [0, *range(1, len(whole) - 1, 10), len(whole) - 2]:
        path.write_bytes(whole[:length])
        refused(written.load, "can't be decrypted|is not encrypted|does not hold a record", path)
    path.write_bytes(whole)
    assert written.load()[0] == RECORD


def test_a_file_with_a_changed_byte_is_explained(written, path):
    whole = path.read_bytes()
    for place in range(0, len(whole) - 1, 37):
        if whole[place : place + 1] in b"\n":
            continue
        path.write_bytes(whole[:place] + (b"5" if whole[place : place + 1] != b"5" else b"6") + whole[place + 1 :])
        refused(written.load, "can't be decrypted|is not encrypted", path)


@pytest.mark.parametrize("content", [b'{"current": null}', b"", b"\xff\xfe\x00", b" $ANSIBLE_VAULT;1.1;AES256\n"])
def test_an_unencrypted_file_is_explained(file, path, content):
    path.write_bytes(content)
    refused(file.load, "is not encrypted with Ansible Vault", path)


@pytest.mark.parametrize("content", [b"[]", b"text", b"7", b"null", b"\xff", b"[" * 50_000, b"{", b""])
def test_a_file_without_a_record_is_explained(file, path, content):
    path.write_bytes(VaultLib([("default", VaultSecret(KEY.encode()))]).encrypt(content or b" "))
    refused(file.load, "does not hold a record", path)


def test_one_salt_for_all_files_is_not_used(file, path, tmp_path, monkeypatch):
    """With VAULT_ENCRYPT_SALT, files with one key share a keystream, so XOR of two files reveals both records."""
    monkeypatch.setattr(VaultAES256, "_get_salt", classmethod(lambda cls: b"one salt for all"))
    other = FileStore(str(path.with_name("other.json")), KEY)
    salts = set()
    for store in (file, other, file):
        store.save(RECORD, store.load().version)
        salts.add(parse_vaulttext(parse_vaulttext_envelope(Path(store.place).read_bytes())[0])[1])
        assert store.load().record == RECORD
    assert {len(salt) for salt in salts} == {32} and len(salts) == 3


def test_a_failed_write_leaves_the_old_record(written, path, monkeypatch):
    def fail(*arguments, **keywords):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    version = written.load()[1]
    monkeypatch.setattr(_durable_file.os, "fsync", fail)
    error = refused(lambda: written.save({}, version), "can't be written: no space left on device", path)
    assert "with room on the disk" in error.hint
    monkeypatch.undo()
    assert written.load() == (RECORD, version)


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_missing_folder_and_an_object_of_another_kind_are_explained(written, path, check_mode):
    version = written.load()[1]
    for name in names(path):
        (path.parent / name).unlink()
    path.parent.rmdir()
    with pytest.raises(RecordError, match="can't be written: its folder does not exist"):
        written.save({}, version, check_mode)
    assert not path.parent.exists()
    path.parent.write_text("a file")
    with pytest.raises(RecordError, match="can't be read: not a directory"):
        written.load()
    with pytest.raises(RecordError, match="can't be written"):
        written.save(RECORD, "", check_mode)
    assert path.parent.read_text() == "a file"
    path.parent.unlink()
    path.mkdir(parents=True)
    refused(written.load, "can't be read: it is a folder", path)
    refused(lambda: written.save(RECORD, "", check_mode), "can't be written: it is a folder", path)


def test_a_file_that_is_too_large_is_refused(written, path):
    with path.open("ab") as more:
        more.write(b"\n" * LARGEST_FILE)
    refused(written.load, f"it has more than {LARGEST_FILE} bytes", path)
    refused(lambda: written.save({}, ""), f"it has more than {LARGEST_FILE} bytes", path)


def options_in(folder):
    return stored_options(store_dir=str(folder), store_key=KEY)


def test_each_account_has_its_own_file(tmp_path):
    options = options_in(tmp_path)
    store = File().open(options, ACCOUNT, None)
    assert store.place == str(tmp_path / f"{record_name(ACCOUNT)}.json")
    store.save(RECORD, "")
    assert FileStore(store.place, KEY).load().record == RECORD
    for other in ({"source_id": "other"}, {"account_id": "CN=other"}):
        assert File().open(options, ACCOUNT._replace(**other), None).place != store.place


def test_the_files_that_may_hold_an_account_are_found(tmp_path):
    places = {name: File().open(options_in(tmp_path), account, None).place for name, account in SEARCHED.items()}
    for place in places.values():
        FileStore(place, KEY).save(RECORD, "")
    (tmp_path / "svc-backup.active-directory.txt").touch()
    found = [store.place for store in File().search(options_in(tmp_path), None)]
    assert found == sorted(places[name] for name in ("the one", "another account", "another case"))
    with pytest.raises(RecordError, match="can't be listed: no such file or directory"):
        list(File().search(options_in(tmp_path / "missing"), None))


SEARCHED = {
    "the one": ACCOUNT,
    "another account": ACCOUNT._replace(account_id="CN=other"),
    "another case": ACCOUNT._replace(user_name="SVC-Backup", source_id="other"),
    "another name": ACCOUNT._replace(user_name="svc-backup2"),
    "another source": ACCOUNT._replace(source_name="Active"),
}


def mistakes(**more):
    return list(File().mistakes(stored_options(**more), NOWHERE))


def test_a_folder_and_a_key_are_needed(tmp_path):
    assert mistakes(store_dir=str(tmp_path), store_key=KEY) == []
    no_folder, no_key = mistakes()
    assert "rotate_password_store_dir is missing" in no_folder
    assert "rotate_password_store_key is missing" in no_key
    assert mistakes(store_dir=str(tmp_path), store_key=" ") == [no_key]
    (known,) = mistakes(store_dir=str(tmp_path), store_key="$encrypted$")
    assert known.startswith("rotate_password_store_key is a text that Ansible or AWX puts in place of a hidden value")
    (relative,) = mistakes(store_dir="store", store_key=KEY)
    assert relative.startswith("rotate_password_store_dir is store, a relative path")
    (nowhere,) = mistakes(store_dir=str(tmp_path / "store"), store_key=KEY)
    assert f"the folder {tmp_path / 'store'} does not exist" in nowhere
