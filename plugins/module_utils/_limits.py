# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The bounds of numeric options."""

from __future__ import annotations

from ._errors import InputError

LONGEST_WAIT = 7 * 24 * 3600
LONGEST_WAIT_SLEEP = 3600
LONGEST_REQUEST_TIMEOUT = 3600
MOST_RETRIES = 20
MOST_CONCURRENCY = 64
MOST_REQUESTS = 1000000
LONGEST_RATE_WINDOW = 3600


def check_seconds(option: str, value: float, longest: float) -> None:
    """Raise InputError unless *value* is more than 0 and at most *longest* seconds."""
    if not 0 < value <= longest:
        raise InputError(f"{option} is {value:g}.", f"Give seconds, more than 0 and at most {longest:g}.")


def check_number(option: str, value: int, smallest: int, largest: int) -> None:
    """Raise InputError unless *value* is from *smallest* to *largest*."""
    if not smallest <= value <= largest:
        raise InputError(f"{option} is {value}.", f"Give a number from {smallest} to {largest}.")


def check_text(option: str, value: str | None) -> str:
    """Return *value*; raise InputError when it is missing or blank."""
    if value is None or not value.strip():
        raise InputError(f"{option} is {'missing' if value is None else 'empty'}.", f"Give {option}.")
    return value
