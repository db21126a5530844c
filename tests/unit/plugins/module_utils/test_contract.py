# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the client sends, held against SailPoint's official description of all six layouts."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import jsonschema
import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._client.operation import API_VERSIONS
from ansible_collections.community.sailpoint.plugins.modules import isc_digit_token, isc_password
from support.local_servers import Proxy
from support.modules import BY_NAME, run

DESCRIPTIONS = Path(__file__).resolve().parents[5] / "shared" / "api"

pytestmark = pytest.mark.skipif(
    not DESCRIPTIONS.is_dir(), reason="the official description is not beside the checkout (../shared/api)"
)


@pytest.fixture(params=API_VERSIONS)
def sent(request, tenant, fake_time):
    """Return a layout's description, and the requests of all its operations as they went over the network."""
    description = json.loads((DESCRIPTIONS / f"{request.param}.json").read_text(encoding="utf-8"))
    with Proxy(tenant.base_url) as gateway:
        given = {"base_url": gateway.url, "api_version": request.param}
        run(isc_password, tenant, fake_time, **given, **BY_NAME)
        if request.param != "v3":
            run(isc_digit_token, tenant, fake_time, **given, user_id="Abby.Smith")
    return description, [entry for entry in gateway.requests if not entry["target"].endswith("/oauth/token")]


def described(description, entry):
    """Return the description of a request's operation."""
    path = urlsplit(entry["target"]).path[len(urlsplit(description["servers"][0]["url"]).path) :]
    for template, methods in description["paths"].items():
        start, variable, _end = template.partition("{id}")
        if (path.startswith(start) if variable else path == template) and entry["method"].lower() in methods:
            return methods[entry["method"].lower()]
    raise AssertionError(f"{entry['method']} {path} is not described")


def test_every_operation_is_sent(sent):
    description, requests = sent
    used = {described(description, entry)["operationId"] for entry in requests}
    assert len(used) == len(description["paths"])


def test_bodies_are_as_described(sent):
    description, requests = sent
    for entry in requests:
        details = described(description, entry).get("requestBody")
        if details is None:
            assert entry["body"] == b""
            continue
        (content_type,) = details["content"]
        assert entry["headers"]["Content-Type"] == content_type
        schema = {**details["content"][content_type]["schema"], "additionalProperties": False}
        # The client leaves nothing out that is described, required or not.
        schema["required"] = list(schema["properties"])
        jsonschema.validate(json.loads(entry["body"]), schema)


def test_required_headers_are_sent(sent):
    description, requests = sent
    for entry in requests:
        for parameter in described(description, entry).get("parameters", ()):
            if parameter["in"] == "header" and parameter.get("required"):
                assert entry["headers"][parameter["name"]] == "true"
