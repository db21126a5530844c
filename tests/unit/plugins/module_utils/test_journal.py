# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal as a file: content, safety, refusals, and writing in threads or on a full disk."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import stat
import threading

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


def opened(path, check_mode=False):
    return open_journal(str(path), TENANT, 2, check_mode, lambda: START)


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_journal_records_each_event_as_a_line(path):
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
    reasons = {"errors": ["No.", "Never."], "reason": "No.; Never."}
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
        {"account": 1, "step": "failed", **time, "state": "FAILED", "source_ids": [], **reasons},
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


def test_the_order_of_the_options_does_not_matter(path):
    with opened(path) as journal:
        journal.add([ZOE])
        assert journal.add([("another name", dict(reversed(ZOE[1].items())))])[0].number == 0


def test_a_journal_is_only_appended_to(path):
    with opened(path) as journal:
        assert fcntl.fcntl(journal._descriptor, fcntl.F_GETFL) & os.O_APPEND
        assert fcntl.fcntl(journal._descriptor, fcntl.F_GETFD) & fcntl.FD_CLOEXEC
        journal.add([ABBY])
    before = path.read_bytes()
    with opened(path):
        pass
    assert path.read_bytes().startswith(before)


def test_a_new_journal_is_private_from_the_start(path, monkeypatch):
    monkeypatch.setattr(_journal.os, "fchmod", lambda *unused: None)
    before = os.umask(0)
    try:
        with opened(path):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(before)


def test_each_line_and_the_new_file_are_synced_to_disk(path, monkeypatch):
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
    refused = pytest.raises(InputError, match="^journal rotation.jsonl is a relative path")
    with refused, opened("rotation.jsonl", check_mode):
        pass
    assert not path.exists()


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_missing_folder_is_refused(path, check_mode):
    refused = pytest.raises(JournalError, match="its folder does not exist")
    with refused, opened(path.parent / "no" / "such", check_mode):
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


def test_a_file_that_cannot_be_truncated_is_refused(path, monkeypatch):
    def refuse(descriptor, size):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(_journal.os, "ftruncate", refuse)
    with pytest.raises(JournalError, match="can't be written: operation not permitted"), opened(path):
        pass


def test_a_torn_first_line_starts_a_new_journal(path):
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
def test_without_a_path_nothing_is_recorded(path):
    with open_journal(path, TENANT, 1, False, lambda: START) as journal:
        assert not journal.enabled
        journal.add([ABBY])
        journal.log(0).sending("s", "a")


@pytest.fixture
def room(monkeypatch):
    """Return a list that holds the number of bytes left on the disk; while it is empty, there is no limit."""
    left = []
    write = os.write

    def writing(descriptor, data):
        if not left:
            return write(descriptor, data)
        if left[0] == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        part = bytes(data)[: left[0]]
        left[0] -= len(part)
        return write(descriptor, part)

    monkeypatch.setattr(_journal.os, "write", writing)
    return left


def test_nothing_is_written_after_a_partial_line(path, room):
    with opened(path) as journal:
        journal.add([ABBY])
        before = path.read_bytes()
        room.append(10)
        with pytest.raises(JournalError, match="can't be written: no space left on device") as full:
            journal.log(0).sending("s", "a")
        assert journal.problem is full.value
        room.clear()
        with pytest.raises(JournalError):
            journal.log(0).sending("s", "a")
        journal.log(0).accepted(Change("r", "IN_PROGRESS"))
        journal.ended(None)
        assert len(path.read_bytes()) == len(before) + 10
    with opened(path) as journal:
        assert journal.add([ABBY])[0].step == "added"


@pytest.mark.parametrize(
    ("number", "fails"),
    [(errno.EIO, True), (errno.ENOSPC, True), (errno.EDQUOT, True), (errno.EINVAL, False), (errno.ENOTSUP, False)],
)
def test_a_failed_sync_is_a_problem_unless_it_is_unsupported(path, monkeypatch, number, fails):
    def failing(descriptor):
        raise OSError(number, os.strerror(number))

    with opened(path) as journal:
        journal.add([ABBY])
        monkeypatch.setattr(_journal.os, "fdatasync", failing)
        if fails:
            with pytest.raises(JournalError, match="can't be written"):
                journal.log(0).sending("s", "a")
        else:
            journal.log(0).sending("s", "a")
            assert journal.problem is None


def test_a_late_thread_writes_nothing_and_sends_nothing(path):
    with opened(path) as journal:
        journal.add([ABBY])
        assert journal.problem is None
        descriptor = journal._descriptor
    # The system reuses the number of the closed descriptor for another file.
    with open(path.parent / "other", "wb") as other:
        os.dup2(other.fileno(), descriptor)
        try:
            journal.log(0).accepted(Change("r", "IN_PROGRESS"))
            with pytest.raises(JournalError, match="is closed"):
                journal.log(0).sending("s", "a")
        finally:
            os.close(descriptor)
    assert (path.parent / "other").read_bytes() == b""


def test_several_threads_append_whole_lines(path, monkeypatch):
    write = os.write
    monkeypatch.setattr(_journal.os, "write", lambda descriptor, data: write(descriptor, bytes(data)[:50]))
    with opened(path) as journal:
        journal.add([(str(number), {"user_name": str(number)}) for number in range(8)])

        def work(number):
            for _each in range(50):
                journal.log(number).refused(IscError("x" * 100))

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sum("step" in line for line in lines(path)) == 400
