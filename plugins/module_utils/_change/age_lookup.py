# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asking ISC how old passwords are: that of one account, or those of all accounts of a batch."""

from __future__ import annotations

import contextlib
import typing as t

from .._api.account_reload import RELOAD_ACCOUNT, reload_account
from .._api.search import FoundAccount, Source, Wanted, search_accounts
from .._client.client import Client
from .._errors import InputError, IscError
from .age import DUE, ISC, KnownAge, judge

RELOAD_PAUSES = (2.0, 3.0, 5.0, 10.0, 10.0)
"""Seconds before each look whether Search knows more, after ISC was asked to read an account again."""

FEW = 5
"""Accounts of a batch on one source up to which each is asked for by itself, and not all of the source."""


class AgeQuestion(t.NamedTuple):
    """What to ask ISC, and what for.

    ``max_age``: seconds; a password that is younger needs no other look. ``reload``: have the account read again.
    """

    max_age: float
    reload: bool = False
    check_mode: bool = False


def ask_age(client: Client, source_id: str, account_id: str, question: AgeQuestion) -> KnownAge:
    """Return how old the password of an account is, as ISC's Search knows it.

    With ``reload``, ISC is asked to read the account again, unless it knows already that the password is young, and
    Search is then given half a minute to take that up. In check mode that isn't done, because it writes.

    :raises IscError: Search can't be asked, or the token may not have the account read again.
    """
    found = _account_of(client, source_id, account_id)
    if not question.reload or _is_young(client, found, question.max_age):
        return _known(found)
    if question.check_mode:
        client.dry_run(RELOAD_ACCOUNT)
        client.warnings.append("In check mode ISC isn't asked to read the account again, so the password can be newer.")
        return _known(found)
    if found is None or found.isc_id is None:
        client.warnings.append("ISC can't read the account again, because its Search doesn't know the account.")
        return _known(found)
    try:
        reload_account(client, found.isc_id)
    except IscError as error:
        raise error.with_hint("Or leave reload out, and what ISC knows already counts.") from None
    for pause in RELOAD_PAUSES:
        client.runtime.sleep(pause)
        again = _account_of(client, source_id, account_id)
        if again is not None and again.last_set != found.last_set:
            return _known(again, True)
    return _known(found, True)


class SourceAges:
    """How old the passwords of a batch's accounts are: of each source, Search is asked once.

    :param wanted: for each account the ``source_name`` or ``source_id``, the ``user_name``, and what else says which
        account it is, as the options of isc_password say it.
    """

    def __init__(self, client: Client, wanted: t.Iterable[t.Mapping[str, t.Any]]) -> None:
        self._by_ids: dict[tuple[str, str], FoundAccount] = {}
        self._by_user: dict[tuple[str, str], list[FoundAccount]] = {}
        for source, of_source in _by_source(wanted).items():
            for account in _accounts_of(client, source, of_source):
                self._take(account)

    def of(self, source_id: str, account_id: str) -> KnownAge:
        """Return the age of the password of an account."""
        found = self._by_ids.get((source_id, account_id)) or self._by_ids.get((source_id, account_id.casefold()))
        return _known(found)

    def account(self, options: t.Mapping[str, t.Any]) -> FoundAccount | None:
        """Return the account that options mean, as Search knows it; ``None`` unless it is certain which one it is."""
        user = str(options.get("source_name")), str(options.get("user_name"))
        fitting = self._by_user.get(user, [])
        for option in ("account_id", "account_name"):
            value = options.get(option)
            if value is not None:
                fitting = [account for account in fitting if getattr(account, option) == value]
        return fitting[0] if len(fitting) == 1 else None

    def _take(self, account: FoundAccount) -> None:
        self._by_ids[account.source_id, account.account_id] = account
        # An exact id wins, wherever it stands.
        self._by_ids.setdefault((account.source_id, account.account_id.casefold()), account)
        for user in {account.user_name, account.uid} - {None}:
            self._by_user.setdefault((account.source_name, str(user)), []).append(account)


def _by_source(
    wanted: t.Iterable[t.Mapping[str, t.Any]],
) -> dict[Source, list[t.Mapping[str, t.Any]]]:
    found: dict[Source, list[t.Mapping[str, t.Any]]] = {}
    for options in wanted:
        name, source_id = options.get("source_name"), options.get("source_id")
        source = Source(name=str(name)) if name is not None else Source(id=str(source_id))
        found.setdefault(source, []).append(options)
    return found


def _accounts_of(
    client: Client, source: Source, of_source: t.Sequence[t.Mapping[str, t.Any]]
) -> t.Iterator[FoundAccount]:
    questions = [Wanted(source)]
    if len(of_source) <= FEW:
        questions = [Wanted(source, options.get("account_id"), options.get("user_name")) for options in of_source]
    for question in questions:
        # What can't be asked for can't be queried either: the account itself is refused for it.
        with contextlib.suppress(InputError):
            yield from search_accounts(client, question)


def _account_of(client: Client, source_id: str, account_id: str) -> FoundAccount | None:
    found = search_accounts(client, Wanted(Source(id=source_id), account_id=account_id))
    # Without case, several can fit. Which of them it is isn't known then, nor is its age.
    return found[0] if len(found) == 1 else None


def _known(account: FoundAccount | None, reloaded: bool = False) -> KnownAge:
    return KnownAge(ISC, None if account is None else account.last_set, reloaded)


def _is_young(client: Client, account: FoundAccount | None, max_age: float) -> bool:
    age = _known(account)
    return age.last_set is not None and judge(age, max_age, "change", client.runtime.time()) != DUE
