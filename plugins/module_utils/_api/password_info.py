# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Query password info: the ids, accounts, policies and the public key that setting a password takes."""

from __future__ import annotations

import sys
import typing as t

from .._client.answers import Fields
from .._client.operation import Operation
from .._text import clean_text, quoted

if t.TYPE_CHECKING:
    from .._client.client import Client

QUERY_PASSWORD_INFO = Operation(
    name="query password info",
    method="POST",
    resource="query-password-info",
    rest="",
    scope="idn:password-info:read",
    repeatable=True,
    other_reason="that password management is enabled for the source",
    hints={
        400: "Check user_name (the identity's login name) and source_name (the source's display name, as in ISC).",
    },
    refused_to_users="and ISC may refuse query password info to such a token",
)


class Account(t.NamedTuple):
    """An account: its native identity on the source (for Active Directory the DN) and its display name."""

    account_id: str
    account_name: str

    def __str__(self) -> str:
        return f"account_id {quoted(self.account_id)} (account_name {quoted(self.account_name)})"


class PasswordInfo(t.NamedTuple):
    """What set password needs to know about an identity on a source."""

    identity_id: str
    source_id: str
    public_key_id: str
    public_key: str
    accounts: tuple[Account, ...]
    policies: tuple[str, ...]


def query_password_info(client: Client, user_name: str, source_name: str) -> PasswordInfo:
    """Query ids, accounts, policy strings and the public key of an identity on a source."""
    answer = client.call(QUERY_PASSWORD_INFO, json={"userName": user_name, "sourceName": source_name})
    fields = Fields(answer, QUERY_PASSWORD_INFO.name, client.redaction())
    return PasswordInfo(
        identity_id=fields.required_id("identityId"),
        source_id=fields.required_id("sourceId"),
        public_key_id=fields.required_id("publicKeyId"),
        # All accounts of a source have the same key and policies: one string for thousands of accounts saves megabytes.
        public_key=sys.intern(fields.required_id("publicKey")),
        accounts=tuple(
            Account(each.required_id("accountId"), each.name("accountName")) for each in fields.objects("accounts")
        ),
        policies=_policies(fields),
    )


def _policies(fields: Fields) -> tuple[str, ...]:
    entries = fields.value("policies") or []
    # Some published examples hold numbers.
    if not isinstance(entries, list) or not all(isinstance(each, (str, int, float, type(None))) for each in entries):
        raise fields.unexpected("policies that are not a list of strings")
    return tuple(sys.intern(clean_text(fields.redacted(str(each)))) for each in entries)
