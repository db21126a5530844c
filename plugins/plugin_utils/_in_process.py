# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The base class of action plugins that run a module in process on the control node where the effect is the same."""

from __future__ import annotations

import typing as t

from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase

from ..module_utils._client.connection import ENVIRONMENT, parse_base_url
from ..module_utils._errors import InputError
from ..module_utils._task.execution import Run, execute, failure_result, returned_secrets
from ._arguments import given_arguments, validate
from ._connection import in_environment, task_environment, with_environment
from ._task_secrets import censor, check_secrets_are_text, item_holds_secret, mask_after_use
from ._warm_up import warm_up

warm_up()


class InProcessAction(ActionBase):
    """Runs a module in process on a local connection, and otherwise as an ordinary module.

    :cvar operation: the module.
    :cvar sends_changes: whether the module sends requests that must not be sent twice.
    """

    operation: t.Any = None
    sends_changes = False

    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        with mask_after_use(self._task, self.operation.ARGUMENT_SPEC):
            return self._run(super().run(tmp, task_vars), task_vars)

    def _run(self, result: dict[str, t.Any], task_vars: dict[str, t.Any] | None) -> dict[str, t.Any]:
        variables = task_vars or {}
        arguments: dict[str, t.Any] = {}
        try:
            if self.sends_changes and (self._task.until or self._task.retries):
                raise InputError(
                    "The task has until or retries, with which Ansible would send again what ISC may have carried out.",
                    "Remove both from the task. The module's option retries sends a request again only where that is "
                    "safe; to wait for the end of a change, set wait: true, or poll with "
                    "community.sailpoint.isc_password_change_info, whose task may have until. Nothing was sent.",
                )
            environment = task_environment(self)
            given = given_arguments(self._task.args, self.operation.ARGUMENT_SPEC)
            arguments = with_environment(given, environment)
            check_secrets_are_text(self.operation.ARGUMENT_SPEC, arguments)
            # async needs its own process, and become another user.
            become = getattr(self._connection, "become", None) is not None
            if self._connection.transport == "local" and not self._task.async_val and not become:
                with in_environment(environment):
                    params = self._validated(arguments)
                    result.update(execute(self._run_function(variables), params, self._task.check_mode))
                return self._censor(result, arguments, variables)
            self._check_module_run(arguments)
        except AnsibleError:  # raised by Ansible itself
            raise
        except Exception as error:  # otherwise, Ansible would show its text
            return self._censor(dict(result, **failure_result(error)), arguments or self._task.args, variables)
        result.update(
            self._execute_module(
                module_name=self._task.action,
                module_args=arguments,
                task_vars=task_vars,
                wrap_async=bool(self._task.async_val) and not self._connection.has_native_async,
            )
        )
        if result.get("module_stdout"):
            # The module was killed while it wrote its result.
            result["module_stdout"] = "The module's output is not shown because it could contain a secret."
        return self._censor(result, arguments, variables)

    def _compute_environment_string(self, raw_environment_out: dict[str, t.Any] | None = None) -> str:
        """Return the variables at the start of the command line, without connection options.

        They are passed on as arguments, because every user of the machine can see a command line.
        """
        environment: dict[str, t.Any] = {}
        super()._compute_environment_string(environment)
        if raw_environment_out is not None:
            raw_environment_out.update(environment)
        passed_on = [name for name in ENVIRONMENT.values() if environment.get(name)]
        shown = {name: value for name, value in environment.items() if name not in passed_on}
        return self._connection._shell.env_prefix(**shown)

    def _check_module_run(self, arguments: dict[str, t.Any]) -> None:
        """Raise InputError if Ansible would show or store a secret when it runs the ordinary module."""
        if self._task.async_val and self.operation.SECRET_KEYS:
            raise InputError(
                f"{self._task.action} returns a secret and can't run with async, whose result is stored and shown "
                "by other plugins.",
                "Remove async from the task.",
            )
        for name, (setting, consequence) in _REVEALING.items():
            if getattr(C, name):
                raise InputError(
                    f"{setting} is on, so Ansible would {consequence}.",
                    f"Turn it off, or run {self._task.action} in process: with a local connection and without async "
                    "and become.",
                )
        # When ansible-core up to 2.20 refuses the options of a module, it shows them, including unknown ones.
        self._validated(arguments)
        if arguments.get("base_url"):
            parse_base_url(str(arguments["base_url"]))

    def _run_function(self, variables: t.Mapping[str, t.Any]) -> Run:
        """Return the function to run in process, for a task with the given variables."""
        return self.operation.run

    def _validated(self, arguments: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        return validate(self.operation.ARGUMENT_SPEC, arguments, action=self._task.action)

    def _censor(
        self, result: dict[str, t.Any], arguments: t.Mapping[str, t.Any], variables: t.Mapping[str, t.Any]
    ) -> dict[str, t.Any]:
        """Hide the result from all output if it, or the loop item shown beside it, holds a secret; return it."""
        secrets = returned_secrets(result, self.operation.SECRET_KEYS)
        if secrets or item_holds_secret(self._task, self.operation.ARGUMENT_SPEC, arguments, variables):
            censor(self._task, result, secrets)
            if result.get("failed"):
                # The message holds no secret, but would be hidden with the rest.
                self._display.error(str(result["msg"]), wrap_text=False)
        return result


_REVEALING = {
    "DEFAULT_KEEP_REMOTE_FILES": (
        "ANSIBLE_KEEP_REMOTE_FILES",
        "leave a file with the task's secrets where the module runs",
    ),
    "DEFAULT_DEBUG": ("ANSIBLE_DEBUG", "print the task's secrets"),
}
"""Settings of Ansible that reveal secrets: the environment variable of each, and what Ansible would do."""
