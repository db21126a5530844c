# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists, page by page, with the standard parameters of ISC's collections."""

from __future__ import annotations

import re
from typing import Any

from simulator.call import Call
from simulator.responses import Refusal, Response

LARGEST_PAGE = 250
QUOTED = r'"((?:[^"\\]|\\.)*)"'


def page_of(call: Call, more: tuple[str, ...]) -> slice:
    """Which entries are wanted.

    :param more: the parameters that the list knows beside those of all lists.
    :raises Refusal: 400.
    """
    query = call.request.rel_url.query
    known = ("limit", "offset", "count", *more)
    for name in query:
        if name not in known or len(query.getall(name)) > 1:
            raise Refusal(400, f'The parameter "{name}" is unknown or given twice.')
    limit = _number(query.get("limit", str(LARGEST_PAGE)), "limit")
    offset = _number(query.get("offset", "0"), "offset")
    if limit > LARGEST_PAGE:
        raise Refusal(400, f'The parameter "limit" must be at most {LARGEST_PAGE}.')
    return slice(offset, offset + limit)


def _number(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise Refusal(400, f'The parameter "{name}" must be a number from 0.')
    return int(text)


def unquoted(text: str) -> str:
    """What a text in quotes means."""
    return re.sub(r"\\(.)", r"\1", text)


def listed(call: Call, documents: list[dict[str, Any]], page: slice) -> Response:
    total = {"X-Total-Count": str(len(documents))} if call.request.rel_url.query.get("count") == "true" else None
    return Response(200, documents[page], total)
