# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Action plugins in this process, without a play."""

from __future__ import annotations

import types
from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from support.templates import WITH_OMIT

WHERE = {"inventory_hostname": "host", "playbook_dir": "/nowhere/playbook"}
"""Variables that Ansible sets in a play."""


def action(plugin: Any, arguments: Any = None, variables: Any = None, check_mode: bool = False, **task: Any) -> Any:
    """Return the action plugin of a task.

    :param variables: the variables for templates. ``action.run(task_vars=...)`` takes its own.
    :param task: other attributes of the task, and the ``strategy`` of its play.
    """
    loader = DataLoader()
    more = {"async_val": 0, "loop": None, "environment": None, "no_log": False, "action": plugin.__module__}
    more.update({"module_defaults": [], **task})
    strategy = more.pop("strategy", "linear")
    shell = types.SimpleNamespace(env_prefix=lambda **_environment: "", tmpdir="")
    return plugin(
        task=types.SimpleNamespace(
            args=dict(arguments or {}),
            check_mode=check_mode,
            get_play=lambda: types.SimpleNamespace(strategy=strategy),
            **more,
        ),
        connection=types.SimpleNamespace(tmpdir="", transport="local", _shell=shell),
        play_context=types.SimpleNamespace(check_mode=check_mode),
        loader=loader,
        templar=Templar(loader, {**WITH_OMIT, **(variables or {})}),
        shared_loader_obj=None,
    )


def run_action(
    plugin: Any, arguments: Any = None, variables: Any = None, check_mode: bool = False, **task: Any
) -> dict[str, Any]:
    """Run an action plugin, and return the result of the task."""
    known = {**WITH_OMIT, **WHERE, **(variables or {})}
    return action(plugin, arguments, known, check_mode, **task).run(task_vars=known)


class HostVars(dict):
    """The variables of all hosts of a play, by host."""

    def raw_get(self, host: str) -> Any:
        return self[host]
