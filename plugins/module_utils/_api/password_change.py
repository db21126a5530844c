# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A password change: asking ISC for it, and reading how far it is."""

from __future__ import annotations

import typing as t

from .._client.answers import Fields
from .._client.operation import Operation
from .._client.redaction import NOTHING_SECRET, Redaction
from .._errors import (
    ApiError,
    ChangeFailedError,
    IscError,
    LostAnswerError,
    OutcomeUnknownError,
    UnexpectedAnswerError,
)
from .._outcomes import FAILED, REFUSED, UNKNOWN

if t.TYPE_CHECKING:
    from .._client.client import Client
    from .password_info import PasswordInfo

SET_PASSWORD = Operation(
    name="set password",
    method="POST",
    resource="set-password",
    rest="",
    scope="idn:password-change:manage",
    repeatable=False,
    other_reason="that password management is enabled for the source",
    hints={
        400: "Check in ISC that password management is enabled for the source, and that the account is still there. "
        "Where ids and key are passed on from community.sailpoint.isc_password_info, query them again.",
    },
    refused_to_users="and such a token may set only its own identity's password",
)
CHANGE_STATUS = Operation(
    name="read password change status",
    method="GET",
    resource="password-change-status",
    rest="/{id}",
    scope="idn:password-change:read",
    repeatable=True,
    other_reason="that request_id is of this tenant",
    hints={
        400: "Check request_id.",
        404: "ISC doesn't know this request_id (any more): check it, and whether base_url is the same tenant's.",
    },
)

CHANGE_IN_PROGRESS = "IN_PROGRESS"
CHANGE_FINISHED = "FINISHED"
CHANGE_FAILED = "FAILED"

_STATES = {each: each for each in (CHANGE_IN_PROGRESS, CHANGE_FINISHED, CHANGE_FAILED)}
_STATES["IN_PROCESS"] = CHANGE_IN_PROGRESS
_MOST_ERRORS = 20


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


def set_password(
    client: Client, info: PasswordInfo, account_id: str, encrypted_password: str, secrets: t.Sequence[str | None] = ()
) -> Change:
    """Ask for a password change; ISC accepts it and carries it out later.

    :param secrets: the passwords that neither the change nor an error tells, should ISC repeat them.
    :raises OutcomeUnknownError: the request was sent, and whether it was accepted is not known.
    :raises IscError: it was not accepted; ``outcome`` among the details is then ``refused``.
    """
    try:
        answer = client.call(
            SET_PASSWORD,
            json={
                "identityId": info.identity_id,
                "encryptedPassword": encrypted_password,
                "publicKeyId": info.public_key_id,
                "accountId": account_id,
                "sourceId": info.source_id,
            },
            secrets=secrets,
        )
        return read_change(answer, SET_PASSWORD.name, client.redaction(*secrets))
    except IscError as error:
        if not may_have_been_processed(error):
            raise error.with_details(outcome=REFUSED) from None
        raise OutcomeUnknownError(
            f"The password change was sent, and whether ISC accepted it is not known: {error.message}",
            "It was not sent again, because a second change could collide with the first. Find out whether the "
            "new password is in effect (log in with it, or look at the account's activity in ISC) before you run this "
            "again.",
            **{**error.details, "outcome": UNKNOWN},
        ) from None


def read_change_status(
    client: Client, request_id: str, deadline: float | None = None, secrets: t.Sequence[str | None] = ()
) -> Change:
    """Read the state of a password change once.

    :param deadline: a time of the client's clock that no retry goes beyond.
    :param secrets: the passwords that neither the change nor an error tells, should ISC repeat them.
    """
    answer = client.call(CHANGE_STATUS, request_id=request_id, deadline=deadline, secrets=secrets)
    return read_change(answer, CHANGE_STATUS.name, client.redaction(*secrets))


def may_have_been_processed(error: IscError) -> bool:
    """Return whether ISC may have processed a request that ended with *error*."""
    if error.at_login:
        return False
    if isinstance(error, ApiError):
        return error.status_code >= 500 or error.status_code == 408
    if isinstance(error, UnexpectedAnswerError):
        return not 300 <= error.details.get("status_code", 0) < 400
    return isinstance(error, LostAnswerError)


def read_change(answer: t.Mapping[str, t.Any], of: str, redact: Redaction = NOTHING_SECRET) -> Change:
    """Read the body of an answer of set password or change status.

    :param of: the operation, for the message. :param redact: see Fields.
    :raises UnexpectedAnswerError: the answer has no state, or a field is of another type than described.
    """
    fields = Fields(answer, of, redact)
    state = str(fields.value("state", "status")).strip().upper()
    # The published example of beta's status spells its fields and its state so.
    state = _STATES.get(state) or fields.text("state", "status", longest=40).upper()
    if not state:
        raise fields.unexpected("no state")
    return Change(
        request_id=fields.id("requestId", "reqeustId"),
        state=state,
        errors=fields.texts("errors", "error")[:_MOST_ERRORS],
        source_ids=fields.texts("sourceIds"),
    )
