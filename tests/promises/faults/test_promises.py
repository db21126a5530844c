# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each promise about a failing request, over real HTTP in fake time."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._api.password_change import query_password_info
from ansible_collections.community.sailpoint.plugins.module_utils._errors import IscError, OutcomeUnknownError
from ansible_collections.community.sailpoint.plugins.modules import (
    isc_digit_token,
    isc_password,
    isc_password_change_info,
    isc_password_info,
)
from support import promises
from support.local_servers import closed_port
from support.modules import AD, BACKUP, PASSWORD, connected, run
from support.slow_servers import deaf_port

RETRIES = 2
WAIT_TIMEOUT = 40.0
# Fake seconds in which the tenant, which works in real time, has certainly finished a change.
ENOUGH = 600000.0
# Seconds. The short ones run out in real time, and suffice for the attempt that succeeds.
REQUEST_TIMEOUT = 10.0
SHORT_TIMEOUT = 0.25
SHORTEST_TIMEOUT = 0.02
# Seconds by which a client may exceed wait_timeout, and the longest pause (Retry-After: 120 plus a quarter).
MARGIN = 1.0
LONGEST_PAUSE = 150.0

IDS = ("identity_id", "source_id", "public_key_id", "public_key")

CELLS = [
    pytest.param(fault, request, stays, id=f"{request}-{fault.name}-{'always' if stays else 'once'}")
    for fault in promises.FAULTS
    for request in promises.REQUESTS
    if getattr(fault, request) is not None
    for stays in getattr(fault, request).stays
]


@contextlib.contextmanager
def unreachable(port: str, times: float) -> Iterator[None]:
    """Redirect the first *times* connections to a port that is closed or never responds."""
    original = socket.getaddrinfo
    left = times
    with contextlib.ExitStack() as stack:
        wrong = closed_port() if port == "closed" else stack.enter_context(deaf_port())

        def resolve(host: Any, right: Any, *arguments: Any, **options: Any) -> Any:
            nonlocal left
            if right is None or left <= 0:
                return original(host, right, *arguments, **options)
            left -= 1
            return original(host, wrong, *arguments, **options)

        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(socket, "getaddrinfo", resolve)
        yield


class Case:
    """A tenant and a module whose first request is the one with the fault."""

    def __init__(self, tenant: Any, fake_time: Any, request: str) -> None:
        self.tenant, self.fake_time, self.request = tenant, fake_time, request
        self.options: dict[str, Any] = {"retries": RETRIES, "request_timeout": REQUEST_TIMEOUT}
        with connected(tenant, fake_time) as client:
            token = client.token().value
            self._prepare(client)
        if request != "login":
            self.options["access_token"] = token
        tenant.clear_requests()
        fake_time.naps.clear()
        self.began = fake_time.now
        self.message = ""

    def _prepare(self, client: Any) -> None:
        if self.request in ("login", "query"):
            self.module = isc_password_info if self.request == "login" else isc_password
            self.options.update(user_name="svc-backup", source_name=AD)
        if self.request == "query":
            self.options.update(password=PASSWORD, wait_timeout=ENOUGH)
        elif self.request == "digit_token":
            self.module = isc_digit_token
            self.options.update(user_id="Abby.Smith")
        elif self.request in ("set", "status"):
            info = query_password_info(client, "svc-backup", AD)._asdict()
            self.module = isc_password
            self.options.update(wait_timeout=ENOUGH, account_id=BACKUP, password=PASSWORD)
            self.options.update({name: info[name] for name in IDS})
        if self.request == "status":
            sent = run(isc_password, self.tenant, self.fake_time, **self.options)
            self.module = isc_password_change_info
            self.options = {"retries": RETRIES, "request_timeout": REQUEST_TIMEOUT}
            self.options.update(wait_timeout=WAIT_TIMEOUT, request_id=sent["request_id"])

    def outcome(self) -> str:
        try:
            run(self.module, self.tenant, self.fake_time, **self.options)
        except OutcomeUnknownError as error:
            self.message = error.message
            assert error.details["outcome"] == "unknown"
            assert self.request != "status" or error.details["request_id"] == self.options["request_id"]
            return promises.UNKNOWN
        except IscError as error:
            self.message = error.message
            assert error.message.endswith(".") and "\n" not in error.message
            assert self.request != "set" or error.details["outcome"] == "refused"
            assert "may have been created" not in (error.hint or "") or self.request == "digit_token"
            return promises.MAYBE if "may have been created" in (error.hint or "") else promises.ERROR
        return promises.HEALS


@pytest.mark.parametrize(("fault", "request_", "stays"), CELLS)
def test_a_promise_holds(tenant, fake_time, fault, request_, stays):
    promise = getattr(fault, request_)
    case = Case(tenant, fake_time, request_)
    port = fault.how.get("port")
    if port == "deaf" or fault.how.get("kind") == "slow":
        case.options["request_timeout"] = SHORTEST_TIMEOUT if port and stays else SHORT_TIMEOUT
    with contextlib.ExitStack() as stack:
        if port == "plain":
            case.options["base_url"] = tenant.base_url.replace("http://", "https://")
        elif port:
            stack.enter_context(unreachable(port, float("inf") if stays else 1))
        else:
            tenant.fault(request_, times=None if stays else 1, **fault.how)
        outcome = case.outcome()
    counts = tenant.counts()
    assert outcome == promise.outcome(stays)
    if fault.how.get("kind") == "redirect":
        assert "redirects to http://127.0.0.2:9; this is not followed" in case.message
    sent = promise.requests(stays, RETRIES)
    check_number_of_requests(counts.get(request_, 0), sent, fake_time.naps, seen=not port, stays=stays)
    check_that_no_more_was_set(tenant, counts, request_, outcome)
    check_the_time(case, promise)


def check_number_of_requests(count: int, sent: int, naps: list[float], seen: bool, stays: bool) -> None:
    """Compare with the tenant's log or, if no request reaches it, with the pauses between attempts."""
    if sent == promises.MANY:
        assert count > 1 if seen else (count == 0 and len(naps) > RETRIES)
    elif seen:
        assert count == sent
    else:
        assert count == (0 if stays or sent == 1 else 1)
        assert len(naps) >= sent - 1


def check_that_no_more_was_set(tenant: Any, counts: dict[str, int], request: str, outcome: str) -> None:
    """Check that no second change was sent in doubt, and none if the promise says so."""
    password = tenant.password(AD, BACKUP)
    if request == "set":
        assert outcome != promises.UNKNOWN or counts["set"] == 1
        if outcome == promises.ERROR:
            assert password is None
    elif request in ("login", "digit_token") or outcome == promises.ERROR:
        assert "set" not in counts and password is None
    else:
        assert counts.get("set", 0) == (1 if request == "query" else 0)
    assert password is None or password["changes"] == 1
    if request == "digit_token" and outcome == promises.ERROR:
        assert tenant.digit_tokens() == []
    assert len(tenant.digit_tokens()) <= 1


def check_the_time(case: Case, promise: promises.Promise) -> None:
    """Check that the fake clock stayed within the documented time."""
    elapsed = case.fake_time.now - case.began
    timeout = case.options["request_timeout"]
    longest_request = (RETRIES + 1) * timeout + RETRIES * LONGEST_PAUSE
    if case.request == "status":
        assert elapsed <= WAIT_TIMEOUT + MARGIN
    else:
        waits = promise.once == promises.HEALS
        assert elapsed <= 2 * longest_request + (case.options.get("wait_timeout", 0) + MARGIN if waits else 0)
