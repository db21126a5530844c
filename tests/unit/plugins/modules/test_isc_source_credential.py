# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module isc_source_credential, against a tenant."""

from __future__ import annotations

import json

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._client.operation import API_VERSIONS
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    ApiError,
    ChangeFailedError,
    InputError,
    IscError,
    OutcomeUnknownError,
    ReceiptError,
)
from ansible_collections.community.sailpoint.plugins.module_utils._password import fingerprint as _fingerprint
from ansible_collections.community.sailpoint.plugins.modules import isc_source_credential
from support.modules import AD, PASSWORD, run

HR = "HR Database"
ODD = {"a/b~c": {"": "x"}, "domains": [{"password": "old"}, {"password": "old"}], "m~n": "old", "password": "old"}
NO_POINTER = "not a JSON Pointer to one value below /connectorAttributes"
WRITES = {"source_patch", "check_connection"}


@pytest.fixture
def credential(tenant, fake_time, tmp_path, monkeypatch):
    """Return a function that runs the module for a source whose password is PASSWORD but is stored as another one."""
    monkeypatch.setattr(_fingerprint, "_N", 2)
    tenant.connector(HR, attributes={"user": "isc", "password": PASSWORD})

    def perform(check_mode=False, **given):
        options = {"source_name": HR, "value": PASSWORD, **given}
        try:
            return run(isc_source_credential, tenant, fake_time, check_mode, **options)
        except IscError as error:
            assert PASSWORD not in str(error.as_result())
            raise

    perform(value="outdated", verify=False)
    assert not tenant.connector(HR)["connected"]
    tenant.clear_requests()
    perform.receipt = tmp_path / "receipt.json"
    perform.receipt_options = {"update_password": "when_changed", "receipt_file": str(perform.receipt)}
    return perform


def sent(tenant):
    """Return the operations requested from the tenant, in order, without the login."""
    return [each["operation"] for each in tenant.requests() if each["operation"] != "login"]


def test_the_value_is_written_and_the_connection_checked(credential, tenant):
    result = credential()
    assert tenant.connector(HR) == {"attributes": {"user": "isc", "password": PASSWORD}, "connected": True}
    assert sent(tenant) == ["sources", "source_patch", "check_connection"]
    source_id = next(each["id"] for each in tenant.world()["sources"] if each["name"] == HR)
    assert result == {
        "source_id": source_id,
        "source_name": HR,
        "attribute": "/connectorAttributes/password",
        "connection": "SUCCESS",
        "decision": "set",
        "outcome": "finished",
        "changed": True,
        "receipt": None,
    }
    # By id. Without a receipt there is nothing to compare with, so the value is written again.
    tenant.clear_requests()
    assert credential(source_name=None, source_id=source_id) == result
    assert sent(tenant) == ["source", "source_patch", "check_connection"]


def test_without_verify_nothing_is_checked(credential, tenant):
    result = credential(verify=False)
    assert (result["connection"], result["outcome"], result["changed"]) == (None, "finished", True)
    assert sent(tenant) == ["sources", "source_patch"]


def test_check_mode_reads_and_predicts(credential, tenant):
    result = credential(check_mode=True, **credential.receipt_options)
    assert (result["changed"], result["outcome"], result["connection"]) == (True, "finished", None)
    assert result["diff"]["after"]["state"] == "FINISHED"
    assert sent(tenant) == ["sources"]
    assert not credential.receipt.exists()
    done = credential(**credential.receipt_options)
    assert {key: done[key] for key in ("changed", "outcome", "decision")} == {
        key: result[key] for key in ("changed", "outcome", "decision")
    }
    assert credential(check_mode=True, **credential.receipt_options)["changed"] is False


def test_a_receipt_makes_it_idempotent(credential, tenant):
    first = credential(**credential.receipt_options)
    stored = json.loads(credential.receipt.read_text("utf-8"))
    assert (stored["attribute"], stored["state"]) == ("/connectorAttributes/password", "FINISHED")
    assert PASSWORD not in credential.receipt.read_text("utf-8")
    assert first["diff"] == {"before": {}, "after": {key: stored[key] for key in ("attribute", "state", "time")}}
    tenant.clear_requests()
    second = credential(**credential.receipt_options)
    assert (second["changed"], second["outcome"], second["decision"]) == (False, "unchanged", "same_password")
    assert sent(tenant) == ["sources"]
    assert second["diff"]["before"] == second["diff"]["after"]
    with pytest.raises(ChangeFailedError):
        credential(value="another", **credential.receipt_options)
    # A value with which ISC can't connect is written again.
    with pytest.raises(ChangeFailedError):
        credential(value="another", **credential.receipt_options)
    assert credential(**credential.receipt_options)["decision"] == "set"


def test_the_user_can_pass_and_store_the_receipt(credential):
    first = credential(update_password="when_changed", receipt={})
    assert first["receipt"]["fingerprint"]["scheme"] == "scrypt"
    assert credential(update_password="when_changed", receipt=first["receipt"])["changed"] is False
    with pytest.raises(ReceiptError, match="belongs to another source"):
        credential(source_name=AD, update_password="when_changed", receipt=first["receipt"])
    with pytest.raises(ReceiptError, match="belongs to another attribute") as refusal:
        credential(attribute="/connectorAttributes/user", update_password="when_changed", receipt=first["receipt"])
    assert refusal.value.hint == "Use a separate receipt for each attribute."
    assert refusal.value.details["step"] == "store"
    with pytest.raises(ReceiptError, match="malformed"):
        credential(receipt={**first["receipt"], "attribute": None})
    with pytest.raises(InputError, match="no receipt shows what was set before"):
        credential(update_password="when_changed")


def test_when_disconnected_leaves_a_connection_as_it_is(credential, tenant):
    for check_mode in (True, False):
        assert credential(check_mode, update_password="when_disconnected")["decision"] == "set"
    for check_mode in (True, False):
        tenant.clear_requests()
        result = credential(check_mode, update_password="when_disconnected", value="anything")
        assert (result["changed"], result["outcome"], result["decision"]) == (False, "unchanged", "connected")
        assert result["connection"] == "SUCCESS"
        assert sent(tenant) == ["sources", "check_connection"]
    assert tenant.connector(HR)["attributes"]["password"] == PASSWORD


def test_a_value_with_which_isc_cannot_connect_fails(credential, tenant):
    with pytest.raises(ChangeFailedError, match="user name or password is incorrect") as failure:
        credential(value="wrong-password", **credential.receipt_options)
    details = failure.value.details
    assert (details["outcome"], details["step"], details["changed"]) == ("failed", "wait", True)
    assert details["connection"] == "FAILURE"
    assert details["receipt"]["state"] == "FAILED"
    assert tenant.connector(HR)["attributes"]["password"] == "wrong-password"


@pytest.mark.parametrize(
    ("pointer", "keys"),
    [("/connectorAttributes/domains/1/password", ("domains", 1, "password")), ("/connectorAttributes/m~0n", ("m~n",))],
)
def test_only_the_one_key_is_patched(credential, tenant, pointer, keys):
    tenant.connector(HR, attributes=ODD)
    credential(attribute=pointer, verify=False)
    expected = json.loads(json.dumps(ODD))
    holder = expected
    for key in keys[:-1]:
        holder = holder[key]
    holder[keys[-1]] = PASSWORD
    assert tenant.connector(HR)["attributes"] == expected


@pytest.mark.parametrize(
    ("pointer", "message"),
    [
        ("password", NO_POINTER),
        ("/name/password", NO_POINTER),
        ("/connectorAttributes", NO_POINTER),
        ("/connectorAttributes/", NO_POINTER),
        ("/connectorAttributes/a~2b", NO_POINTER),
        ("/connectorAttributes/a~", NO_POINTER),
        ("/connectorAttributes/passwrd", "has no attribute '/connectorAttributes/passwrd'"),
        ("/connectorAttributes/domains/2/password", "has no attribute"),
        ("/connectorAttributes/domains/-", "has no attribute"),
        ("/connectorAttributes/domains/01/password", "has no attribute"),
        ("/connectorAttributes/password/more", "has no attribute"),
        ("/connectorAttributes/domains", "is a list, not one value"),
        ("/connectorAttributes/a~1b~0c", "is an object, not one value"),
    ],
)
def test_an_unusable_attribute_is_refused_before_anything_is_written(credential, tenant, pointer, message):
    tenant.connector(HR, attributes=ODD)
    for check_mode in (True, False):
        with pytest.raises(InputError, match=message) as refusal:
            credential(check_mode, attribute=pointer)
        assert refusal.value.details["outcome"] == "refused"
        assert refusal.value.details["step"] == "options"
    assert WRITES.isdisjoint(sent(tenant))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"source_name": "Nowhere"}, "ISC has no source with the name 'Nowhere'"),
        ({"source_name": 'O"dd \\ name'}, "ISC has no source with the name"),
        ({"source_name": None}, "source_name is missing"),
        ({"source_id": "0" * 32}, "source_name and source_id are both given"),
        ({"source_name": None, "source_id": ".."}, "source_id '..' is not an id of ISC"),
        ({"value": " "}, "value is empty"),
        ({"value": "Quiet-\ud800-42"}, "value has half of a surrogate pair, which is not text."),
        ({"receipt_file": "relative.json"}, "receipt_file is 'relative.json'"),
    ],
)
def test_unusable_options_are_refused(credential, tenant, given, message):
    with pytest.raises(InputError) as refusal:
        credential(**given)
    assert message in refusal.value.message
    assert (refusal.value.details["outcome"], refusal.value.details["step"]) == ("refused", "options")
    assert WRITES.isdisjoint(sent(tenant))


def test_a_missing_source_is_an_error(credential):
    with pytest.raises(ApiError, match="read source") as refusal:
        credential(source_name=None, source_id="0" * 32)
    assert (refusal.value.details["outcome"], refusal.value.details["step"]) == ("refused", "query")
    assert "Check source_id" in refusal.value.hint


def test_a_credential_of_a_provider_is_left_alone(credential, tenant):
    tenant.connector(HR, credential_provider=True)
    for check_mode in (True, False):
        with pytest.raises(InputError, match="from a credential provider") as refusal:
            credential(check_mode)
        assert "where the provider keeps it" in refusal.value.hint
    assert WRITES.isdisjoint(sent(tenant))


def test_a_lost_response_is_unknown_until_the_next_run(credential, tenant):
    tenant.fault("source_patch", "lost_after")
    with pytest.raises(OutcomeUnknownError) as failure:
        credential(**credential.receipt_options)
    details = failure.value.details
    assert (details["outcome"], details["step"], details["changed"]) == ("unknown", "set", True)
    assert details["receipt"]["state"] == "UNKNOWN"
    assert "Run this again" in failure.value.hint
    assert sent(tenant) == ["sources", "source_patch"]
    assert credential(**credential.receipt_options)["outcome"] == "finished"
    assert tenant.connector(HR)["connected"]


def test_a_refused_write_leaves_the_receipt(credential, tenant):
    credential(**credential.receipt_options)
    before = credential.receipt.read_bytes()
    tenant.fault("source_patch", "status", status=400)
    with pytest.raises(ApiError) as failure:
        credential(value="another", **credential.receipt_options)
    assert (failure.value.details["outcome"], failure.value.details["step"]) == ("refused", "set")
    assert credential.receipt.read_bytes() == before
    assert credential(**credential.receipt_options)["changed"] is False


def test_a_failed_check_is_of_unknown_outcome(credential, tenant):
    tenant.fault("check_connection", "status", status=500)
    with pytest.raises(OutcomeUnknownError, match="was written") as failure:
        credential(**credential.receipt_options)
    details = failure.value.details
    assert (details["outcome"], details["step"], details["changed"]) == ("unknown", "wait", True)
    assert credential(**credential.receipt_options)["outcome"] == "finished"


@pytest.mark.parametrize("version", API_VERSIONS)
def test_each_layout_serves_it_or_says_so(credential, tenant, version):
    if version == "v3":
        with pytest.raises(InputError, match="v3 has no operation to check the connection"):
            credential(api_version=version)
        assert sent(tenant) == []
        assert credential(api_version=version, verify=False)["changed"]
    else:
        assert credential(api_version=version)["connection"] == "SUCCESS"


def test_a_missing_scope_is_reported_before_anything_is_written(credential, tenant, fake_time):
    options = {"source_name": HR, "value": PASSWORD}
    for check_mode in (True, False):
        with pytest.raises(IscError, match="would refuse to update source"):
            run(isc_source_credential, tenant, fake_time, check_mode, client="api-client-passwords-only", **options)
    assert sent(tenant) == []
