# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The path, scope and properties of each operation in each API version."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
import requests
from ansible_collections.community.sailpoint.plugins.module_utils._api.accounts import SEARCH
from ansible_collections.community.sailpoint.plugins.module_utils._api.change_records import SEARCH_EVENTS
from ansible_collections.community.sailpoint.plugins.module_utils._api.digit_token import CREATE_DIGIT_TOKEN
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import CHANGE_STATUS
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
    SET_SOURCE_POLICIES,
)
from ansible_collections.community.sailpoint.plugins.module_utils._client.operation import API_VERSIONS, operation_path
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError
from ansible_collections.community.sailpoint.plugins.module_utils._http.transport import MAX_RESPONSE_SIZE
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


@pytest.mark.parametrize(("api_version", "operation"), NOT_SERVED)
def test_an_operation_that_a_version_lacks_is_refused(api_version, operation):
    message = rf"^api_version {api_version} has no operation to {operation.name}\.$"
    with pytest.raises(InputError, match=message) as refusal:
        operation_path(operation, api_version)
    assert refusal.value.hint == "Use api_version v1."


def test_policies_and_digit_tokens_are_experimental():
    assert {operation for operation in OPERATIONS if operation.experimental} == {CREATE_DIGIT_TOKEN, *POLICIES}


def test_only_reads_may_be_repeated():
    # Reading an account again twice does no harm.
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


def test_only_search_may_return_large_responses():
    assert {operation: operation.max_response_size for operation in OPERATIONS} == {
        **dict.fromkeys(OPERATIONS, MAX_RESPONSE_SIZE),
        SEARCH: 16 * MAX_RESPONSE_SIZE,
    }


@given(st.text(min_size=1).filter(lambda text: text not in (".", "..")), st.sampled_from(API_VERSIONS))
def test_any_request_id_is_one_segment_of_the_path(request_id, api_version):
    path = operation_path(CHANGE_STATUS, api_version, request_id)
    sent = requests.Request("GET", f"https://acme.api.identitynow.com{path}").prepare().path_url
    assert sent == path
    prefix, _slash, segment = sent.rpartition("/")
    assert prefix + "/" == operation_path(CHANGE_STATUS, api_version, "")
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
        of = all_described[operation.method, operation_path(operation, api_version, "some-id")]
        assert of.headers() <= ({"X-SailPoint-Experimental"} if operation.experimental else set())
        # SailPoint publishes no scope for one operation.
        assert operation.scope in (of.scopes or [""])
        # In beta, only a user may read sources at all.
        of_beta = api_version == "beta" and operation is LIST_SOURCES
        assert operation.user_only == (of.clients == ["userAuth"]) or of_beta
        assert list(of.body) == ([operation.content_type] if operation.content_type else list(of.body))
        assert (operation.content_type or "application/json") in (of.body or ["application/json"])
