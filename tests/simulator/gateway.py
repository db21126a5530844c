# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of each request: identification, faults, rate limit, permissions, form, operation, response."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import ChainMap
from email.utils import formatdate

from aiohttp import web
from multidict import CIMultiDict

from simulator import oauth, operations, search, settings_operations, sources
from simulator.body import check_headers
from simulator.call import Call
from simulator.faults import Aborted
from simulator.garbage import damaged
from simulator.layouts import LOGIN, OPERATIONS, SET, UNKNOWN, find_route
from simulator.responses import Refusal, Response
from simulator.state import State

LOG = logging.getLogger(__name__)
_FUNCTIONS = ChainMap(*map(vars, (oauth, operations, search, settings_operations, sources)))
# All handlers but one are named after their operations.
_HANDLERS = {name: _FUNCTIONS["set_password" if name == SET else name] for name in OPERATIONS}


class Gateway:
    """Handles every request outside the control API."""

    def __init__(self, state: State):
        self._state = state

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        call = self._identified(request)
        fault = None
        with contextlib.suppress(web.HTTPRequestEntityTooLarge):
            call.body = await request.read()
            call.parse_body()
            if call.route is not None:
                fault = self._state.faults.take(call.route.operation, call.route.api_version, call.entry["client_id"])
        if fault is None:
            response = await self._processed(call)
            call.entry["status"] = response.status
            return _whole(response)
        call.entry["fault"] = fault["kind"]
        try:
            return await self._with_fault(call, fault)
        except (Aborted, ConnectionError):
            return _drop(request)

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
        """Return the response without any fault, with the headers that all responses of its layout have."""
        try:
            if call.body is None:
                raise Refusal(413)
            if call.route is None:
                raise Refusal(404)
            if call.route.operation != LOGIN:
                self._check(call)
            response = await _HANDLERS[call.route.operation](self._state, call)
        except Refusal as refusal:
            response = refusal.response(self._state.tracking_id())
        except Exception:  # An error of the simulator itself must be visible: in the log, and as a documented 500.
            LOG.exception("the simulator failed at %s %s", call.request.method, call.request.rel_url.raw_path)
            response = Refusal(500).response(self._state.tracking_id())
        if call.route is not None and call.route.deprecated:
            response.headers["X-Deprecated"] = "true"
        if self._state.settings.clock_ahead:
            response.headers["Date"] = formatdate(time.time() + self._state.settings.clock_ahead, usegmt=True)
        return response

    def _check(self, call: Call) -> None:
        """Perform the checks that all operations share. Their order is assumed.

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
        # Documented for some writes. It is unknown whether a real tenant refuses an API client.
        if call.route.user_only and call.claims.identity_id is None:
            raise Refusal(403)
        check_headers(call)

    async def _wait(self, fault: dict) -> None:
        if fault["kind"] == "slow":
            await asyncio.sleep(fault["seconds"])
        elif fault["kind"] == "gate":
            await self._state.gates.named(fault["name"]).wait()

    async def _with_fault(self, call: Call, fault: dict) -> web.StreamResponse:
        kind = fault["kind"]
        before = fault.get("when", "after") == "before"
        if kind == "lost_before":
            return _drop(call.request)
        if before:
            await self._wait(fault)
        response = self._substitute(fault)
        if response is None or fault.get("processed"):
            processed = await self._processed(call)
            response = response or processed
        call.entry["status"] = response.status
        if kind == "lost_after":
            return _drop(call.request)
        if not before:
            await self._wait(fault)
        if kind in ("garbage", "anomaly", "raw", "fields"):
            response = damaged(response, fault)
            call.entry["status"] = response.status
        if kind == "trickle":
            return await _trickle(call.request, response, fault["seconds"])
        if fault.get("form") == "truncated":
            return await _truncated(call.request, response)
        return _whole(response)

    @staticmethod
    def _substitute(fault: dict) -> Response | None:
        """Return the response that a fault of kind status or redirect sends instead of the real one."""
        if fault["kind"] not in ("status", "redirect"):
            return None
        headers = {"Location": fault["location"]} if fault["kind"] == "redirect" else dict(fault.get("headers", {}))
        status, body = fault.get("status", 302), fault.get("body")
        if body is None or isinstance(body, str):
            return Response(status, headers=headers, body=(body or "").encode(), content_type="text/html")
        return Response(status, body, headers)


def _headers(response: Response) -> CIMultiDict:
    headers = CIMultiDict(response.headers)
    headers.setdefault("Content-Type", response.content_type)
    return headers


def _whole(response: Response) -> web.Response:
    """Return the complete response."""
    return web.Response(status=response.status, body=response.content(), headers=_headers(response))


def _drop(request: web.BaseRequest) -> web.Response:
    """Abort the connection. The returned response is never sent."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


async def _truncated(request: web.BaseRequest, response: Response) -> web.StreamResponse:
    """Send half of the body with the length of the whole, and end the connection."""
    content = response.content()
    stream = await _begin(request, response, len(content))
    await stream.write(content[: len(content) // 2])
    if request.transport is not None:
        # close, unlike abort, still sends what was written.
        request.transport.close()
    return stream


async def _trickle(request: web.BaseRequest, response: Response, seconds: float) -> web.StreamResponse:
    """Send the body one byte at a time, with a pause before each byte."""
    content = response.content()
    stream = await _begin(request, response, len(content))
    for position in range(len(content)):
        await asyncio.sleep(seconds)
        await stream.write(content[position : position + 1])
    await stream.write_eof()
    return stream


async def _begin(request: web.BaseRequest, response: Response, length: int) -> web.StreamResponse:
    stream = web.StreamResponse(status=response.status, headers=_headers(response))
    stream.content_length = length
    await stream.prepare(request)
    return stream
