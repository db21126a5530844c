# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How old a password is, who says so, and what that means for C(max_age)."""

from __future__ import annotations

import typing as t

from .._api.password_age import age_in_days
from .._errors import AgeUnknownError, InputError
from .._text import quoted
from .._times import format_time, is_young

RECEIPT = "receipt"
STORE = "store"
ISC = "isc"
"""Who tells the age."""

CHANGE = "change"
SKIP = "skip"
FAIL = "fail"
UNKNOWN_AGES = (CHANGE, SKIP, FAIL)
"""What becomes of a password whose age nobody knows."""

DUE = "due"
YOUNG = "young"
LEFT = "left"
"""What an age means: the password is to be set, is younger than C(max_age), or is left because nobody knows its age."""

_SAYS = {
    RECEIPT: "The receipt says that the password was set at {time}, with the change that it remembers.",
    STORE: "The store says that the password was set at {time}, with the change that it remembers.",
    ISC: "ISC says that the password was set at {time}.",
}
_AS_OF = (
    "It knows that from the last aggregation of the source, and Search may lag another 24 hours behind, so a password "
    "that was set since then counts as older than it is."
)
_READ_AGAIN = "It was asked to read the account again just before. Search may still lag behind."
_NOBODY_KNOWS = "ISC doesn't know when the password was set."


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
        """Return the result key C(password_age)."""
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
            return f"{_NOBODY_KNOWS} {_READ_AGAIN}" if self.reloaded else _NOBODY_KNOWS
        said = _SAYS[self.age_from].format(time=format_time(self.last_set))
        if self.age_from != ISC:
            return said
        return f"{said} {_READ_AGAIN if self.reloaded else _AS_OF}"


def newer(kept: KnownAge | None, told: KnownAge, now: float) -> KnownAge:
    """Return the age that counts: what this collection remembers of its own changes, or what ISC tells.

    Of the two, the later change counts. One that lies in the future, because a clock was wrong, says nothing.
    """
    if kept is None or age_in_days(kept.last_set, now) is None:
        return told
    if told.last_set is None or age_in_days(told.last_set, now) is None:
        return kept
    return kept if t.cast(float, kept.last_set) > told.last_set else told


def judge(age: KnownAge, max_age: float, unknown_age: str, now: float) -> str:
    """Return what *age* means: DUE, YOUNG or LEFT.

    :param max_age: seconds. :param unknown_age: one of UNKNOWN_AGES. :param now: seconds since 1970.
    :raises AgeUnknownError: nobody knows the age, and *unknown_age* is FAIL.
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
    :param keeper: who tells the age by default, RECEIPT or STORE; ISC where nobody else can.
    :param prefix: what the names of the options begin with, for the message.
    :raises InputError: the message names them.
    """
    asked = {
        "age_from": given.get("age_from") == ISC,
        "unknown_age": given["unknown_age"] != CHANGE,
        "reload": bool(given.get("reload")),
    }
    wrong = [f"{prefix}{name} is {_shown(given[name])}" for name, is_asked in asked.items() if is_asked]
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


def _shown(value: t.Any) -> str:
    return "true" if value is True else value if value in (ISC, *UNKNOWN_AGES) else quoted(str(value))
