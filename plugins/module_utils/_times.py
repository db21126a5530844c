# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times and ages: as people write them, as ISC sends them, and as files of this collection hold them.

A time of day, such as each parameter *now* outside of a batch, is in seconds since 1970. A batch and the client go by
a clock, which is monotonic.
"""

from __future__ import annotations

import re
import typing as t
from datetime import datetime, timedelta, timezone

from ._errors import InputError
from ._text import quoted

TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"  # UTC, in whole seconds.

_DAY = 86400
_LARGEST_SKEW = _DAY
"""Seconds that a time may lie ahead, as clocks differ. One that lies further ahead says nothing."""

_EXACT_LENGTH = len("2026-03-14T09:26:53.589Z")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": _DAY, "w": 7 * _DAY}
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


def age_in_days(time: float | None, now: float) -> int | None:
    """Return the whole days since *time*, ``None`` where it says nothing; both times are in seconds since 1970."""
    return None if time is None or time - now > _LARGEST_SKEW else max(0, int((now - time) // _DAY))


def format_time(seconds: float) -> str:
    """Return the time of *seconds* since 1970, such as ``2026-03-14T09:26:53Z``."""
    return datetime.fromtimestamp(seconds, timezone.utc).strftime(TIME_FORMAT)


def parse_time(text: str) -> float:
    """Return the seconds since 1970 of a time that ``format_time`` wrote.

    :raises ValueError: it is not such a time.
    """
    return datetime.strptime(text, TIME_FORMAT).replace(tzinfo=timezone.utc).timestamp()


def format_exact_time(seconds: float) -> str:
    """Return the time of *seconds* since 1970 with milliseconds, such as ``2026-03-14T09:26:53.589Z``."""
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="milliseconds")[:-6] + "Z"


def parse_exact_time(text: str) -> float:
    """Return the seconds since 1970 of a time that ``format_exact_time`` wrote.

    :raises ValueError: it is not such a time.
    """
    if len(text) != _EXACT_LENGTH or text[-1] != "Z":
        raise ValueError("not an exact time")
    return datetime.fromisoformat(text[:-1] + "+00:00").timestamp()


LONGEST_TIME = 40  # Characters of a time that ISC sends. A longer text is not a time.

_LATEST = datetime(9999, 1, 1, tzinfo=timezone.utc).timestamp()
_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?"
    r"(?:[Zz]|(?P<sign>[+-])(?P<hours>[0-9]{2}):?(?P<minutes>[0-9]{2}))?"
)
_MILLISECONDS = re.compile(r"[0-9]{12,13}")
_FILETIME = re.compile(r"[0-9]{18}")
_START_OF_FILETIME = datetime(1601, 1, 1, tzinfo=timezone.utc).timestamp()
_FILETIMES_PER_SECOND = 10000000
_FILETIME_OF_NOTHING = 125911584000000000
"""The start of the year 2000, which transforms of SailPoint put where there is no time."""


def parse_isc_time(value: t.Any) -> float | None:
    """Return the seconds since 1970 that a time in a response of ISC means, such as C(passwordLastSet).

    Search sends ISO 8601. Attributes of accounts also hold milliseconds since 1970 and, in Active Directory, units
    of 100 ns since 1601 (FILETIME), each as a number or as text. Without a time zone, a time is in UTC. What can't be
    understood is ``None``, never old: a date that is read wrongly would have thousands of passwords changed.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if 0 < value < 10**18 else ""
    seconds = _isc_seconds(value)
    return seconds if seconds is not None and 0 < seconds < _LATEST else None


def says_never(value: t.Any) -> bool:
    """Return whether a time in a response of ISC says that there was none: it is the zero of its kind."""
    return (value == 0 and value is not False) or value == "0" or _isc_seconds(value) in (0, _START_OF_FILETIME)


def _isc_seconds(value: t.Any) -> float | None:
    """Return the seconds since 1970 of a text in one of the forms that ISC sends."""
    text = value.strip() if isinstance(value, str) and len(value) <= LONGEST_TIME else ""
    if _MILLISECONDS.fullmatch(text):
        return int(text) / 1000
    if _FILETIME.fullmatch(text):
        return None if int(text) == _FILETIME_OF_NOTHING else _START_OF_FILETIME + int(text) / _FILETIMES_PER_SECOND
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    offset = timedelta(hours=int(found["hours"] or 0), minutes=int(found["minutes"] or 0))
    try:
        year, month, day, hour, minute, second = map(int, found.groups()[:6])
        time = datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
        time += offset if found["sign"] == "-" else -offset
        return time.timestamp() + float(f"0.{found['fraction'] or 0}")
    except (ValueError, OverflowError):
        return None
