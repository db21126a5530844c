# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of accounts, and reading one of them again from its source.

Documented: paths, parameters, fields and answers. Assumed: that reading an account again takes no time, and what comes
after it is known to Search with C(search_lag).
"""

from __future__ import annotations

import re
from typing import Any

from simulator.answers import Answer, Refusal
from simulator.call import Call
from simulator.lists import QUOTED, page_of, unquoted
from simulator.state import State
from simulator.world import Account, Identity

_VALUES = {
    "id": lambda _identity, account: account.id,
    "identityId": lambda identity, _account: identity.id,
    "name": lambda _identity, account: account.account_name,
    "nativeIdentity": lambda _identity, account: account.account_id,
    "sourceId": lambda _identity, account: account.source.id,
}
_CONDITION = rf"({'|'.join(_VALUES)}) eq {QUOTED}"
_FILTERS = re.compile(rf"{_CONDITION}(?: and {_CONDITION})*")


async def accounts(state: State, call: Call) -> Answer:
    """Accounts with a few of their many fields; of the filters, C(eq) on five fields is understood."""
    page = page_of(call, ("filters", "sorters", "detailLevel"))
    query = call.request.rel_url.query
    if query.get("sorters", "id") != "id" or query.get("detailLevel", "FULL") != "FULL":
        raise Refusal(400, 'This simulator sorts by "id" only, and has the level FULL only.')
    wanted = _conditions(query["filters"]) if "filters" in query else []
    known = state.world.accounts_by_id().values()
    found = [each for each in known if all(_VALUES[field](*each) == text for field, text in wanted)]
    documents = [_document(state, *each) for each in found[page]]
    return Answer(200, documents, {"X-Total-Count": str(len(found))} if query.get("count") == "true" else None)


async def reload(state: State, call: Call) -> Answer:
    """Read an account again from its source."""
    found = state.world.accounts_by_id().get(call.request_id or "")
    if found is None:
        raise Refusal(404)
    _identity, account = found
    state.search_index.reload(account)
    return Answer(202, {"id": state.tracking_id()})


def _conditions(filters: str) -> list[tuple[str, str]]:
    if _FILTERS.fullmatch(filters) is None:
        raise Refusal(400, 'The parameter "filters" is not understood.')
    return [(field, unquoted(text)) for field, text in re.findall(_CONDITION, filters)]


def _document(state: State, identity: Identity, account: Account) -> dict[str, Any]:
    facts = account.facts or {}
    last_set = state.search_index.told(account, lag=0)
    return {
        "id": account.id,
        "name": account.account_name,
        "created": "2024-04-04T21:42:26.787Z",
        "modified": "2026-01-17T03:17:17.895Z",
        "sourceId": account.source.id,
        "sourceName": account.source.name,
        "identityId": identity.id,
        "identity": {"id": identity.id, "type": "IDENTITY", "name": identity.user_name},
        "attributes": {} if last_set is None else {"passwordLastSet": int(last_set * 1000)},
        "authoritative": False,
        "description": None,
        "disabled": facts.get("disabled", False),
        "locked": facts.get("locked", False),
        "nativeIdentity": account.account_id,
        "systemAccount": False,
        "uncorrelated": False,
        "uuid": None,
        "manuallyCorrelated": False,
        "hasEntitlements": False,
        "isMachine": False,
        "features": ", ".join(sorted(account.source.features)),
        "connectionType": "direct",
        "origin": "AGGREGATED",
    }
