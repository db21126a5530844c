# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long and how often a change is polled, and the errors when that fails."""

from __future__ import annotations

import itertools

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import Change
from ansible_collections.community.sailpoint.plugins.module_utils._change.poll import (
    NOT_YET_SECONDS,
    PollSettings,
    intervals,
    is_forgotten,
    no_request_id_error,
    poll_settings,
    timed_out_error,
    unreadable_error,
    worth_waiting,
)
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    ApiError,
    ConnectError,
    InputError,
    RateLimitError,
    TlsError,
    UnexpectedResponseError,
)
from hypothesis import given
from hypothesis import strategies as st
from support.flows import LOST, NOT_FOUND, POLLING, api_error

SEEN = Change("r", "IN_PROGRESS", (), ("s",))
TRANSIENT = [
    LOST,
    ConnectError("No connection."),
    RateLimitError("Too many.", status_code=429),
    *map(api_error, (408, 502, 503, 504)),
]
PERMANENT = [
    TlsError("No certificate.", "Give ca_path."),
    UnexpectedResponseError("HTML.", status_code=200),
    InputError("No request id."),
    *(ApiError("No.", "Look.", status_code=status, tracking_id="t") for status in (400, 401, 403, 500)),
]


def first_intervals(count, first, chance=0.5):
    return list(itertools.islice(intervals(PollSettings(600.0, first), lambda: chance), count))


def test_intervals_grow_by_half_up_to_thirty_seconds():
    expected = [2.0]
    while len(expected) < 13:
        expected.append(min(30.0, expected[-1] * 1.5))
    assert first_intervals(13, 2.0) == expected


def test_a_longer_first_interval_does_not_grow():
    assert first_intervals(4, 45.0) == [45.0] * 4


@pytest.mark.parametrize(("chance", "factor"), [(0.0, 0.75), (1.0, 1.25)])
def test_jitter_is_a_quarter_either_way(chance, factor):
    assert first_intervals(2, 2.0, chance) == [2.0 * factor, 3.0 * factor]


@given(st.floats(0.01, 3600), st.floats(0, 1))
def test_no_interval_is_longer_than_thirty_seconds_or_the_first(first, chance):
    assert all(0 < each <= max(30.0, first) * 1.25 for each in first_intervals(20, first, chance))


@pytest.mark.parametrize("problem", TRANSIENT)
@pytest.mark.parametrize("age", [0, NOT_YET_SECONDS, 1e6, -1e6])
def test_a_transient_problem_is_waited_for_at_any_age(problem, age):
    assert worth_waiting(problem, age)
    assert not is_forgotten(problem, age)


@pytest.mark.parametrize("problem", PERMANENT)
def test_a_permanent_problem_is_not_waited_for(problem):
    assert not worth_waiting(problem, 0)
    assert not is_forgotten(problem, 1e6)


@pytest.mark.parametrize(
    ("age", "forgotten"), [(0, False), (29.9, False), (30, True), (1e6, True), (-29.9, False), (-30, True)]
)
def test_not_found_means_not_yet_during_the_first_thirty_seconds(age, forgotten):
    # A negative age means that the clock was ahead.
    assert is_forgotten(NOT_FOUND, age) is forgotten
    assert worth_waiting(NOT_FOUND, age) is not forgotten


def test_a_timeout_reports_what_is_known():
    error = timed_out_error(SEEN, PollSettings(6.0, 2.0), None)
    assert error.message == (
        "The password change has not ended after wait_timeout (6 s); whether it will succeed is not known."
    )
    assert error.hint.startswith("Don't set the password again now. ")
    assert "isc_password_change_info and request_id r." in error.hint
    assert error.details == {**SEEN.as_result(), "outcome": "unknown"}


def test_a_timeout_names_the_last_problem():
    error = timed_out_error(SEEN, POLLING, ApiError("No.", status_code=503, tracking_id="t", state="another"))
    assert error.message.endswith(" The last read of its status failed: No.")
    assert error.details == {**SEEN.as_result(), "outcome": "unknown", "status_code": 503, "tracking_id": "t"}


@pytest.mark.parametrize("problem", PERMANENT)
def test_an_unreadable_status_reports_what_is_known(problem):
    error = unreadable_error(SEEN, problem)
    assert error.message == f"The password change was accepted, but its status can't be read: {problem.message}"
    assert error.hint.startswith(problem.hint or "Don't set the password again now.")
    assert "request_id r." in error.hint
    result = error.as_result()
    assert (result["outcome"], result["request_id"], result["state"]) == ("unknown", "r", "IN_PROGRESS")
    assert result["source_ids"] == ["s"]
    assert result.get("tracking_id") == problem.details.get("tracking_id")


def test_a_missing_request_id_reports_what_is_known():
    error = no_request_id_error(Change(None, "IN_PROGRESS"))
    assert error.message.startswith("ISC accepted the password change without a request id, so its status can't be re")
    assert error.hint.startswith("Find out whether the new password is in effect")
    assert (error.details["outcome"], error.details["state"]) == ("unknown", "IN_PROGRESS")


@pytest.mark.parametrize(
    "error_for", [lambda odd: timed_out_error(odd, POLLING, None), lambda odd: unreadable_error(odd, LOST)]
)
def test_a_long_request_id_is_shortened_in_the_hint(error_for):
    odd = Change("r" * 4000, "IN_PROGRESS")
    error = error_for(odd)
    assert len(error.hint) < 500
    assert error.details["request_id"] == odd.request_id


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"wait_timeout": 0}, "wait_timeout is 0."),
        ({"wait_timeout": 604801}, "wait_timeout is 604801."),
        ({"wait_sleep": -1}, "wait_sleep is -1."),
        ({"wait_sleep": float("nan")}, "wait_sleep is nan."),
    ],
)
def test_options_of_waiting_have_bounds(options, problem):
    with pytest.raises(InputError) as refusal:
        poll_settings({"wait_timeout": 600.0, "wait_sleep": 2.0, **options})
    assert refusal.value.message == problem


def test_options_of_waiting_are_read():
    assert poll_settings({"wait_timeout": 604800, "wait_sleep": 3600}) == PollSettings(604800, 3600)
