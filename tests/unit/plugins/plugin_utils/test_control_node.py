# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A crash of an action plugin that exists only on the control node tells nothing of its secrets."""

from __future__ import annotations

import types

import pytest
from ansible.plugins.action import ActionBase
from ansible_collections.community.sailpoint.plugins.action import rotation_record_file, rotation_step

KEY = "Store-key.of-this-test"
RECORD = {"current": {"password": "Leak-me.7"}}
TASKS = {
    rotation_record_file: {"path": "nowhere", "key": KEY, "record": RECORD, "version": ""},
    rotation_step: {
        "event": "dropped",
        "record": RECORD,
        "account": dict.fromkeys(("tenant", "source", "account_id"), ""),
    },
}


@pytest.mark.parametrize("plugin", [rotation_record_file, rotation_step], ids=lambda plugin: plugin.__name__[-20:])
def test_a_crash_tells_its_place_and_no_secret(plugin, monkeypatch):
    def crash(self, params, task_vars):
        raise RuntimeError(f"{params}")

    monkeypatch.setattr(ActionBase, "run", lambda self, tmp, task_vars: {})
    monkeypatch.setattr(plugin.ActionModule, "perform", crash)
    action = plugin.ActionModule.__new__(plugin.ActionModule)
    options = {name: details for name, details in plugin.ActionModule.ARGUMENT_SPEC.items() if details.get("required")}
    monkeypatch.setattr(plugin.ActionModule, "ARGUMENT_SPEC", {name: {"type": "raw"} for name in (*options, "record")})
    action._task = types.SimpleNamespace(
        args={name: value for name, value in TASKS[plugin].items() if name in (*options, "record")}, loop=None
    )
    result = action.run()
    assert result["failed"] and "RuntimeError at test_control_node.py:" in result["msg"]
    assert KEY not in str(result) and "Leak-me.7" not in str(result)
