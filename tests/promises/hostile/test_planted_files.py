# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects that another user put in the place of a journal, store, receipt, report or lock file are refused.

A FIFO or a device would block a run forever, so these tests have a short time limit.
"""

from __future__ import annotations

import contextlib
import os
import stat

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils import _durable_file
from ansible_collections.community.sailpoint.plugins.module_utils._batch.journal import open_journal
from ansible_collections.community.sailpoint.plugins.module_utils._change.receipt import ReceiptLog
from ansible_collections.community.sailpoint.plugins.module_utils._durable_file import FileError, locked, read_file
from ansible_collections.community.sailpoint.plugins.module_utils._errors import IscError
from ansible_collections.community.sailpoint.plugins.plugin_utils._paths import path_mistakes
from ansible_collections.community.sailpoint.plugins.plugin_utils._report.batch_files import write_report
from ansible_collections.community.sailpoint.plugins.plugin_utils._stores.file import FileStore
from support.journals import START, TENANT, JournalText, finished

pytestmark = pytest.mark.timeout(30)

SECRET = b"Sesame-open-1"
"""The content of a file that an attacker wants to have overwritten or truncated."""

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a file of somebody else")
SOMEBODY_ELSE = 12345


def use_journal(path, check_mode=False):
    with open_journal(str(path), TENANT, 1, check_mode, lambda: START):
        pass


def use_store(path, check_mode=False):
    store = FileStore(str(path), "the key")
    store.save({"current": None}, store.load().version, check_mode)


def use_receipt(path, check_mode=False):
    with ReceiptLog("t", "password", lambda: START).opened({"receipt_file": str(path)}, check_mode) as receipt:
        if not check_mode:
            receipt.sending("source", "account")


def use_report(path, check_mode=False):
    journal = path.parent / "of-the-report.jsonl"
    if not journal.exists():
        journal.write_bytes(finished("abby", 1, 2).content)
        journal.chmod(0o600)
    write_report([str(journal)], {"html_path": str(path)}, check_mode=check_mode)


USES = {"journal": use_journal, "store": use_store, "receipt": use_receipt, "report": use_report}


@pytest.fixture(params=list(USES))
def use(request):
    """Return a function that uses a file of each kind."""
    return USES[request.param]


@pytest.fixture(params=[False, True], ids=["run", "check mode"])
def check_mode(request):
    """Return whether the file is used in check mode, which must refuse the same."""
    return request.param


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kept"


@pytest.fixture
def foreign(tmp_path):
    """Return a file of another purpose."""
    (tmp_path / "elsewhere").mkdir()
    file = tmp_path / "elsewhere" / "foreign"
    file.write_bytes(SECRET)
    file.chmod(0o600)
    return file


def refused(use, path, check_mode, reason):
    with pytest.raises(IscError, match=reason) as error:
        use(path, check_mode)
    assert error.value.hint


def test_a_link_is_not_followed(use, path, foreign, check_mode):
    path.symlink_to(foreign)
    refused(use, path, check_mode, "it is a symbolic link")
    assert path.is_symlink()
    assert foreign.read_bytes() == SECRET


def test_a_link_to_nothing_makes_no_file(use, path, tmp_path, check_mode):
    path.symlink_to(tmp_path / "new")
    refused(use, path, check_mode, "it is a symbolic link")
    assert not (tmp_path / "new").exists()


def test_a_fifo_does_not_block(use, path, check_mode):
    os.mkfifo(path)
    refused(use, path, check_mode, "it is a FIFO")
    assert stat.S_ISFIFO(path.lstat().st_mode)


@AS_ROOT
def test_a_device_is_not_opened(use, path, check_mode):
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("this machine makes no devices")
    refused(use, path, check_mode, "it is a device")


@AS_ROOT
def test_a_file_of_somebody_else_is_neither_believed_nor_written(use, path, check_mode):
    path.touch(0o600)
    os.chown(path, SOMEBODY_ELSE, SOMEBODY_ELSE)
    refused(use, path, check_mode, rf"it belongs to another user \(uid {SOMEBODY_ELSE}\)")
    assert path.stat().st_uid == SOMEBODY_ELSE
    assert path.read_bytes() == b""


@AS_ROOT
def test_the_owner_of_the_folder_is_trusted_as_the_folder_is(use, path):
    use(path)
    for each in (path.parent, *path.parent.iterdir()):
        os.chown(each, SOMEBODY_ELSE, SOMEBODY_ELSE)
    with contextlib.suppress(IscError):  # a second write may be refused
        use(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_where_everybody_may_write_is_refused(use, path, check_mode):
    path.parent.chmod(0o777)
    refused(use, path, check_mode, "every user may write in its folder, which has mode 0777")
    assert not path.exists()


def test_a_folder_like_tmp_is_accepted(use, path):
    path.parent.chmod(0o1777)
    use(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_that_everybody_can_write_is_refused_with_the_options(tmp_path):
    tmp_path.chmod(0o777)
    (mistake,) = path_mistakes("rotate_password_store_dir", str(tmp_path), str(tmp_path))
    assert mistake.startswith(f"rotate_password_store_dir is {tmp_path}, and every user may write in its folder")
    tmp_path.chmod(0o775)
    assert list(path_mistakes("rotate_password_store_dir", str(tmp_path), str(tmp_path))) == []


@pytest.mark.parametrize("kind", ["journal", "store", "receipt"])
def test_what_everybody_could_write_is_not_believed(kind, path, check_mode):
    USES[kind](path)
    content = path.read_bytes()
    path.chmod(0o666)
    refused(USES[kind], path, check_mode, "every user may write it, as it has mode 0666")
    assert path.read_bytes() == content


def test_a_journal_that_was_made_beforehand_becomes_private(path):
    path.touch()
    path.chmod(0o666)
    use_journal(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_journal_whose_mode_stays_is_refused(path, monkeypatch):
    path.touch()
    path.chmod(0o666)
    monkeypatch.setattr(_durable_file.os, "fchmod", lambda *_arguments: None)
    refused(use_journal, path, False, "every user may write it, and its mode can't be changed")
    assert path.read_bytes() == b""


def test_a_journal_with_another_name_is_not_written(path, foreign, check_mode):
    foreign.write_bytes(JournalText(TENANT).content)
    os.link(foreign, path)
    refused(use_journal, path, check_mode, "it is a hard link")
    assert foreign.read_bytes() == JournalText(TENANT).content


@pytest.mark.parametrize("content", [SECRET, b"-", b'{"formal": 1', b"\xff\x00", b" "])
def test_another_file_is_never_cut(path, content, check_mode):
    """For example a file with a password and no line end, which has no whole line to recognize it by."""
    path.write_bytes(content)
    path.chmod(0o600)
    refused(use_journal, path, check_mode, "is not a journal. The file was not changed")
    assert path.read_bytes() == content


def test_a_report_on_a_fifo_does_not_block(path, tmp_path):
    os.mkfifo(path)
    with pytest.raises(IscError, match="can't be read: it is a FIFO"):
        write_report([str(path)], {"html_path": str(tmp_path / "report.html")})


def lock_of(path):
    return path.with_name(f"{path.name}.lock")


@AS_ROOT
@pytest.mark.parametrize("mode", [0o600, 0o666])
def test_a_lock_file_of_somebody_else_is_not_waited_for(path, mode):
    lock_of(path).touch()
    lock_of(path).chmod(mode)
    os.chown(lock_of(path), SOMEBODY_ELSE, SOMEBODY_ELSE)
    for create in (True, False):
        refusal = pytest.raises(FileError, match="can't be locked with kept.lock: it belongs to another user")
        with refusal, locked(str(path), create):
            pass


@pytest.mark.parametrize("make", [os.mkfifo, lambda lock: os.symlink("/dev/null", lock), os.mkdir])
def test_a_lock_file_of_another_kind_is_refused(path, make):
    make(lock_of(path))
    refusal = pytest.raises(FileError, match="can't be locked with kept.lock: it is a (FIFO|symbolic link|folder)")
    with refusal, locked(str(path)):
        pass


def test_nobody_else_can_hold_a_lock(path):
    """Anyone who can read a file can lock it."""
    lock_of(path).touch(0o666)
    lock_of(path).chmod(0o666)
    with locked(str(path)):
        assert stat.S_IMODE(lock_of(path).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("replace", "reason"),
    [
        (lambda path: os.symlink(path.parent / "elsewhere" / "foreign", path), "too many levels of symbolic links"),
        (os.mkfifo, "it is a FIFO"),
    ],
)
def test_a_file_that_is_replaced_after_the_check_is_not_read(path, foreign, monkeypatch, replace, reason):
    path.write_bytes(b"mine")
    lstat = os.lstat

    def swap(checked):
        status = lstat(checked)
        os.unlink(checked)
        replace(path)
        return status

    monkeypatch.setattr(_durable_file.os, "lstat", swap)
    with pytest.raises(FileError, match=f"can't be read: {reason}"):
        read_file(str(path), 100)
