# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small files that survive crashes: locked while in use, replaced atomically, and on disk once written.

Another user may have put something else in the place of a file: a link, a FIFO, or their own file. A file is used
only if ``file_problem`` and ``folder_problem`` accept it and its folder.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
import tempfile
import typing as t

from ._errors import IscError
from ._text import os_error_reason

_FILE_TYPES = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
# A FIFO or a device that replaces the file between the check and the open must not block or become the terminal.
_FLAGS = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY


class FileError(Exception):
    """A file can't be used. The text is a sentence without a subject, such as ``can't be read: permission denied``."""


class InUseError(FileError):
    """Another process holds the lock."""


def folder_problem(status: os.stat_result) -> str | None:
    """Return why a folder is not safe for files, as a clause for a message; ``None`` if it is safe.

    With the sticky bit, as in ``/tmp``, other users can add files to a folder but can't replace existing ones.
    """
    if status.st_mode & stat.S_IWOTH and not status.st_mode & stat.S_ISVTX:
        mode = stat.S_IMODE(status.st_mode)
        return f"every user may write in its folder, which has mode {mode:04o} (chmod o-w changes that)"
    return None


def file_problem(status: os.stat_result, folder: os.stat_result) -> str | None:
    """Return why a file must not be used or replaced, as a clause for a message; ``None`` if it may be.

    The owner of the folder is trusted, because they could replace any file in it.
    """
    foreign = status.st_uid not in (0, os.geteuid(), folder.st_uid)
    return _type_problem(status) or (f"it belongs to another user (uid {status.st_uid})" if foreign else None)


def _type_problem(status: os.stat_result) -> str | None:
    kind = stat.S_IFMT(status.st_mode)
    return None if kind == stat.S_IFREG else f"it is {_FILE_TYPES.get(kind, 'not a file')}"


@contextlib.contextmanager
def open_safely(path: str, flags: int, failure: str, in_place: bool = False) -> t.Iterator[int]:
    """Open the file at *path* without following a link and without blocking. A new file gets mode 0600.

    :param flags: flags for ``os.open``. Flags for safety are added.
    :param failure: the beginning of the error message, such as ``can't be read``.
    :param in_place: whether the file will be written in place instead of being replaced.
    :raises FileError: the file must not be used.
    :raises OSError: the file can't be opened.
    """
    # Check before opening, because opening a device can already have effects.
    folder = _check_folder_and_file(path, failure)
    descriptor = os.open(path, flags | _FLAGS, 0o600)
    try:
        status = os.fstat(descriptor)
        _refuse(file_problem(status, folder), failure)
        if status.st_mode & stat.S_IWOTH and status.st_size:
            _refuse(f"every user may write it, as it has mode {stat.S_IMODE(status.st_mode):04o}", failure)
        if in_place and status.st_nlink > 1:
            _refuse("it is a hard link, so another file would be written too", failure)
        yield descriptor
    finally:
        os.close(descriptor)


def make_private(descriptor: int, failure: str) -> None:
    """Revoke the access of other users to an open file.

    :param failure: see ``open_safely``.
    :raises FileError: every user may write the file, and its mode can't be changed.
    """
    with contextlib.suppress(OSError):
        os.fchmod(descriptor, 0o600)
    if os.fstat(descriptor).st_mode & stat.S_IWOTH:
        raise FileError(f"{failure}: every user may write it, and its mode can't be changed")


@contextlib.contextmanager
def locked(path: str, create: bool = True) -> t.Iterator[None]:
    """Hold the lock of the file at *path*, without waiting for it.

    The lock is on a separate file (``PATH.lock``), because each write replaces the file itself. The system releases the
    lock when the process ends, even if it is killed.

    :param create: whether to create the lock file. Without it (check mode), a missing lock file means that the lock is
        free.
    :raises InUseError: another process holds the lock.
    :raises FileError: the lock file can't be created, or belongs to another user, who could hold the lock forever.
    """
    lock = f"{path}.lock"
    failure = f"can't be locked with {os.path.basename(lock)}"
    with contextlib.ExitStack() as stack:
        try:
            flags = os.O_RDWR | (os.O_CREAT if create else 0)
            descriptor = stack.enter_context(open_safely(lock, flags, failure, in_place=True))
        except OSError as error:
            if create or error.errno not in (errno.ENOENT, errno.EACCES, errno.EROFS):
                raise FileError(f"{failure}: {os_error_reason(error)}") from None
        else:
            # Any user who may read the file may lock it.
            make_private(descriptor, failure)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise InUseError("is in use by another run") from None
            except OSError as error:
                raise FileError(f"{failure}: {os_error_reason(error)}") from None
        yield


def read_file(path: str, largest: int) -> bytes | None:
    """Return the content of the file at *path*, or ``None`` if it doesn't exist.

    :param largest: the maximum size in bytes.
    :raises FileError: the file can't be read, must not be used, or is too large.
    """
    try:
        with open_safely(path, os.O_RDONLY, "can't be read") as descriptor:
            return read_descriptor(descriptor, largest)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileError(f"can't be read: {os_error_reason(error)}") from None


def read_any_file(path: str, largest: int) -> bytes | None:
    """Return the content of a file of any owner, following links, or ``None`` if it doesn't exist.

    :param largest: the maximum size in bytes.
    :raises FileError: the file can't be read, is not a regular file, or is too large.
    """
    try:
        descriptor = os.open(path, (os.O_RDONLY | _FLAGS) & ~os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileError(f"can't be read: {os_error_reason(error)}") from None
    try:
        _refuse(_type_problem(os.fstat(descriptor)), "can't be read")
        return read_descriptor(descriptor, largest)
    finally:
        os.close(descriptor)


def read_descriptor(descriptor: int, largest: int) -> bytes:
    """Return the content of an open file.

    :raises FileError: the file can't be read, or has more than *largest* bytes.
    """
    try:
        with open(descriptor, "rb", closefd=False) as file:
            content = file.read(largest + 1)
    except OSError as error:
        raise FileError(f"can't be read: {os_error_reason(error)}") from None
    if len(content) > largest:
        raise FileError(f"can't be read: it has more than {largest} bytes")
    return content


def replace_file(path: str, content: bytes) -> None:
    """Write *content* (mode 0600) atomically: the file has either the old or the new content.

    When this returns, the new content is on disk.

    :raises FileError: the file can't be written or must not be replaced. It still has the old content, except if only
        syncing the folder failed: then it has the new content, which may not survive a crash.
    """
    folder = os.path.dirname(path)
    try:
        _check_folder_and_file(path, "can't be written")
        descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=f".{os.path.basename(path)[:100]}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise
        sync_folder(folder)
    except OSError as error:
        raise FileError(f"can't be written: {os_error_reason(error)}") from None


def remove_file(path: str) -> None:
    """Remove the file at *path* if it exists.

    :raises FileError: the file can't be removed.
    """
    try:
        os.unlink(path)
        sync_folder(os.path.dirname(path))
    except FileNotFoundError:
        return
    except OSError as error:
        raise FileError(f"can't be removed: {os_error_reason(error)}") from None


def check_writable(path: str) -> None:
    """Check, without writing, whether ``replace_file`` could write the file at *path*.

    :raises FileError: it certainly couldn't.
    """
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        raise FileError("can't be written: its folder does not exist")
    try:
        _check_folder_and_file(path, "can't be written")
    except OSError as error:
        raise FileError(f"can't be written: {os_error_reason(error)}") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise FileError("can't be written: its folder is not writable for the user that runs the task")


def sync_folder(folder: str) -> None:
    """Flush the entries of a folder to disk, so that a created, replaced or removed file stays so after a crash."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _check_folder_and_file(path: str, failure: str) -> os.stat_result:
    """Return the status of the folder of *path*; raise FileError if the folder or an existing file must not be used."""
    folder = os.stat(os.path.dirname(path))
    _refuse(folder_problem(folder), failure)
    with contextlib.suppress(FileNotFoundError):
        _refuse(file_problem(os.lstat(path), folder), failure)
    return folder


def _refuse(problem: str | None, failure: str) -> None:
    if problem is not None:
        raise FileError(f"{failure}: {problem}")


_MAX_FORMAT = 10**6
"""A file that claims a larger format number is malformed, not newer. Python refuses to print huge numbers."""


def refuse_newer_format(value: t.Any, known: int, name: str, error: type[IscError]) -> None:
    """Raise *error* if *value* was written in a format newer than *known*.

    :param name: the subject of the error message, such as ``receipt_file /var/lib/x``.
    """
    version = value.get("format") if isinstance(value, dict) else None
    if isinstance(version, int) and known < version < _MAX_FORMAT:
        raise error(
            f"{name} was written by a newer version of community.sailpoint (format {version}).",
            "Update the collection here as well.",
        )
