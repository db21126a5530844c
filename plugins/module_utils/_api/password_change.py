# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Password changes: queries the data a change needs, submits it to ISC, and reads its status."""

from __future__ import annotations

import sys
import typing as t

from .._client.operation import Operation
from .._errors import ChangeFailedError, IscError, classify_write_error
from .._outcomes import FAILED
from .._text import clean_text, quoted

if t.TYPE_CHECKING:
    from .._client.client import Client
    from .._client.responses import Fields

_ENABLED = "that password management is enabled for the source"

QUERY_PASSWORD_INFO = Operation(
    "query password info",
    "POST",
    "query-password-info",
    "idn:password-info:read",
    repeatable=True,
    other_reason=_ENABLED,
    hints={400: "Check user_name (the identity's login name) and source_name (the source's display name, as in ISC)."},
    refused_to_users="and ISC may refuse query password info to such a token",
)
SET_PASSWORD = Operation(
    "set password",
    "POST",
    "set-password",
    "idn:password-change:manage",
    other_reason=_ENABLED,
    hints={
        400: "Check in ISC that password management is enabled for the source, and that the account is still there. "
        "Where ids and key are passed on from community.sailpoint.isc_password_info, query them again."
    },
    refused_to_users="and such a token may set only its own identity's password",
)
CHANGE_STATUS = Operation(
    "read password change status",
    "GET",
    "password-change-status/{id}",
    "idn:password-change:read",
    other_reason="that request_id is of this tenant",
    hints={
        400: "Check request_id.",
        404: "ISC doesn't know this request_id (any more): check it, and whether base_url is the same tenant's.",
    },
    id_option="request_id",
)

CHANGE_IN_PROGRESS = "IN_PROGRESS"
CHANGE_FINISHED = "FINISHED"
CHANGE_FAILED = "FAILED"

_STATES = {each: each for each in (CHANGE_IN_PROGRESS, CHANGE_FINISHED, CHANGE_FAILED)}
_STATES["IN_PROCESS"] = CHANGE_IN_PROGRESS  # The published example of beta's status has this spelling.
_MAX_ERRORS = 20


class Account(t.NamedTuple):
    """An account: its native identity on the source (its DN in Active Directory) and its display name."""

    account_id: str
    account_name: str

    def __str__(self) -> str:
        return f"account_id {quoted(self.account_id)} (account_name {quoted(self.account_name)})"


class PasswordInfo(t.NamedTuple):
    """The data about an identity on a source that ISC needs to set a password."""

    identity_id: str
    source_id: str
    public_key_id: str
    public_key: str
    accounts: tuple[Account, ...]
    policies: tuple[str, ...]


NOTHING_SENT: dict[str, t.Any] = {"request_id": None, "state": None, "errors": [], "source_ids": []}
"""The result keys of a change that was not sent, or that check mode predicts."""


class Change(t.NamedTuple):
    """A password change as ISC reports it.

    :ivar request_id: ``None`` if ISC returned none.
    :ivar source_ids: the sources that the change applies to.
    """

    request_id: str | None
    state: str
    errors: tuple[str, ...] = ()
    source_ids: tuple[str, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether the state is final. An unknown state is not."""
        return self.state in (CHANGE_FINISHED, CHANGE_FAILED)

    @property
    def failed(self) -> bool:
        return self.state == CHANGE_FAILED

    @property
    def reason(self) -> str:
        return "; ".join(self.errors) or "ISC gave no reason"

    def updated(self, newer: Change) -> Change:
        """Return *newer* with the request id of this change, and with its source ids if *newer* has none."""
        return newer._replace(
            request_id=self.request_id or newer.request_id, source_ids=newer.source_ids or self.source_ids
        )

    def as_result(self) -> dict[str, t.Any]:
        return {
            "request_id": self.request_id,
            "state": self.state,
            "errors": list(self.errors),
            "source_ids": list(self.source_ids),
        }

    def raise_if_failed(self) -> None:
        if not self.failed:
            return
        several = " The change reached several sources; it may have been carried out on some of them."
        raise ChangeFailedError(
            f"ISC accepted the password change and then reported FAILED: {self.reason.rstrip('.')}."
            f"{several if len(self.source_ids) > 1 else ''}",
            "The source refused it or could not be reached: check the password against the source's policy and "
            "history, and the source's virtual appliances in ISC.",
            outcome=FAILED,
            **self.as_result(),
        )


def query_password_info(client: Client, user_name: str, source_name: str) -> PasswordInfo:
    fields = client.call(QUERY_PASSWORD_INFO, json={"userName": user_name, "sourceName": source_name})
    policies = fields.value("policies") or []
    # Some published examples contain numbers.
    if not isinstance(policies, list) or not all(isinstance(each, (str, int, float, type(None))) for each in policies):
        raise fields.unexpected("policies that are not a list of strings")
    return PasswordInfo(
        identity_id=fields.required_id("identityId"),
        source_id=fields.required_id("sourceId"),
        public_key_id=fields.required_id("publicKeyId"),
        # All accounts of a source share its key and policies. One string for thousands of accounts saves megabytes.
        public_key=sys.intern(fields.required_id("publicKey")),
        accounts=tuple(
            Account(each.required_id("accountId"), each.name("accountName")) for each in fields.objects("accounts")
        ),
        policies=tuple(sys.intern(clean_text(fields.redact(str(each)))) for each in policies),
    )


def set_password(
    client: Client, info: PasswordInfo, account_id: str, encrypted_password: str, secrets: t.Sequence[str | None] = ()
) -> Change:
    """Submit a password change. ISC accepts it first and carries it out later.

    :param secrets: passwords to redact from the change and from errors, in case ISC repeats them.
    :raises OutcomeUnknownError: the request was sent, and it is unknown whether ISC accepted it.
    :raises IscError: ISC did not accept the change. The detail ``outcome`` is ``refused``.
    """
    try:
        fields = client.call(
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
        return read_change(fields)
    except IscError as error:
        raise classify_write_error(
            error,
            "The password change was sent, and whether ISC accepted it is not known:",
            "It was not sent again, because a second change could collide with the first. Find out whether the "
            "new password is in effect (log in with it, or look at the account's activity in ISC) before you run this "
            "again.",
        ) from None


def read_change_status(
    client: Client, request_id: str, deadline: float | None = None, secrets: t.Sequence[str | None] = ()
) -> Change:
    """Read the status of a password change once.

    :param deadline: the time of the client's clock after which nothing is retried.
    :param secrets: passwords to redact from the change and from errors, in case ISC repeats them.
    """
    return read_change(client.call(CHANGE_STATUS, request_id, deadline=deadline, secrets=secrets))


def read_change(fields: Fields) -> Change:
    """Read the response to a set-password or change-status request.

    :raises UnexpectedResponseError: the response has no state, or a field has the wrong type.
    """
    # "status" and "reqeustId" occur in the published example of beta's status.
    state = str(fields.value("state", "status")).strip().upper()
    state = _STATES.get(state) or fields.text("state", "status", longest=40).upper()
    if not state:
        raise fields.unexpected("no state")
    return Change(
        request_id=fields.id("requestId", "reqeustId"),
        state=state,
        errors=fields.texts("errors", "error")[:_MAX_ERRORS],
        source_ids=fields.texts("sourceIds"),
    )
