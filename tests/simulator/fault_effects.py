# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways to send a response: complete, or with a fault."""

from __future__ import annotations

import asyncio

from aiohttp import web
from multidict import CIMultiDict

from simulator.responses import Response


def _headers(response: Response) -> CIMultiDict:
    headers = CIMultiDict(response.headers)
    headers.setdefault("Content-Type", response.content_type)
    return headers


def whole(response: Response) -> web.Response:
    """Return the complete response."""
    return web.Response(status=response.status, body=response.content(), headers=_headers(response))


def drop(request: web.BaseRequest) -> web.Response:
    """Abort the connection. The returned response is never sent."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


async def truncated(request: web.BaseRequest, response: Response) -> web.StreamResponse:
    """Send half of the body with the length of the whole, and end the connection."""
    content = response.content()
    stream = await _begin(request, response, len(content))
    await stream.write(content[: len(content) // 2])
    if request.transport is not None:
        # close, unlike abort, still sends what was written.
        request.transport.close()
    return stream


async def trickle(request: web.BaseRequest, response: Response, seconds: float) -> web.StreamResponse:
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
