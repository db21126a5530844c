# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans what the playbook configure_awx does."""

from __future__ import annotations

import typing as t

from ..plugin_utils._awx.controller import Controller
from ..plugin_utils._awx.credential_types import keep_fields_in_use
from ..plugin_utils._awx.kinds import VARIABLES
from ..plugin_utils._awx.plan import foretell_steps, make_steps
from ..plugin_utils._awx.variables import Variables
from ..plugin_utils._connection import task_environment
from ..plugin_utils._control_node import ControlNodeAction, Result
from ..plugin_utils._variables import given_options


class ActionModule(ControlNodeAction):
    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        """Read the variables, ask AWX what it has, and return the steps."""
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
