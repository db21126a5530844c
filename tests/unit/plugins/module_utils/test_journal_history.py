# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the history in a journal."""

from __future__ import annotations

import contextlib
import json

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._batch.journal import read_history
from ansible_collections.community.sailpoint.plugins.module_utils._errors import JournalError
from hypothesis import given
from hypothesis import strategies as st
from support.journals import AD, START, TENANT, JournalText

TIME = "2026-03-14T09:26:53.589Z"
ACCEPTED = {"step": "accepted", "time": TIME, "request_id": "r", "state": "IN_PROGRESS", "source_ids": []}
SENDING = {"step": "sending", "time": TIME, "source_id": "s", "account_id": "a"}


def journal():
    """Return a journal with one account for which nothing was sent."""
    text = JournalText().began(0, 1)
    text.account("abby")
    return text


def test_an_empty_file_has_an_empty_history():
    history = read_history(b"", "journal /x")
    assert (history.tenant, history.accounts, history.runs, history.size) == (None, [], [], 0)


def test_tenant_runs_and_accounts_are_read():
    text = journal().ended(7.5).began(100, 2)
    text.account("zoe", identity_id="i", source_id="s", account_id="a")
    history = text.ended(101, "interrupted").history
    assert history.tenant == TENANT
    assert [(run.began_at - START, run.total, run.ended_at - START, run.stopped) for run in history.runs] == [
        (0, 1, 7.5, None),
        (100, 2, 101, "interrupted"),
    ]
    abby, zoe = history.accounts
    assert (abby.number, abby.name, abby.step) == (0, "abby", "added")
    assert abby.identified_by == {"user_name": "abby", "source_name": AD}
    assert (zoe.number, zoe.identified_by) == (1, {"identity_id": "i", "source_id": "s", "account_id": "a"})
    assert history.size == len(text.content)


def test_a_run_that_was_killed_has_no_end():
    run = journal().began(5, 1).ended(6).history.runs[0]
    assert (run.ended_at, run.stopped) == (None, None)


def test_each_step_adds_what_is_known():
    text = journal().sent(0, 1, account_id="CN=a")
    sent = text.history.accounts[0]
    assert (sent.step, sent.source_id, sent.account_id, sent.sent_at - START) == ("sending", "source-1", "CN=a", 1)
    assert not sent.resumable
    text.step(0, "accepted", 2, request_id="r", state="IN_PROGRESS", source_ids=["s", "t"])
    accepted = text.history.accounts[0]
    assert (accepted.step, accepted.request_id, accepted.state) == ("accepted", "r", "IN_PROGRESS")
    assert (accepted.accepted_at - START, accepted.source_ids, accepted.resumable) == (2, ("s", "t"), True)
    text.step(0, "failed", 3, state="FAILED", source_ids=["s"], errors=["No.", "Never."], reason="No.; Never.")
    failed = text.history.accounts[0]
    assert (failed.step, failed.state, failed.source_ids) == ("failed", "FAILED", ("s",))
    assert (failed.errors, failed.reason, failed.ended_at - START) == (("No.", "Never."), "No.; Never.", 3)
    assert (failed.request_id, failed.account_id, failed.resumable) == ("r", "CN=a", False)


@pytest.mark.parametrize("step", ["finished", "failed", "refused", "unchanged"])
def test_a_change_that_has_ended_is_not_resumed(step):
    assert not journal().accepted(0, 1).step(0, step, 2).history.accounts[0].resumable


def test_a_change_of_unknown_outcome_is_resumed_if_it_has_a_request_id():
    text = journal().sent(0, 1).step(0, "unknown", 2, reason="Lost.")
    assert not text.history.accounts[0].resumable
    text = journal().accepted(0, 1).step(0, "unknown", 2, reason="Too slow.")
    assert text.history.accounts[0].resumable
    assert text.history.accounts[0].state == "IN_PROGRESS"


def test_sending_again_discards_the_previous_change():
    text = journal().accepted(0, 1).step(0, "failed", 2, state="FAILED", errors=["No."], reason="No.").sent(0, 5)
    again = text.history.accounts[0]
    assert (again.step, again.sent_at - START) == ("sending", 5)
    assert (again.request_id, again.state, again.errors, again.reason, again.ended_at) == (None, None, (), None, None)
    assert again.name == "abby" and again.number == 0


def test_a_change_without_a_request_id_is_read():
    text = journal().sent(0, 1).step(0, "accepted", 2, request_id=None, state="IN_PROGRESS", source_ids=[])
    assert text.history.accounts[0].request_id is None
    assert not text.history.accounts[0].resumable


@given(st.integers(min_value=1))
def test_a_torn_last_line_is_ignored(cut):
    text = journal().accepted(0, 1)
    before = len(text.content)
    content = text.step(0, "finished", 2, state="FINISHED", source_ids=[]).content
    history = read_history(content[: max(before, len(content) - cut)], "journal")
    assert history.size == before
    assert history.accounts[0].step == "accepted"


MALFORMED = {
    "no JSON": b"{",
    "nothing": b"",
    "no object": [],
    "a string": "step",
    "not UTF-8": b"\xff",
    "too deep": b"[" * 100000,
    "an unknown account": {"account": 1, **SENDING},
    "an account that is negative": {"account": -1, **SENDING},
    "an account that is true": {"account": False, **SENDING},
    "an account that is a text": {"account": "0", **SENDING},
    "an unknown step": {"account": 0, **SENDING, "step": "lost"},
    "no time": {"account": 0, **SENDING, "time": None},
    "another time": {"account": 0, **SENDING, "time": "2026-03-14T09:26:53Z"},
    "a time that is none": {"account": 0, **SENDING, "time": "2026-13-14T09:26:53.589Z"},
    "no source": {"account": 0, **SENDING, "source_id": None},
    "an empty account id": {"account": 0, **SENDING, "account_id": ""},
    "a request id that is a number": {"account": 0, **ACCEPTED, "request_id": 5},
    "no request id": {"account": 0, "step": "accepted", "time": TIME, "state": "IN_PROGRESS"},
    "no state": {"account": 0, **ACCEPTED, "state": None},
    "sources that are numbers": {"account": 0, **ACCEPTED, "source_ids": [5]},
    "errors that are numbers": {"account": 0, "step": "failed", "time": TIME, "errors": [5]},
    "errors that are null": {"account": 0, "step": "failed", "time": TIME, "errors": None},
    "a gap in the accounts": {"account": 2, "name": "n", "user_name": "u"},
    "an account that is there": {"account": 0, "name": "n", "user_name": "u"},
    "no name": {"account": 1, "user_name": "u"},
    "an option that is a number": {"account": 1, "name": "n", "user_name": 5},
    "an unknown line of a run": {"run": "paused", "time": TIME},
    "no total": {"run": "began", "time": TIME},
    "a total that is a text": {"run": "began", "time": TIME, "total": "many"},
    "a total that is infinite": {"run": "began", "time": TIME, "total": float("inf")},
    "no reason why it stopped": {"run": "ended", "time": TIME},
    "a reason why it stopped that is a number": {"run": "ended", "time": TIME, "stopped": 5},
    "a reason that is a number": {"account": 0, "step": "refused", "time": TIME, "reason": 5},
    "a state that is a number": {"account": 0, "step": "finished", "time": TIME, "state": 5},
}


@pytest.mark.parametrize("line", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_line_is_named(line):
    content = journal().content + (line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n"
    with pytest.raises(JournalError, match="^journal /x is malformed: line 4 is not a journal line.$") as malformed:
        read_history(content + b"more\n", "journal /x")
    assert "backup" in malformed.value.hint


@pytest.mark.parametrize(
    "first", [{}, {"format": 0, "tenant": "t"}, {"format": "1", "tenant": "t"}, {"format": 1}, [], {"run": "began"}]
)
def test_another_first_line_is_malformed(first):
    with pytest.raises(JournalError, match="line 1 "):
        read_history(json.dumps(first).encode() + b"\n", "journal /x")


def test_a_run_that_ends_before_one_began_is_malformed():
    text = JournalText().ended(1)
    with pytest.raises(JournalError, match="line 2 "):
        read_history(text.content, "journal")


def test_a_newer_format_asks_for_an_update():
    with pytest.raises(JournalError, match="newer version of community.sailpoint .format 2.") as newer:
        read_history(b'{"format": 2, "tenant": "t", "more": []}\n{"new": 1}\n', "journal /x")
    assert "Update the collection" in newer.value.hint


@given(st.binary(max_size=200))
def test_no_content_causes_another_error(content):
    with contextlib.suppress(JournalError):
        read_history(journal().content + content, "journal")
