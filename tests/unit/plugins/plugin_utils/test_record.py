# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The record of an account's passwords: a written record is read, and any other value is an explained error."""

from __future__ import annotations

import copy
import json

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import RecordError
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.owner import RunOwner
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.record import (
    PendingPassword,
    Record,
    RecordedAccount,
    RecordedPassword,
    read_any_record,
    read_record,
)
from hypothesis import given
from hypothesis import strategies as st

ACCOUNT = RecordedAccount("svc-backup", "Active Directory", "source-1", "CN=svc-backup")
OWNER = RunOwner("node boot", 12, "345", "localhost")
FULL = Record(
    ACCOUNT,
    RecordedPassword('a{{ 1 }}b"\\', 1000.0, "request-1"),
    RecordedPassword("before", 500.0),
    PendingPassword("next", 2000.0, OWNER, "request-2", True, True),
    (RecordedPassword("failed", 1500.0, "request-3"),),
    True,
)

TEXT = st.text(st.characters(codec="utf-8"), min_size=1)
TIME = st.integers(0, 4_000_000_000).map(float)
KEPT = st.builds(RecordedPassword, TEXT, TIME, st.none() | TEXT)
OWNERS = st.builds(RunOwner, st.text(), st.integers(1, 2**31), st.text(), st.text())
PENDING = st.builds(PendingPassword, TEXT, TIME, OWNERS, st.none() | TEXT, st.booleans(), st.booleans())
OPTIONAL = st.none() | KEPT
DISCARDED = st.lists(KEPT, max_size=2).map(tuple)
RECORDS = st.builds(Record, st.just(ACCOUNT), OPTIONAL, OPTIONAL, st.none() | PENDING, DISCARDED, st.booleans())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def paths(value, path=()):
    """Return the paths of all values within a record."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, one in inner for found in paths(one, (*path, key)))]


PATHS = paths(FULL.as_value())


def changed(path, value):
    """Return a full record with another value at *path*."""
    record = {"record": copy.deepcopy(FULL.as_value())}
    inner = record
    for key in ("record", *path)[:-1]:
        inner = inner[key]
    inner[("record", *path)[-1]] = value
    return record["record"]


@given(RECORDS)
def test_a_written_record_is_read(record):
    assert read_record(json.loads(json.dumps(record.as_value())), ACCOUNT) == record


@pytest.mark.parametrize("nothing", [None, "", {}])
def test_an_empty_value_is_a_record_without_passwords(nothing):
    assert read_record(nothing, ACCOUNT) == Record(ACCOUNT)


def test_the_empty_text_that_old_jinja_makes_of_null_is_read_as_null():
    record = Record(ACCOUNT, RecordedPassword("now", 1.0), pending=PendingPassword("next", 2.0, OWNER))
    value = record.as_value()
    value["previous"] = ""
    for name in ("current", "pending"):
        value[name]["request_id"] = ""
    assert read_record(value, ACCOUNT) == record


def test_the_current_names_of_the_account_replace_those_of_the_record():
    renamed = ACCOUNT._replace(user_name="svc-new", source_name="AD")
    assert read_record(FULL.as_value(), renamed) == FULL._replace(account=renamed)


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("source_id", "belongs to another source: source_id 'source-1', not 'elsewhere'"),
        ("account_id", "belongs to another account: account_id 'CN=svc-backup', not 'elsewhere'"),
    ],
)
def test_a_record_of_another_account_is_refused(field, message):
    with pytest.raises(RecordError, match=message) as refusal:
        read_record(FULL.as_value(), ACCOUNT._replace(**{field: "elsewhere"}))
    assert "its own place" in refusal.value.hint


def test_a_newer_record_is_refused():
    with pytest.raises(RecordError, match=r"written by a newer version .* \(format 2\)") as refusal:
        read_record({"format": 2, "passwords": ["secret"]}, ACCOUNT)
    assert refusal.value.hint.startswith("Update the collection")


@pytest.mark.parametrize(("value", "kind"), [("secret", "text"), (["secret"], "a list"), (7, "something else")])
def test_a_value_that_is_not_a_record_is_refused_without_showing_it(value, kind):
    with pytest.raises(RecordError, match=f"is not a record, but {kind}") as refusal:
        read_record(value, ACCOUNT)
    assert "secret" not in str(refusal.value.as_result())


@pytest.mark.parametrize(
    "path", [path for path in PATHS if path and isinstance(path[-1], str)], ids=lambda path: ".".join(map(str, path))
)
def test_every_field_is_required(path):
    value = FULL.as_value()
    inner = value
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    with pytest.raises(RecordError, match="malformed"):
        read_record(value, ACCOUNT)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        *((("format",), version) for version in (0, -1, False, "1", None, 1.5)),
        *((("current", "password"), value) for value in ("", None, 12345678)),
        *((("current", "rotated_at"), value) for value in ("yesterday", 1000.0)),
        (("pending", "staged_at"), "2026-13-01T00:00:00Z"),
        *((("pending", "outcome_unknown"), value) for value in ("true", "")),
        (("pending", "inconclusive"), None),
        (("pending", "request_id"), 7),
        (("pending", "owner"), None),
        *((("pending", "owner", "process"), value) for value in (True, "many")),
        (("pending", "owner", "node"), 3),
        (("pending",), ["next"]),
        (("after_change_due",), 1),
        (("account",), "svc-backup"),
        (("account", "account_id"), ""),
    ],
)
def test_a_wrong_value_is_malformed(path, value):
    with pytest.raises(RecordError, match="The record that the store holds for CN=svc-backup is malformed") as refusal:
        read_record(changed(path, value), ACCOUNT)
    assert refusal.value.__cause__ is None
    assert not {"failed", "before", "next"} & set(str(refusal.value.as_result()).split())


@given(JSON | st.builds(changed, st.sampled_from(PATHS), JSON))
def test_any_value_of_a_store_is_read_or_explained(value):
    try:
        record = read_record(value, ACCOUNT)
    except RecordError as error:
        assert error.hint
        return
    # A record that was read can be written and read again.
    assert read_record(json.loads(json.dumps(record.as_value())), ACCOUNT) == record


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "What the store holds for a place is not a record, but something else."),
        ({}, "The record that the store holds for a place is malformed."),
        ({"format": 9}, "The record of a place was written by a newer version of community.sailpoint (format 9)."),
    ],
)
def test_a_record_of_an_unknown_account_is_read_or_named_by_its_place(value, message):
    with pytest.raises(RecordError) as refusal:
        read_any_record(value, "a place")
    assert refusal.value.message == message
    assert read_any_record(FULL.as_value(), "a place") == FULL
    assert "a place" not in (refusal.value.hint or "")
