# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The base class of action plugins that run only on the control node and have no module to run elsewhere."""

from __future__ import annotations

import abc
import typing as t

from ansible.plugins.action import ActionBase

from ..module_utils._task.execution import failure_result
from ._arguments import given_arguments, validate
from ._task_secrets import censor, mask_after_use
from ._warm_up import warm_up

warm_up()

Result = dict[str, t.Any]


class ControlNodeAction(ActionBase):
    """Validates the arguments, performs the task, and keeps secrets out of the output and out of errors.

    :cvar ARGUMENT_SPEC: the options of the action, as of a module.
    """

    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {}

    _supports_check_mode = True
    _supports_async = False

    @abc.abstractmethod
    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        """Perform the task with validated parameters and return its result."""

    def secrets(self, result: Result) -> list[str] | None:
        """Return the secrets in a result that must not be shown, or ``None`` if it can be shown."""
        return None

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> Result:
        """Perform the task, mask the secrets among its arguments, and return its result."""
        with mask_after_use(self._task, self.ARGUMENT_SPEC):
            result: Result = super().run(tmp, task_vars)
            try:
                given = given_arguments(self._task.args, self.ARGUMENT_SPEC)
                params = validate(self.ARGUMENT_SPEC, given, action=self._task.action)
                result.update(self.perform(params, task_vars or {}))
            except Exception as error:  # otherwise, Ansible would show its text
                return dict(result, **failure_result(error))
            secrets = self.secrets(result)
            if secrets is not None:
                censor(self._task, result, secrets)
            return result
