# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes up the result of a host of a batch, and fails where its rotation did."""

from __future__ import annotations

import typing as t

from ..plugin_utils._control_node import ControlNodeAction, Result
from ..plugin_utils._in_process import plain
from ..plugin_utils._rotation.batch_task import BEGUN, ROTATION
from ..plugin_utils._rotation.totals import has_failed


class ActionModule(ControlNodeAction):
    """See the module's documentation."""

    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        """Return the result."""
        host = str(task_vars["inventory_hostname"])
        # The tasks of the user may have changed it after the batch.
        came_of = task_vars[BEGUN]["hosts"][host]
        result: Result = plain((task_vars[ROTATION] if "rotation" in came_of else came_of)["result"])
        return {**result, "failed": True} if has_failed(result) else result
