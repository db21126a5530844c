# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal of a batch, its write-ahead log: what happened is on the disk before the next thing happens.

Reading it gives the history of each account, from which the next run goes on.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import json
import os
import threading
import typing as t

from .._api.password_change import CHANGE_IN_PROGRESS, Change
from .._durable_file import (
    FileError,
    InUseError,
    check_writable,
    locked,
    make_private,
    opened,
    read_descriptor,
    reason_of,
    refuse_newer_format,
    sync_folder,
)
from .._errors import InputError, IscError, JournalError
from .._outcomes import ACCEPTED, FAILED, FINISHED, REFUSED, UNCHANGED, UNKNOWN
from .._times import format_exact_time, parse_exact_time

FORMAT = 1  # The number in a journal's first line; a larger one was written by a newer version of this collection.

IDENTIFYING = ("user_name", "source_name", "identity_id", "source_id", "account_id", "account_name")
"""The options that identify an account; those that were given stand in its line."""

ADDED = "added"  # Nothing was sent yet.
SENDING = "sending"  # The change was about to be sent. When this is the last step, whether ISC got it is not known.

_BEGINNING = b'{"format":'
_STEPS = (SENDING, ACCEPTED, FINISHED, FAILED, REFUSED, UNKNOWN, UNCHANGED)
_RESTORE_HINT = "Restore it from a backup; or start with a new journal, and every account's password is set."


@dataclasses.dataclass(eq=False)
class AccountHistory:
    """How far an account's change got.

    :ivar number: the account's number in the journal, from 0.
    :ivar name: what the account is called in results.
    :ivar identified_by: the options that identify it, by name.
    :ivar step: the last step, one of the constants above.
    :ivar request_id: of the last change that ISC accepted; ``None`` too when it gave none.
    :ivar state: ISC's state of that change as last seen.
    :ivar source_id: with *account_id* the account that the change was for, once that is known.
    :ivar reason: what ISC or the client said where it failed, was refused or is unknown.
    :ivar sent_at: with *accepted_at* and *ended_at* seconds since 1970, or ``None``.
    """

    number: int
    name: str
    identified_by: dict[str, str]
    step: str = ADDED
    request_id: str | None = None
    state: str | None = None
    source_id: str | None = None
    account_id: str | None = None
    errors: tuple[str, ...] = ()
    source_ids: tuple[str, ...] = ()
    reason: str | None = None
    sent_at: float | None = None
    accepted_at: float | None = None
    ended_at: float | None = None

    @property
    def begun(self) -> bool:
        """Whether an earlier run has sent a change, and it didn't fail for certain."""
        return self.step in (SENDING, ACCEPTED, UNKNOWN, FINISHED)

    @property
    def resumable(self) -> bool:
        """Whether a change is under way whose status can be read."""
        return self.step in (ACCEPTED, UNKNOWN) and self.request_id is not None

    @property
    def change(self) -> Change:
        return Change(self.request_id, self.state or CHANGE_IN_PROGRESS, self.errors, self.source_ids)

    def take(self, line: t.Mapping[str, t.Any]) -> None:
        """Take a step's line.

        :raises KeyError, TypeError, ValueError: it is not the line of a step.
        """
        step, time = line["step"], parse_exact_time(line["time"])
        if step not in _STEPS:
            raise ValueError("not a step")
        if step == SENDING:
            self.request_id = self.state = self.reason = self.accepted_at = self.ended_at = None
            self.errors = self.source_ids = ()
            self.sent_at = time
            self.source_id, self.account_id = _text(line["source_id"]), _text(line["account_id"])
        elif step == ACCEPTED:
            self.accepted_at = time
            self.request_id = None if line["request_id"] is None else _text(line["request_id"])
            self.state = _text(line["state"])
        else:
            self.ended_at = time
            self.state = _optional(line.get("state", self.state))
            self.errors = tuple(_text(error) for error in line.get("errors", ()))
            self.reason = _optional(line.get("reason"))
        self.source_ids = tuple(_text(source) for source in line.get("source_ids", self.source_ids))
        self.step = step


class RunHistory(t.NamedTuple):
    """One run on a journal. ``began_at`` and ``ended_at`` (``None`` when it was killed) are seconds since 1970.

    ``stopped`` tells why it sent nothing more, where it did not try all accounts.
    """

    began_at: float
    total: int
    ended_at: float | None = None
    stopped: str | None = None


class JournalHistory(t.NamedTuple):
    """A whole journal. ``size`` is the bytes up to the end of its last whole line."""

    tenant: str | None
    accounts: list[AccountHistory]
    runs: list[RunHistory]
    size: int


def read_history(content: bytes, name: str) -> JournalHistory:
    """Read a journal. A last line without its end was being written when its run was killed, and is left out.

    :param name: what the journal is called in a message, such as ``journal /var/lib/x``.
    :raises JournalError: it is malformed or from a newer version.
    """
    size = content.rfind(b"\n") + 1
    history = JournalHistory(None, [], [], size)
    # Another file than a journal, such as one with a password and no line end, must not be taken for a torn line.
    if not size and not content.startswith(_BEGINNING[: len(content)]):
        raise JournalError(
            f"{name} is not a journal, and is left as it is.", "Give the path of a journal, or of a new file."
        )
    for number, line in enumerate(content[:size].splitlines(), 1):
        try:
            history = _with_line(history, json.loads(line), name)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError):
            raise JournalError(f"{name} is malformed: line {number} is not of a journal.", _RESTORE_HINT) from None
    return history


def _with_line(history: JournalHistory, line: dict[str, t.Any], name: str) -> JournalHistory:
    if history.tenant is None:
        refuse_newer_format(line, FORMAT, name, JournalError)
        if line["format"] != FORMAT:
            raise ValueError("another format")
        return history._replace(tenant=_text(line["tenant"]))
    if "run" in line:
        time = parse_exact_time(line["time"])
        if line["run"] == "began":
            history.runs.append(RunHistory(time, _count(line["total"])))
        elif line["run"] == "ended":
            history.runs[-1] = history.runs[-1]._replace(ended_at=time, stopped=_optional(line["stopped"]))
        else:
            raise ValueError("not a run")
    elif "step" in line:
        history.accounts[_count(line["account"])].take(line)
    else:
        if line["account"] != len(history.accounts):
            raise ValueError("accounts are numbered one after the other")
        identified_by = {option: _text(line[option]) for option in IDENTIFYING if option in line}
        history.accounts.append(AccountHistory(len(history.accounts), _text(line["name"]), identified_by))
    return history


def _count(value: t.Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise TypeError
    return value


def _optional(value: t.Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError
    return value


def _text(value: t.Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError
    return str(value)


LARGEST = 1024 * 1024 * 1024  # Bytes. Ten thousand accounts take about 8 MB.

_WRITTEN = "can't be written"
_NOT_ON_THE_DISK = (errno.EIO, errno.ENOSPC, errno.EDQUOT)


class Journal:
    """Appends lines; each is on the disk when its method returns. Several threads may use it.

    :param descriptor: of the file, open for appending; ``None`` for a journal that remembers nothing.
    :param time: seconds since 1970.
    :ivar problem: why a line could not be written; nothing is written after that.
    """

    def __init__(self, path: str | None, descriptor: int | None, history: JournalHistory, time: t.Callable[[], float]):
        self.path = path
        self._descriptor = descriptor
        self._time = time
        self._lock = threading.Lock()
        self._known = {_key(account.identified_by): account for account in history.accounts}
        self.problem: JournalError | None = None

    @property
    def keeps(self) -> bool:
        return self._descriptor is not None

    def began(self, tenant: str, total: int, new: bool) -> None:
        """Write that a run of *total* accounts begins, and before it, in a new journal, what this is."""
        lines: list[dict[str, t.Any]] = [{"format": FORMAT, "tenant": tenant}] if new else []
        self._write(*lines, {"run": "began", "time": self._now(), "total": total})

    def ended(self, stopped: str | None) -> None:
        self._write({"run": "ended", "time": self._now(), "stopped": stopped})

    def add(self, accounts: t.Iterable[tuple[str, dict[str, str]]]) -> list[AccountHistory]:
        """Return the history of each account, given by its name and what identifies it; write those that are new."""
        histories, lines = [], []
        for name, identified_by in accounts:
            key = _key(identified_by)
            if key not in self._known:
                self._known[key] = AccountHistory(len(self._known), name, identified_by)
                lines.append({"account": self._known[key].number, "name": name, **identified_by})
            histories.append(self._known[key])
        self._write(*lines)
        return histories

    def log(self, number: int) -> JournalLog:
        return JournalLog(self, number)

    def close(self) -> None:
        """Write nothing more: a thread that is not waited for may still come back with a response."""
        with self._lock:
            if self._descriptor is not None and self.problem is None:
                self.problem = JournalError(f"journal {self.path} is closed.", "The run has ended.")

    def step(self, number: int, step: str, **more: t.Any) -> None:
        self._write({"account": number, "step": step, "time": self._now(), **more})

    def unchanged(self, reasons: t.Iterable[tuple[int, str]]) -> None:
        """Write of accounts, by their numbers, why nothing was due: all of them at once, as nothing follows from it."""
        more = {"step": UNCHANGED, "time": self._now()}
        self._write(*({"account": number, **more, "reason": reason} for number, reason in reasons))

    def _now(self) -> str:
        return format_exact_time(self._time())

    def _write(self, *lines: t.Mapping[str, t.Any]) -> None:
        if self._descriptor is None or not lines:
            return
        rest = memoryview("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines).encode("ascii"))
        with self._lock:
            # After a part of a line, more lines would make the journal unreadable.
            if self.problem is not None:
                return
            try:
                while rest:
                    rest = rest[os.write(self._descriptor, rest) :]
            except OSError as error:
                self._fail(error)
                return
        # Outside of the lock: the system can bring the lines of several threads to the disk at once.
        try:
            os.fdatasync(self._descriptor)
        except OSError as error:
            if error.errno in _NOT_ON_THE_DISK:  # others say that the file system, such as one of FUSE, can't
                with self._lock:
                    self._fail(error)

    def _fail(self, error: OSError) -> None:
        self.problem = JournalError(
            f"journal {self.path} can't be written: {reason_of(error)}.", "Make room where it is."
        )


class JournalLog:
    """The write-ahead log of one account's change, as lines of a journal."""

    def __init__(self, journal: Journal, number: int) -> None:
        self._journal = journal
        self._number = number

    def sending(self, source_id: str, account_id: str) -> None:
        """Write that the change is about to be sent.

        :raises JournalError: it can't be written, so the change must not be sent.
        """
        self._journal.step(self._number, SENDING, source_id=source_id, account_id=account_id)
        if self._journal.problem is not None:
            raise self._journal.problem

    def accepted(self, change: Change) -> None:
        sources = list(change.source_ids)
        self._journal.step(self._number, ACCEPTED, request_id=change.request_id, state=change.state, source_ids=sources)

    def refused(self, error: IscError) -> None:
        self._journal.step(self._number, REFUSED, reason=error.message)

    def ended(self, change: Change) -> None:
        more: dict[str, t.Any] = {"state": change.state, "source_ids": list(change.source_ids)}
        if change.failed:
            self._journal.step(self._number, FAILED, errors=list(change.errors), reason=change.reason, **more)
        else:
            self._journal.step(self._number, FINISHED, **more)

    def unknown(self, error: IscError) -> None:
        self._journal.step(self._number, UNKNOWN, reason=error.message)


@contextlib.contextmanager
def open_journal(
    path: str | None, tenant: str, total: int, check_mode: bool, time: t.Callable[[], float]
) -> t.Iterator[Journal]:
    """Hold the journal at *path* for one run of *total* accounts. In check mode it is only read.

    :raises InputError: the path can't be used.
    :raises JournalError: another run uses the journal, it is of another tenant, or its file can't be used.
    """
    if not path:
        yield Journal(None, None, JournalHistory(None, [], [], 0), time)
        return
    if not os.path.isabs(path):
        raise InputError(f"journal {path} is a relative path.", "Give an absolute path.")
    name = f"journal {path}"
    try:
        check_writable(path)
        with locked(path, create=not check_mode), contextlib.ExitStack() as stack:
            descriptor = None
            try:
                flags = os.O_RDONLY if check_mode else os.O_RDWR | os.O_APPEND | os.O_CREAT
                descriptor = stack.enter_context(opened(path, flags, _WRITTEN, in_place=True))
            except OSError as error:
                if not (check_mode and isinstance(error, FileNotFoundError)):
                    raise FileError(f"{_WRITTEN}: {reason_of(error)}") from None
            history = read_history(b"" if descriptor is None else read_descriptor(descriptor, LARGEST), name)
            if history.tenant not in (None, tenant):
                raise JournalError(
                    f"{name} belongs to another tenant: {history.tenant}, not {tenant}.",
                    "Use a separate journal for each tenant.",
                )
            if descriptor is None or check_mode:
                yield Journal(path, None, history, time)
                return
            make_private(descriptor, _WRITTEN)
            # What was being written when an earlier run was killed.
            try:
                os.ftruncate(descriptor, history.size)
            except OSError as error:
                raise FileError(f"{_WRITTEN}: {reason_of(error)}") from None
            if history.tenant is None:
                with contextlib.suppress(OSError):
                    sync_folder(os.path.dirname(path))
            journal = Journal(path, descriptor, history, time)
            journal.began(tenant, total, history.tenant is None)
            try:
                yield journal
            finally:
                journal.close()
    except InUseError as error:
        raise JournalError(
            f"{name} {error}.", "Wait until that run has ended; it sends what is left. Nothing was sent by this one."
        ) from None
    except FileError as error:
        raise JournalError(
            f"{name} {error}.", "Give the absolute path of your own file, in a folder that exists."
        ) from None


def _key(identified_by: t.Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(identified_by.items()))
