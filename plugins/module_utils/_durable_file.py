# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small file that survives: locked while it is in use, replaced as a whole, and on the disk once it is written.

Somebody else may have put something in its place: a link, a FIFO, a file of theirs. So a file is only used after
``fault_of_file`` and ``fault_of_folder`` found nothing wrong with it and its folder.
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

_KINDS = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
# A FIFO or a device that takes the place of a file between the check and the opening must not block, nor become
# the terminal.
_FLAGS = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY


class FileError(Exception):
    """A file can't be used. The text is a sentence without its subject, such as C(can't be read: permission denied)."""


class InUseError(FileError):
    """Another process holds the lock."""


def fault_of_folder(status: os.stat_result) -> str | None:
    """Return why no file may be kept in a folder, as words for a sentence; ``None`` when it may.

    With the sticky bit, as in C(/tmp), others can add files to a folder but not replace those of somebody else.
    """
    if status.st_mode & stat.S_IWOTH and not status.st_mode & stat.S_ISVTX:
        mode = stat.S_IMODE(status.st_mode)
        return f"every user may write in its folder, which has mode {mode:04o} (chmod o-w changes that)"
    return None


def fault_of_file(status: os.stat_result, folder: os.stat_result) -> str | None:
    """Return why a file may not be used or replaced, as words for a sentence; ``None`` when it may.

    The owner of the folder is trusted as the folder is: they could replace any file in it.
    """
    if status.st_uid not in (0, os.geteuid(), folder.st_uid):
        return _fault_of_kind(status) or f"it belongs to another user (uid {status.st_uid})"
    return _fault_of_kind(status)


def _fault_of_kind(status: os.stat_result) -> str | None:
    kind = stat.S_IFMT(status.st_mode)
    return None if kind == stat.S_IFREG else f"it is {_KINDS.get(kind, 'not a file')}"


@contextlib.contextmanager
def opened(path: str, flags: int, what: str, in_place: bool = False) -> t.Iterator[int]:
    """Open the file at *path*, never through a link, and never wait for it. A new file gets mode 0600.

    :param flags: as ``os.open`` takes them, without those for safety.
    :param what: the beginning of the error, such as C(can't be read).
    :param in_place: it will be written where it is, not replaced.
    :raises FileError: it may not be used.
    :raises OSError: it can't be opened.
    """
    # What is opened may be affected by that already, as a device is.
    folder = _checked_folder(path, what)
    descriptor = os.open(path, flags | _FLAGS, 0o600)
    try:
        status = os.fstat(descriptor)
        _refuse(fault_of_file(status, folder), what)
        if status.st_mode & stat.S_IWOTH and status.st_size:
            _refuse(f"every user may write it, as it has mode {stat.S_IMODE(status.st_mode):04o}", what)
        if in_place and status.st_nlink > 1:
            _refuse("it is a hard link, so another file would be written too", what)
        yield descriptor
    finally:
        os.close(descriptor)


def make_private(descriptor: int, what: str) -> None:
    """Take away what others may do with an open file.

    :param what: see ``opened``.
    :raises FileError: others may write it, and that can't be changed.
    """
    with contextlib.suppress(OSError):
        os.fchmod(descriptor, 0o600)
    if os.fstat(descriptor).st_mode & stat.S_IWOTH:
        raise FileError(f"{what}: every user may write it, and its mode can't be changed")


@contextlib.contextmanager
def locked(path: str, create: bool = True) -> t.Iterator[None]:
    """Hold the lock of the file at *path*; never wait for it.

    The lock is on a file beside it (``PATH.lock``), because the file itself is replaced with each write. The system
    lets go of the lock when the process ends, however it ends.

    :param create: whether to make the lock file. Otherwise (check mode), a missing one means
        that nobody holds the lock.
    :raises InUseError: another process holds the lock.
    :raises FileError: the lock file can't be made, or somebody else made it and could hold it forever.
    """
    lock = f"{path}.lock"
    what = f"can't be locked with {os.path.basename(lock)}"
    with contextlib.ExitStack() as stack:
        try:
            descriptor = stack.enter_context(opened(lock, os.O_RDWR | (os.O_CREAT if create else 0), what, True))
        except OSError as error:
            if create or error.errno not in (errno.ENOENT, errno.EACCES, errno.EROFS):
                raise FileError(f"{what}: {reason_of(error)}") from None
        else:
            # Who may read it may lock it.
            make_private(descriptor, what)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise InUseError("is in use by another run") from None
            except OSError as error:
                raise FileError(f"{what}: {reason_of(error)}") from None
        yield


def read_file(path: str, largest: int) -> bytes | None:
    """Return the content of the file at *path*, or ``None`` where there is no file.

    :param largest: bytes that such a file has at most.
    :raises FileError: it can't be read, may not be used, or is larger.
    """
    try:
        with opened(path, os.O_RDONLY, "can't be read") as descriptor:
            return read_descriptor(descriptor, largest)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileError(f"can't be read: {reason_of(error)}") from None


def read_others_file(path: str, largest: int) -> bytes | None:
    """Return the content of a file that is only looked at: whose it is does not matter, and links are followed.

    :param largest: bytes that such a file has at most.
    :raises FileError: it can't be read, is not a file, or is larger.
    """
    try:
        descriptor = os.open(path, (os.O_RDONLY | _FLAGS) & ~os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileError(f"can't be read: {reason_of(error)}") from None
    try:
        _refuse(_fault_of_kind(os.fstat(descriptor)), "can't be read")
        return read_descriptor(descriptor, largest)
    finally:
        os.close(descriptor)


def read_descriptor(descriptor: int, largest: int) -> bytes:
    """Return what an open file holds.

    :raises FileError: it can't be read, or has more than *largest* bytes.
    """
    try:
        with open(descriptor, "rb", closefd=False) as file:
            content = file.read(largest + 1)
    except OSError as error:
        raise FileError(f"can't be read: {reason_of(error)}") from None
    if len(content) > largest:
        raise FileError(f"can't be read: it has more than {largest} bytes")
    return content


def replace_file(path: str, content: bytes) -> None:
    """Write *content* (mode 0600), so that the file holds the old or the new content and never a part of one.

    When this returns, the new content is on the disk.

    :raises FileError: it can't be written, or what is there may not be replaced; the old content is still there.
    """
    folder = os.path.dirname(path)
    temporary = None
    try:
        _checked_folder(path, "can't be written")
        descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=f".{os.path.basename(path)[:100]}.")
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
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
    try:
        os.unlink(path)
        sync_folder(os.path.dirname(path))
    except FileNotFoundError:
        return
    except OSError as error:
        raise FileError(f"can't be removed: {reason_of(error)}") from None


def check_writable(path: str) -> None:
    """Look, without writing, whether ``replace_file`` could write the file at *path*.

    :raises FileError: it certainly couldn't.
    """
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        raise FileError("can't be written: its folder does not exist")
    try:
        _checked_folder(path, "can't be written")
    except OSError as error:
        raise FileError(f"can't be written: {reason_of(error)}") from None
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


def _checked_folder(path: str, what: str) -> os.stat_result:
    """Return the status of the file's folder."""
    folder = os.stat(os.path.dirname(path))
    _refuse(fault_of_folder(folder), what)
    with contextlib.suppress(FileNotFoundError):
        _refuse(fault_of_file(os.lstat(path), folder), what)
    return folder


def _refuse(fault: str | None, what: str) -> None:
    if fault is not None:
        raise FileError(f"{what}: {fault}")


_LARGEST = 10**6
"""What claims to be of a larger format isn't newer but malformed; Python refuses to print huge numbers."""


def refuse_newer_format(value: t.Any, known: int, name: str, error: type[IscError]) -> None:
    """Raise *error* when *value* was written in a newer format than *known*.

    :param name: what the value is called in the message, such as ``receipt_file /var/lib/x``.
    """
    version = value.get("format") if isinstance(value, dict) else None
    if isinstance(version, int) and known < version < _LARGEST:
        raise error(
            f"{name} was written by a newer version of community.sailpoint (format {version}).",
            "Update the collection here as well.",
        )
