# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the journal of a batch tells: for each account how far its password change got.

A journal is a text of one JSON object a line. The first line names the format and the tenant; then each run writes a
line when it begins and ends, a line for each account that is new to the journal, and a line for each step of an
account. A line is never changed, and none holds a secret.
"""

from __future__ import annotations

import json
import typing as t

from .._api.password_change import CHANGE_IN_PROGRESS, Change
from .._errors import JournalError
from .._outcomes import (
    ACCEPTED,
    FAILED,
    FINISHED,
    REFUSED,
    UNCHANGED,
    UNKNOWN,
)
from .._stored_format import refuse_newer_format
from .._times import parse_exact_time

FORMAT = 1
"""The number in a journal's first line; a larger one was written by a newer version of this collection."""

IDENTIFYING = ("user_name", "source_name", "identity_id", "source_id", "account_id", "account_name")
"""The options that identify an account; those that were given stand in its line."""

ADDED = "added"
"""Nothing was sent yet."""

SENDING = "sending"
"""The change was about to be sent. When this is the last step, whether ISC got it is not known."""

_BEGINNING = b'{"format":'
_STEPS = (SENDING, ACCEPTED, FINISHED, FAILED, REFUSED, UNKNOWN, UNCHANGED)
_HINT = "Restore it from a backup; or start with a new journal, and every account's password is set."


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

    __slots__ = (
        "accepted_at",
        "account_id",
        "ended_at",
        "errors",
        "identified_by",
        "name",
        "number",
        "reason",
        "request_id",
        "sent_at",
        "source_id",
        "source_ids",
        "state",
        "step",
    )

    def __init__(self, number: int, name: str, identified_by: dict[str, str]) -> None:
        self.number = number
        self.name = name
        self.identified_by = identified_by
        self.step = ADDED
        self.request_id: str | None = None
        self.state: str | None = None
        self.source_id: str | None = None
        self.account_id: str | None = None
        self.errors: tuple[str, ...] = ()
        self.source_ids: tuple[str, ...] = ()
        self.reason: str | None = None
        self.sent_at: float | None = None
        self.accepted_at: float | None = None
        self.ended_at: float | None = None

    @property
    def resumable(self) -> bool:
        """Whether a change is under way whose status can be read."""
        return self.step in (ACCEPTED, UNKNOWN) and self.request_id is not None

    @property
    def change(self) -> Change:
        """The last change that ISC accepted, as last seen."""
        return Change(self.request_id, self.state or CHANGE_IN_PROGRESS, self.errors, self.source_ids)

    def take(self, line: t.Mapping[str, t.Any]) -> None:
        """Take a step's line.

        :raises KeyError, TypeError, ValueError: it is none.
        """
        step, time = line["step"], parse_exact_time(line["time"])
        if step not in _STEPS:
            raise ValueError("no step")
        if step == SENDING:
            self.__init__(self.number, self.name, self.identified_by)  # type: ignore[misc]
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


class RunHistory:
    """One run on a journal. ``began_at`` and ``ended_at`` (``None`` when it was killed) are seconds since 1970.

    ``stopped`` tells why it sent nothing more, where it did not try all accounts.
    """

    __slots__ = ("began_at", "ended_at", "stopped", "total")

    def __init__(self, began_at: float, total: int) -> None:
        self.began_at = began_at
        self.total = total
        self.ended_at: float | None = None
        self.stopped: str | None = None


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
            raise JournalError(f"{name} is malformed: line {number} is not of a journal.", _HINT) from None
    return history


def _with_line(history: JournalHistory, line: dict[str, t.Any], name: str) -> JournalHistory:
    if history.tenant is None:
        refuse_newer_format(line, FORMAT, name, JournalError)
        if line["format"] != FORMAT:
            raise ValueError("another format")
        return history._replace(tenant=_text(line["tenant"]))
    if "run" in line:
        _take_run(history.runs, line)
    elif "step" in line:
        history.accounts[_count(line["account"])].take(line)
    else:
        if line["account"] != len(history.accounts):
            raise ValueError("accounts are numbered one after the other")
        identified_by = {option: _text(line[option]) for option in IDENTIFYING if option in line}
        history.accounts.append(AccountHistory(len(history.accounts), _text(line["name"]), identified_by))
    return history


def _take_run(runs: list[RunHistory], line: t.Mapping[str, t.Any]) -> None:
    time = parse_exact_time(line["time"])
    if line["run"] == "began":
        runs.append(RunHistory(time, _count(line["total"])))
    elif line["run"] == "ended":
        runs[-1].ended_at = time
        runs[-1].stopped = _optional(line["stopped"])
    else:
        raise ValueError("no run")


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
