# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing that ISC says of a change tells its password."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import Change
from ansible_collections.community.sailpoint.plugins.module_utils._change.masking import (
    masked,
    masked_change,
    masked_error,
)
from ansible_collections.community.sailpoint.plugins.module_utils._errors import ApiError, IscError
from ansible_collections.community.sailpoint.tests.unit.flows import (
    PASSWORD,
    RUNNING,
    PerformedFlow,
    api_error,
    rate_limited,
)

SAID = f"The value {PASSWORD} is not allowed."
SHOWN = "The value ******** is not allowed."


@pytest.mark.parametrize(
    ("password", "text", "shown"),
    [
        ("Quiet-Harbour-42", "no Quiet-Harbour-42, no", "no ********, no"),
        ("abcd", "xabcdxabcd", "x********x********"),
        ("abc", "abc", "abc"),
        ("", "text", "text"),
        (None, "None", "None"),
    ],
)
def test_it_is_masked_unless_it_is_too_short(password, text, shown):
    assert masked(text, password) == shown
    assert masked({text: [text, {"key": text}, 7, None]}, password) == {text: [shown, {"key": shown}, 7, None]}
    assert masked_change(Change("r", text, (text,), (text, "s")), password) == Change("r", text, (shown,), (shown, "s"))
    error = masked_error(IscError(text, text, messages=[text]), password)
    assert (error.message, error.hint, error.details) == (shown, shown, {"messages": [shown]})


def test_what_is_masked_is_a_copy():
    error = IscError(SAID, SAID, messages=[SAID])
    masked_error(error, PASSWORD)
    assert (error.message, error.hint, error.details) == (SAID, SAID, {"messages": [SAID]})
    assert masked_error(IscError("No."), PASSWORD).hint is None


def test_a_password_that_isc_repeats_in_a_change_is_masked():
    run = PerformedFlow(
        set=[Change("r", "IN_PROGRESS", (SAID,), (PASSWORD,))], status=[Change("r", "FAILED", (SAID, "No."), (SAID,))]
    )
    assert run.next(2) == Change("r", "IN_PROGRESS", (SHOWN,), ("********",))
    assert run.next() == Change("r", "FAILED", (SHOWN, "No."), (SHOWN,))
    assert PASSWORD not in f"{run.log.told} {run.flow.change} {run.flow.error.as_result()}"


@pytest.mark.parametrize("request_", ["query", "set", "status"])
@pytest.mark.parametrize("status", [400, 503])
def test_a_password_that_isc_repeats_in_a_refusal_is_masked(request_, status):
    refusal = ApiError(SAID, SAID, status_code=status, messages=[{"text": SAID}], tracking_id=PASSWORD)
    run = PerformedFlow(**{request_: [refusal]})
    error = run.next({"query": 1, "set": 2, "status": 3}[request_])
    assert SHOWN in error.message and SHOWN in str(error.args)
    assert (error.details["tracking_id"], error.details["messages"]) == ("********", [{"text": SHOWN}])
    logged = [each.as_result() for _step, each in run.log.told[-1:] if isinstance(each, IscError)]
    ended = run.flow.error.as_result() if run.flow.error else {}
    assert PASSWORD not in f"{error.as_result()} {logged} {ended}"
    assert bool(logged) is ((request_, status) != ("status", 503))


def test_a_random_password_is_masked_too():
    run = PerformedFlow(password=None, set=[RUNNING])
    run.next()
    said = api_error(400, messages=[run.flow.password])
    run.client._scripts["set"] = [said]
    assert run.next().details["messages"] == ["********"]


def test_a_masked_error_is_still_what_it_was():
    run = PerformedFlow(set=[rate_limited(7.0)])
    error = run.next(2)
    assert (type(error).__name__, error.retry_after, error.status_code) == ("RateLimitError", 7, 429)
    at_login = api_error(503)
    at_login.at_login = True
    assert PerformedFlow(set=[at_login]).next(2).at_login
