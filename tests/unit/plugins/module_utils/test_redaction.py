# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing that ISC or a gateway says tells a secret, however it is written, and what is not one stays as it is."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import (
    Change,
    read_change_status,
    set_password,
)
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_info import query_password_info
from ansible_collections.community.sailpoint.plugins.module_utils._client.answers import Fields
from ansible_collections.community.sailpoint.plugins.module_utils._client.redaction import MASK, Redaction
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    ApiError,
    IscError,
    UnexpectedAnswerError,
)
from support.flows import INFO, PASSWORD
from support.modules import AD, BACKUP, connected

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
def test_a_secret_is_masked_however_it_is_written(form, secret):
    written = FORMS[form](secret)
    shown = Redaction([secret])(f"The value {written} is not allowed.")
    assert MASK in shown
    # Of base64, up to two characters at each end depend on what is beside it.
    assert written[3:-3] not in shown
    assert secret not in shown


@pytest.mark.parametrize("end", ["", ".", "...", " \u2026"])
@pytest.mark.parametrize("length", range(6, len(PASSWORD)))
def test_the_beginning_of_a_secret_is_masked_where_the_text_was_cut(length, end):
    assert Redaction([PASSWORD])(f"No: {PASSWORD[:length]}{end}") == f"No: {MASK}{end}"


@pytest.mark.parametrize(
    ("secrets", "text", "shown"),
    [
        (["abcd"], "xabcdxABCDx", f"x{MASK}x{MASK}x"),
        (["abc"], "abc", "abc"),
        (["", None], "text", "text"),
        (["Harbour-42", "Quiet-Harbour-42!"], "Quiet-Harbour-42!", MASK),
        ([PASSWORD], "Quiet", "Quiet"),
        ([PASSWORD], "", ""),
    ],
)
def test_what_is_too_short_is_left_and_what_is_longest_comes_first(secrets, text, shown):
    assert Redaction(secrets)(text) == shown


def test_an_id_that_holds_a_secret_is_refused_unless_that_may_be_chance():
    for secret in ("beef", "2c91808"):
        assert Fields({"requestId": f"{secret}5744fec"}, "x", Redaction([secret])).id("requestId")
    with pytest.raises(UnexpectedAnswerError, match="a secret of the request in requestId"):
        Fields({"requestId": f"r-{PASSWORD}"}, "x", Redaction([PASSWORD])).id("requestId")
    with pytest.raises(UnexpectedAnswerError, match="sourceIds of which one"):
        Fields({"sourceIds": ["s", PASSWORD]}, "x", Redaction([PASSWORD])).ids("sourceIds")


def test_a_state_that_is_the_password_too_stays_the_state(tenant, fake_time):
    with connected(tenant, fake_time) as client:
        tenant.fault("status", "status", status=200, body={"requestId": "r", "state": "FINISHED", "errors": []})
        assert read_change_status(client, "r", password="FINISHED") == Change("r", "FINISHED")


SAID = f"{ODD} and {quote(ODD, safe='')}"


@pytest.mark.parametrize("operation", ["query", "set", "status"])
def test_no_error_tells_a_secret_of_the_request(tenant, fake_time, operation):
    with connected(tenant, fake_time) as client:
        token = client.token().value
        secret = tenant.clients["api-client"]["client_secret"]
        told = f"Authorization=Bearer {token} {quote_plus(secret)} {base64.b64encode(secret.encode()).decode()} {ODD}"
        body = {"detailCode": token, "trackingId": secret, "messages": [{"text": told}], "causes": [{"text": SAID}]}
        tenant.fault(operation, "status", status=403, body=body)
        with pytest.raises(ApiError) as refusal:
            {
                "query": lambda: query_password_info(client, "svc-backup", AD),
                "set": lambda: set_password(client, INFO, BACKUP, "x", ODD),
                "status": lambda: read_change_status(client, "r", password=ODD),
            }[operation]()
    shown = json.dumps(refusal.value.as_result())
    for each in (token, secret, quote_plus(secret), base64.b64encode(secret.encode()).decode()):
        assert each not in shown
    if operation != "query":
        assert "Harbour" not in shown


def test_no_answer_of_a_change_tells_its_password(tenant, fake_time):
    with connected(tenant, fake_time) as client:
        body = {"requestId": "r", "state": f"BAD {ODD}", "errors": [SAID, ODD.upper()], "sourceIds": [ODD]}
        tenant.fault("status", "status", status=200, body=body)
        change = read_change_status(client, "r", password=ODD)
    assert change.request_id == "r"
    assert "HARBOUR" not in str(change).upper()


def test_a_login_that_is_refused_does_not_tell_the_client_secret(tenant, fake_time):
    secret = "wrong-secret-of-a-client"
    tenant.fault("login", "status", status=401, body={"error": f"no {secret}", "error_description": quote(secret)})
    with connected(tenant, fake_time, client_secret=secret) as client, pytest.raises(IscError) as refusal:
        client.token()
    assert "wrong-secret" not in str(refusal.value.as_result())
