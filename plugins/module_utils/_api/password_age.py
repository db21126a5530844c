# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a password was last set, as ISC tells it, and how old it is then.

What can't be understood is unknown. It is never taken for old: a date that is read wrongly would have thousands of
passwords changed.
"""

from __future__ import annotations

import re
import typing as t
from datetime import datetime, timedelta, timezone

from .._times import is_young

INCLUDE = "include"
EXCLUDE = "exclude"
UNKNOWN_AGES = (INCLUDE, EXCLUDE)
"""What becomes of accounts whose password's age is not known where a minimum age is asked for."""

_DAY = 86400
_LARGEST_SKEW = _DAY
"""Seconds that a time may lie ahead, as clocks differ. One that lies further ahead says nothing."""

LONGEST_VALUE = 40
"""Characters. A longer text is no time."""

_START_OF_FILETIME = datetime(1601, 1, 1, tzinfo=timezone.utc).timestamp()
_LATEST = datetime(9999, 1, 1, tzinfo=timezone.utc).timestamp()
_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?"
    r"(?P<zone>[Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)
_MILLISECONDS = re.compile(r"[0-9]{12,13}")
_FILETIME = re.compile(r"[0-9]{18}")
_FILETIME_OF_1970 = 116444736000000000
_FILETIMES_A_SECOND = 10000000
_FILETIME_OF_NOTHING = 125911584000000000
"""The start of the year 2000, which transforms of SailPoint put where there is no time."""


def read_last_set(value: t.Any) -> float | None:
    """Return the seconds since 1970 that a value of C(passwordLastSet) means; ``None`` where it means nothing.

    Search sends ISO 8601. Attributes of accounts also hold milliseconds since 1970 and, in Active Directory, units
    of 100 ns since 1601 (FILETIME), each as a number or as text. Without a time zone, a time is in UTC.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if 0 < value < 10**18 else ""
    if not isinstance(value, str) or len(value) > LONGEST_VALUE:
        return None
    seconds = _seconds(value.strip())
    return seconds if seconds is not None and 0 < seconds < _LATEST else None


def says_never(value: t.Any) -> bool:
    """Return whether a value of C(passwordLastSet) says that no password was ever set: it is the zero of its kind."""
    if value in (0, "0") and value is not False:
        return True
    return isinstance(value, str) and len(value) <= LONGEST_VALUE and _seconds(value.strip()) in (0, _START_OF_FILETIME)


def age_in_days(last_set: float | None, now: float) -> int | None:
    """Return the whole days that a password is old, ``None`` where that isn't known; both times since 1970."""
    if last_set is None or _says_nothing(last_set, now):
        return None
    return max(0, int((now - last_set) // _DAY))


def is_wanted(last_set: float | None, older_than: float | None, unknown_age: str, now: float) -> bool:
    """Return whether an account is among those that are asked for.

    :param older_than: the seconds that its password has to be old at least; ``None`` asks for all accounts.
    :param unknown_age: one of UNKNOWN_AGES.
    """
    if older_than is None:
        return True
    if last_set is None or _says_nothing(last_set, now):
        return unknown_age == INCLUDE
    return not is_young(last_set, older_than, now)


def _says_nothing(last_set: float, now: float) -> bool:
    return last_set - now > _LARGEST_SKEW


def _seconds(text: str) -> float | None:
    if _MILLISECONDS.fullmatch(text):
        return int(text) / 1000
    if _FILETIME.fullmatch(text):
        return None if int(text) == _FILETIME_OF_NOTHING else _of_filetime(int(text))
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    try:
        year, month, day, hour, minute, second = map(int, found.groups()[:6])
        time = datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc) - _offset(found["zone"])
        return time.timestamp() + float(f"0.{found['fraction'] or 0}")
    except (ValueError, OverflowError):
        return None


def _of_filetime(number: int) -> float:
    return (number - _FILETIME_OF_1970) / _FILETIMES_A_SECOND


def _offset(zone: str | None) -> timedelta:
    if zone is None or zone in "Zz":
        return timedelta()
    digits = zone[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -offset if zone[0] == "-" else offset
