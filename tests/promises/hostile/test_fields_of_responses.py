# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each hostile text in each field of each response gives a good result or a one-line error, and no second change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.community.sailpoint.plugins.modules import (
    isc_digit_token,
    isc_login,
    isc_password,
    isc_password_change_info,
    isc_password_info,
    isc_source_credential,
)
from support.hostile_texts import FEWER
from support.modules import AD, BACKUP, BY_NAME, NAMES, PASSWORD
from support.victim import Victim

REQUEST_ID = "7f6a3f2c5b0e4b8f9d1a2b3c4d5e6f70"
LOGIN_FIELDS = ("access_token", "token_type", "expires_in", "scope", "error", "error_description")
IDS = ("identityId", "sourceId", "publicKeyId", "publicKey")


def query_fields(text: str) -> list[dict[str, Any]]:
    """Return replacements for fields of a response to the query."""
    return [
        *({name: text} for name in IDS),
        {"accounts": [{"accountId": text, "accountName": "svc-backup"}]},
        {"accounts": [{"accountId": BACKUP, "accountName": text}] * 2, "policies": [text, f"{text} is {text}"]},
        {"accounts": [{"accountId": f"{text}{number}", "accountName": text} for number in range(30)]},
        {"accounts": text},
        {"policies": text},
        {text: text},
    ]


def change_fields(text: str) -> list[dict[str, Any]]:
    """Return replacements for fields of a response about a change."""
    return [
        {"requestId": text},
        {"requestId": text, "state": "FINISHED"},
        {"state": text},
        {"state": None, "status": text, "error": text},
        {"state": "FAILED", "errors": [text, text * 2], "sourceIds": [text, text * 2]},
        {"state": "FAILED", "errors": text},
        {"requestId": None, "reqeustId": text, "sourceIds": text},
    ]


def error_body(text: str) -> dict[str, Any]:
    """Return the body of an error with *text* in every field for text."""
    messages = [{"locale": text, "localeOrigin": text, "text": text}, {text: text}, {"text": f"{text} again"}]
    fields = dict.fromkeys(("detailCode", "trackingId", "error", "error_description", "message", text), text)
    return {**fields, "messages": messages, "causes": messages * 2}


@pytest.fixture(params=FEWER)
def text(request: pytest.FixtureRequest) -> str:
    return FEWER[request.param]


@pytest.fixture
def found() -> Iterator[list[Any]]:
    """Collect all flaws of a test, so that it reports them together."""
    flaws: list[Any] = []
    yield flaws
    assert flaws == []


def test_the_fields_of_a_login(victim: Victim, text: str, found: list[Any]) -> None:
    for fields in [{name: text} for name in LOGIN_FIELDS] + [{text: text}]:
        victim.tenant.fault("login", "fields", fields=fields)
        found += [(fields, flaw) for flaw in victim.flaws(victim.run_with_login(isc_login))]
    victim.tenant.fault("login", "fields", fields={"access_token": text})
    found += victim.flaws(victim.run_with_login(isc_password, **BY_NAME, retries=0))


def test_the_fields_of_a_query(victim: Victim, text: str, found: list[Any]) -> None:
    for fields in query_fields(text):
        victim.tenant.fault("query", "fields", fields=fields)
        found += [(fields, flaw) for flaw in victim.flaws(victim.run(isc_password, **BY_NAME))]
    together = {"accounts": [{"accountId": BACKUP, "accountName": text}], "policies": [text, f"{text} is {text}"]}
    for fields in ({"identityId": text, **together}, {"publicKey": text}, together):
        victim.tenant.fault("query", "fields", fields=fields)
        found += [(fields, flaw) for flaw in victim.flaws(victim.run(isc_password_info, **NAMES))]


def test_the_fields_of_a_response_to_a_change_and_of_its_status(victim: Victim, text: str, found: list[Any]) -> None:
    for fields in change_fields(text):
        victim.tenant.fault("set", "fields", fields=fields)
        result = victim.run(isc_password, **victim.by_id, wait_timeout=40)
        found += [(fields, flaw) for flaw in victim.flaws(result)]
    request_id = victim.run(isc_password, **victim.by_id, wait=False)["request_id"]
    for fields in change_fields(text):
        victim.tenant.fault("status", "fields", fields=fields)
        wait = fields.get("state") == "FAILED"
        result = victim.run(isc_password_change_info, request_id=request_id, wait=wait)
        found += [(fields, flaw) for flaw in victim.flaws(result)]


def test_the_fields_of_sync_groups_and_sources(victim: Victim, text: str, found: list[Any]) -> None:
    source_id = victim.by_id["source_id"]
    groups = [{"name": text, "sourceIds": [source_id, "other", f"{text}!"]}, {"name": text, "sourceIds": text}]
    sources = [{"id": "other", "name": text}, {"id": f"{text}!", "name": f"{text}{text}"}, {text: text}]
    for body in (groups[:1], groups[:1] * 2, groups, [{text: text}], text, {text: [text]}):
        victim.tenant.fault("sync_groups", "status", status=200, body=body)
        victim.tenant.fault("sources", "status", status=200, body=sources)
        given = {"check_mode": True} if body == groups[:1] else {"sync_group": "refuse"}
        found += [(body, flaw) for flaw in victim.flaws(victim.run(isc_password, **victim.by_id, **given))]


def test_of_a_large_sync_group_only_some_sources_are_looked_up_and_named(victim: Victim) -> None:
    group = {"name": "g", "sourceIds": [victim.by_id["source_id"], *map(str, range(5000))]}
    victim.tenant.fault("sync_groups", "status", status=200, body=[group])
    victim.tenant.fault("sources", "status", status=200, body=[], times=None)
    result = victim.run(isc_password, **victim.by_id, sync_group="refuse")
    assert len(result["sync_group"]["sources"]) == 5000
    assert ", 48, 49, and 4950 more. Nothing was sent. " in result["msg"]
    assert victim.tenant.counts() == {"sync_groups": 1, "sources": 5}


def test_the_fields_of_a_digit_token(victim: Victim, text: str, found: list[Any]) -> None:
    for fields in ({"digitToken": text}, {"requestId": text}, {"digitToken": "0123456", "requestId": text, text: text}):
        victim.tenant.fault("digit_token", "fields", fields=fields)
        result = victim.run(isc_digit_token, user_id="Abby.Smith", length=7)
        found += [(fields, flaw) for flaw in victim.flaws(result)]


def test_the_texts_of_a_refusal(victim: Victim, text: str, found: list[Any]) -> None:
    runs = [
        ("query", lambda: victim.run(isc_password_info, **NAMES)),
        ("set", lambda: victim.run(isc_password, **victim.by_id)),
        ("status", lambda: victim.run(isc_password_change_info, request_id=REQUEST_ID, wait=False)),
        ("digit_token", lambda: victim.run(isc_digit_token, user_id="Abby.Smith", length=7)),
        ("login", lambda: victim.run_with_login(isc_login, retries=0)),
    ]
    for operation, perform in runs:
        victim.tenant.fault(operation, "status", status=400, body=error_body(text))
        result = perform()
        assert result["failed"]
        assert result["status_code"] == 400
        found += [(operation, flaw) for flaw in victim.flaws(result)]


def test_the_fields_of_a_source(victim: Victim, text: str, found: list[Any]) -> None:
    source_id = next(each["id"] for each in victim.tenant.world()["sources"] if each["name"] == AD)
    given = {"source_id": source_id, "value": PASSWORD, "verify": False}
    cases = [
        ("source", {"id": source_id, "name": text}),
        ("source", {"name": text, "credentialProviderEnabled": True}),
        ("source", {"name": text, "connectorAttributes": {}}),
        ("source", {"connectorAttributes": text}),
        ("source", {"id": source_id, "connectorAttributes": {"password": {text: text}}}),
        ("source_patch", {text: text, "id": text}),
        ("check_connection", {"status": text}),
        ("check_connection", {"status": "FAILURE", "details": text}),
        ("check_connection", {"status": "FAILURE", "details": {text: [text, {text: text}]}}),
    ]
    for operation, fields in cases:
        victim.tenant.fault(operation, "fields", fields=fields)
        result = victim.run(isc_source_credential, **{**given, "verify": operation == "check_connection"})
        victim.tenant.clear_faults()
        found += [(fields, flaw) for flaw in victim.flaws(result)]
        assert operation != "check_connection" or result["failed"] is True
