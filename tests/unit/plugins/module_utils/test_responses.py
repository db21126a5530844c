# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading an HTTP response as a JSON object or an explained error."""

from __future__ import annotations

import json

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._client.responses import api_error, read_object
from ansible_collections.community.sailpoint.plugins.module_utils._errors import (
    ApiError,
    RateLimitError,
    UnexpectedResponseError,
)
from ansible_collections.community.sailpoint.plugins.module_utils._http.transport import Response
from hypothesis import given
from hypothesis import strategies as st

DOCUMENTED = {
    "detailCode": "400.1.404 Referenced object not found",
    "trackingId": "e7eab60924f64aa284175b9fa3309599",
    "messages": [{"locale": "en-US", "localeOrigin": "DEFAULT", "text": "Referenced source was not found."}],
    "causes": [{"locale": "en-US", "localeOrigin": "DEFAULT", "text": "No such\nsource."}],
}


def response(status, body, **headers):
    return Response(status, headers, body if isinstance(body, bytes) else json.dumps(body).encode())


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"<!DOCTYPE html><html></html>", "HTML"),
        (b'{"requestId": "089', "truncated JSON"),
        (b"[1,", "truncated JSON"),
        (b"[" * 100000, "JSON that is nested too deeply"),
        (b"[" * 100000 + b"]" * 100000, "JSON that is nested too deeply"),
        (b'{"a": "caf\xe9"}', "bytes that are not UTF-8"),
        (b"upstream timed out", "text that is not JSON"),
        ([{"requestId": "r"}], "a list"),
        ("r", "a string"),
        (True, "a boolean"),
        (None, "null"),
        (42, "a number"),
        (b'{"a": 1, "b": 2, "a": 1}', "JSON with a duplicate key"),
        (b'{"a": [{"b": {}}, {"c": 1, "\\u0063": 2}]}', "JSON with a duplicate key"),
        (b'{"a": "\\ud800"}', "JSON with a lone surrogate"),
        (b'{"a": "\\uDFFFx"}', "JSON with a lone surrogate"),
        (b'{"\\ud83d": "\\ud83d\\udd11"}', "JSON with a lone surrogate"),
        (b'{"a": ' + b"9" * 1001 + b"}", "JSON with a huge number"),
        (b'{"a": -' + b"9" * 1000 + b"}", "JSON with a huge number"),
        (b'{"a": 1e400}', "JSON with a number that is not finite"),
        (b'{"a": NaN}', "JSON with a number that is not finite"),
        (b'{"a": -Infinity}', "JSON with a number that is not finite"),
        (b'\xef\xbb\xbf{"a": 1}', "text that is not JSON"),
        ('{"a": 1}'.encode("utf-16"), "bytes that are not UTF-8"),
    ],
)
def test_the_kind_of_an_unusable_body_is_named_but_not_shown(body, kind):
    with pytest.raises(UnexpectedResponseError) as refusal:
        read_object(response(202, body), "set password")
    assert refusal.value.message == (
        f"The response to set password (HTTP 202) is not the JSON object that ISC sends, but {kind}."
    )
    assert "base_url" in refusal.value.hint
    assert refusal.value.details == {"status_code": 202}


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (b'{"a": {"a": {"a": 1}}}', {"a": {"a": {"a": 1}}}),
        (b'[{"a": 1}, {"a": 1}]', [{"a": 1}, {"a": 1}]),
        (b'"\\ud83d\\udd11 \\\\ud800"', "\U0001f511 \\ud800"),
        (b"9" * 1000, int("9" * 1000)),
        (b"1e308", 1e308),
        (b"1e-400", 0.0),
        (b'"NaN"', "NaN"),
    ],
)
def test_json_that_only_resembles_ambiguous_json_is_accepted(body, content):
    assert read_object(response(200, b'{"x": ' + body + b"}"), "x") == {"x": content}


def test_html_is_recognized_by_its_content_type():
    with pytest.raises(UnexpectedResponseError, match="but HTML"):
        read_object(response(200, b"Sorry", **{"Content-Type": "Text/HTML"}), "x")


def test_a_documented_error_shows_codes_and_all_texts():
    error = api_error(response(400, DOCUMENTED), "query password info", 0)
    assert error.message == (
        "ISC refused to query password info: Referenced source was not found; No such source "
        "(HTTP 400, detailCode 400.1.404 Referenced object not found, trackingId e7eab60924f64aa284175b9fa3309599)."
    )
    assert error.details == {
        "status_code": 400,
        "detail_code": "400.1.404 Referenced object not found",
        "tracking_id": "e7eab60924f64aa284175b9fa3309599",
        "messages": ["Referenced source was not found.", "No such source."],
    }


def test_a_repeated_text_is_shown_once():
    body = {**DOCUMENTED, "causes": DOCUMENTED["messages"]}
    assert api_error(response(400, body), "x", 0).details["messages"] == ["Referenced source was not found."]


EXPIRED = {"error": "JWT validation failed: JWT is expired"}
BAD_CLIENT = {"error": "invalid_client", "error_description": "Bad client credentials"}
ODD = {"messages": "no list", "causes": [7, {}, {"text": 7}], "detailCode": 7}
TOLD = [
    (401, EXPIRED, "refused to x: JWT validation failed: JWT is expired (HTTP 401)."),
    (401, BAD_CLIENT, "refused to x: invalid_client; Bad client credentials (HTTP 401)."),
    (500, {**DOCUMENTED, "causes": []}, "failed to x: Referenced source was not found (HTTP 500, "),
    (502, b"<html>", "failed to x (HTTP 502, the body is HTML)."),
    (503, b"", "failed to x (HTTP 503, the body is empty)."),
    (403, {"other": 1}, "refused to x (HTTP 403, the body is an unknown JSON object)."),
    (403, [DOCUMENTED], "refused to x (HTTP 403, the body is a list)."),
    (403, {"trackingId": "t"}, "refused to x (HTTP 403, trackingId t)."),
    (403, ODD, "refused to x (HTTP 403, the body is an unknown JSON object)."),
    (403, {"message": "\x1b[31mno\nway"}, "refused to x: [31mno way (HTTP 403)."),
]


@pytest.mark.parametrize(("status", "body", "message"), TOLD)
def test_other_errors_are_shown(status, body, message):
    error = api_error(response(status, body), "x", 0)
    assert error.message.startswith(f"ISC {message}")
    assert error.__class__ is ApiError
    assert error.status_code == status


def test_a_rate_limit_error_reads_retry_after():
    error = api_error(response(429, {"message": " Rate Limit Exceeded "}, **{"Retry-After": "7"}), "x", 0)
    assert isinstance(error, RateLimitError)
    assert error.message == "ISC refused to x: Rate Limit Exceeded (HTTP 429)."
    assert error.retry_after == 7
    date = {"Retry-After": "Thu, 01 Jan 1970 00:00:30 GMT"}
    assert api_error(response(429, b"", **date), "x", 10).retry_after == 20
    assert api_error(response(429, b""), "x", 0).retry_after is None


def test_many_and_long_texts_are_cut():
    body = {"messages": [{"text": f"{number} " + "x" * 5000} for number in range(100)], "trackingId": "t" * 500}
    error = api_error(response(400, body), "x", 0)
    assert len(error.details["messages"]) == 20
    assert all(len(text) <= 1000 for text in error.details["messages"])
    assert len(error.details["tracking_id"]) == 100


TEXTS = st.text() | st.none() | st.integers()
FIELDS = st.sampled_from([*DOCUMENTED, "error"])
BODIES = st.dictionaries(FIELDS, TEXTS | st.lists(st.dictionaries(st.just("text"), TEXTS)))


@given(st.integers(400, 599), st.binary() | BODIES)
def test_any_body_becomes_a_printable_error(status, body):
    error = api_error(response(status, body), "x", 0)
    assert error.status_code == status
    assert error.message.isprintable()
    assert error.message.endswith(").")
