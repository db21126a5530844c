# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every example in the documentation of modules, filters and the role runs unchanged.

Internal steps of the role and of playbooks do nothing by themselves, so their examples are tasks of these files.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.playbook import ROOT, Outcome, assert_all_ok, play
from support.role_plays import KEY

PLUGINS = sorted(path for folder in ("modules", "filter") for path in (ROOT / "plugins" / folder).glob("*.py"))
# Modules that need a user.
FOR_USERS = ("isc_password_policy", "isc_password_s", "isc_source_", "password_settings_file")
STEPS = [path for path in PLUGINS if path.stem.startswith(("rotation_", "digit_token_delivery", "awx_"))]


def examples(plugin: Path) -> list[dict[str, Any]]:
    """Return the tasks in a plugin's EXAMPLES."""
    for node in ast.parse(plugin.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "EXAMPLES":
            return yaml.safe_load(ast.literal_eval(node.value))
    raise AssertionError(f"{plugin} has no EXAMPLES")


def tasks_in(content: Any) -> list[dict[str, Any]]:
    """Return all tasks of a playbook or a task file, including those in blocks."""
    if isinstance(content, list):
        return [task for each in content for task in tasks_in(each)]
    parts = [content[key] for key in ("tasks", "block", "rescue", "always") if key in content]
    return [content, *tasks_in(parts)]


@pytest.mark.parametrize("plugin", STEPS, ids=lambda path: path.stem)
def test_the_example_of_an_internal_step_is_a_task_of_the_role_or_a_playbook(plugin):
    files = [*(ROOT / "roles").rglob("tasks/*.yml"), *(ROOT / "playbooks").glob("*.yml")]
    tasks = [task for file in files for task in tasks_in(yaml.safe_load(file.read_text("utf-8")))]
    name = f"community.sailpoint.{plugin.stem}"
    used = [task[name] for task in tasks if name in task]
    shown = [example[name] for example in examples(plugin)]
    assert shown
    assert [arguments for arguments in shown if arguments not in used] == []


OPERATIONS = [each for each in PLUGINS if each not in STEPS]
HOST = "{{ inventory_hostname }}"


def run(playbook: Any, plays: list[dict[str, Any]], environment: dict[str, str]) -> Outcome:
    """Run plays, each on its own host, so that no play finds what another one registered.

    The modules run in process. The integration targets show that both ways do the same.
    """
    hosts = [each["hosts"] for each in plays]
    folders = {name: playbook.folder / name for name in ("receipts", "store")}
    for folder in folders.values():
        for host in hosts:
            (folder / host).mkdir(parents=True)
    received = f"{folders['receipts']}/{HOST}"
    outcome = playbook.run(
        plays,
        inventory={host: {"ansible_connection": "local"} for host in hosts},
        environment=environment,
        variables={
            "new_password": f"Example-{HOST}.1",
            "new_passwords": {"svc-backup": f"Loop-{HOST}.1", "svc-payroll": f"Loop-{HOST}.2"},
            "next_password": f"Example-{HOST}.2",
            "my_password": "Example-password.1",
            **{f"{name}_folder": received for name in ("receipts", "settings", "journals", "reports")},
            "hand_over_file": f"{playbook.folder}/{HOST}.txt",
            "store_dir": f"{folders['store']}/{HOST}",
            "store_key": KEY,
            "rotate_password_wait_sleep": 0.3,
        },
    )
    assert_all_ok(outcome)
    return outcome


def plays_of(plugin: Path, tenant: Any) -> list[dict[str, Any]]:
    """Return the play of a plugin's examples, with module_defaults for the tenant."""
    connected = {"ca_path": tenant.ca_path}
    if plugin.stem.startswith(FOR_USERS):
        connected.update(tenant.clients["pat-abby"])
    waiting = {f"community.sailpoint.{name}": {"wait_sleep": 0.3} for name in ("isc_password", "isc_password_batch")}
    module_defaults = {"group/community.sailpoint.isc": connected, **waiting}
    return play(examples(plugin), hosts=plugin.stem, module_defaults=module_defaults)


def test_the_examples_run(playbook, tenant):
    """Examples that need a user run with a personal access token."""
    specs = yaml.safe_load((ROOT / "roles" / "rotate_password" / "meta" / "argument_specs.yml").read_text("utf-8"))
    of_role = {name: yaml.safe_load(spec["examples"]) for name, spec in specs["argument_specs"].items()}
    assert set(of_role) == {"main", "batch"}
    plays = [each for plugin in OPERATIONS for each in plays_of(plugin, tenant)]
    plays += [each for name in of_role for each in play(of_role[name], hosts=name)]
    outcome = run(playbook, plays, {**tenant.environment(), "REQUESTS_CA_BUNDLE": str(tenant.ca_path)})
    for plugin in OPERATIONS:
        names = [one["name"] for one in examples(plugin)]
        assert names
        done = [event for event in outcome.events if event["host"] == plugin.stem and event["event"] == "ok"]
        assert [event["task"] for event in done] == names
    for host, tasks in of_role.items():
        # The loop is over two accounts.
        assert outcome.recap[host]["changed"] == sum(len(task.get("loop", ["one"])) for task in tasks)
