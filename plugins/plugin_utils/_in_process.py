# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugins' base: the module's operation in process on the control node, where that means the same."""

from __future__ import annotations

import typing as t

from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase

from ..module_utils._client.connection import ENVIRONMENT, parse_base_url
from ..module_utils._errors import InputError
from ..module_utils._task.execution import Run, execute, failure_result, returned_secrets
from ._arguments import given_arguments, validated
from ._connection import in_environment, task_environment, with_environment
from ._task_secrets import censor, check_secrets_are_text, hidden_after_use, item_holds_secret
from ._warm_up import warm_up

warm_up()


class InProcessAction(ActionBase):
    """Runs a module, C(operation), in process when the connection is local, otherwise as the ordinary module."""

    operation: t.Any = None
    sends_changes = False
    """Whether the module sends what must not be sent twice."""

    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        with hidden_after_use(self._task, self.operation.ARGUMENT_SPEC):
            return self._run(super().run(tmp, task_vars), task_vars)

    def _run(self, result: dict[str, t.Any], task_vars: dict[str, t.Any] | None) -> dict[str, t.Any]:
        variables = task_vars or {}
        arguments: dict[str, t.Any] = {}
        try:
            if self.sends_changes and (self._task.until or self._task.retries):
                raise InputError(*_SENT_AGAIN)
            environment = task_environment(self)
            given = given_arguments(self._task.args, self.operation.ARGUMENT_SPEC)
            arguments = with_environment(given, environment)
            check_secrets_are_text(self.operation.ARGUMENT_SPEC, arguments)
            # With async it needs its own process, and with become another user.
            become = getattr(self._connection, "become", None) is not None
            if self._connection.transport == "local" and not self._task.async_val and not become:
                with in_environment(environment):
                    params = self._validated(arguments)
                    result.update(execute(self._operation(variables), params, self._task.check_mode))
                return self._censored(result, arguments, variables)
            self._check_before_handing_over(arguments)
        except AnsibleError:  # Ansible's own, about its own
            raise
        except Exception as error:  # Ansible would show its text
            return self._censored(dict(result, **failure_result(error)), arguments or self._task.args, variables)
        result.update(
            self._execute_module(
                module_name=self._task.action,
                module_args=arguments,
                task_vars=task_vars,
                wrap_async=bool(self._task.async_val) and not self._connection.has_native_async,
            )
        )
        if result.get("module_stdout"):
            # What is left of the output of a module that was ended while it wrote its result.
            result["module_stdout"] = "What the module wrote is not shown: it could hold a secret."
        return self._censored(result, arguments, variables)

    def _compute_environment_string(self, raw_environment_out: dict[str, t.Any] | None = None) -> str:
        """Return what starts the command line, which everybody can see, without values that are arguments already."""
        environment: dict[str, t.Any] = {}
        super()._compute_environment_string(environment)
        if raw_environment_out is not None:
            raw_environment_out.update(environment)
        handed_over = [name for name in ENVIRONMENT.values() if environment.get(name)]
        shown = {name: value for name, value in environment.items() if name not in handed_over}
        return self._connection._shell.env_prefix(**shown)

    def _check_before_handing_over(self, arguments: dict[str, t.Any]) -> None:
        """Raise InputError for what would have Ansible show or keep a secret, before it gets to know one."""
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
        # ansible-core up to 2.20 shows the options of a module as it refuses them, also those that it doesn't know.
        self._validated(arguments)
        if arguments.get("base_url"):
            parse_base_url(str(arguments["base_url"]))

    def _operation(self, variables: t.Mapping[str, t.Any]) -> Run:
        """Return what is run in process, for a task with these variables."""
        return self.operation.run

    def _validated(self, arguments: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        return validated(self.operation.ARGUMENT_SPEC, arguments, action=self._task.action)

    def _censored(
        self, result: dict[str, t.Any], arguments: t.Mapping[str, t.Any], variables: t.Mapping[str, t.Any]
    ) -> dict[str, t.Any]:
        """Mark a result that holds a secret, or is shown beside a loop's item with one, so that no output shows it."""
        secrets = returned_secrets(result, self.operation.SECRET_KEYS)
        if secrets or item_holds_secret(self._task, self.operation.ARGUMENT_SPEC, arguments, variables):
            censor(self._task, result, secrets)
            if result.get("failed"):
                # Its message holds none, and would be hidden with the rest.
                self._display.error(str(result["msg"]), wrap_text=False)
        return result


_SENT_AGAIN = (
    "The task has until or retries, with which Ansible would send again what ISC may have carried out.",
    "Remove both from the task. The module's option retries sends a request again only where that is safe; to wait for "
    "the end of a change, set wait: true, or poll with community.sailpoint.isc_password_change_info, whose task may "
    "have until. Nothing was sent.",
)

_REVEALING = {
    "DEFAULT_KEEP_REMOTE_FILES": (
        "ANSIBLE_KEEP_REMOTE_FILES",
        "leave a file with the task's secrets where the module runs",
    ),
    "DEFAULT_DEBUG": ("ANSIBLE_DEBUG", "print the task's secrets"),
}
"""Settings that would reveal secrets: what sets each, and what Ansible would do."""
