# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every fault, as a client sees it."""

from __future__ import annotations

import http.client
import json
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


def test_status(api, tenant):
    body = api.set_body()
    tenant.fault("set", "status", status=503, body={"a": 1}, headers={"Retry-After": "7"})
    reply = api.post("/set-password/v1", body)
    assert (reply.status, reply.json, reply.headers["Retry-After"]) == (503, {"a": 1}, "7")
    assert never_set(tenant)
    assert api.post("/set-password/v1", body).status == 202


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


def test_lost_before(api, tenant):
    body = api.set_body()
    tenant.fault("set", "lost_before")
    with pytest.raises(LOST):
        api.post("/set-password/v1", body)
    assert never_set(tenant)


def test_lost_after(api, tenant):
    body = api.set_body()
    tenant.fault("set", "lost_after")
    with pytest.raises(LOST):
        api.post("/set-password/v1", body)
    eventually_set(tenant)
    (entry,) = tenant.requests("set")
    assert entry["fault"] == "lost_after" and entry["request_id"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_slow(api, tenant, when):
    tenant.fault("status", "slow", seconds=0.2, when=when)
    started = time.monotonic()
    assert api.status("none").status == 404
    assert time.monotonic() - started >= 0.2


def test_trickle(api, tenant):
    tenant.fault("login", "trickle", seconds=0)
    assert api.login().json["token_type"] == "bearer"


@pytest.mark.parametrize("form", ["html", "empty", "truncated_json", "not_utf8"])
def test_not_json(api, tenant, form):
    tenant.fault("query", "garbage", form=form)
    reply = api.query()
    assert reply.status == 200
    assert reply.headers["Content-Type"].startswith("text/html" if form == "html" else "application/json")
    with pytest.raises(ValueError):
        assert reply.json


@pytest.mark.parametrize(
    "form, kind", [("list", list), ("string", str), ("number", int), ("null", type(None)), ("missing_fields", dict)]
)
def test_other_json(api, tenant, form, kind):
    tenant.fault("query", "garbage", form=form)
    assert api.query().json.__class__ is kind


def test_truncated(api, tenant):
    tenant.fault("query", "garbage", form="truncated")
    with pytest.raises(http.client.IncompleteRead):
        api.query()


def test_huge(api, tenant):
    tenant.fault("query", "garbage", form="huge")
    assert len(api.query().body) > 1 << 20


def test_wrong_types(api, tenant):
    good = api.query().json
    tenant.fault("query", "garbage", form="wrong_types")
    bad = api.query().json
    assert set(bad) == set(good) and all(type(bad[name]) is not type(good[name]) for name in good)


def test_duplicate_keys(api, tenant):
    tenant.fault("query", "garbage", form="duplicate_keys")
    pairs = json.loads(api.query().body, object_pairs_hook=list)
    assert len(pairs) == 12 and len({name for name, _value in pairs}) == 6


def test_garbage_after_processing(api, tenant):
    body = api.set_body()
    tenant.fault("set", "garbage", form="empty")
    assert (api.post("/set-password/v1", body).status, tenant.requests("set")[0]["status"]) == (202, 202)
    eventually_set(tenant)


def test_redirect(api, tenant):
    tenant.fault("query", "redirect", location="https://127.0.0.2/", status=307)
    tenant.fault("query", "redirect", location="/elsewhere")
    first, second = api.query(), api.query()
    assert (first.status, first.headers["Location"]) == (307, "https://127.0.0.2/")
    assert (second.status, second.headers["Location"]) == (302, "/elsewhere")


@pytest.mark.parametrize(
    "outcome, expected, error", [("never", "IN_PROCESS", None), ("finish", "FINISHED", None), ("fail", "FAILED", "No.")]
)
def test_beta_status(api, tenant, outcome, expected, error):
    tenant.outcome(outcome, errors=["No."])
    request_id = api.set().json["requestId"]
    if outcome != "never":
        api.finished(request_id)
    tenant.fault("status", "anomaly", form="beta_status", times=None)
    assert api.status(request_id).json == {"status": expected, "reqeustId": request_id, "error": error}
    assert "detailCode" in api.status("none").json


def test_beta_public_key(api, tenant):
    import base64

    from cryptography.hazmat.primitives.serialization import load_der_public_key

    tenant.fault("query", "anomaly", form="beta_public_key")
    der = base64.b64decode(api.query().json["publicKey"])
    with pytest.raises(ValueError):
        load_der_public_key(der)


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


def test_gate_before(api, tenant):
    thread, results = None, None
    body = api.set_body()
    tenant.fault("set", "gate", name="g 1", when="before")
    thread, results = send_in_background(api, body)
    tenant.wait_for_gate("g 1")
    assert tenant.gate("g 1")["held"] == 1 and never_set(tenant)
    assert tenant.requests("set")[0]["status"] is None
    tenant.open_gate("g 1")
    thread.join(10)
    assert results == [202]
    assert tenant.gate("g 1") == {"name": "g 1", "held": 0, "passed": 1, "open": True}


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


def test_times_and_skip(api, tenant):
    tenant.fault("any", "status", status=500, times=2, skip=1)
    assert [api.status("none").status for _request in range(4)] == [404, 500, 500, 404]
    tenant.fault("query", "status", status=500, times=None)
    assert [api.query().status for _request in range(3)] == [500] * 3
    assert api.status("none").status == 404
    tenant.clear_faults()
    assert api.query().status == 200


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
