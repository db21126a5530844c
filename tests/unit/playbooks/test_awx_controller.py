# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated AWX refuses what AWX refuses, so that its acceptance means something."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from awx_controller import credential_types, surveys
from awx_controller.api import Api, Response
from awx_controller.store import Store

PLAYBOOK = "playbooks/rotate.yml"
QUESTION = {"type": "text", "question_name": "Who?", "variable": "who", "required": True}
CHOICE = {**QUESTION, "type": "multiplechoice", "choices": ["yes", "no"]}
FIELD = {"id": "url", "label": "Address", "type": "string"}
SOURCE = {"name": "A", "inventory": 3}


class Client:
    """Sends requests without HTTP."""

    def __init__(self) -> None:
        self.store = Store([PLAYBOOK])
        self._api = Api(self.store)

    def ask(self, method: str, path: str, body: Any = None, **query: str) -> Response:
        return self._api.respond(method, path, query, body)

    def create(self, endpoint: str, /, **values: Any) -> int:
        answer = self.ask("POST", f"{endpoint}/", values)
        assert answer.status == 201, answer.body
        return answer.body["id"]


@pytest.fixture
def awx() -> Client:
    """A simulated AWX with one object of most kinds. Their first ids are in this order."""
    client = Client()
    client.create("organizations", name="Acme")
    client.create("projects", name="Plays", organization=1, scm_type="git", scm_url="https://git.example.com/plays")
    client.create("inventories", name="Hosts", organization=1)
    client.create("credential_types", name="Vault", kind="cloud", inputs={"fields": [FIELD]}, injectors={})
    client.create("credentials", name="One", organization=1, credential_type=4)
    client.create("credentials", name="Two", organization=1, credential_type=4)
    assert [client.ask("GET", path).body["status"] for path in ["project_updates/1/"] * 2] == ["running", "successful"]
    client.create("job_templates", name="Rotate", project=2, inventory=3, playbook=PLAYBOOK)
    return client


def test_it_finds_its_objects(awx):
    (found,) = awx.ask("GET", "inventories/", name="Hosts", organization="1").body["results"]
    assert (found["id"], found["url"], found["type"]) == (3, "/api/v2/inventories/3/", "inventory")
    assert awx.ask("GET", "inventories/", name="Hosts", organization="2").body["count"] == 0
    assert awx.ask("GET", "inventories/", or__id="3", or__name="3").body["count"] == 1
    assert awx.ask("GET", "job_templates/7/").body["organization"] == 1


@pytest.mark.parametrize(
    ("kind", "values", "reason"),
    [
        ("organizations", {}, "name"),
        ("organizations", {"name": ""}, "blank"),
        ("organizations", {"name": "Acme"}, "already"),
        ("organizations", {"name": "Other", "colour": "red"}, "unknown"),
        ("execution_environments", {"name": "No image"}, "image"),
        ("execution_environments", {"name": "Pull", "image": "x", "pull": "sometimes"}, "not one of"),
        ("projects", {"name": "Plays", "organization": 1}, "already"),
        ("projects", {"name": "Other", "organization": 2}, "no organization 2"),
        ("projects", {"name": "Other", "organization": 1, "scm_type": "git"}, "address"),
        ("inventories", {"name": "Other", "organization": 1, "variables": "- no mapping"}, "mapping"),
        ("hosts", {"name": "localhost", "inventory": 3, "enabled": "yes"}, "not of type bool"),
        ("inventory_sources", {"name": "A", "inventory": 3, "source": "cloud"}, "not one of"),
        ("inventory_sources", {"name": "A", "inventory": 3, "source": "scm"}, "Project required"),
        ("inventory_sources", {"name": "A", "inventory": 3, "source": "ec2", "source_path": "a.yml"}, "not SCM type"),
        (
            "inventory_sources",
            {**SOURCE, "source": "scm", "source_project": 2, "source_vars": "PATH: /tmp"},
            "prohibited",
        ),
        ("credential_types", {"name": "Own", "kind": "ssh"}, "not one of"),
        (
            "credentials",
            {"name": "Three", "organization": 1, "credential_type": 4, "inputs": {"ur": ""}},
            "not a field",
        ),
        ("job_templates", {"name": "A", "project": 2, "inventory": 3, "playbook": "playbooks/other.yml"}, "not found"),
        ("job_templates", {"name": "A", "project": 2, "playbook": PLAYBOOK}, "asked for on launch"),
        (
            "job_templates",
            {"name": "A", "project": 2, "inventory": 3, "playbook": PLAYBOOK, "forks": True},
            "not of type int",
        ),
        ("job_templates", {"name": "Rotate", "project": 2, "inventory": 3, "playbook": PLAYBOOK}, "already"),
        ("notification_templates", {"name": "A", "organization": 1, "notification_type": "pigeon"}, "not one of"),
        ("notification_templates", {"name": "A", "organization": 1, "notification_type": "slack"}, "Missing required"),
        ("labels", {"name": "A", "organization": 1, "colour": "red"}, "unknown"),
        ("teams", {"name": "A", "organization": 9}, "no organization 9"),
    ],
)
def test_it_refuses_objects(awx, kind, values, reason):
    answer = awx.ask("POST", f"{kind}/", values)
    assert answer.status == 400
    assert reason in str(answer.body)


def test_it_refuses_changes_and_a_playbook_of_a_project_that_was_not_fetched(awx):
    assert awx.ask("PATCH", "job_templates/7/", {"playbook": "playbooks/other.yml"}).status == 400
    assert awx.ask("GET", "job_templates/7/").body["playbook"] == PLAYBOOK
    project = awx.create("projects", name="New", organization=1, scm_type="git", scm_url="https://git.example.com/new")
    answer = awx.ask("POST", "job_templates/", {"name": "B", "project": project, "inventory": 3, "playbook": PLAYBOOK})
    assert answer.status == 400


def test_a_project_that_was_not_fetched_can_be_fetched_again(awx):
    address = "https://git.example.com/new"
    awx.store.unreachable.add(address)
    project = awx.create("projects", name="New", organization=1, scm_type="git", scm_url=address)
    shown = awx.ask("GET", f"projects/{project}/").body
    assert (shown["status"], shown["summary_fields"]) == ("running", {"current_update": {"id": 2}})
    ended = [awx.ask("GET", "project_updates/2/").body for _unused in range(2)][-1]
    assert (ended["status"], ended["failed"], bool(ended["finished"])) == ("failed", True, True)
    shown = awx.ask("GET", f"projects/{project}/").body
    assert (shown["status"], shown["summary_fields"]) == ("failed", {})

    awx.store.unreachable.clear()
    begun = awx.ask("POST", shown["related"]["update"].removeprefix("/api/v2/"))
    assert (begun.status, begun.body["finished"]) == (202, None)
    for _unused in range(2):
        awx.ask("GET", begun.body["url"].removeprefix("/api/v2/"))
    assert awx.ask("GET", f"projects/{project}/").body["status"] == "successful"
    awx.create("job_templates", name="Again", project=project, inventory=3, playbook=PLAYBOOK)
    assert awx.ask("POST", "projects/99/update/").status == 404


@pytest.fixture
def workflow(awx):
    """A workflow with two nodes and one that waits for approval, and a survey for the job template."""
    optional = [{**CHOICE, "variable": "sure"}, {**QUESTION, "type": "integer", "variable": "often"}]
    spec = [QUESTION, *({**question, "required": False} for question in optional)]
    awx.ask("POST", "job_templates/7/survey_spec/", {"name": "", "description": "", "spec": spec})
    awx.ask("PATCH", "job_templates/7/", {"survey_enabled": True})
    number = awx.create("workflow_job_templates", name="Work", organization=1)
    nodes = [
        awx.create("workflow_job_template_nodes", identifier=name, workflow_job_template=number)
        for name in ("one", "two", "approve")
    ]
    approval = {"name": "Approve", "timeout": 60}
    path = f"workflow_job_template_nodes/{nodes[2]}/create_approval_template/"
    assert awx.ask("POST", path, approval).status == 201
    assert awx.ask("POST", path, approval).status == 400
    return number, nodes


def test_the_nodes_of_a_workflow(awx, workflow):
    number, (one, two, approve) = workflow
    path = "workflow_job_template_nodes"
    assert awx.ask("PATCH", f"{path}/{one}/", {"unified_job_template": 7}).status == 200
    assert awx.ask("POST", f"{path}/{one}/success_nodes/", {"id": approve}).status == 204
    assert awx.ask("POST", f"{path}/{approve}/always_nodes/", {"id": two}).status == 204
    assert "Cycle" in str(awx.ask("POST", f"{path}/{two}/failure_nodes/", {"id": one}).body)
    related = awx.ask("GET", f"{path}/{approve}/").body["related"]["unified_job_template"]
    assert awx.ask("GET", related.removeprefix("/api/v2/")).body["timeout"] == 60
    other = awx.create("workflow_job_templates", name="Other", organization=1)
    foreign = awx.create(path, identifier="one", workflow_job_template=other)
    assert awx.ask("POST", f"{path}/{two}/success_nodes/", {"id": foreign}).status == 400
    for refused in (
        {"unified_job_template": 999},
        {"unified_job_template": 7, "job_type": "check"},
        {"unified_job_template": 7, "extra_data": {"colour": "red"}},
    ):
        assert awx.ask("PATCH", f"{path}/{one}/", refused).status == 400, refused
    found = awx.ask("GET", "unified_job_templates/", name="Rotate", organization="1").body["results"]
    assert [each["id"] for each in found] == [7]
    assert number in [each["id"] for each in awx.ask("GET", "unified_job_templates/").body["results"]]


RULE = "DTSTART;TZID=UTC:20260101T020000 RRULE:FREQ=DAILY;INTERVAL=1"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"rrule": "RRULE:FREQ=DAILY;INTERVAL=1"}, "DTSTART"),
        ({"rrule": "DTSTART:20260101T020000Z RRULE:FREQ=DAILY"}, "INTERVAL"),
        ({"unified_job_template": 999}, "none"),
        # AWX doesn't fill in defaults of required variables.
        ({"extra_data": {}}, "'who' value missing"),
        ({"extra_data": {"who": "me", "colour": "red"}}, "colour are not allowed on launch"),
        # It fills in the default of a missing answer, but refuses an empty one.
        ({"extra_data": {"who": "me", "sure": ""}}, "'sure': '' is not a choice"),
        ({"extra_data": {"who": "me", "sure": None}}, "'sure': None is not a choice"),
        ({"extra_data": {"who": "me", "often": ""}}, "'often': not a number"),
        ({"extra_data": {"who": None}}, "'who': not a string"),
    ],
)
def test_it_refuses_schedules(awx, workflow, values, reason):
    good = {"name": "Nightly", "unified_job_template": 7, "rrule": RULE, "extra_data": {"who": "me"}}
    answer = awx.ask("POST", "schedules/", {**good, **values})
    assert answer.status == 400
    assert reason in str(answer.body)
    assert awx.ask("POST", "schedules/", good).status == 201


def test_it_checks_looked_up_fields_and_the_types_of_credentials(awx):
    given = {"target_credential": 5, "source_credential": 6, "input_field_name": "url", "metadata": {"path": "x"}}
    assert awx.ask("POST", "credential_input_sources/", {**given, "input_field_name": "token"}).status == 400
    assert awx.ask("POST", "credential_input_sources/", given).status == 201
    assert awx.ask("POST", "credential_input_sources/", given).status == 400
    assert awx.ask("POST", "job_templates/7/credentials/", {"id": 5}).status == 204
    assert awx.ask("POST", "job_templates/7/credentials/", {"id": 6}).status == 400
    assert awx.ask("POST", "job_templates/7/credentials/", {"id": 5, "disassociate": True}).status == 204
    assert awx.ask("GET", "job_templates/7/credentials/").body["results"] == []


def test_the_roles_of_a_team(awx):
    team = awx.create("teams", name="Operators", organization=1)
    roles = awx.ask("GET", "job_templates/7/").body["summary_fields"]["object_roles"]
    assert "approval_role" not in roles
    path = f"roles/{roles['execute_role']['id']}/teams/"
    assert awx.ask("POST", path, {"id": 99}).status == 404
    assert awx.ask("POST", path, {"id": team}).status == 204
    assert [each["name"] for each in awx.ask("GET", path).body["results"]] == ["Operators"]
    assert awx.ask("POST", path, {"id": team, "disassociate": True}).status == 204
    assert awx.ask("GET", path).body["results"] == []


@pytest.mark.parametrize(
    "path",
    [
        *("users/", "roles/1/teams/", "workflow_approval_templates/"),
        *("organizations/9/", "job_templates/7/launch/", "organizations"),
    ],
)
def test_other_paths_are_not_found(awx, path):
    assert awx.ask("GET", path).status == 404


@pytest.mark.parametrize(
    ("fields", "env", "reason"),
    [
        ([{**FIELD, "id": "tower"}], {}, "reserved"),
        ([{**FIELD, "id": "an-id"}], {}, "variable name"),
        ([FIELD, FIELD], {}, "two fields"),
        ([{"id": "url", "type": "string"}], {}, "label is missing"),
        ([{**FIELD, "type": "integer"}], {}, "not a type"),
        ([{**FIELD, "format": "uuid"}], {}, "not a format"),
        ([{**FIELD, "helptext": "x"}], {}, "unknown"),
        ([{**FIELD, "secret": "yes"}], {}, "not of type bool"),
        ([{**FIELD, "type": "boolean", "secret": True}], {}, "only for strings"),
        ([{**FIELD, "type": "boolean", "default": "false"}], {}, "default"),
        ([FIELD], {"ANSIBLE_URL": "{{ url }}"}, "not allowed"),
        ([FIELD], {"1URL": "{{ url }}"}, "not a variable name"),
        ([FIELD], {"URL": "{{ uri }}"}, "undefined"),
        ([FIELD], {"URL": "{{ url"}, "unexpected"),
        ([FIELD], {"URL": True}, "not a string"),
        ([FIELD], {"URL": "ü"}, "ASCII"),
    ],
)
def test_it_refuses_credential_types(fields, env, reason):
    problem = next(iter(credential_types.problems({"fields": fields}, {"env": env})))
    assert reason in problem
    kind = {"name": "A", "kind": "cloud", "inputs": {"fields": fields}, "injectors": {"env": env}}
    assert Client().ask("POST", "credential_types/", kind).status == 400


def test_a_job_template_has_a_branch_only_if_the_project_allows_it(awx):
    assert "overriding branch" in str(awx.ask("PATCH", "job_templates/7/", {"scm_branch": "other"}).body)
    assert "overriding branch" in str(awx.ask("PATCH", "job_templates/7/", {"ask_scm_branch_on_launch": True}).body)
    assert awx.ask("PATCH", "projects/2/", {"allow_override": True}).status == 200
    assert awx.ask("PATCH", "job_templates/7/", {"scm_branch": "other"}).status == 200
    assert "ids: [7]" in str(awx.ask("PATCH", "projects/2/", {"allow_override": False}).body)
    assert awx.ask("PATCH", "job_templates/7/", {"scm_branch": ""}).status == 200
    assert awx.ask("PATCH", "projects/2/", {"allow_override": False}).status == 200


def test_the_inputs_of_a_credential_type_that_is_in_use_stay_as_they_are(awx):
    """Even texts of fields stay. Other values of the type may change, and so may an unused type."""
    inputs = {"fields": [{**FIELD, "help_text": "Such as https://vault.example.com"}]}
    answer = awx.ask("PATCH", "credential_types/4/", {"name": "Other", "inputs": inputs})
    assert (answer.status, awx.ask("GET", "credential_types/4/").body["name"]) == (403, "Vault")
    assert answer.body == {"detail": "Modifications to inputs are not allowed for credential types that are in use"}
    assert awx.ask("PATCH", "credential_types/4/", {"name": "Other", "inputs": {"fields": [FIELD]}}).status == 200
    assert awx.ask("DELETE", "credential_types/4/").status == 403
    free = awx.create("credential_types", name="Free", kind="cloud", inputs={"fields": [FIELD]}, injectors={})
    assert awx.ask("PATCH", f"credential_types/{free}/", {"inputs": inputs}).status == 200


@pytest.mark.parametrize(
    ("file", "env", "reason"),
    [
        ({"ca": "{{ url }}"}, {}, "not expected"),
        ({"template": "", "template.ca": ""}, {}, "multi-file syntax"),
        ({"template.ca": "{{ uri }}"}, {}, "undefined"),
        ({"template.ca": 1}, {}, "not a string"),
        ({"template.ca": "{{ url }}"}, {"CA": "{{ tower.filename.other }}"}, "no attribute 'other'"),
        ({}, {"CA": "{{ tower.filename.ca }}"}, "no attribute 'ca'"),
        ({"template.ca": "{{ url }}"}, {"CA": "{{ tower.filename.ca }}"}, ""),
        ({"template": "{{ url }}"}, {"CA": "{{ tower.filename }}"}, ""),
    ],
)
def test_it_refuses_files_of_credential_types(file, env, reason):
    problems = list(credential_types.problems({"fields": [FIELD]}, {"file": file, "env": env}))
    assert reason in next(iter(problems), "")
    assert bool(problems) == bool(reason)


@pytest.mark.parametrize(
    ("questions", "reason"),
    [
        ([], "no questions"),
        ([{**QUESTION, "required": "yes"}], "required"),
        ([QUESTION, QUESTION], "two questions"),
        ([{**QUESTION, "type": "boolean"}], "not a type"),
        ([{**QUESTION, "default": 1}], "wrong type"),
        ([{**QUESTION, "type": "integer", "default": "1"}], "wrong type"),
        ([{**QUESTION, "min": "1"}], "not an integer"),
        ([{**QUESTION, "type": "multiplechoice"}], "choices"),
        ([{**CHOICE, "default": "maybe"}], "not a choice"),
        ([{**CHOICE, "default": "yes\nno"}], "several"),
        ([{**QUESTION, "default": "$encrypted$"}], "reserved"),
    ],
)
def test_it_refuses_surveys(awx, questions, reason):
    answer = awx.ask("POST", "job_templates/7/survey_spec/", {"name": "", "description": "", "spec": questions})
    assert answer.status == 400
    assert reason in answer.body["error"]


def test_it_hides_secrets(awx):
    secret = {**QUESTION, "type": "password", "default": "a secret"}
    survey = {"name": "", "description": "", "spec": [secret]}
    assert awx.ask("POST", "job_templates/7/survey_spec/", copy.deepcopy(survey)).status == 200
    assert awx.ask("GET", "job_templates/7/survey_spec/").body["spec"][0]["default"] == "$encrypted$"
    fields = [{**FIELD, "id": "token", "secret": True}]
    kind = awx.create("credential_types", name="Secret", kind="cloud", inputs={"fields": fields})
    number = awx.create("credentials", name="Own", organization=1, credential_type=kind, inputs={"token": "a secret"})
    assert awx.ask("GET", f"credentials/{number}/").body["inputs"] == {"token": "$encrypted$"}


@pytest.mark.parametrize(
    ("question", "answer", "problem"),
    [
        ({**QUESTION, "min": 1}, "", "too small"),
        ({**QUESTION, "max": 2}, "abc", "too large"),
        (QUESTION, 1, "not a string"),
        ({**QUESTION, "type": "integer"}, "", "not a number"),
        ({**QUESTION, "type": "integer", "min": 1}, 0, "too small"),
        ({**QUESTION, "type": "float", "max": 1}, 1.5, "too large"),
        (CHOICE, "", "'' is not a choice"),
        ({**CHOICE, "type": "multiselect"}, ["yes", "maybe"], "'maybe' is not a choice"),
        ({**CHOICE, "choices": "yes\nno\n"}, "no", ""),
    ],
)
def test_it_validates_answers_as_awx_does(question, answer, problem):
    assert surveys.problem_of_answer(question, answer) == problem
