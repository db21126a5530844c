# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether there is anything to do: what C(update_password), C(max_age) and a receipt say together."""

from __future__ import annotations

import typing as t

from .._api.password_change import CHANGE_FINISHED, CHANGE_IN_PROGRESS
from .._errors import InputError
from .._times import is_young, parse_age

if t.TYPE_CHECKING:
    from .receipt import Receipt

ALWAYS = "always"
WHEN_CHANGED = "when_changed"

SEND = "set"
"""Set the password."""

RESUMED = "resumed"
"""The change of this password is under way: wait for its request, send nothing."""

SAME_PASSWORD = "same_password"  # noqa: S105
"""Nothing to do: this password was set already."""

YOUNG = "young"
"""Nothing to do: the password was set less than C(max_age) ago."""


class UpdateOptions(t.NamedTuple):
    """The options: ``max_age`` is in seconds, ``None`` without one."""

    update_password: str = ALWAYS
    max_age: float | None = None


def update_options(params: t.Mapping[str, t.Any]) -> UpdateOptions:
    """Return the options, checked.

    :raises InputError: an option can't be used; the message names it.
    """
    options = UpdateOptions(params["update_password"], parse_age("max_age", params.get("max_age")))
    if params.get("receipt_file") is None and params.get("receipt") is None:
        for given, what in (
            (options.update_password == WHEN_CHANGED, f"update_password is {WHEN_CHANGED}"),
            (options.max_age is not None, "max_age is given"),
        ):
            if given:
                raise InputError(
                    f"{what}, but no receipt that tells what was set before.",
                    "Give receipt_file, or receipt ({} for the first run) as the run before returned it.",
                )
    return options


def decide(receipt: Receipt | None, password: str, options: UpdateOptions, now: float) -> str:
    """Return SEND, RESUMED, SAME_PASSWORD or YOUNG.

    :param receipt: what is remembered of the last change, or ``None``.
    :param now: seconds since 1970.
    :raises NoScryptError: this Python can't compare passwords.
    """
    if receipt is None:
        return SEND
    if receipt.state == CHANGE_FINISHED:
        if is_young(receipt.time, options.max_age, now):
            return YOUNG
        if options.update_password == WHEN_CHANGED and receipt.fingerprint.is_of(password):
            return SAME_PASSWORD
    elif receipt.state == CHANGE_IN_PROGRESS and receipt.request_id is not None and receipt.fingerprint.is_of(password):
        return RESUMED
    return SEND
