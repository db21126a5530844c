# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rate limit."""

from __future__ import annotations

import time

import pytest


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


def test_a_new_token_does_not_help(api, tenant):
    tenant.settings(rate_limit=2, rate_window=60)
    assert statuses(api, 3)[-1] == 429
    api.forget_tokens()
    assert statuses(api, 1) == [429]


def test_login_is_not_counted(api, tenant):
    api.token()
    tenant.settings(rate_limit=2, rate_window=60)
    assert {api.login().status for _login in range(5)} == {200}
    assert statuses(api, 2) == [404, 404]


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
    from simulator.rate_limit import RateLimiter
    from simulator.settings import Settings

    now = [100.0]
    limiter = RateLimiter(Settings(rate_limit=2, rate_window=10.0, rate_counts_throttled=counts), lambda: now[0])
    responses = []
    for _request in range(3):
        responses.append(limiter.exceeded("c", "v1"))
        now[0] += 0.5
    assert responses == [None, None, 10 if counts else 9]
    now[0] += responses[-1] - 0.5
    assert limiter.exceeded("c", "v1") is None


def test_retry_after_is_enough():
    from simulator.rate_limit import RateLimiter
    from simulator.settings import Settings

    now = [100.0]
    limiter = RateLimiter(Settings(rate_limit=5, rate_window=10.0), lambda: now[0])
    passed = 0
    for _request in range(40):
        seconds = limiter.exceeded("c", "v1")
        passed += seconds is None
        now[0] += seconds or 0.1
    assert passed > 20
