# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of the stand-in for AWX, and the rules for them."""

from __future__ import annotations

import copy
import re
from typing import Any

import yaml

from awx_controller import credential_types, surveys
from awx_controller.kinds import ASSOCIATIONS, KINDS, REQUIRED_OF_NOTIFICATIONS, ROLES, UNIFIED

Values = dict[str, Any]
RULE = re.compile(r"DTSTART(;TZID=[\w/]+:\d{8}T\d{6}|:\d{8}T\d{6}Z) RRULE:FREQ=\w+;INTERVAL=\d+[\w;=,]*")
"""The schedules that AWX accepts, a part of RFC 5545."""


class Refused(Exception):
    """The request is refused with an HTTP status and a body like AWX's."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body


def bad(field: str, problem: str) -> Refused:
    """Return the refusal of a field's value."""
    return Refused(400, {field: [problem]})


def denied(detail: str) -> Refused:
    return Refused(403, {"detail": detail})


def not_found() -> Refused:
    return Refused(404, {"detail": "Not found."})


class Store:
    """All objects, by kind and id.

    :param playbooks: the playbooks of each updated project.
    """

    def __init__(self, playbooks: list[str]) -> None:
        self._playbooks = playbooks
        self._objects: dict[str, dict[int, Values]] = {kind: {} for kind in KINDS}
        self._last_id = 0
        # Data of objects that isn't in fields, by object id.
        self.surveys: dict[int, Values] = {}
        self.associations: dict[tuple[str, int, str], list[int]] = {}
        self.roles: dict[tuple[str, int, str], int] = {}
        self.granted: dict[int, list[int]] = {}
        self.fetched: dict[int, list[str]] = {}
        # The result of the last update by project id, and the addresses of unreachable repositories.
        self.fetches: dict[int, str] = {}
        self.unreachable: set[str] = set()

    def all(self, kind: str) -> list[Values]:
        """Return the objects of a kind, each with its id."""
        return [self.get(kind, number) for number in self._objects[kind]]

    def get(self, kind: str, number: int) -> Values:
        """Return an object, with its id.

        :raises Refused: there is no such object.
        """
        if number not in self._objects[kind]:
            raise not_found()
        return {"id": number, **copy.deepcopy(self._objects[kind][number])}

    def create(self, kind: str, given: Values) -> Values:
        """Create an object, and return it.

        :raises Refused: AWX would refuse it.
        """
        fields = KINDS[kind].fields
        values = {name: copy.deepcopy(field.default) for name, field in fields.items()}
        missing = [name for name, field in fields.items() if field.required and name not in given]
        if missing:
            raise Refused(400, {name: ["This field is required."] for name in missing})
        self._last_id += 1
        return self._keep(kind, self._last_id, {**values, **self._checked(kind, given)})

    def change(self, kind: str, number: int, given: Values) -> Values:
        """Change an object, and return it.

        :raises Refused: there is no such object, or AWX would refuse the change.
        """
        values = self.get(kind, number)
        del values["id"]
        checked = self._checked(kind, given)
        if kind == "projects" and values["allow_override"] and not checked.get("allow_override", True):
            templates = [each for each in self.all("job_templates") if each["project"] == number]
            users = [each["id"] for each in templates if each["scm_branch"] or each["ask_scm_branch_on_launch"]]
            if users:
                raise bad("allow_override", f"One or more job templates depend on branch override (ids: {users}).")
        if kind == "credential_types" and "inputs" in checked and self._in_use(number):
            checked["inputs"] = credential_types.completed(checked["inputs"])
            if checked["inputs"] != values["inputs"]:
                raise denied("Modifications to inputs are not allowed for credential types that are in use")
        return self._keep(kind, number, {**values, **checked})

    def delete(self, kind: str, number: int) -> None:
        """Delete an object.

        :raises Refused: there is no such object, or AWX would refuse to delete it.
        """
        self.get(kind, number)
        if kind == "credential_types" and self._in_use(number):
            raise denied("Credential types that are in use cannot be deleted")
        del self._objects[kind][number]

    def associated(self, kind: str, number: int, name: str) -> list[Values]:
        self.get(kind, number)
        return [self.get(ASSOCIATIONS[kind][name], each) for each in self.associations.get((kind, number, name), [])]

    def associate(self, kind: str, number: int, name: str, other: int) -> None:
        """Associate another object with an object.

        :raises Refused: it doesn't exist, is of another workflow, or is a second credential of the same type.
        """
        added = self.get(ASSOCIATIONS[kind][name], other)
        present = self.associated(kind, number, name)
        if name == "credentials" and added["credential_type"] in [each["credential_type"] for each in present]:
            raise Refused(400, {"error": "Two credentials of one type cannot be assigned."})
        if name.endswith("_nodes"):
            self._check_link(self.get(kind, number), added)
        self.associations.setdefault((kind, number, name), []).append(other)

    def disassociate(self, kind: str, number: int, name: str, other: int) -> None:
        self.associations[kind, number, name].remove(other)

    def input_fields(self, credential_type: int) -> dict[str, Values]:
        inputs = self.get("credential_types", credential_type)["inputs"]
        return {field["id"]: field for field in inputs.get("fields", [])}

    def roles_of(self, kind: str, number: int) -> dict[str, int]:
        for name in ROLES.get(kind, ()):
            self.roles.setdefault((kind, number, name), 1000 + len(self.roles))
        return {name: self.roles[kind, number, name] for name in ROLES.get(kind, ())}

    def unified(self, number: int | None) -> tuple[str, Values] | None:
        """Return the kind and the values of the template that a node or a schedule starts."""
        for kind in UNIFIED:
            if number in self._objects[kind]:
                return kind, self.get(kind, number)
        return None

    def fetch(self, project: int) -> None:
        """Update a project from its repository. If that can be reached, its playbooks are known then."""
        reached = self.get("projects", project)["scm_url"] not in self.unreachable
        self.fetches[project] = "successful" if reached else "failed"
        if reached:
            self.fetched[project] = self._playbooks

    def _in_use(self, credential_type: int) -> bool:
        return any(each["credential_type"] == credential_type for each in self._objects["credentials"].values())

    def _checked(self, kind: str, given: Values) -> Values:
        """Return the given values without those of read-only fields.

        :raises Refused: a value is invalid.
        """
        fields = KINDS[kind].fields
        for name, value in given.items():
            if name not in fields:
                raise bad(name, "This field is unknown.")
            if problem := fields[name].problem(value):
                raise bad(name, problem)
            reference = fields[name].reference
            if reference and value is not None and value not in self._objects[reference]:
                raise bad(name, f"There is no {KINDS[reference].type} {value}.")
        return {name: copy.deepcopy(value) for name, value in given.items() if not fields[name].read_only}

    def _keep(self, kind: str, number: int, values: Values) -> Values:
        check = getattr(self, f"_check_{KINDS[kind].type}", None)
        if check:
            check(values)
        unique = KINDS[kind].unique
        for other, existing in self._objects[kind].items():
            if other != number and unique != ("id",) and all(existing[name] == values[name] for name in unique):
                raise Refused(400, {"__all__": [f"There is one with this {' and '.join(unique)} already."]})
        self._objects[kind][number] = values
        return self.get(kind, number)

    def _check_credential_type(self, values: Values) -> None:
        found = credential_types.problems(values["inputs"], values["injectors"])
        if found:
            raise bad("inputs", "; ".join(found))
        values["inputs"] = credential_types.completed(values["inputs"])

    def _check_credential(self, values: Values) -> None:
        for name in values["inputs"].keys() - self.input_fields(values["credential_type"]).keys():
            raise bad("inputs", f"{name} is not a field of this type.")

    def _check_project(self, values: Values) -> None:
        if values["scm_type"] and not values["scm_url"]:
            raise bad("scm_url", "A project from a repository needs its address.")

    def _check_inventory_source(self, values: Values) -> None:
        if values["source"] == "scm" and values["source_project"] is None:
            raise bad("source_project", "Project required for scm type sources.")
        if values["source"] != "scm" and (values["source_project"] is not None or values["source_path"]):
            raise bad("source_path", "Cannot set source_path or source_project if not SCM type.")
        for name in yaml.safe_load(values["source_vars"]) or {}:
            if name in ("HOME", "USER", "_", "TERM", "PATH"):
                raise bad("source_vars", f"`{name}` is a prohibited environment variable")

    def _check_link(self, parent: Values, child: Values) -> None:
        if parent["workflow_job_template"] != child["workflow_job_template"]:
            raise bad("error", "Nodes of other workflows can't be linked.")
        below = [child["id"]]
        for each in below:
            names = ASSOCIATIONS["workflow_job_template_nodes"]
            below += [
                one for name in names for one in self.associations.get(("workflow_job_template_nodes", each, name), [])
            ]
        if parent["id"] in below:
            raise Refused(400, {"error": "Cycle detected."})

    def _check_workflow_job_template_node(self, values: Values) -> None:
        started = values["unified_job_template"]
        if started is None or started in self._objects["workflow_approval_templates"]:
            return
        found = self.unified(started)
        if found is None:
            raise bad("unified_job_template", f"There is no unified_job_template {started}.")
        if values["job_type"] is not None and not found[1].get("ask_job_type_on_launch"):
            raise bad("job_type", "Field is not configured to prompt on launch.")
        self._check_answers(*found, values["extra_data"], everything=False)

    def _check_schedule(self, values: Values) -> None:
        found = self.unified(values["unified_job_template"])
        if found is None:
            raise bad("unified_job_template", "There is none.")
        if RULE.fullmatch(values["rrule"]) is None:
            raise bad("rrule", "Neither DTSTART and RRULE with INTERVAL, nor valid.")
        self._check_answers(*found, values["extra_data"], everything=True)

    def _check_answers(self, kind: str, template: Values, answers: Values, everything: bool) -> None:
        """Refuse answers without a question, and with *everything* also missing ones (defaults don't count)."""
        survey = self.surveys.get(template["id"], {}).get("spec", []) if template["survey_enabled"] else []
        asked = {question["variable"]: question for question in survey}
        unknown = answers.keys() - asked.keys()
        if unknown and not template["ask_variables_on_launch"]:
            raise bad("extra_data", f"Variables {', '.join(sorted(unknown))} are not allowed on launch.")
        for name in answers.keys() & asked.keys():
            if problem := surveys.problem_of_answer(asked[name], answers[name]):
                raise bad("variables_needed_to_start", f"Value of '{name}': {problem}.")
        missing = [name for name, question in asked.items() if question["required"] and name not in answers]
        if missing and everything:
            raise Refused(400, {"variables_needed_to_start": [f"'{name}' value missing" for name in missing]})

    def _check_notification_template(self, values: Values) -> None:
        needed = REQUIRED_OF_NOTIFICATIONS[values["notification_type"]]
        missing = [name for name in needed if name not in values["notification_configuration"]]
        if missing:
            raise bad("notification_configuration", f"Missing required fields: {missing}.")

    def _check_credential_input_source(self, values: Values) -> None:
        target = self.get("credentials", values["target_credential"])
        if values["input_field_name"] not in self.input_fields(target["credential_type"]):
            raise bad("input_field_name", "Input field must be defined on target credential.")

    def _check_job_template(self, values: Values) -> None:
        project = values["project"]
        if values["playbook"] not in self.fetched.get(project, []):
            raise bad("playbook", "Playbook not found for project.")
        if not self.get("projects", project)["allow_override"]:
            for name in ("scm_branch", "ask_scm_branch_on_launch"):
                if values[name]:
                    raise bad(name, "Project does not allow overriding branch.")
        if values["inventory"] is None and not values["ask_inventory_on_launch"]:
            raise bad("inventory", "Give one, or have it asked for on launch.")
        values["organization"] = self.get("projects", project)["organization"]
