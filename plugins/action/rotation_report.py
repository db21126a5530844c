# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports on a rotation in the last task of the role, which fails if the rotation failed."""

from __future__ import annotations

import typing as t

from ..plugin_utils._control_node import ControlNodeAction, Result
from ..plugin_utils._rotation.totals import has_failed


class ActionModule(ControlNodeAction):
    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {"result": {"type": "dict", "required": True}}

    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        result = params["result"]
        report = {"changed": False, "msg": result["msg"], "_ansible_verbose_always": True}
        return {**report, "failed": True} if has_failed(result) else report
