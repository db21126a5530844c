# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes the result of a rotation, which holds no secret."""

from __future__ import annotations

import typing as t

from ..plugin_utils._arguments import plain
from ..plugin_utils._control_node import ControlNodeAction, Result
from ..plugin_utils._rotation.task import BEGUN, ROTATION, public_result, result_of, rotation_in
from ..plugin_utils._rotation.totals import as_stats, has_failed


class ActionModule(ControlNodeAction):
    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {"batch": {"type": "bool", "default": False}}

    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        """Return the result of a single account and keep it for a workflow of AWX, or that of a host of a batch."""
        host, check_mode = str(task_vars["inventory_hostname"]), self._task.check_mode
        if params["batch"]:
            result = result_of(task_vars[BEGUN]["hosts"][host], lambda: task_vars)
            return {**result, "failed": True} if has_failed(result) else result
        result = public_result(rotation_in(plain(task_vars[ROTATION])), check_mode)
        kept = {"check_mode": check_mode, "results": {host: result}}
        return {**result, **as_stats(kept, aggregate=True)}
