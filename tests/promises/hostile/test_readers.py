# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is read from an answer is understood or refused with a sentence; nothing else."""

from __future__ import annotations

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
from ansible_collections.community.sailpoint.plugins.module_utils._client.answers import Fields, read_list, read_object
from ansible_collections.community.sailpoint.plugins.module_utils._client.redaction import Redaction
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    IscError,
    UnexpectedAnswerError,
)
from ansible_collections.community.sailpoint.plugins.module_utils._http.transport import Answer
from hypothesis import given, settings
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
