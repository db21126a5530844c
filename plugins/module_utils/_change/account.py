# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Choosing one of the accounts that an identity has on a source."""

from __future__ import annotations

import typing as t

from .._api.password_info import Account
from .._errors import AccountChoiceError
from .._text import quoted

LONGEST_LIST = 20


def matching_accounts(
    accounts: t.Sequence[Account],
    account_id: str | None = None,
    account_name: str | None = None,
) -> list[Account]:
    """Return the accounts that *account_id* and *account_name* fit, or all of them when neither is given.

    An exact match wins; otherwise both are compared without case, as a distinguished name is.
    """
    fitting = list(accounts)
    if account_id is not None:
        fitting = _matching(fitting, account_id, lambda account: account.account_id)
    if account_name is not None:
        fitting = _matching(fitting, account_name, lambda account: account.account_name)
    return fitting


def choose_account(
    accounts: t.Sequence[Account],
    account_id: str | None = None,
    account_name: str | None = None,
    prefix: str = "",
) -> Account:
    """Return the one account that is meant, spelled as the server spells it.

    :param account_id: decides among several, as matching_accounts describes.
    :param account_name: decides in the same way; with both given, both must fit.
    :param prefix: what the names of these options begin with, for the message.
    :raises AccountChoiceError: none fits, or more than one does; the message lists what there is.
    """
    if not accounts:
        raise AccountChoiceError(
            "The identity has no account on this source.",
            f"Check {prefix}source_name, and in ISC that the account is aggregated and correlated to the identity.",
        )
    # ISC's own example lists one account twice.
    accounts = list({account.account_id: account for account in reversed(accounts)}.values())[::-1]
    fitting = matching_accounts(accounts, account_id, account_name)
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise AccountChoiceError(
            f"No account on this source fits {_wanted(account_id, account_name, prefix)}.",
            f"There {_listed(accounts)}.",
        )
    chosen_by = _wanted(account_id, account_name, prefix)
    raise AccountChoiceError(
        f"{len(fitting)} accounts on this source fit {chosen_by}."
        if chosen_by
        else f"The identity has {len(fitting)} accounts on this source and none was chosen.",
        f"Choose one with {prefix}account_id or {prefix}account_name. There {_listed(fitting)}.",
    )


def _matching(accounts: t.Sequence[Account], wanted: str, value_of: t.Callable[[Account], str]) -> list[Account]:
    exact = [account for account in accounts if value_of(account) == wanted]
    return exact or [account for account in accounts if value_of(account).casefold() == wanted.casefold()]


def _wanted(account_id: str | None, account_name: str | None, prefix: str) -> str:
    wanted = (("account_id", account_id), ("account_name", account_name))
    return " and ".join(f"{prefix}{option} {quoted(value)}" for option, value in wanted if value is not None)


def _listed(accounts: t.Sequence[Account]) -> str:
    listed = "; ".join(str(account) for account in accounts[:LONGEST_LIST])
    more = len(accounts) - LONGEST_LIST
    return f"{'is' if len(accounts) == 1 else 'are'}: {listed}" + (f"; and {more} more" if more > 0 else "")
