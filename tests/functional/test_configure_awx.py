# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook configure_awx with the modules of awx.awx, against a strict stand-in of AWX."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from awx_controller.kinds import KINDS
from awx_controller.server import Controller
from support.awx_data import NAMES, PREFIX, data, filled_in, load
from support.playbook import ROOT, Outcome, Playbook, assert_all_ok
from support.role_plays import LOCALHOST

PLAYS = [{"name": "Set up", "ansible.builtin.import_playbook": "community.sailpoint.configure_awx"}]
IMAGE = {"configure_awx_execution_environment_image": "registry.example.com/sailpoint:1.0.0"}
KIND_OF = {
    "aap_organizations": "organizations",
    "controller_templates": "job_templates",
    **{f"controller_{kind}": kind for kind in KINDS if kind not in ("organizations", "job_templates")},
}
ORGANIZATION = "{{ _configure_awx.organization }}"
DATA = data()


def run(playbook: Playbook, environment: dict[str, str], *arguments: str, **variables: Any) -> Outcome:
    """Run the playbook with variables."""
    return playbook.run(PLAYS, *arguments, inventory=LOCALHOST, environment=environment, variables=variables)


def changes(outcome: Outcome) -> int:
    """Return how many tasks have changed something."""
    return int(re.search(r"localhost .* changed=(\d+)", outcome.stdout)[1])


def tasks_as_they_run() -> list[dict[str, Any]]:
    """Return the tasks that give an object to AWX, as often as its loop runs it and with those values."""
    tasks = []
    for task in load(ROOT / "playbooks" / "tasks" / "configure_awx.yml"):
        for module, options in task.items():
            if module.startswith("awx.awx."):
                for item in filled_in(DATA[re.fullmatch(r"{{ (\w+) }}", task["loop"])[1]]):
                    read = {name: re.match(r"{{ item\.(\w+)", value)[1] for name, value in options.items()}
                    values = {name: item[key] for name, key in read.items() if key in item}
                    tasks.append({"name": f"{task['name']}, {item['name']}", module: values})
    return tasks


def lint(folder: Path, right: list[dict[str, Any]], misspelt: list[dict[str, Any]]) -> list[str]:
    """Return what ansible-lint says of the options of tasks."""
    for name, tasks in {"right": right, "misspelt": misspelt}.items():
        plays = [{"name": "Set up", "hosts": "localhost", "tasks": tasks}]
        (folder / f"{name}.yml").write_text(json.dumps(plays), "utf-8")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "ansiblelint",
            "-c",
            ROOT / ".ansible-lint",
            "--format",
            "pep8",
            "right.yml",
            "misspelt.yml",
        ],
        cwd=folder,
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".build"), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return [line for line in done.stdout.splitlines() if " args[" in line]


def kept(controller: Controller, kind: str, number: int) -> dict[str, Any]:
    """Return an object that AWX keeps in the terms of the data: by names, and with its survey and its credentials."""
    values = controller.store.get(kind, number)
    for name, field in KINDS[kind].fields.items():
        if field.reference and values[name] is not None:
            values[name] = controller.store.get(field.reference, values[name])["name"]
        if field.mapping:
            values[name] = json.loads(values[name] or "{}")
    if kind == "job_templates":
        values["survey_spec"] = controller.store.surveys[number]
        credentials = controller.store.credentials[number]
        values["credentials"] = sorted(controller.store.get("credentials", each)["name"] for each in credentials)
    return values


@pytest.fixture
def controller():
    """A controller with nothing in it."""
    with Controller() as running:
        yield running


def test_check_mode_predicts_what_is_missing_and_writes_nothing(playbook, controller):
    outcome = run(playbook, controller.environment(), "--check", **IMAGE)
    assert_all_ok(outcome)
    assert controller.writes() == []
    results = [result for event in outcome.events for result in event["result"].get("results", [])]
    # The last task is about the results of others.
    items = [result["item"] for result in results if result.get("changed")]
    predicted = [item.get("item", item)["name"] for item in items]
    expected = [each["name"] for variable in KIND_OF for each in DATA[variable]]
    assert sorted(predicted) == sorted(name.replace(PREFIX, "").replace(ORGANIZATION, "SailPoint") for name in expected)
    assert changes(outcome) == 3


def test_all_of_it_is_there_and_stays_as_it_is(playbook, controller):
    variables = {f"configure_awx_{name}": value for name, value in NAMES.items()}
    assert_all_ok(run(playbook, controller.environment(), **variables))
    for variable, kind in KIND_OF.items():
        found = [kept(controller, kind, each["id"]) for each in controller.store.all(kind)]
        expected = [filled_in(each) for each in DATA[variable]]
        for each in expected:
            each.get("credentials", []).sort()
            # An option of the module, and nothing that AWX keeps.
            each.pop("update_secrets", None)
            if kind == "inventory_sources":
                # That of the inventory. AWX adds it to find that one.
                del each["organization"]
        assert [{name: each[name] for name in wish} for each, wish in zip(found, expected)] == expected
        assert len(found) == len(expected)

    # What the administrator does then, and the playbook leaves alone.
    credential = controller.store.all("credentials")[0]
    controller.store.change("credentials", credential["id"], {"inputs": {"client_secret": "filled in by hand"}})
    controller.requests.clear()
    again = run(playbook, controller.environment(), **variables)
    assert_all_ok(again)
    assert changes(again) == 0
    assert controller.writes() == []


def test_there_is_no_image_to_fall_back_on(playbook, controller):
    outcome = run(playbook, controller.environment(), configure_awx_execution_environment_image="")
    assert outcome.rc == 2
    assert "Set configure_awx_execution_environment_image to the image that" in outcome.output
    assert "ansible-builder build -f extensions/ee/execution-environment.yml" in outcome.output
    assert controller.requests == []


def test_a_controller_that_does_not_answer_is_named(playbook):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    environment = {"CONTROLLER_HOST": f"http://127.0.0.1:{port}", "CONTROLLER_OAUTH_TOKEN": "not-for-the-output"}
    outcome = run(playbook, environment, **IMAGE)
    assert outcome.rc == 2
    assert f"http://127.0.0.1:{port}/api/v2/organizations/" in outcome.output
    assert "Connection refused" in outcome.output
    assert "not-for-the-output" not in outcome.output


def test_awx_awx_has_all_options_and_takes_their_values(tmp_path):
    """Of a task whose values are templates, ansible-lint's rule args can't tell: so it is given them filled in."""
    tasks = tasks_as_they_run()
    (misspelt,) = [
        {**task, "awx.awx.project": {**task["awx.awx.project"], "scm_branhc": "main"}}
        for task in tasks
        if "awx.awx.project" in task
    ]
    (complaint,) = lint(tmp_path, tasks, [misspelt])
    assert complaint.startswith("misspelt.yml:")
    assert "Unsupported parameters for (basic.py) module: scm_branhc" in complaint
