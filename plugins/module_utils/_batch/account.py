# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One account of a batch: what is to be done with it, and how far it is."""

from __future__ import annotations

import typing as t

from .._api.password_change import Change
from .._api.sync_groups import SyncGroup
from .._change.prepare import (
    BY_ID,
    PreparedChange,
    check_identification,
)
from .._errors import InputError
from .._limits import check_text
from .._text import LONGEST_NAME, clean_text
from .history import IDENTIFYING


class BatchAccount:
    """An account of the option C(accounts), and what is known of it.

    :ivar options: its options as they were given.
    :ivar name: what it is called in results, messages and the journal.
    :ivar password: the password that is set, also a random one, so that it can be masked where ISC repeats it.
    :ivar number: its number in the journal, or ``None`` without one.
    :ivar prepared: the change to send, once the account is found.
    :ivar change: the change as last seen, once it is sent.
    :ivar attempts: how often the present request was sent.
    :ivar reads: how often the status was read.
    :ivar requested_at: when the present request was sent; this and the next are times of the clock.
    :ivar sent_at: when the change was sent, also by an earlier run.
    :ivar sent_time: the same in seconds since 1970, or ``None`` when nothing was sent.
    :ivar accepted_at: when this run began to wait for the change.
    :ivar from_earlier_run: an earlier run sent the change, which is only waited for.
    :ivar concerns: sentences of what may stand against the change.
    :ivar sync_group: what is known of the password sync group of its source, where it was looked up.
    :ivar place: the ids of source and account, once the account is found.
    :ivar result: its entry in the results, once it has ended.
    """

    __slots__ = (
        "accepted_at",
        "attempts",
        "change",
        "concerns",
        "from_earlier_run",
        "name",
        "number",
        "options",
        "password",
        "place",
        "prepared",
        "reads",
        "requested_at",
        "result",
        "sent_at",
        "sent_time",
        "sync_group",
    )

    def __init__(self, options: t.Mapping[str, t.Any]) -> None:
        self.options = options
        self.name = str(options.get("name") or options.get("user_name") or options.get("account_id"))
        self.password: str | None = options.get("password")
        self.number: int | None = None
        self.place: tuple[str, str] | None = None
        self.prepared: PreparedChange | None = None
        self.change: Change | None = None
        self.attempts = 0
        self.reads = 0
        self.requested_at = 0.0
        self.sent_at = 0.0
        self.sent_time: float | None = None
        self.accepted_at = 0.0
        self.from_earlier_run = False
        self.concerns: list[str] = []
        self.sync_group: SyncGroup | None = None
        self.result: dict[str, t.Any] | None = None

    @property
    def given_by_id(self) -> bool:
        """Whether no query is needed, because the query's return keys were given."""
        return self.options.get(BY_ID[0]) is not None

    def identified_by(self) -> dict[str, str]:
        """Return the options that identify it, as far as they were given."""
        return {option: str(self.options[option]) for option in IDENTIFYING if self.options.get(option)}


def read_accounts(entries: t.Sequence[t.Mapping[str, t.Any]]) -> list[BatchAccount]:
    """Return the accounts of the option C(accounts).

    :raises InputError: one of them can't be used; the message says which one and why. Nothing was sent.
    """
    accounts = []
    seen: dict[tuple[tuple[str, str], ...], int] = {}
    for position, entry in enumerate(entries):
        account = BatchAccount(entry)
        where = f"accounts[{position}] ({clean_text(account.name, LONGEST_NAME)})"
        try:
            _check(entry)
        except InputError as error:
            raise InputError(f"{where}: {error.message}", error.hint) from None
        first = seen.setdefault(tuple(account.identified_by().items()), position)
        if first != position:
            raise InputError(
                f"{where} is the same account as accounts[{first}].", "Give each account once, with one password."
            )
        accounts.append(account)
    return accounts


def _check(entry: t.Mapping[str, t.Any]) -> None:
    password, discard = entry.get("password"), entry["discard"]
    if discard and password is not None:
        raise InputError("password is given, and discard asks for one that nobody knows.", "Remove one of the two.")
    if not discard:
        check_text("password", password)
    check_identification(entry)
