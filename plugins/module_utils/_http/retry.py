# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a request is worth sending again, and after how long."""

from __future__ import annotations

import typing as t
from datetime import timezone
from email.utils import parsedate_to_datetime

from .._errors import ConnectError, IscError, RateLimitError

FIRST_DELAY = 0.5  # Seconds before the second attempt, when the server doesn't say; it doubles from there.

FIRST_DELAY_OF_LIMIT = 2.0
"""The same after a 429 that doesn't say: the four retries by default then outlast the limit's window of 10 s."""

LONGEST_DELAY = 30.0  # Seconds that the delay doesn't grow beyond.

LONGEST_RETRY_AFTER = 120.0
"""Seconds of C(Retry-After) that are waited for; a server that asks for more gets an explained error instead."""


def may_retry(error: IscError, repeatable: bool) -> bool:
    """Return whether a request that ended with *error* may be sent again.

    :param repeatable: the operation does no harm when the server processes it twice.
    """
    if isinstance(error, RateLimitError):
        return error.retry_after is None or error.retry_after <= LONGEST_RETRY_AFTER
    return error.is_transient and (repeatable or isinstance(error, ConnectError))


def delay_before(attempt: int, error: IscError, random: t.Callable[[], float]) -> float:
    """Return the seconds to wait before attempt number *attempt* (the second attempt is 2).

    :param random: returns a number from 0 to 1; up to a quarter of the delay is added, so that many
        processes that were refused together don't come back together.
    """
    if isinstance(error, RateLimitError) and error.retry_after is not None:
        delay = error.retry_after
    else:
        first = FIRST_DELAY_OF_LIMIT if isinstance(error, RateLimitError) else FIRST_DELAY
        delay = min(LONGEST_DELAY, first * 2 ** min(attempt - 2, 10))
    return delay * (1 + random() / 4)


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Return the seconds that a C(Retry-After) header asks for, or ``None`` when it says nothing usable.

    :param value: the header: a number of seconds or an HTTP date.
    :param now: the time of day, in seconds since 1970.
    """
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    date = parse_http_date(value)
    return None if date is None else max(0.0, date - now)


def parse_http_date(value: str) -> float | None:
    """Return the seconds since 1970 of a date in a header, or ``None`` when it is not one."""
    try:
        date = parsedate_to_datetime(value)
        # The old form of an HTTP date has no zone, and is in UTC too (RFC 9110, section 5.6.7).
        return (date if date.tzinfo else date.replace(tzinfo=timezone.utc)).timestamp()
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
