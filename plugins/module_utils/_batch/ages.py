# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ages of a batch's passwords from ISC's Search, and which accounts they make due."""

from __future__ import annotations

import contextlib
import typing as t

from .._api.accounts import AccountFilter, FoundAccount, Source, check_search, search_accounts
from .._change.age import DUE, ISC, YOUNG, KnownAge, check_age_options, judge, known_age
from .._change.flow import Decision, Leave
from .._change.prepare import Target
from .._client.client import Client
from .._errors import AgeUnknownError, InputError
from .._outcomes import AT_QUERY, UNCHANGED
from .._times import parse_age
from .account import BatchAccount

MAX_SINGLE_QUERIES = 5
"""Up to this many accounts of a source are queried one by one; for more, all accounts of the source are read."""


class SourceAges:
    """The ages of the passwords of a batch's accounts, queried from Search source by source.

    :param accounts: the options that identify each account, as in isc_password.
    """

    def __init__(self, client: Client, accounts: t.Iterable[t.Mapping[str, t.Any]]) -> None:
        self._by_ids: dict[tuple[str, str], FoundAccount] = {}
        self._by_user: dict[tuple[str, str], list[FoundAccount]] = {}
        by_source: dict[Source, list[t.Mapping[str, t.Any]]] = {}
        for options in accounts:
            name, source_id = options.get("source_name"), options.get("source_id")
            source = Source(name=str(name)) if name is not None else Source(id=str(source_id))
            by_source.setdefault(source, []).append(options)
        for source, of_source in by_source.items():
            queries = [AccountFilter(source)]
            if len(of_source) <= MAX_SINGLE_QUERIES:
                queries = [AccountFilter(source, each.get("account_id"), each.get("user_name")) for each in of_source]
            for query in queries:
                # Options that Search can't handle are reported later, when the account itself is queried.
                with contextlib.suppress(InputError):
                    for account in search_accounts(client, query):
                        self._add(account)

    def of(self, source_id: str, account_id: str) -> KnownAge:
        found = self._by_ids.get((source_id, account_id)) or self._by_ids.get((source_id, account_id.casefold()))
        return known_age(found)

    def account(self, options: t.Mapping[str, t.Any]) -> FoundAccount | None:
        """Return the account in Search that *options* identify, or ``None`` if none or several match."""
        user = str(options.get("source_name")), str(options.get("user_name"))
        matches = self._by_user.get(user, [])
        for option in ("account_id", "account_name"):
            value = options.get(option)
            if value is not None:
                matches = [account for account in matches if getattr(account, option) == value]
        return matches[0] if len(matches) == 1 else None

    def _add(self, account: FoundAccount) -> None:
        self._by_ids[account.source_id, account.account_id] = account
        # An exact match takes precedence, whatever the order.
        self._by_ids.setdefault((account.source_id, account.account_id.casefold()), account)
        for user in {account.user_name, account.uid} - {None}:
            self._by_user.setdefault((account.source_name, str(user)), []).append(account)


class BatchAges:
    """Decides by the option ``max_age`` which accounts of a batch are due. Without it, all are."""

    def __init__(self, client: Client, params: t.Mapping[str, t.Any]) -> None:
        self._client = client
        self._max_age = parse_age("max_age", params["max_age"])
        check_age_options(params, ISC)
        self._unknown_age = params["unknown_age"]
        self._ages = SourceAges(client, ())

    def query(self, accounts: t.Sequence[BatchAccount]) -> None:
        """Query Search for the ages of the accounts whose change is still to be sent.

        :raises InputError: the API version has no Search.
        :raises IscError: Search can't be queried.
        """
        queued = [account.options for account in accounts if account.flow.kind is not None and not account.flow.resumed]
        if self._max_age is not None and queued:
            check_search(self._client, "max_age is given")
            self._ages = SourceAges(self._client, queued)

    def leave_out(self, account: BatchAccount) -> bool:
        """End the flow of an account that is not due, if Search alone identifies the account.

        This saves the account's query password info request.

        :returns: whether the flow has ended.
        """
        if self._max_age is None or account.flow.kind is None or account.flow.resumed:
            return False
        found = self._ages.account(account.options)
        if found is None:
            return False
        try:
            if self._decide(account, found.source_id, found.account_id) is None:
                return False
            account.flow.end(UNCHANGED)
        except AgeUnknownError as error:
            account.flow.refuse(error, AT_QUERY)
        account.ids = found.source_id, found.account_id
        return True

    def decide(self, account: BatchAccount, target: Target) -> Decision:
        """Return what to do about an account that query password info found.

        :raises AgeUnknownError: the age is unknown, and ``unknown_age`` is FAIL.
        """
        return self._decide(account, target.info.source_id, target.account_id)

    def _decide(self, account: BatchAccount, source_id: str, account_id: str) -> Decision:
        if self._max_age is None:
            return None
        account.age = self._ages.of(source_id, account_id)
        verdict = judge(account.age, self._max_age, self._unknown_age, self._client.runtime.time())
        if verdict == DUE:
            account.reason = ""
            return None
        young = verdict == YOUNG
        account.reason = "the password is younger than max_age" if young else "the age of the password is not known"
        return Leave(None)
