# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hints on HTTP error statuses."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.accounts import RELOAD_ACCOUNT, SEARCH
from ansible_collections.community.sailpoint.plugins.module_utils._api.change_records import (
    LIST_ACTIVITIES,
    SEARCH_EVENTS,
)
from ansible_collections.community.sailpoint.plugins.module_utils._api.digit_token import CREATE_DIGIT_TOKEN
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import (
    CHANGE_STATUS,
    QUERY_PASSWORD_INFO,
    SET_PASSWORD,
)
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_org_config import READ_ORG_CONFIG
from ansible_collections.community.sailpoint.plugins.module_utils._api.sources import LIST_SOURCES
from ansible_collections.community.sailpoint.plugins.module_utils._api.sync_groups import LIST_SYNC_GROUPS
from ansible_collections.community.sailpoint.plugins.module_utils._client.authenticator import Claims
from ansible_collections.community.sailpoint.plugins.module_utils._client.operation import explain_refusal
from ansible_collections.community.sailpoint.plugins.module_utils._errors import ApiError
from support.operations import OPERATIONS

ALL = tuple(operation.scope for operation in OPERATIONS)
API_CLIENT = Claims("api_client", scopes=ALL)
USER = Claims("user", "Abby.Smith", "2c91", scopes=ALL)

TABLE = [
    (400, QUERY_PASSWORD_INFO, API_CLIENT, "Check user_name (the identity's login name) and source_name"),
    (400, SET_PASSWORD, API_CLIENT, "Check in ISC that password management is enabled for the source, and that"),
    (405, SET_PASSWORD, API_CLIENT, "The server at this address does not serve ISC's API: check base_url"),
    (413, SET_PASSWORD, API_CLIENT, "A proxy or gateway rejects a request of this size"),
    *((code, SEARCH, API_CLIENT, "ISC, or a gateway in front of it, has a problem") for code in (500, 502, 503, 504)),
    (400, CREATE_DIGIT_TOKEN, API_CLIENT, "Check user_id (the identity's uid), and that digit tokens are enabled"),
    (400, CHANGE_STATUS, API_CLIENT, "Check request_id."),
    (400, SEARCH, API_CLIENT, "Check query: it is written in the language of ISC's Search, with values in double"),
    (401, SET_PASSWORD, API_CLIENT, "The access token is expired or not of this tenant."),
    (404, CHANGE_STATUS, API_CLIENT, "ISC doesn't know this request_id (any more)"),
    (404, SET_PASSWORD, API_CLIENT, "The tenant may not serve api_version v2024: try another one (v1 is the newest"),
]


@pytest.mark.parametrize(("status", "operation", "claims", "hint"), TABLE)
def test_a_refusal_says_what_to_do(status, operation, claims, hint):
    error = ApiError("No.", status_code=status)
    assert explain_refusal(error, operation, "v2024", claims).hint.startswith(hint)
    assert error.hint is None


# The hints on a 403, by the kind of token.
LACKS = "The token lacks the scope {scope}: add it to the API client or personal access token in ISC."
ASK = "Check that the API client has the scope {scope}."
HAS = "The token has the scope {scope}, so ISC has another reason: check "
PAT = "Check that the personal access token has the scope {scope}, and its owner the right to do this."
MANAGED = HAS + "that password management is enabled for the source, and whether the tenant restricts the networks"
ADMINISTRATOR = HAS + "that the user who made it is an administrator of the tenant, and whether"
QUERY_OF_USER = (
    "The token has user context (Abby.Smith), and ISC may refuse query password info to such a token. Use the"
)
SET_OF_USER = (
    "The token has user context (Abby.Smith), and such a token may set only its own identity's password. Use the"
)
NO_SCOPE = "SailPoint names no scope for this: check that the user who made it is an administrator of the tenant."
OF_A_USER = "The token is an API client's, and ISC documents that only a user may do this. Use a personal access token"
OTHER_SCOPE = ("idn:nothing:read",)


def of_api_client(hints):
    """Return *hints* with the hint for operations that only a user may perform."""
    return {operation: OF_A_USER if operation.user_only else hint for operation, hint in hints.items()}


FORBIDDEN = {
    "API client without the scope": (Claims("api_client", scopes=OTHER_SCOPE), dict.fromkeys(OPERATIONS, LACKS)),
    "personal access token without it": (
        Claims("user", "Abby.Smith", scopes=OTHER_SCOPE),
        dict.fromkeys(OPERATIONS, LACKS),
    ),
    "API client that names no scopes": (Claims("api_client"), of_api_client(dict.fromkeys(OPERATIONS, ASK))),
    "token that can't be read": (Claims(), dict.fromkeys(OPERATIONS, ASK)),
    "API client with the scope": (
        API_CLIENT,
        {
            **of_api_client({operation: f"{HAS}{operation.other_reason}" for operation in OPERATIONS}),
            QUERY_PASSWORD_INFO: MANAGED,
            SET_PASSWORD: MANAGED,
            CREATE_DIGIT_TOKEN: HAS + "that digit tokens are enabled in ISC's password settings (isc_password_org",
            CHANGE_STATUS: HAS + "that request_id is of this tenant, and whether",
            LIST_SYNC_GROUPS: ADMINISTRATOR,
            LIST_SOURCES: ADMINISTRATOR,
            READ_ORG_CONFIG: ADMINISTRATOR,
            SEARCH: HAS
            + "that the user who made it is an administrator (of the tenant, or of reports, sources or roles)",
            SEARCH_EVENTS: HAS + "that the user who made it is an administrator (of the tenant, or of reports",
            RELOAD_ACCOUNT: HAS + "that the user who made it is an administrator (of the tenant, of sources, or of the",
        },
    ),
    "API client with all scopes": (
        Claims("api_client", scopes=("sp:scopes:all",)),
        of_api_client(dict.fromkeys(OPERATIONS, HAS)),
    ),
    "personal access token with the scope": (
        USER,
        {**dict.fromkeys(OPERATIONS, PAT), QUERY_PASSWORD_INFO: QUERY_OF_USER, SET_PASSWORD: SET_OF_USER},
    ),
}


@pytest.mark.parametrize("authority", FORBIDDEN)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_each_403_is_explained_for_each_authority(operation, authority):
    claims, hints = FORBIDDEN[authority]
    hints = {**hints, LIST_ACTIVITIES: NO_SCOPE}
    error = explain_refusal(ApiError("No.", status_code=403), operation, "v1", claims, "acme.api.identitynow.com")
    assert error.hint.startswith(hints[operation].format(scope=operation.scope))


def test_a_user_without_a_name_is_called_a_personal_access_token():
    error = explain_refusal(ApiError("No.", status_code=403), SET_PASSWORD, "v1", Claims("user", scopes=ALL))
    assert error.hint.startswith("The token has user context (a personal access token)")


@pytest.mark.parametrize("status", [401, 403, 404])
@pytest.mark.parametrize(
    ("host", "said"), [("acme.api.identitynow.com", True), ("isc.example.org", False), ("", False)]
)
def test_a_token_of_another_tenant_is_named_where_both_are_known(status, host, said):
    error = explain_refusal(ApiError("No.", status_code=status), SET_PASSWORD, "v1", Claims(org="other"), host)
    sentence = (
        "The access token says that it is of the tenant other, but base_url is the address of acme. Use credentials"
    )
    assert error.hint.startswith(sentence) is said


@pytest.mark.parametrize("status", [409, 418, 429])
def test_an_unexplained_status_has_no_hint(status):
    assert explain_refusal(ApiError("No.", status_code=status), SET_PASSWORD, "v1", API_CLIENT).hint is None


@pytest.mark.parametrize("operation", [QUERY_PASSWORD_INFO, SET_PASSWORD])
def test_a_user_token_leads_to_an_api_client(operation):
    error = explain_refusal(ApiError("No.", status_code=403), operation, "v1", USER)
    assert error.hint.endswith("Use the client id and secret of an API client (grant client_credentials) instead.")
