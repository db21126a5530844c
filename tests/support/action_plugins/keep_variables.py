# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the variables of all hosts of a play into a file, as they are: no template in them is evaluated."""

from __future__ import annotations

import json

from ansible.plugins.action import ActionBase

# What holds all variables of all hosts, which are written anyway.
NOT_KEPT = ("hostvars", "vars")


class ActionModule(ActionBase):
    """The action, with the path as its option C(dest)."""

    def run(self, tmp=None, task_vars=None):
        """Write them: for each host those that others see, and under C(here) those of this task."""
        hostvars = task_vars["hostvars"]
        found = {str(host): hostvars.raw_get(host) for host in hostvars}
        found["here"] = task_vars
        kept = {
            host: {str(name): json.dumps(value, default=repr) for name, value in those.items() if name not in NOT_KEPT}
            for host, those in found.items()
        }
        with open(self._task.args["dest"], "w", encoding="utf-8") as file:
            json.dump(kept, file)
        return {"changed": False}
