# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asking ISC to read an account again from its source."""

from __future__ import annotations

from .._client.client import Client
from .._client.operation import Operation

RELOAD_ACCOUNT = Operation(
    name="read an account again",
    method="POST",
    resource="accounts",
    rest="/{id}/reload",
    scope="idn:accounts-state:manage",
    repeatable=True,
    other_reason="that the user who made it is an administrator (of the tenant, of sources, or of the help desk)",
    hints={404: "ISC doesn't know the account any more. Run this again once Search has caught up."},
)


def reload_account(client: Client, isc_id: str) -> None:
    """Ask for it. ISC answers at once, and reads the account later.

    :param isc_id: the account's id in ISC, which is not its native identity.
    :raises IscError: it was refused, or no answer came.
    """
    client.call(RELOAD_ACCOUNT, request_id=isc_id)
