# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tenant's password policies, their sources, sync groups and org config, and the rules for them.

Documented: the fields, their types and defaults. Assumed: that names are unique, that nothing in use can be deleted,
that a source is in one sync group at most, and all bounds but those of the org config. Observed: the ``sourceIds`` of a
policy don't attach it to any source.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulator import fixtures
from simulator.responses import Refusal, missing_object
from simulator.settings import Settings
from simulator.world import Source, World

NUMBERS = {
    "firstExpirationReminder": None,
    "accountIdMinWordLength": -1,
    "accountNameMinWordLength": -1,
    "minAlpha": 0,
    "minCharacterTypes": -1,
    "maxLength": 0,
    "minLength": 0,
    "maxRepeatedChars": -1,
    "minLower": 0,
    "minNumeric": 0,
    "minSpecial": 0,
    "minUpper": 0,
    "passwordExpiration": 90,
}
FLAGS = (
    "enablePasswdExpiration",
    "requireStrongAuthn",
    "requireStrongAuthOffNetwork",
    "requireStrongAuthUntrustedGeographies",
    "useAccountAttributes",
    "useDictionary",
    "useIdentityAttributes",
    "validateAgainstAccountId",
    "validateAgainstAccountName",
)
DEFAULTS = {"description": None, **NUMBERS, **dict.fromkeys(FLAGS, False)}
# dateCreated is a number of milliseconds, but a string in beta and v3: see policy_document.
CREATED = 1639056206564
CREATED_TEXT = "2021-12-09T13:23:26.564Z"

ORG_DEFAULTS = {
    "customInstructionsEnabled": False,
    "digitTokenEnabled": False,
    "digitTokenDurationMinutes": 5,
    "digitTokenLength": 6,
}
ORG_BOUNDS = {"digitTokenDurationMinutes": (1, 60), "digitTokenLength": (6, 18)}


class PasswordSettings:
    """Policies and sync groups by id, the policies of each source by source id, and the org config (or None)."""

    def __init__(self, settings: Settings, world: World):
        self._settings = settings
        self._world = world
        self.reset()

    def reset(self) -> None:
        """Restore the settings of the start, after the world was restored."""
        self._number = 0
        self.policies: dict[str, dict[str, Any]] = {}
        self.holders: dict[str, list[dict[str, Any]]] = {}
        self.groups: dict[str, dict[str, Any]] = {}
        self.org_config: dict[str, Any] | None = dict(ORG_DEFAULTS)
        self._add_policy(name="Default", minLength=5, minAlpha=1, minNumeric=1, maxRepeatedChars=3, default=True)
        strict = self._add_policy(
            name="Directory",
            description="For all synchronized sources.",
            minLength=8,
            maxLength=128,
            minAlpha=1,
            minNumeric=1,
            minUpper=1,
            minLower=1,
            maxRepeatedChars=3,
            validateAgainstAccountId=True,
        )
        names: dict[str, list[Source]] = {}
        for source in self._world.sources.values():
            if source.sync_group is not None:
                names.setdefault(source.sync_group, []).append(source)
                self.holders[source.id] = [{"policyId": strict["id"], "selectors": None}]
        for name, sources in names.items():
            self.put_group(None, name, strict["id"], [source.id for source in sources])

    def clear(self) -> None:
        """Remove all settings but one default policy, as in a tenant that nobody has set up."""
        for source in self._world.sources.values():
            source.sync_group = None
        self.policies, self.holders, self.groups, self.org_config = {}, {}, {}, None
        self._settings.digit_token_enabled = False
        self._add_policy(name="Default", default=True)

    def _add_policy(self, default: bool = False, **fields: Any) -> dict[str, Any]:
        return self.create_policy({**DEFAULTS, **fields}, default)

    # As in the published examples, ids of policies are 32 hex digits, and those of groups are dashed.
    def create_policy(self, fields: dict[str, Any], default: bool = False) -> dict[str, Any]:
        """Create a policy with fields that have been checked."""
        self._number += 1
        policy_id = fixtures.hexadecimal(f"policy:{self._number}")
        policy = {**fields, "id": policy_id, "defaultPolicy": default, "lastUpdated": None}
        self.policies[policy_id] = policy
        return policy

    def policy_document(self, policy: dict[str, Any], version: str | None) -> dict[str, Any]:
        """Return a policy as ISC returns it. In beta and v3, dates are strings."""
        used = [source_id for source_id, holders in self.holders.items() if policy["id"] in policies_of(holders)]
        changed = policy["lastUpdated"] is not None
        created = CREATED_TEXT if version in ("beta", "v3") else CREATED
        return {
            **policy,
            "dateCreated": created,
            "lastUpdated": created if changed else None,
            "created": CREATED_TEXT,
            "modified": CREATED_TEXT if changed else None,
            "sourceIds": used,
        }

    def group_document(self, group: dict[str, Any]) -> dict[str, Any]:
        """Return a sync group as ISC returns it."""
        return {**group, "created": "2026-01-05T08:00:00Z"}

    def _users_of(self, policy_id: str) -> Iterator[str]:
        """Yield the sources and sync groups that use a policy, in words."""
        for source_id, holders in self.holders.items():
            if policy_id in policies_of(holders):
                yield f"the source {source_id}"
        for group in self.groups.values():
            if group["passwordPolicyId"] == policy_id:
                yield f"the sync group {group['name']}"

    def delete_policy(self, policy_id: str) -> None:
        """:raises Refusal: 400 for the default policy, and for one that is in use."""
        if self.policies[policy_id]["defaultPolicy"]:
            raise Refusal(400, "The default policy can't be deleted.")
        users = list(self._users_of(policy_id))
        if users and not self._settings.used_policies_can_go:
            raise Refusal(400, f"The policy is used by {', '.join(users)}.")
        del self.policies[policy_id]
        for source_id, holders in self.holders.items():
            self.holders[source_id] = [each for each in holders if each["policyId"] != policy_id]

    def put_group(self, group_id: str | None, name: str, policy_id: str, source_ids: list[str]) -> dict[str, Any]:
        """Create a sync group, or replace one.

        :raises Refusal: 400.
        """
        if policy_id not in self.policies:
            raise missing_object("password policy", policy_id)
        if len(set(source_ids)) != len(source_ids) or len(source_ids) < 2:
            raise Refusal(400, "A sync group needs two sources or more, each once.")
        sources = [self._source(source_id) for source_id in source_ids]
        for source in sources:
            if "PASSWORD" not in source.features:
                raise Refusal(400, f'The source "{source.name}" does not have the PASSWORD feature.')
            for other in self.groups.values():
                if other["id"] != group_id and source.id in other["sourceIds"]:
                    raise Refusal(400, f'The source "{source.name}" is in the sync group "{other["name"]}".')
        for other in self.groups.values():
            if other["id"] != group_id and other["name"] == name:
                raise Refusal(400, f'There is a sync group "{name}".')
        modified = None
        if group_id is None:
            self._number += 1
            group_id = f"6881f631-3bd5-4213-9c75-{self._number:012d}"
        else:
            self.delete_group(group_id)
            modified = CREATED_TEXT
        group = {
            "id": group_id,
            "name": name,
            "passwordPolicyId": policy_id,
            "sourceIds": list(source_ids),
            "modified": modified,
        }
        self.groups[group_id] = group
        for source in sources:
            source.sync_group = name
        return group

    def delete_group(self, group_id: str) -> None:
        """Delete a sync group. Its sources no longer share passwords."""
        for source_id in self.groups.pop(group_id)["sourceIds"]:
            self._source(source_id).sync_group = None

    def assign(self, source: Source, holders: list[dict[str, Any]]) -> None:
        """Replace the policies of a source. That ISC takes the whole list is assumed."""
        for holder in holders:
            if holder["policyId"] not in self.policies:
                raise missing_object("password policy", holder["policyId"])
        self.holders[source.id] = holders

    def holder_documents(self, source: Source) -> list[dict[str, Any]]:
        """Return the policies of a source with their names."""
        return [
            {**holder, "policyName": self.policies[holder["policyId"]]["name"]}
            for holder in self.holders.get(source.id, [])
        ]

    def org_document(self) -> dict[str, Any] | None:
        """Return the org config, or None. Whether digit tokens are enabled is also a setting of the simulator."""
        if self.org_config is None:
            return None
        return {**self.org_config, "digitTokenEnabled": self._settings.digit_token_enabled}

    def put_org_config(self, fields: dict[str, Any], create: bool) -> dict[str, Any]:
        """Set the org config. For missing fields, PUT keeps the value and POST uses the default (documented).

        :raises Refusal: 404 for PUT if there is none, 400 for POST if there is one. Both are assumed.
        """
        present = self.org_document()
        if create and present is not None:
            raise Refusal(400, "There is a password org config.")
        if not create and present is None:
            raise Refusal(404)
        self.org_config = {**(present or ORG_DEFAULTS), **fields}
        self._settings.digit_token_enabled = self.org_config["digitTokenEnabled"]
        return self.org_config

    def _source(self, source_id: str) -> Source:
        source = self._world.source_by_id(source_id)
        if source is None:
            raise missing_object("source", source_id)
        return source


def policies_of(holders: list[dict[str, Any]]) -> set[str]:
    return {holder["policyId"] for holder in holders}
