# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The org config: the password settings that apply to a whole tenant.

The facts are from SailPoint's API description (``password-org-config`` at https://developer.sailpoint.com/docs/api).
Every function raises IscError if ISC refuses or returns no usable response.
"""

from __future__ import annotations

import typing as t

from .._client.operation import Operation
from .._errors import ApiError

if t.TYPE_CHECKING:
    from .._client.client import Client

_CONFIG = "password-org-config"
_MANAGE = f"idn:{_CONFIG}:manage"
_AUTHORITY = "that the API client has the authority to change settings"

READ_ORG_CONFIG = Operation("read the password org config", "GET", _CONFIG, f"idn:{_CONFIG}:read")
SET_ORG_CONFIG = Operation("change the password org config", "PUT", _CONFIG, _MANAGE, other_reason=_AUTHORITY)
CREATE_ORG_CONFIG = Operation("create the password org config", "POST", _CONFIG, _MANAGE, other_reason=_AUTHORITY)

FIELDS: dict[str, str] = {
    "digit_token_enabled": "digitTokenEnabled",
    "digit_token_length": "digitTokenLength",
    "digit_token_duration_minutes": "digitTokenDurationMinutes",
    "custom_instructions_enabled": "customInstructionsEnabled",
}
"""ISC's field names by option name."""

DEFAULTS: dict[str, t.Any] = {
    "digit_token_enabled": False,
    "digit_token_length": 6,
    "digit_token_duration_minutes": 5,
    "custom_instructions_enabled": False,
}


def read_org_config(client: Client) -> dict[str, t.Any] | None:
    """Return the org config by option name; ``None`` if the tenant has none yet."""
    try:
        fields = client.call(READ_ORG_CONFIG)
    except ApiError as error:
        # It is an assumption that ISC responds with 404 in that case.
        if error.status_code == 404 and not error.at_login:
            return None
        raise
    values = {option: fields.typed(name, type(DEFAULTS[option])) for option, name in FIELDS.items()}
    return {option: DEFAULTS[option] if value is None else value for option, value in values.items()}


def write_org_config(client: Client, values: t.Mapping[str, t.Any]) -> None:
    """Change the given fields of the org config, or create one if the tenant has none.

    It is not documented whether a new tenant needs PUT or POST, so PUT is tried first.

    :param values: by option name.
    """
    body = {FIELDS[option]: value for option, value in values.items()}
    try:
        client.call(SET_ORG_CONFIG, json=body)
    except ApiError as error:
        if error.status_code != 404:
            raise
        client.call(CREATE_ORG_CONFIG, json=body)
