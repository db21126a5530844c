# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control API and the request log."""

from __future__ import annotations

import pytest
from simulator.tenant import TenantError

AD = "Active Directory"
BACKUP = "CN=svc-backup,OU=Service Accounts,DC=acme,DC=com"


def test_log(api, tenant):
    secret = tenant.clients["api-client"]["client_secret"]
    api.login()
    body = api.set_body()
    change = api.post("/v3/set-password", body, Accept="application/json")
    api.status(change.json["requestId"])
    login, _query, entry, status = tenant.requests()
    assert (login["operation"], login["client_id"], login["status"]) == ("login", "api-client", 200)
    assert login["body_keys"] == ["grant_type", "client_id", "client_secret"] and secret not in str(login)
    fields = {"n": 3, "method": "POST", "path": "/v3/set-password", "api_version": "v3", "fault": None}
    assert {name: entry[name] for name in fields} == fields
    assert (entry["authorization_scheme"], entry["headers"]["Accept"]) == ("Bearer", "application/json")
    assert "Authorization" not in entry["headers"] and api.token() not in str(entry)
    assert sorted(entry["body_keys"]) == sorted(body) and body["encryptedPassword"] not in str(entry)
    assert entry["request_id"] == status["request_id"] == change.json["requestId"]
    assert tenant.requests("set") == [entry]
    assert tenant.counts() == {"login": 1, "query": 1, "set": 1, "status": 1}
    tenant.clear_requests()
    assert (tenant.requests(), tenant.counts()) == ([], {})


def test_log_is_bounded(api, tenant):
    tenant.settings(request_log=2)
    for _request in range(4):
        api.status("none")
    assert [entry["n"] for entry in tenant.requests()] == [3, 4]
    tenant.settings(request_log=0)
    tenant.clear_requests()
    api.status("none")
    assert tenant.requests() == [] and tenant.counts() == {"status": 1}


def test_reset(api, tenant):
    before = tenant.settings()
    key = api.query().json["publicKeyId"]
    tenant.settings(change_seconds=5, policies={AD: []})
    tenant.fault("status", "status", status=500, times=None)
    tenant.outcome("fail", times=None)
    api.digit_token({"userId": "Abby.Smith"})
    request_id = api.set().json["requestId"]
    tenant.reset()
    assert tenant.settings() == before
    assert (tenant.requests(), tenant.digit_tokens()) == ([], [])
    assert api.status(request_id).status == 404
    assert api.query().json["publicKeyId"] == key and api.query().json["policies"]
    assert api.finished(api.set().json["requestId"])["state"] == "FINISHED"
    tenant.reset()
    assert tenant.password(AD, BACKUP) is None


@pytest.mark.parametrize(
    "method, path, body",
    [
        *(
            ("PATCH", "settings", body)
            for body in (
                *({"colour": "red"}, {"change_seconds": "1"}, {"change_seconds": -1}, {"token_lifetime": 0}, []),
                *({"rate_limit": 1.5}, {"digit_token_enabled": 1}, {"without_layouts": ["v4"]}),
                *({"policies": {"Nowhere": []}}, {"policies": {AD: "x is 1"}}),
            )
        ),
        *(("POST", "rotate-key", body) for body in ({"source": "Nowhere"}, {})),
        *(("POST", "outcomes", body) for body in ({"outcome": "explode"}, {"colour": 1}, {"times": "1"})),
        *(
            ("POST", "faults", body)
            for body in (
                {"operation": "dance", "fault": {"kind": "lost_before"}},
                *({"operation": "set"}, {"fault": {"kind": "melt"}}, {"fault": {"kind": "slow"}}),
                *({"fault": {"kind": "slow", "seconds": "1"}}, {"fault": {"kind": "garbage", "form": "nice"}}),
                {"fault": {"kind": "gate", "name": "g", "when": "soon"}},
                {"fault": {"kind": "lost_after", "extra": 1}},
                *({"times": -1, "fault": {"kind": "lost_after"}}, {"time": 1, "fault": {"kind": "lost_after"}}),
            )
        ),
        ("GET", "passwords?source=Nowhere&account_id=x", None),
        ("GET", "nothing", None),
        ("POST", "gates/g/paint", None),
    ],
    ids=str,
)
def test_invalid_requests_are_refused(tenant, method, path, body):
    with pytest.raises(TenantError) as caught:
        tenant.control(method, path, body)
    assert caught.value.status in (400, 404)


def test_settings_are_all_or_none(tenant):
    before = tenant.settings()
    with pytest.raises(TenantError):
        tenant.settings(change_seconds=9, colour="red")
    with pytest.raises(TenantError):
        tenant.settings(policies={AD: ["passwordMinLength is 99"]}, colour="red")
    assert tenant.settings() == before
    assert "passwordMinLength is 99" not in tenant.world()["sources"][0]["policies"]


def test_environment(tenant):
    assert tenant.environment("pat-abby") == {
        "SAIL_BASE_URL": tenant.base_url,
        "SAIL_CLIENT_ID": "pat-abby",
        "SAIL_CLIENT_SECRET": tenant.clients["pat-abby"]["client_secret"],
    }
