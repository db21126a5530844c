# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Polling a password change: how long, how often, and what it means when that fails."""

from __future__ import annotations

import typing as t

from .._api.password_change import Change
from .._errors import ApiError, IscError, OutcomeUnknownError, check_seconds
from .._outcomes import UNKNOWN
from .._text import clean_text

LONGEST_WAIT = 7 * 24 * 3600
LONGEST_WAIT_SLEEP = 3600
"""Seconds: what the options may say."""

GROWTH = 1.5
LONGEST_INTERVAL = 30.0
"""Seconds that the interval between two reads doesn't grow beyond (unless C(wait_sleep) itself is longer)."""

NOT_YET_SECONDS = 30.0
"""Right after the change was accepted, reading its status can end with 404. For so long, that means "not yet"."""


class PollSettings(t.NamedTuple):
    """How to wait: the options C(wait_timeout) and C(wait_sleep), both in seconds."""

    timeout: float
    first_interval: float


def wait_spec() -> dict[str, dict[str, t.Any]]:
    """Return the options of waiting (doc fragment C(wait))."""
    return {
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "float", "default": 600},
        "wait_sleep": {"type": "float", "default": 2},
    }


def poll_settings(params: t.Mapping[str, t.Any]) -> PollSettings:
    """Return how to wait, from a module's options.

    :raises InputError: an option can't be used; the message names it.
    """
    check_seconds("wait_timeout", params["wait_timeout"], LONGEST_WAIT)
    check_seconds("wait_sleep", params["wait_sleep"], LONGEST_WAIT_SLEEP)
    return PollSettings(timeout=params["wait_timeout"], first_interval=params["wait_sleep"])


def intervals(settings: PollSettings, random: t.Callable[[], float]) -> t.Iterator[float]:
    """Yield the seconds before each read: growing by half up to LONGEST_INTERVAL, a quarter more or less.

    :param random: returns a number from 0 to 1, for the jitter that keeps many waiting processes apart.
    """
    interval = settings.first_interval
    while True:
        yield interval * (0.75 + random() / 2)
        interval = min(interval * GROWTH, max(LONGEST_INTERVAL, settings.first_interval))


def is_forgotten(error: IscError, age: float) -> bool:
    """Return whether *error* says that ISC doesn't know a request any more.

    :param age: the seconds since it was accepted, by clocks that may differ (so maybe less than 0).
    """
    return isinstance(error, ApiError) and error.status_code == 404 and abs(age) >= NOT_YET_SECONDS


def worth_waiting(error: IscError, age: float) -> bool:
    """Return whether a status that could not be read because of *error* may well be read later.

    :param age: the seconds since the change was sent, by clocks that may differ.
    """
    if isinstance(error, ApiError) and error.status_code == 404:
        return not is_forgotten(error, age)
    return error.is_transient


def timed_out_error(change: Change, settings: PollSettings, problem: IscError | None) -> OutcomeUnknownError:
    """Return the error that *change* has not ended in time.

    :param problem: why the status could not be read at last.
    """
    reason = f" The status could not be read at last: {problem.message}" if problem else ""
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
    """Return the error that *change* was accepted without a request id, so that it can't be waited for."""
    return OutcomeUnknownError(
        f"{NO_REQUEST_ID} So its outcome is not known.",
        "Find out whether the new password is in effect before you set it again.",
        **_details(change, None),
    )


NO_REQUEST_ID = "ISC accepted the password change without a request id, so its status can't be read."


def resume_hint(change: Change) -> str:
    """Return how to keep waiting for *change*, as one sentence after that of what not to do."""
    return (
        "Don't set the password again now. Keep waiting with community.sailpoint.isc_password_change_info and "
        f"request_id {clean_text(change.request_id or '', 200)}."
    )


def _details(change: Change, error: IscError | None) -> dict[str, t.Any]:
    details = dict(error.details) if error else {}
    details.update(change.as_result(), outcome=UNKNOWN)
    return details
