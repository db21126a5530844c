# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Receipts: their content, reading them back, and refusing malformed ones."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import Change
from ansible_collections.community.sailpoint.plugins.module_utils._change.receipt import (
    LARGEST_FILE,
    STATES,
    AccountKey,
    Receipt,
    ReceiptLog,
    check_account,
    new_receipt,
    read_receipt,
)
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError, ReceiptError
from ansible_collections.community.sailpoint.plugins.module_utils._password import fingerprint as _fingerprint
from ansible_collections.community.sailpoint.plugins.module_utils._password.fingerprint import (
    Fingerprint,
    NoScryptError,
    new_fingerprint,
)
from hypothesis import given
from hypothesis import strategies as st

PASSWORD = "Quiet-Harbour-42"
KEY = AccountKey("acme.api.identitynow.com", "2c91", "CN=svc,DC=acme,DC=com")
SALT = bytes(range(16))
NOW = 1795514400.0
# A cheap fingerprint. A separate test covers the real cost.
RECEIPT = Receipt(KEY, Fingerprint(2, 8, 1, SALT, bytes(32)), "r1", "FINISHED", NOW)
VALUE = RECEIPT.as_value()


def test_a_receipt_says_what_was_sent_where_and_not_what_it_was():
    value = new_receipt(KEY, PASSWORD, SALT, NOW).as_value()
    digest = hashlib.scrypt(PASSWORD.encode(), salt=SALT, n=32768, r=8, p=1, maxmem=2**26, dklen=32)
    assert value == {
        "format": 1,
        "tenant": "acme.api.identitynow.com",
        "source_id": "2c91",
        "account_id": "CN=svc,DC=acme,DC=com",
        "fingerprint": {
            "scheme": "scrypt",
            "n": 32768,
            "r": 8,
            "p": 1,
            "salt": base64.b64encode(SALT).decode(),
            "digest": base64.b64encode(digest).decode(),
        },
        "request_id": None,
        "state": "UNKNOWN",
        "time": "2026-11-24T10:00:00Z",
    }
    assert PASSWORD not in json.dumps(value)


@pytest.mark.parametrize("password", [PASSWORD, "pässwörd ☃", "", "\udc80"])
def test_a_fingerprint_is_of_one_password(monkeypatch, password):
    monkeypatch.setattr(_fingerprint, "_N", 2)
    fingerprint = new_fingerprint(password, SALT)
    assert fingerprint.matches(password)
    assert not fingerprint.matches(f"{password}x")
    assert new_fingerprint(password, bytes(16)).digest != fingerprint.digest


texts = st.text(min_size=1, max_size=50)
receipts = st.builds(
    Receipt,
    st.builds(AccountKey, texts, texts, texts),
    st.builds(
        Fingerprint,
        st.integers(1, 17).map(lambda power: 2**power),
        st.integers(8, 16),
        st.integers(1, 4),
        st.binary(min_size=16, max_size=16),
        st.binary(min_size=32, max_size=32),
    ),
    st.none() | texts,
    st.sampled_from(STATES),
    st.integers(0, 4102444800).map(float),
)


@given(receipts)
def test_what_is_written_is_read_back(receipt):
    assert read_receipt(json.loads(json.dumps(receipt.as_value())), "receipt") == receipt


@pytest.mark.parametrize(
    ("change", "state", "request_id"),
    [
        (Change("r2", "IN_PROGRESS"), "IN_PROGRESS", "r2"),
        (Change("r2", "FINISHED"), "FINISHED", "r2"),
        (Change(None, "FAILED"), "FAILED", "r1"),
        (Change("r2", "POSTPONED"), "IN_PROGRESS", "r2"),
    ],
)
def test_a_receipt_records_the_state_of_its_change(change, state, request_id):
    assert RECEIPT.updated(change) == RECEIPT._replace(state=state, request_id=request_id)
    assert RECEIPT.updated(change, NOW + 5).time == NOW + 5


@pytest.mark.parametrize("field", AccountKey._fields)
def test_a_receipt_of_another_account_is_refused(field):
    check_account(RECEIPT, KEY, "receipt")
    elsewhere = KEY._replace(**{field: "CN=SVC,DC=acme,DC=com"})
    with pytest.raises(ReceiptError) as refusal:
        check_account(RECEIPT, elsewhere, "receipt_file /x")
    assert refusal.value.message == (
        f"receipt_file /x belongs to another {field.split('_')[0]}: {getattr(KEY, field)!r}, "
        "not 'CN=SVC,DC=acme,DC=com'."
    )
    assert refusal.value.hint == "Use a separate receipt for each account."


@pytest.mark.parametrize("version", [2, 999])
def test_a_newer_receipt_asks_for_an_update(version):
    # Only the number of a newer format is known.
    with pytest.raises(ReceiptError) as refusal:
        read_receipt({"format": version}, "receipt")
    assert refusal.value.message == f"receipt was written by a newer version of community.sailpoint (format {version})."
    assert refusal.value.hint == "Update the collection here as well."


def changed(value, path, to):
    """Return a copy of *value* with *to* at *path*. ``...`` removes the key."""
    copy = json.loads(json.dumps(value))
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    if to is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = to
    return copy


LONG = "A" * 100000
MANGLED = [
    *(((key,), ...) for key in VALUE),
    *((("fingerprint", key), ...) for key in VALUE["fingerprint"]),
    *(((key,), to) for key in VALUE for to in (True, [], {}, 1.5, -1, "", LONG, 10**400)),
    *(
        (("fingerprint", key), to)
        for key in VALUE["fingerprint"]
        for to in (True, None, [], 1.5, -1, "", LONG, 10**400)
    ),
    *(((key,), None) for key in VALUE if key != "request_id"),
    (("format",), 0),
    (("state",), "finished"),
    (("time",), "1969-12-31T23:59:59Z"),
    (("time",), "2026-11-24T10:00:00+01:00"),
    (("fingerprint", "scheme"), "md5"),
    (("fingerprint", "n"), 1),
    (("fingerprint", "n"), 3),
    (("fingerprint", "n"), 2**18),
    (("fingerprint", "r"), 1),
    (("fingerprint", "r"), 17),
    (("fingerprint", "p"), 5),
    (("fingerprint", "salt"), "c2hvcnQ="),
    (("fingerprint", "salt"), VALUE["fingerprint"]["salt"][:-3] + "!=="),
    (("fingerprint", "digest"), VALUE["fingerprint"]["salt"]),
    # Ansible masks a value that holds a secret like this.
    (("fingerprint", "digest"), "********"),
]


@pytest.mark.parametrize(("path", "to"), MANGLED, ids=lambda part: str(part)[:40])
def test_a_malformed_receipt_is_refused(path, to):
    with pytest.raises(ReceiptError) as refusal:
        read_receipt(changed(VALUE, path, to), "receipt")
    assert refusal.value.message == "receipt is malformed: it is not a receipt as this module returns it."
    assert refusal.value.hint.startswith("Restore it from a backup; or do without it")


@pytest.mark.parametrize("value", [None, [], "text", 1, True, [VALUE]])
def test_a_value_that_is_not_a_receipt_is_refused(value):
    with pytest.raises(ReceiptError, match="is malformed"):
        read_receipt(value, "receipt")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
paths = st.sampled_from([(key,) for key in VALUE] + [("fingerprint", key) for key in VALUE["fingerprint"]])


def read_or_refused(read):
    """Assert that *read* returns a valid receipt or raises ReceiptError."""
    try:
        receipt = read()
    except ReceiptError as error:
        assert error.hint and "receipt" in error.message
        return
    assert read_receipt(receipt.as_value(), "receipt") == receipt


@given(paths, json_values)
def test_any_value_of_a_field_is_read_or_refused(path, to):
    read_or_refused(lambda: read_receipt(changed(VALUE, path, to), "receipt"))


def opened(given, check_mode=False):
    with ReceiptLog(KEY.tenant, PASSWORD, lambda: NOW).opened(given, check_mode) as log:
        return log.earlier


TEXT = json.dumps(VALUE).encode()


@given(st.binary(max_size=8), st.integers(0, len(TEXT)), st.integers(0, 8))
def test_any_damaged_file_is_read_or_refused(tmp_path_factory, put, at, cut):
    path = tmp_path_factory.getbasetemp() / "mangled.json"
    path.write_bytes(TEXT[:at] + put + TEXT[at + cut :])
    read_or_refused(lambda: opened({"receipt_file": str(path)}))


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b"\xff\xfe", b"[" * 60000, b"9" * 60000, TEXT[:-1]])
def test_a_file_without_a_receipt_is_refused(tmp_path, content):
    path = tmp_path / "receipt"
    path.write_bytes(content)
    with pytest.raises(ReceiptError) as refusal:
        opened({"receipt_file": str(path)})
    assert refusal.value.message.startswith(f"receipt_file {path} is malformed")


def test_a_file_that_is_too_large_is_refused(tmp_path):
    path = tmp_path / "receipt"
    path.write_bytes(TEXT + b" " * LARGEST_FILE)
    with pytest.raises(ReceiptError) as refusal:
        opened({"receipt_file": str(path)})
    assert refusal.value.message == f"receipt_file {path} can't be read: it has more than 65536 bytes."


def test_an_empty_receipt_means_no_receipt():
    assert opened({"receipt": {}}) is None
    assert opened({"receipt": VALUE}) == RECEIPT


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"receipt": {}, "receipt_file": "/x"}, "receipt and receipt_file can't be used together."),
        ({"receipt_file": " "}, "receipt_file is empty."),
        ({"receipt_file": "kept/here"}, "receipt_file is 'kept/here', which depends on the folder that a run "),
    ],
)
def test_options_that_do_not_go_together_are_named(options, problem):
    with pytest.raises(InputError) as refusal:
        opened(options)
    assert refusal.value.message.startswith(problem)


def forbidden(*_arguments, **_keywords):
    raise ValueError("[digital envelope routines] unsupported")


@pytest.mark.parametrize("how", ["missing", "forbidden"])
@pytest.mark.parametrize("option", ["receipt", "receipt_file"])
def test_a_python_without_scrypt_is_explained(monkeypatch, tmp_path, how, option):
    if how == "missing":
        monkeypatch.delattr(hashlib, "scrypt")
    else:
        monkeypatch.setattr(hashlib, "scrypt", forbidden)
    path = str(tmp_path / "receipt")
    with pytest.raises(ReceiptError) as refusal:
        opened({"receipt": {}} if option == "receipt" else {"receipt_file": path})
    name = "receipt" if option == "receipt" else f"receipt_file {path}"
    assert refusal.value.message.startswith(f"{name} can't be used: this Python can't compute scrypt")
    with pytest.raises(NoScryptError):
        new_fingerprint(PASSWORD, SALT)
    # Without a receipt, scrypt is not needed.
    assert opened({}) is None
