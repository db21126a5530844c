# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes a step of the plan of the playbook configure_awx."""

from __future__ import annotations

import typing as t

from ..plugin_utils._arguments import plain
from ..plugin_utils._awx.controller import Controller
from ..plugin_utils._awx.plan import Step
from ..plugin_utils._awx.projects import check_fetched, has_failed_to_fetch, must_be_fetched
from ..plugin_utils._awx.results import labelled, stopped, without_secrets
from ..plugin_utils._connection import task_environment
from ..plugin_utils._control_node import ControlNodeAction, Result

PLAN = "configure_awx_plan"
"""The variable with the result of awx_plan."""


class ActionModule(ControlNodeAction):
    """See the module's documentation."""

    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "step": {"type": "str", "required": True},
        "previous": {"type": "dict"},
    }

    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        """Take the step, unless one before it has failed."""
        if skipped := stopped(params["previous"]):
            return skipped
        step = Step(**plain(task_vars[PLAN]["steps"][params["step"]]))
        return labelled(self._taken(step, task_vars), step.title, self._task.check_mode)

    def _taken(self, step: Step, task_vars: t.Mapping[str, t.Any]) -> Result:
        if step.foretold is not None:
            return {"changed": step.foretold}
        if step.fetches:
            return self._set_up_project(step, task_vars)
        result = self._call(step.module, step.options, task_vars, no_log=step.secret)
        return without_secrets(result, step.title) if step.secret else result

    def _set_up_project(self, step: Step, task_vars: t.Mapping[str, t.Any]) -> Result:
        """Set a project up, and have AWX fetch it if that has failed before."""
        result = self._call(step.module, step.options, task_vars)
        fetched_in_vain = has_failed_to_fetch(result)
        if result.get("failed") and not fetched_in_vain:
            return result
        status = self._status(step)
        if must_be_fetched(status) and not fetched_in_vain:
            named = {name: step.options[name] for name in ("name", "organization")}
            # How it ends is what the status says.
            again = self._call("awx.awx.project_update", named, task_vars)
            result["changed"] = result["changed"] or again.get("changed", False)
            status = self._status(step)
        if not self._task.check_mode:
            check_fetched(status, step.options)
        # Another update, of somebody else, may have fetched it meanwhile.
        return {**result, "failed": False} if fetched_in_vain else result

    def _status(self, step: Step) -> str:
        """Return the status of a project, empty if there is no such project."""
        find = Controller(self._loader, self._templar, task_environment(self)).find
        for organization in find("organizations", name=step.options["organization"]):
            for project in find("projects", name=step.options["name"], organization=organization["id"]):
                return project["status"]
        return ""

    def _call(
        self, module: str, options: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any], no_log: bool = False
    ) -> Result:
        """Return the result of a module.

        :param no_log: its options are in no log and no output.
        """
        before = self._task.no_log
        self._task.no_log = before or no_log
        try:
            return self._execute_module(module_name=module, module_args=dict(options), task_vars=dict(task_vars))
        finally:
            self._task.no_log = before
