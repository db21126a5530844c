# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets in texts of ISC or a gateway are masked in any form, and other texts stay unchanged."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import (
    Change,
    query_password_info,
    read_change_status,
)
from ansible_collections.community.sailpoint.plugins.module_utils._change.flow import ChangeFlow, Settings, drive
from ansible_collections.community.sailpoint.plugins.module_utils._change.poll import intervals
from ansible_collections.community.sailpoint.plugins.module_utils._change.sync_group import SyncGroups
from ansible_collections.community.sailpoint.plugins.module_utils._client.authenticator import read_claims
from ansible_collections.community.sailpoint.plugins.module_utils._client.redaction import MASK, Redaction
from ansible_collections.community.sailpoint.plugins.module_utils._client.responses import Fields
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    ApiError,
    IscError,
    UnexpectedResponseError,
)
from soak.echoes import fragment_of
from support.flows import PASSWORD, POLLING, TARGET, WANTED, RecordedLog
from support.modules import AD, connected

ODD = 'Quiet  "Harbour" & <42> \u00e9\\'
FORMS = {
    "as it is": lambda secret: secret,
    "JSON": json.dumps,
    "JSON in Unicode": lambda secret: json.dumps(secret, ensure_ascii=False),
    "HTML": html.escape,
    "a URL": lambda secret: quote(secret, safe=""),
    "a form": quote_plus,
    "a URL in small letters": lambda secret: quote(secret, safe="").lower(),
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "base64 of more": lambda secret: base64.b64encode(f"svc:{secret}, or not".encode()).decode(),
    "base64 of a URL": lambda secret: base64.urlsafe_b64encode(f"x{secret}".encode()).decode(),
    "upper case": str.upper,
    "folded": lambda secret: " ".join(secret.split()),
}


@pytest.mark.parametrize("secret", [ODD, PASSWORD, "two  blanks", "\u00e4\u00f6\u00fc-\U0001f511-\u00e9\u00e0"])
@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_masked_in_any_form(form, secret):
    written = FORMS[form](secret)
    shown = Redaction([secret])(f"The value {written} is not allowed.")
    assert MASK in shown
    # Up to two characters at each end of base64 depend on the adjacent text.
    assert written[3:-3] not in shown
    assert secret not in shown


@pytest.mark.parametrize("end", ["", ".", "...", " \u2026"])
@pytest.mark.parametrize("length", range(6, len(PASSWORD)))
def test_the_beginning_of_a_secret_is_masked_if_the_text_was_cut(length, end):
    assert Redaction([PASSWORD])(f"No: {PASSWORD[:length]}{end}") == f"No: {MASK}{end}"


@pytest.mark.parametrize(
    ("secrets", "text", "shown"),
    [
        (["abcd"], "xabcdxABCDx", f"x{MASK}x{MASK}x"),
        (["abc"], "abc", "abc"),
        (["", None], "text", "text"),
        (["Harbour-42", "Quiet-Harbour-42!"], "Quiet-Harbour-42!", MASK),
        ([PASSWORD], "Quiet", "Quiet"),
    ],
)
def test_short_secrets_are_ignored_and_the_longest_match_wins(secrets, text, shown):
    assert Redaction(secrets)(text) == shown


def test_an_id_that_holds_a_secret_is_refused_unless_by_chance():
    for secret in ("beef", "2c91808"):
        assert Fields({"requestId": f"{secret}5744fec"}, "x", Redaction([secret])).id("requestId")
    with pytest.raises(UnexpectedResponseError, match="a secret of the request in requestId"):
        Fields({"requestId": f"r-{PASSWORD}"}, "x", Redaction([PASSWORD])).id("requestId")
    with pytest.raises(UnexpectedResponseError, match="an unusable id in sourceIds"):
        Fields({"sourceIds": ["s", PASSWORD]}, "x", Redaction([PASSWORD])).ids("sourceIds")


@pytest.mark.parametrize("secret", [PASSWORD, "aBcDeFgHiJkL", "\u00e4\u00f6\u00fc-Harbour"])
@pytest.mark.parametrize("before", ["", "f", "0f"])
def test_a_hexadecimal_id_that_encodes_a_secret_is_masked(secret, before):
    for said in (secret, secret.swapcase()):
        identifier = before + said.encode().hex()
        assert Redaction([secret]).finds_secret_in(identifier)
        assert MASK in Redaction([secret])(identifier)
    for harmless in ("2c91808e7d976f3b017d9f5ceae440c8", "2c91808e-7d97-6f3b-017d-9f5ceae440c8"):
        assert not Redaction([secret]).finds_secret_in(harmless)
        assert Redaction([secret])(harmless) == harmless


def test_a_state_that_equals_the_password_is_kept(tenant, fake_time):
    with connected(tenant, fake_time) as client:
        tenant.fault("status", "status", status=200, body={"requestId": "r", "state": "FINISHED", "errors": []})
        assert read_change_status(client, "r", secrets=["FINISHED"]) == Change("r", "FINISHED")


def test_a_change_tells_no_other_password_of_the_account(tenant, fake_time):
    # The flow of a rotation knows them from its store.
    old, log = "Older-Lantern-77", RecordedLog()
    flow = ChangeFlow({**WANTED, "user_name": "svc-backup"}, PASSWORD, Settings(POLLING, 0), fake_time.runtime, log)
    flow.other_passwords = (old,)
    flow.target = TARGET
    said = f"not {old}, nor {quote(old)} {base64.b64encode(old.encode()).decode()}, nor {PASSWORD}"
    tenant.fault("set", "status", status=202, body={"requestId": "r", "state": "IN_PROGRESS", "errors": [said]})
    tenant.fault("status", "status", status=200, body={"requestId": "r", "state": "FAILED", "errors": [said]})
    with connected(tenant, fake_time) as client:
        drive(flow, client, SyncGroups(client), intervals(POLLING, lambda: 0.0))
    output = f"{flow.error.as_result()} {flow.change} {log.told}"
    assert "not ********, nor ********" in output
    assert not [each for each in (old, PASSWORD, "Lantern", "T2xkZXItTGFudGVybi03N") if each in output]


def test_the_target_of_a_redirect_is_masked(tenant, fake_time):
    secret = tenant.clients["api-client"]["client_secret"]
    tenant.fault("query", "redirect", location=f"https://{quote(secret, safe='')}.example.org/", status=302)
    with connected(tenant, fake_time) as client, pytest.raises(IscError, match="redirects to https://") as refusal:
        query_password_info(client, "svc-backup", AD)
    assert secret[:8] not in str(refusal.value.as_result()) and MASK in refusal.value.message


def test_secrets_in_claims_are_masked():
    claims = {"org": "quiet-harbour-42", "user_name": f"x {PASSWORD} y", "identity_id": PASSWORD, "scope": [PASSWORD]}
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    output = read_claims(f"e30.{payload}.x", Redaction([PASSWORD]))
    assert output._asdict() == {
        "authority": "user",
        "user_name": f"x {MASK} y",
        "identity_id": MASK,
        "org": MASK,
        "scopes": (MASK,),
    }


def test_a_renewed_token_remains_a_secret(tenant, fake_time):
    with connected(tenant, fake_time) as client:
        first = client.token()
        fake_time.now += 10_000
        second = client.token()
        assert first.value != second.value
        assert client.redaction()(f"{first.value}, {second.value}") == f"{MASK}, {MASK}"
        tenant.fault("query", "status", status=403, body={"messages": [{"text": f"no {first.value}"}]})
        with pytest.raises(ApiError) as refusal:
            query_password_info(client, "svc-backup", AD)
    assert refusal.value.details["messages"] == [f"no {MASK}"]


QUOTED = {
    "JSON in JSON": lambda secret: json.dumps(json.dumps(secret)),
    "a URL in JSON": lambda secret: json.dumps(f"?p={quote(secret, safe='')}&q"),
    "numbers of HTML": lambda secret: "".join(f"&#{ord(each)};" for each in secret),
    "octets of a URL": lambda secret: "".join(f"%{each:02x}" for each in secret.encode()),
    "base64 of JSON": lambda secret: base64.b64encode(json.dumps({"p": secret}).encode()).decode(),
    "base64 of UTF-16": lambda secret: base64.b64encode(f'"{secret}"'.encode("utf-16-le")).decode(),
    "base64 in lines": lambda secret: base64.encodebytes(f"more than a line: {secret} {'x' * 60}".encode()).decode(),
    "hexadecimal": lambda secret: secret.encode().hex(),
    "HEXADECIMAL": lambda secret: f"x'{secret.encode().hex().upper()}'",
    "lines": "\r\n ".join,
    "characters that nobody sees": "\u200b".join,
}


@pytest.mark.parametrize("secret", [PASSWORD, "Quiet 'Harbour' & <42>/\\"])
@pytest.mark.parametrize("form", QUOTED)
def test_a_secret_in_nested_encodings_is_masked(form, secret):
    written = QUOTED[form](secret)
    shown = Redaction([secret])(f"The value {written} is not allowed")
    assert MASK in shown
    assert fragment_of([secret], shown) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("...Harbour-42 is not allowed", f"...{MASK} is not allowed"),
        ("\u2026our-42!", f"\u2026{MASK}!"),
        ("Quiet-... and Quiet-... and more", f"{MASK}... and {MASK}... and more"),
        ("xxuiet-Harboxx", f"xx{MASK}xx"),
        ("xxuiet-Harxx", f"xx{MASK}xx"),
        ("xxuiet-Haxx", "xxuiet-Haxx"),
        ("The password is too short.", "The password is too short."),
    ],
)
def test_a_significant_part_of_a_secret_is_masked(text, shown):
    assert Redaction([PASSWORD, "MyPassword-1!"])(text) == shown
