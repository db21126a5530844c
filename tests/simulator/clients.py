# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tenant's API clients and personal access tokens, with fixed credentials that a test can name."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.layouts import DIGIT_TOKEN, QUERY, SCOPES, SEARCH, SET, STATUS, SYNC_GROUPS

PASSWORD_SCOPES = tuple(SCOPES[operation] for operation in (QUERY, SET, STATUS, DIGIT_TOKEN))
ALL_SCOPES = tuple(dict.fromkeys(SCOPES.values()))


@dataclass(frozen=True)
class ApiClient:
    """One pair of credentials. Only a personal access token has a ``user_name``."""

    client_id: str
    client_secret: str
    scopes: tuple[str, ...]
    user_name: str | None = None


# Secrets contain characters that must be percent-encoded in a form, and a "%25" that decoding twice would lose.
FIXED = (
    ApiClient("api-client", "api & client=secret+100%25/?#;", ALL_SCOPES),
    ApiClient("pat-abby", "pat=abby + one & two%2Bthree%", ALL_SCOPES, user_name="Abby.Smith"),
    ApiClient("api-client-passwords-only", "passwords & only", PASSWORD_SCOPES),
    ApiClient("api-client-no-source-names", "no-source-names", (*PASSWORD_SCOPES, SCOPES[SYNC_GROUPS])),
    ApiClient("api-client-search-only", "search-only", (SCOPES[SEARCH],)),
    ApiClient("api-client-query-only", "query-only-secret", (SCOPES[QUERY],)),
    ApiClient("api-client-reads-only", "reads-only", tuple(each for each in ALL_SCOPES if each.endswith(":read"))),
    ApiClient("api-client-no-scopes", "no-scopes-secret", ()),
)


def clients(slices: int = 0) -> dict:
    """Return all clients by id: the fixed ones, and ``slices`` API clients ``slice-1``... with all scopes."""
    extra = (ApiClient(f"slice-{n}", f"slice & secret={n}", ALL_SCOPES) for n in range(1, slices + 1))
    return {client.client_id: client for client in (*FIXED, *extra)}
