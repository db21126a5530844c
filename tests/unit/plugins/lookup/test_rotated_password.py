# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup rotated_password: the record it chooses, the password it returns, and its messages if there is none."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleLookupError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.community.sailpoint.plugins.lookup import rotated_password
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.record import Record
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores import kv2 as _kv2
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores.base import record_name
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores.file import FileStore
from support.modules import NAMES
from support.rotations import ACCOUNT, BEFORE, NEW, OLD, PENDING, MemoryStore
from support.templates import WITH_OMIT, template

KEY = "the store's key"
RECORD = Record(ACCOUNT, OLD, BEFORE)
OTHER = RECORD._replace(account=ACCOUNT._replace(account_id="CN=other"), current=OLD._replace(password="Other-1"))


@pytest.fixture
def keep(tmp_path):
    def save(*records):
        for record in records:
            path = tmp_path / f"{record_name(record.account)}.json"
            FileStore(str(path), KEY).save(record.as_value(), "")

    return save


@pytest.fixture
def look(tmp_path, monkeypatch):
    """Return a function that runs the lookup with the options of a store unless others are given."""
    warnings, secrets = [], []
    monkeypatch.setattr(rotated_password, "register_secrets", secrets.extend)

    def run(variables=None, **arguments):
        known = {**WITH_OMIT, **(variables or {})}
        plugin = rotated_password.LookupModule(loader=DataLoader(), templar=Templar(DataLoader(), known))
        plugin._display = type("Display", (), {"warning": staticmethod(warnings.append)})
        given = {"store": "file", "store_dir": str(tmp_path), "store_key": KEY, **arguments}
        return plugin.run([], known, **{name: value for name, value in given.items() if value is not ...})

    run.warnings, run.secrets = warnings, secrets
    return run


def refusal(look, **arguments):
    """Return the message of a refusal, which shows no password and no cause."""
    with pytest.raises(AnsibleLookupError) as caught:
        look(**arguments)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    message = getattr(caught.value, "message", "") or str(caught.value)
    assert not [secret for secret in (OLD.password, BEFORE.password, KEY) if secret in message]
    assert message.startswith("rotated_password: ")
    return message.removeprefix("rotated_password: ")


@pytest.mark.parametrize(
    ("given", "password"),
    [({}, OLD), ({"version": "current"}, OLD), ({"version": ""}, OLD), ({"version": "previous"}, BEFORE)],
)
def test_a_password_is_read_and_masked(keep, look, given, password):
    keep(RECORD)
    assert look(**NAMES, **given) == [password.password]
    assert look.secrets == [password.password]
    assert look.warnings == []


def test_the_variables_of_the_role_are_the_defaults(keep, look, tmp_path):
    keep(RECORD)
    known = {
        "rotate_password_user_name": template("{{ 'svc' }}-backup"),
        "rotate_password_source_name": "Active Directory",
        "rotate_password_store": "file",
        "rotate_password_store_dir": str(tmp_path),
        "rotate_password_store_key": KEY,
        "rotate_password_account_id": "",
    }
    assert look(known, store=..., store_dir=..., store_key=...) == [OLD.password]
    # Arguments take precedence, unless they are empty.
    assert look({**known, "rotate_password_user_name": "another"}, user_name="svc-backup", store=None) == [OLD.password]
    assert look({**known, "rotate_password_value": template("{{ undefined }}")}) == [OLD.password]


def test_names_are_compared_exactly_except_for_case(keep, look):
    # The files of both records have the same prefix.
    keep(RECORD._replace(account=ACCOUNT._replace(user_name="svc backup", source_id="other")))
    assert refusal(look, **NAMES) == (
        "The store holds no password of svc-backup on Active Directory. Check the options, or rotate it first."
    )
    keep(RECORD)
    assert look(**NAMES) == [OLD.password]
    assert look(user_name="SVC-Backup", source_name="active directory") == [OLD.password]


def test_several_accounts_need_an_account_id(keep, look):
    keep(RECORD, OTHER)
    message = refusal(look, **NAMES)
    assert message.startswith("The store holds passwords of 2 accounts of svc-backup on Active Directory: CN=")
    assert message.endswith(" Give account_id.")
    assert look(**NAMES, account_id="cn=OTHER") == ["Other-1"]
    assert refusal(look, **NAMES, account_id="CN=third").startswith("The store holds no password")


@pytest.mark.parametrize(("version", "record"), [("previous", Record(ACCOUNT, OLD)), ("current", Record(ACCOUNT))])
def test_a_missing_version_is_explained(keep, look, version, record):
    keep(record)
    assert refusal(look, **NAMES, version=version) == (
        f"The store holds no {version} password of svc-backup on Active Directory. Rotate it first."
    )


def test_a_pending_password_is_a_warning(keep, look):
    keep(RECORD._replace(pending=PENDING))
    assert look(**NAMES) == [OLD.password]
    (warning,) = look.warnings
    assert "a password of svc-backup on Active Directory is pending" in warning
    assert NEW not in warning


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"version": "next"}, "version is 'next'. It must be one of current, previous."),
        ({"colour": "red"}, "It has no option colour. Its options are version, user_name,"),
        ({"store": ...}, "store is not given, which the lookup can't read. Give file or kv2."),
        ({"store": "none"}, "store is none, which the lookup can't read. Give file or kv2."),
        ({"store": "/play/own"}, "store is /play/own, which the lookup can't read. Give file or kv2."),
        ({"store_key": ""}, "rotate_password_store is file, and rotate_password_store_key is missing."),
        ({"store_dir": "store"}, "rotate_password_store_dir is store, a relative path"),
        ({"user_name": 7}, "rotate_password_user_name must be text."),
        ({"source_name": ...}, "rotate_password_source_name is missing."),
        ({"store_key": "wrong"}, ""),
    ],
)
def test_mistakes_are_explained(keep, look, given, message):
    keep(RECORD)
    assert message in refusal(look, **{**NAMES, **given})


def test_a_variable_that_cant_be_evaluated_is_named(look):
    with pytest.raises(AnsibleLookupError, match="rotate_password_account_id can't be evaluated"):
        look({"rotate_password_account_id": template("{{ missing }}")}, **NAMES)


def test_a_vault_is_searched_with_the_connection_of_the_role(look, monkeypatch):
    store = MemoryStore(RECORD)
    seen = []

    def search(self, options, connection):
        seen.append((options["store_mount"], options["store_path"], connection))
        return [store]

    monkeypatch.setattr(_kv2.Kv2, "connect", lambda self, lookup, session, threads: "connection")
    monkeypatch.setattr(_kv2.Kv2, "search", search)
    vault = {"store": "kv2", "store_dir": ..., "store_key": ...}
    assert look(**NAMES, **vault, store_path="a/b") == [OLD.password]
    assert look(**NAMES, **vault, store_mount="kv") == [OLD.password]
    assert seen == [("secret", "a/b", "connection"), ("kv", None, "connection")]
