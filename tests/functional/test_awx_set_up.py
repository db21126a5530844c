# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything that configure_awx creates: its data, actions and modules of awx.awx, against a strict simulated AWX."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._versions import VERSION
from ansible_collections.community.sailpoint.plugins.plugin_utils._awx.kinds import KINDS as AWX_KINDS
from awx_controller.kinds import KINDS
from awx_controller.server import Controller
from support.awx_data import NAMES, PREFIX, data, filled_in
from support.awx_set_up import AwxSetUp, run_module

IMAGE = {"configure_awx_execution_environment_image": "registry.example.com/sailpoint:1.0.0"}
_OTHER_NAMES = {
    "aap_organizations": "organizations",
    "controller_templates": "job_templates",
    "controller_workflows": "workflow_job_templates",
    "controller_notifications": "notification_templates",
    "aap_teams": "teams",
}
_LATER = ("workflow_job_template_nodes", "workflow_approval_templates", "schedules", *_OTHER_NAMES.values())
KIND_OF = {**_OTHER_NAMES, **{f"controller_{kind}": kind for kind in KINDS if kind not in _LATER}}
BY_DEFAULT = [
    variable for variable in KIND_OF if not re.search("workflows|notifications|labels|teams|input_sources", variable)
]
ORGANIZATION = "{{ _configure_awx.organization }}"
DATA = data()


@pytest.fixture
def controller():
    """An empty controller."""
    with Controller() as running:
        yield running


@pytest.fixture
def set_up(controller, monkeypatch):
    """A function that runs the playbook against it."""
    return AwxSetUp(controller, monkeypatch).run


def titles(variable: str) -> list[str]:
    """Return the titles of a variable's objects if only the image is given."""
    (title,) = [kind.title for kind in AWX_KINDS if kind.variable == variable and not kind.deferred]
    named = [each["name"].replace(PREFIX, "").replace(ORGANIZATION, "SailPoint") for each in DATA[variable]]
    return [title.format(name=name) for name in named]


def stored(controller: Controller, kind: str, number: int) -> dict[str, Any]:
    """Return an object of AWX in the terms of the data: with names, survey and credentials."""
    values = controller.store.get(kind, number)
    for name, field in KINDS[kind].fields.items():
        if field.reference and values[name] is not None:
            values[name] = controller.store.get(field.reference, values[name])["name"]
        if field.mapping:
            values[name] = json.loads(values[name] or "{}")
    if kind == "notification_templates":
        values["notification_configuration"] = NAMES["notification_configuration"]
    if kind in ("workflow_job_templates", "job_templates"):
        values["survey_spec"] = controller.store.surveys[number]
    if kind == "job_templates":
        values["credentials"] = sorted(
            each["name"] for each in controller.store.associated(kind, number, "credentials")
        )
    return values


def add_vault(controller: Controller) -> dict[str, Any]:
    """Create the external vault's credential, and return all variables."""
    inputs = {"fields": [{"id": "url", "label": "URL", "type": "string"}]}
    kind = controller.store.create("credential_types", {"name": "Lookup", "kind": "cloud", "inputs": inputs})
    organization = controller.store.create("organizations", {"name": "Administrators"})
    vault = {"name": "Vault lookup", "organization": organization["id"], "credential_type": kind["id"]}
    controller.store.create("credentials", vault)
    return {f"configure_awx_{name}": value for name, value in NAMES.items()}


def check_workflow(controller: Controller) -> None:
    """Check the steps of the workflow, its notifications, and its roles."""
    store = controller.store
    (workflow,) = store.all("workflow_job_templates")
    assert workflow["name"] == "Test: Rotate accounts after approval"
    nodes = {each["identifier"]: each for each in store.all("workflow_job_template_nodes")}
    described = {}
    for name, node in nodes.items():
        started = store.unified(node["unified_job_template"])
        links = {
            kind: [other["identifier"] for other in store.associated("workflow_job_template_nodes", node["id"], kind)]
            for kind in ("success_nodes", "always_nodes", "failure_nodes")
        }
        starts = started[1]["name"] if started else "approval"
        described[name] = (starts, node["job_type"], {kind: others for kind, others in links.items() if others})
    assert described == {
        "Rehearse": ("Test: Rotate accounts", "check", {"success_nodes": ["Approve"]}),
        "Approve": ("approval", None, {"success_nodes": ["Rotate"]}),
        "Rotate": ("Test: Rotate accounts", "run", {"always_nodes": ["Report"]}),
        "Report": ("Test: Merge reports", None, {}),
    }
    (approval,) = store.all("workflow_approval_templates")
    assert (approval["name"], approval["timeout"]) == ("Test: Rotate the rehearsed accounts", 86400)
    (schedule,) = store.all("schedules")
    assert schedule["enabled"] is True
    assert schedule["unified_job_template"] == controller.objects("job_templates")["Test: Rotate accounts"]["id"]
    for event in ("approvals", "error"):
        (sent,) = store.associated("workflow_job_templates", workflow["id"], f"notification_templates_{event}")
        assert sent["name"] == "Test: SailPoint"
    (label,) = store.associated("workflow_job_templates", workflow["id"], "labels")
    assert label["name"] == "passwords"
    teams = {each["id"]: each["name"].removeprefix("Test: SailPoint ") for each in store.all("teams")}
    granted = {
        role: [teams[team] for team in store.granted.get(number, [])]
        for role, number in store.roles_of("workflow_job_templates", workflow["id"]).items()
    }
    roles = {"execute_role": ["operators"], "read_role": ["viewers"], "approval_role": ["approvers"]}
    assert granted == {"admin_role": [], **roles}


def drift(controller: Controller) -> list[tuple[str, int, dict[str, Any]]]:
    """Change settings as people do, and return the kind, id and former values of each object."""
    project, template = (
        controller.objects(kind)[f"Test: {name}"]
        for kind, name in (("projects", "SailPoint"), ("job_templates", "Rotate accounts"))
    )
    host = controller.objects("hosts")["localhost"]
    changed = (
        ("projects", project, {"allow_override": True, "scm_update_on_launch": True}),
        (
            "job_templates",
            template,
            {
                **dict.fromkeys(("verbosity", "timeout", "forks"), 3),
                **dict.fromkeys(("job_tags", "skip_tags", "limit", "scm_branch"), "other"),
                **dict.fromkeys((name for name in template if name.startswith("ask_")), True),
                "diff_mode": True,
                "webhook_service": "github",
            },
        ),
        ("hosts", host, {"enabled": False}),
    )
    for kind, before, values in changed:
        controller.store.change(kind, before["id"], values)
    return [(kind, before["id"], before) for kind, before, _unused in changed]


def in_use(controller: Controller, **values: Any) -> str:
    """Create the first credential type with other *values* and a credential, and return its name."""
    entry = filled_in(DATA["controller_credential_types"])[0]
    kind = controller.store.create("credential_types", {**entry, **values})
    organization = controller.store.create("organizations", {"name": "SailPoint"})
    own = {"name": "Mine", "organization": organization["id"], "credential_type": kind["id"]}
    controller.store.create("credentials", own)
    return entry["name"]


def test_by_default_all_required_objects_are_predicted(set_up, controller):
    predicted = set_up(check_mode=True, **IMAGE)
    assert predicted.failed == {}
    assert controller.writes() == []
    assert sorted(predicted.changed) == sorted(title for variable in BY_DEFAULT for title in titles(variable))


def test_everything_is_created_and_manual_changes_are_reverted(set_up, controller):
    variables = add_vault(controller)
    others = {"Lookup", "Administrators", "Vault lookup"}
    check = set_up(check_mode=True, **variables)
    assert controller.writes() == []
    first = set_up(**variables)
    assert (check.failed, first.failed) == ({}, {})
    assert check.changed == first.changed
    for variable, kind in KIND_OF.items():
        found = [stored(controller, kind, each["id"]) for each in controller.store.all(kind)]
        found = [each for each in found if each.get("name") not in others]
        expected = [filled_in(each) for each in DATA[variable]]
        for each in expected:
            each.get("credentials", []).sort()
            # An option of the module that AWX doesn't store.
            each.pop("update_secrets", None)
            if kind == "inventory_sources":
                # It identifies the inventory, and is not stored.
                del each["organization"]
            each.pop("state", None)
            each.pop("simplified_workflow_nodes", None)
        assert [{name: each[name] for name in entry} for each, entry in zip(found, expected)] == expected
        assert len(found) == len(expected)
    check_workflow(controller)

    # A change by the administrator that the playbook doesn't touch.
    credential = controller.objects("credentials")["Test: SailPoint Identity Security Cloud"]
    controller.store.change("credentials", credential["id"], {"inputs": {"client_secret": "filled in by hand"}})
    drifted = drift(controller)
    controller.requests.clear()
    again = set_up(**variables)
    assert again.failed == {}
    for kind, number, before in drifted:
        assert controller.store.get(kind, number) == before
    # Everything else stays unchanged.
    written = {f"/api/v2/{kind}/{number}/" for kind, number, _unused in drifted}
    assert {(each.method, each.path) for each in controller.writes()} == {("PATCH", path) for path in written}
    of_project = ("project Test: SailPoint", "branch override of project Test: SailPoint")
    assert {*again.changed} == {*of_project, "host localhost", "job template Test: Rotate accounts"}


def test_a_project_that_awx_could_not_fetch_is_fetched_by_the_next_run(set_up, controller):
    """In a credential type in use, only texts differ, so the old ones stay."""
    inputs = filled_in(DATA["controller_credential_types"])[0]["inputs"]
    first, *others = inputs["fields"]
    older = {**inputs, "fields": [{**first, "label": "URL", "help_text": "Of the API"}, *others]}
    name = in_use(controller, inputs=older)
    address = "https://git.example.com/rotation.git"
    variables = {**IMAGE, "configure_awx_project_url": address}
    controller.store.unreachable.add(address)
    # In the second run, the project needs no change.
    for _unused in range(2):
        failed = set_up(**variables)
        ((title, message),) = failed.failed.items()
        assert title == "project SailPoint"
        assert f'could not fetch the project "SailPoint" from {address} ({VERSION})' in message
        assert failed.results["job template Rotate accounts"]["skipped"]
    controller.store.unreachable.clear()
    assert set_up(**variables).failed == {}
    assert len(controller.objects("job_templates")) == len(DATA["controller_templates"])
    assert controller.objects("credential_types")[name]["inputs"] == older


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_credential_type_that_is_in_use_with_other_fields_is_refused(set_up, controller, check_mode):
    """The message asks for a migration before anything is changed."""
    first, *_others = filled_in(DATA["controller_credential_types"])[0]["inputs"]["fields"]
    name = in_use(controller, inputs={"fields": [first]}, injectors={})
    refusal = set_up(check_mode=check_mode, **IMAGE).refused
    assert f'other fields in the credential type "{name}"' in refusal
    assert "rename the type and its credentials (Mine)" in refusal
    assert controller.writes() == []


def test_an_unknown_option_of_a_module_is_an_error(controller):
    result = run_module("awx.awx.project", {"name": "SailPoint", "scm_branhc": "main"}, controller.environment(), False)
    assert result["failed"] and "Unsupported parameters" in result["msg"]
