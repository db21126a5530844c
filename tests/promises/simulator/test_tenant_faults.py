# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every fault, as a client sees it."""

from __future__ import annotations

import http.client
import threading
import time

import pytest

AD = "Active Directory"
BACKUP = "CN=svc-backup,OU=Service Accounts,DC=acme,DC=com"
LOST = (ConnectionError, http.client.HTTPException)


def eventually_set(tenant):
    deadline = time.monotonic() + 10
    while tenant.password(AD, BACKUP) is None:
        assert time.monotonic() < deadline, "the password never arrives"


def never_set(tenant):
    time.sleep(0.1)
    return tenant.password(AD, BACKUP) is None


def test_status_with_text_or_nothing(api, tenant):
    tenant.fault("query", "status", status=502, body="<html>Bad gateway</html>")
    tenant.fault("query", "status", status=504)
    tenant.fault("query", "status", status=400, body="{}", headers={"content-type": "application/problem+json"})
    assert (api.query().body, api.query().body) == (b"<html>Bad gateway</html>", b"")
    assert api.query().headers.get_all("Content-Type") == ["application/problem+json"]


def test_status_after_processing(api, tenant):
    body = api.set_body()
    tenant.fault("set", "status", status=504, processed=True)
    assert api.post("/set-password/v1", body).status == 504
    eventually_set(tenant)


def test_trickle(api, tenant):
    tenant.fault("login", "trickle", seconds=0)
    assert api.login().json["token_type"] == "bearer"


def test_garbage_after_processing(api, tenant):
    body = api.set_body()
    tenant.fault("set", "garbage", form="empty")
    assert (api.post("/set-password/v1", body).status, tenant.requests("set")[0]["status"]) == (202, 202)
    eventually_set(tenant)


@pytest.mark.parametrize("outcome, expected, error", [("never", "IN_PROCESS", None), ("fail", "FAILED", "No.")])
def test_beta_status(api, tenant, outcome, expected, error):
    tenant.outcome(outcome, errors=["No."])
    request_id = api.set().json["requestId"]
    if outcome != "never":
        api.finished(request_id)
    tenant.fault("status", "anomaly", form="beta_status")
    assert api.status(request_id).json == {"status": expected, "reqeustId": request_id, "error": error}


def test_other_anomalies(api, tenant):
    tenant.fault("digit_token", "anomaly", form="integer_digit_token")
    assert isinstance(api.digit_token({"userId": "Abby.Smith"}).json["digitToken"], int)
    request_id = api.set().json["requestId"]
    tenant.fault("status", "anomaly", form="unknown_state")
    tenant.fault("status", "anomaly", form="null_errors")
    tenant.fault("status", "anomaly", form="extra_fields")
    assert api.status(request_id).json["state"] == "QUEUED"
    assert api.status(request_id).json["errors"] is None
    assert "addedLater" in api.status(request_id).json


def send_in_background(api, body):
    results = []

    def send():
        try:
            results.append(api.post("/set-password/v1", body).status)
        except LOST:
            results.append("lost")

    thread = threading.Thread(target=send)
    thread.start()
    return thread, results


@pytest.mark.parametrize("when", ["before", "after"])
def test_aborted_gate(api, tenant, when):
    body = api.set_body()
    tenant.fault("set", "gate", name="g", when=when)
    thread, results = send_in_background(api, body)
    tenant.wait_for_gate("g")
    tenant.abort_gate("g")
    thread.join(10)
    assert results == ["lost"]
    if when == "before":
        assert never_set(tenant)
    else:
        eventually_set(tenant)


def test_reset_drops_held_requests(api, tenant):
    body = api.set_body()
    tenant.fault("set", "gate", name="g", when="before")
    thread, results = send_in_background(api, body)
    tenant.wait_for_gate("g")
    tenant.reset()
    thread.join(10)
    assert results == ["lost"] and never_set(tenant)


def test_chance(api, tenant):
    tenant.fault("query", "status", status=500, times=None, chance=0.5)
    statuses = [api.query().status for _each in range(60)]
    assert 10 < statuses.count(500) < 50
    assert statuses.count(200) == 60 - statuses.count(500)


@pytest.mark.parametrize("chance", [0, 1.5, True, "1"])
def test_no_chance(tenant, chance):
    with pytest.raises(Exception, match="chance"):
        tenant.fault("query", "status", status=500, chance=chance)


def test_for_a_client_or_version(api, tenant):
    tenant.fault("status", "status", status=500, times=None, client_id="slice-1", api_version="v3")
    assert api.status("none", client="slice-1", version="v3").status == 500
    assert api.status("none", client="slice-1").status == api.status("none", version="v3").status == 404
    tenant.fault("login", "status", status=500, client_id="slice-2")
    assert api.login().status == 200 and api.login("slice-2").status == 500
