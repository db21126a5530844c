# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The record of an account's passwords: what is written is read, and anything else is an explained error."""

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
RECORDS = st.builds(
    Record,
    st.just(ACCOUNT),
    OPTIONAL,
    OPTIONAL,
    st.none() | PENDING,
    st.lists(KEPT, max_size=2).map(tuple),
    st.booleans(),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def paths(value, path=()):
    """Return the path of each value within a record."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, one in inner for found in paths(one, (*path, key)))]


PATHS = paths(FULL.as_value())


def changed(path, value):
    """Return a full record with another value somewhere."""
    record = {"record": copy.deepcopy(FULL.as_value())}
    inner = record
    for key in ("record", *path)[:-1]:
        inner = inner[key]
    inner[("record", *path)[-1]] = value
    return record["record"]


@given(RECORDS)
def test_what_is_written_is_read(record):
    assert read_record(json.loads(json.dumps(record.as_value())), ACCOUNT) == record


@pytest.mark.parametrize("nothing", [None, "", {}])
def test_nothing_is_a_record_without_passwords(nothing):
    assert read_record(nothing, ACCOUNT) == Record(ACCOUNT)


def test_what_old_jinja_makes_of_null_is_read_as_null():
    record = Record(ACCOUNT, RecordedPassword("now", 1.0), pending=PendingPassword("next", 2.0, OWNER))
    value = record.as_value()
    value["previous"] = ""
    for name in ("current", "pending"):
        value[name]["request_id"] = ""
    assert read_record(value, ACCOUNT) == record


def test_the_names_are_for_people_and_those_of_today_are_kept():
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
    with pytest.raises(RecordError, match=message) as refused:
        read_record(FULL.as_value(), ACCOUNT._replace(**{field: "elsewhere"}))
    assert "its own place" in refused.value.hint


def test_a_newer_record_is_refused():
    with pytest.raises(RecordError, match=r"written by a newer version .* \(format 2\)") as refused:
        read_record({"format": 2, "passwords": ["secret"]}, ACCOUNT)
    assert refused.value.hint.startswith("Update the collection")


@pytest.mark.parametrize("version", [0, -1, False, "1", None, 1.5])
def test_a_format_that_never_was_is_malformed(version):
    with pytest.raises(RecordError, match="malformed"):
        read_record(changed(("format",), version), ACCOUNT)


@pytest.mark.parametrize(("value", "kind"), [("secret", "text"), (["secret"], "a list"), (7, "something else")])
def test_what_is_not_a_record_at_all_is_told_without_showing_it(value, kind):
    with pytest.raises(RecordError, match=f"is not a record, but {kind}") as refused:
        read_record(value, ACCOUNT)
    assert "secret" not in str(refused.value.as_result())


@pytest.mark.parametrize(
    "path", [path for path in PATHS if path and isinstance(path[-1], str)], ids=lambda path: ".".join(map(str, path))
)
def test_each_part_is_needed(path):
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
        (("current", "password"), ""),
        (("current", "password"), None),
        (("current", "password"), 12345678),
        (("current", "rotated_at"), "yesterday"),
        (("current", "rotated_at"), 1000.0),
        (("pending", "staged_at"), "2026-13-01T00:00:00Z"),
        (("pending", "outcome_unknown"), "true"),
        (("pending", "outcome_unknown"), ""),
        (("pending", "inconclusive"), None),
        (("pending", "request_id"), 7),
        (("pending", "owner"), None),
        (("pending", "owner", "process"), True),
        (("pending", "owner", "process"), "many"),
        (("pending", "owner", "node"), 3),
        (("pending",), ["next"]),
        (("after_change_due",), 1),
        (("account",), "svc-backup"),
        (("account", "account_id"), ""),
    ],
)
def test_a_wrong_value_is_malformed(path, value):
    with pytest.raises(RecordError, match="The record that the store holds for CN=svc-backup is malformed") as refused:
        read_record(changed(path, value), ACCOUNT)
    assert refused.value.__cause__ is None
    assert not {"failed", "before", "next"} & set(str(refused.value.as_result()).split())


@given(JSON | st.builds(changed, st.sampled_from(PATHS), JSON))
def test_whatever_a_store_returns_is_read_or_explained(value):
    try:
        record = read_record(value, ACCOUNT)
    except RecordError as error:
        assert error.hint
        return
    # What was read can be written and read again.
    assert read_record(json.loads(json.dumps(record.as_value())), ACCOUNT) == record


def test_a_record_whose_account_only_it_tells_is_read_as_it_is():
    assert read_any_record(FULL.as_value(), "a place") == FULL


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "What the store holds for a place is not a record, but something else."),
        ({}, "The record that the store holds for a place is malformed."),
        ({"format": 9}, "The record of a place was written by a newer version of community.sailpoint (format 9)."),
    ],
)
def test_what_cant_be_read_is_named_by_its_place(value, message):
    with pytest.raises(RecordError) as refused:
        read_any_record(value, "a place")
    assert refused.value.message == message
    assert "a place" not in (refused.value.hint or "")
