# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes the result of a rotation, which holds no secret."""

from __future__ import annotations

import typing as t

from ..plugin_utils._control_node import ControlNodeAction, Result
from ..plugin_utils._in_process import plain
from ..plugin_utils._rotation.task import ROTATION, public_result, rotation_in
from ..plugin_utils._rotation.totals import as_stats


class ActionModule(ControlNodeAction):
    """See the module's documentation."""

    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        """Return the result, and keep it for a workflow of AWX."""
        rotation = rotation_in(plain(task_vars[ROTATION]))
        check_mode = self._task.check_mode
        result = public_result(rotation, check_mode)
        kept = {"check_mode": check_mode, "results": {str(task_vars["inventory_hostname"]): result}}
        return {**result, **as_stats(kept, aggregate=True)}
