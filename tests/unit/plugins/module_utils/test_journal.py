# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal as a file."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import stat

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import Change
from ansible_collections.community.sailpoint.plugins.module_utils._batch import journal as _journal
from ansible_collections.community.sailpoint.plugins.module_utils._batch.journal import open_journal
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError, IscError, JournalError
from support.journals import START, TENANT, JournalText

ABBY = ("abby", {"user_name": "abby", "source_name": "AD"})
ZOE = ("zoe", {"identity_id": "i", "source_id": "s", "account_id": "a"})


@pytest.fixture
def path(tmp_path):
    return tmp_path / "rotation.jsonl"


def opened(path, check_mode=False, tenant=TENANT, total=2):
    return open_journal(str(path), tenant, total, check_mode, lambda: START)


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_journal_holds_what_happened_line_by_line(path):
    with opened(path) as journal:
        assert journal.enabled
        assert [history.number for history in journal.add([ABBY, ZOE])] == [0, 1]
        abby, zoe = journal.log(0), journal.log(1)
        abby.sending("s", "CN=abby")
        abby.accepted(Change("r", "IN_PROGRESS", (), ("s",)))
        abby.ended(Change("r", "FINISHED", (), ("s",)))
        zoe.refused(IscError("No.", "A hint."))
        zoe.unknown(IscError("Lost."))
        zoe.ended(Change("q", "FAILED", ("No.", "Never."), ()))
        journal.unchanged([(0, "Young.")])
        journal.ended("max_failures")
    time = {"time": "2026-03-14T09:00:00.000Z"}
    assert lines(path) == [
        {"format": 1, "tenant": TENANT},
        {"run": "began", **time, "total": 2},
        {"account": 0, "name": "abby", **ABBY[1]},
        {"account": 1, "name": "zoe", **ZOE[1]},
        {"account": 0, "step": "sending", **time, "source_id": "s", "account_id": "CN=abby"},
        {"account": 0, "step": "accepted", **time, "request_id": "r", "state": "IN_PROGRESS", "source_ids": ["s"]},
        {"account": 0, "step": "finished", **time, "state": "FINISHED", "source_ids": ["s"]},
        {"account": 1, "step": "refused", **time, "reason": "No."},
        {"account": 1, "step": "unknown", **time, "reason": "Lost."},
        {
            "account": 1,
            "step": "failed",
            **time,
            "state": "FAILED",
            "source_ids": [],
            "errors": ["No.", "Never."],
            "reason": "No.; Never.",
        },
        {"account": 0, "step": "unchanged", **time, "reason": "Young."},
        {"run": "ended", **time, "stopped": "max_failures"},
    ]


def test_a_later_run_finds_its_accounts_again(path):
    with opened(path) as journal:
        journal.add([ABBY])
        journal.log(0).refused(IscError("No."))
    with opened(path) as journal:
        zoe, abby = journal.add([ZOE, ABBY])
        assert (abby.number, abby.step, zoe.number, zoe.step) == (0, "refused", 1, "added")
    assert [line["run"] for line in lines(path) if "run" in line] == ["began", "began"]
    assert sum("format" in line for line in lines(path)) == 1
    assert sum(line.get("name") == "abby" for line in lines(path)) == 1


def test_the_order_of_the_options_makes_no_other_account(path):
    with opened(path) as journal:
        journal.add([ZOE])
        assert journal.add([("another name", dict(reversed(ZOE[1].items())))])[0].number == 0


def test_it_is_only_ever_appended_to(path):
    with opened(path) as journal:
        assert fcntl.fcntl(journal._descriptor, fcntl.F_GETFL) & os.O_APPEND
        assert fcntl.fcntl(journal._descriptor, fcntl.F_GETFD) & fcntl.FD_CLOEXEC
        journal.add([ABBY])
    before = path.read_bytes()
    with opened(path):
        pass
    assert path.read_bytes().startswith(before)


@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_only_its_owner_may_read_it(path, mode):
    path.touch()
    path.chmod(mode)
    with opened(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_new_one_is_readable_for_its_owner_only(path, monkeypatch):
    monkeypatch.setattr(_journal.os, "fchmod", lambda *unused: None)
    before = os.umask(0)
    try:
        with opened(path):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(before)


def test_each_line_and_the_new_file_are_brought_to_the_disk(path, monkeypatch):
    synced = []
    monkeypatch.setattr(_journal.os, "fdatasync", lambda descriptor: synced.append(path.read_bytes()[-20:]))
    monkeypatch.setattr(_journal, "sync_folder", synced.append)
    with opened(path) as journal:
        journal.add([ABBY])
        journal.log(0).sending("s", "a")
        journal.log(0).accepted(Change("r", "IN_PROGRESS"))
    assert len(synced) == 5
    assert synced[0] == str(path.parent)
    assert len(set(synced)) == 5


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_relative_path_is_refused(path, check_mode, monkeypatch):
    monkeypatch.chdir(path.parent)
    with (
        pytest.raises(InputError, match="^journal rotation.jsonl is a relative path"),
        opened("rotation.jsonl", check_mode),
    ):
        pass
    assert not path.exists()


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_missing_folder_is_refused(path, check_mode):
    with (
        pytest.raises(JournalError, match="its folder does not exist"),
        opened(path.parent / "no" / "such", check_mode),
    ):
        pass


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (JournalText("another.example").began(0).content, "belongs to another tenant: another.example, not"),
        (b'{"format": 2}\n', "newer version"),
        (JournalText(TENANT).content + b"{}\n", "line 2 is not a journal line"),
    ],
)
def test_another_file_is_refused_and_left_alone(path, content, message, check_mode):
    path.write_bytes(content)
    with pytest.raises(JournalError, match=f"^journal {path} .*{message}"), opened(path, check_mode):
        pass
    assert path.read_bytes() == content


def test_a_torn_last_line_is_cut_off(path):
    whole = JournalText(TENANT).began(0, 1).content
    path.write_bytes(whole + b'{"account": 0, "na')
    with opened(path) as journal:
        journal.add([ABBY])
    assert path.read_bytes().startswith(whole + b'{"run":"began"')
    assert lines(path)[-1]["name"] == "abby"


def test_a_file_that_cannot_be_cut_off_is_refused(path, monkeypatch):
    def refuse(descriptor, size):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(_journal.os, "ftruncate", refuse)
    with pytest.raises(JournalError, match="can't be written: operation not permitted"), opened(path):
        pass


def test_a_torn_first_line_is_a_new_journal(path):
    path.write_bytes(b'{"form')
    with opened(path):
        pass
    assert lines(path)[0] == {"format": 1, "tenant": TENANT}


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_second_run_is_refused_and_does_nothing(path, check_mode):
    with opened(path):
        content = path.read_bytes()
        with pytest.raises(JournalError, match="is in use by another run") as refusal, opened(path, check_mode):
            pass
        assert "Wait until that run has ended" in refusal.value.hint
        assert path.read_bytes() == content
    with opened(path):
        pass


@pytest.mark.parametrize("there", [False, True])
def test_check_mode_reads_and_writes_nothing(path, there):
    text = JournalText(TENANT).began(0, 1)
    text.account("abby", **ABBY[1])
    if there:
        path.write_bytes(text.content + b"torn")
    before = {entry: entry.read_bytes() for entry in path.parent.iterdir()}
    with opened(path, check_mode=True) as journal:
        assert not journal.enabled
        assert journal.add([ZOE, ABBY])[1].number == (0 if there else 1)
        journal.log(0).sending("s", "a")
        journal.ended(None)
        assert journal.problem is None
    assert {entry: entry.read_bytes() for entry in path.parent.iterdir()} == before


@pytest.mark.parametrize("path", [None, ""])
def test_without_a_path_nothing_is_kept(path):
    with open_journal(path, TENANT, 1, False, lambda: START) as journal:
        assert not journal.enabled
        journal.add([ABBY])
        journal.log(0).sending("s", "a")
