# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of requests, which shows a test what a client really sent."""

from __future__ import annotations

import time
from collections import Counter, deque

from simulator.settings import Settings

_SECRET_HEADERS = {"authorization", "proxy-authorization", "cookie"}


class RequestLog:
    """The last ``settings.request_log`` requests (0: none), and counts of all requests. It keeps no value of a body."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._entries: deque = deque()
        self._counts: Counter = Counter()
        self._number = 0

    def open(self, request, operation: str, api_version: str | None, request_id: str | None) -> dict:
        """Add and return the entry of a request. The gateway completes it later, so a held request is visible too."""
        self._number += 1
        self._counts[operation] += 1
        peer = request.transport.get_extra_info("peername") if request.transport else None
        entry = {
            "n": self._number,
            "time": time.time(),
            "method": request.method,
            "path": request.rel_url.raw_path,
            "query_keys": list(request.rel_url.query) if request.rel_url.raw_query_string else [],
            "operation": operation,
            "api_version": api_version,
            "client_id": None,
            "status": None,
            "fault": None,
            "headers": None,
            "authorization_scheme": None,
            "body_keys": [],
            "request_id": request_id,
            "peer_port": peer[1] if peer else None,
        }
        if self._settings.request_log:
            authorization = request.headers.get("Authorization")
            if authorization is not None:
                entry["authorization_scheme"] = authorization.partition(" ")[0]
            entry["headers"] = {n: value for n, value in request.headers.items() if n.lower() not in _SECRET_HEADERS}
            self._entries.append(entry)
            while len(self._entries) > self._settings.request_log:
                self._entries.popleft()
        return entry

    def as_list(self, operation: str | None = None) -> list:
        return [entry for entry in self._entries if operation in (None, entry["operation"])]

    def counts(self) -> dict:
        """Return the number of requests by operation since the start or the last reset."""
        return dict(self._counts)

    def clear(self) -> None:
        self._entries.clear()
        self._counts.clear()
        self._number = 0
