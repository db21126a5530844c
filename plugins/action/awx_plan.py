# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans what the playbook configure_awx does."""

from __future__ import annotations

import typing as t

from ..module_utils._errors import InputError
from ..plugin_utils._awx.controller import Controller
from ..plugin_utils._awx.kinds import VARIABLES, Values, Variables
from ..plugin_utils._awx.plan import Find, foretell_steps, make_steps
from ..plugin_utils._connection import task_environment
from ..plugin_utils._control_node import ControlNodeAction, Result
from ..plugin_utils._variables import given_options

TEXTS = ("label", "help_text")


class ActionModule(ControlNodeAction):
    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        given = given_options(VARIABLES, task_vars, self._templar, "").check("Nothing was changed.")
        variables = Variables(given)
        variables.check()
        controller = Controller(self._loader, self._templar, task_environment(self))
        types = keep_fields_in_use(variables.entries("controller_credential_types"), controller.find)
        variables = Variables({**given, "controller_credential_types": types})
        steps = foretell_steps(variables, controller.find) if self._task.check_mode else make_steps(variables)
        return {
            "changed": False,
            "titles": [step.title for step in steps],
            "steps": {step.title: step._asdict() for step in steps},
        }

    def secrets(self, result: Result) -> list[str]:
        """Hide the steps, since the settings of a notification may hold secrets of any kind."""
        return []


def keep_fields_in_use(types: t.Iterable[Values], find: Find) -> list[Values]:
    """Return credential types that AWX takes: of one that is in use, the fields are those that AWX has.

    :param find: asks AWX.
    :raises InputError: a type that is in use needs other fields.
    """
    return [_kept(each, find) for each in types]


def _kept(wanted: Values, find: Find) -> Values:
    found = find("credential_types", name=wanted["name"], kind=wanted["kind"])
    users = find("credentials", credential_type=found[0]["id"]) if found else []
    if not users:
        return wanted
    inputs = found[0]["inputs"]
    if not same_fields(wanted["inputs"], inputs):
        names = ", ".join(user["name"] for user in users)
        raise InputError(
            f'This version needs other fields in the credential type "{wanted["name"]}", and AWX refuses to change the '
            "fields of a type that credentials use.",
            f'In AWX, rename the type and its credentials ({names}), such as to "... (old)". Then run this again: it '
            "makes new ones, and has the job templates use them. Fill them in, and delete the old ones. Nothing was "
            "changed.",
        )
    return {**wanted, "inputs": inputs}


def same_fields(wanted: Values, kept: Values) -> bool:
    """Return whether the inputs of two credential types are the same, apart from texts."""
    return _fields(wanted) == _fields(kept) and wanted.get("required", []) == kept.get("required", [])


def _fields(inputs: Values) -> list[Values]:
    return [{name: value for name, value in field.items() if name not in TEXTS} for field in inputs.get("fields", [])]
