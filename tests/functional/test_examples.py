# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every example in the documentation of modules, filters and the role runs as it stands.

The internal steps of the role and the playbooks do nothing by themselves: their examples are tasks of those.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.playbook import ROOT, WAYS, Outcome, assert_all_ok, play
from support.role_plays import KEY, LOCALHOST, PASSWORD

PLUGINS = sorted(
    path
    for folder in ("modules", "filter")
    for path in (ROOT / "plugins" / folder).glob("*.py")
    if path.name != "__init__.py"
)
# What only a user may change or read.
OF_USERS = ("isc_password_policy", "isc_password_s", "isc_source_", "password_settings_file")
STEPS = [path for path in PLUGINS if path.stem.startswith(("rotation_", "digit_token_delivery", "awx_"))]


def examples(plugin: Path) -> list[dict[str, Any]]:
    """Return the tasks in a plugin's EXAMPLES."""
    for node in ast.parse(plugin.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "EXAMPLES":
            return yaml.safe_load(ast.literal_eval(node.value))
    raise AssertionError(f"{plugin} has no EXAMPLES")


def tasks_in(content: Any) -> list[dict[str, Any]]:
    """Return all tasks of a playbook or a file of tasks, also those in blocks."""
    if isinstance(content, list):
        return [task for each in content for task in tasks_in(each)]
    parts = [content[key] for key in ("tasks", "block", "rescue", "always") if key in content]
    return [content, *tasks_in(parts)]


@pytest.mark.parametrize("plugin", STEPS, ids=lambda path: path.stem)
def test_the_example_of_an_internal_step_is_used_like_that(plugin):
    files = [*(ROOT / "roles").rglob("tasks/*.yml"), *(ROOT / "playbooks").glob("*.yml")]
    tasks = [task for file in files for task in tasks_in(yaml.safe_load(file.read_text("utf-8")))]
    name = f"community.sailpoint.{plugin.stem}"
    used = [task[name] for task in tasks if name in task]
    shown = [example[name] for example in examples(plugin)]
    assert shown
    assert [arguments for arguments in shown if arguments not in used] == []


OPERATIONS = [each for each in PLUGINS if each not in STEPS]
HOST = "in_process"
"""How most people run them. That both ways do the same is tested by the integration targets."""


def run(playbook: Any, tenant: Any, tasks: list[dict[str, Any]], *arguments: str) -> Outcome:
    """Run examples, those of what only a user may do with a personal access token."""
    used = {name.rpartition(".")[2] for one in tasks for name in one if name.startswith("community.sailpoint.")}
    of_users = any(name.startswith(OF_USERS) for name in used)
    (playbook.folder / "receipts" / HOST).mkdir(parents=True)
    outcome = playbook.run(
        # The examples name no tenant: that is what the environment and module_defaults are for.
        play(tasks, module_defaults={"group/community.sailpoint.isc": {"ca_path": tenant.ca_path}}),
        *arguments,
        inventory={HOST: {"ansible_connection": WAYS[HOST]}},
        environment=tenant.environment("pat-abby" if of_users else "api-client"),
        variables={
            "new_password": "{{ 'Example-' ~ inventory_hostname }}.1",
            "new_passwords": {
                "svc-backup": "{{ 'Loop-' ~ inventory_hostname }}.1",
                "svc-payroll": "{{ 'Loop-' ~ inventory_hostname }}.2",
            },
            "next_password": "{{ 'Example-' ~ inventory_hostname }}.2",
            "my_password": "Example-password.1",
            "receipts_folder": f"{playbook.folder}/receipts/{{{{ inventory_hostname }}}}",
            "settings_folder": f"{playbook.folder}/receipts/{{{{ inventory_hostname }}}}",
            "journals_folder": f"{playbook.folder}/receipts/{{{{ inventory_hostname }}}}",
            "reports_folder": f"{playbook.folder}/receipts/{{{{ inventory_hostname }}}}",
            "hand_over_file": f"{playbook.folder}/{{{{ inventory_hostname }}}}",
        },
    )
    assert_all_ok(outcome)
    return outcome


@pytest.mark.parametrize("plugin", OPERATIONS, ids=lambda path: path.stem)
def test_the_examples_run(playbook, tenant, plugin):
    tasks = examples(plugin)
    assert tasks
    outcome = run(playbook, tenant, tasks)
    names = [one["name"] for one in tasks]
    assert [event["task"] for event in outcome.events if event["host"] == HOST and event["event"] == "ok"] == names


@pytest.mark.parametrize("of_users", [False, True], ids=["API client", "user"])
def test_in_check_mode_they_run_too_and_send_nothing(playbook, tenant, of_users):
    plugins = [plugin for plugin in OPERATIONS if plugin.stem.startswith(OF_USERS) is of_users]
    run(playbook, tenant, [task for plugin in plugins for task in examples(plugin)], "--check")
    sent = set(tenant.counts())
    assert not {"set", "digit_token"} & sent
    assert [name for name in sent if name.startswith(("set_", "create_", "delete_", "patch_"))] == []
    assert [path.name for path in (playbook.folder / "receipts").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("entry_point", ["main", "batch"])
@pytest.mark.parametrize("arguments", [(), ("--tags", "rotate")], ids=["all", "tags"])
def test_the_examples_of_the_role_run(playbook, tenant, entry_point, arguments):
    specs = yaml.safe_load((ROOT / "roles" / "rotate_password" / "meta" / "argument_specs.yml").read_text("utf-8"))
    tasks = yaml.safe_load(specs["argument_specs"][entry_point]["examples"])
    (playbook.folder / "store").mkdir()
    outcome = playbook.run(
        play(tasks, hosts="localhost"),
        *arguments,
        inventory=LOCALHOST,
        environment={**tenant.environment(), "REQUESTS_CA_BUNDLE": str(tenant.ca_path)},
        variables={
            "new_password": PASSWORD,
            "new_passwords": {"svc-backup": f"{PASSWORD}1", "svc-payroll": f"{PASSWORD}2"},
            "store_dir": str(playbook.folder / "store"),
            "store_key": KEY,
        },
    )
    assert_all_ok(outcome)
    # The loop is over two accounts, and has no tags.
    changed = sum(len(task.get("loop", ["one"])) for task in tasks if not arguments or "tags" in task)
    assert outcome.recap["localhost"]["changed"] == changed
