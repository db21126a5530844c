# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small file that survives: locked while it is in use, replaced as a whole, and on the disk once it is written."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import tempfile
import typing as t


class FileError(Exception):
    """A file can't be used. The text is a sentence without its subject, such as C(can't be read: permission denied)."""


class InUseError(FileError):
    """Another process holds the lock."""


@contextlib.contextmanager
def locked(path: str, create: bool = True) -> t.Iterator[None]:
    """Hold the lock of the file at *path*; never wait for it.

    The lock is on a file beside it (``PATH.lock``), because the file itself is replaced with each write. The system
    lets go of the lock when the process ends, however it ends.

    :param create: whether to make the lock file. Without (check mode), a lock file that isn't there is nobody's.
    :raises InUseError: another process holds the lock.
    :raises FileError: the lock file can't be made.
    """
    flags = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | (os.O_CREAT if create else 0)
    try:
        lock = os.open(f"{path}.lock", flags, 0o600)
    except OSError as error:
        if not create and error.errno in (errno.ENOENT, errno.EACCES, errno.EROFS):
            yield
            return
        raise FileError(f"can't be locked: {reason_of(error)}") from None
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUseError("is in use by another run") from None
        except OSError as error:
            raise FileError(f"can't be locked: {reason_of(error)}") from None
        yield
    finally:
        os.close(lock)


def read_file(path: str, largest: int) -> bytes | None:
    """Return the content of the file at *path*, or ``None`` where there is no file.

    :param largest: bytes that such a file has at most.
    :raises FileError: it can't be read, or is larger.
    """
    try:
        with open(path, "rb") as file:
            content = file.read(largest + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileError(f"can't be read: {reason_of(error)}") from None
    if len(content) > largest:
        raise FileError(f"can't be read: it has more than {largest} bytes")
    return content


def replace_file(path: str, content: bytes) -> None:
    """Write *content* (mode 0600), so that the file holds the old or the new content and never a part of one.

    When this returns, the new content is on the disk. A symbolic link stays one: what it points to is replaced.

    :raises FileError: it can't be written; the old content is still there.
    """
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    temporary = None
    try:
        descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=f".{os.path.basename(target)[:100]}.")
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
        temporary = None
        sync_folder(folder)
    except OSError as error:
        raise FileError(f"can't be written: {reason_of(error)}") from None
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def remove_file(path: str) -> None:
    """Remove the file at *path*, if there is one.

    :raises FileError: it can't be removed.
    """
    target = os.path.realpath(path)
    try:
        os.unlink(target)
        sync_folder(os.path.dirname(target))
    except FileNotFoundError:
        return
    except OSError as error:
        raise FileError(f"can't be removed: {reason_of(error)}") from None


def check_writable(path: str) -> None:
    """Look, without writing, whether ``replace_file`` could write the file at *path*.

    :raises FileError: it certainly couldn't.
    """
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    if not os.path.isdir(folder):
        raise FileError("can't be written: its folder does not exist")
    if os.path.isdir(target):
        raise FileError("can't be written: it is a folder")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise FileError("can't be written: its folder is not writable for the user that runs the task")


def sync_folder(folder: str) -> None:
    """Bring to the disk which files a folder has."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def reason_of(error: OSError) -> str:
    """Return what the system says, in the middle of a sentence."""
    return (error.strerror or type(error).__name__).lower()
