# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times and ages as users write them, as ISC sends them, and as the files of this collection store them.

A time, such as the parameter *now* outside of a batch, is in seconds since 1970. A batch and the client use a monotonic
clock instead.
"""

from __future__ import annotations

import re
import typing as t
from datetime import datetime, timedelta, timezone

from ._errors import InputError
from ._text import quoted

TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"  # UTC, in whole seconds.

_DAY = 86400
_MAX_SKEW = _DAY
"""Seconds that a time may be ahead, because clocks differ. A time further ahead is ignored."""

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": _DAY, "w": 7 * _DAY}
_AGE = re.compile(r"(?P<number>[0-9]{1,9})(?P<unit>[smhdw]?)")


def parse_age(option: str, text: str | None) -> float | None:
    """Return an age such as ``30d`` in seconds. ``None`` and a blank string mean no age.

    :param option: the name of the option, for the message.
    :raises InputError: the text is not an age.
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
    """Return whether *time* is less than *max_age* seconds ago.

    A time more than a day ahead is never young: a clock that was wrong once must not postpone a change for years.
    """
    return max_age is not None and -_MAX_SKEW <= now - time < max_age


def age_in_days(time: float | None, now: float) -> int | None:
    """Return the whole days since *time*, or ``None`` if it is unknown or too far ahead."""
    return None if time is None or time - now > _MAX_SKEW else max(0, int((now - time) // _DAY))


def format_time(seconds: float) -> str:
    """Format seconds since 1970 as ``2026-03-14T09:26:53Z``."""
    return datetime.fromtimestamp(seconds, timezone.utc).strftime(TIME_FORMAT)


def parse_time(text: str) -> float:
    """Parse the format of ``format_time`` into seconds since 1970.

    :raises ValueError: the text has another format.
    """
    return datetime.strptime(text, TIME_FORMAT).replace(tzinfo=timezone.utc).timestamp()


def format_exact_time(seconds: float) -> str:
    """Format seconds since 1970 as ``2026-03-14T09:26:53.589Z``."""
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="milliseconds")[:-6] + "Z"


def parse_exact_time(text: str) -> float:
    """Parse the format of ``format_exact_time`` into seconds since 1970.

    :raises ValueError: the text has another format.
    """
    if len(text) != len("2026-03-14T09:26:53.589Z") or text[-1] != "Z":
        raise ValueError("not an exact time")
    return datetime.fromisoformat(text[:-1] + "+00:00").timestamp()


_MAX_TIME_LENGTH = 40  # Characters. A longer text from ISC is not a time.

_LATEST = datetime(9999, 1, 1, tzinfo=timezone.utc).timestamp()
_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?"
    r"(?:[Zz]|(?P<sign>[+-])(?P<hours>[0-9]{2}):?(?P<minutes>[0-9]{2}))?"
)
_MILLISECONDS = re.compile(r"[0-9]{12,13}")
_FILETIME = re.compile(r"[0-9]{18}")  # In units of 100 ns.
_FILETIME_EPOCH = datetime(1601, 1, 1, tzinfo=timezone.utc).timestamp()
_NO_FILETIME = 125911584000000000
"""The start of the year 2000, which SailPoint's transforms return if there is no time."""


def parse_isc_time(value: t.Any) -> float | None:
    """Return a time from ISC, such as ``passwordLastSet``, in seconds since 1970; ``None`` if it can't be parsed.

    Search sends ISO 8601. Account attributes also hold milliseconds since 1970 and, in Active Directory, units of
    100 ns since 1601 (FILETIME), each as a number or as text. A time without a time zone is in UTC. An unknown format
    never counts as old: a misread date could trigger thousands of password changes.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if 0 < value < 10**18 else ""
    seconds = _isc_seconds(value)
    return seconds if seconds is not None and 0 < seconds < _LATEST else None


def means_never(value: t.Any) -> bool:
    """Return whether a time from ISC means "never": it is the zero of its format."""
    return (value == 0 and value is not False) or value == "0" or _isc_seconds(value) in (0, _FILETIME_EPOCH)


def _isc_seconds(value: t.Any) -> float | None:
    text = value.strip() if isinstance(value, str) and len(value) <= _MAX_TIME_LENGTH else ""
    if _MILLISECONDS.fullmatch(text):
        return int(text) / 1000
    if _FILETIME.fullmatch(text):
        return None if int(text) == _NO_FILETIME else _FILETIME_EPOCH + int(text) / 10**7
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    offset = timedelta(hours=int(match["hours"] or 0), minutes=int(match["minutes"] or 0))
    try:
        year, month, day, hour, minute, second = map(int, match.groups()[:6])
        time = datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
        time += offset if match["sign"] == "-" else -offset
        return time.timestamp() + float(f"0.{match['fraction'] or 0}")
    except (ValueError, OverflowError):
        return None
