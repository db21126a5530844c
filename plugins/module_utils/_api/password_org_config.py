# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading the tenant's settings of passwords.

The facts are those of SailPoint's description, ``password-configuration`` at https://developer.sailpoint.com/docs/api.
"""

from __future__ import annotations

import typing as t

from .._client.answers import Fields
from .._client.operation import Operation

if t.TYPE_CHECKING:
    from .._client.client import Client

READ_PASSWORD_ORG_CONFIG = Operation(
    name="read the password settings",
    method="GET",
    resource="password-org-config",
    rest="",
    scope="idn:password-org-config:read",
    repeatable=True,
    other_reason="that the user who made it is an administrator of the tenant",
)


def digit_tokens_are_on(client: Client) -> bool:
    """Return whether the tenant creates digit tokens. They are off unless somebody has turned them on.

    :raises IscError: that can't be read.
    """
    answer = client.call(READ_PASSWORD_ORG_CONFIG)
    return Fields(answer, READ_PASSWORD_ORG_CONFIG.name, client.redaction()).flag("digitTokenEnabled") is True
