# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for a password change, with a clock that only sleeping moves."""

from __future__ import annotations

import itertools

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import Change
from ansible_collections.community.sailpoint.plugins.module_utils._change.follow import patience_of
from ansible_collections.community.sailpoint.plugins.module_utils._change.wait import Patience, wait_for_change
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    ApiError,
    ConnectError,
    InputError,
    LostAnswerError,
    OutcomeUnknownError,
    RateLimitError,
    TlsError,
    UnexpectedAnswerError,
)
from hypothesis import given
from hypothesis import strategies as st

RUNNING = Change("r", "IN_PROGRESS")
FINISHED = Change("r", "FINISHED", (), ("s",))
NOT_FOUND = ApiError("ISC refused to read password change status (HTTP 404).", status_code=404, tracking_id="t")
LOST = LostAnswerError("No whole answer.")


class Follower:
    """A change whose status is read from a script; its last entry counts for ever."""

    def __init__(self, *script, chance=0.0):
        self.now = 500.0
        self.naps = []
        self.reads = []
        self.deadlines = set()
        self.script = list(script)
        self.chance = chance

    def sleep(self, seconds):
        self.naps.append(seconds)
        self.now += seconds

    def read(self, deadline):
        self.reads.append(self.now - 500)
        self.deadlines.add(deadline - 500)
        step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(step, Exception):
            raise step
        return step

    def follow(self, change=RUNNING, timeout=600.0, first_interval=2.0, at_once=False):
        random = self.chance if callable(self.chance) else lambda: self.chance
        patience = Patience(timeout, first_interval)
        return wait_for_change(change, self.read, patience, lambda: self.now, self.sleep, random, at_once)


def test_a_change_that_has_ended_is_not_read():
    follower = Follower(RUNNING)
    assert follower.follow(FINISHED) is FINISHED
    assert not follower.reads


@pytest.mark.parametrize("end", [FINISHED, Change("r", "FAILED", ("why",))])
def test_the_end_is_returned_however_it_went(end):
    assert Follower(RUNNING, RUNNING, end).follow() == end


def test_intervals_grow_by_half_up_to_thirty_seconds():
    follower = Follower(*[RUNNING] * 12, FINISHED, chance=0.5)
    follower.follow()
    expected = [2.0]
    while len(expected) < 13:
        expected.append(min(30.0, expected[-1] * 1.5))
    assert follower.naps == expected


def test_a_longer_first_interval_is_kept_and_does_not_grow():
    follower = Follower(*[RUNNING] * 3, FINISHED, chance=0.5)
    follower.follow(first_interval=45.0)
    assert follower.naps == [45.0] * 4


@pytest.mark.parametrize(("chance", "factor"), [(0.0, 0.75), (1.0, 1.25)])
def test_jitter_is_a_quarter_either_way(chance, factor):
    follower = Follower(RUNNING, FINISHED, chance=chance)
    follower.follow()
    assert follower.naps == [2.0 * factor, 3.0 * factor]


def test_at_once_reads_before_the_first_pause():
    follower = Follower(RUNNING, FINISHED)
    follower.follow(at_once=True)
    assert follower.reads == [0.0, 1.5]
    assert follower.naps == [1.5]


def test_the_status_is_read_a_last_time_at_the_deadline_and_never_later():
    follower = Follower(RUNNING, chance=0.5)
    with pytest.raises(OutcomeUnknownError) as unknown:
        follower.follow(timeout=6.0)
    assert follower.reads == [2.0, 5.0, 6.0]
    assert follower.deadlines == {6.0}
    assert unknown.value.message == (
        "The password change has not ended after wait_timeout (6 s); whether it will succeed is not known."
    )
    assert "isc_password_change_info" in unknown.value.hint
    assert "request_id r." in unknown.value.hint
    result = unknown.value.as_result()
    assert (result["outcome"], result["request_id"], result["state"]) == ("unknown", "r", "IN_PROGRESS")


@given(
    st.floats(0.01, 5000),
    st.floats(0.01, 3600),
    st.lists(st.sampled_from([RUNNING, Change(None, "QUEUED"), LOST]), min_size=1, max_size=30),
    st.lists(st.floats(0, 1), min_size=1),
)
def test_the_deadline_holds_whatever_comes(timeout, first_interval, script, chances):
    chance = itertools.cycle(chances)
    follower = Follower(*script, chance=lambda: next(chance))
    with pytest.raises(OutcomeUnknownError) as unknown:
        follower.follow(timeout=timeout, first_interval=first_interval)
    assert follower.reads[-1] == pytest.approx(timeout)
    longest = max(30.0, first_interval) * 1.25
    assert all(0 < nap <= longest for nap in follower.naps)
    assert unknown.value.details["request_id"] == "r"


def test_an_unknown_state_is_waited_for_and_told():
    assert Follower(Change("r", "QUEUED"), FINISHED).follow() == FINISHED
    with pytest.raises(OutcomeUnknownError) as unknown:
        Follower(Change("r", "QUEUED")).follow(timeout=5.0)
    assert unknown.value.details["state"] == "QUEUED"


def test_a_status_without_request_id_keeps_the_one_known():
    assert Follower(Change(None, "FINISHED")).follow().request_id == "r"


@pytest.mark.parametrize(
    "problem",
    [
        LOST,
        ConnectError("No connection."),
        RateLimitError("Too many.", status_code=429),
        *(ApiError("No.", status_code=status) for status in (408, 502, 503, 504)),
    ],
)
def test_a_problem_in_passing_does_not_end_the_wait(problem):
    assert Follower(RUNNING, problem, problem, FINISHED).follow() == FINISHED


@pytest.mark.parametrize(("retry_after", "naps"), [(None, [2.0, 3.0]), (1.0, [2.0, 3.0]), (50.0, [2.0, 50.0])])
def test_a_pause_is_as_long_as_the_rate_limit_asks_for(retry_after, naps):
    problem = RateLimitError("Too many.", status_code=429)
    problem.retry_after = retry_after
    follower = Follower(problem, FINISHED, chance=0.5)
    follower.follow()
    assert follower.naps == naps


def test_a_rate_limit_does_not_move_the_deadline():
    problem = RateLimitError("Too many.", status_code=429)
    problem.retry_after = 1e9
    follower = Follower(problem)
    with pytest.raises(OutcomeUnknownError):
        follower.follow(timeout=20.0)
    assert follower.reads == [1.5, 20.0]


@pytest.mark.parametrize(
    "problem",
    [
        TlsError("No certificate.", "Give ca_path."),
        UnexpectedAnswerError("HTML.", status_code=200),
        InputError("No request id."),
        *(ApiError("No.", "Look.", status_code=status, tracking_id="t") for status in (400, 401, 403, 500)),
    ],
)
def test_a_lasting_problem_ends_the_wait_with_what_is_known(problem):
    seen = Change("r", "IN_PROGRESS", (), ("s",))
    follower = Follower(seen, problem)
    with pytest.raises(OutcomeUnknownError) as unknown:
        follower.follow()
    assert len(follower.reads) == 2
    assert unknown.value.message == (
        f"The password change was accepted, but its status can't be read: {problem.message}"
    )
    assert unknown.value.hint.startswith(problem.hint or "Don't set the password again now.")
    assert "request_id r." in unknown.value.hint
    result = unknown.value.as_result()
    assert (result["outcome"], result["request_id"], result["state"]) == ("unknown", "r", "IN_PROGRESS")
    assert result["source_ids"] == ["s"]
    assert result.get("tracking_id") == problem.details.get("tracking_id")


def test_not_found_means_not_yet_during_the_first_thirty_seconds():
    assert Follower(NOT_FOUND, NOT_FOUND, FINISHED).follow() == FINISHED
    follower = Follower(NOT_FOUND, chance=0.5)
    with pytest.raises(OutcomeUnknownError, match="its status can't be read") as unknown:
        follower.follow()
    assert follower.reads[-2] < 30 <= follower.reads[-1]
    assert unknown.value.details["status_code"] == 404


def test_a_timeout_names_the_last_problem_but_not_one_that_is_over():
    with pytest.raises(OutcomeUnknownError, match="The status could not be read at last: No whole answer."):
        Follower(RUNNING, LOST).follow(timeout=9.0)
    with pytest.raises(OutcomeUnknownError) as unknown:
        Follower(LOST, RUNNING).follow(timeout=9.0)
    assert "No whole answer" not in unknown.value.message


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
        patience_of({"wait_timeout": 600.0, "wait_sleep": 2.0, **options})
    assert refusal.value.message == problem


def test_options_of_waiting_are_taken_over():
    assert patience_of({"wait_timeout": 604800, "wait_sleep": 3600}) == Patience(604800, 3600)
