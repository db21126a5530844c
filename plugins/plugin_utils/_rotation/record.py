# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The record of an account's passwords: what the stores of the role C(rotate_password) keep.

A record holds the current password, the previous one, and at most one pending password: one that was generated or
given and of which it isn't known yet whether it is in effect.
"""

from __future__ import annotations

import typing as t

from ...module_utils._durable_file import refuse_newer_format
from ...module_utils._errors import RecordError
from ...module_utils._text import MAX_NAME_LENGTH, clean_text, quoted
from ...module_utils._times import format_time, parse_time
from .owner import RunOwner

FORMAT = 1
"""The number in a record; a record with a larger one was written by a newer version of this collection."""

_HINT = "Restore it from a backup. Nothing was sent to ISC and nothing was overwritten."


class RecordedAccount(t.NamedTuple):
    """The account that a record is for. The names are for people, the ids are compared."""

    user_name: str
    source_name: str
    source_id: str
    account_id: str


class KeptPassword(t.NamedTuple):
    """A password that was in effect. ``time`` is when ISC reported that, in seconds since 1970."""

    password: str
    time: float
    request_id: str | None = None


class PendingPassword(t.NamedTuple):
    """A password that was stored before it was sent.

    ``time`` is when it was staged, in seconds since 1970. ``outcome_unknown`` tells that it was sent before, or may
    have been, without a response. ``inconclusive`` tells that ISC reported C(FAILED) after that, which proves nothing.
    ``owner`` is the run that staged it.
    """

    password: str
    time: float
    owner: RunOwner
    request_id: str | None = None
    outcome_unknown: bool = False
    inconclusive: bool = False


class Record(t.NamedTuple):
    """What is known of an account's passwords.

    ``discarded`` are the pending passwords that ISC has reported as failed since the last change: of a sync group, some
    sources may hold one. ``after_change_due`` tells that the hook after the change has not succeeded yet.
    """

    account: RecordedAccount
    current: KeptPassword | None = None
    previous: KeptPassword | None = None
    pending: PendingPassword | None = None
    discarded: tuple[KeptPassword, ...] = ()
    after_change_due: bool = False

    def as_value(self) -> dict[str, t.Any]:
        return {
            "format": FORMAT,
            "account": self.account._asdict(),
            "current": _value(self.current, "rotated_at"),
            "previous": _value(self.previous, "rotated_at"),
            "pending": _value(self.pending, "staged_at"),
            "discarded": [_value(each, "discarded_at") for each in self.discarded],
            "after_change_due": self.after_change_due,
        }


def read_record(value: t.Any, account: RecordedAccount) -> Record:
    """Read what a store holds for *account*; nothing (``None``, an empty string or dict) is a record without passwords.

    :raises RecordError: it is malformed, from a newer version, or of another account.
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
    """Read what a store holds for an account that only the record tells.

    :param name: what the account is called in a message.
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
        _read_kept(value["current"], "rotated_at"),
        _read_kept(value["previous"], "rotated_at"),
        _read_pending(value["pending"]),
        _read_discarded(value["discarded"]),
        _flag(value["after_change_due"]),
    )


def _read_kept(value: t.Any, time: str) -> KeptPassword | None:
    if not value:
        return None
    return KeptPassword(_text(value["password"]), parse_time(value[time]), _optional_text(value["request_id"]))


def _read_discarded(value: t.Any) -> tuple[KeptPassword, ...]:
    if not isinstance(value, list):
        raise TypeError
    read = [_read_kept(each, "discarded_at") for each in value]
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


def _value(kept: KeptPassword | PendingPassword | None, time: str) -> dict[str, t.Any] | None:
    if kept is None:
        return None
    value = {**kept._asdict(), time: format_time(kept.time)}
    del value["time"]
    return {**value, "owner": kept.owner._asdict()} if isinstance(kept, PendingPassword) else value


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
