# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes the rotation of a host out of the batch, for its own tasks before or after the batch."""

from __future__ import annotations

import json
import typing as t

from ..plugin_utils._arguments import plain
from ..plugin_utils._control_node import Result
from ..plugin_utils._rotation.rotation import AFTER_BATCH, BEFORE_BATCH, Rotation
from ..plugin_utils._rotation.task import RESULT, SHARED, RotationAction, public_result


class ActionModule(RotationAction):
    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {"back": {"type": "bool", "default": False}}

    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        if params["back"]:
            rotation, session = self.rotation(task_vars)
            if rotation.part == BEFORE_BATCH:
                return self.pass_on(rotation, session, task_vars)
            # Without the rotation, so that no variable holds a secret after the batch.
            return {"changed": False, "result": public_result(rotation, self._task.check_mode)}
        host, begun, queried = str(task_vars["inventory_hostname"]), task_vars[RESULT], task_vars[SHARED]
        if "hosts" in begun:
            rotation, sessions = Rotation.from_value(plain(begun["hosts"][host]["rotation"])), begun["sessions"]
            rotation.part = AFTER_BATCH
        else:
            rotation, sessions = Rotation.from_value(plain(begun["rotation"])), queried["sessions"]
            rotation.part, rotation.info = BEFORE_BATCH, json.loads(queried["infos"][host])
            rotation.options.connection["access_token"] = str(queried["access_token"])
        return self.pass_on(rotation, plain(sessions.get(rotation.options["store"])), task_vars)
