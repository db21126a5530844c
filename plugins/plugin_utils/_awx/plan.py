# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans the steps that set AWX up. In check mode, predicts steps whose references don't exist yet."""

from __future__ import annotations

import typing as t

from .kinds import KINDS, Kind, Values, Variables, module_options

Find = t.Callable[..., list[Values]]
"""Queries AWX, as ``Controller.find`` does."""

Reference = tuple[str, str]
"""The endpoint and the name of an object."""


class Step(t.NamedTuple):
    """A call of a module that sets up an object or a part of one.

    :ivar title: the unique title of the step in the output.
    :ivar module: the full name of the module.
    :ivar secret: whether the options may contain secrets.
    :ivar fetches: whether the object is a project, which AWX must have fetched before the next step.
    :ivar predicted_change: whether the step would change something, if the module can't predict that because an earlier
        step would have to create an object first. Otherwise ``None``.
    """

    title: str
    module: str
    options: Values
    secret: bool = False
    fetches: bool = False
    predicted_change: bool | None = None


class _PlannedStep(t.NamedTuple):
    step: Step
    kind: Kind
    subject: Reference
    references: frozenset[Reference]


def make_steps(variables: Variables) -> list[Step]:
    """Return the steps that set AWX up, in order."""
    return [planned.step for planned in _plan(variables)]


def predict_steps(variables: Variables, find: Find) -> list[Step]:
    """Return the same steps for check mode, in which no step creates the objects that later steps refer to."""
    plan, steps = _plan(variables), []
    missing = _missing(plan, find)
    for step, kind, _subject, references in plan:
        change = None
        if not missing.isdisjoint(references):
            change = not kind.deferred or any(step.options[name] for name in kind.deferred)
        steps.append(step._replace(predicted_change=change))
    return steps


def _plan(variables: Variables) -> list[_PlannedStep]:
    return [_plan_step(kind, options) for kind in KINDS for options in module_options(kind, variables)]


def _plan_step(kind: Kind, options: Values) -> _PlannedStep:
    step = Step(kind.title.format_map(options), f"awx.awx.{kind.module}", options, kind.secret, kind.fetches)
    subject = kind.endpoint, options[kind.name]
    references = {subject} if kind.deferred else set()
    for field, endpoint in kind.references.items():
        names = options.get(field) or []
        references |= {(endpoint, name) for name in (names if isinstance(names, list) else [names])}
    return _PlannedStep(step, kind, subject, frozenset(references))


def _missing(plan: t.Sequence[_PlannedStep], find: Find) -> set[Reference]:
    """Return the objects that steps refer to, that earlier steps would create, and that AWX doesn't have."""
    referred = frozenset[Reference]().union(*(planned.references for planned in plan))
    missing: set[Reference] = set()
    ids: dict[Reference, int] = {}
    for planned in plan:
        if planned.subject not in referred or planned.kind.deferred:
            continue
        query = {planned.kind.name: planned.step.options[planned.kind.name]}
        if within := planned.kind.within:
            parent = planned.kind.references[within], planned.step.options[within]
            if parent in missing:
                missing.add(planned.subject)
                continue
            query[within] = ids[parent]
        found = find(planned.kind.endpoint, **query)
        if found:
            ids[planned.subject] = found[0]["id"]
        else:
            missing.add(planned.subject)
    return missing
