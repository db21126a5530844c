# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Creates digit tokens, which let an identity reset its password in ISC."""

from __future__ import annotations

import typing as t

from .._client.operation import Operation
from .._client.responses import Fields
from .._errors import IscError

if t.TYPE_CHECKING:
    from .._client.client import Client

CREATE_DIGIT_TOKEN = Operation(
    "create digit token",
    "POST",
    "generate-password-reset-token/digit",
    "idn:password-digit-token:create",
    other_reason="that digit tokens are enabled in ISC's password settings (isc_password_org_config enables them)",
    experimental=True,
    hints={
        400: "Check user_id (the identity's uid), and that digit tokens are enabled in ISC's password settings: "
        "community.sailpoint.isc_password_org_config enables them."
    },
    not_served_by=("v3",),
)

LONGEST_DIGIT_TOKEN = 18


class DigitToken(t.NamedTuple):
    """A digit token, as a string because it may start with 0, and the id of the request that created it."""

    digits: str
    request_id: str | None


def create_digit_token(client: Client, user_id: str, length: int, duration_minutes: int) -> DigitToken:
    """Create a digit token.

    :param user_id: the identity's uid.
    :param length: digits.
    """
    body = {"userId": user_id, "length": length, "durationMinutes": duration_minutes}
    try:
        fields = client.call(CREATE_DIGIT_TOKEN, json=body)
        digits = _digits(fields, length)
        request_id = Fields(fields.content, fields.operation_name, client.redaction(digits)).text("requestId")
        return DigitToken(digits, request_id or None)
    except IscError as error:
        if error.may_have_been_processed:
            raise error.with_hint(
                "A digit token may have been created, but its digits are unknown. It expires by itself, so run this "
                "again."
            ) from None
        raise


def _digits(fields: Fields, length: int) -> str:
    digits = fields.value("digitToken")
    if isinstance(digits, int) and not isinstance(digits, bool) and digits >= 0:
        # One published example is a number. JSON numbers have no leading zeros, so they are restored.
        digits = str(digits).zfill(length)
    if not isinstance(digits, str) or not (digits.isascii() and digits.isdigit()) or len(digits) > LONGEST_DIGIT_TOKEN:
        raise fields.unexpected("no digitToken of digits")
    return digits
