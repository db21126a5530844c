# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Performs a step of the playbook configure_awx."""

from __future__ import annotations

import typing as t

from ..module_utils._errors import InputError
from ..plugin_utils._arguments import plain
from ..plugin_utils._awx.controller import Controller
from ..plugin_utils._awx.plan import Step
from ..plugin_utils._connection import task_environment
from ..plugin_utils._control_node import ControlNodeAction, Result

_NOT_FETCHED = ("failed", "error", "canceled", "never updated")
"""The statuses of a project that AWX has not fetched."""

_FETCHED = ("successful", "ok", "new", "pending", "waiting", "running")
"""The statuses of a project that AWX has fetched or is about to fetch."""


class ActionModule(ControlNodeAction):
    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "step": {"type": "str", "required": True},
        "previous": {"type": "dict"},
    }

    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        """Perform the step, unless an earlier one has failed."""
        previous = params["previous"] or {}
        if previous.get("failed") or previous.get("stopped"):
            return {"changed": False, "skipped": True, "stopped": True, "skip_reason": "An earlier step has failed."}
        step = Step(**plain(task_vars["configure_awx_plan"]["steps"][params["step"]]))
        result = self._perform_step(step, task_vars)
        would_change = self._task.check_mode and result.get("changed")
        return {**result, "label": f"{step.title} would be created or changed" if would_change else step.title}

    def _perform_step(self, step: Step, task_vars: t.Mapping[str, t.Any]) -> Result:
        if step.predicted_change is not None:
            return {"changed": step.predicted_change}
        if step.fetches:
            return self._set_up_project(step, task_vars)
        if not step.secret:
            return self._call(step.module, step.options, task_vars)
        before, self._task.no_log = self._task.no_log, True
        try:
            result = self._call(step.module, step.options, task_vars)
        finally:
            self._task.no_log = before
        # The module's other results, such as AWX's message, could repeat a secret.
        shown: Result = {name: result[name] for name in ("changed", "failed", "id") if name in result}
        if result.get("failed"):
            shown["msg"] = (
                f"AWX refused the {step.title}. Its message is not shown because it could contain secrets. Check "
                "configure_awx_notification_type and configure_awx_notification_configuration."
            )
        return shown

    def _set_up_project(self, step: Step, task_vars: t.Mapping[str, t.Any]) -> Result:
        """Set a project up, and let AWX fetch it again if an earlier fetch failed."""
        result, options = self._call(step.module, step.options, task_vars), step.options
        fetch_failed = bool(result.get("failed")) and result.get("msg") == "Project update failed"
        if result.get("failed") and not fetch_failed:
            return result
        status = self._status(step)
        # If the project needs no change, the module doesn't check whether AWX could fetch it.
        if status in _NOT_FETCHED and not fetch_failed:
            project = {name: options[name] for name in ("name", "organization")}
            update = self._call("awx.awx.project_update", project, task_vars)
            result["changed"] = result["changed"] or update.get("changed", False)
            # The status shows whether the update failed.
            status = self._status(step)
        if status not in _FETCHED and not self._task.check_mode:
            raise InputError(
                f'AWX could not fetch the project "{options["name"]}" from {options["scm_url"]} '
                f"({options['scm_branch']}).",
                "Its last job in AWX says why, such as a wrong address or branch, or a proxy. Correct that, and run "
                "this again. Nothing that needs the playbooks was set up.",
            )
        # If the module's fetch failed, another update has fetched the project since.
        return {**result, "failed": False} if fetch_failed else result

    def _status(self, step: Step) -> str:
        """Return the status of a project, or an empty string if it doesn't exist."""
        find = Controller(self._loader, self._templar, task_environment(self)).find
        for organization in find("organizations", name=step.options["organization"]):
            for project in find("projects", name=step.options["name"], organization=organization["id"]):
                return project["status"]
        return ""

    def _call(self, module: str, options: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        return self._execute_module(module_name=module, module_args=dict(options), task_vars=dict(task_vars))
