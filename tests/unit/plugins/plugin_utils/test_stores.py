# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of stores, the names of their records, and the stores that store nothing themselves."""

from __future__ import annotations

import re

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.community.sailpoint.plugins.plugin_utils._paths import Places
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores import base as _base
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores.base import (
    make_lookup,
    record_name,
    record_name_prefix,
)
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores.file import File
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores.kinds import (
    NONE,
    STORES,
    NoStore,
    Tasks,
    is_built_in,
    kind_of,
    store_mistakes,
)
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores.kv2 import Kv2
from support.rotations import ACCOUNT, NOWHERE, options
from support.templates import WITH_OMIT, template


@pytest.fixture
def folder(tmp_path):
    """A folder beside the playbook with the task files of a store."""
    made = tmp_path / "playbook" / "store"
    made.mkdir(parents=True)
    for name in ("load.yml", "save.yml"):
        (made / name).touch()
    return made


@pytest.fixture
def places(tmp_path):
    return Places(str(tmp_path / "playbook"), str(tmp_path / "working"))


@pytest.mark.parametrize(
    ("value", "kind", "built_in"),
    [
        ("none", NoStore, True),
        ("file", File, True),
        ("kv2", Kv2, True),
        ("files", Tasks, False),
        ("/play/own", Tasks, False),
    ],
)
def test_a_value_names_a_kind_of_store(value, kind, built_in):
    assert kind_of(value).__class__ is kind
    assert is_built_in(value) is built_in
    assert (value in STORES) is built_in


def test_mistakes_are_those_of_the_chosen_kind(tmp_path):
    assert store_mistakes(options(value="Given-1"), NOWHERE) == []
    assert len(store_mistakes(options(store="file"), NOWHERE)) == 2
    assert len(store_mistakes(options(store="kv2", store_path="/a"), NOWHERE)) == 1
    assert len(store_mistakes(options(store="/nowhere/own"), NOWHERE)) == 1
    # Only kv2 reads variables of another collection.
    assert [kind_of(name).variables for name in ("none", "file", "kv2", "own")] == ["", "", "ansible_hashi_vault_", ""]


def test_the_name_of_a_record_is_readable_stable_and_unique():
    # Another name would lose existing records.
    assert record_name(ACCOUNT) == "svc-backup.active-directory.5e580b769c86"
    for field in ("source_id", "account_id"):
        other = ACCOUNT._replace(**{field: f"{getattr(ACCOUNT, field)}2"})
        assert record_name(other).rpartition(".")[0] == record_name(ACCOUNT).rpartition(".")[0]
        assert record_name(other) != record_name(ACCOUNT)
    # Names are case-insensitive, as in ISC.
    assert record_name(ACCOUNT._replace(user_name="SVC-Backup", source_name="ACTIVE directory")) == record_name(ACCOUNT)


@pytest.mark.parametrize(
    ("user_name", "source_name"),
    [("../../etc", "a/b"), ("..", ".."), ("a\x00b\n", "c\\d"), ("zo\u00eb", "\u6f22"), ("x" * 300, "y" * 300)],
)
def test_a_record_name_is_a_short_file_name(user_name, source_name):
    name = record_name(ACCOUNT._replace(user_name=user_name, source_name=source_name))
    assert re.fullmatch(r"[a-z0-9.-]{14,93}", name)
    assert name.startswith(record_name_prefix(user_name, source_name))


def test_none_stores_nothing():
    store = kind_of(NONE).open(options(value="Given-1"), ACCOUNT, None)
    assert (store.place, store.load()) == ("", ({}, ""))
    assert store.save({"current": None}, "") == ""
    assert store.load() == ({}, "")
    assert kind_of(NONE).connect(None, None, 1) is None


@pytest.mark.parametrize(
    ("missing", "reason"),
    [(["load.yml"], "no load.yml."), (["save.yml"], "no save.yml."), (["load.yml", "save.yml"], "no load.yml and no")],
)
def test_a_folder_needs_both_files(folder, places, missing, reason):
    assert store_mistakes(options(store="store"), places) == store_mistakes(options(store=str(folder)), NOWHERE) == []
    for name in missing:
        (folder / name).unlink()
        (folder / name).mkdir()
    (mistake,) = store_mistakes(options(store="store"), places)
    assert mistake.startswith(
        "rotate_password_store is store, which is not none, file, kv2 or a folder with load.yml and save.yml: "
        f"{folder} has {reason}"
    )


def test_tasks_save_only_if_there_is_something_to_save():
    store = kind_of("/play/own").open(options(store="/play/own"), ACCOUNT, None)
    assert (store.place, store.load(), store.save_due) == ("/play/own", ({}, ""), False)
    assert store.save({"current": None}, "", check_mode=True) == ""
    assert not store.save_due
    assert store.save({"current": None}, "") == ""
    assert store.save_due


class Echo:
    """A lookup that returns its arguments and a template."""

    def run(self, terms, variables, **given):
        made = template("{{ word }}{{ 1 + 1 }}")
        return [{"terms": terms, "variables": variables, "given": given, "made": made, "kept": template("kept")}]


def test_a_lookup_gets_the_variables_of_the_host_and_its_result_is_plain(monkeypatch):
    found = []

    class Loader:
        def get(self, name, loader, templar):
            found.append(name)
            return Echo() if name == "some.where.echo" else None

    monkeypatch.setattr(_base, "lookup_loader", Loader())
    loader, variables = DataLoader(), {**WITH_OMIT, "word": "x"}
    lookups = make_lookup(loader, Templar(loader, variables), variables)
    result = lookups("some.where.echo", token="t")
    assert result == {"terms": [], "variables": variables, "given": {"token": "t"}, "made": "x2", "kept": "kept"}
    assert (type(result["made"]), type(result["kept"])) == (str, str)
    with pytest.raises(LookupError):
        lookups("some.where.else")
    assert found == ["some.where.echo", "some.where.else"]
