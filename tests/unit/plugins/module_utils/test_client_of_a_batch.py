# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a batch needs of the client: one that several threads share, and that leaves retries to others."""

from __future__ import annotations

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import (
    CHANGE_STATUS,
    QUERY_PASSWORD_INFO,
)
from ansible_collections.community.sailpoint.plugins.module_utils._errors import ApiError
from support.local_servers import closed_port
from support.modules import AD, connected

QUERY = {"json": {"userName": "svc-backup", "sourceName": AD}}


@pytest.fixture
def client(tenant, fake_time):
    """Return a client that lives in fake time."""
    with connected(tenant, fake_time) as made:
        yield made


def test_a_client_without_retries_shares_all_and_sends_once(client, tenant, fake_time):
    client.token()
    once = client.without_retries()
    tenant.fault("status", "status", status=503, times=None)
    with pytest.raises(ApiError):
        once.call(CHANGE_STATUS, of_id="r")
    assert tenant.counts() == {"login": 1, "status": 1}
    assert fake_time.naps == []
    assert once.warnings is client.warnings
    with pytest.raises(ApiError):
        client.call(CHANGE_STATUS, of_id="r")
    assert tenant.counts()["status"] == 1 + 5


def test_an_error_of_the_login_says_so(tenant, fake_time):
    tenant.fault("login", "status", status=503)
    with connected(tenant, fake_time, retries=0) as client:
        with pytest.raises(ApiError) as failure:
            client.call(QUERY_PASSWORD_INFO, **QUERY)
        assert failure.value.at_login
        assert client.call(QUERY_PASSWORD_INFO, **QUERY).value("sourceId")
        tenant.fault("query", "status", status=503)
        with pytest.raises(ApiError) as failure:
            client.call(QUERY_PASSWORD_INFO, **QUERY)
        assert not failure.value.at_login


def test_a_token_that_another_thread_has_renewed_is_kept(client, tenant):
    first = client.token()
    tenant.expire_tokens()
    client.call(QUERY_PASSWORD_INFO, **QUERY)
    renewed = client.token()
    assert client._authenticator.refused(first)
    assert client.token() is renewed is not first


def test_the_environment_is_looked_at_once(tls_tenant, fake_time, monkeypatch):
    with connected(tls_tenant, fake_time) as client:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{closed_port()}")
        assert client.call(QUERY_PASSWORD_INFO, **QUERY).value("sourceId")
