# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the variables of all hosts of a play into a file, without evaluating templates."""

from __future__ import annotations

import json

from ansible.plugins.action import ActionBase

# They contain the variables of all hosts, which are written anyway.
LEFT_OUT = ("hostvars", "vars")


class ActionModule(ActionBase):
    """The action, whose option ``dest`` is the path."""

    def run(self, tmp=None, task_vars=None):
        """Write for each host the variables that other hosts see, and under ``here`` those of this task."""
        hostvars = task_vars["hostvars"]
        found = {str(host): hostvars.raw_get(host) for host in hostvars}
        found["here"] = task_vars
        written = {
            host: {str(name): json.dumps(value, default=repr) for name, value in known.items() if name not in LEFT_OUT}
            for host, known in found.items()
        }
        with open(self._task.args["dest"], "w", encoding="utf-8") as file:
            json.dump(written, file)
        return {"changed": False}
