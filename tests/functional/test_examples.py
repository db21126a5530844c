# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every example in the documentation of modules and filters runs as it stands, in both ways where there are two."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
import yaml
from functional.playbook import ROOT, WAYS, assert_all_ok, play

PLUGINS = sorted(
    path
    for folder in ("modules", "filter")
    for path in (ROOT / "plugins" / folder).glob("*.py")
    if path.name != "__init__.py"
)


def examples(plugin: Path) -> list[dict[str, Any]]:
    """Return the tasks in a plugin's EXAMPLES."""
    for node in ast.parse(plugin.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "EXAMPLES":
            return yaml.safe_load(ast.literal_eval(node.value))
    raise AssertionError(f"{plugin} has no EXAMPLES")


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda path: path.stem)
def test_the_examples_run(playbook, tenant, plugin):
    tasks = examples(plugin)
    assert tasks
    for host in WAYS:
        (playbook.folder / "receipts" / host).mkdir(parents=True)
    outcome = playbook.run(
        # The examples name no tenant: that is what the environment and module_defaults are for.
        play(tasks, module_defaults={"group/community.sailpoint.isc": {"ca_path": tenant.ca_path}}),
        environment=tenant.environment(),
        variables={
            "new_password": "{{ 'Example-' ~ inventory_hostname }}.1",
            "next_password": "{{ 'Example-' ~ inventory_hostname }}.2",
            "my_password": "Example-password.1",
            "receipts_folder": f"{playbook.folder}/receipts/{{{{ inventory_hostname }}}}",
            "journals_folder": f"{playbook.folder}/receipts/{{{{ inventory_hostname }}}}",
            "store_dir": f"{playbook.folder}/passwords/{{{{ inventory_hostname }}}}",
            "store_key": "Example-key.1",
            "hand_over_file": f"{playbook.folder}/{{{{ inventory_hostname }}}}",
        },
    )
    assert_all_ok(outcome)
    names = [one["name"] for one in tasks]
    for host in WAYS:
        assert [event["task"] for event in outcome.events if event["host"] == host and event["event"] == "ok"] == names
