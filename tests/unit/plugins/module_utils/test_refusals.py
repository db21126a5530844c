# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an error status means and what to do about it."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._claims import Claims
from ansible_collections.community.sailpoint.plugins.module_utils._endpoints import (
    CHANGE_STATUS,
    CREATE_DIGIT_TOKEN,
    OPERATIONS,
    QUERY_PASSWORD_INFO,
    SET_PASSWORD,
)
from ansible_collections.community.sailpoint.plugins.module_utils._errors import ApiError
from ansible_collections.community.sailpoint.plugins.module_utils._refusals import explain_refusal

ALL = tuple(operation.scope for operation in OPERATIONS)
API_CLIENT = Claims("api_client", scopes=ALL)
USER = Claims("user", "Abby.Smith", "2c91", scopes=ALL)

TABLE = [
    (400, QUERY_PASSWORD_INFO, API_CLIENT, "Check user_name (the identity's login name) and source_name"),
    (400, SET_PASSWORD, API_CLIENT, "Query password info again, and pass identity_id, source_id, account_id"),
    (400, CREATE_DIGIT_TOKEN, API_CLIENT, "Check user_id (the identity's uid), and that digit tokens are enabled"),
    (400, CHANGE_STATUS, API_CLIENT, "Check request_id."),
    (401, SET_PASSWORD, API_CLIENT, "The access token is expired or not of this tenant."),
    (403, QUERY_PASSWORD_INFO, API_CLIENT, "Check that the API client has the scope idn:password-info:read."),
    (403, QUERY_PASSWORD_INFO, USER, "The token has user context (Abby.Smith), and ISC may refuse query password info"),
    (403, SET_PASSWORD, USER, "The token has user context (Abby.Smith), and such a token may set only its own"),
    (403, CHANGE_STATUS, USER, "Check that the API client has the scope idn:password-change:read."),
    (403, SET_PASSWORD, Claims("user", scopes=ALL), "The token has user context (a personal access token)"),
    (403, SET_PASSWORD, Claims("user", scopes=("idn:a:read",)), "The token lacks the scope idn:password-change:manage"),
    (403, SET_PASSWORD, Claims(), "Check that the API client has the scope idn:password-change:manage."),
    (404, CHANGE_STATUS, API_CLIENT, "ISC doesn't know this request_id (any more)"),
    (404, SET_PASSWORD, API_CLIENT, "The tenant may not serve api_version v2024: try another one (v1 is the newest"),
]


@pytest.mark.parametrize(("status", "operation", "claims", "hint"), TABLE)
def test_a_refusal_says_what_to_do(status, operation, claims, hint):
    error = ApiError("No.", status_code=status)
    assert explain_refusal(error, operation, "v2024", claims) is error
    assert error.hint.startswith(hint)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_where_nothing_is_known_nothing_is_said(status):
    assert explain_refusal(ApiError("No.", status_code=status), SET_PASSWORD, "v1", API_CLIENT).hint is None


@pytest.mark.parametrize("operation", [QUERY_PASSWORD_INFO, SET_PASSWORD])
def test_user_context_is_answered_with_an_api_client(operation):
    error = explain_refusal(ApiError("No.", status_code=403), operation, "v1", USER)
    assert error.hint.endswith("Use the client id and secret of an API client (grant client_credentials) instead.")
