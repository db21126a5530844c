# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook configure_awx as a play: its output and its end. test_awx_set_up.py tests what it creates."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from ansible_collections.community.sailpoint.plugins.plugin_utils._awx.kinds import KINDS
from ansible_collections.community.sailpoint.plugins.plugin_utils._awx.plan import make_steps
from awx_controller.server import Controller
from support.awx_data import NAMES, all_variables, data, filled_in
from support.playbook import ROOT, Outcome, Playbook, assert_all_ok
from support.role_plays import LOCALHOST

PLAYS = [{"name": "Set up", "ansible.builtin.import_playbook": "community.sailpoint.configure_awx"}]
IMAGE = {"configure_awx_execution_environment_image": "registry.example.com/sailpoint:1.0.0"}
EVERYTHING = {f"configure_awx_{name}": value for name, value in NAMES.items()}
# Each step is a process, so there are few: one that fetches, one with secrets, and their requirements.
FEW_KINDS = ("aap_organizations", "controller_projects", "controller_notifications")
FEW = {kind.variable: [] for kind in KINDS} | {name: filled_in(data()[name]) for name in FEW_KINDS}


def run(playbook: Playbook, environment: dict[str, str], *arguments: str, **variables: Any) -> Outcome:
    """Run the playbook with these variables."""
    return playbook.run(PLAYS, *arguments, inventory=LOCALHOST, environment=environment, variables=variables)


@pytest.fixture
def controller():
    """An empty controller."""
    with Controller() as running:
        yield running


def test_check_mode_shows_every_step_and_writes_nothing(playbook, controller):
    outcome = run(playbook, controller.environment(), "--check", **EVERYTHING)
    assert_all_ok(outcome)
    assert controller.writes() == []
    assert "changed: [localhost] => (item=project Test: SailPoint would be created or changed)" in outcome.output
    assert "ok: [localhost] => (item=branch override of project Test: SailPoint)" in outcome.output
    (loop,) = [event["result"]["results"] for event in outcome.events if "results" in event["result"]]
    assert [result["item"] for result in loop] == [step.title for step in make_steps(all_variables())]
    assert "xoxb-secret" not in outcome.output + outcome.log + outcome.event_text


def test_after_a_failure_the_rest_is_skipped_and_the_next_run_continues(playbook, controller):
    controller.store.unreachable.add(NAMES["project_url"])
    failed = run(playbook, controller.environment(), **EVERYTHING, **FEW)
    assert failed.rc == 2
    words = " ".join(failed.output.replace('\\"', '"').split())
    assert f'could not fetch the project "Test: SailPoint" from {NAMES["project_url"]} (production)' in words
    assert failed.output.count("failed: [localhost]") == 1
    assert "skipping: [localhost] => (item=notification Test: SailPoint)" in failed.output
    assert controller.objects("notification_templates") == {}
    controller.store.unreachable.clear()
    outcome = run(playbook, controller.environment(), **EVERYTHING, **FEW)
    assert_all_ok(outcome)
    assert "ok: [localhost] => (item=organization Help desk)" in outcome.output
    assert "changed: [localhost] => (item=notification Test: SailPoint)" in outcome.output
    assert controller.objects("projects")["Test: SailPoint"]["allow_override"] is False
    notification = controller.objects("notification_templates")["Test: SailPoint"]
    assert notification["notification_configuration"]["token"] == "xoxb-secret"
    assert "xoxb-secret" not in outcome.output + outcome.log + outcome.event_text


def test_a_missing_collection_is_explained(playbook, tmp_path):
    (tmp_path / "ansible_collections").mkdir()
    (tmp_path / "ansible_collections" / "community").symlink_to(ROOT / ".build" / "ansible_collections" / "community")
    outcome = run(playbook, {"ANSIBLE_COLLECTIONS_PATH": str(tmp_path)}, **IMAGE)
    assert outcome.rc == 2
    expected = "The collection awx.awx is not installed. Install it with: ansible-galaxy collection install awx.awx."
    assert expected in outcome.words


def test_an_unreachable_controller_is_named(playbook):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    environment = {"CONTROLLER_HOST": f"http://127.0.0.1:{port}", "CONTROLLER_OAUTH_TOKEN": "not-for-the-output"}
    outcome = run(playbook, environment, **IMAGE)
    assert outcome.rc == 2
    assert f"http://127.0.0.1:{port}/api/v2/credential_types/" in outcome.output
    assert "Connection refused" in outcome.output
    assert "not-for-the-output" not in outcome.output
