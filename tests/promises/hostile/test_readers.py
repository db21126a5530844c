# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is read, from an answer, an option or a file, is understood or refused with a sentence; nothing else."""

from __future__ import annotations

import base64
import contextlib
import json
import math
from typing import Any

from ansible_collections.community.sailpoint.plugins.module_utils._api.digit_token import create_digit_token
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import (
    PasswordInfo,
    query_password_info,
    read_change,
    read_change_status,
    set_password,
)
from ansible_collections.community.sailpoint.plugins.module_utils._batch.journal import read_history
from ansible_collections.community.sailpoint.plugins.module_utils._change.receipt import read_receipt
from ansible_collections.community.sailpoint.plugins.module_utils._client.answers import Fields, read_list, read_object
from ansible_collections.community.sailpoint.plugins.module_utils._client.authenticator import Claims, read_claims
from ansible_collections.community.sailpoint.plugins.module_utils._client.connection import parse_base_url
from ansible_collections.community.sailpoint.plugins.module_utils._client.redaction import Redaction
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    InputError,
    IscError,
    JournalError,
    ReceiptError,
    RecordError,
    UnexpectedAnswerError,
)
from ansible_collections.community.sailpoint.plugins.module_utils._http.retry import parse_retry_after
from ansible_collections.community.sailpoint.plugins.module_utils._http.transport import Answer
from ansible_collections.community.sailpoint.plugins.module_utils._password.encryption import encrypt_password
from ansible_collections.community.sailpoint.plugins.module_utils._times import parse_age
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.record import RecordedAccount, read_record
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.hostile_results import flaws
from support.hostile_texts import TEXTS

TEXT = st.text(st.characters()) | st.sampled_from([*TEXTS.values()])
NUMBERS = st.integers() | st.floats() | st.sampled_from([10**400, -(10**400), math.inf, math.nan])
SCALARS = st.none() | st.booleans() | NUMBERS | TEXT
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=6
)
PIECES = st.sampled_from(
    [b"{", b"}", b"[", b"]", b'"a"', b'"b"', b":", b",", b"1", b"-", b"1e999", b"NaN", b"\\ud800", b'"\\uD800"', b" "]
    + [b"\xff", b"\x00", b"null", b'"', b"\xef\xbb\xbf", b"9" * 1001, b"[" * 5000]
)
BODIES = st.binary() | st.lists(PIECES, max_size=12).map(b"".join) | JSON.map(lambda value: json.dumps(value).encode())


def objects(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return objects with some of those keys, and others, each with any value or one that fits somewhere."""
    fitting = st.sampled_from(["FINISHED", "FAILED", "123456", ["a"], [{"accountId": "a", "accountName": "b"}], {}])
    return st.dictionaries(st.sampled_from(names) | TEXT, fitting | JSON, max_size=len(names) + 1)


CHANGES = objects("requestId", "reqeustId", "state", "status", "errors", "error", "sourceIds")
QUERIES = objects("identityId", "sourceId", "publicKeyId", "publicKey", "accounts", "policies")
TOKENS = objects("digitToken", "requestId")
IDS = st.fixed_dictionaries(dict.fromkeys(("identityId", "sourceId", "publicKeyId", "publicKey"), TEXT))


# Each run draws others.
FEW = settings(max_examples=50)


class Answering:
    """Stands in for a client: answers whatever is asked with the same object."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self._answer = answer

    def redaction(self, *_secrets: str | None) -> Redaction:
        """Return what takes nothing out."""
        return Redaction()

    def call(self, *_arguments: Any, **_options: Any) -> Fields:
        """Return the answer."""
        return Fields(self._answer, "x")


def explained(error: IscError) -> bool:
    """Return whether *error* can be shown as it is."""
    return not [*flaws(error.as_result())]


@FEW
@given(BODIES)
def test_a_body_is_an_object_that_can_be_written_on_or_it_is_refused(body: bytes) -> None:
    try:
        content = read_object(Answer(200, {}, body), "x")
    except UnexpectedAnswerError as error:
        assert explained(error)
    else:
        assert isinstance(content, dict)
        assert json.dumps(content, ensure_ascii=False, allow_nan=False).encode("utf-8")


@FEW
@given(BODIES | st.lists(BODIES, max_size=3).map(lambda bodies: b"[" + b",".join(bodies) + b"]"))
def test_a_body_is_a_list_of_objects_that_can_be_written_on_or_it_is_refused(body: bytes) -> None:
    try:
        content = read_list(Answer(200, {}, body), "x")
    except UnexpectedAnswerError as error:
        assert explained(error)
    else:
        assert isinstance(content, list)
        assert all(isinstance(each, dict) for each in content)
        assert json.dumps(content, ensure_ascii=False, allow_nan=False).encode("utf-8")


@FEW
@given(CHANGES)
def test_a_change_is_read_or_refused(answer: dict[str, Any]) -> None:
    try:
        change = read_change(Fields(answer, "x"))
    except UnexpectedAnswerError as error:
        assert explained(error)
    else:
        assert [*flaws(change.as_result())] == []
        assert change.state == change.state.strip() != ""


@FEW
@given(CHANGES)
def test_an_accepted_change_and_its_status_are_read_or_refused(answer: dict[str, Any]) -> None:
    info = PasswordInfo("i", "s", "k", "p", (), ())
    for perform in (
        lambda client: set_password(client, info, "a", "e"),
        lambda client: read_change_status(client, "r"),
    ):
        try:
            assert [*flaws(perform(Answering(answer)).as_result())] == []
        except IscError as error:
            assert explained(error)


@FEW
@given(QUERIES | IDS | st.tuples(IDS, QUERIES).map(lambda both: {**both[1], **both[0]}))
def test_a_query_is_read_or_refused(answer: dict[str, Any]) -> None:
    try:
        info = query_password_info(Answering(answer), "u", "s")
    except UnexpectedAnswerError as error:
        assert explained(error)
    else:
        shown = {**info._asdict(), "accounts": [account._asdict() for account in info.accounts]}
        assert [*flaws(shown)] == []


@FEW
@given(TOKENS)
def test_a_digit_token_is_read_or_refused(answer: dict[str, Any]) -> None:
    try:
        digits, request_id = create_digit_token(Answering(answer), "u", 6, 5)
    except UnexpectedAnswerError as error:
        assert explained(error)
    else:
        assert digits.isascii()
        assert digits.isdigit()
        assert [*flaws({"digits": digits, "request_id": request_id})] == []


@FEW
@given(TEXT | st.binary().map(lambda key: base64.b64encode(key).decode()))
def test_a_key_is_taken_or_refused(key: str) -> None:
    with contextlib.suppress(IscError):
        encrypt_password("x", key)


CLAIMS = st.fixed_dictionaries(
    {"user_name": TEXT, "identity_id": TEXT | JSON, "org": TEXT, "scope": TEXT | st.lists(TEXT, max_size=3) | JSON}
).map(lambda claims: json.dumps(claims).encode())


@FEW
@example(b"[" * 100000)
@given(BODIES | CLAIMS | TEXT.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_a_token_tells_what_it_tells(payload: bytes) -> None:
    claims = read_claims(f"a.{base64.urlsafe_b64encode(payload).decode().rstrip('=')}.c")
    assert isinstance(claims, Claims)
    assert [*flaws(claims._asdict())] == []


@FEW
@given(TEXT, TEXT)
def test_any_text_may_be_a_token(one: str, other: str) -> None:
    assert [*flaws(read_claims(one)._asdict())] == []
    assert [*flaws(read_claims(f"{one}.{other}.{one}")._asdict())] == []


DATES = st.tuples(
    *[st.sampled_from(["Thu,", "1", "99", "Jan", "1970", "99999", "-1", "00:00:30", "GMT", "+9999", ""])] * 6
)


@FEW
@given(TEXT | DATES.map(" ".join))
def test_a_retry_after_asks_for_seconds_or_for_nothing(header: str) -> None:
    seconds = parse_retry_after(header, 1_000_000_000.0)
    assert seconds is None or 0 <= seconds < math.inf


@FEW
@given(TEXT | TEXT.map("https://{}".format) | TEXT.map("https://a.example{}".format))
def test_an_address_is_read_or_refused(text: str) -> None:
    try:
        assert parse_base_url(text).url.isprintable()
    except InputError as error:
        assert explained(error)


@FEW
@given(TEXT)
def test_an_age_is_read_or_refused(text: str) -> None:
    try:
        age = parse_age("max_age", text)
    except InputError as error:
        assert explained(error)
    else:
        assert age is None or age > 0


LINES = objects("format", "tenant", "account", "name", "step", "time", "request_id", "state", "errors", "reason", "run")
FIRST = b'{"format": 1, "tenant": "acme"}\n{"account": 0, "name": "a", "user_name": "u"}\n'
STEPS = st.fixed_dictionaries(
    {
        "account": st.sampled_from([0, 0, 0, -1, 1, "0", True]) | JSON,
        "step": st.sampled_from(["sending", "accepted", "finished", "failed", "refused", "unknown"]) | JSON,
        "time": st.just("2026-03-14T09:26:53.589Z") | st.sampled_from(["9999-99-99T99:99:99.999Z", "Z" * 24]) | TEXT,
    },
    optional=dict.fromkeys(("source_id", "account_id", "request_id", "state", "errors", "source_ids"), JSON),
)


@FEW
@example([b"[" * 100000])
@example([b'{"account": 0, "step": [], "time": 1}'])
@given(st.lists(BODIES | (LINES | STEPS).map(lambda line: json.dumps(line).encode()), max_size=4))
def test_a_journal_is_read_or_refused(lines: list[bytes]) -> None:
    for content in (b"\n".join(lines), FIRST + b"\n".join([*lines, b""])):
        with contextlib.suppress(JournalError):
            read_history(content, "journal")


@FEW
@given(JSON | objects("format", "state", "time", "request_id", "fingerprint", "tenant", "source_id", "account_id"))
def test_a_receipt_is_read_or_refused(value: Any) -> None:
    with contextlib.suppress(ReceiptError):
        read_receipt(value, "receipt")


ACCOUNT = RecordedAccount("u", "s", "i", "a")
KEPT = st.fixed_dictionaries(
    {"password": TEXT, "request_id": TEXT | JSON},
    optional=dict.fromkeys(("rotated_at", "discarded_at", "staged_at"), st.just("2026-03-14T09:26:53Z") | JSON),
)
OWNER = st.fixed_dictionaries({"node": TEXT, "process": JSON, "started": TEXT, "inventory_host": TEXT})
PENDING = st.tuples(KEPT, OWNER | JSON, st.booleans()).map(
    lambda parts: {**parts[0], "owner": parts[1], "outcome_unknown": parts[2]}
)
RECORDS = st.fixed_dictionaries(
    {
        "format": st.just(1),
        "account": st.just(ACCOUNT._asdict()) | JSON,
        "current": KEPT | st.none() | JSON,
        "previous": KEPT | st.none(),
        "pending": PENDING | st.none() | JSON,
        "discarded": st.just([]) | st.lists(KEPT | JSON, max_size=2) | JSON,
        "after_change_due": st.booleans() | JSON,
    }
)


@FEW
@given(JSON | RECORDS, st.just(ACCOUNT.account_id) | TEXT)
def test_a_record_is_read_or_refused(value: Any, account_id: str) -> None:
    try:
        read_record(value, ACCOUNT._replace(account_id=account_id))
    except RecordError as error:
        assert explained(error)
