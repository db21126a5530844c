# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sources, identities and accounts of the tenant."""

from __future__ import annotations


class Source:
    """A source: ``policies`` are the strings of the query's answer; ``sync_group`` a group's name or None."""

    __slots__ = ("name", "id", "key_bits", "features", "policies", "sync_group")

    def __init__(self, name: str, id: str, key_bits: int = 2048, features=("PASSWORD",), policies=(), sync_group=None):
        self.name = name
        self.id = id
        self.key_bits = key_bits
        self.features = frozenset(features)
        self.policies = list(policies)
        self.sync_group = sync_group


class Account:
    """An account: ``account_id`` is its native identity (for Active Directory the DN)."""

    __slots__ = ("source", "account_id", "account_name")

    def __init__(self, source: Source, account_id: str, account_name: str):
        self.source = source
        self.account_id = account_id
        self.account_name = account_name

    @property
    def key(self) -> tuple:
        return self.source.name, self.account_id


class Identity:
    """A person or service; ``user_name`` is the login name and the uid."""

    __slots__ = ("id", "user_name", "accounts")

    def __init__(self, id: str, user_name: str):
        self.id = id
        self.user_name = user_name
        self.accounts: list[Account] = []

    def on(self, source: Source) -> list[Account]:
        """Its accounts on ``source``, in the order of creation."""
        return [account for account in self.accounts if account.source is source]


class World:
    """Everything that exists, with the look-ups that the operations need. Names are compared exactly."""

    def __init__(self):
        self.sources: dict[str, Source] = {}
        self.identities: dict[str, Identity] = {}
        self._sources_by_id: dict[str, Source] = {}
        self._identities_by_id: dict[str, Identity] = {}
        self._accounts: dict[tuple, Account] = {}
        self._first_policies: dict[str, list] = {}

    def add_source(self, source: Source) -> Source:
        self.sources[source.name] = source
        self._sources_by_id[source.id] = source
        self._first_policies[source.name] = list(source.policies)
        return source

    def add_identity(self, identity: Identity) -> Identity:
        self.identities[identity.user_name] = identity
        self._identities_by_id[identity.id] = identity
        return identity

    def add_account(self, identity: Identity, source: Source, account_id: str, account_name: str) -> Account:
        account = Account(source, account_id, account_name)
        identity.accounts.append(account)
        self._accounts[account.key] = account
        return account

    def source_by_id(self, source_id: str) -> Source | None:
        return self._sources_by_id.get(source_id)

    def identity_by_id(self, identity_id: str) -> Identity | None:
        return self._identities_by_id.get(identity_id)

    def account(self, source_name: str, account_id: str) -> Account | None:
        return self._accounts.get((source_name, account_id))

    def reached_by(self, identity: Identity, account: Account) -> list[Account]:
        """Accounts that a change of ``account`` reaches: itself, then the identity's in the sync group's other sources.

        The group is documented. That other accounts on the same source are left alone, and that all of the
        identity's accounts on another source of the group are changed, is assumed.
        """
        group = account.source.sync_group
        if group is None:
            return [account]
        others = [a for a in identity.accounts if a.source is not account.source and a.source.sync_group == group]
        return [account, *others]

    def set_policies(self, policies: dict[str, list]) -> None:
        """Replace policies of sources (name: strings), all or none.

        :raises ValueError: an unknown source, or something else than a list of strings.
        """
        for name, strings in policies.items():
            if name not in self.sources:
                raise ValueError(f"unknown source {name!r}")
            if not isinstance(strings, list) or not all(isinstance(string, str) for string in strings):
                raise ValueError(f"policies of {name!r} must be a list of strings")
        for name, strings in policies.items():
            self.sources[name].policies = list(strings)

    def reset(self) -> None:
        self.set_policies(self._first_policies)

    def as_dict(self) -> dict:
        """The shape of ``GET /_simulator/world``."""
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
