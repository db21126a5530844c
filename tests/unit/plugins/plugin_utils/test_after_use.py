# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task's arguments hold after it has used them, which is what a callback plugin reads."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from ansible_collections.community.sailpoint.plugins import action as actions
from ansible_collections.community.sailpoint.plugins.plugin_utils import _task_secrets
from ansible_collections.community.sailpoint.plugins.plugin_utils._in_process import InProcessAction
from ansible_collections.community.sailpoint.plugins.plugin_utils._task_secrets import HIDDEN, mask_arguments
from support.actions import WHERE, action
from support.templates import WITH_OMIT

SECRET = "Leak-me.7"
NAMES = sorted(path.stem for path in Path(_task_secrets.__file__).parents[1].glob("action/*.py"))


def plugin_of(name):
    return importlib.import_module(f"{actions.__name__}.{name}").ActionModule


def spec_of(plugin):
    return plugin.operation.ARGUMENT_SPEC if issubclass(plugin, InProcessAction) else plugin.ARGUMENT_SPEC


def secrets_of(spec):
    """Return arguments that hold a secret wherever one can be, and one that is misspelt."""
    given = {"passwrod": SECRET}
    for name, details in spec.items():
        if details.get("no_log"):
            given[name] = SECRET
        elif details.get("options"):
            inner = secrets_of(details["options"])
            given[name] = [inner, inner] if details["type"] == "list" else inner
    return given


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("attempts", [1, 2])
def test_no_action_leaves_a_secret_among_its_arguments(name, attempts):
    plugin = plugin_of(name)
    given = secrets_of(spec_of(plugin))
    environment = [{"SAIL_CLIENT_SECRET": SECRET, "SAIL_ACCESS_TOKEN": SECRET, "NO_PROXY": "localhost"}, None]
    of_play = [{"group/community.sailpoint.isc": {"client_secret": SECRET}}]
    keywords = {"environment": environment, "module_defaults": of_play, "until": None, "retries": None}
    made = action(plugin, given, WITH_OMIT, **keywords)
    for _attempt in range(attempts):
        made.run(task_vars={**WITH_OMIT, **WHERE})
        assert SECRET not in f"{made._task.args} {made._task.module_defaults}"
        assert set(made._task.args) == set(given)
        assert made._task.environment == [
            {"SAIL_CLIENT_SECRET": HIDDEN, "SAIL_ACCESS_TOKEN": HIDDEN, "NO_PROXY": "localhost"},
            None,
        ]


def test_a_crash_leaves_none_either_and_a_second_attempt_gets_what_was_given(monkeypatch):
    plugin, seen = plugin_of("isc_login"), []

    def crash(self, *arguments):
        seen.append((dict(self._task.args), self._task.environment))
        raise MemoryError

    monkeypatch.setattr(plugin, "_run", crash)
    made = action(plugin, {"client_secret": SECRET}, environment=[{"SAIL_ACCESS_TOKEN": SECRET}])
    for _attempt in range(2):
        with pytest.raises(MemoryError):
            made.run(task_vars={})
        assert made._task.args == {"client_secret": HIDDEN}
    assert seen == [({"client_secret": SECRET}, [{"SAIL_ACCESS_TOKEN": SECRET}])] * 2


def test_what_is_no_secret_stays_for_callback_plugins():
    spec = {
        "user_name": {"type": "str"},
        "accounts": {"type": "list", "options": {"name": {}, "password": {"no_log": True}}},
        "limit": {"type": "dict", "options": {"requests": {}}},
        "nothing": {"type": "dict", "options": {}},
    }
    given = {"user_name": "svc", "accounts": [{"name": "a", "password": "b"}], "limit": {"requests": 1}}
    hidden = {**given, "accounts": [{"name": "a", "password": HIDDEN}]}
    assert mask_arguments(given, spec) == hidden
    assert mask_arguments({"accounts": "a template that gave text", "limit": None}, spec) == {
        "accounts": HIDDEN,
        "limit": None,
    }


@pytest.mark.parametrize(
    ("address", "left"),
    [
        ("https://acme.api.identitynow.com", "https://acme.api.identitynow.com"),
        ("https://me:Leak-me.7@acme.api.identitynow.com", HIDDEN),
        ("https://Leak-me.7@acme.api.identitynow.com/v3", HIDDEN),
        ("a/name@with/both", "a/name@with/both"),
    ],
)
def test_an_address_with_a_password_in_it_is_hidden(address, left):
    assert mask_arguments({"base_url": address}, {"base_url": {"type": "str"}}) == {"base_url": left}
