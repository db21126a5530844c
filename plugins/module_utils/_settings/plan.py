# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans the steps from a tenant's current settings to desired states. Nothing here accesses a tenant.

Values on both sides are named and normalized as options: see Settings.
"""

from __future__ import annotations

import contextlib
import typing as t

from .._errors import InputError
from .._text import listed, quoted

ORG_CONFIG = "password org config"
POLICY = "password policy"
SOURCE = "source"
SYNC_GROUP = "password sync group"

Values = dict[str, t.Any]

MIN_GROUP_SIZE = 2  # Sources.
_MAX_NAMED = 10  # Objects named in a message.


class Settings(t.NamedTuple):
    """The settings of a tenant.

    :ivar org_config: ``None`` if the tenant has none.
    :ivar policies: by name. A rule that is off is ``None``.
    :ivar sources: by name, each with ``enable_password_feature`` and ``policies`` as ``sorted_policies`` returns them.
    :ivar sync_groups: by name, each with ``policy`` and the sorted names of ``sources``.
    :ivar default_policies: the names of policies that can't be deleted.
    :ivar ambiguous: kinds and names that several objects share.
    """

    org_config: Values | None
    policies: dict[str, Values]
    sources: dict[str, Values]
    sync_groups: dict[str, Values]
    default_policies: frozenset[str] = frozenset()
    ambiguous: frozenset[tuple[str, str]] = frozenset()

    def as_options(self) -> dict[str, t.Any]:
        """Return the options of isc_password_settings, without sources that can't have password policies."""
        return {
            "org_config": self.org_config,
            "policies": [{"name": name, **each} for name, each in sorted(self.policies.items())],
            "sources": [
                {"source_name": name, **each}
                for name, each in sorted(self.sources.items())
                if each["enable_password_feature"]
            ],
            "sync_groups": [{"name": name, **each} for name, each in sorted(self.sync_groups.items())],
        }


class DesiredState(t.NamedTuple):
    """The desired state of one object.

    :ivar name: empty for the org config.
    :ivar values: the values to set, while other values stay unchanged; ``None`` if the object is to be absent.
    :ivar force: allows a deletion that has consequences, or a new object whose name is almost that of another one.
    :ivar error_prefix: the start of error messages about it, such as ``policies[2]: ``.
    """

    kind: str
    name: str
    values: Values | None
    force: bool = False
    error_prefix: str = ""


class Step(t.NamedTuple):
    """The values of one object before and after a change; ``None`` means that the object is absent."""

    desired: DesiredState
    before: Values | None
    after: Values | None

    @property
    def changed(self) -> bool:
        return self.before != self.after

    @property
    def action(self) -> str:
        return "deleted" if self.after is None else "created" if self.before is None else "changed"

    @property
    def changed_values(self) -> Values:
        before = self.before or {}
        return {
            name: value for name, value in (self.after or {}).items() if name not in before or before[name] != value
        }

    @property
    def diff(self) -> dict[str, t.Any]:
        """The ``diff`` of a result: changed values only, or all values of a created or deleted object."""
        before, after = self.before or {}, self.after or {}
        if self.before is not None and self.after is not None:
            names = sorted(self.changed_values)
            before, after = ({name: values[name] for name in names} for values in (self.before, self.after))
        kind, name = self.desired.kind, self.desired.name
        title = f"{kind} {name}" if name else kind
        return {"before": before, "after": after, "before_header": title, "after_header": title}

    @property
    def title(self) -> str:
        """The object's kind and name, as words for a sentence."""
        kind, name = self.desired.kind, self.desired.name
        return f"the {kind} {quoted(name)}" if name else f"the {kind}"


def sorted_policies(policies: t.Iterable[Values]) -> list[Values]:
    """Return the policies of a source, and the selectors of each, in a canonical order."""

    def sort_key(policy: Values) -> tuple[str, list[tuple[str, str]]]:
        return policy["name"], [(each["name"], each["value"]) for each in policy["selectors"]]

    normalized = [
        {**each, "selectors": sorted(each["selectors"], key=lambda selector: (selector["name"], selector["value"]))}
        for each in policies
    ]
    return sorted(normalized, key=sort_key)


@contextlib.contextmanager
def prefixed_errors(prefix: str) -> t.Iterator[None]:
    """Start the message of any InputError with *prefix*."""
    try:
        yield
    except InputError as error:
        raise error.replace(message=f"{prefix}{error.message}") from None


_ORDER = (
    (ORG_CONFIG, False),
    (SYNC_GROUP, True),
    (POLICY, False),
    (SOURCE, False),
    (SYNC_GROUP, False),
    (POLICY, True),
)
"""The kinds of objects in the order of their steps, with whether the step deletes."""


def plan(current: Settings, desired: t.Sequence[DesiredState], defaults: t.Mapping[str, Values]) -> list[Step]:
    """Return the steps to all desired states, in an order that ISC accepts.

    Objects are created before they are assigned, and deleted after they are no longer in use.

    :param defaults: by kind, the values of a new org config and of a new policy that are not given.
    :raises InputError: a desired state is impossible, or has consequences that ``force`` does not allow.
    """
    _check_consistent(desired)
    planner = _Planner(current, defaults, {(each.kind, each.name) for each in desired})
    steps = []
    for order in _ORDER:
        waiting = [each for each in desired if (each.kind, each.values is None) == order]
        while waiting:
            # A source that moves to another sync group has to leave its current one first.
            state = next((each for each in waiting if not planner.conflicting_groups(each)), waiting[0])
            waiting.remove(state)
            with prefixed_errors(state.error_prefix):
                steps.append(planner.plan_step(state))
    return steps


def _check_consistent(desired: t.Sequence[DesiredState]) -> None:
    """Refuse two states of one object, and a policy that is both assigned and deleted.

    A second run would not find the deleted policy to assign it.
    """
    deleted = {each.name for each in desired if each.kind == POLICY and each.values is None}
    seen = set()
    for state in desired:
        with prefixed_errors(state.error_prefix):
            if (state.kind, state.name) in seen:
                raise InputError(f"the {state.kind} {quoted(state.name)} is given twice.", "Give it once.")
            seen.add((state.kind, state.name))
            values = state.values or {}
            for name in sorted(deleted & (_names(values.get("policies", ())) | {values.get("policy")})):
                raise InputError(
                    f"the {POLICY} {quoted(name)} is assigned here, and is to be absent as well.",
                    "Remove one of the two. Nothing was changed.",
                )


class _Planner:
    """Predicts the settings of the tenant after each step."""

    def __init__(
        self, current: Settings, defaults: t.Mapping[str, Values], desired: t.Collection[tuple[str, str]]
    ) -> None:
        self._current = current
        self._policies, self._sources = dict(current.policies), dict(current.sources)
        self._groups = dict(current.sync_groups)
        self._defaults = defaults
        self._desired = desired

    def plan_step(self, desired: DesiredState) -> Step:
        if desired.kind == ORG_CONFIG:
            before = self._current.org_config
            return Step(desired, before, {**(before or self._defaults[ORG_CONFIG]), **(desired.values or {})})
        self._check_unambiguous(desired.kind, desired.name)
        objects, decide = {
            POLICY: (self._policies, self._plan_policy),
            SOURCE: (self._sources, self._plan_source),
            SYNC_GROUP: (self._groups, self._plan_sync_group),
        }[desired.kind]
        before = objects.get(desired.name)
        after = decide(desired, before)
        if after is None:
            objects.pop(desired.name, None)
        else:
            objects[desired.name] = after
        return Step(desired, before, after)

    def conflicting_groups(self, desired: DesiredState) -> list[tuple[str, str]]:
        """Return the desired sources that are in another sync group, each with the name of that group."""
        sources = (desired.values or {}).get("sources", ())
        others = {name: each for name, each in self._groups.items() if name != desired.name}
        return [(name, other) for other, each in others.items() for name in each["sources"] if name in sources]

    def _plan_policy(self, desired: DesiredState, before: Values | None) -> Values | None:
        if desired.values is not None:
            self._check_similar_names(desired, before, self._policies)
            after = {**(before or self._defaults[POLICY]), **desired.values}
            smallest, largest = after["min_length"], after["max_length"]
            if after != before and smallest and largest and smallest > largest:
                raise InputError(
                    f"the {POLICY} {quoted(desired.name)} would have the min_length {smallest} and the max_length "
                    f"{largest}.",
                    "Give both, with min_length at most max_length. Nothing was changed.",
                )
            return after
        if before is None:
            return None
        if desired.name in self._current.default_policies:
            raise InputError(
                f"the {POLICY} {quoted(desired.name)} is the default one, which can't be deleted.",
                "Leave it, and change its fields instead.",
            )
        groups = [name for name, each in self._groups.items() if each["policy"] == desired.name]
        sources = [name for name, each in self._sources.items() if desired.name in _names(each["policies"])]
        uses = [f"the sync group {quoted(name)}" for name in groups]
        uses += [f"the source {quoted(name)}" for name in sources]
        if uses and not desired.force:
            raise InputError(
                f"the {POLICY} {quoted(desired.name)} is used by {listed_briefly(uses)}.",
                "Give these another policy first, or set force to true. Nothing was changed.",
            )
        for name in sources:
            policies = [each for each in self._sources[name]["policies"] if each["name"] != desired.name]
            self._sources[name] = {**self._sources[name], "policies": policies}
        return None

    def _plan_source(self, desired: DesiredState, before: Values | None) -> Values:
        if before is None:
            raise _missing(SOURCE, desired.name, self._sources)
        after = {**before, **(desired.values or {})}
        if after["policies"] != before["policies"]:
            for name in sorted(_names(after["policies"])):
                self._check_policy(name)
        if after["policies"] and not after["enable_password_feature"]:
            raise InputError(
                f"the source {quoted(desired.name)} lacks the feature PASSWORD, without which it has no password "
                "policy.",
                "Set enable_password_feature to true, if its connector can set passwords. Nothing was changed.",
            )
        return after

    def _plan_sync_group(self, desired: DesiredState, before: Values | None) -> Values | None:
        if desired.values is None:
            if before is not None and not desired.force:
                raise InputError(
                    f"deleting the {SYNC_GROUP} {quoted(desired.name)} separates the passwords of its sources at "
                    f"once: {listed_briefly([quoted(name) for name in before['sources']])}.",
                    "If that is what you want, set force to true. Nothing was changed.",
                )
            return None
        self._check_similar_names(desired, before, self._groups)
        after = {**(before or {}), **desired.values}
        for option in ("policy", "sources"):
            if not after.get(option):
                raise InputError(
                    f"{option} is missing, and there is no {SYNC_GROUP} {quoted(desired.name)} yet."
                    if before is None
                    else f"the {SYNC_GROUP} {quoted(desired.name)} has no {option}.",
                    f"Give {option}.",
                )
        if after != before:
            self._check_policy(after["policy"])
            self._check_sources(after["sources"], desired)
        return after

    def _check_similar_names(self, desired: DesiredState, before: Values | None, known: t.Iterable[str]) -> None:
        """Refuse a new object whose name is probably a misspelling of another one, unless both are desired."""
        if before is not None or desired.force:
            return
        for name in known:
            if _folded(name) == _folded(desired.name) and (desired.kind, name) not in self._desired:
                raise InputError(
                    f"the tenant has no {desired.kind} named {quoted(desired.name)}, but one named {quoted(name)}.",
                    "Use that name, or set force to true to create another one. Nothing was changed.",
                )

    def _check_sources(self, names: list[str], desired: DesiredState) -> None:
        if len(names) < MIN_GROUP_SIZE:
            raise InputError(
                f"the {SYNC_GROUP} {quoted(desired.name)} would have 1 source.",
                f"A sync group needs {MIN_GROUP_SIZE} sources or more.",
            )
        for name in names:
            source = self._sources.get(name)
            if source is None:
                raise _missing(SOURCE, name, self._sources)
            self._check_unambiguous(SOURCE, name)
            if not source["enable_password_feature"]:
                raise InputError(
                    f"the source {quoted(name)} lacks the feature PASSWORD, without which it can't be in a sync group.",
                    "Add it with isc_source_password_policy and enable_password_feature: true, if its connector can "
                    "set passwords. Nothing was changed.",
                )
        for name, group in self.conflicting_groups(desired):
            raise InputError(
                f"the source {quoted(name)} is in the {SYNC_GROUP} {quoted(group)}.",
                "A source can be in one sync group. Take it out of that one first.",
            )

    def _check_policy(self, name: str) -> None:
        if name not in self._policies:
            raise _missing(POLICY, name, self._policies)
        self._check_unambiguous(POLICY, name)

    def _check_unambiguous(self, kind: str, name: str) -> None:
        if (kind, name) in self._current.ambiguous:
            raise InputError(
                f"the tenant has several objects of the kind {kind} named {quoted(name)}.",
                "Rename one of them in ISC first.",
            )


def _folded(name: str) -> str:
    """Return *name* without case and blanks."""
    return "".join(name.split()).casefold()


def _names(policies: t.Iterable[Values]) -> set[str]:
    return {each["name"] for each in policies}


def _missing(kind: str, name: str, known: t.Iterable[str]) -> InputError:
    others = [each for each in known if _folded(each) == _folded(name)]
    hint = f"There is one named {quoted(others[0])}." if others else "Write its name as ISC shows it."
    return InputError(f"the tenant has no {kind} named {quoted(name)}.", f"{hint} Nothing was changed.")


def listed_briefly(texts: t.Sequence[str]) -> str:
    """Return the first few of *texts* as an enumeration, with the number of the others."""
    rest = len(texts) - _MAX_NAMED
    return listed([*texts[:_MAX_NAMED], *([f"{rest} more"] if rest > 0 else [])]) or "none"
