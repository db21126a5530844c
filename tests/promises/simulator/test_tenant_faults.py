# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The faults as a client sees them, and the rate limit of the simulator."""

from __future__ import annotations

import http.client
import threading
import time

import pytest
from simulator.rate_limit import RateLimiter
from simulator.settings import Settings

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


def test_faults_after_processing(api, tenant):
    body = api.set_body()
    tenant.fault("set", "status", status=504, processed=True)
    assert api.post("/set-password/v1", body).status == 504
    eventually_set(tenant)
    tenant.fault("set", "garbage", form="empty")
    assert (api.post("/set-password/v1", body).status, tenant.requests("set")[1]["status"]) == (202, 202)
    tenant.fault("login", "trickle", seconds=0)
    assert api.login().json["token_type"] == "bearer"


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
    for chance in (0, 1.5, True, "1"):
        with pytest.raises(Exception, match="chance"):
            tenant.fault("query", "status", status=500, chance=chance)


def test_for_a_client_or_version(api, tenant):
    tenant.fault("status", "status", status=500, times=None, client_id="slice-1", api_version="v3")
    assert api.status("none", client="slice-1", version="v3").status == 500
    assert api.status("none", client="slice-1").status == api.status("none", version="v3").status == 404
    tenant.fault("login", "status", status=500, client_id="slice-2")
    assert api.login().status == 200 and api.login("slice-2").status == 500


def statuses(api, number, **kwargs):
    return [api.status("none", **kwargs).status for _request in range(number)]


def test_limit(api, tenant):
    api.token(), api.token("slice-1")
    tenant.settings(rate_limit=3, rate_window=60)
    assert statuses(api, 3) == [404] * 3
    reply = api.status("none")
    assert (reply.status, reply.json) == (429, {"message": " Rate Limit Exceeded "})
    assert 1 <= int(reply.headers["Retry-After"]) <= 60
    assert statuses(api, 1, version="v3") == [404]
    assert statuses(api, 1, client="slice-1") == [404]


def test_a_login_is_not_counted_and_a_new_token_does_not_help(api, tenant):
    api.token()
    tenant.settings(rate_limit=2, rate_window=60)
    assert {api.login().status for _login in range(5)} == {200}
    assert statuses(api, 3) == [404, 404, 429]
    api.forget_tokens()
    assert statuses(api, 1) == [429]


def test_refused_requests_count(api, tenant):
    api.token()
    tenant.settings(rate_limit=2, rate_window=60)
    assert api.post("/set-password/v1", {}).status == 400
    assert api.query("nobody").status == 400
    assert api.query().status == 429


def test_window_slides(api, tenant):
    api.token()
    tenant.settings(rate_limit=2, rate_window=0.3, rate_counts_throttled=False)
    assert statuses(api, 3)[-1] == 429
    deadline = time.monotonic() + 10
    while api.status("none").status == 429:
        assert time.monotonic() < deadline


def test_throttled_requests_are_not_processed(api, tenant):
    body = api.set_body()
    tenant.settings(rate_limit=1, rate_window=60)
    assert api.post("/set-password/v1", body).status == 202
    assert api.post("/set-password/v1", body).status == 429
    time.sleep(0.1)
    assert tenant.password("Active Directory", body["accountId"])["changes"] == 1


@pytest.mark.parametrize("counts", [True, False])
def test_retry_after(counts):
    now = [100.0]
    limiter = RateLimiter(Settings(rate_limit=2, rate_window=10.0, rate_counts_throttled=counts), lambda: now[0])
    responses = []
    for _request in range(3):
        responses.append(limiter.exceeded("c", "v1"))
        now[0] += 0.5
    assert responses == [None, None, 10 if counts else 9]
    now[0] += responses[-1] - 0.5
    assert limiter.exceeded("c", "v1") is None
