# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing to the journal: in threads, on a full disk, and too late."""

from __future__ import annotations

import errno
import json
import os
import threading

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import Change
from ansible_collections.community.sailpoint.plugins.module_utils._batch import journal as _journal
from ansible_collections.community.sailpoint.plugins.module_utils._batch.journal import open_journal
from ansible_collections.community.sailpoint.plugins.module_utils._errors import IscError, JournalError
from support.journals import START, TENANT

ABBY = ("abby", {"user_name": "abby", "source_name": "AD"})


@pytest.fixture
def path(tmp_path):
    return tmp_path / "rotation.jsonl"


def opened(path):
    return open_journal(str(path), TENANT, 1, False, lambda: START)


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def room(monkeypatch):
    """Return a list: the bytes that there is room for, for ever and ever while it is empty."""
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


def test_nothing_is_written_after_a_part_of_a_line(path, room):
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


def test_a_line_that_is_written_in_parts_is_whole(path, monkeypatch):
    write = os.write
    monkeypatch.setattr(_journal.os, "write", lambda descriptor, data: write(descriptor, bytes(data)[:7]))
    with opened(path) as journal:
        journal.add([ABBY])
    assert lines(path)[-1]["name"] == "abby"


@pytest.mark.parametrize(
    ("number", "fails"),
    [(errno.EIO, True), (errno.ENOSPC, True), (errno.EDQUOT, True), (errno.EINVAL, False), (errno.ENOTSUP, False)],
)
def test_what_does_not_reach_the_disk_is_a_problem_where_it_could(path, monkeypatch, number, fails):
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


def test_a_thread_that_comes_late_writes_nothing_and_sends_nothing(path):
    with opened(path) as journal:
        journal.add([ABBY])
        assert journal.problem is None
        descriptor = journal._descriptor
    # What the system hands out next has the same number.
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
