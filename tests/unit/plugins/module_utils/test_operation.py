# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where each API version serves the operations."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
import requests
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
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_org_config import (
    CREATE_ORG_CONFIG,
    READ_ORG_CONFIG,
    SET_ORG_CONFIG,
)
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_policies import (
    CREATE_PASSWORD_POLICY,
    DELETE_PASSWORD_POLICY,
    LIST_PASSWORD_POLICIES,
    SET_PASSWORD_POLICY,
)
from ansible_collections.community.sailpoint.plugins.module_utils._api.sources import (
    CHECK_CONNECTION,
    LIST_SOURCE_POLICIES,
    LIST_SOURCES,
    READ_SOURCE,
    SET_SOURCE_POLICIES,
    UPDATE_SOURCE,
)
from ansible_collections.community.sailpoint.plugins.module_utils._api.sync_groups import (
    CREATE_SYNC_GROUP,
    DELETE_SYNC_GROUP,
    LIST_SYNC_GROUPS,
    SET_SYNC_GROUP,
)
from ansible_collections.community.sailpoint.plugins.module_utils._client.operation import API_VERSIONS, path_of
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError
from ansible_collections.community.sailpoint.plugins.module_utils._http.transport import LARGEST_ANSWER
from hypothesis import given
from hypothesis import strategies as st
from support.contract import described, names
from support.operations import OPERATIONS

NOT_SERVED = [
    ("v3", CREATE_DIGIT_TOKEN),
    ("beta", SEARCH),
    ("beta", SEARCH_EVENTS),
    ("v3", CHECK_CONNECTION),
    *((version, LIST_SOURCE_POLICIES) for version in ("v2024", "v3", "beta")),
    *((version, SET_SOURCE_POLICIES) for version in ("v3", "beta")),
]
POLICIES = (LIST_PASSWORD_POLICIES, CREATE_PASSWORD_POLICY, SET_PASSWORD_POLICY, DELETE_PASSWORD_POLICY)

V1 = {
    QUERY_PASSWORD_INFO: "/query-password-info/v1",
    SET_PASSWORD: "/set-password/v1",
    CHANGE_STATUS: "/password-change-status/v1/some-id",
    CREATE_DIGIT_TOKEN: "/generate-password-reset-token/v1/digit",
    LIST_SYNC_GROUPS: "/password-sync-groups/v1",
    LIST_SOURCES: "/sources/v1",
    SEARCH: "/search/v1",
    RELOAD_ACCOUNT: "/accounts/v1/some-id/reload",
    LIST_ACTIVITIES: "/account-activities/v1",
    SEARCH_EVENTS: "/search/v1",
    READ_SOURCE: "/sources/v1/some-id",
    UPDATE_SOURCE: "/sources/v1/some-id",
    CHECK_CONNECTION: "/sources/v1/some-id/connector/check-connection",
    **dict.fromkeys((READ_ORG_CONFIG, SET_ORG_CONFIG, CREATE_ORG_CONFIG), "/password-org-config/v1"),
    **dict.fromkeys((LIST_PASSWORD_POLICIES, CREATE_PASSWORD_POLICY), "/password-policies/v1"),
    **dict.fromkeys((SET_PASSWORD_POLICY, DELETE_PASSWORD_POLICY), "/password-policies/v1/some-id"),
    **dict.fromkeys((LIST_SOURCE_POLICIES, SET_SOURCE_POLICIES), "/sources/v1/some-id/password-policies"),
    CREATE_SYNC_GROUP: "/password-sync-groups/v1",
    **dict.fromkeys((SET_SYNC_GROUP, DELETE_SYNC_GROUP), "/password-sync-groups/v1/some-id"),
}
OLDER = {
    QUERY_PASSWORD_INFO: "/query-password-info",
    SET_PASSWORD: "/set-password",
    CHANGE_STATUS: "/password-change-status/some-id",
    CREATE_DIGIT_TOKEN: "/generate-password-reset-token/digit",
    LIST_SYNC_GROUPS: "/password-sync-groups",
    LIST_SOURCES: "/sources",
    SEARCH: "/search",
    RELOAD_ACCOUNT: "/accounts/some-id/reload",
    LIST_ACTIVITIES: "/account-activities",
    SEARCH_EVENTS: "/search",
    READ_SOURCE: "/sources/some-id",
    UPDATE_SOURCE: "/sources/some-id",
    CHECK_CONNECTION: "/sources/some-id/connector/check-connection",
    **dict.fromkeys((READ_ORG_CONFIG, SET_ORG_CONFIG, CREATE_ORG_CONFIG), "/password-org-config"),
    **dict.fromkeys((LIST_PASSWORD_POLICIES, CREATE_PASSWORD_POLICY), "/password-policies"),
    **dict.fromkeys((SET_PASSWORD_POLICY, DELETE_PASSWORD_POLICY), "/password-policies/some-id"),
    **dict.fromkeys((LIST_SOURCE_POLICIES, SET_SOURCE_POLICIES), "/sources/some-id/password-policies"),
    CREATE_SYNC_GROUP: "/password-sync-groups",
    **dict.fromkeys((SET_SYNC_GROUP, DELETE_SYNC_GROUP), "/password-sync-groups/some-id"),
}


def test_v1_has_the_version_after_the_resource():
    assert {operation: path_of(operation, "v1", "some-id") for operation in OPERATIONS} == V1


@pytest.mark.parametrize("api_version", ["v2026", "v2025", "v2024", "beta", "v3"])
def test_the_older_versions_have_it_in_front(api_version):
    for operation, path in OLDER.items():
        if (api_version, operation) not in NOT_SERVED:
            assert path_of(operation, api_version, "some-id") == f"/{api_version}{path}"


@pytest.mark.parametrize(("api_version", "operation"), NOT_SERVED)
def test_what_a_version_lacks_is_refused(api_version, operation):
    message = rf"^api_version {api_version} has no operation to {operation.name}\.$"
    with pytest.raises(InputError, match=message) as refusal:
        path_of(operation, api_version)
    assert refusal.value.hint == "Use api_version v1."


def test_methods_scopes_and_the_experimental_one():
    assert {(operation.name, operation.method, operation.scope) for operation in OPERATIONS} == {
        ("query password info", "POST", "idn:password-info:read"),
        ("set password", "POST", "idn:password-change:manage"),
        ("read password change status", "GET", "idn:password-change:read"),
        ("create digit token", "POST", "idn:password-digit-token:create"),
        ("list password sync groups", "GET", "idn:password-sync-group:read"),
        ("list sources", "GET", "idn:sources:read"),
        ("search", "POST", "sp:search:read"),
        ("read an account again", "POST", "idn:accounts-state:manage"),
        ("list account activities", "GET", ""),
        ("search audit events", "POST", "sp:search:read"),
        ("read source", "GET", "idn:sources:read"),
        ("update source", "PATCH", "idn:sources:manage"),
        ("check the connection of a source", "POST", "idn:source-connector:manage"),
        ("read the password org config", "GET", "idn:password-org-config:read"),
        ("change the password org config", "PUT", "idn:password-org-config:manage"),
        ("create the password org config", "POST", "idn:password-org-config:manage"),
        ("list password policies", "GET", "idn:password-policy:read"),
        ("create a password policy", "POST", "idn:password-policy:write"),
        ("change a password policy", "PUT", "idn:password-policy:write"),
        ("delete a password policy", "DELETE", "idn:password-policy:write"),
        ("list the password policies of a source", "GET", "idn:password-policy:read"),
        ("assign password policies to a source", "PATCH", "idn:sources:manage"),
        ("create a password sync group", "POST", "idn:password-sync-group:manage"),
        ("change a password sync group", "PUT", "idn:password-sync-group:manage"),
        ("delete a password sync group", "DELETE", "idn:password-sync-group:manage"),
    }
    experimental = {operation for operation in OPERATIONS if operation.experimental}
    assert experimental == {CREATE_DIGIT_TOKEN, *POLICIES}


def test_only_reading_may_be_repeated():
    # To have an account read again twice does no harm.
    assert {operation.name for operation in OPERATIONS if operation.repeatable} == {
        "query password info",
        "read password change status",
        "list password sync groups",
        "list sources",
        "search",
        "read an account again",
        "list account activities",
        "search audit events",
        "read source",
        "check the connection of a source",
        "read the password org config",
        "list password policies",
        "list the password policies of a source",
    }


def test_only_an_answer_of_search_may_be_larger_than_others():
    assert {operation: operation.largest_answer for operation in OPERATIONS} == {
        **dict.fromkeys(OPERATIONS, LARGEST_ANSWER),
        SEARCH: 16 * LARGEST_ANSWER,
    }


@given(st.text(min_size=1).filter(lambda text: text not in (".", "..")), st.sampled_from(API_VERSIONS))
def test_any_request_id_stays_one_segment_on_its_way(request_id, api_version):
    path = path_of(CHANGE_STATUS, api_version, request_id)
    sent = requests.Request("GET", f"https://acme.api.identitynow.com{path}").prepare().path_url
    assert sent == path
    prefix, _slash, segment = sent.rpartition("/")
    assert prefix + "/" == path_of(CHANGE_STATUS, api_version, "")
    assert unquote(segment) == request_id


@pytest.mark.parametrize("api_version", API_VERSIONS)
def test_paths_methods_scopes_and_headers_are_those_of_the_official_description(api_version):
    all_described = {
        (of.method, of.path.replace("{id}", "some-id")): of
        for of in (described(api_version, name) for name in names(api_version))
    }
    for operation in OPERATIONS:
        if (api_version, operation) in NOT_SERVED:
            continue
        of = all_described[operation.method, path_of(operation, api_version, "some-id")]
        assert of.headers() <= ({"X-SailPoint-Experimental"} if operation.experimental else set())
        # Of one, none is published.
        assert operation.scope in (of.scopes or [""])
        # In beta, only a user may read sources at all.
        of_beta = api_version == "beta" and operation is LIST_SOURCES
        assert operation.user_only == (of.clients == ["userAuth"]) or of_beta
        assert list(of.body) == ([operation.content_type] if operation.content_type else list(of.body))
        assert (operation.content_type or "application/json") in (of.body or ["application/json"])
