# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Typed exceptions for everything that can go wrong, and the option checks that raise one of them.

An exception holds one sentence on what went wrong and, as ``hint``, one on what to do about it. It never holds a
request body, a password, a token or a client secret. Exceptions are immutable: ``replace``, ``with_hint`` and
``with_details`` return a copy. ``is_transient`` and ``may_have_been_processed`` say what the exception means for the
request that caused it.
"""

from __future__ import annotations

import copy
import typing as t

from ._outcomes import REFUSED, UNKNOWN
from ._text import one_line

E = t.TypeVar("E", bound="IscError")


class IscError(Exception):
    """The base class of all errors that this collection explains.

    Message and hint are one printable line each, because they may quote names and ids from a server or a file.

    :param message: one sentence on what went wrong.
    :param hint: what to do about it, or ``None``.
    :param details: more result keys (``status_code``, ``tracking_id``, ``request_id``, ...); ``None`` is left out.
    :ivar at_login: the error occurred during login, so the request of the operation itself was not processed.
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
        """Whether the same request may succeed a little later."""
        return False

    @property
    def may_have_been_processed(self) -> bool:
        """Whether ISC may have processed the request that failed with this error."""
        return not self.at_login and self._may_have_arrived

    @property
    def _may_have_arrived(self) -> bool:
        return False

    def replace(
        self: E,
        *,
        message: str | None = None,
        hint: str | None = None,
        details: t.Mapping[str, t.Any] | None = None,
        at_login: bool | None = None,
    ) -> E:
        """Return a copy with the given attributes replaced; ``None`` leaves an attribute as it is."""
        error = copy.copy(self)
        error.message = self.message if message is None else one_line(message)
        error.args = (error.message,)
        error.hint = self.hint if hint is None else one_line(hint)
        error.details = dict(self.details if details is None else details)
        error.at_login = self.at_login if at_login is None else at_login
        return error

    def with_hint(self: E, sentence: str) -> E:
        """Return a copy with another sentence appended to the hint."""
        return self.replace(hint=f"{self.hint} {sentence}" if self.hint else sentence)

    def with_details(self: E, **details: t.Any) -> E:
        """Return a copy with additional result keys; existing keys keep their values."""
        more = {key: value for key, value in details.items() if value is not None}
        return self.replace(details={**more, **self.details})

    def as_result(self) -> dict[str, t.Any]:
        """Return the result of a failed task: ``msg``, ``hint`` and the details."""
        result = dict(self.details)
        result["msg"] = self.explanation
        if self.hint:
            result["hint"] = self.hint
        return result


class InputError(IscError):
    """The value of an option can't be used. The message names the option."""


class MissingLibraryError(IscError):
    """A required Python library is missing from the interpreter that runs the task, or too old."""


class ConnectError(IscError):
    """No connection was opened, so the request was not processed."""

    is_transient = True


class TlsError(ConnectError):
    """The server's certificate was rejected, so nothing was sent. A retry doesn't help."""

    is_transient = False


class AddressError(ConnectError):
    """The address of the server or of its proxy can't be used, so nothing was sent. A retry doesn't help."""

    is_transient = False


class LostResponseError(IscError):
    """The request was or may have been sent, but no complete response arrived."""

    is_transient = True
    _may_have_arrived = True


class UnexpectedResponseError(IscError):
    """A response is not what the API describes (HTML, empty, truncated, a list, a redirect, ...)."""

    @property
    def _may_have_arrived(self) -> bool:
        return not 300 <= self.details.get("status_code", 0) < 400


class ResponseTooLargeError(UnexpectedResponseError):
    """A response is larger than the operation allows. The rest of it was not read."""


class ApiError(IscError):
    """ISC responded with an error status.

    The details hold ``status_code`` and, if ISC sent them, ``detail_code``, ``tracking_id`` and ``messages``.
    """

    @property
    def status_code(self) -> int:
        return self.details["status_code"]

    @property
    def is_transient(self) -> bool:
        """Whether the status is a temporary one of a gateway. It doesn't tell whether the request was processed."""
        return self.status_code in (408, 502, 503, 504)

    @property
    def _may_have_arrived(self) -> bool:
        return self.status_code >= 500 or self.status_code == 408


class RateLimitError(ApiError):
    """ISC responded with 429: the request was not processed.

    :param retry_after: seconds to wait before the next request, or ``None`` if the response doesn't say.
    """

    is_transient = True

    def __init__(
        self, message: str, hint: str | None = None, retry_after: float | None = None, **details: t.Any
    ) -> None:
        super().__init__(message, hint, **details)
        self.retry_after = retry_after


class AccountChoiceError(IscError):
    """The identity has no account on the source, or has several and none was selected."""


class EncryptionError(IscError):
    """The password can't be encrypted with the key that ISC sent."""


class PolicyViolationError(IscError):
    """The password violates the policy and ``enforce_policy`` is on; nothing was sent."""


class SyncGroupError(IscError):
    """Other sources would change too, or might, and ``sync_group`` is ``refuse``; nothing was sent."""


class AgeUnknownError(IscError):
    """The age of the password is unknown and ``unknown_age`` is ``fail``; nothing was sent."""


class ChangeFailedError(IscError):
    """ISC accepted the change and then reported ``FAILED``."""


class OutcomeUnknownError(IscError):
    """It is unknown whether the change was or will be carried out."""


def classify_write_error(error: IscError, unknown: str, hint: str) -> IscError:
    """Return the error of a write request: *error* if the request was refused, else OutcomeUnknownError.

    :param unknown: what was sent and what is unknown about it. The message of *error* follows.
    :param hint: what to do if the outcome is unknown.
    """
    if not error.may_have_been_processed:
        return error.with_details(outcome=REFUSED)
    return OutcomeUnknownError(f"{unknown} {error.message}", hint, **{**error.details, "outcome": UNKNOWN})


class StorageError(IscError):
    """A receipt, a record or a journal, which must be durable before a change is sent, can't be read or written."""


class ReceiptError(StorageError):
    """A receipt is malformed, foreign or from a newer version, or its file can't be used."""


class RecordError(StorageError):
    """The record of an account's passwords is malformed, foreign or from a newer version, or can't be stored."""


class RotationBusyError(IscError):
    """Another run is rotating the password of the same account."""


class RotationUnknownError(IscError):
    """It is unknown whether a pending password is in effect, and this run may not resend it to find out."""


class BatchError(IscError):
    """Some accounts of a batch were not changed as requested. The details hold ``results`` and ``summary``."""


class JournalError(StorageError):
    """The journal of a batch is malformed, foreign or from a newer version, or its file can't be used."""


def check_seconds(option: str, value: float, longest: float) -> None:
    """Raise InputError unless *value* is more than 0 and at most *longest* seconds."""
    if not 0 < value <= longest:
        raise InputError(f"{option} is {value:g}.", f"Give seconds, more than 0 and at most {longest:g}.")


def check_number(option: str, value: int, smallest: int, largest: int) -> None:
    """Raise InputError unless *value* is from *smallest* to *largest* and not a boolean."""
    if isinstance(value, bool) or not smallest <= value <= largest:
        raise InputError(f"{option} is {value}.", f"Give a number from {smallest} to {largest}.")


def check_source_given(params: t.Mapping[str, t.Any]) -> None:
    """Raise InputError unless exactly one of ``source_name`` and ``source_id`` is given."""
    name, source_id = params["source_name"], params["source_id"]
    if (name is None) is (source_id is None):
        problem = "is missing" if name is None else "and source_id are both given"
        raise InputError(f"source_name {problem}.", "Give source_name or source_id.")


def check_text(option: str, value: str | None) -> str:
    """Return *value*, or raise InputError if it is missing or blank."""
    if value is None or not value.strip():
        raise InputError(f"{option} is {'missing' if value is None else 'empty'}.", f"Give {option}.")
    return value
