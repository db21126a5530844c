# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of account activities."""

from __future__ import annotations

import re

from simulator.call import Call
from simulator.lists import QUOTED, page_of, unquoted
from simulator.records import CHANGE, activity
from simulator.responses import Refusal, Response
from simulator.state import State

_TYPE = re.compile(rf"type eq {QUOTED}")


async def activities(state: State, call: Call) -> Response:
    """List the account activities of password changes. The only filter is ``type eq``."""
    page = page_of(call, ("filters", "sorters", "requested-for"))
    query = call.request.rel_url.query
    if query.get("sorters", "-created") != "-created":
        raise Refusal(400, 'This simulator sorts by "-created" only.')
    entries = state.records.newest_first()
    if "filters" in query:
        wanted = _TYPE.fullmatch(query["filters"])
        if wanted is None:
            raise Refusal(400, 'The parameter "filters" is not understood.')
        entries = entries if unquoted(wanted[1]) == CHANGE else []
    person = query.get("requested-for")
    if person is not None:
        entries = [entry for entry in entries if entry.identity.id == person]
    return Response(200, [activity(entry) for entry in entries[page]])
