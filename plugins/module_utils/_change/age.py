# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The age of a password: where it is known from, querying ISC for it, and what it means for ``max_age``."""

from __future__ import annotations

import typing as t

from .._api.accounts import RELOAD_ACCOUNT, AccountFilter, FoundAccount, Source, reload_account, search_accounts
from .._client.client import Client
from .._errors import AgeUnknownError, InputError, IscError
from .._times import age_in_days, format_time, is_young

RECEIPT = "receipt"
STORE = "store"
ISC = "isc"
"""Where the age of a password is known from."""

CHANGE = "change"
SKIP = "skip"
FAIL = "fail"
UNKNOWN_AGES = (CHANGE, SKIP, FAIL)
"""What to do about a password of unknown age."""

DUE = "due"
YOUNG = "young"
SKIPPED = "skipped"
"""What an age means: the password is due, is younger than ``max_age``, or is skipped because its age is unknown."""

RELOAD_PAUSES = (2.0, 3.0, 5.0, 10.0, 10.0)
"""Seconds to wait before each query of Search, after ISC was asked to read an account again."""

_AS_OF = (
    "It knows that from the last aggregation of the source, and Search may lag another 24 hours behind, so a password "
    "that was set since then counts as older than it is."
)
_READ_AGAIN = "It was asked to read the account again just before. Search may still lag behind."


class KnownAge(t.NamedTuple):
    """When a password was last set.

    :ivar age_from: where this is known from: RECEIPT, STORE or ISC.
    :ivar last_set: seconds since 1970, or ``None`` if unknown.
    :ivar reloaded: whether ISC was asked to read the account again just before.
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
        """Where the age is known from and how out of date that may be, as sentences for people."""
        if self.last_set is None:
            unknown = "ISC doesn't know when the password was set."
            return f"{unknown} {_READ_AGAIN}" if self.reloaded else unknown
        statement = f"says that the password was set at {format_time(self.last_set)}"
        if self.age_from != ISC:
            return f"The {self.age_from} {statement}, with the change that it remembers."
        return f"ISC {statement}. {_READ_AGAIN if self.reloaded else _AS_OF}"


def newer(recorded: KnownAge | None, reported: KnownAge, now: float) -> KnownAge:
    """Return the age with the later change.

    A change too far in the future, which a wrong clock recorded, is ignored.

    :param recorded: the age from a receipt or a store, ``None`` without one.
    :param reported: the age from ISC.
    :param now: seconds since 1970.
    """
    known = [age for age in (reported, recorded) if age is not None and age_in_days(age.last_set, now) is not None]
    return max(known, key=lambda age: t.cast(float, age.last_set), default=reported)


def ask_age(
    client: Client, source_id: str, account_id: str, max_age: float, reload: bool = False, check_mode: bool = False
) -> KnownAge:
    """Return the age of an account's password from ISC's Search.

    :param max_age: seconds. A password younger than this is never reloaded.
    :param reload: make ISC read the account again, and give Search half a minute to show the result. Check mode skips
        this, because it writes.
    :raises IscError: Search can't be queried, or the token may not request a reload.
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
        raise error.with_hint("Or leave reload out to use the age that ISC already has.") from None
    for pause in RELOAD_PAUSES:
        client.runtime.sleep(pause)
        again = _look_up(client, source_id, account_id)
        if again is not None and again.last_set != found.last_set:
            return known_age(again, True)
    return known_age(found, True)


def known_age(account: FoundAccount | None, reloaded: bool = False) -> KnownAge:
    """Return the age of the password of an account in Search; unknown if *account* is ``None``."""
    return KnownAge(ISC, None if account is None else account.last_set, reloaded)


def _look_up(client: Client, source_id: str, account_id: str) -> FoundAccount | None:
    found = search_accounts(client, AccountFilter(Source(id=source_id), account_id=account_id))
    # Search ignores case, so several accounts can match. Which one is meant is then unknown.
    return found[0] if len(found) == 1 else None


def judge(age: KnownAge, max_age: float, unknown_age: str, now: float) -> str:
    """Return what *age* means: DUE, YOUNG or SKIPPED.

    :param max_age: seconds.
    :param unknown_age: one of UNKNOWN_AGES.
    :param now: seconds since 1970.
    :raises AgeUnknownError: the age is unknown, and *unknown_age* is FAIL.
    """
    if age.last_set is not None and age_in_days(age.last_set, now) is not None:
        return YOUNG if is_young(age.last_set, max_age, now) else DUE
    if unknown_age == FAIL:
        raise AgeUnknownError(
            "ISC doesn't know how old the password is.",
            "Nothing was sent, because unknown_age is fail. Many sources never report when a password was set: check "
            "whether this one is aggregated, or choose another value.",
        )
    return SKIPPED if unknown_age == SKIP else DUE


def check_age_options(options: t.Mapping[str, t.Any], default_from: str, prefix: str = "") -> None:
    """Raise InputError if the options about the age contradict each other.

    :param options: ``max_age``, ``age_from``, ``unknown_age`` and, if the caller has it, ``reload``.
    :param default_from: the default of ``age_from``.
    :param prefix: the prefix of the options' names, for the message.
    """
    about_isc = {
        "age_from": options.get("age_from") == ISC,
        "unknown_age": options["unknown_age"] != CHANGE,
        "reload": bool(options.get("reload")),
    }
    name = next((name for name, is_set in about_isc.items() if is_set), None)
    if name is None:
        return
    problem = f"{prefix}{name} is {'true' if options[name] is True else options[name]}"
    if not (options.get("max_age") or "").strip():
        raise InputError(
            f"{problem}, which has no effect without {prefix}max_age.",
            f"Give {prefix}max_age, such as 90d, or leave the option out.",
        )
    if (options.get("age_from") or default_from) != ISC:
        raise InputError(
            f"{problem}, which is about what ISC knows, but {prefix}age_from is {options.get('age_from')}.",
            f"Set {prefix}age_from to {ISC}, or leave the option out.",
        )
