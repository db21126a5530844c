# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outcomes of many hosts, as numbers for a workflow and as a line for people."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation.totals import (
    MOST_FAILURES,
    add_results,
    as_stats,
    has_failed,
    summary,
)

NONE = {"finished": 0, "accepted": 0, "unchanged": 0, "refused": 0, "failed": 0, "unknown": 0, "not_sent": 0}


def result(outcome, step=None, **more):
    return {"outcome": outcome, "step": step, "msg": f"It is {outcome}.", "request_id": "r", "changed": True, **more}


GOOD = result("finished")
HOOK_FAILED = result("finished", "hook_after")
MIXED = [result("not_sent", "set"), result("unchanged")]
CHECK_MODE = {"journal": "/j", "check_mode": True}


@pytest.mark.parametrize(
    ("one", "failed"),
    [
        *((result(outcome), False) for outcome in ("finished", "accepted", "unchanged")),
        (HOOK_FAILED, True),
        (result("refused", "options"), True),
        *((result(outcome, "set"), True) for outcome in ("failed", "unknown", "not_sent")),
    ],
)
def test_which_results_are_failures(one, failed):
    assert has_failed(one) is failed


def test_outcomes_are_counted_and_failures_listed():
    assert add_results({}, {}) == {"totals": NONE, "failed_hosts": [], "unknown_hosts": [], "failures": {}}
    totals = add_results({}, {"a": GOOD, "b": result("unknown", "wait"), "c": HOOK_FAILED, "d": result("unchanged")})
    assert totals == {
        "totals": {**NONE, "finished": 2, "unknown": 1, "unchanged": 1},
        "failed_hosts": ["b", "c"],
        "unknown_hosts": ["b"],
        "failures": {
            "b": {"outcome": "unknown", "step": "wait", "msg": "It is unknown.", "request_id": "r"},
            "c": {"outcome": "finished", "step": "hook_after", "msg": "It is finished.", "request_id": "r"},
        },
    }


def test_serial_batches_add_up_and_leave_the_earlier_totals_alone():
    first = add_results({}, {"a": result("failed", "wait")})
    before = repr(first)
    second = add_results({**first, "recent": [1.0]}, {"b": result("failed", "wait"), "c": GOOD})
    assert repr(first) == before
    assert second["totals"] == {**NONE, "failed": 2, "finished": 1}
    assert second["failed_hosts"] == list(second["failures"]) == ["a", "b"]


def test_many_failures_are_counted_but_not_all_listed():
    totals = add_results({}, {f"h{number}": result("refused", "query") for number in range(MOST_FAILURES + 5)})
    assert totals["totals"]["refused"] == len(totals["failed_hosts"]) == MOST_FAILURES + 5
    assert list(totals["failures"]) == [f"h{number}" for number in range(MOST_FAILURES)]


@pytest.mark.parametrize("aggregate", [False, True])
def test_statistics_for_a_workflow(aggregate):
    stats = {"data": {"rotate_password_stats": {"totals": NONE}}, "aggregate": aggregate, "per_host": False}
    assert as_stats({"totals": NONE}, aggregate) == {"ansible_stats": stats}


@pytest.mark.parametrize(
    ("results", "more", "line"),
    [
        ([], {}, "0 accounts: nothing to do, in 2 s."),
        ([GOOD], {}, "1 account: 1 finished, in 2 s."),
        ([*MIXED, GOOD, GOOD], {}, "4 accounts: 2 finished, 1 unchanged, 1 not sent, in 2 s."),
        ([GOOD, HOOK_FAILED], {}, "2 accounts: 2 finished, 1 with a failure after the change, in 2 s."),
        (
            [GOOD],
            {"journal": "/j", "reports": ["/a.json", "/a.html"]},
            "1 account: 1 finished, in 2 s; journal /j; report /a.json; report /a.html.",
        ),
        ([GOOD], CHECK_MODE, "1 account: 1 finished, in 2 s (check mode, nothing was sent)."),
    ],
)
def test_summary_line(results, more, line):
    assert summary(results, 2.4, **{"journal": None, "reports": [], "check_mode": False, **more}) == line
