# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a report tells of accounts over time, and that its numbers agree."""

from __future__ import annotations

import json

from ansible_collections.community.sailpoint.plugins.module_utils._outcomes import OUTCOMES
from ansible_collections.community.sailpoint.plugins.plugin_utils._report.batch import KILLED, MAX_POINTS
from hypothesis import given
from hypothesis import strategies as st
from support.journals import JournalText, finished, report


def test_a_killed_run_ends_with_its_last_event():
    journal = finished("abby", 1, 4)
    number = journal.account("zoe")
    told = report(journal.sent(number, 7))
    assert told["runs"][0]["ended_at"] is None
    assert (told["ended_at"], told["duration"]) == ("2026-03-14T09:00:07.000Z", 7.0)
    assert told["progress"][-1] == {"seconds": 7.0, "sent": 2, "finished": 1, "failed": 1}
    zoe = told["accounts"][1]
    assert (zoe["reason"], zoe["ended_at"], zoe["duration"]) == (KILLED, None, None)


def test_a_run_without_any_event_lasts_no_time():
    told = report(JournalText().began(5, 3))
    assert (told["duration"], told["progress"]) == (0.0, [{"seconds": 0.0, "sent": 0, "finished": 0, "failed": 0}])
    assert told["totals"]["accounts"] == 0


def test_what_was_refused_unsent_counts_as_sent_then_and_what_was_not_sent_never():
    journal = JournalText().began(0, 2)
    journal.step(journal.account("abby"), "refused", 2, reason="No.")
    journal.account("zoe")
    assert report(journal)["progress"] == [
        {"seconds": 0.0, "sent": 0, "finished": 0, "failed": 0},
        {"seconds": 2.0, "sent": 1, "finished": 0, "failed": 1},
    ]


def test_what_was_not_due_counts_as_finished():
    journal = JournalText().began(0, 1)
    journal.step(journal.account("abby"), "unchanged", 2, reason="young").ended(3)
    told = report(journal)
    assert told["progress"][-1] == {"seconds": 3.0, "sent": 1, "finished": 1, "failed": 0}
    assert (told["totals"]["unchanged"], told["reasons"]) == (1, [])


def test_the_pause_between_two_runs_is_no_time():
    journal = finished("abby", 1, 4).ended(5).began(3605, 2)
    journal.ending("zoe", "finished", 3606, 3609, state="FINISHED").ended(3610)
    told = report(journal)
    assert (told["began_at"], told["ended_at"]) == ("2026-03-14T09:00:00.000Z", "2026-03-14T10:00:10.000Z")
    assert told["duration"] == 10.0
    assert [point["seconds"] for point in told["progress"]] == [0.0, 1.0, 4.0, 6.0, 9.0, 10.0]


def test_the_pause_after_a_killed_run_is_no_time():
    journal = finished("abby", 1, 4).began(100, 1)
    journal.ending("zoe", "finished", 101, 103, state="FINISHED").ended(104)
    assert report(journal)["duration"] == 8.0


def test_runs_at_the_same_time_count_once():
    first = finished("abby", 1, 4).ended(5)
    second = finished("zoe", 4, 8, JournalText().began(3, 1)).ended(9)
    assert report(first, second)["duration"] == 9.0


def test_many_points_in_time_become_few():
    journal = JournalText().began(0, 1000)
    for number in range(1000):
        finished(f"user{number}", number, number + 7, journal)
    progress = report(journal.ended(2000))["progress"]
    assert len(progress) == MAX_POINTS
    assert [progress[0]["seconds"], progress[1]["seconds"], progress[-1]["seconds"]] == [0.0, 10.05, 2000.0]
    assert (progress[1]["sent"], progress[1]["finished"]) == (11, 4)
    assert (progress[-1]["sent"], progress[-1]["finished"]) == (1000, 1000)


CHANGES = st.tuples(
    st.sampled_from(["added", "sending", "accepted", "finished", "failed", "refused", "unknown", "refused unsent"]),
    st.integers(-5, 300),
    # The clock may be set back between two steps.
    st.integers(-20, 300),
    st.sampled_from([None, "No.", "No user", ""]),
)


@given(st.lists(st.lists(CHANGES, max_size=150), min_size=1, max_size=3), st.booleans())
def test_numbers_agree_whatever_the_journals_tell(journals, killed):
    histories = []
    for changes in journals:
        journal = JournalText().began(0, len(changes))
        for name, (step, sent_at, lasts, reason) in enumerate(changes):
            number = journal.account(f"user{name}")
            if step == "refused unsent":
                journal.step(number, "refused", sent_at, reason=reason)
                continue
            if step != "added":
                journal.sent(number, sent_at)
            if step not in ("added", "sending"):
                journal.accepted(number, sent_at + 1, sent_at=sent_at)
            if step not in ("added", "sending", "accepted"):
                journal.step(number, step, sent_at + lasts, reason=reason)
        histories.append(journal if killed else journal.ended(400))
    told = report(*histories)
    assert_it_agrees(told)
    assert json.dumps(told) == json.dumps(report(*histories))


def assert_it_agrees(told):
    """Fail unless the parts of a report say the same."""
    totals, progress, accounts = told["totals"], told["progress"], told["accounts"]
    assert totals["accounts"] == len(accounts) == sum(totals[outcome] for outcome in OUTCOMES)
    failed = totals["failed"] + totals["refused"] + totals["unknown"]
    assert sum(reason["count"] for reason in told["reasons"]) == failed
    assert [reason["count"] for reason in told["reasons"]] == sorted(
        (sum(account["reason_index"] == index for account in accounts) for index in range(len(told["reasons"]))),
        reverse=True,
    )
    assert 1 <= len(progress) <= MAX_POINTS
    for point in progress:
        assert point["finished"] + point["failed"] <= point["sent"] <= totals["accounts"]
    for key in ("seconds", "sent", "finished", "failed"):
        assert [point[key] for point in progress] == sorted(point[key] for point in progress)
    last = progress[-1]
    assert last == {
        "seconds": told["duration"],
        "sent": totals["accounts"] - totals["not_sent"],
        "finished": totals["finished"],
        "failed": failed,
    }
