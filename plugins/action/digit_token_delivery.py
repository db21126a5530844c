# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks whether digit tokens can be handed over, for the playbooks that create them."""

from __future__ import annotations

import typing as t

from ..plugin_utils._control_node import ControlNodeAction, Result
from ..plugin_utils._delivery import delivery_to_hosts, delivery_to_one
from ..plugin_utils._paths import Places
from ..plugin_utils._variables import given_options

OPTIONS = ("user_id", "digit_tokens", "deliver_tasks", "show")


class ActionModule(ControlNodeAction):
    """See the module's documentation."""

    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "prefix": {"type": "str", "required": True},
        "for_hosts": {"type": "bool", "default": False},
    }

    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        """Read the variables, and look for the task file."""
        prefix, places = params["prefix"], Places.of_run(str(task_vars["playbook_dir"]))
        given = given_options(OPTIONS, task_vars, self._templar, prefix).check()
        if params["for_hosts"]:
            delivery = delivery_to_hosts(given, prefix, places, task_vars["ansible_play_hosts_all"])
        else:
            delivery = delivery_to_one(given, prefix, places)
        check_mode = self._task.check_mode
        return {
            "changed": False,
            "hosts": dict.fromkeys(delivery.hosts, True),
            "tasks": delivery.tasks,
            "hands_over": bool(delivery.tasks) and not check_mode,
            "shows": delivery.shows and not check_mode,
        }
