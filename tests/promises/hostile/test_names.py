# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and DNs with escapes, Unicode, quotes and blanks: matched exactly, sent unchanged, shown on one line."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._change.receipt import (
    AccountKey,
    check_account,
    new_receipt,
)
from ansible_collections.community.sailpoint.plugins.module_utils._client.connection import connect
from ansible_collections.community.sailpoint.plugins.module_utils._errors import IscError, ReceiptError, RecordError
from ansible_collections.community.sailpoint.plugins.modules import isc_password, isc_password_batch, isc_password_info
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.record import (
    Record,
    RecordedAccount,
    read_record,
)
from simulator.tenant import Tenant
from support.hostile_results import flaws
from support.hostile_texts import TEXTS
from support.local_servers import LocalServer
from support.modules import AD, PASSWORD, FakeTime, run, validated
from support.modules import NAMES as NAMED

NAMES = {
    "CN=Doe\\, John,OU=\u00dc": "Doe, John",
    "CN=Doe\\2C John,OU=\u00dc": "Doe\\, John",
    "CN=Doe\\\\, John,OU=\u00dc": "Doe\\\\, John",
    "CN=Doe\\, John,OU=U\u0308": "Doe,  John",
    "CN=\\ Doe\\ ,OU=\u00dc": " Doe ",
    "CN=Doe": "Doe",
    "CN=Doe ": "Doe ",
    " CN=Doe": " Doe",
    "CN=\\#Doe\\+\\<\\>\\;\\=": "#Doe+<>;=",
    'CN=\\"Doe\\"': '"Doe"',
    "CN='Doe'": "'Doe'",
    "CN=caf\u00e9": "caf\u00e9",
    "CN=cafe\u0301": "cafe\u0301",
    "CN=D\u200doe": "D\u200doe",
    "CN=\u202eeoD": "\u202eeoD",
    "CN=\u0434\u043e\u0435,OU=\u6771\u4eac": "\u6771\u4eac",
    "CN={{ 6 * 7 }}": "{{ 6 * 7 }}",
    "CN=<b>%s%00</b>": "<b>",
    "CN=" + "long" * 200: "long" * 200,
}
"""Account ids and account names of one identity. No two of them are equal."""


OTHERS = (
    *("CN=DOE\\, John,OU=U", "CN=Doe, John,OU=\u00dc", "CN=Doe  ", "CN=caf\u00e9 ", "CN=\uff23\uff2e=Doe", "CN=*"),
    *("\u200b", "CN=Doe\r\nfatal: [host]: FAILED! =>", "\ud800", "CN=" + "long" * 199),
)
"""Names that match no account."""


class Directory(LocalServer):
    """Responds as ISC does, for an identity with all those accounts. ``sets``: the bodies of its changes."""

    def __init__(self, public_key: str) -> None:
        super().__init__()
        self.key = public_key
        self.sets: list[dict[str, Any]] = []

    def respond(self, handler: Any, request: dict) -> None:
        handler.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        body = json.dumps(self._document(request)).encode()
        self.send(handler, 200, {"Content-Length": str(len(body))}, body)

    def _document(self, request: dict) -> dict[str, Any]:
        if request["target"] == "/query-password-info/v1":
            accounts = [{"accountId": each, "accountName": name} for each, name in NAMES.items()]
            ids = {"identityId": "i", "sourceId": "s", "publicKeyId": "k", "publicKey": self.key}
            return {**ids, "accounts": accounts, "policies": []}
        self.sets.append(json.loads(request["body"]))
        return {"requestId": "r", "state": "FINISHED"}


@pytest.fixture
def directory(tenant: Tenant, fake_time: FakeTime) -> Iterator[Directory]:
    """Run a directory with a key of the tenant."""
    with Directory(run(isc_password_info, tenant, fake_time, **NAMED)["public_key"]) as made:
        yield made


def perform(server: LocalServer, fake_time: FakeTime, module: Any, **given: Any) -> dict[str, Any]:
    params = validated(module.ARGUMENT_SPEC, base_url=server.url, access_token="t", **given)
    client = connect(params, fake_time.runtime)
    try:
        return module.run(params, False, client)
    except IscError as error:
        return dict(error.as_result(), failed=True)
    finally:
        client.close()


def test_a_query_returns_names_unchanged(directory: Directory, fake_time: FakeTime) -> None:
    assert len(set(NAMES.values())) == len(NAMES)
    accounts = perform(directory, fake_time, isc_password_info, **NAMED)["accounts"]
    assert {each["account_id"]: each["account_name"] for each in accounts} == NAMES


def test_given_ids_are_sent_unchanged(directory: Directory, fake_time: FakeTime) -> None:
    for number, text in enumerate(text for text in TEXTS.values() if text.strip()):
        ids = {"identity_id": text, "source_id": f"{text} s", "account_id": f"{text} a", "public_key_id": f"{text} k"}
        result = perform(directory, fake_time, isc_password, **ids, public_key=directory.key, password=PASSWORD)
        assert result["changed"]
        assert len(directory.sets) == number + 1
        sent = directory.sets[-1]
        assert sent.pop("encryptedPassword")
        assert [*sent.values()] == [text, f"{text} k", f"{text} a", f"{text} s"]
        assert [*sent] == ["identityId", "publicKeyId", "accountId", "sourceId"]


@pytest.mark.parametrize("option", ["account_id", "account_name"])
def test_accounts_are_matched_exactly(directory: Directory, fake_time: FakeTime, tmp_path: Path, option: str) -> None:
    for account_id, account_name in NAMES.items():
        chosen = {option: account_id if option == "account_id" else account_name}
        result = perform(directory, fake_time, isc_password, **NAMED, password=PASSWORD, **chosen)
        assert result["account_id"] == account_id
    assert [each["accountId"] for each in directory.sets] == [*NAMES]
    # The same in a batch.
    directory.sets.clear()
    names = NAMES if option == "account_id" else NAMES.values()
    accounts = [{**NAMED, "password": PASSWORD, option: name} for name in names]
    given = {"accounts": accounts, "journal": str(tmp_path / "journal.jsonl")}
    results = perform(directory, fake_time, isc_password_batch, **given)["results"]
    assert [each["account_id"] for each in results] == [*NAMES]
    assert [each["accountId"] for each in directory.sets] == [*NAMES]
    assert not perform(directory, fake_time, isc_password_batch, **given)["changed"]
    assert len(directory.sets) == len(NAMES)


@pytest.mark.parametrize("module", [isc_password, isc_password_batch])
@pytest.mark.parametrize("option", ["account_id", "account_name"])
def test_a_name_that_only_looks_the_same_is_refused_on_one_line(
    directory: Directory, fake_time: FakeTime, module: Any, option: str
) -> None:
    for name in OTHERS:
        given = {**NAMED, "password": PASSWORD, option: name}
        result = perform(directory, fake_time, module, **(given if module is isc_password else {"accounts": [given]}))
        shown = repr(name if len(name) <= 300 else f"{name[:297]}...")
        assert f"No account on this source matches {option} {shown}." in result["msg"]
        assert list(flaws({"msg": result["msg"], "hint": result["hint"]})) == []
    assert directory.sets == []


def test_all_accounts_are_listed_on_one_line_and_shortened(directory: Directory, fake_time: FakeTime) -> None:
    result = perform(directory, fake_time, isc_password, **NAMED, password=PASSWORD)
    assert result["msg"].startswith(f"The identity has {len(NAMES)} accounts on this source and none was chosen. ")
    for account_id, account_name in NAMES.items():
        known = f"account_id {account_id!r} (account_name {account_name!r})"
        shortened = f"account_id 'CN={'long' * 73}lo...' (account_name '{'long' * 74}l...')"
        assert (known if len(known) < 600 else shortened) in result["hint"]
    assert list(flaws(result)) == []


ODD = RecordedAccount("svc", AD, "source-1\x1b[2J", "CN=D\u202eoe\r\nfatal: " + "x" * 1000)
LONG = Record(ODD._replace(account_id="\n" * 1000))
SHOWN = "CN=D\\u202eoe fatal: " + "x" * 277 + "..."


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("text", f"What the store holds for {SHOWN} is not a record, but text."),
        ({"format": 1}, f"The record that the store holds for {SHOWN} is malformed."),
        ({"format": 2}, f"The record of {SHOWN} was written by a newer version of community.sailpoint (format 2)."),
        (LONG.as_value(), r"The record belongs to another account: account_id '\n\n\n"),
    ],
)
def test_a_record_of_an_odd_account_is_refused_on_one_line(value: Any, message: str) -> None:
    with pytest.raises(RecordError) as refusal:
        read_record(value, ODD)
    assert refusal.value.message.startswith(message)
    assert list(flaws(refusal.value.as_result())) == []
    assert len(refusal.value.message) < 1500


def test_a_receipt_of_another_odd_account_is_refused_on_one_line() -> None:
    key = AccountKey("acme", "s", "CN=caf\u00e9\n" + "x" * 1000)
    receipt = new_receipt(key, PASSWORD, bytes(16), 0.0)
    with pytest.raises(ReceiptError) as refusal:
        check_account(receipt, key._replace(account_id="CN=cafe\u0301\n" + "x" * 1000), "receipt")
    assert refusal.value.message == (
        f"receipt belongs to another account: 'CN=caf\u00e9\\n{'x' * 289}...', not 'CN=cafe\u0301\\n{'x' * 288}...'."
    )
