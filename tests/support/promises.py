# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The promises for each request and each fault, from which the security guide's table is generated."""

from __future__ import annotations

from typing import Any, NamedTuple

HEALS = "heals"
ERROR = "error"
UNKNOWN = "outcome unknown"
MAYBE = "error that says that a token may exist"

ALL = -1
"""The first request, and as many more as ``retries`` allows."""

MANY = -2
"""More than one request, until the timeout."""


class Promise(NamedTuple):
    """The outcomes of a fault that happens once and of one that stays, with the numbers of requests."""

    once: str
    sent_once: int
    always: str
    sent_always: int
    text: str

    @property
    def stays(self) -> tuple[bool, ...]:
        """Whether the fault stays, for each run to test. With one request, it makes no difference."""
        return (True,) if self.sent_once == self.sent_always == 1 else (True, False)

    def outcome(self, stays: bool) -> str:
        return self.always if stays else self.once

    def requests(self, stays: bool, retries: int) -> int:
        """Return the number of requests, or MANY."""
        sent = self.sent_always if stays else self.sent_once
        return retries + 1 if sent == ALL else sent


class Fault(NamedTuple):
    """A fault: its name in the guide, its definition, and the promise for each request.

    :ivar how: arguments of Tenant.fault, or only ``port`` if the connection never opens.
    """

    name: str
    how: dict[str, Any]
    login: Promise | None
    query: Promise | None
    set: Promise | None
    digit_token: Promise | None
    status: Promise | None


REQUESTS = ("login", "query", "set", "digit_token", "status")

AT_ONCE = Promise(ERROR, 1, ERROR, 1, "an error at once")
UNCHANGED = Promise(ERROR, 1, ERROR, 1, "an error at once; the password is unchanged")
AGAIN = Promise(HEALS, 2, ERROR, ALL, "tried again up to ``retries`` times, then an error")
SET_AGAIN = Promise(
    HEALS, 2, ERROR, ALL, "tried again up to ``retries`` times, then an error; the password is unchanged"
)
RENEWED = Promise(HEALS, 2, ERROR, 2, "a new login and once more, then an error")
SET_RENEWED = Promise(HEALS, 2, ERROR, 2, "a new login and once more, then an error; the password is unchanged")
IN_DOUBT = Promise(UNKNOWN, 1, UNKNOWN, 1, "never sent again: ``outcome`` is ``unknown``")
TOKEN_IN_DOUBT = Promise(MAYBE, 1, MAYBE, 1, "never sent again: an error that says that a token may exist")
ACCEPTED = Promise(HEALS, 1, HEALS, 1, "accepted: its status is read")
READ_AGAIN = Promise(HEALS, 2, UNKNOWN, MANY, "read again until ``wait_timeout``, then ``outcome`` is ``unknown``")
READ_RENEWED = Promise(HEALS, 2, UNKNOWN, 2, "a new login and once more, then ``outcome`` is ``unknown``")
NOT_YET = Promise(HEALS, 2, UNKNOWN, MANY, "read again for 30 seconds, then ``outcome`` is ``unknown``")
UNREADABLE = Promise(UNKNOWN, 1, UNKNOWN, 1, "``outcome`` is ``unknown`` at once, with the request id")

# ISC never got the request, it refused it, it may have processed it, or its response is unusable.
NEVER_SENT = (AGAIN, AGAIN, SET_AGAIN, AGAIN, READ_AGAIN)
REFUSED = (AT_ONCE, AT_ONCE, UNCHANGED, AT_ONCE, UNREADABLE)
LOST = (AGAIN, AGAIN, IN_DOUBT, TOKEN_IN_DOUBT, READ_AGAIN)
USELESS = (AT_ONCE, AT_ONCE, IN_DOUBT, TOKEN_IN_DOUBT, UNREADABLE)


def _status(status: int, **more: Any) -> dict[str, Any]:
    """Return a response with *status*. For 408 and from 500 on, the request is processed nevertheless."""
    return {"kind": "status", "status": status, "processed": status == 408 or status >= 500, **more}


def _garbage(form: str) -> dict[str, Any]:
    return {"kind": "garbage", "form": form}


def _throttled(retry_after: str | None) -> dict[str, Any]:
    return _status(429, headers={} if retry_after is None else {"Retry-After": retry_after})


FAULTS = (
    Fault("connection refused", {"port": "closed"}, *NEVER_SENT),
    Fault("no connection in time", {"port": "deaf"}, *NEVER_SENT),
    Fault("TLS fails", {"port": "plain"}, *REFUSED),
    Fault("redirect to another host", {"kind": "redirect", "location": "http://127.0.0.2:9/"}, *REFUSED),
    Fault("HTTP 400", _status(400), *REFUSED),
    Fault("HTTP 403", _status(403), *REFUSED),
    Fault("HTTP 409", _status(409), *REFUSED),
    Fault("HTTP 404", _status(404), *REFUSED[:-1], NOT_YET),
    Fault("HTTP 401", _status(401), AT_ONCE, RENEWED, SET_RENEWED, RENEWED, READ_RENEWED),
    Fault("HTTP 429 with seconds", _throttled("7"), *NEVER_SENT),
    Fault("HTTP 429 with a date", _throttled("Tue, 24 Nov 2026 10:00:07 GMT"), *NEVER_SENT),
    Fault("HTTP 429 without Retry-After", _throttled(None), *NEVER_SENT),
    Fault("HTTP 429 that asks for more than 2 minutes", _throttled("99999999999"), *REFUSED[:-1], READ_AGAIN),
    Fault("connection lost before ISC saw the request", {"kind": "lost_before"}, *LOST),
    Fault("connection lost after that", {"kind": "lost_after"}, *LOST),
    Fault("no response in time", {"kind": "slow", "seconds": 1, "when": "after"}, *LOST),
    Fault("half a response", _garbage("truncated"), *LOST),
    Fault("HTTP 408", _status(408), *LOST),
    Fault("HTTP 502", _status(502), *LOST),
    Fault("HTTP 503", _status(503), *LOST),
    Fault("HTTP 504", _status(504), *LOST),
    Fault("HTTP 500", _status(500), *USELESS),
    Fault("HTML", _garbage("html"), *USELESS),
    Fault("an empty response", _garbage("empty"), *USELESS),
    Fault("half of a JSON text", _garbage("truncated_json"), *USELESS),
    Fault("JSON that is not an object", _garbage("list"), *USELESS),
    Fault("fields of other types", _garbage("wrong_types"), *USELESS),
    Fault("fields that are missing", _garbage("missing_fields"), *USELESS),
    Fault("a response of more than 1 MiB", _garbage("huge"), *USELESS),
    Fault("text that is not UTF-8", _garbage("not_utf8"), *USELESS),
    Fault("an unknown state", {"kind": "anomaly", "form": "unknown_state"}, None, None, ACCEPTED, None, READ_AGAIN),
)

# Without the faults of connections that never open, which are the same for all requests to a tenant.
OF_REQUESTS = tuple(each for each in FAULTS if "port" not in each.how and each.name != "an unknown state")


def one_of_each(request: str) -> list[Fault]:
    """Return a fault of each kind and promise. The statuses and forms are tested with a query (test_promises.py)."""
    return list({(each.how["kind"], getattr(each, request)): each for each in OF_REQUESTS}.values())


def named(*names: str) -> list[Fault]:
    """Return the faults with these names.

    :raises KeyError: there is none.
    """
    by_name = {each.name: each for each in FAULTS}
    return [by_name[name] for name in names]
