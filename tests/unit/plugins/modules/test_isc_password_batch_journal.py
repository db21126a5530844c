# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module isc_password_batch with a journal: a run continues where an earlier one was killed."""

from __future__ import annotations

import errno
import itertools
import os

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._batch import journal as _journal
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError, JournalError
from support.batch_runs import dn, outcomes, user, users

ON_RECORD = {"activities": 1, "search": 1}
"""The requests for ISC's records of an account whose outcome is unknown."""

LONG = 40 * 86400


@pytest.fixture
def write_fails(monkeypatch):
    """Return a function that makes the disk full after the given number of writes."""

    def arrange(count):
        write = os.write
        done = itertools.count(1)

        def writing(descriptor, data):
            if next(done) > count:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return write(descriptor, data)

        monkeypatch.setattr(_journal.os, "write", writing)
        return lambda: monkeypatch.setattr(_journal.os, "write", write)

    return arrange


def test_a_journal_records_each_step(batch):
    batch.tenant.outcome("fail", errors=["No."], user_name="user00002")
    result = batch.journalled([*users(2), user(3, user_name="no.account", name="nobody")])
    lines = batch.lines()
    assert lines[0] == {"format": 1, "tenant": batch.tenant.base_url.split("//")[1]}
    assert [line["name"] for line in lines if "name" in line] == ["user00001", "user00002", "nobody"]
    of = {number: [line for line in lines if line.get("account") == number and "step" in line] for number in range(3)}
    assert [line["step"] for line in of[0]] == ["sending", "accepted", "finished"]
    assert [line["step"] for line in of[1]] == ["sending", "accepted", "failed"]
    assert [line["step"] for line in of[2]] == ["refused"]
    assert (of[0][0]["source_id"], of[0][0]["account_id"]) == (batch.directory, dn(1))
    assert of[0][1]["request_id"] == result["results"][0]["request_id"]
    assert of[0][2]["source_ids"] == [batch.directory]
    assert (of[1][2]["errors"], of[1][2]["reason"]) == (["No."], "No.")
    assert of[2][0]["reason"] == "The identity has no account on this source."
    assert (lines[1]["run"], lines[1]["total"], lines[-1]["run"], lines[-1]["stopped"]) == ("began", 3, "ended", None)


@pytest.mark.parametrize("lines", range(8))
def test_a_killed_run_is_continued(batch, lines):
    first = batch.journalled([user(1)])["results"][0]
    batch.keep_lines(lines)
    if lines <= 3:
        # Nothing had been sent yet.
        batch.tenant.reset()
    batch.tenant.clear_requests()
    batch.fake_time.now += LONG
    entry = batch.journalled([user(1)])["results"][0]
    counts = batch.tenant.counts()
    if lines <= 3:
        assert (entry["outcome"], entry["changed"], entry["from_earlier_run"]) == ("finished", True, False)
        assert counts["set"] == 1
    elif lines == 4:
        assert (entry["outcome"], entry["changed"], entry["request_id"]) == ("unknown", False, None)
        assert "An earlier run ended while it sent the change" in entry["msg"]
        assert "without this journal" in entry["hint"]
        assert counts == {"login": 1, **ON_RECORD}
    elif lines == 5:
        assert (entry["outcome"], entry["changed"], entry["from_earlier_run"]) == ("finished", True, True)
        assert (entry["request_id"], entry["account_id"]) == (first["request_id"], dn(1))
        assert entry["duration"] == pytest.approx(LONG + first["duration"])
        assert counts == {"login": 1, "status": 1}
    else:
        assert (entry["outcome"], entry["changed"], entry["from_earlier_run"]) == ("finished", False, True)
        assert (entry["request_id"], entry["sent_at"]) == (first["request_id"], first["sent_at"])
        assert counts == {}


def test_nothing_is_sent_for_a_finished_account(batch):
    batch.journalled(users(3))
    batch.tenant.clear_requests()
    result = batch.journalled(users(4))
    assert outcomes(result) == ["finished"] * 4
    assert [entry["changed"] for entry in result["results"]] == [False] * 3 + [True]
    assert result["changed"] is True and result["summary"]["from_earlier_run"] == 3
    assert batch.sets() == 1
    assert batch.warnings == [
        f"For 3 of 4 accounts nothing was sent: an earlier run with the journal {batch.journal} did. "
        "To set their passwords again, use a new journal."
    ]


def test_check_mode_predicts_a_further_run(batch):
    batch.tenant.outcome("never", user_name="user00002")
    batch.tenant.fault("set", "lost_after", skip=2)
    batch.journalled(users(3), wait=False)
    batch.tenant.clear_requests()
    content = batch.journal.read_bytes()
    result = batch.journalled(users(4), check_mode=True)
    assert batch.journal.read_bytes() == content
    assert outcomes(result) == ["finished", "finished", "unknown", "finished"]
    asked = {"login": 1, "query": 1, "sync_groups": 1, "sources": 1}
    assert batch.tenant.counts() == {**asked, **ON_RECORD}


def test_failed_and_refused_accounts_are_tried_again_until_nothing_is_left(batch):
    batch.tenant.outcome("fail", user_name="user00001")
    batch.tenant.fault("query", "status", status=400, skip=1)
    assert outcomes(batch.journalled(users(3))) == ["failed", "refused", "finished"]
    again = batch.journalled(users(3))
    assert outcomes(again) == ["finished"] * 3
    assert [entry["changed"] for entry in again["results"]] == [True, True, False]
    assert again["summary"]["from_earlier_run"] == 1
    assert batch.sets() == 4
    batch.tenant.clear_requests()
    done = batch.journalled(users(3))
    assert (outcomes(done), done["changed"], batch.tenant.counts()) == (["finished"] * 3, False, {})


def test_a_change_that_was_not_waited_for_is_waited_for_later(batch):
    first = batch.journalled(users(2), wait=False)
    batch.tenant.clear_requests()
    unwaited = batch.journalled(users(2), wait=False)
    assert outcomes(unwaited) == ["accepted"] * 2
    assert unwaited["changed"] is False and batch.tenant.counts() == {}
    result = batch.journalled(users(2))
    assert outcomes(result) == ["finished"] * 2
    assert [entry["request_id"] for entry in result["results"]] == [each["request_id"] for each in first["results"]]
    assert batch.tenant.counts() == {"login": 1, "status": 2}
    assert outcomes(batch.journalled(users(2), wait=False)) == ["finished"] * 2


@pytest.mark.parametrize(("wait", "outcome"), [(False, "accepted"), (True, "unknown")])
def test_a_change_without_a_request_id_stays_what_it_was(batch, wait, outcome):
    batch.tenant.outcome("accepted_without_id")
    batch.journalled(users(1), wait=False)
    result = batch.journalled(users(1), wait=wait)
    assert outcomes(result) == [outcome]
    assert ("without a request id" in str(result["results"][0].get("msg"))) is wait
    assert batch.sets() == 1


def test_an_earlier_unknown_outcome_does_not_count_as_a_failure(batch):
    batch.tenant.fault("set", "lost_after")
    batch.journalled(users(1))
    result = batch.journalled(users(4), max_failures="0")
    assert outcomes(result) == ["unknown", "finished", "finished", "finished"]
    assert result["summary"]["stopped"] is None


def test_an_account_keeps_its_place_when_the_list_changes(batch):
    batch.journalled([user(2), user(1)])
    result = batch.journalled([user(3), user(1, name="other name"), user(2)])
    assert [(entry["name"], entry["changed"]) for entry in result["results"]] == [
        ("user00003", True),
        ("other name", False),
        ("user00002", False),
    ]
    assert [entry["account_id"] for entry in result["results"]] == [dn(3), dn(1), dn(2)]


def test_an_account_that_an_earlier_run_has_set_under_another_name_is_refused(batch):
    batch.journalled([user(1)])
    result = batch.journalled([user(1), user(1, account_id=dn(1))])
    assert outcomes(result) == ["finished", "refused"]
    assert batch.sets() == 1


def test_an_account_that_two_earlier_runs_have_set_is_finished_twice(batch):
    batch.journalled([user(1)])
    batch.journalled([user(1, account_id=dn(1), password="Other-Harbour-43")])
    result = batch.journalled([user(1), user(1, account_id=dn(1))])
    assert outcomes(result) == ["finished", "finished"]
    assert batch.sets() == 2


@pytest.mark.parametrize("writes", range(2))
def test_nothing_is_sent_where_the_journal_cannot_be_begun(batch, write_fails, writes):
    write_fails(writes)
    with pytest.raises(JournalError, match="can't be written: no space left on device"):
        batch.journalled(users(2))
    assert batch.tenant.counts() == {}


@pytest.mark.parametrize("writes", range(2, 9))
def test_a_full_disk_stops_the_batch_and_a_further_run_continues(batch, write_fails, writes):
    has_room = write_fails(writes)
    result = batch.journalled(users(2), concurrency=1)
    has_room()
    full = f"The batch stopped: journal {batch.journal} can't be written: no space left on device."
    assert result["failed"] and result["msg"].startswith(full)
    # The writes are: began, added, sending and accepted of each account, and the ends.
    sent = {2: 0, 3: 1, 4: 1}.get(writes, 2)
    assert batch.sets() == sent
    assert set(outcomes(result)) <= {"finished", "refused", "not_sent"}
    again = batch.journalled(users(2))
    assert batch.sets() <= 2
    assert outcomes(again).count("unknown") == (1 if writes in (3, 5) else 0)


def test_a_full_disk_stops_the_batch_at_once(batch, write_fails):
    write_fails(2)
    result = batch.journalled(users(6), concurrency=1)
    assert outcomes(result) == ["refused"] + ["not_sent"] * 5
    assert batch.tenant.counts() == {"login": 1, "query": 1}
    assert result["summary"]["stopped"] == f"journal {batch.journal} can't be written: no space left on device."


def test_an_unusable_journal_sends_nothing(batch):
    with pytest.raises(InputError, match="relative"):
        batch(users(1), journal="rotation.jsonl")
    batch.journal.write_text("{}\n")
    with pytest.raises(JournalError, match="line 1"):
        batch.journalled(users(1))
    assert batch.tenant.counts() == {}
