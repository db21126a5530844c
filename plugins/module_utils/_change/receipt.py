# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Receipts: what is remembered of a password change, without the password.

ISC does not reveal passwords. A receipt holds a salted fingerprint of the password that was sent, the account
it was sent for, and how far the change got, so that a later run can tell whether there is anything to do.
"""

from __future__ import annotations

import typing as t

from .._api.password_change import CHANGE_FAILED, CHANGE_FINISHED, CHANGE_IN_PROGRESS, Change
from .._durable_file import refuse_newer_format
from .._errors import ReceiptError
from .._password.fingerprint import (
    Fingerprint,
    new_fingerprint,
    read_fingerprint,
)
from .._text import quoted
from .._times import format_time, parse_time

FORMAT = 1
"""The number in a receipt; a receipt with a larger one was written by a newer version of this collection."""

UNKNOWN = "UNKNOWN"
"""The state from just before the request is sent until its answer is there, so also the state after a crash between."""

STATES = (UNKNOWN, CHANGE_IN_PROGRESS, CHANGE_FINISHED, CHANGE_FAILED)

_LONGEST_TEXT = 10000
_HINT = "Restore it from a backup; or do without it, and the next run sets the password as if for the first time."


class AccountKey(t.NamedTuple):
    """The account that a receipt is for: the tenant's host, the source's id, the account's native identity."""

    tenant: str
    source_id: str
    account_id: str


class CredentialKey(t.NamedTuple):
    """What the receipt of a source's credential is for: the attribute is a JSON Pointer."""

    tenant: str
    source_id: str
    attribute: str


ReceiptKey = t.Union[AccountKey, CredentialKey]


class Receipt(t.NamedTuple):
    """A receipt. ``time`` is when ISC accepted the change, or in state UNKNOWN when it was sent; seconds since 1970."""

    account: ReceiptKey
    fingerprint: Fingerprint
    request_id: str | None
    state: str
    time: float

    def following(self, change: Change, time: float | None = None) -> Receipt:
        """Return the receipt of the same password once ISC has said something about the change.

        :param time: when ISC accepted it, where that is news.
        """
        return self._replace(
            request_id=change.request_id or self.request_id,
            state=change.state if change.ended else CHANGE_IN_PROGRESS,
            time=self.time if time is None else time,
        )

    def as_value(self) -> dict[str, t.Any]:
        """Return the receipt as JSON can carry it."""
        return {
            "format": FORMAT,
            **self.account._asdict(),
            "fingerprint": self.fingerprint.as_value(),
            "request_id": self.request_id,
            "state": self.state,
            "time": format_time(self.time),
        }


def new_receipt(account: ReceiptKey, password: str, salt: bytes, now: float) -> Receipt:
    """Return the receipt to keep before *password* is sent.

    :param salt: random bytes, as new_fingerprint takes them. :param now: seconds since 1970.
    :raises NoScryptError: see new_fingerprint.
    """
    return Receipt(account, new_fingerprint(password, salt), None, UNKNOWN, now)


def read_receipt(value: t.Any, name: str, kind: type[ReceiptKey] = AccountKey) -> Receipt:
    """Read a receipt from what JSON carried.

    :param name: what the receipt is called in a message, such as ``receipt_file /var/lib/x``.
    :param kind: what it is to be for.
    :raises ReceiptError: it is malformed or from a newer version.
    """
    refuse_newer_format(value, FORMAT, name, ReceiptError)
    try:
        return _read(value, kind)
    except (KeyError, TypeError, ValueError, OverflowError):
        raise ReceiptError(f"{name} is malformed: it is not a receipt as this module returns it.", _HINT) from None


def check_account(receipt: Receipt, account: ReceiptKey, name: str) -> None:
    """Raise ReceiptError unless *receipt* is for *account*. Ids are compared exactly."""
    for field, known, here in zip(account._fields, receipt.account, account):
        if known != here:
            kind = field.removesuffix("_id")
            raise ReceiptError(
                f"{name} belongs to another {kind}: {quoted(known)}, not {quoted(here)}.",
                f"Use a separate receipt for each {account._fields[-1].removesuffix('_id')}.",
            )


def _read(value: t.Any, kind: type[ReceiptKey]) -> Receipt:
    if isinstance(value["format"], bool) or value["format"] != FORMAT or value["state"] not in STATES:
        raise ValueError("another format or state")
    time = parse_time(value["time"])
    if time < 0:
        raise ValueError("a time before all receipts")
    request_id = value["request_id"]
    return Receipt(
        kind(*(_text(value[field]) for field in kind._fields)),
        read_fingerprint(value["fingerprint"]),
        None if request_id is None else _text(request_id),
        str(value["state"]),
        time,
    )


def _text(value: t.Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_TEXT:
        raise TypeError("not a text")
    return str(value)
