# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prepares a password change: finds the account, checks the password against the policy, and encrypts it."""

from __future__ import annotations

import typing as t

from .._api.password_change import SET_PASSWORD, Account, PasswordInfo, query_password_info
from .._client.authenticator import AUTHORITY_USER
from .._client.client import Client
from .._client.operation import forbidden_hint
from .._errors import AccountChoiceError, InputError, PolicyViolationError, check_text
from .._password.encryption import encrypt_password
from .._password.policy import parse_policies, violations
from .._text import match_by_name, quoted

BY_NAME = ("user_name", "source_name")
BY_ID = ("identity_id", "source_id", "public_key_id", "public_key")


class Target(t.NamedTuple):
    """The identity and source, and the native identity of the account whose password is to be set."""

    info: PasswordInfo
    account_id: str


class PreparedChange(t.NamedTuple):
    """Everything that set password needs."""

    target: Target
    encrypted_password: str
    policy_violations: tuple[str, ...]


def find_target(client: Client, params: t.Mapping[str, t.Any]) -> Target:
    """Find the account that the options identify: by its names with a query, by its ids without one.

    :param params: the options; ``option_prefix`` is the prefix of their names in messages.
    :raises InputError: the options don't identify an account.
    :raises AccountChoiceError: no account or several accounts match.
    """
    check_identification(params)
    info = _info_from_ids(params) or query_password_info(client, params["user_name"], params["source_name"])
    account = choose_account(
        info.accounts, params.get("account_id"), params.get("account_name"), params.get("option_prefix", "")
    )
    return Target(info, account.account_id)


def check_identification(params: t.Mapping[str, t.Any]) -> None:
    """Raise InputError unless the options identify the account, by names or by ids."""
    ids = [option for option in BY_ID if params.get(option) is not None]
    if ids:
        _check_ids(params, ids)
        return
    for option in ("accounts", "policies"):
        if params.get(option) is not None:
            raise InputError(
                f"{option} is given without {', '.join(BY_ID)}.",
                f"Pass on everything that community.sailpoint.isc_password_info returns, or leave {option} out.",
            )
    if all(params.get(option) is None for option in BY_NAME):
        raise InputError("Whose password to set is missing.", f"Give {' and '.join(BY_NAME)}, or {', '.join(BY_ID)}.")
    for option in BY_NAME:
        check_text(option, params.get(option))


def prepare(password: str, target: Target, enforce_policy: bool) -> PreparedChange:
    """Check the password against the policy and encrypt it. Sends nothing.

    :raises PolicyViolationError: the password violates the policy, and *enforce_policy* is set.
    :raises InputError, EncryptionError: the password can't be encrypted.
    """
    found = tuple(violations(password, parse_policies(list(target.info.policies))))
    if found and enforce_policy:
        raise PolicyViolationError(
            f"The password violates the policy: {' '.join(found)}",
            "Nothing was sent. Choose another password, or leave enforce_policy out to let ISC decide.",
            policy_violations=list(found),
        )
    return PreparedChange(target, encrypt_password(password, target.info.public_key), found)


def warnings_for(client: Client, prepared: PreparedChange, check_mode: bool) -> list[str]:
    """Return warnings about why ISC may refuse a change; in check mode do a dry run of it first.

    :raises IscError: the dry run shows that ISC would refuse the change.
    """
    warnings = []
    if prepared.policy_violations:
        found = " ".join(prepared.policy_violations)
        warnings.append(f"The password seems to violate the policy, so ISC may refuse it: {found}")
    if check_mode:
        client.dry_run(SET_PASSWORD)
        claims = client.claims
        if claims.authority == AUTHORITY_USER and claims.identity_id != prepared.target.info.identity_id:
            warnings.append(f"ISC may refuse to set this password. {forbidden_hint(SET_PASSWORD, claims)}")
    return warnings


def _info_from_ids(params: t.Mapping[str, t.Any]) -> PasswordInfo | None:
    if params.get(BY_ID[0]) is None:
        return None
    accounts = params.get("accounts")
    if accounts is None:
        accounts = [{"account_id": params["account_id"], "account_name": ""}]
    return PasswordInfo(
        **{option: params[option] for option in BY_ID},
        accounts=tuple(Account(**entry) for entry in accounts),
        policies=tuple(params.get("policies") or ()),
    )


def _check_ids(params: t.Mapping[str, t.Any], ids: list[str]) -> None:
    names = [option for option in BY_NAME if params.get(option) is not None]
    if names:
        raise InputError(
            f"{' and '.join(names)} can't be used together with {', '.join(ids)}.",
            f"Give either {' and '.join(BY_NAME)}, or {', '.join(BY_ID)}.",
        )
    missing = [option for option in BY_ID if option not in ids]
    if missing:
        raise InputError(
            f"{', '.join(ids)} given, but {', '.join(missing)} missing.",
            f"Pass on {', '.join(BY_ID)} as community.sailpoint.isc_password_info returns them.",
        )
    for option in BY_ID:
        check_text(option, params[option])
    if params.get("accounts") is not None:
        return
    if params.get("account_name") is not None:
        raise InputError(
            "account_name is given without accounts to choose from.",
            "Pass on accounts as community.sailpoint.isc_password_info returns them, or give account_id.",
        )
    check_text("account_id", params.get("account_id"))


MAX_LISTED = 20


def choose_account(
    accounts: t.Sequence[Account], account_id: str | None = None, account_name: str | None = None, prefix: str = ""
) -> Account:
    """Return the one account that matches, spelled as ISC spells it.

    :param account_id: chooses among several accounts (see ``match_by_name``). So does *account_name*; both must match.
    :param prefix: the prefix of these options' names, for the message.
    :raises AccountChoiceError: no account matches, or several do; the hint lists them.
    """
    if not accounts:
        raise AccountChoiceError(
            "The identity has no account on this source.",
            f"Check {prefix}source_name, and in ISC that the account is aggregated and correlated to the identity.",
        )
    # ISC may list an account twice, as the example in its documentation does.
    accounts = list({account.account_id: account for account in reversed(accounts)}.values())[::-1]
    found = accounts
    if account_id is not None:
        found = match_by_name(found, account_id, lambda account: (account.account_id,))
    if account_name is not None:
        found = match_by_name(found, account_name, lambda account: (account.account_name,))
    if len(found) == 1:
        return found[0]
    wanted = {"account_id": account_id, "account_name": account_name}
    by = " and ".join(f"{prefix}{option} {quoted(value)}" for option, value in wanted.items() if value is not None)
    if not found:
        raise AccountChoiceError(f"No account on this source matches {by}.", f"There {_listed(accounts)}.")
    raise AccountChoiceError(
        f"{len(found)} accounts on this source match {by}."
        if by
        else f"The identity has {len(found)} accounts on this source and none was chosen.",
        f"Choose one with {prefix}account_id or {prefix}account_name. There {_listed(found)}.",
    )


def _listed(accounts: t.Sequence[Account]) -> str:
    listed = "; ".join(str(account) for account in accounts[:MAX_LISTED])
    more = len(accounts) - MAX_LISTED
    return f"{'is' if len(accounts) == 1 else 'are'}: {listed}" + (f"; and {more} more" if more > 0 else "")
