# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way of a request: who and what it is, faults, limits, rights, form, operation."""

from __future__ import annotations

import asyncio
import logging
import time
from email.utils import formatdate

from aiohttp import web

from simulator import activities, fault_effects, operations, search, settings_operations, sources
from simulator.body import check_headers
from simulator.call import Call
from simulator.garbage import damaged
from simulator.gates import Aborted
from simulator.layouts import (
    ACTIVITIES,
    DIGIT_TOKEN,
    LOGIN,
    OPERATIONS,
    QUERY,
    RELOAD,
    SEARCH,
    SET,
    STATUS,
    UNKNOWN,
    find_route,
)
from simulator.oauth import login
from simulator.responses import Refusal, Response
from simulator.state import State

LOG = logging.getLogger(__name__)
_HANDLERS = {
    LOGIN: login,
    QUERY: operations.query,
    SET: operations.set_password,
    STATUS: operations.status,
    DIGIT_TOKEN: operations.digit_token,
    SEARCH: search.search,
    RELOAD: search.reload,
    ACTIVITIES: activities.activities,
}
# The others are named as their operations are.
for _name in OPERATIONS:
    if _name not in _HANDLERS:
        _HANDLERS[_name] = getattr(settings_operations, _name, None) or getattr(sources, _name)


class Gateway:
    """Answers every request outside the control API."""

    def __init__(self, state: State):
        self._state = state

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        call = self._identified(request)
        try:
            call.body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            call.entry["status"] = 413
            return fault_effects.whole(self._refused(call, Refusal(413)))
        call.look_into_body()
        fault = None
        if call.route is not None:
            fault = self._state.faults.take(call.route.operation, call.route.api_version, call.entry["client_id"])
        if fault is None:
            response = await self._processed(call)
            call.entry["status"] = response.status
            return fault_effects.whole(response)
        call.entry["fault"] = fault["kind"]
        try:
            return await self._with_fault(call, fault)
        except (Aborted, ConnectionError):
            return fault_effects.drop(request)

    def _identified(self, request: web.BaseRequest) -> Call:
        route, request_id = find_route(request.rel_url.raw_path, request.method)
        if route is not None and route.api_version in self._state.settings.without_layouts:
            route, request_id = None, None
        operation, version = (route.operation, route.api_version) if route else (UNKNOWN, None)
        call = Call(request, route, request_id, self._state.log.open(request, operation, version, request_id))
        if operation not in (LOGIN, UNKNOWN):
            try:
                headers = request.headers.getall("Authorization", [])
                call.claims = self._state.tokens.read(headers[0] if len(headers) == 1 else None)
                call.entry["client_id"] = call.claims.client_id
            except Refusal as refusal:
                call.refusal = refusal
        return call

    async def _processed(self, call: Call) -> Response:
        """The honest response, with the headers that every response of its layout has."""
        try:
            if call.route is None:
                raise Refusal(404)
            if call.route.operation != LOGIN:
                self._check(call)
            response = await _HANDLERS[call.route.operation](self._state, call)
        except Refusal as refusal:
            response = self._refused(call, refusal)
        except Exception:  # A slip of the simulator must show as one: in the log, and as a documented 500.
            LOG.exception("the simulator failed at %s %s", call.request.method, call.request.rel_url.raw_path)
            response = self._refused(call, Refusal(500))
        if call.route is not None and call.route.deprecated:
            response.headers["X-Deprecated"] = "true"
        if self._state.settings.clock_ahead:
            response.headers["Date"] = formatdate(time.time() + self._state.settings.clock_ahead, usegmt=True)
        return response

    def _check(self, call: Call) -> None:
        """What the operations have in common; that the checks come in this order is assumed.

        :raises Refusal: 401, 429, 405, 403 and those of check_headers.
        """
        if call.claims is not None:
            seconds = self._state.rate_limiter.exceeded(call.claims.client_id, call.route.api_version)
            if seconds is not None:
                raise Refusal(429, document={"message": " Rate Limit Exceeded "}, headers={"Retry-After": str(seconds)})
        if call.request.method != call.route.method:
            raise Refusal(405, headers={"Allow": call.route.method})
        if call.refusal is not None:
            raise call.refusal
        self._state.tokens.check_lifetime(call.claims)
        if call.route.scope is not None and call.route.scope not in call.claims.scopes:
            raise Refusal(403)
        # Documented for some writes: whether a real tenant refuses an API client is not known.
        if call.route.user_only and call.claims.identity_id is None:
            raise Refusal(403)
        check_headers(call)

    def _refused(self, call: Call, refusal: Refusal) -> Response:
        response = refusal.response(self._state.tracking_id())
        if call.route is not None and call.route.deprecated:
            response.headers["X-Deprecated"] = "true"
        return response

    async def _with_fault(self, call: Call, fault: dict) -> web.StreamResponse:
        kind = fault["kind"]
        before = fault.get("when", "after") == "before"
        if kind == "lost_before":
            return fault_effects.drop(call.request)
        if kind == "slow" and before:
            await asyncio.sleep(fault["seconds"])
        elif kind == "gate" and before:
            await self._state.gates.named(fault["name"]).wait()
        response = self._instead(fault)
        if response is None or fault.get("processed"):
            processed = await self._processed(call)
            response = response or processed
        call.entry["status"] = response.status
        if kind == "lost_after":
            return fault_effects.drop(call.request)
        if kind == "slow" and not before:
            await asyncio.sleep(fault["seconds"])
        elif kind == "gate" and not before:
            await self._state.gates.named(fault["name"]).wait()
        elif kind in ("garbage", "anomaly", "raw", "fields"):
            response = damaged(response, fault)
            call.entry["status"] = response.status
        if kind == "trickle":
            return await fault_effects.trickle(call.request, response, fault["seconds"])
        if fault.get("form") == "truncated":
            return await fault_effects.truncated(call.request, response)
        return fault_effects.whole(response)

    def _instead(self, fault: dict) -> Response | None:
        """The response that a fault of kind status or redirect gives in place of the real one."""
        if fault["kind"] == "redirect":
            return Response(
                fault.get("status", 302), headers={"Location": fault["location"]}, body=b"", content_type="text/html"
            )
        if fault["kind"] != "status":
            return None
        headers = dict(fault.get("headers", {}))
        body = fault.get("body")
        if isinstance(body, str):
            return Response(fault["status"], headers=headers, body=body.encode(), content_type="text/html")
        if body is None:
            return Response(fault["status"], headers=headers, body=b"", content_type="text/html")
        return Response(fault["status"], body, headers)
