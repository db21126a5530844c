# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook configure_awx in this process: its variables, both actions, and the modules of awx.awx."""

from __future__ import annotations

import contextlib
import io
import json
import os
import time
import types
from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple
from unittest import mock

from ansible.inventory.manager import InventoryManager
from ansible.module_utils import basic
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play import Play
from ansible.vars.manager import VariableManager
from ansible_collections.community.sailpoint.plugins.action import awx_plan, awx_step
from ansible_collections.community.sailpoint.plugins.plugin_utils._awx import controller
from awx_controller.server import Controller

from support.actions import action, run_action
from support.awx_data import PLAYBOOK

COLLECTION = "ansible_collections.awx.awx.plugins"


class SetUp(NamedTuple):
    """The outcome of a run.

    :ivar refused: why nothing was planned, or empty.
    :ivar results: the results of the steps by title.
    """

    refused: str
    results: dict[str, dict[str, Any]]

    @property
    def changed(self) -> list[str]:
        """The titles of the steps that changed something or, in check mode, would have."""
        return [title for title, result in self.results.items() if result["changed"]]

    @property
    def failed(self) -> dict[str, str]:
        """The messages of the failed steps by title."""
        return {title: result["msg"] for title, result in self.results.items() if result.get("failed")}


class AwxSetUp:
    """Runs the playbook.

    :param awx: the stand-in. It is queried directly, because the lookup of awx.awx needs the plugin loader of a play.
    """

    def __init__(self, awx: Controller, monkeypatch: Any) -> None:
        self._environment = awx.environment()
        monkeypatch.setattr(controller.Controller, "find", lambda _self, *args, **fields: awx.find(*args, **fields))

    def run(self, check_mode: bool = False, **variables: Any) -> SetUp:
        known = _variables_of_play(variables)
        plan = run_action(awx_plan.ActionModule, {}, known, check_mode)
        if plan.get("failed"):
            return SetUp(plan["msg"], {})
        known["configure_awx_plan"] = plan
        results: dict[str, dict[str, Any]] = {}
        previous = None
        for title in plan["titles"]:
            step = action(awx_step.ActionModule, {"step": title, "previous": previous}, known, check_mode)
            step._execute_module = lambda module_name, module_args, task_vars: run_module(
                module_name, module_args, self._environment, check_mode
            )
            previous = results[title] = step.run(task_vars=known)
        return SetUp("", results)


def _variables_of_play(variables: dict[str, Any]) -> dict[str, Any]:
    loader = DataLoader()
    content = loader.load_from_file(str(PLAYBOOK), trusted_as_template=True)[0]
    # Loading the tasks would need the plugin loader.
    del content["tasks"]
    content["vars"].update(variables)
    loader.set_basedir(str(PLAYBOOK.parent))
    manager = VariableManager(loader=loader, inventory=InventoryManager(loader, sources="localhost,"))
    return dict(manager.get_vars(play=Play.load(content, loader=loader, variable_manager=manager)))


def run_module(
    name: str, options: Mapping[str, Any], environment: Mapping[str, str], check_mode: bool
) -> dict[str, Any]:
    """Run a module of awx.awx in this process, without sleeping, and return its result.

    With a process for each module, the steps of a run would take a minute of CPU.
    """
    module = import_module(f"{COLLECTION}.modules.{name.removeprefix('awx.awx.')}")
    arguments = {"ANSIBLE_MODULE_ARGS": {**options, "_ansible_check_mode": check_mode}}
    without_sleep = types.SimpleNamespace(sleep=lambda _seconds: None, time=time.time)
    output = io.StringIO()
    with (
        mock.patch.object(basic, "_ANSIBLE_ARGS", json.dumps(arguments).encode()),
        mock.patch.object(basic, "_ANSIBLE_PROFILE", "legacy"),
        mock.patch.object(import_module(f"{COLLECTION}.module_utils.controller_api"), "time", without_sleep),
        mock.patch.dict(os.environ, environment),
        contextlib.redirect_stdout(output),
        contextlib.suppress(SystemExit),
    ):
        module.main()
    return json.loads(output.getvalue())
