# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts that a test adds to the tenant until the next reset."""

from __future__ import annotations

from typing import Any

from simulator import fixtures
from simulator.world import Identity, Source, World

_ACCOUNT = {"user_name": str, "source": str, "account_id": str, "account_name": str, "uid": str}
_FACTS = {"attributes": dict, "facts": dict}
MOST = 100000


def add_account(world: World, body: dict[str, Any]) -> dict[str, str]:
    """Add an account, with its user and source if they don't exist, or add facts to an existing account.

    :raises ValueError: a field is unknown, missing or has the wrong type.
    """
    for name, value in body.items():
        if not isinstance(value, {**_ACCOUNT, **_FACTS}.get(name, ())):
            raise ValueError(f"{name} is unknown or has the wrong type")
    for name in ("user_name", "source", "account_id"):
        if not body.get(name):
            raise ValueError(f"{name} is required")
    source = _source(world, body["source"])
    identity = world.identities.get(body["user_name"])
    if identity is None:
        name = body["user_name"]
        identity = world.add_identity(Identity(fixtures.hexadecimal(f"user:{name}"), name, body.get("uid")))
    account = world.account(source.name, body["account_id"])
    if account is None:
        account = world.add_account(identity, source, body["account_id"], body.get("account_name", body["user_name"]))
    if "facts" in body:
        world.add_facts(account, body["facts"])
    if "attributes" in body:
        world.add_attributes(identity, body["attributes"])
    return {"identity_id": identity.id, "source_id": source.id}


def generate(world: World, body: dict[str, Any]) -> None:
    """Add many users.

    :raises ValueError: a field is missing or invalid.
    """
    names, count, prefix, old = body.get("sources"), body.get("count"), body.get("prefix"), body.get("old")
    if not isinstance(names, list) or not names or not all(isinstance(name, str) and name for name in names):
        raise ValueError("sources must be a list of names")
    if not isinstance(count, int) or not 0 <= count <= MOST:
        raise ValueError(f"count must be a number up to {MOST}")
    if not isinstance(prefix, str) or f"{prefix}00001" in world.identities:
        raise ValueError("prefix must be a new one")
    if old is not None and (not isinstance(old, int) or old < 0 or (old and count % old)):
        raise ValueError("old must be a number that divides count")
    fixtures.generate(world, [_source(world, name) for name in names], count, prefix, old)


def _source(world: World, name: str) -> Source:
    return world.sources.get(name) or world.add_source(Source(name, fixtures.hexadecimal(f"source:{name}")))
