# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes a step of the plan of the playbook configure_awx."""

from __future__ import annotations

import typing as t

from ..module_utils._errors import InputError
from ..plugin_utils._arguments import plain
from ..plugin_utils._awx.controller import Controller
from ..plugin_utils._awx.plan import Step
from ..plugin_utils._connection import task_environment
from ..plugin_utils._control_node import ControlNodeAction, Result

PLAN = "configure_awx_plan"
_NOT_FETCHED = ("failed", "error", "canceled", "never updated")
_FETCHED = ("successful", "ok", "new", "pending", "waiting", "running")
"""The statuses of a project whose playbooks AWX does not have, and has or is about to have."""

_WITHOUT_SECRETS = ("changed", "failed", "id")


class ActionModule(ControlNodeAction):
    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "step": {"type": "str", "required": True},
        "previous": {"type": "dict"},
    }

    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        """Take the step, unless one before it has failed."""
        previous = params["previous"] or {}
        if previous.get("failed") or previous.get("stopped"):
            return {"changed": False, "skipped": True, "stopped": True, "skip_reason": "A step before it has failed."}
        step = Step(**plain(task_vars[PLAN]["steps"][params["step"]]))
        result = self._taken(step, task_vars)
        foretells = self._task.check_mode and result.get("changed")
        return {**result, "label": f"{step.title} would be created or changed" if foretells else step.title}

    def _taken(self, step: Step, task_vars: t.Mapping[str, t.Any]) -> Result:
        if step.foretold is not None:
            return {"changed": step.foretold}
        if step.fetches:
            return self._set_up_project(step, task_vars)
        if not step.secret:
            return self._call(step.module, step.options, task_vars)
        before, self._task.no_log = self._task.no_log, True
        try:
            result = self._call(step.module, step.options, task_vars)
        finally:
            self._task.no_log = before
        # What AWX says against secrets could repeat them.
        shown = {name: result[name] for name in _WITHOUT_SECRETS if name in result}
        if result.get("failed"):
            shown["msg"] = (
                f"AWX does not take the {step.title}. What it says is not shown, since it could hold secrets. Check "
                "configure_awx_notification_type and configure_awx_notification_configuration."
            )
        return shown

    def _set_up_project(self, step: Step, task_vars: t.Mapping[str, t.Any]) -> Result:
        """Set a project up, and have AWX fetch it if that has failed before."""
        result, options = self._call(step.module, step.options, task_vars), step.options
        fetched_in_vain = bool(result.get("failed")) and result.get("msg") == "Project update failed"
        if result.get("failed") and not fetched_in_vain:
            return result
        status = self._status(step)
        # Where the project is as it should be, the module does not look at how fetching it ended before.
        if status in _NOT_FETCHED and not fetched_in_vain:
            named = {name: options[name] for name in ("name", "organization")}
            # How it ends is what the status says.
            again = self._call("awx.awx.project_update", named, task_vars)
            result["changed"] = result["changed"] or again.get("changed", False)
            status = self._status(step)
        if status not in _FETCHED and not self._task.check_mode:
            raise InputError(
                f'AWX could not fetch the project "{options["name"]}" from {options["scm_url"]} '
                f"({options['scm_branch']}).",
                "Its last job in AWX says why, such as a wrong address or branch, or a proxy. Correct that, and run "
                "this again. Nothing that needs the playbooks was set up.",
            )
        # Another update, of somebody else, may have fetched it meanwhile.
        return {**result, "failed": False} if fetched_in_vain else result

    def _status(self, step: Step) -> str:
        """Return the status of a project, empty if there is no such project."""
        find = Controller(self._loader, self._templar, task_environment(self)).find
        for organization in find("organizations", name=step.options["organization"]):
            for project in find("projects", name=step.options["name"], organization=organization["id"]):
                return project["status"]
        return ""

    def _call(self, module: str, options: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        return self._execute_module(module_name=module, module_args=dict(options), task_vars=dict(task_vars))
