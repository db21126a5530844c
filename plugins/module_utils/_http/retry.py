# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether to retry a request, and after how long: exponential backoff with jitter."""

from __future__ import annotations

import typing as t
from datetime import timezone
from email.utils import parsedate_to_datetime

from .._errors import ConnectError, IscError, RateLimitError

_FIRST_DELAY = 0.5
"""Seconds before the second attempt if the server doesn't say. The delay doubles with each further attempt."""

_FIRST_RATE_LIMIT_DELAY = 2.0
"""The same after a 429: the default of four retries then outlasts the limit's window of 10 s."""

_MAX_DELAY = 30.0  # Seconds, if the server doesn't say.

_MAX_RETRY_AFTER = 120.0
"""The longest ``Retry-After`` in seconds that is honored. If the server asks for more, the request fails."""


def may_retry(error: IscError, repeatable: bool) -> bool:
    """Return whether a request that failed with *error* may be sent again.

    :param repeatable: whether it does no harm if the server processes the request twice.
    """
    if isinstance(error, RateLimitError):
        return error.retry_after is None or error.retry_after <= _MAX_RETRY_AFTER
    return error.is_transient and (repeatable or isinstance(error, ConnectError))


def delay_before(attempt: int, error: IscError, random: t.Callable[[], float]) -> float:
    """Return the seconds to wait before attempt number *attempt*, counted from 1.

    :param random: returns a number from 0 to 1. Up to a quarter of the delay is added as jitter, so that processes that
        were refused at the same time don't return at the same time.
    """
    if isinstance(error, RateLimitError) and error.retry_after is not None:
        delay = error.retry_after
    else:
        first = _FIRST_RATE_LIMIT_DELAY if isinstance(error, RateLimitError) else _FIRST_DELAY
        delay = min(_MAX_DELAY, first * 2 ** min(attempt - 2, 10))
    return delay * (1 + random() / 4)


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Return the delay in seconds that a ``Retry-After`` header requests, or ``None`` if it is missing or malformed.

    :param value: the header: a number of seconds or an HTTP date.
    :param now: seconds since 1970.
    """
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    date = parse_http_date(value)
    return None if date is None else max(0.0, date - now)


def parse_http_date(value: str) -> float | None:
    """Return an HTTP date in seconds since 1970, or ``None`` if the value is not a date."""
    try:
        date = parsedate_to_datetime(value)
        # The obsolete format of an HTTP date has no time zone and is in UTC too (RFC 9110, section 5.6.7).
        return (date if date.tzinfo else date.replace(tzinfo=timezone.utc)).timestamp()
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
