# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sources, identities and accounts of the tenant."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(eq=False)
class Source:
    """A source.

    :ivar policies: the strings in the response to a query. :ivar sync_group: the name of its group, or None.
    :ivar type: its connector.
    """

    name: str
    id: str
    key_bits: int = 2048
    features: Collection[str] = ("PASSWORD",)
    policies: Sequence[str] = ()
    sync_group: str | None = None
    type: str = "Active Directory - Direct"

    @property
    def reports_last_set(self) -> bool:
        """Whether the connector reports when a password was set. Most don't."""
        return self.type.startswith("Active Directory")


class Account:
    """An account.

    :ivar account_id: its native identity (for Active Directory the DN).
    :ivar last_set: when its password was set before this tenant set any.
    :ivar facts: fields that replace those of its document in Search.
    """

    __slots__ = ("source", "account_id", "account_name", "last_set", "facts")

    def __init__(self, source: Source, account_id: str, account_name: str, last_set: float | None = None):
        self.source = source
        self.account_id = account_id
        self.account_name = account_name
        self.last_set = last_set
        self.facts: dict = {}

    @property
    def id(self) -> str:
        """Its id in ISC, as in /accounts."""
        return hashlib.sha256("\0".join(self.key).encode("utf-8", "surrogatepass")).hexdigest()[:32]

    @property
    def key(self) -> tuple:
        return self.source.name, self.account_id


class Identity:
    """A person or service. ``user_name`` is the login name, and by default also the ``uid``."""

    __slots__ = ("id", "user_name", "uid", "attributes", "accounts")

    def __init__(self, id: str, user_name: str, uid: str | None = None):
        self.id = id
        self.user_name = user_name
        self.uid = user_name if uid is None else uid
        self.attributes: dict = {}
        self.accounts: list[Account] = []

    def on(self, source: Source) -> list[Account]:
        """Return its accounts on ``source``, in the order of creation."""
        return [account for account in self.accounts if account.source is source]


class World:
    """All sources, identities and accounts, with lookups for the operations. Names are compared exactly."""

    def __init__(self):
        self.clear()

    def clear(self) -> None:
        self.sources: dict[str, Source] = {}
        self.identities: dict[str, Identity] = {}
        self._sources_by_id: dict[str, Source] = {}
        self._identities_by_id: dict[str, Identity] = {}
        self._accounts: dict[tuple, Account] = {}
        self._by_id: dict[str, Account] = {}

    def add_source(self, source: Source) -> Source:
        self.sources[source.name] = self._sources_by_id[source.id] = source
        return source

    def add_identity(self, identity: Identity) -> Identity:
        self.identities[identity.user_name] = self._identities_by_id[identity.id] = identity
        return identity

    def add_account(
        self, identity: Identity, source: Source, account_id: str, account_name: str, last_set: float | None = None
    ) -> Account:
        account = Account(source, account_id, account_name, last_set)
        identity.accounts.append(account)
        self._accounts[account.key] = account
        return account

    def source_by_id(self, source_id: str) -> Source | None:
        return self._sources_by_id.get(source_id)

    def identity_by_id(self, identity_id: str) -> Identity | None:
        return self._identities_by_id.get(identity_id)

    def account(self, source_name: str, account_id: str) -> Account | None:
        return self._accounts.get((source_name, account_id))

    def account_by_id(self, id: str) -> Account | None:
        if len(self._by_id) != len(self._accounts):
            self._by_id = {account.id: account for account in self._accounts.values()}
        return self._by_id.get(id)

    def reached_by(self, identity: Identity, account: Account) -> list[Account]:
        """Return the accounts that a change reaches: this one, then the identity's on other sources of the sync group.

        The group is documented. It is assumed that other accounts on the same source stay as they are, and that all of
        the identity's accounts on another source of the group change.
        """
        group = account.source.sync_group
        if group is None:
            return [account]
        others = [a for a in identity.accounts if a.source is not account.source and a.source.sync_group == group]
        return [account, *others]

    def set_policies(self, policies: dict[str, list]) -> None:
        """Replace the policies of sources (name: strings), all or none.

        :raises ValueError: a source is unknown, or its policies aren't a list of strings.
        """
        for name, strings in policies.items():
            if name not in self.sources:
                raise ValueError(f"unknown source {name!r}")
            if not isinstance(strings, list) or not all(isinstance(string, str) for string in strings):
                raise ValueError(f"policies of {name!r} must be a list of strings")
        for name, strings in policies.items():
            self.sources[name].policies = strings

    def as_dict(self) -> dict:
        """Return the response to ``GET /_simulator/world``."""
        return {
            "sources": [
                {
                    "name": s.name,
                    "id": s.id,
                    "key_bits": s.key_bits,
                    "features": sorted(s.features),
                    "policies": s.policies,
                    "sync_group": s.sync_group,
                }
                for s in self.sources.values()
            ],
            "users": [
                {
                    "user_name": i.user_name,
                    "identity_id": i.id,
                    "accounts": [
                        {"source": a.source.name, "account_id": a.account_id, "account_name": a.account_name}
                        for a in i.accounts
                    ],
                }
                for i in self.identities.values()
            ],
        }
