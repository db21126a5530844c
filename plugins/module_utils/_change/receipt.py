# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Receipts: what is remembered of a password change, without the password.

ISC does not reveal passwords. A receipt holds a salted fingerprint of the password that was sent, the account
it was sent for, and how far the change got, so that a later run can tell whether there is anything to do. It is kept in
a file, by the caller (option C(receipt)), or not at all.
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

FORMAT = 1  # The number in a receipt; a receipt with a larger one was written by a newer version of this collection.

UNKNOWN = "UNKNOWN"
"""The state from just before the request is sent until the response arrives, so also after a crash in between."""

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


LARGEST_FILE = 64 * 1024


@dataclasses.dataclass(eq=False, repr=False)
class ReceiptLog:
    """Keeps the receipt of one run, as the write-ahead log of its change. Without *name* there is none.

    :param time: returns the time of day.
    :param kind: of what it is the receipt.
    :ivar name: what the receipt is called in a message, such as ``receipt_file /var/lib/x``.
    :ivar path: the file, or ``None`` where the receipt is only returned.
    :ivar unsaved: why the file does not hold *current*, or ``None``.
    :ivar of_the_account: the earlier receipt was found to be of the account.
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
    of_the_account: bool = False

    @contextlib.contextmanager
    def opened(self, params: t.Mapping[str, t.Any], check_mode: bool) -> t.Iterator[ReceiptLog]:
        """Read the receipt that the options name, and hold the lock of its file until the end.

        :raises InputError: the options don't go together; the message names them.
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
                f"receipt_file is {path!r}, which depends on the folder that a run happens to start in.",
                "Give an absolute path, for example below {{ playbook_dir }}.",
            )
        self.path, self.name = path, "receipt" if path is None else f"receipt_file {path}"
        given = bool(value)
        with contextlib.ExitStack() as stack:
            with _explained(self.name):
                check_scrypt()
                if path is not None:
                    check_writable(path)
                    stack.enter_context(locked(path, create=not check_mode))
                    content = read_file(path, LARGEST_FILE)
                    given = content is not None
                    with contextlib.suppress(ValueError, RecursionError):
                        value = json.loads((content or b"").decode("utf-8"))
            if given:
                self.earlier = self.current = read_receipt(value, self.name, self.kind)
            yield self

    @property
    def value(self) -> dict[str, t.Any] | None:
        """What to return: the receipt as it stands now, ``{}`` where there is none yet, ``None`` where none is kept.

        Guesses of the password can be checked against its fingerprint. So that stays in the file that has it.
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
    def compared_with(self, source_id: str, account_id: str) -> t.Iterator[Receipt | None]:
        """Hand out the earlier receipt, to be compared with the password of that account.

        :raises ReceiptError: it is of another account, or the passwords can't be compared.
        """
        if self.earlier is not None:
            check_account(self.earlier, self.kind(self.tenant, source_id, account_id), str(self.name))
        self.of_the_account = True
        with _explained(str(self.name)):
            yield self.earlier

    def sending(self, source_id: str, account_id: str) -> None:
        """Keep that the password is about to be sent.

        :raises ReceiptError: it can't be kept. Nothing may be sent then.
        """
        if self.name is None:
            return
        key, salt = self.kind(self.tenant, source_id, account_id), os.urandom(SALT_BYTES)
        with _explained(self.name):
            begun = new_receipt(key, self.password, salt, self.time())
            self._write(begun)
        self.current = begun

    def accepted(self, change: Change) -> None:
        """Keep that ISC accepted the change. Never fails: with the change accepted, waiting for it goes first."""
        self._follow(change, self.time())

    def refused(self, error: IscError) -> None:
        """Keep what was known before, because the password that was to be sent was refused."""
        if self.current is not self.earlier:
            self._keep(self.earlier)

    def ended(self, change: Change) -> None:
        """Keep how the change ended."""
        self._follow(change)

    def unknown(self, error: IscError) -> None:
        """Keep what is known: the request id, if there is one."""

    def warnings(self) -> list[str]:
        """Return what has to be said at the end of the run about a file that does not hold the receipt."""
        if self.unsaved is None:
            return []
        if self.current is None:
            return [f"{self.name} {self.unsaved}. Remove it: the password was not sent."]
        return [
            f"{self.name} {self.unsaved}, so it doesn't say how this run ended, and the next run may set the "
            "password again. Make it writable, and write the returned receipt into it as JSON."
        ]

    def diff(self, keys: t.Collection[str], predicted: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """Return what Ansible shows in diff mode: those keys of the receipt, before and after.

        :param predicted: what check mode expects after the change; empty where nothing would change.
        """
        if self.name is None:
            return {}
        before, after = (
            {} if receipt is None else {key: value for key, value in receipt.as_value().items() if key in keys}
            for receipt in (self.earlier, self.current)
        )
        return {"diff": {"before": before, "after": {**after, **predicted}}}

    def _follow(self, change: Change, time: float | None = None) -> None:
        followed = None if self.current is None else self.current.following(change, time)
        if followed != self.current:
            self._keep(followed)

    def _keep(self, receipt: Receipt | None) -> None:
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
            "with which a receipt tells passwords apart.",
            "Use a Python whose hashlib has scrypt, or leave the option out; each run then sets the password.",
        ) from None
