# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal of a batch: a write-ahead log of all its changes, from which the next run continues.

It is a file of JSON lines that only grows: a header, a line for the start and end of each run, a line for each account,
and a line for each step of an account's change. ``Journal`` appends lines and returns once they are on the disk, so a
step is durable before the next request. ``read_history`` reads them back as the history of each account.
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
    open_safely,
    read_descriptor,
    refuse_newer_format,
    sync_folder,
)
from .._errors import InputError, IscError, JournalError
from .._outcomes import ACCEPTED, FAILED, FINISHED, REFUSED, UNCHANGED, UNKNOWN
from .._text import os_error_reason
from .._times import format_exact_time, parse_exact_time

FORMAT = 1  # In the header. A journal with a larger number was written by a newer version of this collection.

IDENTIFYING = ("user_name", "source_name", "identity_id", "source_id", "account_id", "account_name")
"""The options that identify an account. The line of an account holds those that were given."""

ADDED = "added"  # No change was sent yet.
SENDING = "sending"  # The change was about to be sent. If this is the last step, whether ISC got it is unknown.

_BEGINNING = b'{"format":'
_STEPS = (SENDING, ACCEPTED, FINISHED, FAILED, REFUSED, UNKNOWN, UNCHANGED)
_RESTORE_HINT = "Restore it from a backup; or start with a new journal, and every account's password is set."


@dataclasses.dataclass(eq=False)
class AccountHistory:
    """What the journal records about an account: the last change, and how far it got.

    :ivar number: the account's number in the journal, from 0.
    :ivar name: the account's name in results.
    :ivar identified_by: the options that identify it, by name.
    :ivar step: the last step: ADDED, SENDING, or one of ``_outcomes``.
    :ivar request_id: the request id of the change; ``None`` if ISC has not accepted it, or gave none.
    :ivar state: ISC's state of the change as last seen.
    :ivar source_id: the id of the account's source, once a change was sent.
    :ivar account_id: the native identity of the account, once a change was sent.
    :ivar reason: why the change failed, was refused, was not due or has an unknown outcome.
    :ivar sent_at: in seconds since 1970, or ``None``; also *accepted_at* and *ended_at*.
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
        """Whether an earlier run has sent a change that may be in effect, so that no other one may be sent."""
        return self.step in (SENDING, ACCEPTED, UNKNOWN, FINISHED)

    @property
    def resumable(self) -> bool:
        """Whether a change is under way whose status can be read."""
        return self.step in (ACCEPTED, UNKNOWN) and self.request_id is not None

    @property
    def change(self) -> Change:
        return Change(self.request_id, self.state or CHANGE_IN_PROGRESS, self.errors, self.source_ids)

    def apply(self, line: t.Mapping[str, t.Any]) -> None:
        """Apply the line of a step.

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
    """One run of a batch with a journal.

    :ivar began_at: in seconds since 1970.
    :ivar total: the number of accounts.
    :ivar ended_at: in seconds since 1970; ``None`` if the run was killed or has not ended.
    :ivar stopped: why the run stopped early; ``None`` if it tried all accounts.
    """

    began_at: float
    total: int
    ended_at: float | None = None
    stopped: str | None = None


class JournalHistory(t.NamedTuple):
    """The content of a journal. ``size`` is the number of bytes up to the end of its last complete line."""

    tenant: str | None
    accounts: list[AccountHistory]
    runs: list[RunHistory]
    size: int


def read_history(content: bytes, name: str) -> JournalHistory:
    """Read a journal. An incomplete last line, which a killed run was writing, is ignored.

    :param name: the name of the journal in messages, such as ``journal /var/lib/x``.
    :raises JournalError: the journal is malformed or from a newer version.
    """
    size = content.rfind(b"\n") + 1
    history = JournalHistory(None, [], [], size)
    # A file that is not a journal, such as a password without a line end, must not pass for an incomplete line: opening
    # the journal would truncate it.
    if not size and not content.startswith(_BEGINNING[: len(content)]):
        raise JournalError(
            f"{name} is not a journal. The file was not changed.", "Give the path of a journal, or of a new file."
        )
    for number, line in enumerate(content[:size].splitlines(), 1):
        try:
            history = _with_line(history, json.loads(line), name)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError):
            raise JournalError(f"{name} is malformed: line {number} is not a journal line.", _RESTORE_HINT) from None
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
        history.accounts[_count(line["account"])].apply(line)
    else:
        if line["account"] != len(history.accounts):
            raise ValueError("not the next number of an account")
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
_NOT_ON_DISK = (errno.EIO, errno.ENOSPC, errno.EDQUOT)


class Journal:
    """Appends lines to a journal. A line is on the disk when its method returns. Thread-safe.

    If a line can't be written, no method raises, but ``problem`` holds the error from then on. ``JournalLog.sending``
    raises it, so that nothing more is sent.

    :param path: the path of the file, for messages.
    :param descriptor: the file, open for appending; ``None`` for a journal that writes nothing.
    :param time: returns the time of day, in seconds since 1970.
    :ivar problem: why a line could not be written, or ``None``. Nothing is written after that.
    """

    def __init__(self, path: str | None, descriptor: int | None, history: JournalHistory, time: t.Callable[[], float]):
        self.path = path
        self._descriptor = descriptor
        self._time = time
        self._lock = threading.Lock()
        self._known = {_key(account.identified_by): account for account in history.accounts}
        self.problem: JournalError | None = None

    @property
    def enabled(self) -> bool:
        """Whether lines are written: not without the option ``journal``, and not in check mode."""
        return self._descriptor is not None

    def began(self, tenant: str, total: int, new: bool) -> None:
        """Write that a run of *total* accounts has begun; in a *new* journal, write the header first."""
        lines: list[dict[str, t.Any]] = [{"format": FORMAT, "tenant": tenant}] if new else []
        self._write(*lines, {"run": "began", "time": self._now(), "total": total})

    def ended(self, stopped: str | None) -> None:
        self._write({"run": "ended", "time": self._now(), "stopped": stopped})

    def add(self, accounts: t.Iterable[tuple[str, dict[str, str]]]) -> list[AccountHistory]:
        """Return the history of each account, and write the accounts that are new.

        :param accounts: the name of each account, and the options that identify it.
        """
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
        """Stop writing, because a thread that nobody waits for may still get a response."""
        with self._lock:
            if self._descriptor is not None and self.problem is None:
                self.problem = JournalError(f"journal {self.path} is closed.", "The run has ended.")

    def step(self, number: int, step: str, **more: t.Any) -> None:
        self._write({"account": number, "step": step, "time": self._now(), **more})

    def unchanged(self, reasons: t.Iterable[tuple[int, str]]) -> None:
        """Write why no change was due for accounts, given by their numbers.

        All lines are written at once, because no request depends on them.
        """
        step = {"step": UNCHANGED, "time": self._now()}
        self._write(*({"account": number, **step, "reason": reason} for number, reason in reasons))

    def _now(self) -> str:
        return format_exact_time(self._time())

    def _write(self, *lines: t.Mapping[str, t.Any]) -> None:
        if self._descriptor is None or not lines:
            return
        rest = memoryview("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines).encode("ascii"))
        with self._lock:
            # If a line was only partly written, more lines would make the journal unreadable.
            if self.problem is not None:
                return
            try:
                while rest:
                    rest = rest[os.write(self._descriptor, rest) :]
            except OSError as error:
                self._fail(error)
                return
        # Without the lock, so that the system can write the lines of several threads to the disk together.
        try:
            os.fdatasync(self._descriptor)
        except OSError as error:
            # Any other error means that the file system, such as one based on FUSE, doesn't support this call.
            if error.errno in _NOT_ON_DISK:
                with self._lock:
                    self._fail(error)

    def _fail(self, error: OSError) -> None:
        self.problem = JournalError(
            f"journal {self.path} can't be written: {os_error_reason(error)}.", "Make sure that there is free space."
        )


class JournalLog:
    """The ``ChangeLog`` of one account: writes the steps of its change as lines of a journal."""

    def __init__(self, journal: Journal, number: int) -> None:
        self._journal = journal
        self._number = number

    def sending(self, source_id: str, account_id: str) -> None:
        """Record that the change is about to be sent.

        :raises JournalError: this can't be written, so the change must not be sent.
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
    """Open and lock the journal at *path* for one run of *total* accounts. In check mode it is only read.

    :param path: ``None`` or empty for a journal that writes nothing.
    :param time: returns the time of day, in seconds since 1970.
    :raises InputError: the path can't be used.
    :raises JournalError: another run uses the journal, it belongs to another tenant, or its file can't be used.
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
                descriptor = stack.enter_context(open_safely(path, flags, _WRITTEN, in_place=True))
            except OSError as error:
                if not (check_mode and isinstance(error, FileNotFoundError)):
                    raise FileError(f"{_WRITTEN}: {os_error_reason(error)}") from None
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
            # Remove the incomplete last line of a run that was killed.
            try:
                os.ftruncate(descriptor, history.size)
            except OSError as error:
                raise FileError(f"{_WRITTEN}: {os_error_reason(error)}") from None
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
            f"{name} {error}.", "Wait until that run has ended; it sends the rest. This run has sent nothing."
        ) from None
    except FileError as error:
        raise JournalError(
            f"{name} {error}.", "Give the absolute path of your own file, in a folder that exists."
        ) from None


def _key(identified_by: t.Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(identified_by.items()))
