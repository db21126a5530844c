# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How an answer goes out over the connection, whole or with a fault."""

from __future__ import annotations

import asyncio

from aiohttp import web
from multidict import CIMultiDict

from simulator.answers import Answer


def _headers(answer: Answer) -> CIMultiDict:
    headers = CIMultiDict(answer.headers)
    headers.setdefault("Content-Type", answer.content_type)
    return headers


def whole(answer: Answer) -> web.Response:
    """The ordinary answer."""
    return web.Response(status=answer.status, body=answer.content(), headers=_headers(answer))


def drop(request: web.BaseRequest) -> web.Response:
    """End the connection without an answer. The returned response can't be sent any more."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


async def truncated(request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
    """Half of the body, with the length of the whole, then the end of the connection."""
    content = answer.content()
    response = await _begin(request, answer, len(content))
    await response.write(content[: len(content) // 2])
    if request.transport is not None:
        # close, unlike abort, still sends what was written.
        request.transport.close()
    return response


async def trickle(request: web.BaseRequest, answer: Answer, seconds: float) -> web.StreamResponse:
    """The body one byte at a time, with a pause before each."""
    content = answer.content()
    response = await _begin(request, answer, len(content))
    for position in range(len(content)):
        await asyncio.sleep(seconds)
        await response.write(content[position : position + 1])
    await response.write_eof()
    return response


async def _begin(request: web.BaseRequest, answer: Answer, length: int) -> web.StreamResponse:
    response = web.StreamResponse(status=answer.status, headers=_headers(answer))
    response.content_length = length
    await response.prepare(request)
    return response
