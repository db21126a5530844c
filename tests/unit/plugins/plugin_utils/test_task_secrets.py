# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The secrets of a task: they must be text, and its arguments show none after it has run."""

from __future__ import annotations

import datetime
import importlib
from pathlib import Path

import pytest
from ansible_collections.community.sailpoint.plugins import action as actions
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError
from ansible_collections.community.sailpoint.plugins.modules import isc_login, isc_password, isc_password_batch
from ansible_collections.community.sailpoint.plugins.plugin_utils import _task_secrets
from ansible_collections.community.sailpoint.plugins.plugin_utils._in_process import InProcessAction
from ansible_collections.community.sailpoint.plugins.plugin_utils._task_secrets import (
    HIDDEN,
    check_secrets_are_text,
    mask_arguments,
)
from support.actions import WHERE, action
from support.templates import WITH_OMIT

SECRET = "Leak-me.7"
NAMES = sorted(path.stem for path in Path(_task_secrets.__file__).parents[1].glob("action/*.py"))


def load_plugin(name):
    return importlib.import_module(f"{actions.__name__}.{name}").ActionModule


def secrets_of(spec):
    """Return arguments that hold a secret wherever the spec allows one, and a misspelt one."""
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
    plugin = load_plugin(name)
    spec = plugin.operation.ARGUMENT_SPEC if issubclass(plugin, InProcessAction) else plugin.ARGUMENT_SPEC
    given = secrets_of(spec)
    environment = [{"SAIL_CLIENT_SECRET": SECRET, "SAIL_ACCESS_TOKEN": SECRET, "NO_PROXY": "localhost"}, None]
    defaults = [{"group/community.sailpoint.isc": {"client_secret": SECRET}}]
    keywords = {"environment": environment, "module_defaults": defaults, "until": None, "retries": None}
    task_action = action(plugin, given, WITH_OMIT, **keywords)
    for _attempt in range(attempts):
        task_action.run(task_vars={**WITH_OMIT, **WHERE})
        assert SECRET not in f"{task_action._task.args} {task_action._task.module_defaults}"
        assert set(task_action._task.args) == set(given)
        assert task_action._task.environment == [
            {"SAIL_CLIENT_SECRET": HIDDEN, "SAIL_ACCESS_TOKEN": HIDDEN, "NO_PROXY": "localhost"},
            None,
        ]


def test_a_crash_leaves_no_secret_and_a_retry_gets_the_arguments_again(monkeypatch):
    plugin, seen = load_plugin("isc_login"), []

    def crash(self, *arguments):
        seen.append((dict(self._task.args), self._task.environment))
        raise MemoryError

    monkeypatch.setattr(plugin, "_run", crash)
    task_action = action(plugin, {"client_secret": SECRET}, environment=[{"SAIL_ACCESS_TOKEN": SECRET}])
    for _attempt in range(2):
        with pytest.raises(MemoryError):
            task_action.run(task_vars={})
        assert task_action._task.args == {"client_secret": HIDDEN}
    assert seen == [({"client_secret": SECRET}, [{"SAIL_ACCESS_TOKEN": SECRET}])] * 2


def test_other_arguments_stay_for_callback_plugins():
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


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (7, "a number"),
        (1.5, "a number"),
        (True, "true or false"),
        (["a"], "a list"),
        ({"a": 1}, "a dictionary"),
        (datetime.date(2026, 11, 24), "something else"),
    ],
)
def test_a_secret_of_another_type_is_refused(value, kind):
    with pytest.raises(InputError) as refusal:
        check_secrets_are_text(isc_password.ARGUMENT_SPEC, {"password": value})
    assert refusal.value.message == (
        f"password is not text but {kind}: YAML or a template has changed it, and the original is lost (007 became 7)."
    )
    assert refusal.value.hint.startswith("Put it in quotes")


def test_every_secret_is_checked():
    for option in ("client_secret", "access_token"):
        with pytest.raises(InputError, match=f"^{option} is not text"):
            check_secrets_are_text(isc_login.ARGUMENT_SPEC, {option: 7})
    accounts = [{"password": "text"}, "no account", {"user_name": 7}, {"password": 7}]
    with pytest.raises(InputError, match=r"^accounts\[3\]\.password is not text but a number"):
        check_secrets_are_text(isc_password_batch.ARGUMENT_SPEC, {"accounts": accounts})


def test_text_and_other_options_pass():
    good = {"password": "007", "client_secret": "", "access_token": None, "user_name": 7, "enforce_policy": True}
    check_secrets_are_text(isc_password.ARGUMENT_SPEC, good)
    check_secrets_are_text(isc_password_batch.ARGUMENT_SPEC, {"accounts": "nothing that is a list"})
