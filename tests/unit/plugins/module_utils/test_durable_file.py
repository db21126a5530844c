# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small durable file: its lock, atomic replacement, errors, and the number of its format."""

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
    refuse_newer_format,
    remove_file,
    replace_file,
)
from ansible_collections.community.sailpoint.plugins.module_utils._errors import RecordError

LARGEST = 1000
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
HOLDER = """
import sys, time
from ansible_collections.community.sailpoint.plugins.module_utils._durable_file import locked

with locked(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""


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
    remove_file(path)
    assert names(path) == []


def test_a_missing_file_is_empty_writable_and_stays_missing(path):
    assert read_file(path, LARGEST) is None
    remove_file(path)
    check_writable(path)
    assert names(path) == []


def test_too_large_a_file_is_refused(path):
    replace_file(path, b"x" * LARGEST)
    assert len(read_file(path, LARGEST)) == LARGEST
    replace_file(path, b"x" * (LARGEST + 1))
    with pytest.raises(FileError, match="can't be read: it has more than 1000 bytes"):
        read_file(path, LARGEST)


@pytest.mark.parametrize("step", ["fsync", "replace", "fdopen"])
def test_a_failed_write_leaves_the_old_content_and_no_temporary_file(path, monkeypatch, step):
    replace_file(path, b"old")

    def fail(*arguments, **keywords):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(_durable_file.os, step, fail)
    with pytest.raises(FileError, match="can't be written: no space left on device"):
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


def test_a_missing_folder_is_reported(path):
    inside = os.path.join(path, "deeper")
    with pytest.raises(FileError, match="can't be written: no such file or directory"):
        replace_file(inside, b"")
    with pytest.raises(FileError, match="its folder does not exist"):
        check_writable(inside)
    with pytest.raises(FileError, match="can't be locked with deeper.lock: no such file"), locked(inside):
        pass


def test_a_folder_in_place_of_the_file_is_refused(path):
    os.mkdir(path)
    with pytest.raises(FileError, match="it is a folder"):
        check_writable(path)
    with pytest.raises(FileError, match="can't be read: it is a folder"):
        read_file(path, LARGEST)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_reported(path):
    folder = os.path.dirname(path)
    os.chmod(folder, 0o500)
    try:
        with pytest.raises(FileError, match="can't be written: permission denied"):
            replace_file(path, b"")
        with pytest.raises(FileError, match="not writable"):
            check_writable(path)
    finally:
        os.chmod(folder, 0o700)


def test_a_lock_excludes_others_until_it_is_released(path):
    with locked(path), pytest.raises(InUseError, match="is in use by another run"), locked(path):
        pass
    with locked(path):
        pass


def test_a_lock_without_creation_leaves_no_file(path):
    with locked(path, create=False):
        assert names(path) == []
    with locked(path), pytest.raises(InUseError), locked(path, create=False):
        pass


def test_a_lock_is_released_when_its_holder_is_killed(path):
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, path], stdout=subprocess.PIPE, env=ENVIRONMENT)
    try:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(InUseError), locked(path):
            pass
    finally:
        holder.kill()
        holder.communicate()
    with locked(path):
        pass


# Kills the process when half of the file is written, or right after the replacement.
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


@pytest.mark.parametrize(("step", "expected"), [("fsync", b"old"), ("replace", b"new")])
def test_a_process_killed_during_a_write_leaves_a_whole_file(path, step, expected):
    replace_file(path, b"old")
    done = subprocess.run([sys.executable, "-c", KILLED, path, step], env=ENVIRONMENT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert read_file(path, LARGEST) == expected
    with locked(path):
        replace_file(path, b"next")
    assert read_file(path, LARGEST) == b"next"


def test_a_newer_format_is_refused_by_name():
    with pytest.raises(RecordError, match="^The record was written by a newer version .* \\(format 3\\)") as refused:
        refuse_newer_format({"format": 3}, 2, "The record", RecordError)
    assert refused.value.hint == "Update the collection here as well."


@pytest.mark.parametrize("value", [{"format": 2}, {"format": 1}, {"format": True}, {"format": "3"}, {}, None, [], 3])
def test_no_other_value_is_taken_for_a_newer_format(value):
    refuse_newer_format(value, 2, "The record", RecordError)


def test_a_number_too_large_to_print_is_ignored():
    refuse_newer_format({"format": 10**5000}, 2, "The record", RecordError)
