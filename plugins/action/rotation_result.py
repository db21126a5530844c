# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Returns the result of a rotation, which holds no secret."""

from __future__ import annotations

import typing as t

from ..plugin_utils._arguments import plain
from ..plugin_utils._control_node import ControlNodeAction, Result
from ..plugin_utils._rotation.task import RESULT, ROTATION, host_result, public_result, read_rotation
from ..plugin_utils._rotation.totals import as_stats, has_failed


class ActionModule(ControlNodeAction):
    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {"batch": {"type": "bool", "default": False}}

    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        """Return the result of a host of a batch, or that of a single account, which AWX passes on to a workflow."""
        host, check_mode = str(task_vars["inventory_hostname"]), self._task.check_mode
        if params["batch"]:
            result = host_result(task_vars[RESULT]["hosts"][host], lambda: task_vars)
            return {**result, "failed": True} if has_failed(result) else result
        result = public_result(read_rotation(plain(task_vars[ROTATION])), check_mode)
        return {**result, **as_stats({"check_mode": check_mode, "results": {host: result}}, aggregate=True)}
