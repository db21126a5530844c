# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How old the passwords of a batch are, as far as ISC knows, and which accounts are due."""

from __future__ import annotations

import contextlib
import typing as t

from .._api.accounts import FoundAccount, Source, Wanted, check_search, search_accounts
from .._change.age import DUE, ISC, YOUNG, KnownAge, check_age_options, judge, known_age
from .._change.flow import Decision, Leave
from .._change.prepare import Target
from .._client.client import Client
from .._errors import AgeUnknownError, InputError
from .._outcomes import AT_QUERY, UNCHANGED
from .._times import parse_age
from .account import BatchAccount

FEW = 5  # Accounts of a batch on one source up to which each is asked for by itself, and not all of the source.


class SourceAges:
    """How old the passwords of a batch's accounts are: of each source, Search is asked once.

    :param wanted: for each account the ``source_name`` or ``source_id``, the ``user_name``, and what else says which
        account it is, as the options of isc_password say it.
    """

    def __init__(self, client: Client, wanted: t.Iterable[t.Mapping[str, t.Any]]) -> None:
        self._by_ids: dict[tuple[str, str], FoundAccount] = {}
        self._by_user: dict[tuple[str, str], list[FoundAccount]] = {}
        by_source: dict[Source, list[t.Mapping[str, t.Any]]] = {}
        for options in wanted:
            name, source_id = options.get("source_name"), options.get("source_id")
            source = Source(name=str(name)) if name is not None else Source(id=str(source_id))
            by_source.setdefault(source, []).append(options)
        for source, of_source in by_source.items():
            questions = [Wanted(source)]
            if len(of_source) <= FEW:
                questions = [Wanted(source, each.get("account_id"), each.get("user_name")) for each in of_source]
            for question in questions:
                # What can't be asked for can't be queried either: the account itself is refused for it.
                with contextlib.suppress(InputError):
                    for account in search_accounts(client, question):
                        self._take(account)

    def of(self, source_id: str, account_id: str) -> KnownAge:
        found = self._by_ids.get((source_id, account_id)) or self._by_ids.get((source_id, account_id.casefold()))
        return known_age(found)

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


class BatchAges:
    """Leaves accounts out that are not due. Without the option C(max_age), all are."""

    def __init__(self, client: Client, params: t.Mapping[str, t.Any]) -> None:
        self._client = client
        self._max_age = parse_age("max_age", params["max_age"])
        check_age_options(params, ISC)
        self._unknown_age = params["unknown_age"]
        self._ages = SourceAges(client, ())

    def ask(self, accounts: t.Sequence[BatchAccount]) -> None:
        """Ask Search for the accounts whose change is still to be sent: each source once.

        :raises InputError: the API version has no Search. :raises IscError: Search can't be asked.
        """
        queued = [account.options for account in accounts if account.flow.kind is not None and not account.flow.resumed]
        if self._max_age is not None and queued:
            check_search(self._client, "max_age is given")
            self._ages = SourceAges(self._client, queued)

    def leave_out(self, account: BatchAccount) -> bool:
        """End the flow of an account that is not due, where Search alone says which account it is, and what age.

        So an account that is not due costs no request.

        :return: whether it was ended.
        """
        if self._max_age is None or account.flow.kind is None or account.flow.resumed:
            return False
        known = self._ages.account(account.options)
        if known is None:
            return False
        try:
            if self._decide(account, known.source_id, known.account_id) is None:
                return False
            account.flow.end(UNCHANGED)
        except AgeUnknownError as error:
            account.flow.refuse(error, AT_QUERY)
        account.ids = known.source_id, known.account_id
        return True

    def decide(self, account: BatchAccount, target: Target) -> Decision:
        """Return what is to be done about an account that was found by a query.

        :raises AgeUnknownError: the age is not known, and the options say to fail then.
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
