# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report on the journals of a batch, including the progress over time."""

from __future__ import annotations

import json

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError
from ansible_collections.community.sailpoint.plugins.module_utils._outcomes import OUTCOMES
from ansible_collections.community.sailpoint.plugins.plugin_utils._report.batch import KILLED, MAX_POINTS, check_tenant
from hypothesis import given
from hypothesis import strategies as st
from support.journals import AD, TENANT, JournalText, finished, report


def of(journal, name="abby"):
    """Return the entry of the account with the given name."""
    (found,) = [account for account in report(journal)["accounts"] if account["name"] == name]
    return found


def test_a_report_on_one_change_has_all_keys():
    times = {"began_at": "2026-03-14T09:00:00.000Z", "ended_at": "2026-03-14T09:00:05.000Z"}
    assert report(finished("abby", 1, 4.5).ended(5)) == {
        "format": 1,
        "title": "Title",
        "tenant": TENANT,
        **times,
        "duration": 5.0,
        "runs": [{**times, "accounts": 1, "stopped": None}],
        "totals": {"accounts": 1, **dict.fromkeys(OUTCOMES, 0), "finished": 1},
        "reasons": [],
        "progress": [
            {"seconds": 0.0, "sent": 0, "finished": 0, "failed": 0},
            {"seconds": 1.0, "sent": 1, "finished": 0, "failed": 0},
            {"seconds": 4.5, "sent": 1, "finished": 1, "failed": 0},
            {"seconds": 5.0, "sent": 1, "finished": 1, "failed": 0},
        ],
        "accounts": [
            {
                "name": "abby",
                "user_name": "abby",
                "source_name": AD,
                "account_id": "CN=number 0,DC=acme",
                "source_id": "source-1",
                "request_id": "request-0",
                "outcome": "finished",
                "state": "FINISHED",
                "errors": [],
                "reason": None,
                "reason_index": None,
                "sent_at": "2026-03-14T09:00:01.000Z",
                "ended_at": "2026-03-14T09:00:04.500Z",
                "duration": 3.5,
            }
        ],
    }


def test_the_ids_of_isc_replace_those_that_were_given():
    journal = JournalText().began(0, 1)
    number = journal.account("svc", identity_id="i", source_id="given", account_id="CN=given")
    before = of(journal, "svc")
    assert (before["account_id"], before["source_id"]) == ("CN=given", "given")
    assert (before["user_name"], before["source_name"]) == (None, None)
    after = of(journal.sent(number, 1, account_id="CN=found"), "svc")
    assert (after["account_id"], after["source_id"]) == ("CN=found", "source-1")


@pytest.mark.parametrize(
    ("step", "outcome", "reason"),
    [
        ("added", "not_sent", None),
        ("sending", "unknown", KILLED),
        ("accepted", "accepted", None),
        ("finished", "finished", None),
        ("failed", "failed", "ISC reported a failure and gave no reason."),
        ("refused", "refused", "The change was refused without a reason."),
        ("unknown", "unknown", "The outcome of the change is not known."),
    ],
)
def test_the_last_step_is_the_outcome(step, outcome, reason):
    journal = JournalText().began(0, 1)
    number = journal.account("abby")
    if step == "sending":
        journal.sent(number, 1)
    elif step != "added":
        journal.accepted(number, 1)
        if step != "accepted":
            journal.step(number, step, 2)
    account = of(journal)
    assert (account["outcome"], account["reason"]) == (outcome, reason)
    totals = report(journal)["totals"]
    assert totals == {"accounts": 1, **dict.fromkeys(OUTCOMES, 0), outcome: 1}


def test_the_reason_is_shown_or_else_the_joined_errors():
    journal = JournalText().began(0, 2)
    journal.ending("abby", "failed", 1, 2, errors=["No.", "Never."], reason="ISC says no.")
    journal.ending("zoe", "failed", 1, 2, errors=["No.", "Never."])
    assert (of(journal)["reason"], of(journal)["errors"]) == ("ISC says no.", ["No.", "Never."])
    assert of(journal, "zoe")["reason"] == "No.; Never."


def test_a_finished_change_has_no_reason_even_with_errors():
    journal = JournalText().began(0, 1).ending("abby", "finished", 1, 2, errors=["A warning."])
    assert (of(journal)["reason"], of(journal)["errors"]) == (None, ["A warning."])
    assert report(journal)["reasons"] == []


def test_similar_reasons_are_counted_together_most_frequent_first():
    journal = JournalText().began(0, 5)
    for name in ("abby", "zoe"):
        journal.step(journal.account(name), "refused", 1, reason=f"ISC knows no user {name}.")
    for name in ("one", "two", "three"):
        journal.ending(name, "failed", 1, 2, reason="In the history.")
    result = report(journal)
    assert result["reasons"] == [
        {"reason": "In the history.", "outcome": "failed", "count": 3},
        {"reason": "ISC knows no user <user_name>.", "outcome": "refused", "count": 2},
    ]
    assert [account["reason_index"] for account in result["accounts"]] == [1, 1, 0, 0, 0]
    assert result["accounts"][0]["reason"] == "ISC knows no user abby."


def test_equal_failures_are_one_reason_whatever_their_tracking_ids():
    journal = JournalText().began(0, 2)
    for name, tracking_id in (("abby", "4d7f"), ("zoe", "99aa")):
        reason = f"ISC refused to set password (HTTP 400, trackingId {tracking_id}). Check it."
        journal.step(journal.account(name), "refused", 1, reason=reason)
    result = report(journal)
    reason = "ISC refused to set password (HTTP 400, trackingId <tracking_id>). Check it."
    assert result["reasons"] == [{"reason": reason, "outcome": "refused", "count": 2}]
    assert "trackingId 99aa" in result["accounts"][1]["reason"]


def test_the_same_reason_for_two_outcomes_is_two_kinds():
    journal = JournalText().began(0, 2)
    journal.ending("abby", "failed", 1, 2, reason="No.").ending("zoe", "unknown", 1, 2, reason="No.")
    assert [(one["outcome"], one["count"]) for one in report(journal)["reasons"]] == [("failed", 1), ("unknown", 1)]


def test_a_reason_that_only_one_account_has_names_the_account():
    journal = JournalText().began(0, 1).ending("abby", "failed", 1, 2, reason="ISC knows no user abby.")
    assert report(journal)["reasons"][0]["reason"] == "ISC knows no user abby."


def test_each_identifier_of_an_account_has_a_placeholder():
    journal = JournalText().began(0, 2)
    for letter in "ab":
        number = journal.account(f"name {letter}", identity_id=f"id-{letter}", account_name=f"acc {letter}")
        journal.accepted(number, 1, account_id=f"CN={letter}")
        reason = f"name {letter}, id-{letter}, acc {letter}, CN={letter}, request-{number}"
        journal.step(number, "failed", 2, reason=reason)
    (reason,) = report(journal)["reasons"]
    assert reason["reason"] == "<name>, <identity_id>, <account_name>, <account_id>, <request_id>"


def test_a_placeholder_stands_for_a_whole_word_and_the_longest_name_wins():
    journal = JournalText().began(0, 2)
    for name in ("al", "bo"):
        number = journal.account(f"{name}.smith", user_name=name)
        journal.step(number, "refused", 1, reason=f"{name}.smith is not {name}, and not in the hall of bobo.")
    (reason,) = report(journal)["reasons"]
    assert reason["reason"] == "<name> is not <user_name>, and not in the hall of bobo."


def test_a_name_is_not_taken_for_a_pattern():
    journal = JournalText().began(0, 2)
    for name in ("a.+(", "b.+("):
        journal.step(journal.account(name), "refused", 1, reason=f"No user {name} here.")
    assert report(journal)["reasons"][0]["reason"] == "No user <user_name> here."


def test_the_latest_event_of_several_journals_wins_in_any_order():
    first = JournalText().began(0, 1).ending("abby", "failed", 1, 2, reason="No.").ended(3)
    second = finished("abby", 11, 12, JournalText().began(10, 1)).ended(13)
    for journals in ((first, second), (second, first)):
        result = report(*journals)
        assert result["totals"]["accounts"] == result["totals"]["finished"] == 1
        assert result["reasons"] == []
        assert [run["began_at"][17:19] for run in result["runs"]] == ["00", "10"]
        assert (result["began_at"], result["ended_at"]) == ("2026-03-14T09:00:00.000Z", "2026-03-14T09:00:13.000Z")


@pytest.mark.parametrize("step", ["sending", "accepted"])
def test_a_later_change_that_has_not_ended_wins_too(step):
    later = JournalText().began(10, 1)
    number = later.account("abby")
    if step == "sending":
        later.sent(number, 11)
    else:
        later.accepted(number, 11, sent_at=1)
    assert report(finished("abby", 1, 2), later)["totals"]["finished"] == 0


def test_a_later_journal_that_only_names_an_account_changes_nothing():
    later = JournalText().began(10, 1)
    later.account("abby")
    assert report(finished("abby", 1, 2), later)["totals"]["finished"] == 1
    assert report(later, finished("abby", 1, 2))["totals"]["finished"] == 1


def test_slices_are_added_up():
    result = report(finished("abby", 1, 2).ended(4), finished("zoe", 2, 3, JournalText().began(1, 1)).ended(3))
    assert result["totals"]["finished"] == 2
    assert [account["name"] for account in result["accounts"]] == ["abby", "zoe"]
    assert (result["duration"], len(result["runs"])) == (4.0, 2)


def test_accounts_of_the_same_name_on_two_sources_are_two():
    journal = JournalText().began(0, 2)
    for source in ("One", "Two"):
        journal.account("abby", user_name="abby", source_name=source)
    assert report(journal)["totals"]["not_sent"] == 2


def test_repeated_runs_of_one_journal_are_listed_and_the_last_change_counts():
    journal = JournalText().began(0, 1).ending("abby", "failed", 1, 2, reason="No.").ended(3, "max_failures")
    journal.began(10, 1).accepted(0, 12, sent_at=11).step(0, "finished", 13, state="FINISHED").ended(14)
    result = report(journal)
    assert [(run["stopped"], run["accounts"]) for run in result["runs"]] == [("max_failures", 1), (None, 1)]
    assert (result["accounts"][0]["outcome"], result["accounts"][0]["duration"]) == ("finished", 2.0)
    assert result["progress"][0] == {"seconds": 0.0, "sent": 0, "finished": 0, "failed": 0}


def test_a_journal_of_one_line_has_no_times():
    result = report(JournalText())
    assert (result["tenant"], result["began_at"], result["ended_at"], result["duration"]) == (TENANT, None, None, None)
    assert (result["runs"], result["progress"], result["accounts"]) == ([], [], [])


def test_journals_of_two_tenants_are_refused():
    check_tenant({"journal /a": JournalText().history, "journal /b": JournalText().history})
    histories = {"journal /a": JournalText().history, "journal /b": JournalText("https://other.example").history}
    with pytest.raises(InputError) as refused:
        check_tenant(histories)
    assert refused.value.message == (
        f"journals: journal /b is of the tenant https://other.example, and journal /a of {TENANT}."
    )


def test_an_empty_journal_is_refused():
    empty = JournalText()
    empty.lines = []
    with pytest.raises(InputError, match="^journals: journal /a has no lines."):
        check_tenant({"journal /a": empty.history})


def test_a_killed_run_ends_with_its_last_event():
    journal = finished("abby", 1, 4)
    number = journal.account("zoe")
    result = report(journal.sent(number, 7))
    assert result["runs"][0]["ended_at"] is None
    assert (result["ended_at"], result["duration"]) == ("2026-03-14T09:00:07.000Z", 7.0)
    assert result["progress"][-1] == {"seconds": 7.0, "sent": 2, "finished": 1, "failed": 1}
    zoe = result["accounts"][1]
    assert (zoe["reason"], zoe["ended_at"], zoe["duration"]) == (KILLED, None, None)


def test_a_run_without_any_event_lasts_no_time():
    result = report(JournalText().began(5, 3))
    assert (result["duration"], result["progress"]) == (0.0, [{"seconds": 0.0, "sent": 0, "finished": 0, "failed": 0}])
    assert result["totals"]["accounts"] == 0


def test_a_refused_account_counts_as_sent_and_a_not_sent_one_never():
    journal = JournalText().began(0, 2)
    journal.step(journal.account("abby"), "refused", 2, reason="No.")
    journal.account("zoe")
    assert report(journal)["progress"] == [
        {"seconds": 0.0, "sent": 0, "finished": 0, "failed": 0},
        {"seconds": 2.0, "sent": 1, "finished": 0, "failed": 1},
    ]


def test_an_unchanged_account_counts_as_finished():
    journal = JournalText().began(0, 1)
    journal.step(journal.account("abby"), "unchanged", 2, reason="young").ended(3)
    result = report(journal)
    assert result["progress"][-1] == {"seconds": 3.0, "sent": 1, "finished": 1, "failed": 0}
    assert (result["totals"]["unchanged"], result["reasons"]) == (1, [])


def test_the_pause_between_two_runs_does_not_count():
    journal = finished("abby", 1, 4).ended(5).began(3605, 2)
    journal.ending("zoe", "finished", 3606, 3609, state="FINISHED").ended(3610)
    result = report(journal)
    assert (result["began_at"], result["ended_at"]) == ("2026-03-14T09:00:00.000Z", "2026-03-14T10:00:10.000Z")
    assert result["duration"] == 10.0
    assert [point["seconds"] for point in result["progress"]] == [0.0, 1.0, 4.0, 6.0, 9.0, 10.0]


def test_the_pause_after_a_killed_run_does_not_count():
    journal = finished("abby", 1, 4).began(100, 1)
    journal.ending("zoe", "finished", 101, 103, state="FINISHED").ended(104)
    assert report(journal)["duration"] == 8.0


def test_runs_at_the_same_time_count_once():
    first = finished("abby", 1, 4).ended(5)
    second = finished("zoe", 4, 8, JournalText().began(3, 1)).ended(9)
    assert report(first, second)["duration"] == 9.0


def test_many_points_in_time_are_thinned_out():
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
def test_the_numbers_of_any_journals_agree(journals, killed):
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
    result = report(*histories)
    totals, progress, accounts = result["totals"], result["progress"], result["accounts"]
    assert totals["accounts"] == len(accounts) == sum(totals[outcome] for outcome in OUTCOMES)
    failed = totals["failed"] + totals["refused"] + totals["unknown"]
    assert sum(reason["count"] for reason in result["reasons"]) == failed
    assert [reason["count"] for reason in result["reasons"]] == sorted(
        (sum(account["reason_index"] == index for account in accounts) for index in range(len(result["reasons"]))),
        reverse=True,
    )
    assert 1 <= len(progress) <= MAX_POINTS
    for point in progress:
        assert point["finished"] + point["failed"] <= point["sent"] <= totals["accounts"]
    for key in ("seconds", "sent", "finished", "failed"):
        assert [point[key] for point in progress] == sorted(point[key] for point in progress)
    last = progress[-1]
    assert last == {
        "seconds": result["duration"],
        "sent": totals["accounts"] - totals["not_sent"],
        "finished": totals["finished"],
        "failed": failed,
    }
    assert json.dumps(result) == json.dumps(report(*histories))
