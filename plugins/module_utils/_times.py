# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ages and times as people write them."""

from __future__ import annotations

import re
from datetime import datetime, timezone

from ._errors import InputError
from ._text import quoted

TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
"""UTC, in whole seconds."""

_EXACT_LENGTH = len("2026-03-14T09:26:53.589Z")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_LARGEST_SKEW = 86400
_AGE = re.compile(r"(?P<number>[0-9]{1,9})(?P<unit>[smhdw]?)")


def parse_age(option: str, text: str | None) -> float | None:
    """Return the seconds that an age such as ``30d`` means; ``None`` and an empty string mean no age.

    :param option: the name of the option, for the message.
    :raises InputError: it is not an age.
    """
    if text is None or not text.strip():
        return None
    age = _AGE.fullmatch(text.strip())
    if age is None or int(age["number"]) == 0:
        raise InputError(
            f"{option} is {quoted(text)}.",
            "Give a number with a unit: 90s, 15m, 12h, 30d or 4w. Without a unit, seconds.",
        )
    return float(age["number"]) * _UNITS[age["unit"] or "s"]


def is_young(time: float, max_age: float | None, now: float) -> bool:
    """Return whether *time* is less than *max_age* seconds ago; both times are in seconds since 1970.

    A clock that was wrong once must not keep a password young for years: a time beyond tomorrow says nothing.
    """
    return max_age is not None and -_LARGEST_SKEW <= now - time < max_age


def format_time(seconds: float) -> str:
    """Return the time of *seconds* since 1970, such as ``2026-03-14T09:26:53Z``."""
    return datetime.fromtimestamp(seconds, timezone.utc).strftime(TIME_FORMAT)


def parse_time(text: str) -> float:
    """Return the seconds since 1970 of a time that ``format_time`` wrote.

    :raises ValueError: it is none.
    """
    return datetime.strptime(text, TIME_FORMAT).replace(tzinfo=timezone.utc).timestamp()


def format_exact_time(seconds: float) -> str:
    """Return the time of *seconds* since 1970 with milliseconds, such as ``2026-03-14T09:26:53.589Z``."""
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="milliseconds")[:-6] + "Z"


def parse_exact_time(text: str) -> float:
    """Return the seconds since 1970 of a time that ``format_exact_time`` wrote.

    :raises ValueError: it is none.
    """
    if len(text) != _EXACT_LENGTH or text[-1] != "Z":
        raise ValueError("no exact time")
    return datetime.fromisoformat(text[:-1] + "+00:00").timestamp()
