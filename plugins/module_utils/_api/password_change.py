# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A password change, as ISC tells about it."""

from __future__ import annotations

import typing as t

from .._errors import ChangeFailedError, UnexpectedAnswerError
from .._outcomes import FAILED
from .._text import clean_text, fault_of_id

CHANGE_IN_PROGRESS = "IN_PROGRESS"
CHANGE_FINISHED = "FINISHED"
CHANGE_FAILED = "FAILED"

# The published example of beta's status spells its fields and its state so.
_STATE_FIELDS = ("state", "status")
_REQUEST_ID_FIELDS = ("requestId", "reqeustId")
_ERROR_FIELDS = ("errors", "error")
_MOST_ERRORS = 20
_STATES = {"IN_PROCESS": CHANGE_IN_PROGRESS}


class Change(t.NamedTuple):
    """A password change: its request id (ISC may give none), state, errors and the ids of the sources it reaches."""

    request_id: str | None
    state: str
    errors: tuple[str, ...] = ()
    source_ids: tuple[str, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether the state is final. A state that isn't known is not."""
        return self.state in (CHANGE_FINISHED, CHANGE_FAILED)

    @property
    def failed(self) -> bool:
        """Whether ISC reported C(FAILED)."""
        return self.state == CHANGE_FAILED

    @property
    def reason(self) -> str:
        """What ISC said about a change that failed."""
        return "; ".join(self.errors) or "ISC gave no reason"

    def following(self, earlier: Change) -> Change:
        """Return this later view of the change *earlier*, which keeps its request id."""
        return self._replace(
            request_id=earlier.request_id or self.request_id, source_ids=self.source_ids or earlier.source_ids
        )

    def as_result(self) -> dict[str, t.Any]:
        """Return the result keys of a change."""
        return {
            "request_id": self.request_id,
            "state": self.state,
            "errors": list(self.errors),
            "source_ids": list(self.source_ids),
        }

    def raise_if_failed(self) -> None:
        """Raise ChangeFailedError when ISC reported C(FAILED)."""
        if not self.failed:
            return
        several = (
            " The change reached several sources; on some of them it may have been carried out."
            if len(self.source_ids) > 1
            else ""
        )
        raise ChangeFailedError(
            f"ISC accepted the password change and then reported FAILED: {self.reason.rstrip('.')}.{several}",
            "The source refused it or could not be reached: check the password against the source's policy and "
            "history, and the source's virtual appliances in ISC.",
            outcome=FAILED,
            **self.as_result(),
        )


def read_change(answer: t.Mapping[str, t.Any], of: str) -> Change:
    """Read the body of an answer of set password or change status.

    :param of: the operation, for the message.
    :raises UnexpectedAnswerError: the answer has no state, or a field is of another type than described.
    """
    state = _first(answer, _STATE_FIELDS)
    state = clean_text(state, 40).upper() if isinstance(state, str) else ""
    if not state:
        raise UnexpectedAnswerError(f"ISC's answer to {of} has no state.")
    request_id = _first(answer, _REQUEST_ID_FIELDS)
    if request_id is not None and not isinstance(request_id, str):
        raise UnexpectedAnswerError(f"ISC's answer to {of} has a requestId that is no string.")
    fault = fault_of_id(request_id or "")
    if fault:
        raise UnexpectedAnswerError(f"ISC's answer to {of} has {fault} in requestId.")
    return Change(
        request_id=request_id or None,
        state=_STATES.get(state, state),
        errors=_texts(_first(answer, _ERROR_FIELDS), of)[:_MOST_ERRORS],
        source_ids=_texts(answer.get("sourceIds"), of),
    )


def _first(answer: t.Mapping[str, t.Any], fields: t.Sequence[str]) -> t.Any:
    return next((answer[field] for field in fields if answer.get(field) is not None), None)


def _texts(value: t.Any, of: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise UnexpectedAnswerError(f"ISC's answer to {of} has a list that holds other things than strings.")
    return tuple(filter(None, map(clean_text, value)))
