# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the password settings of a tenant to a file of variables, on the control node."""

from __future__ import annotations

import typing as t

from ..plugin_utils._control_node import ControlNodeAction, Result
from ..plugin_utils._settings_file import write_settings


class ActionModule(ControlNodeAction):
    """See the module's documentation."""

    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "settings": {"type": "dict", "required": True},
        "path": {"type": "path", "required": True},
    }

    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        """Write the file."""
        path = params["path"]
        before, after = write_settings(path, params["settings"], self._task.check_mode)
        diff = {"before": before, "after": after, "before_header": path, "after_header": path}
        return {"changed": before != after, "path": path, "diff": diff}
