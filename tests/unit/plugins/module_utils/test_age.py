# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The age of a password: which source counts, what the age means, and how it is explained."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._change.age import (
    KnownAge,
    check_age_options,
    judge,
    newer,
)
from ansible_collections.community.sailpoint.plugins.module_utils._errors import AgeUnknownError, InputError

NOW = 1795514400.0
DAY = 86400.0


def known(days, age_from="isc"):
    return KnownAge(age_from, None if days is None else NOW - days * DAY)


@pytest.mark.parametrize(
    ("days", "unknown_age", "verdict"),
    [
        (0, "skip", "young"),
        (89.9, "skip", "young"),
        (90, "skip", "due"),
        (4000, "fail", "due"),
        # Clocks may differ by up to a day. A later time says nothing.
        (-1, "change", "young"),
        (-2, "change", "due"),
        (-2, "skip", "skipped"),
        (None, "change", "due"),
        (None, "skip", "skipped"),
    ],
)
def test_an_age_decides_what_happens(days, unknown_age, verdict):
    assert judge(known(days), 90 * DAY, unknown_age, NOW) == verdict


@pytest.mark.parametrize("days", [None, -2])
def test_an_unknown_age_fails_on_request(days):
    with pytest.raises(AgeUnknownError, match="^ISC doesn't know how old the password is") as error:
        judge(known(days), DAY, "fail", NOW)
    assert "unknown_age" in error.value.hint and error.value.hint.startswith("Nothing was sent")


@pytest.mark.parametrize(
    ("stored", "isc", "counts"),
    [(5, 7, 5), (7, 5, 5), (None, 5, 5), (5, None, 5), (None, None, None), (-9, 5, 5), (5, -9, 5)],
)
def test_the_later_change_counts_unless_it_is_in_the_future(stored, isc, counts):
    both = known(stored, "store"), known(isc)
    assert newer(*both, NOW) in both
    assert newer(*both, NOW).last_set == known(counts).last_set
    assert newer(None, known(isc), NOW) == known(isc)


def test_the_explanation_names_the_origin_of_the_age_and_its_limits():
    assert known(3).as_result(NOW) == {
        "age_from": "isc",
        "password_last_set": "2026-11-21T10:00:00Z",
        "password_age_days": 3,
        "explanation": "ISC says that the password was set at 2026-11-21T10:00:00Z. It knows that from the last "
        "aggregation of the source, and Search may lag another 24 hours behind, so a password that was set since then "
        "counts as older than it is.",
    }
    assert known(None).as_result(NOW) == {
        "age_from": "isc",
        "password_last_set": None,
        "password_age_days": None,
        "explanation": "ISC doesn't know when the password was set.",
    }
    for origin in ("store", "receipt"):
        assert known(3, origin).explanation == (
            f"The {origin} says that the password was set at 2026-11-21T10:00:00Z, with the change that it remembers."
        )
    for days in (3, None):
        text = known(days)._replace(reloaded=True).explanation
        assert text.endswith(" It was asked to read the account again just before. Search may still lag behind.")


NOTHING = {"max_age": None, "age_from": "receipt", "unknown_age": "change", "reload": False}


@pytest.mark.parametrize("max_age", [None, "", " "])
@pytest.mark.parametrize(("name", "value"), [("age_from", "isc"), ("unknown_age", "skip"), ("reload", True)])
def test_options_of_an_age_are_refused_without_max_age(name, value, max_age):
    with pytest.raises(InputError, match=f"^p_{name} is {str(value).lower()}, which has no effect without p_max_age"):
        check_age_options({**NOTHING, "max_age": max_age, name: value}, "receipt", "p_")


@pytest.mark.parametrize(("name", "value"), [("unknown_age", "fail"), ("reload", True)])
def test_options_about_isc_are_refused_where_isc_is_not_asked(name, value):
    asked = {**NOTHING, "max_age": "1d", name: value}
    with pytest.raises(InputError, match=f"^{name} is {str(value).lower()}, .* but age_from is receipt") as error:
        check_age_options(asked, "receipt")
    assert error.value.hint == "Set age_from to isc, or leave the option out."
    check_age_options({**asked, "age_from": "isc"}, "receipt")
    check_age_options({**asked, "age_from": None}, "isc")
