# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How old a password is, who says so, asking ISC for it, and what that means for C(max_age)."""

from __future__ import annotations

import typing as t

from .._api.accounts import RELOAD_ACCOUNT, FoundAccount, Source, Wanted, reload_account, search_accounts
from .._client.client import Client
from .._errors import AgeUnknownError, InputError, IscError
from .._times import age_in_days, format_time, is_young

RECEIPT = "receipt"
STORE = "store"
ISC = "isc"
"""Who says how old it is."""

CHANGE = "change"
SKIP = "skip"
FAIL = "fail"
UNKNOWN_AGES = (CHANGE, SKIP, FAIL)
"""What to do about a password whose age is not known."""

DUE = "due"
YOUNG = "young"
LEFT = "left"
"""What an age means: the password is to be set, is younger than C(max_age), or is left because its age is not known."""

RELOAD_PAUSES = (2.0, 3.0, 5.0, 10.0, 10.0)
"""Seconds before each look whether Search knows more, after ISC was asked to read an account again."""

_AS_OF = (
    "It knows that from the last aggregation of the source, and Search may lag another 24 hours behind, so a password "
    "that was set since then counts as older than it is."
)
_READ_AGAIN = "It was asked to read the account again just before. Search may still lag behind."


class KnownAge(t.NamedTuple):
    """When a password was last set, as far as it is known.

    :ivar age_from: who says so, RECEIPT, STORE or ISC.
    :ivar last_set: seconds since 1970, or ``None`` where it is not known.
    :ivar reloaded: ISC was asked to read the account again before.
    """

    age_from: str
    last_set: float | None
    reloaded: bool = False

    def as_result(self, now: float) -> dict[str, t.Any]:
        return {
            "age_from": self.age_from,
            "password_last_set": None if self.last_set is None else format_time(self.last_set),
            "password_age_days": age_in_days(self.last_set, now),
            "explanation": self.explanation,
        }

    @property
    def explanation(self) -> str:
        """Who says how old the password is, and how old that knowledge can be, for people."""
        if self.last_set is None:
            unknown = "ISC doesn't know when the password was set."
            return f"{unknown} {_READ_AGAIN}" if self.reloaded else unknown
        said = f"says that the password was set at {format_time(self.last_set)}"
        if self.age_from != ISC:
            return f"The {self.age_from} {said}, with the change that it remembers."
        return f"ISC {said}. {_READ_AGAIN if self.reloaded else _AS_OF}"


def newer(kept: KnownAge | None, told: KnownAge, now: float) -> KnownAge:
    """Return the age that counts: what this collection remembers of its own changes, or what ISC says.

    Of the two, the later change counts. One that lies in the future, because a clock was wrong, says nothing.
    """
    known = [age for age in (told, kept) if age is not None and age_in_days(age.last_set, now) is not None]
    return max(known, key=lambda age: t.cast(float, age.last_set), default=told)


def ask_age(
    client: Client, source_id: str, account_id: str, max_age: float, reload: bool = False, check_mode: bool = False
) -> KnownAge:
    """Return how old the password of an account is, as ISC's Search knows it.

    :param max_age: seconds; a password that is younger needs no other look.
    :param reload: have ISC read the account again, and give Search half a minute to take that up. In check mode that
        isn't done, because it writes.
    :raises IscError: Search can't be asked, or the token may not have the account read again.
    """
    found = _look_up(client, source_id, account_id)
    known = known_age(found)
    if not reload or judge(known, max_age, CHANGE, client.runtime.time()) == YOUNG:
        return known
    if check_mode:
        client.dry_run(RELOAD_ACCOUNT)
        client.warnings.append("In check mode ISC isn't asked to read the account again, so the password can be newer.")
        return known
    if found is None or found.isc_id is None:
        client.warnings.append("ISC can't read the account again, because its Search doesn't know the account.")
        return known
    try:
        reload_account(client, found.isc_id)
    except IscError as error:
        raise error.with_hint("Or leave reload out, and what ISC knows already counts.") from None
    for pause in RELOAD_PAUSES:
        client.runtime.sleep(pause)
        again = _look_up(client, source_id, account_id)
        if again is not None and again.last_set != found.last_set:
            return known_age(again, True)
    return known_age(found, True)


def known_age(account: FoundAccount | None, reloaded: bool = False) -> KnownAge:
    """Return the age of an account's password as Search knows it; of ``None``, nothing is known."""
    return KnownAge(ISC, None if account is None else account.last_set, reloaded)


def _look_up(client: Client, source_id: str, account_id: str) -> FoundAccount | None:
    found = search_accounts(client, Wanted(Source(id=source_id), account_id=account_id))
    # Compared without case, several can fit. Which of them it is isn't known then, nor is its age.
    return found[0] if len(found) == 1 else None


def judge(age: KnownAge, max_age: float, unknown_age: str, now: float) -> str:
    """Return what *age* means: DUE, YOUNG or LEFT.

    :param max_age: seconds. :param unknown_age: one of UNKNOWN_AGES. :param now: seconds since 1970.
    :raises AgeUnknownError: the age is not known, and *unknown_age* is FAIL.
    """
    if age.last_set is not None and age_in_days(age.last_set, now) is not None:
        return YOUNG if is_young(age.last_set, max_age, now) else DUE
    if unknown_age == FAIL:
        raise AgeUnknownError(
            "ISC doesn't know how old the password is.",
            "Nothing was sent, because unknown_age is fail. Many sources never tell when a password was set: see "
            "whether this one is aggregated, or choose another value.",
        )
    return LEFT if unknown_age == SKIP else DUE


def check_age_options(given: t.Mapping[str, t.Any], keeper: str, prefix: str = "") -> None:
    """Refuse options about the age that contradict each other.

    :param given: ``max_age``, ``age_from``, ``unknown_age`` and, where there is one, ``reload``.
    :param keeper: who says how old it is by default, RECEIPT or STORE; ISC where nobody else can.
    :param prefix: what the names of the options begin with, for the message.
    :raises InputError: the message names them.
    """
    asked = {
        "age_from": given.get("age_from") == ISC,
        "unknown_age": given["unknown_age"] != CHANGE,
        "reload": bool(given.get("reload")),
    }
    wrong = [
        f"{prefix}{name} is {'true' if given[name] is True else given[name]}"
        for name, is_asked in asked.items()
        if is_asked
    ]
    if wrong and not (given.get("max_age") or "").strip():
        raise InputError(
            f"{wrong[0]}, but there is no {prefix}max_age for which an age would be asked for.",
            f"Give {prefix}max_age, such as 90d, or leave the option out.",
        )
    if wrong and (given.get("age_from") or keeper) != ISC:
        raise InputError(
            f"{wrong[0]}, which is about what ISC knows, but {prefix}age_from is {given.get('age_from')}.",
            f"Set {prefix}age_from to {ISC}, or leave the option out.",
        )
