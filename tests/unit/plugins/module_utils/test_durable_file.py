# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small file that survives: its lock, its replacement as a whole, and what it says when it can't."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils import _durable_file
from ansible_collections.community.sailpoint.plugins.module_utils._durable_file import (
    FileError,
    InUseError,
    check_writable,
    locked,
    read_file,
    remove_file,
    replace_file,
)

LARGEST = 1000
AS_ROOT = os.geteuid() == 0


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "kept")


def names(path):
    return sorted(os.listdir(os.path.dirname(path)))


def test_what_is_written_is_read_by_its_owner_only(path):
    replace_file(path, b"one")
    replace_file(path, b"two")
    assert read_file(path, LARGEST) == b"two"
    assert os.stat(path).st_mode & 0o777 == 0o600
    assert names(path) == ["kept"]


def test_no_file_is_none(path):
    assert read_file(path, LARGEST) is None
    remove_file(path)


def test_a_removed_file_is_gone(path):
    replace_file(path, b"one")
    remove_file(path)
    assert names(path) == []


def test_a_file_that_is_too_large_is_refused(path):
    replace_file(path, b"x" * LARGEST)
    assert len(read_file(path, LARGEST)) == LARGEST
    replace_file(path, b"x" * (LARGEST + 1))
    with pytest.raises(FileError, match="can't be read: it has more than 1000 bytes"):
        read_file(path, LARGEST)


@pytest.mark.parametrize("step", ["fsync", "replace", "fdopen"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_a_write_that_fails_leaves_the_old_content_and_no_rubbish(path, monkeypatch, step, number):
    replace_file(path, b"old")

    def fail(*arguments, **keywords):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(_durable_file.os, step, fail)
    with pytest.raises(FileError, match=f"can't be written: {os.strerror(number).lower()}"):
        replace_file(path, b"new")
    monkeypatch.undo()
    assert read_file(path, LARGEST) == b"old"
    assert names(path) == ["kept"]


def test_it_is_on_the_disk_before_it_takes_the_place_of_the_old_one(path, monkeypatch):
    steps = []
    for step in ("fsync", "replace"):
        real = getattr(os, step)
        monkeypatch.setattr(
            _durable_file.os, step, lambda *a, _step=step, _real=real: (steps.append(_step), _real(*a))[1]
        )
    replace_file(path, b"new")
    assert steps == ["fsync", "replace", "fsync"]


def test_a_folder_that_is_missing_is_said(path):
    inside = os.path.join(path, "deeper")
    with pytest.raises(FileError, match="can't be written: no such file or directory"):
        replace_file(inside, b"")
    with pytest.raises(FileError, match="its folder does not exist"):
        check_writable(inside)
    with pytest.raises(FileError, match="can't be locked with deeper.lock: no such file"), locked(inside):
        pass


def test_a_folder_is_no_file(path):
    os.mkdir(path)
    with pytest.raises(FileError, match="it is a folder"):
        check_writable(path)
    with pytest.raises(FileError, match="can't be read: it is a folder"):
        read_file(path, LARGEST)


@pytest.mark.skipif(AS_ROOT, reason="root may write everywhere")
def test_a_folder_that_is_read_only_is_said(path):
    folder = os.path.dirname(path)
    os.chmod(folder, 0o500)
    try:
        with pytest.raises(FileError, match="can't be written: permission denied"):
            replace_file(path, b"")
        with pytest.raises(FileError, match="not writable"):
            check_writable(path)
    finally:
        os.chmod(folder, 0o700)


def test_check_writable_writes_nothing(path):
    check_writable(path)
    assert names(path) == []


def test_a_lock_is_held_against_others_and_let_go(path):
    with locked(path), pytest.raises(InUseError, match="is in use by another run"), locked(path):
        pass
    with locked(path):
        pass


def test_a_lock_that_was_not_made_is_nobodys(path):
    with locked(path, create=False):
        assert names(path) == []
    with locked(path), pytest.raises(InUseError), locked(path, create=False):
        pass


def test_a_lock_is_let_go_when_its_holder_is_killed(path):
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time\n"
            "from ansible_collections.community.sailpoint.plugins.module_utils._durable_file import locked\n"
            "with locked(sys.argv[1]):\n    print('held', flush=True)\n    time.sleep(60)\n",
            path,
        ],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(InUseError), locked(path):
            pass
    finally:
        holder.kill()
        holder.communicate()
    with locked(path):
        pass


# Half of it is on the disk when the process is killed, or it has just taken the place of the old one.
KILLED = """
import os, sys
from ansible_collections.community.sailpoint.plugins.module_utils._durable_file import replace_file

path, step = sys.argv[1:]
real = getattr(os, step)

def die(*arguments, **keywords):
    if step == "fsync":
        os.ftruncate(arguments[0], 1)
    else:
        real(*arguments, **keywords)
    os.kill(os.getpid(), 9)

setattr(os, step, die)
replace_file(path, b"new")
"""


@pytest.mark.parametrize(("step", "kept"), [("fsync", b"old"), ("replace", b"new")])
def test_a_process_that_is_killed_in_a_write_leaves_a_whole_file(path, step, kept):
    replace_file(path, b"old")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", KILLED, path, step], env=environment, check=False)
    assert done.returncode == -signal.SIGKILL
    assert read_file(path, LARGEST) == kept
    with locked(path):
        replace_file(path, b"next")
    assert read_file(path, LARGEST) == b"next"
