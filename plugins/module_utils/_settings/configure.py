# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fulfil wishes: read, plan, check that all of it may be done, and only then send the differences."""

from __future__ import annotations

import typing as t

from .._api.password_org_config import DEFAULTS as ORG_CONFIG_DEFAULTS
from .._api.password_policies import DEFAULTS as POLICY_DEFAULTS
from .._client.client import Client
from .._errors import IscError
from .plan import ORG_CONFIG, POLICY, SOURCE, Settings, Step, Wish, plan, some
from .tenant import TenantSettings

DEFAULTS = {ORG_CONFIG: ORG_CONFIG_DEFAULTS, POLICY: POLICY_DEFAULTS}


def configure(client: Client, wishes: t.Sequence[Wish], check_mode: bool) -> list[Step]:
    """Fulfil all wishes and return the steps, in check mode without taking them.

    :raises InputError: a wish can't be fulfilled; nothing was sent.
    :raises IscError: the token may not do it (nothing was sent), or ISC refused a step.
    """
    tenant = TenantSettings(client)
    steps = plan(tenant.read_for(wishes), wishes, DEFAULTS)
    changes = [step for step in steps if step.changed]
    for operation in dict.fromkeys(operation for step in changes for operation in tenant.operations_of(step)):
        client.dry_run(operation)
    if not check_mode:
        for number, step in enumerate(changes):
            try:
                tenant.perform(step)
            except IscError as error:
                raise _explained(error, step, changes[:number]) from None
    return steps


def configure_one(client: Client, wish: Wish, check_mode: bool, key: str) -> dict[str, t.Any]:
    """Fulfil a wish, and return it as the result of a module.

    :param key: that of the object in the result, as options; its value is ``None`` where it is absent.
    """
    (step,) = configure(client, [wish], check_mode)
    named = {"source_name" if wish.kind == SOURCE else "name": wish.name} if wish.name else {}
    after = None if step.after is None else {**named, **step.after}
    return {"changed": step.changed, key: after, "diff": difference(step)}


def _explained(error: IscError, step: Step, done: t.Sequence[Step]) -> IscError:
    """Return *error* with what was changed, and what may have been."""
    if error.may_have_been_processed:
        error = error.with_hint(f"Whether ISC has changed {step.title} is not known.")
    if done:
        error = error.with_hint(f"Before that, {some([each.title for each in done])} had been changed.")
    if done or error.details.get("changed") or error.may_have_been_processed:
        error = error.with_hint("Run this again: it compares with what ISC has, and does what is left.")
    return t.cast(IscError, error.with_details(changed=True) if done else error)


def difference(step: Step) -> dict[str, t.Any]:
    """Return a step as C(diff) of a result: what is different only, or all of an object that comes or goes."""
    if step.before is None or step.after is None:
        before, after = step.before or {}, step.after or {}
    else:
        names = sorted(step.difference)
        before, after = ({name: values[name] for name in names} for values in (step.before, step.after))
    title = f"{step.wish.kind}{f' {step.wish.name}' if step.wish.name else ''}"
    return {"before": before, "after": after, "before_header": title, "after_header": title}


def entries(settings: Settings) -> dict[str, t.Any]:
    """Return settings as the options of isc_password_settings.

    A source is among them if it can have password policies.
    """
    return {
        "org_config": settings.org_config,
        "policies": [{"name": name, **each} for name, each in sorted(settings.policies.items())],
        "sources": [
            {"source_name": name, **each}
            for name, each in sorted(settings.sources.items())
            if each["enable_password_feature"]
        ],
        "sync_groups": [{"name": name, **each} for name, each in sorted(settings.sync_groups.items())],
    }
