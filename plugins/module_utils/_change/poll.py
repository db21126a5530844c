# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Polling the status of a password change: how long, how often, and the errors when it fails."""

from __future__ import annotations

import typing as t

from .._api.password_change import Change
from .._errors import ApiError, IscError, OutcomeUnknownError, check_seconds
from .._outcomes import UNKNOWN
from .._text import clean_text

LONGEST_WAIT = 7 * 24 * 3600
LONGEST_WAIT_SLEEP = 3600
"""The largest values of ``wait_timeout`` and ``wait_sleep``, in seconds."""

LONGEST_INTERVAL = 30.0
"""The interval between two reads grows up to this many seconds, or stays at ``wait_sleep`` if that is longer."""

NOT_YET_SECONDS = 30.0
"""For this many seconds after a change was accepted, HTTP 404 for its status means "not there yet"."""


class PollSettings(t.NamedTuple):
    """The options ``wait_timeout`` and ``wait_sleep``, in seconds."""

    timeout: float
    first_interval: float


def wait_spec() -> dict[str, dict[str, t.Any]]:
    """Return the argument spec of the options that control waiting (doc fragment ``wait``)."""
    return {
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "float", "default": 600},
        "wait_sleep": {"type": "float", "default": 2},
    }


def poll_settings(params: t.Mapping[str, t.Any]) -> PollSettings:
    """Read the options that control waiting.

    :raises InputError: an option can't be used; the message names it.
    """
    check_seconds("wait_timeout", params["wait_timeout"], LONGEST_WAIT)
    check_seconds("wait_sleep", params["wait_sleep"], LONGEST_WAIT_SLEEP)
    return PollSettings(timeout=params["wait_timeout"], first_interval=params["wait_sleep"])


def intervals(settings: PollSettings, random: t.Callable[[], float]) -> t.Iterator[float]:
    """Yield the seconds before each read: exponential backoff by half up to LONGEST_INTERVAL, with 25 % jitter.

    :param random: returns a number from 0 to 1, for the jitter that spreads the reads of many waiting processes.
    """
    interval = settings.first_interval
    while True:
        yield interval * (0.75 + random() / 2)
        interval = min(interval * 1.5, max(LONGEST_INTERVAL, settings.first_interval))


def is_forgotten(error: IscError, age: float) -> bool:
    """Return whether *error* means that ISC no longer knows a request.

    :param age: the seconds since the request was accepted. May be negative, because the two clocks may differ.
    """
    return isinstance(error, ApiError) and error.status_code == 404 and abs(age) >= NOT_YET_SECONDS


def worth_waiting(error: IscError, age: float) -> bool:
    """Return whether reading a status that failed with *error* may succeed later.

    :param age: the seconds since the change was sent. May be negative, because the two clocks may differ.
    """
    if isinstance(error, ApiError) and error.status_code == 404:
        return not is_forgotten(error, age)
    return error.is_transient


def timed_out_error(change: Change, settings: PollSettings, problem: IscError | None) -> OutcomeUnknownError:
    """Return the error for a change that did not end within the timeout.

    :param problem: why the last read of the status failed, or ``None``.
    """
    reason = f" The last read of its status failed: {problem.message}" if problem else ""
    return OutcomeUnknownError(
        f"The password change has not ended after wait_timeout ({settings.timeout:g} s); "
        f"whether it will succeed is not known.{reason}",
        resume_hint(change),
        **_details(change, problem),
    )


def unreadable_error(change: Change, error: IscError) -> OutcomeUnknownError:
    return OutcomeUnknownError(
        f"The password change was accepted, but its status can't be read: {error.message}",
        " ".join(filter(None, (error.hint, resume_hint(change)))),
        **_details(change, error),
    )


def no_request_id_error(change: Change) -> OutcomeUnknownError:
    """Return the error for a change that was accepted without a request id, so that it can't be polled."""
    return OutcomeUnknownError(
        f"{NO_REQUEST_ID} So its outcome is not known.",
        "Find out whether the new password is in effect before you set it again.",
        **_details(change, None),
    )


NO_REQUEST_ID = "ISC accepted the password change without a request id, so its status can't be read."


def resume_hint(change: Change) -> str:
    """Return the sentences that tell the user not to set the password again, and how to keep waiting for *change*."""
    return (
        "Don't set the password again now. Keep waiting with community.sailpoint.isc_password_change_info and "
        f"request_id {clean_text(change.request_id or '', 200)}."
    )


def _details(change: Change, error: IscError | None) -> dict[str, t.Any]:
    details = dict(error.details) if error else {}
    details.update(change.as_result(), outcome=UNKNOWN)
    return details
