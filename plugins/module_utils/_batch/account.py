# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One account of a batch: what is asked for it, and the flow of its change."""

from __future__ import annotations

import typing as t

from .._change.flow import ChangeFlow
from .._change.prepare import check_identification
from .._errors import InputError
from .._limits import check_text
from .._text import LONGEST_NAME, clean_text
from .history import IDENTIFYING


class BatchAccount:
    """An account of a batch.

    :ivar options: its options, as in the option C(accounts).
    :ivar name: what it is called in results, messages and the journal.
    :ivar flow: the flow of its change.
    :ivar from_earlier_run: an earlier run with the same journal sent the change.
    :ivar ids: the ids of source and account, where they are known.
    """

    __slots__ = ("flow", "from_earlier_run", "ids", "name", "options")

    def __init__(self, options: t.Mapping[str, t.Any]) -> None:
        self.options = options
        self.name = str(options.get("name") or options.get("user_name") or options.get("account_id"))
        self.flow: ChangeFlow = t.cast(ChangeFlow, None)
        self.from_earlier_run = False
        self.ids: tuple[str, str] | None = None

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
