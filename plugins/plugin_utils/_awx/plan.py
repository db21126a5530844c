# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the variables to steps, and in check mode what comes of those that refer to something that isn't there yet."""

from __future__ import annotations

import typing as t

from .kinds import KINDS, Kind, Values, Variables, entries_of

Find = t.Callable[..., list[Values]]
"""Returns the objects that AWX has at an endpoint, of those whose fields have these values."""

Reference = tuple[str, str]


class Step(t.NamedTuple):
    """A call of a module, which sets up an object or a part of one.

    :ivar title: what the output calls it; no two have the same one.
    :ivar module: the name of the module, with that of its collection.
    :ivar secret: whether the options may hold secrets.
    :ivar fetches: whether AWX has to have fetched the object, a project, before the next step.
    :ivar foretold: whether it would change something, where the module can't tell because something is missing that
        another step would create. C(None) where the module can.
    """

    title: str
    module: str
    options: Values
    secret: bool = False
    fetches: bool = False
    foretold: bool | None = None


class _Planned(t.NamedTuple):
    step: Step
    kind: Kind
    subject: Reference
    references: frozenset[Reference]


def make_steps(variables: Variables) -> list[Step]:
    """Return the steps that set AWX up, in their order."""
    return [planned.step for planned in _plan(variables)]


def foretell_steps(variables: Variables, find: Find) -> list[Step]:
    """Return the steps as of C(make_steps) for check mode, in which no step creates what the next one refers to.

    :param find: asks AWX.
    """
    plan, steps = _plan(variables), []
    missing = _missing(plan, find)
    for step, kind, _subject, references in plan:
        if not missing.isdisjoint(references):
            # Some of its objects are new.
            steps.append(step._replace(foretold=not kind.later or any(step.options[name] for name in kind.later)))
        else:
            steps.append(step)
    return steps


def _plan(variables: Variables) -> list[_Planned]:
    return [_planned(kind, options) for kind in KINDS for options in entries_of(kind, variables)]


def _planned(kind: Kind, options: Values) -> _Planned:
    step = Step(kind.title.format_map(options), f"awx.awx.{kind.module}", options, kind.secret, kind.fetches)
    subject = kind.endpoint, options[kind.name]
    references = {subject} if kind.later else set()
    for field, endpoint in kind.references.items():
        named = options.get(field) or []
        references |= {(endpoint, name) for name in (named if isinstance(named, list) else [named])}
    return _Planned(step, kind, subject, frozenset(references))


def _missing(plan: t.Sequence[_Planned], find: Find) -> set[Reference]:
    """Return the objects that steps refer to, that other steps would create, and that AWX doesn't have."""
    referred = frozenset[Reference]().union(*(planned.references for planned in plan))
    missing: set[Reference] = set()
    ids: dict[Reference, int] = {}
    for planned in plan:
        if planned.subject not in referred or planned.kind.later:
            continue
        query = {planned.kind.name: planned.step.options[planned.kind.name]}
        if within := planned.kind.within:
            where = planned.kind.references[within], planned.step.options[within]
            if where in missing:
                missing.add(planned.subject)
                continue
            query[within] = ids[where]
        found = find(planned.kind.endpoint, **query)
        if found:
            ids[planned.subject] = found[0]["id"]
        else:
            missing.add(planned.subject)
    return missing
