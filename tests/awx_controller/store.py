# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the stand-in of AWX keeps, and what it refuses to keep."""

from __future__ import annotations

import copy
from typing import Any

import yaml

from awx_controller import credential_types
from awx_controller.kinds import KINDS
from awx_controller.refusals import Refused, bad, not_found

Values = dict[str, Any]


class Store:
    """All objects, by kind and id.

    :param playbooks: the playbooks that a project brings once it was updated.
    """

    def __init__(self, playbooks: list[str]) -> None:
        self._playbooks = playbooks
        self._objects: dict[str, dict[int, Values]] = {kind: {} for kind in KINDS}
        self._last_id = 0
        # What belongs to an object and is no field of it, by the object's id.
        self.surveys: dict[int, Values] = {}
        self.credentials: dict[int, list[int]] = {}
        self.fetched: dict[int, list[str]] = {}

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
        """Keep a new object, and return it.

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
        return self._keep(kind, number, {**values, **self._checked(kind, given)})

    def delete(self, kind: str, number: int) -> None:
        """Forget an object."""
        self.get(kind, number)
        del self._objects[kind][number]

    def add_credential(self, template: int, number: int) -> None:
        """Give a job template a credential.

        :raises Refused: there is no such credential, or another one of the same type is there already.
        """
        kept = self.credentials.setdefault(template, [])
        wanted = self.get("credentials", number)["credential_type"]
        if any(self.get("credentials", other)["credential_type"] == wanted for other in kept):
            raise Refused(400, {"error": "Two credentials of one type cannot be assigned."})
        kept.append(number)

    def remove_credential(self, template: int, number: int) -> None:
        """Take a credential from a job template."""
        self.credentials[template].remove(number)

    def fetch(self, project: int) -> None:
        """Update a project from its repository: from now on its playbooks are known."""
        self.fetched[project] = self._playbooks

    def _checked(self, kind: str, given: Values) -> Values:
        """Return the values that may be kept, of those that were given."""
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
            if other != number and all(existing[name] == values[name] for name in unique):
                raise Refused(400, {"__all__": [f"There is one with this {' and '.join(unique)} already."]})
        self._objects[kind][number] = values
        return self.get(kind, number)

    def _check_credential_type(self, values: Values) -> None:
        found = credential_types.problems(values["inputs"], values["injectors"])
        if found:
            raise bad("inputs", "; ".join(found))
        values["inputs"] = credential_types.completed(values["inputs"])

    def _check_credential(self, values: Values) -> None:
        fields = self.get("credential_types", values["credential_type"])["inputs"].get("fields", [])
        for name in values["inputs"]:
            if name not in [field["id"] for field in fields]:
                raise bad("inputs", f"{name} is no field of this type.")

    def _check_project(self, values: Values) -> None:
        if values["scm_type"] and not values["scm_url"]:
            raise bad("scm_url", "A project from a repository needs its address.")

    def _check_inventory_source(self, values: Values) -> None:
        if values["source"] == "scm" and values["source_project"] is None:
            raise bad("source_project", "Project required for scm type sources.")
        if values["source"] != "scm" and (values["source_project"] is not None or values["source_path"]):
            raise bad("source_path", "Cannot set source_path or source_project if not SCM type.")
        for name in _parsed_names(values["source_vars"]):
            if name in ("HOME", "USER", "_", "TERM", "PATH"):
                raise bad("source_vars", f"`{name}` is a prohibited environment variable")

    def _check_job_template(self, values: Values) -> None:
        project = values["project"]
        if values["playbook"] not in self.fetched.get(project, []):
            raise bad("playbook", "Playbook not found for project.")
        if values["inventory"] is None and not values["ask_inventory_on_launch"]:
            raise bad("inventory", "Give one, or have it asked for on launch.")
        values["organization"] = self.get("projects", project)["organization"]


def _parsed_names(text: str) -> list[str]:
    return list(yaml.safe_load(text) or {})
