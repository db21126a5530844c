# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks that Ansible runs as ordinary modules, and those that are refused before Ansible gets a secret."""

from __future__ import annotations

from typing import Any

import pytest
from ansible import constants as C
from ansible_collections.community.sailpoint.plugins.action import (
    isc_digit_token,
    isc_login,
    isc_password,
    isc_password_batch,
    isc_password_change_info,
    isc_password_info,
)
from ansible_collections.community.sailpoint.plugins.plugin_utils._in_process import InProcessAction
from support.actions import WHERE, action
from support.modules import BY_NAME, NAMES
from support.templates import WITH_OMIT

SECRET = "Leak-me.7"
ADDRESS = "https://acme.api.identitynow.com"
GIVEN = {"base_url": ADDRESS, "client_id": "c", "client_secret": SECRET, **BY_NAME, "password": SECRET}


@pytest.fixture
def handed_over(monkeypatch):
    """Return the arguments of every call that runs an ordinary module."""
    calls: list[dict[str, Any]] = []

    def execute(self: Any, **call: Any) -> dict[str, Any]:
        calls.append(call)
        return {"changed": False, "module_stdout": f"half of {SECRET}"}

    monkeypatch.setattr(InProcessAction, "_execute_module", execute)
    return calls


def ordinary(plugin: Any, given: dict[str, Any], **task: Any) -> Any:
    """Return the action plugin of a task that runs on another machine."""
    made = action(plugin.ActionModule, given, WITH_OMIT, **{"until": None, "retries": None, **task})
    made._connection.transport = "ssh"
    made._connection.has_native_async = False
    made._connection._shell.env_prefix = lambda **environment: str(environment)
    return made


def refused(made: Any) -> str:
    """Run a task that fails, and return its message."""
    result = made.run(task_vars={**WITH_OMIT, **WHERE})
    assert result["failed"]
    assert SECRET not in str(result)
    return str(result["msg"])


@pytest.mark.parametrize(
    ("plugin", "given"),
    [
        (isc_password, {**NAMES, "passwrod": SECRET}),
        (isc_password, {**BY_NAME, "new_password": SECRET}),
        (isc_login, {"client_secert": SECRET}),
        (isc_password_change_info, {"request_id": "a", "acess_token": SECRET}),
        (isc_password_batch, {"accounts": [{**NAMES, "passwrod": SECRET}]}),
        (isc_password, {**GIVEN, "retries": "many"}),
        (isc_password, {**BY_NAME, "base_url": f"https://me:{SECRET}@localhost"}),
    ],
)
@pytest.mark.parametrize("seconds", [0, 60])
def test_options_that_a_module_would_refuse_are_not_handed_over(handed_over, plugin, given, seconds):
    refused(ordinary(plugin, given, async_val=seconds))
    assert handed_over == []


@pytest.mark.parametrize(
    ("setting", "constant"),
    [("ANSIBLE_KEEP_REMOTE_FILES", "DEFAULT_KEEP_REMOTE_FILES"), ("ANSIBLE_DEBUG", "DEFAULT_DEBUG")],
)
@pytest.mark.parametrize("seconds", [0, 60])
@pytest.mark.parametrize(("plugin", "given"), [(isc_password, GIVEN), (isc_password_info, NAMES)])
def test_a_setting_that_reveals_secrets_is_refused(handed_over, monkeypatch, setting, constant, seconds, plugin, given):
    definition = C.config.get_configuration_definition(constant)
    assert setting in [each["name"] for each in definition["env"]]
    monkeypatch.setattr(C, constant, True)
    message = refused(ordinary(plugin, given, async_val=seconds))
    assert message.startswith(f"{setting} is on, so Ansible would ")
    assert handed_over == []


@pytest.mark.parametrize(("plugin", "given"), [(isc_login, {}), (isc_digit_token, {"user_id": "Abby.Smith"})])
def test_a_module_that_returns_a_secret_is_refused_with_async(handed_over, plugin, given):
    assert "returns a secret and can't run with async" in refused(ordinary(plugin, given, async_val=10))
    assert handed_over == []


def test_other_modules_may_run_with_async(handed_over):
    ordinary(isc_password, GIVEN, async_val=10).run(task_vars={**WITH_OMIT, **WHERE})
    assert handed_over[0]["wrap_async"]


def test_unparsable_output_of_a_module_is_not_shown(handed_over):
    result = ordinary(isc_password, GIVEN).run(task_vars={**WITH_OMIT, **WHERE})
    assert handed_over[0]["module_args"] == GIVEN
    assert result["module_stdout"] == "The module's output is not shown because it could contain a secret."


@pytest.mark.parametrize(
    ("of_task", "of_play", "of_node", "options", "version"),
    [
        (None, None, "beta", {}, "beta"),
        (None, "v2024", "beta", {}, "v2024"),
        ("v2026", "v2024", "beta", {}, "v2026"),
        # An empty value hides an outer one.
        ("", "v2024", "beta", {}, None),
        ("v2026", "v2024", "beta", {"api_version": "v3"}, "v3"),
        ("v2026", None, None, {"api_version": ""}, "v2026"),
    ],
)
def test_option_before_task_before_play_before_control_node(
    handed_over, monkeypatch, of_task, of_play, of_node, options, version
):
    monkeypatch.setenv("SAIL_API_VERSION", of_node or "")
    # Ansible puts the outermost environment first.
    environment = [{"SAIL_API_VERSION": each} if each is not None else None for each in (of_play, of_task)]
    ordinary(isc_password_info, {**NAMES, **options}, environment=environment).run(task_vars={**WITH_OMIT, **WHERE})
    assert handed_over[0]["module_args"].get("api_version") == version


def test_a_command_line_has_no_variable_that_is_an_argument_already(handed_over):
    environment = [{"SAIL_CLIENT_SECRET": SECRET, "SAIL_ACCESS_TOKEN": SECRET, "NO_PROXY": "localhost"}]
    made = ordinary(isc_password_info, NAMES, environment=environment)
    assert made._compute_environment_string() == str({"NO_PROXY": "localhost"})
    made.run(task_vars={**WITH_OMIT, **WHERE})
    arguments = handed_over[0]["module_args"]
    assert (arguments["client_secret"], arguments["access_token"]) == (SECRET, SECRET)
