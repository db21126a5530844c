# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paged lists, with the standard parameters of ISC's collections."""

from __future__ import annotations

import re
from typing import Any

from simulator.call import Call
from simulator.responses import Refusal, Response

LARGEST_PAGE = 250
QUOTED = r'"((?:[^"\\]|\\.)*)"'


def page_of(call: Call, more: tuple[str, ...], largest: int = LARGEST_PAGE) -> slice:
    """Return which entries are requested.

    :param more: the parameters that the list has in addition to those of all lists.
    :raises Refusal: 400.
    """
    query = call.request.rel_url.query
    for name in query:
        if name not in ("limit", "offset", "count", *more) or len(query.getall(name)) > 1:
            raise Refusal(400, f'The parameter "{name}" is unknown or given twice.')
    numbers = []
    for name, default in (("limit", LARGEST_PAGE), ("offset", 0)):
        text = query.get(name, str(default))
        if not (text.isascii() and text.isdigit()):
            raise Refusal(400, f'The parameter "{name}" must be a number from 0.')
        numbers.append(int(text))
    limit, offset = numbers
    if limit > largest:
        raise Refusal(400, f'The parameter "limit" must be at most {largest}.')
    return slice(offset, offset + limit)


def unquoted(text: str) -> str:
    """Return the text without the backslashes that escape characters."""
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def listed(call: Call, documents: list[dict[str, Any]], page: slice) -> Response:
    total = {"X-Total-Count": str(len(documents))} if call.request.rel_url.query.get("count") == "true" else {}
    return Response(200, documents[page], total)
