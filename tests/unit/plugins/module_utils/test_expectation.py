# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How old a change has to be until it is worth reading."""

from __future__ import annotations

import random

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._batch.expectation import Expectation
from hypothesis import given
from hypothesis import strategies as st


def known(age):
    expectation = Expectation(age)
    expectation.ended(age)
    return expectation


def test_it_begins_with_the_age_that_is_given():
    expectation = Expectation(2.0)
    assert (expectation.age, expectation.known) == (2.0, False)


def test_it_feels_its_way_up():
    expectation = Expectation(2.0)
    expectation.going_on(2.0)
    assert (expectation.age, expectation.known) == (2.5, False)
    expectation.going_on(8.0)
    assert expectation.age == 10


@pytest.mark.parametrize(("seen", "age"), [(1.0, 1.0), (90.0, 2.0)])
def test_the_first_end_makes_it_known_and_never_later(seen, age):
    expectation = Expectation(2.0)
    expectation.ended(seen)
    assert (expectation.age, expectation.known) == (age, True)


def test_an_end_that_was_seen_in_time_lowers_it_a_little():
    expectation = known(10.0)
    expectation.ended(10.1)
    assert expectation.age == pytest.approx(9.94)


def test_an_end_that_was_seen_late_tells_nothing():
    expectation = known(10.0)
    expectation.ended(15.1)
    assert expectation.age == 10
    expectation.ended(14.9)
    assert expectation.age < 10


def test_a_read_that_came_too_early_raises_it():
    expectation = known(10.0)
    expectation.going_on(10.0)
    assert expectation.age == pytest.approx(10.8)


@given(early=st.floats(0.0, 9.0), seen=st.booleans())
def test_a_young_change_that_is_going_on_does_not_lower_it(early, seen):
    expectation = known(10.0) if seen else Expectation(10.0)
    expectation.going_on(early)
    assert expectation.age >= 10


@given(seconds=st.floats(0.5, 300), jitter=st.floats(0, 0.3), seed=st.integers(0, 1000))
def test_it_comes_to_what_most_changes_take(seconds, jitter, seed):
    chance = random.Random(seed)
    expectation = Expectation(2.0)
    early = 0
    for number in range(1000):
        age = expectation.age
        takes = seconds * (1 + jitter * chance.uniform(-1, 1))
        if age >= takes:
            expectation.ended(age)
        else:
            expectation.going_on(age)
            early += number >= 500
    assert seconds * (1 - jitter) * 0.9 <= expectation.age <= seconds * (1 + jitter) * 1.3
    assert early <= 0.12 * 500
