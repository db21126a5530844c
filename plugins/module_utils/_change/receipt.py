# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Receipts: the record of a password change, without the password.

ISC does not reveal passwords, so a later run can't ask ISC whether a password is already set. It reads that from the
receipt: the account, a salted fingerprint of the password that was sent, and the state of the change. ``ReceiptLog``
writes the receipt to a file (option ``receipt_file``), or returns it for the caller to store (option ``receipt``).
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import typing as t

from .._api.password_change import CHANGE_FAILED, CHANGE_FINISHED, CHANGE_IN_PROGRESS, Change
from .._durable_file import (
    FileError,
    InUseError,
    check_writable,
    locked,
    read_file,
    refuse_newer_format,
    remove_file,
    replace_file,
)
from .._errors import InputError, IscError, ReceiptError, check_text
from .._password.fingerprint import (
    SALT_BYTES,
    Fingerprint,
    NoScryptError,
    check_scrypt,
    new_fingerprint,
    read_fingerprint,
)
from .._text import quoted
from .._times import format_time, parse_time

FORMAT = 1  # A receipt with a larger number was written by a newer version of this collection.

CHANGE_UNKNOWN = "UNKNOWN"
"""The state from just before the request is sent until its response arrives. A crash in between leaves it behind."""

STATES = (CHANGE_UNKNOWN, CHANGE_IN_PROGRESS, CHANGE_FINISHED, CHANGE_FAILED)

_LONGEST_TEXT = 10000
_HINT = "Restore it from a backup; or do without it, and the next run sets the password as if for the first time."


class AccountKey(t.NamedTuple):
    """The account of a receipt: the tenant's host, the source's id, and the account's native identity."""

    tenant: str
    source_id: str
    account_id: str


class CredentialKey(t.NamedTuple):
    """The credential of a receipt: the tenant's host, the source's id, and a JSON Pointer to the attribute."""

    tenant: str
    source_id: str
    attribute: str


ReceiptKey = t.Union[AccountKey, CredentialKey]


class Receipt(t.NamedTuple):
    """A receipt.

    :ivar time: when ISC accepted the change, in seconds since 1970. In state UNKNOWN, when the change was sent.
    """

    account: ReceiptKey
    fingerprint: Fingerprint
    request_id: str | None
    state: str
    time: float

    def updated(self, change: Change, time: float | None = None) -> Receipt:
        """Return the receipt with the state that ISC reported for the change.

        :param time: when ISC accepted the change, or ``None`` to leave the time as it is.
        """
        return self._replace(
            request_id=change.request_id or self.request_id,
            state=change.state if change.ended else CHANGE_IN_PROGRESS,
            time=self.time if time is None else time,
        )

    def as_value(self) -> dict[str, t.Any]:
        return {
            "format": FORMAT,
            **self.account._asdict(),
            "fingerprint": self.fingerprint.as_value(),
            "request_id": self.request_id,
            "state": self.state,
            "time": format_time(self.time),
        }


def new_receipt(account: ReceiptKey, password: str, salt: bytes, now: float) -> Receipt:
    """Return the receipt to write before *password* is sent.

    :param salt: random bytes, see ``new_fingerprint``.
    :param now: seconds since 1970.
    :raises NoScryptError: see ``new_fingerprint``.
    """
    return Receipt(account, new_fingerprint(password, salt), None, CHANGE_UNKNOWN, now)


def read_receipt(value: t.Any, name: str, kind: type[ReceiptKey] = AccountKey) -> Receipt:
    """Read a receipt from decoded JSON.

    :param name: the name of the receipt in messages, such as ``receipt_file /var/lib/x``.
    :param kind: the kind of key that the receipt must have.
    :raises ReceiptError: the receipt is malformed or from a newer version.
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


LARGEST_FILE = 64 * 1024


@dataclasses.dataclass(eq=False, repr=False)
class ReceiptLog:
    """The write-ahead log of one change, in the form of a receipt. Records nothing without a *name*.

    :param time: returns the time of day, in seconds since 1970.
    :param kind: the kind of key that the receipt has.
    :ivar name: the name of the receipt in messages, such as ``receipt_file /var/lib/x``.
    :ivar path: the file, or ``None`` if the receipt is only returned.
    :ivar earlier: the receipt of the previous run, or ``None``.
    :ivar current: the receipt as it is now, or ``None``.
    :ivar unsaved: why the file does not hold *current*, or ``None`` if it does.
    :ivar matches_account: whether *earlier* was checked to be for the right account.
    """

    tenant: str
    password: str
    time: t.Callable[[], float]
    kind: type[ReceiptKey] = AccountKey
    name: str | None = None
    path: str | None = None
    earlier: Receipt | None = None
    current: Receipt | None = None
    unsaved: str | None = None
    matches_account: bool = False

    @contextlib.contextmanager
    def opened(self, params: t.Mapping[str, t.Any], check_mode: bool) -> t.Iterator[ReceiptLog]:
        """Read the receipt that the options name, and lock its file until the end.

        :raises InputError: the options can't be used; the message names them.
        :raises ReceiptError: the receipt can't be used.
        """
        path, value = params.get("receipt_file"), params.get("receipt")
        if path is None and value is None:
            yield self
            return
        if path is not None and value is not None:
            raise InputError("receipt and receipt_file can't be used together.", "Give one of the two.")
        if path is not None and not os.path.isabs(check_text("receipt_file", path)):
            raise InputError(
                f"receipt_file is {path!r}, which depends on the folder that a run starts in.",
                "Give an absolute path, for example below {{ playbook_dir }}.",
            )
        self.path, self.name = path, "receipt" if path is None else f"receipt_file {path}"
        exists = bool(value)
        with contextlib.ExitStack() as stack:
            with _explained(self.name):
                check_scrypt()
                if path is not None:
                    check_writable(path)
                    stack.enter_context(locked(path, create=not check_mode))
                    content = read_file(path, LARGEST_FILE)
                    exists = content is not None
                    with contextlib.suppress(ValueError, RecursionError):
                        value = json.loads((content or b"").decode("utf-8"))
            if exists:
                self.earlier = self.current = read_receipt(value, self.name, self.kind)
            yield self

    @property
    def value(self) -> dict[str, t.Any] | None:
        """The receipt to return: ``{}`` if there is none yet, ``None`` if the user wants none.

        It leaves out the fingerprint if the file holds it, because a fingerprint lets people verify guesses of the
        password.
        """
        if self.name is None:
            return None
        value = self.current.as_value() if self.current else {}
        if self.path is not None and self.unsaved is None:
            value.pop("fingerprint", None)
        return value

    @property
    def resumable(self) -> bool:
        """Whether a later run with the same password will wait for the request of this one."""
        if self.current is None or self.unsaved is not None:
            return False
        return self.current.state == CHANGE_IN_PROGRESS and self.current.request_id is not None

    @contextlib.contextmanager
    def earlier_for(self, source_id: str, account_id: str) -> t.Iterator[Receipt | None]:
        """Provide the earlier receipt, checked to be for the account, to a block that compares passwords with it.

        :raises ReceiptError: the receipt is for another account, or this Python can't compare passwords.
        """
        if self.earlier is not None:
            check_account(self.earlier, self.kind(self.tenant, source_id, account_id), str(self.name))
        self.matches_account = True
        with _explained(str(self.name)):
            yield self.earlier

    def sending(self, source_id: str, account_id: str) -> None:
        """Record that the password is about to be sent.

        :raises ReceiptError: this can't be recorded, so the password must not be sent.
        """
        if self.name is None:
            return
        key, salt = self.kind(self.tenant, source_id, account_id), os.urandom(SALT_BYTES)
        with _explained(self.name):
            receipt = new_receipt(key, self.password, salt, self.time())
            self._write(receipt)
        self.current = receipt

    def accepted(self, change: Change) -> None:
        """Record that ISC accepted the change. Never raises, because the change is under way in any case."""
        self._update(change, self.time())

    def refused(self, error: IscError) -> None:
        """Restore the earlier receipt, because the new password was not accepted. Never raises."""
        if self.current is not self.earlier:
            self._save(self.earlier)

    def ended(self, change: Change) -> None:
        """Record the final state of the change. Never raises."""
        self._update(change)

    def unknown(self, error: IscError) -> None:
        """Leave the receipt as it is: it already holds the request id, if there is one."""

    def warnings(self) -> list[str]:
        """Return a warning for the end of the run if the file does not hold the current receipt."""
        if self.unsaved is None:
            return []
        if self.current is None:
            return [f"{self.name} {self.unsaved}. Remove it: the password was not sent."]
        return [
            f"{self.name} {self.unsaved}, so it doesn't say how this run ended, and the next run may set the "
            "password again. Make it writable, and write the returned receipt into it as JSON."
        ]

    def diff(self, keys: t.Collection[str], predicted: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """Return the result key ``diff``: the receipt before and after the run.

        :param keys: the keys of the receipt to show.
        :param predicted: in check mode, the values that the change would have set; empty if nothing would change.
        """
        if self.name is None:
            return {}
        before, after = (
            {} if receipt is None else {key: value for key, value in receipt.as_value().items() if key in keys}
            for receipt in (self.earlier, self.current)
        )
        return {"diff": {"before": before, "after": {**after, **predicted}}}

    def _update(self, change: Change, time: float | None = None) -> None:
        if self.current is not None:
            updated = self.current.updated(change, time)
            if updated != self.current:
                self._save(updated)

    def _save(self, receipt: Receipt | None) -> None:
        self.current = receipt
        try:
            self._write(receipt)
            self.unsaved = None
        except FileError as error:
            self.unsaved = str(error)

    def _write(self, receipt: Receipt | None) -> None:
        if self.path is None:
            return
        if receipt is None:
            remove_file(self.path)
        else:
            replace_file(self.path, f"{json.dumps(receipt.as_value(), indent=2)}\n".encode())


@contextlib.contextmanager
def _explained(name: str) -> t.Iterator[None]:
    try:
        yield
    except InUseError as error:
        raise ReceiptError(f"{name} {error}.", "Wait until that run has ended, then run this again.") from None
    except FileError as error:
        raise ReceiptError(
            f"{name} {error}.",
            "Give a path in a folder that exists, where the user that runs the task may read and write.",
        ) from None
    except NoScryptError:
        raise ReceiptError(
            f"{name} can't be used: this Python can't compute scrypt (it lacks it, or is in FIPS mode), "
            "which a receipt needs to compare passwords.",
            "Use a Python whose hashlib has scrypt, or leave the option out; each run then sets the password.",
        ) from None
