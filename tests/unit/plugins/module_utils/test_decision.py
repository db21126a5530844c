# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a receipt, update_password and max_age decide together."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._change.age import KnownAge
from ansible_collections.community.sailpoint.plugins.module_utils._change.decision import (
    RESUMED,
    SAME_PASSWORD,
    SEND,
    UNKNOWN_AGE,
    YOUNG,
    UpdateOptions,
    decide,
    update_options,
)
from ansible_collections.community.sailpoint.plugins.module_utils._change.receipt import STATES, AccountKey, new_receipt
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError
from ansible_collections.community.sailpoint.plugins.module_utils._password import fingerprint as _fingerprint
from hypothesis import given
from hypothesis import strategies as st

SAME, OTHER = "Quiet-Harbour-42", "Quiet-Harbour-43"
NOW = 1795514400.0
DAY = 86400.0
ALWAYS = UpdateOptions()
WHEN_CHANGED = UpdateOptions("when_changed")

with pytest.MonkeyPatch.context() as patch:
    # A cheap fingerprint.
    patch.setattr(_fingerprint, "_N", 2)
    SENT = new_receipt(AccountKey("tenant", "source", "account"), SAME, bytes(16), NOW)


def receipt(state, request_id="r", age=0.0):
    return SENT._replace(state=state, request_id=request_id, time=NOW - age)


@pytest.mark.parametrize("options", [ALWAYS, WHEN_CHANGED, UpdateOptions("when_changed", DAY)])
def test_a_password_is_set_without_a_receipt(options):
    assert decide(None, SAME, options, NOW) == SEND


@pytest.mark.parametrize(
    ("state", "password", "options", "decision"),
    [
        ("FINISHED", SAME, ALWAYS, SEND),
        ("FINISHED", OTHER, ALWAYS, SEND),
        ("FINISHED", SAME, WHEN_CHANGED, SAME_PASSWORD),
        ("FINISHED", OTHER, WHEN_CHANGED, SEND),
        ("IN_PROGRESS", SAME, ALWAYS, RESUMED),
        ("IN_PROGRESS", SAME, WHEN_CHANGED, RESUMED),
        ("IN_PROGRESS", OTHER, WHEN_CHANGED, SEND),
        ("FAILED", SAME, WHEN_CHANGED, SEND),
        ("UNKNOWN", SAME, WHEN_CHANGED, SEND),
    ],
)
def test_what_is_decided(state, password, options, decision):
    assert decide(receipt(state), password, options, NOW) == decision
    # An age counts only for a finished change.
    young = decide(receipt(state), password, options._replace(max_age=DAY), NOW)
    assert young == (YOUNG if state == "FINISHED" else decision)


@pytest.mark.parametrize(
    ("age", "young"),
    [
        (DAY - 1, True),
        (DAY, False),
        # A clock may be ahead by up to a day. Beyond that, it was wrong.
        (-DAY, True),
        (-DAY - 1, False),
    ],
)
def test_young_is_less_than_max_age(age, young):
    aged = receipt("FINISHED", age=age)
    assert decide(aged, OTHER, UpdateOptions(max_age=DAY), NOW) == (YOUNG if young else SEND)
    assert decide(aged, SAME, UpdateOptions("when_changed", DAY), NOW) == (YOUNG if young else SAME_PASSWORD)


@given(
    st.sampled_from(STATES),
    st.sampled_from([None, "r"]),
    st.sampled_from([SAME, OTHER]),
    st.sampled_from(["always", "when_changed"]),
    st.none() | st.floats(1, 1e9),
    st.floats(-1e9, 1e9),
)
def test_a_change_is_skipped_only_for_its_documented_reason(state, request_id, password, update_password, max_age, age):
    options = UpdateOptions(update_password, max_age)
    decision = decide(receipt(state, request_id, age), password, options, NOW)
    if decision == YOUNG:
        assert state == "FINISHED" and max_age is not None and NOW - (NOW - age) < max_age
    elif decision == SAME_PASSWORD:
        assert (state, password, update_password) == ("FINISHED", SAME, "when_changed")
    elif decision == RESUMED:
        assert (state, request_id, password) == ("IN_PROGRESS", "r", SAME)
    else:
        assert decision == SEND
    # Time passing never makes a password young.
    assert decide(receipt(state, request_id, age), password, options, NOW + 1e10) != YOUNG


ASKING = UpdateOptions(max_age=90 * DAY, age_from="isc")


def isc_knows(days):
    """Return a function that asks ISC for the age, and the list of its calls."""
    asked = []

    def ask():
        asked.append(days)
        return KnownAge("isc", None if days is None else NOW - days * DAY)

    return ask, asked


@pytest.mark.parametrize(
    ("earlier", "days", "decision"),
    [
        (None, 10, YOUNG),
        (None, 100, SEND),
        (None, None, UNKNOWN_AGE),
        # The later of ISC's and the collection's own change counts.
        (("FINISHED", 100), 10, YOUNG),
        (("FINISHED", 100), 200, SEND),
        (("FINISHED", 100), None, SEND),
        # A failed change left the password as it was.
        (("FAILED", 10), 10, YOUNG),
        (("FAILED", 10), None, UNKNOWN_AGE),
    ],
)
def test_isc_is_asked_where_the_receipt_does_not_decide(earlier, days, decision):
    stored = None if earlier is None else receipt(earlier[0], age=earlier[1] * DAY)
    ask, asked = isc_knows(days)
    assert decide(stored, OTHER, ASKING._replace(unknown_age="skip"), NOW, ask) == decision
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("state", "days", "password", "options", "decision"),
    [
        ("FINISHED", 10, OTHER, ASKING, YOUNG),
        ("FINISHED", 100, SAME, ASKING._replace(update_password="when_changed"), SAME_PASSWORD),
        ("IN_PROGRESS", 10, SAME, ASKING, RESUMED),
        # The password in effect is unknown, so its age doesn't help.
        ("IN_PROGRESS", 10, OTHER, ASKING, SEND),
        ("UNKNOWN", 10, SAME, ASKING, SEND),
        ("FINISHED", 100, OTHER, ASKING._replace(age_from="receipt"), SEND),
        ("FINISHED", 100, OTHER, ASKING._replace(max_age=None), SEND),
    ],
)
def test_isc_is_not_asked_where_its_response_would_not_matter(state, days, password, options, decision):
    ask, asked = isc_knows(10)
    assert decide(receipt(state, age=days * DAY), password, options, NOW, ask) == decision
    assert asked == []


def test_an_age_from_isc_needs_no_receipt():
    given = {"update_password": "always", "max_age": "90d", "age_from": "isc", "unknown_age": "fail", "reload": True}
    options = update_options(given)
    assert options == ASKING._replace(unknown_age="fail", reload=True) and options.asks_isc
    # Comparing the password still requires a receipt.
    with pytest.raises(InputError, match="^update_password is when_changed, but no receipt"):
        update_options({**given, "update_password": "when_changed"})


@pytest.mark.parametrize("option", [{"receipt": {}}, {"receipt": {"format": 1}}, {"receipt_file": "/x"}])
def test_the_options_are_read(option):
    given = {"update_password": "when_changed", "max_age": "30d", **option}
    assert update_options(given) == UpdateOptions("when_changed", 30 * DAY)


def test_by_default_no_receipt_is_needed():
    assert update_options({"update_password": "always"}) == ALWAYS
    # As AWX gives an optional field.
    assert update_options({"update_password": "always", "max_age": ""}) == ALWAYS


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"update_password": "when_changed"}, "update_password is when_changed, but no receipt shows"),
        ({"update_password": "always", "max_age": "1d"}, "max_age is given, but no receipt shows"),
    ],
)
def test_options_that_need_a_receipt_are_refused_without_one(given, problem):
    with pytest.raises(InputError) as refusal:
        update_options(given)
    assert refusal.value.message.startswith(problem)
    assert refusal.value.hint.startswith("Give receipt_file, or receipt")


def test_an_invalid_age_is_refused():
    with pytest.raises(InputError, match="^max_age is 'soon'"):
        update_options({"update_password": "always", "max_age": "soon", "receipt": {}})
