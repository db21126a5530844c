# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of each kind of setting, and the desired states that they describe.

The options of a module and an entry of isc_password_settings describe the same states.
"""

from __future__ import annotations

import functools
import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

from .._api.password_policies import FLAGS, NUMBERS
from .._client.connection import Spec
from .._errors import InputError, check_number, check_text
from .._text import id_problem, quoted
from .plan import ORG_CONFIG, POLICY, SOURCE, SYNC_GROUP, DesiredState, Values, prefixed_errors, sorted_policies

MAX_NUMBER = 10000

STATE: Spec = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "force": {"type": "bool", "default": False},
}

# no_log is set where Ansible would take the name of an option for that of a secret.
ORG_CONFIG_SPEC: Spec = {
    "digit_token_enabled": {"type": "bool", "no_log": False},
    "digit_token_length": {"type": "int", "no_log": False},
    "digit_token_duration_minutes": {"type": "int", "no_log": False},
    "custom_instructions_enabled": {"type": "bool"},
}
ORG_CONFIG_BOUNDS = {"digit_token_length": (6, 18), "digit_token_duration_minutes": (1, 60)}
POLICY_SPEC: Spec = {
    "name": {"type": "str", "required": True},
    **STATE,
    "description": {"type": "str"},
    **{name: {"type": "int", "no_log": False} for name in NUMBERS},
    **{name: {"type": "bool", "no_log": False} for name in FLAGS},
}
SOURCE_SPEC: Spec = {
    "source_name": {"type": "str"},
    "source_id": {"type": "str"},
    "policies": {
        "type": "list",
        "elements": "dict",
        "options": {
            "name": {"type": "str", "required": True},
            "selectors": {
                "type": "list",
                "elements": "dict",
                "options": {"name": {"type": "str", "required": True}, "value": {"type": "str", "required": True}},
            },
        },
    },
    "enable_password_feature": {"type": "bool", "default": False, "no_log": False},
}
_NAMED_SOURCE_SPEC = {
    **{name: details for name, details in SOURCE_SPEC.items() if name != "source_id"},
    "source_name": {"type": "str", "required": True},
}
SYNC_GROUP_SPEC: Spec = {
    "name": {"type": "str", "required": True},
    **STATE,
    "sources": {"type": "list", "elements": "str"},
    "policy": {"type": "str"},
}

CLEARABLE = ("description", *NUMBERS)  # Fields of a policy that can be empty or off.


def desired_settings(params: t.Mapping[str, t.Any]) -> list[DesiredState]:
    """Return the desired states that the options of isc_password_settings describe.

    :raises InputError: an entry is invalid.
    """
    desired = []

    def add(
        name: str, entry: t.Mapping[str, t.Any], spec: Spec, state_of: t.Callable[[dict[str, t.Any]], DesiredState]
    ) -> None:
        prefix = f"{name}: "
        with prefixed_errors(prefix):
            desired.append(state_of(_validated(entry, spec))._replace(error_prefix=prefix))

    if params["org_config"]:
        add("org_config", params["org_config"], ORG_CONFIG_SPEC, desired_org_config)
    for number, entry in enumerate(params["policies"] or ()):
        cleared = [name for name in CLEARABLE if name in entry and entry[name] is None]
        add(f"policies[{number}]", entry, POLICY_SPEC, functools.partial(desired_policy, cleared=cleared))
    for number, entry in enumerate(params["sources"] or ()):
        add(f"sources[{number}]", entry, _NAMED_SOURCE_SPEC, desired_source)
    for number, entry in enumerate(params["sync_groups"] or ()):
        add(f"sync_groups[{number}]", entry, SYNC_GROUP_SPEC, desired_sync_group)
    return desired


def _validated(entry: t.Mapping[str, t.Any], spec: Spec) -> dict[str, t.Any]:
    """Return an entry, validated like the options of a module. Empty strings and null count as not given."""
    for name in entry:
        if not isinstance(name, str):
            raise InputError(f"there is no option {name!r}.", "Correct that entry.")
    given = {name: value for name, value in entry.items() if value not in (None, "")}
    validation = ArgumentSpecValidator(spec).validate(given)
    if validation.error_messages:
        unknown = "there is no option " if isinstance(validation.errors[0], UnsupportedError) else ""
        message = validation.error_messages[0].rstrip(".")
        raise InputError(f"{unknown}{message}.", "Correct that entry.")
    return t.cast("dict[str, t.Any]", validation.validated_parameters)


def desired_org_config(params: t.Mapping[str, t.Any]) -> DesiredState:
    """Return the desired state of the org config.

    :param params: validated options.
    :raises InputError: a value is invalid, or no value is given.
    """
    values = {name: params[name] for name in ORG_CONFIG_SPEC if params.get(name) is not None}
    if not values:
        raise InputError("nothing is given that could be changed.", f"Give one of {', '.join(ORG_CONFIG_SPEC)}.")
    for name, (smallest, largest) in ORG_CONFIG_BOUNDS.items():
        if name in values:
            check_number(name, values[name], smallest, largest)
    return DesiredState(ORG_CONFIG, "", values)


def desired_policy(params: t.Mapping[str, t.Any], cleared: t.Collection[str] = ()) -> DesiredState:
    """Return the desired state of a password policy.

    :param params: validated options.
    :param cleared: the names in CLEARABLE to turn off.
    :raises InputError: a value is invalid.
    """
    name = _checked_name("name", params["name"])
    if params["state"] == "absent":
        _check_nothing_else(params, ("description", *NUMBERS, *FLAGS))
        return DesiredState(POLICY, name, None, params["force"])
    values: Values = {}
    if params.get("description") is not None:
        fault = id_problem(params["description"])
        if fault:
            raise InputError(f"description has {fault}.", "Write it on one line.")
        values["description"] = params["description"]
    for option in NUMBERS:
        if params.get(option) is not None:
            check_number(option, params[option], 0, MAX_NUMBER)
            values[option] = params[option] or None
    values.update((option, params[option]) for option in FLAGS if params.get(option) is not None)
    values.update(dict.fromkeys(cleared))
    return DesiredState(POLICY, name, values, params["force"])


def desired_source(params: t.Mapping[str, t.Any]) -> DesiredState:
    """Return the desired state of a source, whose name is its id if only ``source_id`` is given.

    :param params: validated options.
    :raises InputError: a value is invalid, or no value is given.
    """
    option = "source_id" if params["source_name"] is None else "source_name"
    name = _checked_name(option, params[option])
    values: Values = {}
    if params["enable_password_feature"]:
        values["enable_password_feature"] = True
    if params.get("policies") is not None:
        policies = sorted_policies(
            {
                "name": _checked_name("policies: name", policy["name"]),
                "selectors": [
                    {part: _checked_name(f"selectors: {part}", selector[part]) for part in ("name", "value")}
                    for selector in policy.get("selectors") or ()
                ],
            }
            for policy in params["policies"]
        )
        for policy in policies:
            _check_duplicates(policy["selectors"], f"selectors of {quoted(policy['name'])}", "value")
        _check_duplicates(policies, "policies", "selectors")
        values["policies"] = policies
    if not values:
        raise InputError(
            "nothing is given that could be changed.", "Give policies, or set enable_password_feature to true."
        )
    return DesiredState(SOURCE, name, values)


def desired_sync_group(params: t.Mapping[str, t.Any]) -> DesiredState:
    """Return the desired state of a sync group.

    :param params: validated options.
    :raises InputError: a value is invalid.
    """
    name = _checked_name("name", params["name"])
    if params["state"] == "absent":
        _check_nothing_else(params, ("sources", "policy"))
        return DesiredState(SYNC_GROUP, name, None, params["force"])
    values: Values = {}
    if params.get("policy") is not None:
        values["policy"] = _checked_name("policy", params["policy"])
    if params.get("sources") is not None:
        values["sources"] = sorted(_checked_name("sources", each) for each in params["sources"])
        if len(set(values["sources"])) < len(values["sources"]):
            raise InputError("sources names a source twice.", "Name each source once.")
    return DesiredState(SYNC_GROUP, name, values, params["force"])


def _checked_name(option: str, value: t.Any) -> str:
    name = check_text(option, value)
    fault = id_problem(name)
    if fault:
        raise InputError(f"{option} has {fault}.", "Write it as ISC shows it.")
    return name


def _check_duplicates(entries: list[Values], option: str, same: str) -> None:
    """Raise InputError if two neighbors of the sorted *entries* are equal."""
    for entry, following in zip(entries, entries[1:]):
        if entry == following:
            raise InputError(f"{option} names {quoted(entry['name'])} twice with the same {same}.", "Name it once.")


def _check_nothing_else(params: t.Mapping[str, t.Any], options: t.Iterable[str]) -> None:
    given = next((option for option in options if params.get(option) is not None), None)
    if given:
        raise InputError(f"state is absent, and {given} is given.", f"Remove {given}, or set state to present.")
