# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the settings of a tenant, plans changes, and sends them once the token is known to allow all of them.

The plan refers to objects by name. Only this module knows their ids.
"""

from __future__ import annotations

import collections
import typing as t

from .._api.password_org_config import DEFAULTS as ORG_CONFIG_DEFAULTS
from .._api.password_org_config import SET_ORG_CONFIG, read_org_config, write_org_config
from .._api.password_policies import (
    CREATE_PASSWORD_POLICY,
    DELETE_PASSWORD_POLICY,
    SET_PASSWORD_POLICY,
    PasswordPolicy,
    change_password_policy,
    create_password_policy,
    delete_password_policy,
    list_password_policies,
)
from .._api.password_policies import DEFAULTS as POLICY_DEFAULTS
from .._api.sources import (
    SET_SOURCE_POLICIES,
    UPDATE_SOURCE,
    KnownSource,
    PolicyAssignment,
    assign_source_policies,
    enable_password_feature,
    find_sources,
    list_source_policies,
    list_sources,
)
from .._api.sync_groups import (
    CREATE_SYNC_GROUP,
    DELETE_SYNC_GROUP,
    SET_SYNC_GROUP,
    SyncGroup,
    delete_sync_group,
    read_sync_groups,
    write_sync_group,
)
from .._client.client import Client
from .._client.operation import Operation
from .._errors import IscError, UnexpectedResponseError
from .._text import quoted
from .plan import (
    ORG_CONFIG,
    POLICY,
    SOURCE,
    SYNC_GROUP,
    DesiredState,
    Settings,
    Step,
    Values,
    listed_briefly,
    plan,
    sorted_policies,
)

Named = t.TypeVar("Named", PasswordPolicy, KnownSource, SyncGroup)


class TenantSettings:
    """The settings of a tenant, each part of which is read at most once."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._policies: dict[str, PasswordPolicy] = {}
        self._policy_ids: dict[str, str] = {}
        self._sources: dict[str, KnownSource] = {}
        self._groups: dict[str, SyncGroup] = {}
        self._ambiguous: set[tuple[str, str]] = set()

    def read_all(self) -> Settings:
        """Return all settings of the tenant.

        :raises UnexpectedResponseError: two objects of the same kind share a name.
        """
        self._read_policies()
        self._sources = self._by_name(SOURCE, list_sources(self._client))
        self._groups = self._by_name(SYNC_GROUP, read_sync_groups(self._client))
        if self._ambiguous:
            kind, name = min(self._ambiguous)
            raise UnexpectedResponseError(
                f"The tenant has several objects of the kind {kind} named {quoted(name)}.",
                "Rename one of them in ISC: here, objects are identified by their names.",
            )
        with_selectors = [each.name for each in self._sources.values() if each.has_password_feature]
        return self._settings(read_org_config(self._client), with_selectors)

    def read_for(self, desired: t.Sequence[DesiredState]) -> Settings:
        """Return the settings that are needed to plan the steps to *desired*."""
        kinds = {each.kind for each in desired}
        deletes_policy = any(each.kind == POLICY and each.values is None for each in desired)
        org_config = read_org_config(self._client) if ORG_CONFIG in kinds else None
        if kinds - {ORG_CONFIG}:
            self._read_policies()
        if SYNC_GROUP in kinds or deletes_policy:
            groups = read_sync_groups(self._client)
            sources = list_sources(self._client) if deletes_policy else self._sources_of(desired, groups)
            self._sources, self._groups = self._by_name(SOURCE, sources), self._by_name(SYNC_GROUP, groups)
        elif SOURCE in kinds:
            self._sources = self._by_name(SOURCE, self._sources_of(desired, ()))
        with_selectors = [each.name for each in desired if each.kind == SOURCE and "policies" in (each.values or {})]
        return self._settings(org_config, with_selectors)

    def operations_of(self, step: Step) -> list[Operation]:
        kind, before, after = step.desired.kind, step.before, step.after
        if kind == ORG_CONFIG:
            return [SET_ORG_CONFIG]
        if kind == SOURCE:
            operations = {"enable_password_feature": UPDATE_SOURCE, "policies": SET_SOURCE_POLICIES}
            return [operation for name, operation in operations.items() if name in step.changed_values]
        create, change, delete = {
            POLICY: (CREATE_PASSWORD_POLICY, SET_PASSWORD_POLICY, DELETE_PASSWORD_POLICY),
            SYNC_GROUP: (CREATE_SYNC_GROUP, SET_SYNC_GROUP, DELETE_SYNC_GROUP),
        }[kind]
        return [delete if after is None else create if before is None else change]

    def perform(self, step: Step) -> None:
        """Send the requests of a step that changes something."""
        client, name, before, after = self._client, step.desired.name, step.before, step.after
        if step.desired.kind == ORG_CONFIG:
            write_org_config(client, step.changed_values)
        elif step.desired.kind == SOURCE:
            self._change_source(self._sources[name].id, step)
        elif step.desired.kind == SYNC_GROUP:
            if after is None:
                delete_sync_group(client, self._groups[name].id)
            else:
                sources = tuple(self._sources[each].id for each in after["sources"])
                group_id = "" if before is None else self._groups[name].id
                write_sync_group(client, SyncGroup(group_id, name, self._policy_ids[after["policy"]], sources))
        elif after is None:
            delete_password_policy(client, self._policies[name].id)
        elif before is None:
            self._policy_ids[name] = create_password_policy(client, name, after)
        else:
            change_password_policy(client, self._policies[name], step.changed_values)

    def _change_source(self, source_id: str, step: Step) -> None:
        added = "enable_password_feature" in step.changed_values
        if added:
            enable_password_feature(self._client, source_id)
        if "policies" not in step.changed_values:
            return
        assignments = [
            PolicyAssignment(self._policy_ids[each["name"]], tuple(each["selectors"]))
            for each in step.changed_values["policies"]
        ]
        try:
            assign_source_policies(self._client, source_id, assignments)
        except IscError as error:
            if not added:
                raise
            explained = error.with_hint(f"Before that, the feature PASSWORD had been added to {step.title}.")
            raise explained.with_details(changed=True) from None

    def _read_policies(self) -> None:
        self._policies = self._by_name(POLICY, list_password_policies(self._client))
        self._policy_ids = {name: each.id for name, each in self._policies.items()}

    def _sources_of(self, desired: t.Sequence[DesiredState], groups: t.Sequence[SyncGroup]) -> list[KnownSource]:
        """Return the sources that *desired* names, and the sources of *groups*."""
        names = {each.name for each in desired if each.kind == SOURCE}
        for each in desired:
            if each.kind == SYNC_GROUP:
                names.update((each.values or {}).get("sources", ()))
        named = find_sources(self._client, "name", names)
        rest = {source_id for group in groups for source_id in group.source_ids} - {each.id for each in named}
        return [*named, *find_sources(self._client, "id", rest)]

    def _by_name(self, kind: str, objects: t.Sequence[Named]) -> dict[str, Named]:
        counts = collections.Counter(each.name for each in objects)
        self._ambiguous |= {(kind, name) for name, count in counts.items() if count > 1}
        return {each.name: each for each in objects}

    def _settings(self, org_config: Values | None, with_selectors: t.Collection[str]) -> Settings:
        policy_names = {each.id: name for name, each in self._policies.items()}
        source_names = {each.id: name for name, each in self._sources.items()}
        return Settings(
            org_config=org_config,
            policies={name: each.values for name, each in self._policies.items()},
            sources={
                name: self._source_values(each, policy_names, name in with_selectors)
                for name, each in self._sources.items()
            },
            sync_groups={
                name: {
                    # An object that ISC does not list has its id for a name.
                    "policy": None if each.policy_id is None else policy_names.get(each.policy_id, each.policy_id),
                    "sources": sorted(source_names.get(source_id, source_id) for source_id in each.source_ids),
                }
                for name, each in self._groups.items()
            },
            default_policies=frozenset(name for name, each in self._policies.items() if each.is_default),
            ambiguous=frozenset(self._ambiguous),
        )

    def _source_values(self, source: KnownSource, policy_names: t.Mapping[str, str], with_selectors: bool) -> Values:
        assignments = [PolicyAssignment(policy_id, ()) for policy_id in source.policy_ids]
        # Selectors require a separate request, which ISC serves only for a source with the feature PASSWORD.
        if assignments and with_selectors and source.has_password_feature:
            assignments = list_source_policies(self._client, source.id)
        return {
            "enable_password_feature": source.has_password_feature,
            "policies": sorted_policies(
                {"name": policy_names.get(each.policy_id, each.policy_id), "selectors": list(each.selectors)}
                for each in assignments
            ),
        }


DEFAULTS = {ORG_CONFIG: ORG_CONFIG_DEFAULTS, POLICY: POLICY_DEFAULTS}


def configure(client: Client, desired: t.Sequence[DesiredState], check_mode: bool) -> list[Step]:
    """Bring the tenant to all desired states. Check mode sends no changes.

    :returns: all steps, including those that change nothing.
    :raises InputError: a desired state is impossible. No change was sent.
    :raises IscError: the token does not allow a change (none was sent), or ISC refused one.
    """
    tenant = TenantSettings(client)
    steps = plan(tenant.read_for(desired), desired, DEFAULTS)
    changes = [step for step in steps if step.changed]
    for operation in dict.fromkeys(operation for step in changes for operation in tenant.operations_of(step)):
        client.dry_run(operation)
    if not check_mode:
        for number, step in enumerate(changes):
            try:
                tenant.perform(step)
            except IscError as error:
                raise _with_progress(error, step, changes[:number]) from None
    return steps


def configure_one(client: Client, desired: DesiredState, check_mode: bool, key: str) -> dict[str, t.Any]:
    """Bring one object to its desired state and return the result of a module.

    :param key: the key of the object's options in the result. Its value is ``None`` if the object is absent.
    """
    (step,) = configure(client, [desired], check_mode)
    name = {"source_name" if desired.kind == SOURCE else "name": desired.name} if desired.name else {}
    after = None if step.after is None else {**name, **step.after}
    return {"changed": step.changed, key: after, "diff": step.diff}


def _with_progress(error: IscError, step: Step, done: t.Sequence[Step]) -> IscError:
    if error.may_have_been_processed:
        error = error.with_hint(f"Whether ISC has changed {step.title} is not known.")
    if done:
        error = error.with_hint(f"Before that, {listed_briefly([each.title for each in done])} had been changed.")
    if done or error.details.get("changed") or error.may_have_been_processed:
        error = error.with_hint("Run this again: it compares with what ISC has, and does the rest.")
    return error.with_details(changed=True) if done else error
