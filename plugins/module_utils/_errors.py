# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that can go wrong, as typed exceptions, and the checks of options that raise one.

Each exception is one sentence of what went wrong and, as C(hint), one of what to do. None of them ever holds a
request's body, a password, a token or a client secret. None is changed once it exists: C(replaced), C(with_hint) and
C(with_details) return another one. Each tells what it means for its request: C(is_transient) and
C(may_have_been_processed).
"""

from __future__ import annotations

import copy
import typing as t

from ._outcomes import REFUSED, UNKNOWN
from ._text import one_line


class IscError(Exception):
    """The base of all errors that this collection explains.

    Message and hint are one printable line each: names and ids from a server or a file may stand in them.

    :param message: one sentence: what went wrong.
    :param hint: what to do about it, or ``None``.
    :param details: further result keys (``status_code``, ``tracking_id``, ``request_id``, ...); ``None`` is left out.
    :ivar at_login: it came up while logging in, so the operation's own request was not processed.
    """

    at_login = False

    def __init__(self, message: str, hint: str | None = None, **details: t.Any) -> None:
        self.message = one_line(message)
        super().__init__(self.message)
        self.hint = None if hint is None else one_line(hint)
        self.details = {key: value for key, value in details.items() if value is not None}

    @property
    def explanation(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else self.message

    @property
    def is_transient(self) -> bool:
        """Whether the same request may well succeed a little later."""
        return False

    @property
    def may_have_been_processed(self) -> bool:
        """Whether ISC may have processed the request that ended with this."""
        return not self.at_login and self._may_have_arrived

    @property
    def _may_have_arrived(self) -> bool:
        return False

    def replaced(
        self,
        *,
        message: str | None = None,
        hint: str | None = None,
        details: t.Mapping[str, t.Any] | None = None,
        at_login: bool | None = None,
    ) -> t.Any:
        """Return the same error with another message, hint or details; what is ``None`` stays."""
        error = copy.copy(self)
        error.message = self.message if message is None else one_line(message)
        error.args = (error.message,)
        error.hint = self.hint if hint is None else one_line(hint)
        error.details = dict(self.details if details is None else details)
        error.at_login = self.at_login if at_login is None else at_login
        return error

    def with_hint(self, sentence: str) -> t.Any:
        """Return the same error with one more sentence of what to do."""
        return self.replaced(hint=f"{self.hint} {sentence}" if self.hint else sentence)

    def with_details(self, **details: t.Any) -> t.Any:
        """Return the same error with more result keys; a key that is there keeps its value."""
        more = {key: value for key, value in details.items() if value is not None}
        return self.replaced(details={**more, **self.details})

    def as_result(self) -> dict[str, t.Any]:
        """Return the result of a failed task: ``msg``, ``hint`` and the details."""
        result = dict(self.details)
        result["msg"] = self.explanation
        if self.hint:
            result["hint"] = self.hint
        return result


class InputError(IscError):
    """An option's value can't be used; the message names the option."""


class MissingLibraryError(IscError):
    """A Python library that the task needs is missing from the interpreter that runs it, or too old."""


class ConnectError(IscError):
    """No connection was opened, so the request was not processed."""

    is_transient = True


class TlsError(ConnectError):
    """The server's certificate was not accepted, so nothing was sent. Trying again doesn't help."""

    is_transient = False


class AddressError(ConnectError):
    """The address of the server or of its proxy can't be used, so nothing was sent. Trying again doesn't help."""

    is_transient = False


class LostResponseError(IscError):
    """The request was sent, or may have been, and no whole response came back."""

    is_transient = True
    _may_have_arrived = True


class UnexpectedResponseError(IscError):
    """A response arrived that is not what the API describes (HTML, empty, truncated, a list, a redirect, ...)."""

    @property
    def _may_have_arrived(self) -> bool:
        return not 300 <= self.details.get("status_code", 0) < 400


class ResponseTooLargeError(UnexpectedResponseError):
    """A response has more bytes than the operation's responses may have; the rest of it was not read."""


class ApiError(IscError):
    """ISC answered with an error status.

    The details hold ``status_code`` and, where ISC sent them, ``detail_code``, ``tracking_id`` and ``messages``.
    """

    @property
    def status_code(self) -> int:
        return self.details["status_code"]

    @property
    def is_transient(self) -> bool:
        """Whether a gateway answers so in passing. Whether the request was processed is not known then."""
        return self.status_code in (408, 502, 503, 504)

    @property
    def _may_have_arrived(self) -> bool:
        return self.status_code >= 500 or self.status_code == 408


class RateLimitError(ApiError):
    """ISC answered 429: the request was not processed.

    :param retry_after: seconds until the next request is welcome, or ``None`` when the response didn't say.
    """

    is_transient = True

    def __init__(
        self, message: str, hint: str | None = None, retry_after: float | None = None, **details: t.Any
    ) -> None:
        super().__init__(message, hint, **details)
        self.retry_after = retry_after


class AccountChoiceError(IscError):
    """The identity has no account on the source, or several and none was chosen."""


class EncryptionError(IscError):
    """The password can't be encrypted with the key that ISC sent."""


class PolicyViolationError(IscError):
    """The password violates the policy and C(enforce_policy) is on; nothing was sent."""


class SyncGroupError(IscError):
    """Other sources would change too, or that isn't known, and C(sync_group) is C(refuse); nothing was sent."""


class AgeUnknownError(IscError):
    """How old the password is isn't known, and C(unknown_age) is C(fail); nothing was sent."""


class ChangeFailedError(IscError):
    """ISC accepted the change and reported C(FAILED)."""


class OutcomeUnknownError(IscError):
    """Whether the change was or will be carried out is not known."""


def after_write(error: IscError, not_known: str, hint: str) -> IscError:
    """Return what *error* means after a request that writes: it was refused, or its outcome is not known.

    :param not_known: what was sent, and what is not known about it; the message of the error follows.
    :param hint: what to do where the outcome is not known.
    """
    if not error.may_have_been_processed:
        return t.cast(IscError, error.with_details(outcome=REFUSED))
    return OutcomeUnknownError(f"{not_known} {error.message}", hint, **{**error.details, "outcome": UNKNOWN})


class StorageError(IscError):
    """What must be durable before a change is sent can't be read or written: a receipt, a record or a journal."""


class ReceiptError(StorageError):
    """A receipt is malformed, foreign or from a newer version, or its file can't be used."""


class RecordError(StorageError):
    """The record of an account's passwords is malformed, foreign or from a newer version, or can't be stored."""


class RotationBusyError(IscError):
    """Another run is rotating the same account's password."""


class RotationUnknownError(IscError):
    """Whether a pending password is in effect is not known, and this run may not find out by sending it again."""


class BatchError(IscError):
    """Of a batch, not all accounts were changed as asked. The details hold C(results) and C(summary)."""


class JournalError(StorageError):
    """The journal of a batch is malformed, foreign or from a newer version, or its file can't be used."""


def check_seconds(option: str, value: float, longest: float) -> None:
    """Raise InputError unless *value* is more than 0 and at most *longest* seconds."""
    if not 0 < value <= longest:
        raise InputError(f"{option} is {value:g}.", f"Give seconds, more than 0 and at most {longest:g}.")


def check_number(option: str, value: int, smallest: int, largest: int) -> None:
    """Raise InputError unless *value* is from *smallest* to *largest*, and neither true nor false."""
    if isinstance(value, bool) or not smallest <= value <= largest:
        raise InputError(f"{option} is {value}.", f"Give a number from {smallest} to {largest}.")


def check_source_given(params: t.Mapping[str, t.Any]) -> None:
    """Raise InputError unless either C(source_name) or C(source_id) is given."""
    name, source_id = params["source_name"], params["source_id"]
    if (name is None) is (source_id is None):
        problem = "is missing" if name is None else "and source_id are both given"
        raise InputError(f"source_name {problem}.", "Give source_name or source_id.")


def check_text(option: str, value: str | None) -> str:
    """Return *value*; raise InputError when it is missing or blank."""
    if value is None or not value.strip():
        raise InputError(f"{option} is {'missing' if value is None else 'empty'}.", f"Give {option}.")
    return value
