# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The store kv2 by itself against a real OpenBao server. test_role_kv2.py tests how plays connect to it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import RecordError
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores.base import Stored
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores.kv2 import Kv2Store, VaultConnection
from support.openbao import OpenBao, Version

PATH = "sailpoint/svc-backup"
RECORD = {"format": 1, "current": {"password": "Current-Passw0rd.1"}, "pending": None, "discarded": []}
# Texts that Jinja, YAML, JSON or a shell would change, or that look like other types.
PASSWORDS = ["a{{ 1 + 1 }}b{% raw %}'\"\\x {# c #}", "{'a': 1}", "0123", "True", "null", " blanks ", "\\n \\\\ %20 & ;"]
MAY_WRITE = {"secret/data/sailpoint/*": ["create", "read", "update"]}


class Settings:
    """Replaces the lookups of community.hashi_vault: settings, and logins with one token after another."""

    def __init__(self, openbao: OpenBao, *tokens: str, **settings: Any) -> None:
        self.settings = {"url": openbao.url, "auth_method": "approle", **settings}
        self.logins = 0
        self._tokens = tokens or (openbao.root_token,)

    def __call__(self, name: str, **options: Any) -> Any:
        """Return the result of a lookup."""
        if name == "community.hashi_vault.vault_ansible_settings":
            return self.settings
        assert name == "community.hashi_vault.vault_login"
        self.logins += 1
        return {"auth": {"client_token": self._tokens[self.logins - 1]}}


def open_store(openbao: OpenBao, *tokens: str, path: str = PATH, mount: str = "secret", **settings: Any) -> Kv2Store:
    return Kv2Store(VaultConnection(Settings(openbao, *tokens, **settings), None, 4), mount, path)


def complaint(store: Kv2Store, save: dict[str, Any] | None = None, version: str = "0") -> str:
    """Return the error of loading, or of saving *save* after *version*."""
    with pytest.raises(RecordError) as caught:
        if save is None:
            store.load()
        else:
            store.save(save, version)
    return str(caught.value)


def test_each_save_is_the_next_version(openbao):
    store = open_store(openbao)
    assert store.load() == Stored({}, "0")
    record = {**RECORD, "others": PASSWORDS}
    assert store.save(RECORD, "0") == "1"
    assert store.save(record, "1", check_mode=True) == "1"
    assert store.load() == Stored(RECORD, "1")
    assert store.save(record, "1") == "2"
    assert store.load() == Stored(record, "2")
    assert [openbao.read(PATH, version=number) for number in (1, 2)] == [Version(RECORD, 1), Version(record, 2)]


def test_every_path_is_a_secret_of_its_own(openbao):
    # With missing or double encoding, these would be the same path.
    paths = ["a b/\u00fc,=+&?#", "a%20b/%C3%BC,=+&"]
    for path in paths:
        open_store(openbao, path=path).save({"path": path}, "0")
    assert openbao.paths() == paths
    assert [open_store(openbao, path=path).load().record for path in paths] == [{"path": path} for path in paths]


def test_a_version_of_another_run_is_not_overwritten(openbao):
    store = open_store(openbao)
    assert complaint(store, RECORD, "1").startswith(f"The store kv2 was refused version 2 of secret/{PATH}: ")
    openbao.write(PATH, {"other": "run"})
    message = complaint(store, RECORD, "0")
    assert message.startswith(f"The store kv2 was refused version 1 of secret/{PATH}: since this run read the record, ")
    assert "another run or a person wrote it, or there was a version that was deleted" in message
    assert openbao.read(PATH) == Version({"other": "run"}, 1)
    # Of several writers that read the same version, one wins.
    with ThreadPoolExecutor(4) as pool:
        saves = [pool.submit(store.save, {"number": number}, "1") for number in range(4)]
    assert sorted(type(save.exception()).__name__ for save in saves) == ["NoneType", *["RecordError"] * 3]
    assert openbao.read(PATH).number == 2


def test_a_deleted_record_starts_again_and_stays_recoverable(openbao):
    openbao.write(PATH, RECORD)
    openbao.delete(PATH)
    store = open_store(openbao)
    assert store.load() == Stored({}, "1")
    assert store.save({"new": 1}, "1") == "2"
    openbao.ask("POST", f"secret/undelete/{PATH}", {"versions": [1]})
    assert openbao.read(PATH, version=1) == Version(RECORD, 1)


def test_a_token_needs_no_more_than_three_capabilities(openbao):
    store = open_store(openbao, openbao.token(MAY_WRITE))
    assert store.save(RECORD, store.load().version) == "1"
    openbao.delete(PATH)
    # Without metadata, the deleted version is invisible.
    assert store.load() == Stored({}, "0")
    assert "and the token may not read its metadata" in complaint(store, {"new": 1}, "0")
    with_metadata = open_store(openbao, openbao.token({**MAY_WRITE, "secret/metadata/sailpoint/*": ["read"]}))
    assert with_metadata.save({"new": 1}, with_metadata.load().version) == "2"


def test_what_a_token_may_not_do_is_explained(openbao):
    reader = openbao.token({"secret/data/sailpoint/*": ["read"]})
    store = open_store(openbao, reader, reader)
    assert store.load() == Stored({}, "0")
    assert complaint(store, RECORD).startswith(
        f"The store kv2 is denied access to secret/{PATH}: the token is wrong or has expired, or none of its policies "
    )
    wrong = open_store(openbao, "s.wrong", auth_method="token")
    assert complaint(wrong).startswith(f"The store kv2 is denied access to secret/{PATH}")


def test_many_accounts_need_one_login_and_another_one_when_the_token_has_expired(openbao):
    settings = Settings(openbao, openbao.token(MAY_WRITE), openbao.root_token)
    connection = VaultConnection(settings, None, 4)
    stores = [Kv2Store(connection, "secret", f"sailpoint/{number}") for number in range(20)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda store: store.save(RECORD, store.load().version), stores)) == ["1"] * 20
    assert settings.logins == 1
    # The next task continues the session.
    session = connection.session
    openbao.ask("POST", "auth/token/revoke", {"token": session["token"]})
    again = VaultConnection(settings, session, 1)
    assert Kv2Store(again, "secret", "sailpoint/0").load() == Stored(RECORD, "1")
    assert (settings.logins, again.session["token"]) == (2, openbao.root_token)


def test_a_missing_or_old_engine_is_explained(openbao):
    expected = "The store kv2 finds no engine KV version 2 at {} that its token has a policy for."
    assert complaint(open_store(openbao, mount="nothing")).startswith(expected.format("nothing"))
    openbao.mount("old", version=1)
    try:
        assert complaint(open_store(openbao, mount="old")).startswith(expected.format("old"))
    finally:
        openbao.ask("DELETE", "sys/mounts/old")


def test_a_sealed_server_is_explained(openbao):
    openbao.seal()
    assert complaint(open_store(openbao)).startswith("The store kv2 finds the server sealed.")
    assert complaint(open_store(openbao), RECORD).startswith("The store kv2 finds the server sealed.")
