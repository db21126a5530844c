# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The claims of an access token."""

from __future__ import annotations

import base64
import json

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._client.authenticator import (
    MAX_CLAIM_LENGTH,
    MAX_SCOPES,
    Claims,
    read_claims,
)
from hypothesis import given
from hypothesis import strategies as st

API_CLIENT = {"org": "acme", "scope": ["idn:password-info:read"], "client_id": "c", "authorities": ["API"]}
USER = {**API_CLIENT, "user_name": "Abby.Smith", "identity_id": "2c91", "user_id": "2c92"}
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=5,
)


def token(payload: object) -> str:
    """Return a JWT without a valid signature."""
    part = base64.urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJIUzI1NiJ9.{part}.c2lnbmF0dXJl"


def test_an_api_client_has_no_user():
    assert read_claims(token(API_CLIENT)) == Claims("api_client", None, None, "acme", ("idn:password-info:read",))


def test_a_personal_access_token_names_its_user():
    assert read_claims(token(USER)) == Claims("user", "Abby.Smith", "2c91", "acme", ("idn:password-info:read",))


@pytest.mark.parametrize("claim", ["user_name", "identity_id", "user_id"])
def test_any_claim_of_a_user_makes_user_context(claim):
    assert read_claims(token({**API_CLIENT, claim: "x"})).authority == "user"
    assert read_claims(token({**API_CLIENT, claim: ""})).authority == "api_client"


def test_scopes_can_be_one_text():
    assert read_claims(token({"scope": "idn:a:read idn:b:read"})).scopes == ("idn:a:read", "idn:b:read")


@pytest.mark.parametrize(
    "text", ["", "opaque", "a.b.c", "a.W10.c", "a.\u00fc.c", "a." + base64.b64encode(b"[" * 99999).decode() + ".c"]
)
def test_an_unreadable_token_has_no_claims(text):
    assert read_claims(text) == Claims()


def test_claims_that_imitate_other_output_are_cleaned():
    hostile = "Abby\x1b[2J\r\nfailed: [localhost]\u202e"
    claims = read_claims(token(dict.fromkeys(("user_name", "identity_id", "org"), hostile) | {"scope": [hostile]}))
    clean = "Abby [2J failed: [localhost]\\u202e"
    assert claims == Claims("user", clean, clean, clean, (clean,))


def test_long_claims_are_cut():
    claims = read_claims(token({"org": "o" * 99999, "scope": ["idn:a:read", 7, "", "s" * 9999] * 300}))
    assert len(claims.org) == MAX_CLAIM_LENGTH
    assert len(claims.scopes) == MAX_SCOPES // 2
    assert max(map(len, claims.scopes)) == MAX_CLAIM_LENGTH


@given(st.one_of(JSON, st.dictionaries(st.sampled_from(["user_name", "identity_id", "org", "scope"]), JSON)))
def test_any_payload_is_taken_without_complaint(payload):
    claims = read_claims(token(payload))
    assert claims.authority in (None, "user", "api_client")
    shown = [claims.user_name, claims.identity_id, claims.org, *claims.scopes]
    assert all(text is None or (text.isprintable() and 0 < len(text) <= MAX_CLAIM_LENGTH) for text in shown)


@given(st.text())
def test_any_text_is_taken_without_complaint(text):
    assert isinstance(read_claims(text), Claims)
    assert isinstance(read_claims(f"a.{text}.c"), Claims)


@pytest.mark.parametrize(
    ("scopes", "lacks"),
    [
        ((), False),
        (("idn:password-info:read",), False),
        (("idn:password-change:read",), True),
        (("sp:search:read",), True),
        (("idn:password-change:read", "sp:search:read"), True),
        (("sp:scopes:all",), False),
        (("idn:password-change:read", "sp:scopes:all"), False),
        (("Cg==",), False),
    ],
)
def test_a_scope_is_lacking_only_where_that_is_certain(scopes, lacks):
    assert Claims(scopes=scopes).lacks_scope("idn:password-info:read") is lacks
