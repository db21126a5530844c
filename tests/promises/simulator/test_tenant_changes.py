# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Password changes: what arrives, what fails and why, and the outcomes that a test can choose."""

from __future__ import annotations

import base64
import time

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_der_public_key

AD = "Active Directory"
BACKUP = "CN=svc-backup,OU=Service Accounts,DC=acme,DC=com"
PAYROLL = "CN=svc-payroll,OU=Service Accounts,DC=acme,DC=com"


def source_id(tenant, name):
    return next(source["id"] for source in tenant.world()["sources"] if source["name"] == name)


def failure(api, **kwargs):
    """Return the errors of a change that is accepted and then fails."""
    reply = api.set(**kwargs)
    assert (reply.status, reply.json["state"]) == (202, "IN_PROGRESS")
    status = api.finished(reply.json["requestId"])
    assert status["state"] == "FAILED"
    return status["errors"]


def test_password_arrives(api, tenant):
    tenant.settings(change_seconds=0.3)
    request_id = api.set().json["requestId"]
    expected = {"requestId": request_id, "state": "IN_PROGRESS", "errors": [], "sourceIds": [source_id(tenant, AD)]}
    assert api.status(request_id).json == expected
    assert tenant.password(AD, BACKUP) is None
    assert api.finished(request_id)["state"] == "FINISHED"
    record = tenant.password(AD, BACKUP)
    assert (record["password"], record["changes"], record["history"]) == ("Correct-Horse 7", 1, ["Correct-Horse 7"])
    assert record["changed_at"] == pytest.approx(time.time(), abs=30)


def test_isc_password(api, tenant):
    request_id = api.set("Abby.Smith", "IdentityNow").json["requestId"]
    assert api.finished(request_id)["state"] == "FINISHED"
    assert tenant.password("IdentityNow", "Abby.Smith")["changes"] == 1
    assert tenant.password("HR Database", "100042") is None


@pytest.mark.parametrize("account", [0, 1, 2])
def test_only_the_chosen_account(api, tenant, account):
    api.finished(api.set("multi.account", account=account).json["requestId"])
    ids = [a["accountId"] for a in api.query("multi.account").json["accounts"]]
    assert [tenant.password(AD, account_id) is not None for account_id in ids] == [n == account for n in range(3)]


@pytest.mark.parametrize(
    "password, words",
    [
        ("Sh0rt", "at least 8 characters"),
        ("Long1" + "ab" * 64, "not exceed 128"),
        ("12345678", "letters"),
        ("Abcdefghi", "digits"),
        ("abcdefgh1", "upper-case"),
        ("ABCDEFGH1", "lower-case"),
        ("Abcdaaaa1", "repeat"),
        ("Z\u00fcrich-2026", "printable ASCII"),
        ("Tab\tulator-1", "printable ASCII"),
        ("Colon:Colon1", "colon"),
        ("x1Y" + BACKUP, "account ID"),
        ("", "empty"),
    ],
)
def test_passwords_against_the_policy(api, tenant, password, words):
    assert any(words in error for error in failure(api, password=password))
    assert tenant.password(AD, BACKUP) is None


def test_history(api, tenant):
    for number in range(6):
        api.finished(api.set(password=f"Password-{number}x").json["requestId"])
    assert "used before" in failure(api, password="Password-1x")[0]
    assert api.finished(api.set(password="Password-0x").json["requestId"])["state"] == "FINISHED"
    record = tenant.password(AD, BACKUP)
    assert record["changes"] == 7 and record["history"][-2:] == ["Password-5x", "Password-0x"]
    # Sources of a sync group share changes.
    api.finished(api.set("svc-payroll", "Payroll Database").json["requestId"])
    assert "used before" in failure(api, user_name="svc-payroll", source=AD)[0]


def test_a_stale_key_or_wrong_padding(api, tenant):
    body = {**api.set_body(), "publicKeyId": tenant.rotate_key(AD)}
    status = api.finished(api.post("/set-password/v1", body).json["requestId"])
    assert status["errors"] == ["The password could not be decrypted."]
    key = load_der_public_key(base64.b64decode(api.query().json["publicKey"]))
    oaep = key.encrypt(b"Correct-Horse 7", padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None))
    for ciphertext in (oaep, b"short", b"\xff" * 256, b"\x00" * 256):
        body = {**api.set_body(), "encryptedPassword": base64.b64encode(ciphertext).decode()}
        status = api.finished(api.post("/set-password/v1", body).json["requestId"])
        assert status["errors"] == ["The password could not be decrypted."]
    assert tenant.password(AD, BACKUP) is None


def test_changes_of_an_account_keep_their_order(api, tenant):
    tenant.outcome(change_seconds=0.4)
    tenant.outcome(change_seconds=0)
    first, second = api.set(password="First-Password1").json, api.set(password="Second-Password2").json
    other = api.set("Abby.Smith").json["requestId"]
    api.finished(other)
    assert api.status(second["requestId"]).json["state"] == "IN_PROGRESS"
    api.finished(second["requestId"])
    assert api.status(first["requestId"]).json["state"] == "FINISHED"
    assert tenant.password(AD, BACKUP)["history"] == ["First-Password1", "Second-Password2"]


@pytest.mark.parametrize("source", [AD, "Payroll Database"])
def test_sync_group(api, tenant, source):
    status = api.finished(api.set("svc-payroll", source).json["requestId"])
    both = {source_id(tenant, AD), source_id(tenant, "Payroll Database")}
    assert set(status["sourceIds"]) == both
    assert tenant.password(AD, PAYROLL)["password"] == tenant.password("Payroll Database", "SVC_PAYROLL")["password"]


def test_outcomes_fail_and_never(api, tenant):
    tenant.outcome("fail", errors=["The source is on fire."])
    assert failure(api) == ["The source is on fire."]
    assert tenant.password(AD, BACKUP) is None
    tenant.outcome("fail", errors=[])
    assert failure(api) == []
    tenant.outcome("fail")
    assert failure(api) == ["The password change payload is invalid"]
    assert api.finished(api.set().json["requestId"])["state"] == "FINISHED"
    tenant.outcome("fail", errors=["Payroll can't be reached."], partial_sources=[AD])
    status = api.finished(api.set("svc-payroll").json["requestId"])
    assert (status["state"], status["sourceIds"]) == ("FAILED", [source_id(tenant, AD)])
    assert tenant.password(AD, PAYROLL) and not tenant.password("Payroll Database", "SVC_PAYROLL")
    tenant.outcome("never")
    stuck = api.set("Abby.Smith").json["requestId"]
    assert api.finished(api.set("Abby.Smith").json["requestId"])["state"] == "FINISHED"
    assert api.status(stuck).json["state"] == "IN_PROGRESS"


def test_outcomes_for_some_changes(api, tenant):
    tenant.outcome("fail", times=None, user_name="Abby.Smith")
    tenant.outcome("fail", times=2, account_id=BACKUP, source=AD)
    states = [
        api.finished(api.set(user, password=f"Some-Password{n}").json["requestId"])["state"]
        for n in range(3)
        for user in ("svc-backup", "Abby.Smith", "svc-payroll")
    ]
    assert states == ["FAILED", "FAILED", "FINISHED"] * 2 + ["FINISHED", "FAILED", "FINISHED"]


def test_request_ids_and_who_may_read_them(api, tenant):
    assert len(api.set().json["requestId"]) == 32
    tenant.settings(dashed_request_ids=True)
    request_id = api.set(password="Other-Password1").json["requestId"]
    assert len(request_id) == 36 and api.finished(request_id)["state"] == "FINISHED"
    request_id = api.set().json["requestId"]
    assert api.status(request_id, client="slice-1").status == 200
    assert api.status(request_id, client="pat-abby", version="beta").status == 200


def test_retention(api, tenant):
    tenant.settings(retention=0.05)
    request_id = api.set().json["requestId"]
    deadline = time.monotonic() + 10
    while api.status(request_id).status == 200:
        assert time.monotonic() < deadline
    reply = api.status(request_id)
    assert reply.json["detailCode"] == "404 Not found"
    assert tenant.password(AD, BACKUP)["changes"] == 1
