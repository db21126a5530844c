# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugins that exist only on the control node: their arguments, and secrets in their results."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from ansible_collections.community.sailpoint.plugins import action as actions
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError
from ansible_collections.community.sailpoint.plugins.plugin_utils import _control_node
from ansible_collections.community.sailpoint.plugins.plugin_utils._control_node import ControlNodeAction
from support.actions import action, run_action

SECRET = "Leak-me.7"
# Actions named isc_* run a module's operation.
NAMES = sorted(
    path.stem
    for path in Path(_control_node.__file__).parents[1].glob("action/*.py")
    if not path.stem.startswith("isc_")
)
# Required arguments, with a secret where one is possible.
NEEDED = {
    "awx_step": {"step": SECRET},
    "batch_report": {"journals": [SECRET]},
    "digit_token_delivery": {"prefix": SECRET},
    "password_report": {"sources": [SECRET]},
    "password_settings_file": {"path": "/nowhere", "settings": {"policies": [SECRET]}},
    "rotation_report": {"result": {"msg": SECRET}},
}


class Action(ControlNodeAction):
    """A task that does what its test gives it."""

    ARGUMENT_SPEC = {"number": {"type": "int"}, "text": {"type": "str", "default": "by default"}}

    def perform(self, params, task_vars):
        return task_vars["does"](params)

    def secrets(self, result):
        return result.get("secrets")


def perform_task(arguments=None, does=dict, **more):
    return run_action(Action, arguments, {"does": does, **more})


@pytest.mark.parametrize("name", NAMES)
def test_a_crash_reports_its_place_and_no_secret(name, monkeypatch):
    plugin = importlib.import_module(f"{actions.__name__}.{name}").ActionModule
    assert issubclass(plugin, ControlNodeAction)

    def crash(self, params, task_vars):
        raise RuntimeError(f"{params} {task_vars}")

    monkeypatch.setattr(plugin, "perform", crash)
    result = run_action(plugin, NEEDED.get(name), {"rotate_password_value": SECRET})
    assert result["failed"] and "(RuntimeError at test_control_node.py:" in result["msg"]
    assert SECRET not in str(result)


def test_arguments_are_validated_and_empty_ones_have_their_default():
    assert perform_task({"number": "7", "text": ""}) == {"number": 7, "text": "by default"}
    refusal = perform_task({"number": "seven"})
    assert refusal["failed"] and "number" in refusal["msg"]
    refusal = perform_task({"misspelt": SECRET})
    assert refusal["failed"] and "Unsupported parameters for" in refusal["msg"] and "misspelt" in refusal["msg"]
    assert SECRET not in str(refusal)


def test_an_explained_error_stays_readable():
    def refuse(_params):
        raise InputError("No.", "Do.", outcome="refused")

    result = perform_task(does=refuse)
    assert (result["failed"], result["changed"], result["outcome"]) == (True, False, "refused")
    assert result["msg"].startswith("No.")
    assert "_ansible_no_log" not in result


@pytest.mark.parametrize("secrets", [[], [SECRET]])
def test_a_result_with_secrets_is_hidden(secrets):
    result = perform_task(does=lambda params: {"secrets": secrets, "value": SECRET})
    assert result == {"secrets": secrets, "value": SECRET, "_ansible_no_log": True}
    assert "_ansible_no_log" not in perform_task(does=lambda params: {"value": 1})


@pytest.mark.parametrize("loop", [None, ["item"]])
def test_a_loop_with_secrets_is_hidden(loop):
    made = action(Action, loop=loop)
    made.run(task_vars={"does": lambda params: {"secrets": [SECRET]}})
    assert made._task.no_log is (loop is not None)
