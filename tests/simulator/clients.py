# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""API clients and personal access tokens of the tenant, with fixed credentials that a test can name."""

from __future__ import annotations

from dataclasses import dataclass

QUERY_SCOPE = "idn:password-info:read"
SET_SCOPE = "idn:password-change:manage"
STATUS_SCOPE = "idn:password-change:read"
DIGIT_SCOPE = "idn:password-digit-token:create"
SYNC_GROUP_SCOPE = "idn:password-sync-group:read"
SOURCE_SCOPE = "idn:sources:read"
SOURCE_MANAGE_SCOPE = "idn:sources:manage"
CONNECTOR_SCOPE = "idn:source-connector:manage"
SEARCH_SCOPE = "sp:search:read"
RELOAD_SCOPE = "idn:accounts-state:manage"
POLICY_READ_SCOPE = "idn:password-policy:read"
POLICY_WRITE_SCOPE = "idn:password-policy:write"
SYNC_GROUP_MANAGE_SCOPE = "idn:password-sync-group:manage"
ORG_CONFIG_READ_SCOPE = "idn:password-org-config:read"
ORG_CONFIG_MANAGE_SCOPE = "idn:password-org-config:manage"
SETTINGS_SCOPES = (
    POLICY_READ_SCOPE,
    POLICY_WRITE_SCOPE,
    SYNC_GROUP_MANAGE_SCOPE,
    ORG_CONFIG_READ_SCOPE,
    ORG_CONFIG_MANAGE_SCOPE,
    SOURCE_MANAGE_SCOPE,
)
PASSWORD_SCOPES = (QUERY_SCOPE, SET_SCOPE, STATUS_SCOPE, DIGIT_SCOPE)
ALL_SCOPES = (
    *PASSWORD_SCOPES,
    SYNC_GROUP_SCOPE,
    SOURCE_SCOPE,
    CONNECTOR_SCOPE,
    SEARCH_SCOPE,
    RELOAD_SCOPE,
    *SETTINGS_SCOPES,
)


@dataclass(frozen=True)
class ApiClient:
    """One pair of credentials; ``user_name`` is set for a personal access token only."""

    client_id: str
    client_secret: str
    scopes: tuple[str, ...]
    user_name: str | None = None


# Secrets hold what must be percent-encoded in a form, and a "%25" that a body decoded twice would lose.
FIXED = (
    ApiClient("api-client", "api & client=secret+100%25/?#;", ALL_SCOPES),
    ApiClient("pat-abby", "pat=abby + one & two%2Bthree%", ALL_SCOPES, user_name="Abby.Smith"),
    ApiClient("api-client-passwords-only", "passwords & only", PASSWORD_SCOPES),
    ApiClient("api-client-no-source-names", "no-source-names", (*PASSWORD_SCOPES, SYNC_GROUP_SCOPE)),
    ApiClient("api-client-search-only", "search-only", (SEARCH_SCOPE,)),
    ApiClient("api-client-query-only", "query-only-secret", (QUERY_SCOPE,)),
    ApiClient("api-client-reads-only", "reads-only", tuple(each for each in ALL_SCOPES if each.endswith(":read"))),
    ApiClient("api-client-no-scopes", "no-scopes-secret", ()),
)


def clients(slices: int = 0) -> dict:
    """All clients by id: the fixed ones and ``slices`` API clients ``slice-1``... with all scopes."""
    extra = (ApiClient(f"slice-{n}", f"slice & secret={n}", ALL_SCOPES) for n in range(1, slices + 1))
    return {client.client_id: client for client in (*FIXED, *extra)}
