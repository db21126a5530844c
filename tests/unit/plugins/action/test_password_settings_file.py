# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file of password settings: a playbook reads the same values from it, whatever the names in a tenant are."""

from __future__ import annotations

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.community.sailpoint.plugins.action.password_settings_file import (
    ActionModule,
    settings_text,
    write_settings,
)
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError
from support.actions import run_action
from support.hostile_texts import TEXTS

SETTINGS = {
    "org_config": {"digit_token_enabled": True, "digit_token_length": 8},
    "policies": [{"name": "P", "description": None, "min_length": 8}],
    "sources": [{"source_name": "S", "policies": [{"name": "P", "selectors": []}], "enable_password_feature": True}],
    "sync_groups": [{"name": "G", "policy": "P", "sources": ["S", "T"]}],
}


def load(tmp_path, text):
    """Return the variables of a file as a play has them, after templating."""
    path = tmp_path / "load.yml"
    path.write_text(text, "utf-8")
    loader = DataLoader()
    return Templar(loader, {}).template(loader.load_from_file(str(path)))


def test_it_holds_the_variables_of_the_playbook(tmp_path):
    assert load(tmp_path, settings_text(SETTINGS)) == {f"configure_passwords_{n}": each for n, each in SETTINGS.items()}
    # A tenant without an org config gets no variable for it.
    assert "configure_passwords_org_config" not in load(tmp_path, settings_text({**SETTINGS, "org_config": None}))


@pytest.mark.parametrize("name", [name for name in TEXTS if "surrogate" not in name])
def test_any_name_is_read_as_it_was_written(tmp_path, name):
    text = TEXTS[name]
    groups = [{"name": text, "policy": text, "sources": [text, f"{text}!", "yes", "1", "null"]}]
    read = load(tmp_path, settings_text({**SETTINGS, "sync_groups": groups}))
    assert read["configure_passwords_sync_groups"] == groups


def test_it_is_written_once_and_not_in_check_mode(tmp_path):
    path = tmp_path / "passwords.yml"
    assert write_settings(str(path), SETTINGS, check_mode=True) == ("", settings_text(SETTINGS))
    assert not path.exists()
    write_settings(str(path), SETTINGS, check_mode=False)
    assert path.read_text("utf-8") == settings_text(SETTINGS)
    assert path.stat().st_mode & 0o777 == 0o600
    before, after = write_settings(str(path), SETTINGS, check_mode=False)
    assert before == after
    larger_than_any = {**SETTINGS, "org_config": {"a": "x" * (17 << 20)}}
    for _time in ("first", "second"):
        before, after = write_settings(str(path), larger_than_any, check_mode=False)
    assert before == after


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"path": "passwords.yml"}, "path passwords.yml is a relative path."),
        ({"path": ""}, "path is empty."),
        ({"path": "/nowhere/passwords.yml"}, "path /nowhere/passwords.yml "),
        ({"settings": {"policies": []}}, "settings has no org_config."),
    ],
)
def test_a_file_that_cant_be_written_is_explained(tmp_path, given, message):
    with pytest.raises(InputError) as refusal:
        write_settings(**{"path": str(tmp_path / "p.yml"), "settings": SETTINGS, "check_mode": False, **given})
    assert refusal.value.message.startswith(message)


def test_the_task_shows_the_difference(tmp_path):
    path = str(tmp_path / "passwords.yml")
    given = {"settings": SETTINGS, "path": path}
    first = run_action(ActionModule, given)
    assert (first["changed"], first["path"], first["diff"]["before"]) == (True, path, "")
    again = run_action(ActionModule, given)
    assert (again["changed"], again["diff"]["before"]) == (False, again["diff"]["after"])
    refused = run_action(ActionModule, {**given, "path": "p.yml"})
    assert refused["failed"] and "relative path" in refused["msg"]
