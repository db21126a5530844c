# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps that configure_awx makes of its variables, and what check mode predicts about them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError
from ansible_collections.community.sailpoint.plugins.plugin_utils._awx.kinds import (
    KINDS,
    VARIABLES,
    Variables,
    module_options,
)
from ansible_collections.community.sailpoint.plugins.plugin_utils._awx.plan import Step, make_steps, predict_steps
from support.awx_data import NAMES, all_variables, data

OPTIONAL = ("journal_dir", "teams", "label", "notification_type", "client_secret_from")
ORGANIZATION, PREFIX = NAMES["organization"], NAMES["prefix"]


def without_options(**names: Any) -> Variables:
    """Return the variables without the optional ones, except those given."""
    return all_variables(**{**dict.fromkeys(OPTIONAL, ""), **names})


def titles(steps: list[Step]) -> list[str]:
    return [step.title.replace(PREFIX, "") for step in steps]


def step(steps: list[Step], title: str) -> Step:
    (found,) = [each for each in steps if each.title.replace(PREFIX, "") == title]
    return found


class Awx:
    """An AWX that has the objects with some titles, and records what it was asked."""

    def __init__(self, *names: str) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self._names = names

    def find(self, endpoint: str, **fields: Any) -> list[dict[str, Any]]:
        """Return the object with a name. Its id is the length of that name."""
        self.asked.append((endpoint, fields))
        name = next(iter(fields.values())).replace(PREFIX, "")
        return [{"id": len(name)}] if name in self._names or "everything" in self._names else []


def test_kinds_cover_all_variables_and_refer_to_their_scope():
    assert set(VARIABLES) == {name for name in data() if not name.endswith("_survey")}
    assert [kind.title for kind in KINDS if kind.within and kind.within not in kind.references] == []


def test_titles_are_unique_and_only_a_notification_is_secret():
    assert len(set(titles(make_steps(all_variables())))) == len(make_steps(all_variables()))
    assert titles([each for each in make_steps(all_variables()) if each.secret]) == ["notification SailPoint"]


def test_objects_are_set_up_before_others_refer_to_them():
    known: set[tuple[str, str]] = set()
    for kind in KINDS:
        entries = list(module_options(kind, all_variables()))
        assert entries, kind.title
        for entry in entries:
            for field, endpoint in kind.references.items():
                value = entry.get(field) or []
                for name in value if isinstance(value, list) else [value]:
                    assert (endpoint, name) in known, (kind.title, name)
        known |= {(kind.endpoint, entry[kind.name]) for entry in entries}


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("teams", "team SailPoint operators"),
        ("teams", "role execute of team SailPoint operators"),
        ("label", "label passwords"),
        ("notification_type", "notification SailPoint"),
        ("client_secret_from", "external vault of credential SailPoint Identity Security Cloud"),
        ("journal_dir", "workflow Rotate accounts after approval"),
        ("journal_dir", "workflow node Approve"),
        ("journal_dir", "links of workflow node Approve"),
        ("journal_dir", "schedule Rotate accounts every night"),
    ],
)
def test_optional_objects_need_their_variable(option, expected):
    assert expected not in titles(make_steps(without_options()))
    assert expected in titles(make_steps(without_options(**{option: NAMES[option]})))


@pytest.mark.parametrize(("value", "expected"), [("false", 0), ("no", 0), (False, 0), ("yes", 3), (True, 3), ("1", 3)])
def test_teams_may_be_given_as_text(value, expected):
    made = titles(make_steps(without_options(teams=value)))
    assert len([title for title in made if title.startswith("team ")]) == expected


def test_templates_and_workflows_have_label_and_notification():
    template = step(make_steps(all_variables()), "job template Rotate accounts").options
    assert template["labels"] == ["passwords"]
    assert template["notification_templates_error"] == [f"{PREFIX}SailPoint"]
    workflow = step(make_steps(all_variables()), "workflow Rotate accounts after approval").options
    assert workflow["notification_templates_approvals"] == [f"{PREFIX}SailPoint"]
    assert "simplified_workflow_nodes" not in workflow
    template = step(make_steps(without_options()), "job template Rotate accounts").options
    assert [name for name in template if name == "labels" or name.startswith("notification")] == []


def test_a_project_is_fetched_when_it_is_set_up_and_its_branches_come_after_the_job_templates():
    steps = make_steps(all_variables())
    assert titles([each for each in steps if each.fetches]) == ["project SailPoint"]
    assert "allow_override" not in step(steps, "project SailPoint").options
    branches = step(steps, "branch override of project SailPoint")
    assert branches.options == {"name": f"{PREFIX}SailPoint", "organization": ORGANIZATION, "allow_override": False}
    assert steps.index(branches) > max(steps.index(each) for each in steps if each.module.endswith(".job_template"))


def test_nodes_are_linked_once_all_exist():
    steps = make_steps(all_variables())
    node = step(steps, "workflow node Rotate").options
    assert node["unified_job_template"] == f"{PREFIX}Rotate accounts" and node["lookup_organization"] == ORGANIZATION
    assert "always_nodes" not in node
    links = step(steps, "links of workflow node Rotate").options
    assert (links["success_nodes"], links["always_nodes"], links["failure_nodes"]) == ([], ["Report"], [])
    made = titles(steps)
    assert made.index("workflow node Report") < made.index("links of workflow node Rehearse")


def test_without_a_workflow_teams_have_no_role_in_it():
    steps = make_steps(without_options(teams=True))
    assert step(steps, "role execute of team SailPoint operators").options["workflows"] == []
    assert "role approval of team SailPoint approvers" not in titles(steps)
    steps = make_steps(all_variables())
    assert len(step(steps, "role approval of team SailPoint approvers").options["workflows"]) == 1


def predicted(*names: str) -> dict[str, bool | None]:
    """Return the predicted change of each step if AWX has objects with these names."""
    steps = predict_steps(all_variables(), Awx(*names).find)
    return {each.title.replace(PREFIX, ""): each.predicted_change for each in steps}


def test_if_everything_exists_nothing_is_predicted():
    assert set(predicted("everything").values()) == {None}


def test_in_an_empty_awx_every_step_that_refers_to_an_object_is_predicted():
    changes = predicted()
    by_modules = {title for title, value in changes.items() if value is None}
    types = {f"credential type {each['name']}" for each in data()["controller_credential_types"]}
    assert by_modules == {f"organization {ORGANIZATION}", *types}
    # These steps set the defaults of a new object.
    unchanged = {title for title, value in changes.items() if value is False}
    assert unchanged == {"branch override of project SailPoint", "links of workflow node Report"}


def test_steps_that_refer_to_a_new_object_would_change():
    there = {entry[kind.name].replace(PREFIX, "") for kind in KINDS for entry in module_options(kind, all_variables())}
    changes = predicted(*(there - {"passwords"}))
    assert {title for title, value in changes.items() if value} == {
        *(title for title in changes if title.startswith("job template ")),
        "workflow Rotate accounts after approval",
    }


@pytest.mark.parametrize(
    ("lost", "step_of_it", "expected"),
    [
        (("projects", "SailPoint"), "branch override of project SailPoint", False),
        (("workflow_job_template_nodes", "Rotate"), "links of workflow node Rotate", True),
        (("workflow_job_template_nodes", "Rotate"), "links of workflow node Approve", True),
        (("workflow_job_template_nodes", "Rotate"), "links of workflow node Rehearse", None),
    ],
)
def test_the_second_step_of_a_new_object_is_predicted(lost, step_of_it, expected):
    def find(endpoint: str, **fields: Any) -> list[dict[str, Any]]:
        name = next(iter(fields.values())).replace(PREFIX, "")
        return [] if (endpoint, name) == lost else [{"id": 1}]

    assert step(predict_steps(all_variables(), find), step_of_it).predicted_change is expected


def test_objects_are_looked_up_within_their_organization():
    awx = Awx("everything")
    predict_steps(all_variables(), awx.find)
    asked = {(endpoint, next(iter(fields.values()))): fields for endpoint, fields in awx.asked}
    assert len(asked) == len(awx.asked)
    project = asked["projects", f"{PREFIX}SailPoint"]
    assert project == {"name": f"{PREFIX}SailPoint", "organization": len(ORGANIZATION)}
    assert asked["execution_environments", f"{PREFIX}SailPoint"] == {"name": f"{PREFIX}SailPoint"}
    node = asked["workflow_job_template_nodes", "Report"]
    assert node == {"identifier": "Report", "workflow_job_template": len("Rotate accounts after approval")}
    # Nothing refers to these.
    assert not {"hosts", "inventory_sources", "schedules", "roles"} & {endpoint for endpoint, _name in asked}


def test_nothing_is_looked_up_in_a_missing_organization():
    awx = Awx()
    predict_steps(all_variables(), awx.find)
    # These names are unique in all of AWX.
    global_names = {"organizations", "execution_environments", "credential_types"}
    assert {endpoint for endpoint, _fields in awx.asked} == global_names


def test_an_image_is_required():
    all_variables().check()
    with pytest.raises(InputError, match="Set configure_awx_execution_environment_image to the image"):
        all_variables(execution_environment_image="").check()
