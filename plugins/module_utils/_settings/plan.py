# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what a tenant has and what is wished to the steps between the two. Nothing here knows of a tenant.

All that is compared is in the terms of options, in one form: see Settings.
"""

from __future__ import annotations

import typing as t

from .._errors import InputError
from .._text import quoted

ORG_CONFIG = "password org config"
POLICY = "password policy"
SOURCE = "source"
SYNC_GROUP = "password sync group"

Values = dict[str, t.Any]

SMALLEST_GROUP = 2  # Sources of a sync group at least.


class Settings(t.NamedTuple):
    """What a tenant has.

    :ivar org_config: ``None`` where there is none.
    :ivar policies: by name. ``None`` is a rule that is off.
    :ivar sources: by name, with C(policies) in the order of ``in_order`` and C(enable_password_feature).
    :ivar sync_groups: by name, with C(policy) and C(sources), sorted.
    :ivar defaults: the names of policies that can't be deleted.
    :ivar ambiguous: kinds and names that several objects have.
    """

    org_config: Values | None
    policies: dict[str, Values]
    sources: dict[str, Values]
    sync_groups: dict[str, Values]
    defaults: frozenset[str] = frozenset()
    ambiguous: frozenset[tuple[str, str]] = frozenset()

    def as_options(self) -> dict[str, t.Any]:
        """Return them as the options of isc_password_settings, with the sources that can have password policies."""
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


class Wish(t.NamedTuple):
    """That an object has these values, of which others are left as they are, or that it is not there.

    :ivar name: of the object. The org config has an empty one.
    :ivar values: what is wished; ``None``: that the object is absent.
    :ivar force: it may be deleted although that has consequences, or created although one has nearly the same name.
    :ivar place: what a message about it begins with, such as C(policies[2]: ).
    """

    kind: str
    name: str
    values: Values | None
    force: bool = False
    place: str = ""


class Step(t.NamedTuple):
    """What becomes of one object. ``None``: it is not there."""

    wish: Wish
    before: Values | None
    after: Values | None

    @property
    def changed(self) -> bool:
        return self.before != self.after

    @property
    def word(self) -> str:
        return "deleted" if self.after is None else "created" if self.before is None else "changed"

    @property
    def difference(self) -> Values:
        before = self.before or {}
        return {
            name: value for name, value in (self.after or {}).items() if name not in before or before[name] != value
        }

    @property
    def diff(self) -> dict[str, t.Any]:
        """The C(diff) of a result: what is different only, or all of an object that comes or goes."""
        before, after = self.before or {}, self.after or {}
        if self.before is not None and self.after is not None:
            names = sorted(self.difference)
            before, after = ({name: values[name] for name in names} for values in (self.before, self.after))
        title = f"{self.wish.kind}{f' {self.wish.name}' if self.wish.name else ''}"
        return {"before": before, "after": after, "before_header": title, "after_header": title}

    @property
    def title(self) -> str:
        """Return the object's kind and name, as words for a sentence."""
        return f"the {self.wish.kind} {quoted(self.wish.name)}" if self.wish.name else f"the {self.wish.kind}"


def in_order(policies: t.Iterable[Values]) -> list[Values]:
    """Return the policies of a source in an order that does not depend on the one in which they come."""

    def order(policy: Values) -> tuple[str, list[tuple[str, str]]]:
        return policy["name"], [(each["name"], each["value"]) for each in policy["selectors"]]

    by_name = [
        {**each, "selectors": sorted(each["selectors"], key=lambda one: (one["name"], one["value"]))}
        for each in policies
    ]
    return sorted(by_name, key=order)


_ORDER = (
    (ORG_CONFIG, False),
    (SYNC_GROUP, True),
    (POLICY, False),
    (SOURCE, False),
    (SYNC_GROUP, False),
    (POLICY, True),
)
"""Kinds of wishes, and whether they are for absence."""


def plan(present: Settings, wishes: t.Sequence[Wish], defaults: t.Mapping[str, Values]) -> list[Step]:
    """Return the steps that fulfil all wishes, in an order in which ISC takes them.

    What is assigned exists by then, and what is deleted is not in use any more.

    :param defaults: what the org config and a policy have, by kind, where they are new and nothing is said.
    :raises InputError: a wish can't be fulfilled, or has consequences that nobody has agreed to.
    """
    _check_together(wishes)
    planner = _Planner(present, defaults, {(wish.kind, wish.name) for wish in wishes})
    steps = []
    for order in _ORDER:
        waiting = [wish for wish in wishes if (wish.kind, wish.values is None) == order]
        while waiting:
            # A source can go from one sync group to another, which it has to leave first.
            wish = next((each for each in waiting if not planner.taken(each)), waiting[0])
            waiting.remove(wish)
            steps.append(planner.step(wish))
    return steps


def _check_together(wishes: t.Sequence[Wish]) -> None:
    """Refuse two wishes for one object, and to assign a policy and to delete it.

    The second run of the latter would find no policy to assign.
    """
    deleted = {wish.name for wish in wishes if wish.kind == POLICY and wish.values is None}
    seen = set()
    for wish in wishes:
        if (wish.kind, wish.name) in seen:
            raise InputError(f"{wish.place}the {wish.kind} {quoted(wish.name)} is given twice.", "Give it once.")
        seen.add((wish.kind, wish.name))
        values = wish.values or {}
        for name in sorted(deleted & (_names(values.get("policies", ())) | {values.get("policy")})):
            raise InputError(
                f"{wish.place}the {POLICY} {quoted(name)} is assigned here, and is to be absent as well.",
                "Remove one of the two. Nothing was changed.",
            )


class _Planner:
    """What the tenant would have after the steps until now."""

    def __init__(
        self, present: Settings, defaults: t.Mapping[str, Values], wished: t.Collection[tuple[str, str]]
    ) -> None:
        self._present = present
        self._policies, self._sources = dict(present.policies), dict(present.sources)
        self._groups = dict(present.sync_groups)
        self._defaults = defaults
        self._wished = wished

    def step(self, wish: Wish) -> Step:
        if wish.kind == ORG_CONFIG:
            before = self._present.org_config
            return Step(wish, before, {**(before or self._defaults[ORG_CONFIG]), **(wish.values or {})})
        self._check_unambiguous(wish.kind, wish.name, wish.place)
        objects, decide = {
            POLICY: (self._policies, self._policy),
            SOURCE: (self._sources, self._source),
            SYNC_GROUP: (self._groups, self._sync_group),
        }[wish.kind]
        before = objects.get(wish.name)
        after = decide(wish, before)
        if after is None:
            objects.pop(wish.name, None)
        else:
            objects[wish.name] = after
        return Step(wish, before, after)

    def taken(self, wish: Wish) -> list[tuple[str, str]]:
        """Return which sources of *wish* are in another sync group, and in which one."""
        wanted = (wish.values or {}).get("sources", ())
        others = {name: each for name, each in self._groups.items() if name != wish.name}
        return [(name, other) for other, each in others.items() for name in each["sources"] if name in wanted]

    def _policy(self, wish: Wish, before: Values | None) -> Values | None:
        if wish.values is not None:
            self._check_twin(wish, before, self._policies)
            after = {**(before or self._defaults[POLICY]), **wish.values}
            smallest, largest = after["min_length"], after["max_length"]
            if after != before and smallest and largest and smallest > largest:
                raise InputError(
                    f"{wish.place}the {POLICY} {quoted(wish.name)} would have the min_length {smallest} and the "
                    f"max_length {largest}.",
                    "Give both, so that a password can fit. Nothing was changed.",
                )
            return after
        if before is None:
            return None
        if wish.name in self._present.defaults:
            raise InputError(
                f"{wish.place}the {POLICY} {quoted(wish.name)} is the default one, which can't be deleted.",
                "Leave it, and change its fields instead.",
            )
        groups = [name for name, each in self._groups.items() if each["policy"] == wish.name]
        sources = [name for name, each in self._sources.items() if wish.name in _names(each["policies"])]
        uses = [f"the sync group {quoted(name)}" for name in groups]
        uses += [f"the source {quoted(name)}" for name in sources]
        if uses and not wish.force:
            raise InputError(
                f"{wish.place}the {POLICY} {quoted(wish.name)} is used by {some(uses)}.",
                "Give these another policy first, or set force to true. Nothing was changed.",
            )
        for name in sources:
            left = [each for each in self._sources[name]["policies"] if each["name"] != wish.name]
            self._sources[name] = {**self._sources[name], "policies": left}
        return None

    def _source(self, wish: Wish, before: Values | None) -> Values:
        if before is None:
            raise _missing(SOURCE, wish.name, self._sources, wish.place)
        after = {**before, **(wish.values or {})}
        if after["policies"] != before["policies"]:
            for name in sorted(_names(after["policies"])):
                self._check_policy(name, wish.place)
        if after["policies"] and not after["enable_password_feature"]:
            raise InputError(
                f"{wish.place}the source {quoted(wish.name)} lacks the feature PASSWORD, without which it has no "
                "password policy.",
                "Set enable_password_feature to true, if its connector can set passwords. Nothing was changed.",
            )
        return after

    def _sync_group(self, wish: Wish, before: Values | None) -> Values | None:
        if wish.values is None:
            if before is not None and not wish.force:
                raise InputError(
                    f"{wish.place}to delete the {SYNC_GROUP} {quoted(wish.name)} separates the passwords of its "
                    f"sources at once: {some([quoted(name) for name in before['sources']])}.",
                    "If that is what you want, set force to true. Nothing was changed.",
                )
            return None
        self._check_twin(wish, before, self._groups)
        after = {**(before or {}), **wish.values}
        for option in ("policy", "sources"):
            if not after.get(option):
                raise InputError(
                    f"{wish.place}{option} is missing, and there is no {SYNC_GROUP} {quoted(wish.name)} yet."
                    if before is None
                    else f"{wish.place}the {SYNC_GROUP} {quoted(wish.name)} has no {option}.",
                    f"Give {option}.",
                )
        if after != before:
            self._check_policy(after["policy"], wish.place)
            self._check_sources(after["sources"], wish)
        return after

    def _check_twin(self, wish: Wish, before: Values | None, known: t.Iterable[str]) -> None:
        """Refuse to create what is probably meant to be another object, unless both are named."""
        if before is not None or wish.force:
            return
        for name in known:
            if _folded(name) == _folded(wish.name) and (wish.kind, name) not in self._wished:
                raise InputError(
                    f"{wish.place}the tenant has no {wish.kind} named {quoted(wish.name)}, but one named "
                    f"{quoted(name)}.",
                    "Write its name so, or set force to true to create another one. Nothing was changed.",
                )

    def _check_sources(self, names: list[str], wish: Wish) -> None:
        if len(names) < SMALLEST_GROUP:
            raise InputError(
                f"{wish.place}the {SYNC_GROUP} {quoted(wish.name)} would have 1 source.",
                f"A sync group needs {SMALLEST_GROUP} sources or more.",
            )
        for name in names:
            source = self._sources.get(name)
            if source is None:
                raise _missing(SOURCE, name, self._sources, wish.place)
            self._check_unambiguous(SOURCE, name, wish.place)
            if not source["enable_password_feature"]:
                raise InputError(
                    f"{wish.place}the source {quoted(name)} lacks the feature PASSWORD, without which it can't be in a "
                    "sync group.",
                    "Add it with isc_source_password_policy and enable_password_feature: true, if its connector can "
                    "set passwords. Nothing was changed.",
                )
        for name, other in self.taken(wish):
            raise InputError(
                f"{wish.place}the source {quoted(name)} is in the {SYNC_GROUP} {quoted(other)}.",
                "A source can be in one sync group. Take it out of that one first.",
            )

    def _check_policy(self, name: str, place: str) -> None:
        if name not in self._policies:
            raise _missing(POLICY, name, self._policies, place)
        self._check_unambiguous(POLICY, name, place)

    def _check_unambiguous(self, kind: str, name: str, place: str) -> None:
        if (kind, name) in self._present.ambiguous:
            raise InputError(
                f"{place}the tenant has several objects of the kind {kind} named {quoted(name)}.",
                "Rename one of them in ISC first.",
            )


def _folded(name: str) -> str:
    """Return what is left of a name where neither case nor blanks count."""
    return "".join(name.split()).casefold()


def _names(policies: t.Iterable[Values]) -> set[str]:
    return {each["name"] for each in policies}


def _missing(kind: str, name: str, known: t.Iterable[str], place: str) -> InputError:
    others = [each for each in known if _folded(each) == _folded(name)]
    hint = f"There is one named {quoted(others[0])}." if others else "Write its name as ISC shows it."
    return InputError(f"{place}the tenant has no {kind} named {quoted(name)}.", f"{hint} Nothing was changed.")


_MOST_NAMED = 10


def some(texts: t.Sequence[str]) -> str:
    """Return *texts* as an enumeration, of which the end is left out where there are many."""
    rest = len(texts) - _MOST_NAMED
    shown = list(texts[:_MOST_NAMED]) + ([f"{rest} more"] if rest > 0 else [])
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1]))) if shown else "none"
