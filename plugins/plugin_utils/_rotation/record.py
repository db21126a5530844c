# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The record of an account's passwords, as the stores of the role ``rotate_password`` hold it.

A record has the current password, the previous one, and at most one pending password, which was generated or given and
may or may not be in effect.
"""

from __future__ import annotations

import typing as t

from ...module_utils._durable_file import refuse_newer_format
from ...module_utils._errors import RecordError
from ...module_utils._text import MAX_NAME_LENGTH, clean_text, quoted
from ...module_utils._times import format_time, parse_time
from .owner import RunOwner

FORMAT = 1
"""The format version of a record. A larger one was written by a newer version of this collection."""

_HINT = "Restore it from a backup. Nothing was sent to ISC and nothing was overwritten."


class RecordedAccount(t.NamedTuple):
    """The account of a record. The names are for people; only the ids are compared."""

    user_name: str
    source_name: str
    source_id: str
    account_id: str


class RecordedPassword(t.NamedTuple):
    """A password whose outcome is known, with the time at which it became known, in seconds since 1970."""

    password: str
    time: float
    request_id: str | None = None


class PendingPassword(t.NamedTuple):
    """A password that is staged: stored before it is sent.

    :ivar time: when it was staged, in seconds since 1970.
    :ivar owner: the run that staged it.
    :ivar outcome_unknown: it was or may have been sent before, without a response.
    :ivar inconclusive: ISC reported ``FAILED`` after that, which proves nothing.
    """

    password: str
    time: float
    owner: RunOwner
    request_id: str | None = None
    outcome_unknown: bool = False
    inconclusive: bool = False


class Record(t.NamedTuple):
    """The passwords of an account.

    :ivar discarded: the passwords that ISC has reported as ``FAILED`` since the last change. Some sources of a sync
        group may have taken one of them.
    :ivar after_change_due: what follows the last change, such as a hook, has not succeeded yet.
    """

    account: RecordedAccount
    current: RecordedPassword | None = None
    previous: RecordedPassword | None = None
    pending: PendingPassword | None = None
    discarded: tuple[RecordedPassword, ...] = ()
    after_change_due: bool = False

    def as_value(self) -> dict[str, t.Any]:
        return {
            "format": FORMAT,
            "account": self.account._asdict(),
            "current": _password_value(self.current, "rotated_at"),
            "previous": _password_value(self.previous, "rotated_at"),
            "pending": _password_value(self.pending, "staged_at"),
            "discarded": [_password_value(each, "discarded_at") for each in self.discarded],
            "after_change_due": self.after_change_due,
        }


def read_record(value: t.Any, account: RecordedAccount) -> Record:
    """Read the value that a store holds for *account*. ``None``, ``""`` and ``{}`` make a record without passwords.

    :raises RecordError: it is malformed, from a newer version, or belongs to another account.
    """
    if value is None or (isinstance(value, (str, dict)) and not value):
        return Record(account)
    record = read_any_record(value, clean_text(account.account_id, MAX_NAME_LENGTH))
    for field in ("source_id", "account_id"):
        known, here = getattr(record.account, field), getattr(account, field)
        if known != here:
            raise RecordError(
                f"The record belongs to another {field.partition('_')[0]}: "
                f"{field} {quoted(known)}, not {quoted(here)}.",
                "Give each account its own place in the store.",
            )
    return record._replace(account=account)


def read_any_record(value: t.Any, name: str) -> Record:
    """Read a stored record of whichever account.

    :param name: the account's name for messages.
    :raises RecordError: it is malformed or from a newer version.
    """
    if not isinstance(value, dict):
        kind = "text" if isinstance(value, str) else "a list" if isinstance(value, list) else "something else"
        raise RecordError(f"What the store holds for {name} is not a record, but {kind}.", _HINT)
    refuse_newer_format(value, FORMAT, f"The record of {name}", RecordError)
    try:
        return _read(value)
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError):
        raise RecordError(f"The record that the store holds for {name} is malformed.", _HINT) from None


def _read(value: t.Mapping[str, t.Any]) -> Record:
    if value["format"] != FORMAT:
        raise ValueError
    return Record(
        RecordedAccount(*(_text(value["account"][field]) for field in RecordedAccount._fields)),
        _read_password(value["current"], "rotated_at"),
        _read_password(value["previous"], "rotated_at"),
        _read_pending(value["pending"]),
        _read_discarded(value["discarded"]),
        _flag(value["after_change_due"]),
    )


def _read_password(value: t.Any, time: str) -> RecordedPassword | None:
    if not value:
        return None
    return RecordedPassword(_text(value["password"]), parse_time(value[time]), _optional_text(value["request_id"]))


def _read_discarded(value: t.Any) -> tuple[RecordedPassword, ...]:
    if not isinstance(value, list):
        raise TypeError
    read = [_read_password(each, "discarded_at") for each in value]
    return tuple(each for each in read if each is not None)


def _read_pending(value: t.Any) -> PendingPassword | None:
    if not value:
        return None
    return PendingPassword(
        _text(value["password"]),
        parse_time(value["staged_at"]),
        RunOwner.from_value(value["owner"]),
        _optional_text(value["request_id"]),
        _flag(value["outcome_unknown"]),
        _flag(value["inconclusive"]),
    )


def _password_value(password: RecordedPassword | PendingPassword | None, time: str) -> dict[str, t.Any] | None:
    if password is None:
        return None
    value = {**password._asdict(), time: format_time(password.time)}
    del value["time"]
    return {**value, "owner": password.owner._asdict()} if isinstance(password, PendingPassword) else value


def _text(value: t.Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError
    return str(value)


def _optional_text(value: t.Any) -> str | None:
    # Jinja of ansible-core 2.18 and older turns null into an empty string.
    return _text(value) if value not in (None, "") else None


def _flag(value: t.Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value
