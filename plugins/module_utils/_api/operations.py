# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The four operations of password management: values in, values out."""

from __future__ import annotations

import typing as t

from .._change.account import Account
from .._client.client import Client
from .._client.endpoints import (
    CHANGE_STATUS,
    CREATE_DIGIT_TOKEN,
    QUERY_PASSWORD_INFO,
    SET_PASSWORD,
)
from .._errors import (
    ApiError,
    IscError,
    LostAnswerError,
    OutcomeUnknownError,
    UnexpectedAnswerError,
)
from .._outcomes import REFUSED, UNKNOWN
from .._text import (
    LONGEST_TEXT,
    clean_text,
    fault_of_id,
    has_controls,
)
from .password_change import Change, read_change

LONGEST_DIGIT_TOKEN = 18


class PasswordInfo(t.NamedTuple):
    """What set password needs to know about an identity on a source."""

    identity_id: str
    source_id: str
    public_key_id: str
    public_key: str
    accounts: tuple[Account, ...]
    policies: tuple[str, ...]


class DigitToken(t.NamedTuple):
    """A digit token (a string: it may begin with 0) and the id of the request that created it."""

    digits: str
    request_id: str | None


def query_password_info(client: Client, user_name: str, source_name: str) -> PasswordInfo:
    """Query ids, accounts, policy strings and the public key of an identity on a source."""
    answer = client.call(QUERY_PASSWORD_INFO, json={"userName": user_name, "sourceName": source_name})
    field = _fields_of(answer, QUERY_PASSWORD_INFO.name)
    return PasswordInfo(
        identity_id=field("identityId"),
        source_id=field("sourceId"),
        public_key_id=field("publicKeyId"),
        public_key=field("publicKey"),
        accounts=_accounts(answer.get("accounts")),
        policies=_policies(answer.get("policies")),
    )


def set_password(client: Client, info: PasswordInfo, account_id: str, encrypted_password: str) -> Change:
    """Ask for a password change; ISC accepts it and carries it out later.

    :raises OutcomeUnknownError: the request was sent, and whether it was accepted is not known.
    :raises IscError: it was not accepted; ``outcome`` among the details is then ``refused``.
    """
    try:
        answer = client.call(
            SET_PASSWORD,
            json={
                "identityId": info.identity_id,
                "encryptedPassword": encrypted_password,
                "publicKeyId": info.public_key_id,
                "accountId": account_id,
                "sourceId": info.source_id,
            },
        )
        return read_change(answer, SET_PASSWORD.name)
    except IscError as error:
        if not _may_have_been_processed(error):
            error.add_details(outcome=REFUSED)
            raise
        raise OutcomeUnknownError(
            f"The password change was sent, and whether ISC accepted it is not known: {error.message}",
            "It was not sent again, because a second change could collide with the first. Find out whether the new "
            "password holds (log in with it, or look at the account's activity in ISC) before you run this again.",
            **{**error.details, "outcome": UNKNOWN},
        ) from None


def read_change_status(client: Client, request_id: str, deadline: float | None = None) -> Change:
    """Read the state of a password change once.

    :param deadline: a time of the client's clock that no retry goes beyond.
    """
    answer = client.call(CHANGE_STATUS, request_id=request_id, deadline=deadline)
    return read_change(answer, CHANGE_STATUS.name)


def create_digit_token(client: Client, user_id: str, length: int, duration_minutes: int) -> DigitToken:
    """Create a digit token for the identity whose uid is *user_id*."""
    try:
        answer = client.call(
            CREATE_DIGIT_TOKEN, json={"userId": user_id, "length": length, "durationMinutes": duration_minutes}
        )
        return _digit_token(answer, length)
    except IscError as error:
        if _may_have_been_processed(error):
            error.add_hint(
                "A digit token may have been created that nobody knows; it ends by itself, so run this again."
            )
        raise


def _may_have_been_processed(error: IscError) -> bool:
    if error.at_login:
        return False
    if isinstance(error, ApiError):
        return error.status_code >= 500 or error.status_code == 408
    if isinstance(error, UnexpectedAnswerError):
        return not 300 <= error.details.get("status_code", 0) < 400
    return isinstance(error, LostAnswerError)


def _fields_of(answer: t.Mapping[str, t.Any], of: str) -> t.Callable[[str], str]:
    def field(name: str) -> str:
        value = answer.get(name)
        if not isinstance(value, str) or not value:
            raise UnexpectedAnswerError(
                f"ISC's answer to {of} has no usable {name}.",
                "Check in ISC that password management is set up for the source.",
            )
        fault = fault_of_id(value.replace("\n", "") if name == "publicKey" else value)
        if fault:
            raise UnexpectedAnswerError(f"ISC's answer to {of} has {fault} in {name}.")
        return value

    return field


def _accounts(value: t.Any) -> tuple[Account, ...]:
    entries = [] if value is None else value
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise UnexpectedAnswerError(f"ISC's answer to {QUERY_PASSWORD_INFO.name} has accounts that are no list.")
    accounts = []
    for entry in entries:
        account_id, account_name = entry.get("accountId"), entry.get("accountName")
        if not isinstance(account_id, str) or not account_id:
            raise UnexpectedAnswerError(f"ISC's answer to {QUERY_PASSWORD_INFO.name} has an account without accountId.")
        fault = fault_of_id(account_id)
        if fault:
            raise UnexpectedAnswerError(f"ISC's answer to {QUERY_PASSWORD_INFO.name} has {fault} in accountId.")
        accounts.append(Account(account_id, _name(account_name)))
    return tuple(accounts)


def _name(value: t.Any) -> str:
    """Return a display name; it is changed only where it holds what can't be shown, or is too long for that."""
    if not isinstance(value, str):
        return ""
    return clean_text(value) if has_controls(value) or len(value) > LONGEST_TEXT else value


def _policies(value: t.Any) -> tuple[str, ...]:
    entries = [] if value is None else value
    if not isinstance(entries, list):
        raise UnexpectedAnswerError(f"ISC's answer to {QUERY_PASSWORD_INFO.name} has policies that are no list.")
    if not all(isinstance(entry, (str, int, float, type(None))) for entry in entries):
        raise UnexpectedAnswerError(f"ISC's answer to {QUERY_PASSWORD_INFO.name} has policies that are no texts.")
    return tuple(clean_text(str(entry)) for entry in entries)


def _digit_token(answer: t.Mapping[str, t.Any], length: int) -> DigitToken:
    digits = answer.get("digitToken")
    if isinstance(digits, int) and not isinstance(digits, bool) and digits >= 0:
        # One published example shows a number; JSON numbers have no leading zeros, so they are put back.
        digits = str(digits).zfill(length)
    if not isinstance(digits, str) or not (digits.isascii() and digits.isdigit()) or len(digits) > LONGEST_DIGIT_TOKEN:
        raise UnexpectedAnswerError(f"ISC's answer to {CREATE_DIGIT_TOKEN.name} has no digitToken of digits.")
    request_id = answer.get("requestId")
    return DigitToken(digits, clean_text(request_id) or None if isinstance(request_id, str) else None)
