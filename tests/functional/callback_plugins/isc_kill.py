# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kills the run of a play with SIGKILL at the start of one of its role's tasks."""

from __future__ import annotations

DOCUMENTATION = """
name: isc_kill
short_description: Kill the run at a task of a role
author: The community.sailpoint authors (@community-sailpoint)
version_added: 1.0.0
type: notification
description:
  - Writes the names of the tasks of roles, as they start, into the file that E(ISC_KILL_TASKS) names, one a line.
  - E(ISC_KILL_AT) is the number of the line after which the process kills itself, or its text. Without it, it lives on.
"""

import os
import signal

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    """The callback."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "isc_kill"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self):
        super().__init__()
        self._number = 0

    def v2_playbook_on_task_start(self, task, is_conditional):
        """Count the task, and kill the process that runs the play. None of its tasks is running at this moment."""
        if task._role is None:
            return
        self._number += 1
        name = task.name
        with open(os.environ["ISC_KILL_TASKS"], "a", encoding="utf-8") as file:
            file.write(f"{name}\n")
        if os.environ.get("ISC_KILL_AT") in (str(self._number), name):
            os.kill(os.getpid(), signal.SIGKILL)
