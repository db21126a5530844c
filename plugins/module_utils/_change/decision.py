# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides from ``update_password``, ``max_age`` and a receipt whether a password is to be set."""

from __future__ import annotations

import typing as t

from .._api.password_change import CHANGE_FINISHED, CHANGE_IN_PROGRESS
from .._errors import InputError
from .._times import is_young, parse_age
from .age import CHANGE, DUE, ISC, RECEIPT, YOUNG, KnownAge, check_age_options, judge, newer
from .receipt import CHANGE_UNKNOWN, Receipt

ALWAYS = "always"
WHEN_CHANGED = "when_changed"

SEND = "set"  # Set the password.
RESUMED = "resumed"  # An earlier run sent this password: wait for its change, send nothing.

SAME_PASSWORD = "same_password"  # noqa: S105
"""No change needed: this password is already set."""

UNKNOWN_AGE = "unknown_age"  # No change made: the age of the password is unknown, and unknown_age is skip.


class UpdateOptions(t.NamedTuple):
    """The options that decide whether a password is set; ``max_age`` is in seconds, or ``None``."""

    update_password: str = ALWAYS
    max_age: float | None = None
    age_from: str = RECEIPT
    unknown_age: str = CHANGE
    reload: bool = False

    @property
    def asks_isc(self) -> bool:
        return self.max_age is not None and self.age_from == ISC


def update_options(params: t.Mapping[str, t.Any]) -> UpdateOptions:
    """Read the options from a module's parameters.

    :raises InputError: an option can't be used; the message names it.
    """
    options = UpdateOptions(
        params["update_password"],
        parse_age("max_age", params.get("max_age")),
        params.get("age_from") or RECEIPT,
        params.get("unknown_age") or CHANGE,
        bool(params.get("reload")),
    )
    check_age_options({**options._asdict(), "max_age": params.get("max_age")}, RECEIPT)
    if params.get("receipt_file") is None and params.get("receipt") is None:
        if options.update_password == WHEN_CHANGED:
            what, otherwise = f"update_password is {WHEN_CHANGED}", ""
        elif options.max_age is not None and not options.asks_isc:
            what, otherwise = "max_age is given", " Or set age_from to isc, to ask ISC how old the password is."
        else:
            return options
        raise InputError(
            f"{what}, but no receipt shows what was set before.",
            f"Give receipt_file, or receipt as the previous run returned it ({{}} for the first run).{otherwise}",
        )
    return options


def decide(
    receipt: Receipt | None,
    password: str,
    options: UpdateOptions,
    now: float,
    ask_isc: t.Callable[[], KnownAge] = lambda: KnownAge(ISC, None),
) -> str:
    """Return SEND, RESUMED, SAME_PASSWORD, YOUNG or UNKNOWN_AGE.

    :param receipt: the receipt of the last change, or ``None``.
    :param now: seconds since 1970.
    :param ask_isc: returns the age of the password from ISC. It is called only if the decision depends on it.
    :raises NoScryptError: this Python can't compare passwords.
    :raises AgeUnknownError: the age is unknown, and ``unknown_age`` is FAIL.
    """
    if receipt is not None and receipt.state == CHANGE_FINISHED:
        if is_young(receipt.time, options.max_age, now):
            return YOUNG
        if options.update_password == WHEN_CHANGED and receipt.fingerprint.matches(password):
            return SAME_PASSWORD
    elif receipt is not None and receipt.state == CHANGE_IN_PROGRESS:
        resumes = receipt.request_id is not None and receipt.fingerprint.matches(password)
        return RESUMED if resumes else SEND
    elif receipt is not None and receipt.state == CHANGE_UNKNOWN:
        # Which password is in effect is unknown, so its age decides nothing.
        return SEND
    if options.max_age is None or options.age_from != ISC:
        return SEND
    verdict = judge(newer(age_of(receipt), ask_isc(), now), options.max_age, options.unknown_age, now)
    return {DUE: SEND, YOUNG: YOUNG}.get(verdict, UNKNOWN_AGE)


def age_of(receipt: Receipt | None) -> KnownAge | None:
    """Return the age of the password of a receipt; ``None`` unless the receipt says that the change finished."""
    if receipt is None or receipt.state != CHANGE_FINISHED:
        return None
    return KnownAge(RECEIPT, receipt.time)
