# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report says of the journals of a batch."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError
from ansible_collections.community.sailpoint.plugins.module_utils._outcomes import OUTCOMES
from ansible_collections.community.sailpoint.plugins.plugin_utils._report.batch import KILLED, check_tenant
from support.journals import AD, TENANT, JournalText, finished, report


def of(journal, name="abby"):
    """Return what a report says of the account of that name."""
    (found,) = [account for account in report(journal)["accounts"] if account["name"] == name]
    return found


def test_a_report_on_one_change_has_all_keys():
    assert report(finished("abby", 1, 4.5).ended(5)) == {
        "format": 1,
        "title": "Title",
        "tenant": TENANT,
        "began_at": "2026-03-14T09:00:00.000Z",
        "ended_at": "2026-03-14T09:00:05.000Z",
        "duration": 5.0,
        "runs": [
            {
                "began_at": "2026-03-14T09:00:00.000Z",
                "ended_at": "2026-03-14T09:00:05.000Z",
                "accounts": 1,
                "stopped": None,
            }
        ],
        "totals": {
            "accounts": 1,
            "finished": 1,
            "accepted": 0,
            "unchanged": 0,
            "failed": 0,
            "refused": 0,
            "unknown": 0,
            "not_sent": 0,
        },
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


def test_an_account_is_identified_by_what_was_given_until_more_is_known():
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


def test_a_reason_comes_before_errors_and_errors_are_joined():
    journal = JournalText().began(0, 2)
    journal.ending("abby", "failed", 1, 2, errors=["No.", "Never."], reason="ISC says no.")
    journal.ending("zoe", "failed", 1, 2, errors=["No.", "Never."])
    assert (of(journal)["reason"], of(journal)["errors"]) == ("ISC says no.", ["No.", "Never."])
    assert of(journal, "zoe")["reason"] == "No.; Never."


def test_a_change_that_finished_has_no_reason_even_where_errors_are_told():
    journal = JournalText().began(0, 1).ending("abby", "finished", 1, 2, errors=["A warning."])
    assert (of(journal)["reason"], of(journal)["errors"]) == (None, ["A warning."])
    assert report(journal)["reasons"] == []


def test_reasons_of_the_same_kind_are_counted_together_with_the_most_frequent_first():
    journal = JournalText().began(0, 5)
    for name in ("abby", "zoe"):
        journal.step(journal.account(name), "refused", 1, reason=f"ISC knows no user {name}.")
    for name in ("one", "two", "three"):
        journal.ending(name, "failed", 1, 2, reason="In the history.")
    told = report(journal)
    assert told["reasons"] == [
        {"reason": "In the history.", "outcome": "failed", "count": 3},
        {"reason": "ISC knows no user <user_name>.", "outcome": "refused", "count": 2},
    ]
    assert [account["reason_index"] for account in told["accounts"]] == [1, 1, 0, 0, 0]
    assert told["accounts"][0]["reason"] == "ISC knows no user abby."


def test_equal_failures_are_one_reason_whatever_their_tracking_ids():
    journal = JournalText().began(0, 2)
    for name, tracking_id in (("abby", "4d7f"), ("zoe", "99aa")):
        reason = f"ISC refused to set password (HTTP 400, trackingId {tracking_id}). Check it."
        journal.step(journal.account(name), "refused", 1, reason=reason)
    told = report(journal)
    assert told["reasons"] == [
        {
            "reason": "ISC refused to set password (HTTP 400, trackingId <tracking_id>). Check it.",
            "outcome": "refused",
            "count": 2,
        }
    ]
    assert "trackingId 99aa" in told["accounts"][1]["reason"]


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


def test_what_stands_in_a_name_is_no_pattern():
    journal = JournalText().began(0, 2)
    for name in ("a.+(", "b.+("):
        journal.step(journal.account(name), "refused", 1, reason=f"No user {name} here.")
    assert report(journal)["reasons"][0]["reason"] == "No user <user_name> here."


def test_the_latest_event_of_an_account_in_several_journals_wins_whatever_their_order():
    first = JournalText().began(0, 1).ending("abby", "failed", 1, 2, reason="No.").ended(3)
    second = finished("abby", 11, 12, JournalText().began(10, 1)).ended(13)
    for journals in ((first, second), (second, first)):
        told = report(*journals)
        assert told["totals"]["accounts"] == told["totals"]["finished"] == 1
        assert told["reasons"] == []
        assert [run["began_at"][17:19] for run in told["runs"]] == ["00", "10"]
        assert (told["began_at"], told["ended_at"]) == ("2026-03-14T09:00:00.000Z", "2026-03-14T09:00:13.000Z")


@pytest.mark.parametrize("step", ["sending", "accepted"])
def test_a_later_change_that_has_not_ended_wins_too(step):
    later = JournalText().began(10, 1)
    number = later.account("abby")
    if step == "sending":
        later.sent(number, 11)
    else:
        later.accepted(number, 11, sent_at=1)
    assert report(finished("abby", 1, 2), later)["totals"]["finished"] == 0


def test_an_account_that_a_later_journal_only_names_stays_as_it_is():
    later = JournalText().began(10, 1)
    later.account("abby")
    assert report(finished("abby", 1, 2), later)["totals"]["finished"] == 1
    assert report(later, finished("abby", 1, 2))["totals"]["finished"] == 1


def test_slices_are_added_up():
    told = report(finished("abby", 1, 2).ended(4), finished("zoe", 2, 3, JournalText().began(1, 1)).ended(3))
    assert told["totals"]["finished"] == 2
    assert [account["name"] for account in told["accounts"]] == ["abby", "zoe"]
    assert (told["duration"], len(told["runs"])) == (4.0, 2)


def test_accounts_of_the_same_name_are_two_where_they_are_identified_otherwise():
    journal = JournalText().began(0, 2)
    for source in ("One", "Two"):
        journal.account("abby", user_name="abby", source_name=source)
    assert report(journal)["totals"]["not_sent"] == 2


def test_repeated_runs_of_one_journal_are_listed_and_the_last_change_counts():
    journal = JournalText().began(0, 1).ending("abby", "failed", 1, 2, reason="No.").ended(3, "max_failures")
    journal.began(10, 1).accepted(0, 12, sent_at=11).step(0, "finished", 13, state="FINISHED").ended(14)
    told = report(journal)
    assert [(run["stopped"], run["accounts"]) for run in told["runs"]] == [("max_failures", 1), (None, 1)]
    assert (told["accounts"][0]["outcome"], told["accounts"][0]["duration"]) == ("finished", 2.0)
    assert told["progress"][0] == {"seconds": 0.0, "sent": 0, "finished": 0, "failed": 0}


def test_a_journal_with_a_first_line_only_has_no_times():
    told = report(JournalText())
    assert (told["tenant"], told["began_at"], told["ended_at"], told["duration"]) == (TENANT, None, None, None)
    assert (told["runs"], told["progress"], told["accounts"]) == ([], [], [])


def test_journals_of_one_tenant_are_taken():
    check_tenant({"journal /a": JournalText().history, "journal /b": JournalText().history})


def test_journals_of_two_tenants_are_refused():
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
