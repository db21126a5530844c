# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans the steps of the playbook configure_awx."""

from __future__ import annotations

import typing as t

from ..module_utils._errors import InputError
from ..plugin_utils._awx.controller import Controller
from ..plugin_utils._awx.kinds import VARIABLES, Values, Variables
from ..plugin_utils._awx.plan import Find, make_steps, predict_steps
from ..plugin_utils._connection import task_environment
from ..plugin_utils._control_node import ControlNodeAction, Result
from ..plugin_utils._variables import given_options


class ActionModule(ControlNodeAction):
    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        given = given_options(VARIABLES, task_vars, self._templar, "").check("Nothing was changed.")
        variables = Variables(given)
        variables.check()
        controller = Controller(self._loader, self._templar, task_environment(self))
        types = variables.entries("controller_credential_types")
        types = [keep_fields_in_use(wanted, controller.find) for wanted in types]
        variables = Variables({**given, "controller_credential_types": types})
        steps = predict_steps(variables, controller.find) if self._task.check_mode else make_steps(variables)
        return {
            "changed": False,
            "titles": [step.title for step in steps],
            "steps": {step.title: step._asdict() for step in steps},
        }

    def secrets(self, result: Result) -> list[str]:
        """Return an empty list, which hides the steps: notification settings may contain secrets of any kind."""
        return []


def keep_fields_in_use(wanted: Values, find: Find) -> Values:
    """Return a credential type. If credentials use it, it has the fields that AWX already has, which AWX can't change.

    :raises InputError: the type is in use and needs other fields.
    """
    found = find("credential_types", name=wanted["name"], kind=wanted["kind"])
    credentials = find("credentials", credential_type=found[0]["id"]) if found else []
    if not credentials:
        return wanted
    inputs = found[0]["inputs"]
    if not same_fields(wanted["inputs"], inputs):
        names = ", ".join(credential["name"] for credential in credentials)
        raise InputError(
            f'This version needs other fields in the credential type "{wanted["name"]}", and AWX refuses to change the '
            "fields of a type that credentials use.",
            f'In AWX, rename the type and its credentials ({names}), such as to "... (old)". Then run this again: it '
            "creates new ones, and makes the job templates use them. Fill them in, and delete the old ones. Nothing "
            "was changed.",
        )
    return {**wanted, "inputs": inputs}


def same_fields(wanted: Values, existing: Values) -> bool:
    """Return whether the inputs of two credential types have the same fields, apart from labels and help texts."""
    return _fields(wanted) == _fields(existing) and wanted.get("required", []) == existing.get("required", [])


def _fields(inputs: Values) -> list[Values]:
    texts = ("label", "help_text")
    return [{name: value for name, value in field.items() if name not in texts} for field in inputs.get("fields", [])]
