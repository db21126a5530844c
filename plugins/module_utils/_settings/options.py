# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of each setting, and the wishes that they are: of one module, or of an entry of isc_password_settings.

What makes a wish takes validated options, and the place that a message about it begins with (see Wish).
"""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

from .._api.password_policies import FLAGS, NUMBERS
from .._client.connection import Spec
from .._errors import InputError, check_number, check_text
from .._text import fault_of_id, quoted
from .plan import ORG_CONFIG, POLICY, SOURCE, SYNC_GROUP, Values, Wish, in_order

LARGEST_NUMBER = 10000

STATE: Spec = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "force": {"type": "bool", "default": False},
}

ORG_CONFIG_SPEC: Spec = {
    # None of them is a secret, though their names sound like it.
    "digit_token_enabled": {"type": "bool", "no_log": False},
    "digit_token_length": {"type": "int", "no_log": False},
    "digit_token_duration_minutes": {"type": "int", "no_log": False},
    "custom_instructions_enabled": {"type": "bool"},
}
ORG_CONFIG_BOUNDS = {"digit_token_length": (6, 18), "digit_token_duration_minutes": (1, 60)}


def _field(name: str, kind: str) -> dict[str, t.Any]:
    return {"type": kind, **({"no_log": False} if "pass" in name or "key" in name else {})}


POLICY_SPEC: Spec = {
    "name": {"type": "str", "required": True},
    **STATE,
    "description": {"type": "str"},
    **{name: _field(name, "int") for name in NUMBERS},
    **{name: _field(name, "bool") for name in FLAGS},
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

CLEARED = ("description", *NUMBERS)  # Fields of a policy that can be off, or empty.


def wishes_of(params: t.Mapping[str, t.Any]) -> list[Wish]:
    """Return the wishes of the options of isc_password_settings, whose entries are the options of the other modules."""
    wishes = []
    if params["org_config"]:
        wishes.append(org_config_wish(*_validated("org_config", params["org_config"], ORG_CONFIG_SPEC)))
    for number, entry in enumerate(params["policies"] or ()):
        cleared = [name for name in CLEARED if name in entry and entry[name] is None]
        wishes.append(policy_wish(*_validated(f"policies[{number}]", entry, POLICY_SPEC), cleared))
    for number, entry in enumerate(params["sources"] or ()):
        given, place = _validated(f"sources[{number}]", entry, _NAMED_SOURCE_SPEC)
        wishes.append(source_wish(given, checked_name("source_name", given["source_name"], place), place))
    for number, entry in enumerate(params["sync_groups"] or ()):
        wishes.append(sync_group_wish(*_validated(f"sync_groups[{number}]", entry, SYNC_GROUP_SPEC)))
    return wishes


def _validated(option: str, entry: t.Mapping[str, t.Any], spec: Spec) -> tuple[dict[str, t.Any], str]:
    """Return an entry, validated as the options of a module are, and what a message about it begins with.

    An empty string and null count as not given.
    """
    for name in entry:
        if not isinstance(name, str):
            raise InputError(f"{option}: there is no option {name!r}.", "Correct that entry.")
    given = {name: value for name, value in entry.items() if value is not None and value != ""}
    validation = ArgumentSpecValidator(spec).validate(given)
    if validation.error_messages:
        unknown = "there is no option " if isinstance(validation.errors[0], UnsupportedError) else ""
        message = validation.error_messages[0].rstrip(".")
        raise InputError(f"{option}: {unknown}{message}.", "Correct that entry.")
    return validation.validated_parameters, f"{option}: "


def org_config_wish(params: t.Mapping[str, t.Any], place: str = "") -> Wish:
    """Return the wish for the org config.

    :param params: validated options. :param place: see Wish.
    :raises InputError: a value can't be used, or nothing is wished.
    """
    values = {name: params[name] for name in ORG_CONFIG_SPEC if params.get(name) is not None}
    if not values:
        raise InputError(
            f"{place}nothing is given that could be changed.", f"Give one of {', '.join(ORG_CONFIG_SPEC)}."
        )
    for name, (smallest, largest) in ORG_CONFIG_BOUNDS.items():
        if name in values:
            check_number(f"{place}{name}", values[name], smallest, largest)
    return Wish(ORG_CONFIG, "", values, place=place)


def policy_wish(params: t.Mapping[str, t.Any], place: str = "", cleared: t.Collection[str] = ()) -> Wish:
    """Return the wish for a password policy.

    :param params: validated options. :param place: see Wish.
    :param cleared: names of CLEARED that are to be off.
    :raises InputError: a value can't be used.
    """
    name = checked_name("name", params["name"], place)
    if params["state"] == "absent":
        _check_nothing_else(params, ("description", *NUMBERS, *FLAGS), place)
        return Wish(POLICY, name, None, params["force"], place)
    values: Values = {}
    if params.get("description") is not None:
        fault = fault_of_id(params["description"])
        if fault:
            raise InputError(f"{place}description has {fault}.", "Write it on one line.")
        values["description"] = params["description"]
    for option in NUMBERS:
        if params.get(option) is not None:
            check_number(f"{place}{option}", params[option], 0, LARGEST_NUMBER)
            values[option] = params[option] or None
    values.update((option, params[option]) for option in FLAGS if params.get(option) is not None)
    values.update(dict.fromkeys(cleared))
    return Wish(POLICY, name, values, params["force"], place)


def source_wish(params: t.Mapping[str, t.Any], name: str, place: str = "") -> Wish:
    """Return the wish for what of a source concerns passwords.

    :param params: validated options. :param name: the source's. :param place: see Wish.
    :raises InputError: a value can't be used, or nothing is wished.
    """
    values: Values = {}
    if params["enable_password_feature"]:
        values["enable_password_feature"] = True
    if params.get("policies") is not None:
        wanted = [
            {
                "name": checked_name("policies: name", each["name"], place),
                "selectors": [
                    {part: checked_name(f"selectors: {part}", one[part], place) for part in ("name", "value")}
                    for one in each.get("selectors") or ()
                ],
            }
            for each in params["policies"]
        ]
        values["policies"] = in_order(wanted)
        for each in values["policies"]:
            _check_once(each["selectors"], f"{place}selectors of {quoted(each['name'])}", "value")
        _check_once(values["policies"], f"{place}policies", "selectors")
    if not values:
        raise InputError(
            f"{place}nothing is given that could be changed.", "Give policies, or set enable_password_feature to true."
        )
    return Wish(SOURCE, name, values, place=place)


def sync_group_wish(params: t.Mapping[str, t.Any], place: str = "") -> Wish:
    """Return the wish for a sync group.

    :param params: validated options. :param place: see Wish.
    :raises InputError: a value can't be used.
    """
    name = checked_name("name", params["name"], place)
    if params["state"] == "absent":
        _check_nothing_else(params, ("sources", "policy"), place)
        return Wish(SYNC_GROUP, name, None, params["force"], place)
    values: Values = {}
    if params.get("policy") is not None:
        values["policy"] = checked_name("policy", params["policy"], place)
    if params.get("sources") is not None:
        values["sources"] = sorted(checked_name("sources", each, place) for each in params["sources"])
        if len(set(values["sources"])) < len(values["sources"]):
            raise InputError(f"{place}sources names a source twice.", "Name each source once.")
    return Wish(SYNC_GROUP, name, values, params["force"], place)


def checked_name(option: str, value: t.Any, place: str = "") -> str:
    """Return a name that can be compared with ISC's.

    :raises InputError: it is empty, or has what no name has.
    """
    name = check_text(f"{place}{option}", value)
    fault = fault_of_id(name)
    if fault:
        raise InputError(f"{place}{option} has {fault}.", "Write it as ISC shows it.")
    return name


def _check_once(in_order: list[Values], where: str, same: str) -> None:
    for one, other in zip(in_order, in_order[1:]):
        if one == other:
            raise InputError(f"{where} names {quoted(one['name'])} twice with the same {same}.", "Name it once.")


def _check_nothing_else(params: t.Mapping[str, t.Any], options: t.Iterable[str], place: str) -> None:
    given = [option for option in options if params.get(option) is not None]
    if given:
        raise InputError(
            f"{place}state is absent, and {given[0]} is given.", f"Remove {given[0]}, or set state to present."
        )
