# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for a password change to end."""

from __future__ import annotations

import typing as t

from .._api.password_change import Change
from .._errors import (
    OUTCOME_UNKNOWN,
    ApiError,
    IscError,
    OutcomeUnknownError,
    RateLimitError,
)
from .._http.retry import is_transient
from .._text import clean_text

GROWTH = 1.5
LONGEST_INTERVAL = 30.0
"""Seconds that the interval between two reads doesn't grow beyond (unless C(wait_sleep) itself is longer)."""

NOT_YET_SECONDS = 30.0
"""Right after the change was accepted its status can answer 404. For so long that means "not yet"."""


class Patience(t.NamedTuple):
    """How to wait: the options C(wait_timeout) and C(wait_sleep), both in seconds."""

    timeout: float
    first_interval: float


def wait_for_change(
    change: Change,
    read_status: t.Callable[[float], Change],
    patience: Patience,
    clock: t.Callable[[], float],
    sleep: t.Callable[[float], None],
    random: t.Callable[[], float],
    at_once: bool = False,
) -> Change:
    """Read the status until the change has ended, and return it as it ended.

    :param change: the change as last seen, with its request id.
    :param read_status: reads the status once; its argument is the deadline, a time of *clock*.
    :param random: returns a number from 0 to 1, for the jitter that keeps many waiting processes apart.
    :param at_once: read the status before the first pause.
    :raises OutcomeUnknownError: the time ran out, or the status can't be read. Details: ``request_id`` and the
        last ``state``.
    """
    started = clock()
    deadline = started + patience.timeout
    interval = patience.first_interval
    last_problem: IscError | None = None
    while not change.ended:
        if not at_once:
            remaining = deadline - clock()
            if remaining <= 0:
                raise timed_out_error(change, patience, last_problem)
            pause = max(interval * (0.75 + random() / 2), _asked_to_wait(last_problem))
            sleep(min(pause, remaining))
            interval = min(interval * GROWTH, max(LONGEST_INTERVAL, patience.first_interval))
        at_once = False
        try:
            change = read_status(deadline).following(change)
            last_problem = None
        except IscError as error:
            if not worth_waiting(error, clock() - started):
                raise unreadable_error(change, error) from None
            last_problem = error
    return change


def look_once(change: Change, read_status: t.Callable[[], Change], age: float, will_wait: bool) -> Change | None:
    """Read the status once of a change that an earlier run sent.

    :param change: the change as last seen, with its request id.
    :param age: the seconds since it was accepted, by clocks that may differ (so maybe less than 0).
    :param will_wait: whether it will be waited for. What passes by itself is then no reason to fail.
    :return: the change as it is now (as last seen, if it may just not be there yet), or ``None`` when ISC doesn't know
        it any more.
    :raises OutcomeUnknownError: the status can't be read.
    """
    try:
        return read_status().following(change)
    except IscError as error:
        if isinstance(error, ApiError) and error.status_code == 404:
            return change if abs(age) < NOT_YET_SECONDS else None
        if will_wait and is_transient(error):
            return change
        raise unreadable_error(change, error) from None


def worth_waiting(error: IscError, waited: float) -> bool:
    """Return whether a status that could not be read because of *error* may well be read later.

    :param waited: seconds since the change was sent.
    """
    if isinstance(error, ApiError) and error.status_code == 404:
        return waited < NOT_YET_SECONDS
    return is_transient(error)


def _asked_to_wait(problem: IscError | None) -> float:
    """Return the seconds that the server asked to be left alone for."""
    return problem.retry_after or 0 if isinstance(problem, RateLimitError) else 0


def timed_out_error(change: Change, patience: Patience, problem: IscError | None) -> OutcomeUnknownError:
    """Return the error that *change* has not ended in time.

    :param problem: why the status could not be read at last.
    """
    reason = f" The status could not be read at last: {problem.message}" if problem else ""
    return OutcomeUnknownError(
        f"The password change has not ended after wait_timeout ({patience.timeout:g} s); "
        f"whether it will succeed is not known.{reason}",
        _resume_hint(change),
        **_details(change, problem),
    )


def unreadable_error(change: Change, error: IscError) -> OutcomeUnknownError:
    """Return the error that the status of *change* can't be read because of *error*."""
    return OutcomeUnknownError(
        f"The password change was accepted, but its status can't be read: {error.message}",
        " ".join(filter(None, (error.hint, _resume_hint(change)))),
        **_details(change, error),
    )


def _resume_hint(change: Change) -> str:
    return (
        "Don't set the password again now. Wait on with community.sailpoint.isc_password_change_info and "
        f"request_id {clean_text(change.request_id or '', 200)}."
    )


def _details(change: Change, error: IscError | None) -> dict[str, t.Any]:
    details = dict(error.details) if error else {}
    details.update(change.as_result(), outcome=OUTCOME_UNKNOWN)
    return details
