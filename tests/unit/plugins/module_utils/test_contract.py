# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the client sends, held against SailPoint's official description of all six layouts."""

from __future__ import annotations

import json

import pytest
from ansible_collections.community.sailpoint.plugins.modules import isc_digit_token, isc_password
from support.contract import VERSIONS, check_sent, described, names, operation_of
from support.local_servers import Proxy
from support.modules import BY_NAME, run

OF_PASSWORDS = {"query", "set", "status", "digit_token"}


@pytest.fixture(params=VERSIONS)
def sent(request, tenant, fake_time):
    """Return what each operation that is described was sent, as it went over the network."""
    version = request.param
    with Proxy(tenant.base_url) as gateway:
        given = {"base_url": gateway.url, "api_version": version}
        run(isc_password, tenant, fake_time, **given, **BY_NAME)
        if version != "v3":
            run(isc_digit_token, tenant, fake_time, **given, user_id="Abby.Smith")
    entries = [entry for entry in gateway.requests if not entry["target"].endswith("/oauth/token")]
    return [(operation_of(version, entry), entry) for entry in entries], names(version) & OF_PASSWORDS, version


def test_every_operation_is_sent(sent):
    requests, operations, _version = sent
    assert {name for name, _entry in requests} == operations


def test_bodies_are_as_described(sent):
    requests, _operations, version = sent
    for name, entry in requests:
        body = described(version, name).body
        if not body:
            assert entry["body"] == b""
            continue
        (content_type,) = body
        assert entry["headers"]["Content-Type"] == content_type
        # The client leaves nothing out that is described, required or not.
        check_sent(version, name, content_type, json.loads(entry["body"]), complete=True)


def test_required_headers_are_sent(sent):
    requests, _operations, version = sent
    for name, entry in requests:
        for header in described(version, name).headers():
            assert entry["headers"][header] == "true"
