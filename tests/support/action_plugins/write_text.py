# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes text to a file on the control node, without the process that a module would start."""

from __future__ import annotations

from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    """The action, with the options ``content``, ``dest`` and ``append``."""

    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        if not self._task.check_mode:
            with open(self._task.args["dest"], "a" if self._task.args.get("append") else "w", encoding="utf-8") as file:
                file.write(self._task.args["content"])
        return {"changed": False}
