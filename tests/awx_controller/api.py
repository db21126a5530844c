# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in's REST API: from a method, a path and a body to a status and a body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from awx_controller import surveys
from awx_controller.kinds import KINDS
from awx_controller.refusals import Refused, bad, not_found
from awx_controller.store import Store, Values

PREFIX = "/api/v2/"
CHANGES_OF_SOURCE = ("scm_type", "scm_url", "scm_branch")


class Answer(NamedTuple):
    """An HTTP status and what to send as JSON; None stands for nothing."""

    status: int
    body: Any = None


class Api:
    """Answers requests from what a store keeps."""

    def __init__(self, store: Store) -> None:
        self._store = store
        # How often the state of an update was asked for, by its id: it is running at first.
        self._updates: dict[int, int] = {}
        self._project_of: dict[int, int] = {}

    def answer(self, method: str, path: str, query: Mapping[str, str], body: Any) -> Answer:
        """Return the answer to a request.

        :param path: without the prefix, such as organizations/1/.
        """
        try:
            return self._answer(method, path, query, body)
        except Refused as refusal:
            return Answer(refusal.status, refusal.body)

    def _answer(self, method: str, path: str, query: Mapping[str, str], body: Any) -> Answer:
        if not path.endswith("/"):
            raise not_found()
        kind, *rest = path.rstrip("/").split("/")
        if kind == "project_updates" and len(rest) == 1:
            return self._update(int(rest[0]))
        if kind not in KINDS:
            raise not_found()
        if not rest:
            return self._list(kind, query) if method == "GET" else self._create(kind, method, body)
        number = int(rest[0])
        if len(rest) == 1:
            return self._one(kind, number, method, body)
        if kind == "job_templates" and rest[1:] == ["survey_spec"]:
            return self._survey(number, method, body)
        if kind == "job_templates" and rest[1:] == ["credentials"]:
            return self._credentials(number, method, body)
        raise not_found()

    def _list(self, kind: str, query: Mapping[str, str]) -> Answer:
        return _page([self._shown(kind, found) for found in self._store.all(kind) if _matches(kind, found, query)])

    def _create(self, kind: str, method: str, body: Values) -> Answer:
        if method != "POST":
            raise Refused(405, {"detail": "Method not allowed."})
        created = self._store.create(kind, body)
        if kind == "projects":
            self._begin_update(created["id"])
        return Answer(201, self._shown(kind, created))

    def _one(self, kind: str, number: int, method: str, body: Values) -> Answer:
        if method == "GET":
            return Answer(200, self._shown(kind, self._store.get(kind, number)))
        if method == "DELETE":
            self._store.delete(kind, number)
            return Answer(204)
        if method != "PATCH":
            raise Refused(405, {"detail": "Method not allowed."})
        before = self._store.get(kind, number)
        after = self._store.change(kind, number, body)
        if kind == "projects" and any(before[name] != after[name] for name in CHANGES_OF_SOURCE):
            self._begin_update(number)
        return Answer(200, self._shown(kind, after))

    def _survey(self, number: int, method: str, body: Any) -> Answer:
        self._store.get("job_templates", number)
        if method == "GET":
            return Answer(200, surveys.displayed(self._store.surveys.get(number, {})))
        if method == "DELETE":
            self._store.surveys.pop(number, None)
            return Answer(200)
        if problem := surveys.problem(body):
            raise Refused(400, {"error": problem})
        self._store.surveys[number] = body
        return Answer(200)

    def _credentials(self, number: int, method: str, body: Any) -> Answer:
        self._store.get("job_templates", number)
        if method == "GET":
            kept = [self._store.get("credentials", each) for each in self._store.credentials.get(number, [])]
            return _page([self._shown("credentials", each) for each in kept])
        if body.get("disassociate"):
            self._store.remove_credential(number, body["id"])
        else:
            self._store.add_credential(number, body["id"])
        return Answer(204)

    def _begin_update(self, project: int) -> None:
        update = len(self._updates) + 1
        self._updates[update] = 0
        self._project_of[update] = project

    def _update(self, update: int) -> Answer:
        if update not in self._updates:
            raise not_found()
        self._updates[update] += 1
        if self._updates[update] == 1:
            return Answer(200, {"id": update, "status": "running"})
        self._store.fetch(self._project_of[update])
        return Answer(200, {"id": update, "status": "successful"})

    def _shown(self, kind: str, found: Values) -> Values:
        """Return an object as AWX shows it."""
        address = f"{PREFIX}{kind}/{found['id']}/"
        shown = {**found, "type": KINDS[kind].type, "url": address, "related": {}, "summary_fields": {}}
        if kind == "job_templates":
            shown["related"]["survey_spec"] = f"{address}survey_spec/"
        if kind == "projects":
            updates = [update for update, project in self._project_of.items() if project == found["id"]]
            running = [update for update in updates if self._updates[update] < 2]
            shown["scm_revision"] = ""
            shown["summary_fields"] = {"current_update": {"id": running[-1]}} if running else {}
        if kind == "credentials":
            fields = self._store.get("credential_types", found["credential_type"])["inputs"].get("fields", [])
            secret = [field["id"] for field in fields if field.get("secret")]
            shown["inputs"] = {
                name: surveys.ENCRYPTED if name in secret else value for name, value in found["inputs"].items()
            }
        return shown


def _page(found: list[Values]) -> Answer:
    return Answer(200, {"count": len(found), "next": None, "previous": None, "results": found})


def _matches(kind: str, found: Values, query: Mapping[str, str]) -> bool:
    alternatives = [key for key in query if key.startswith("or__")]
    for key in query:
        if key.removeprefix("or__") not in {"id", *KINDS[kind].fields}:
            raise bad("detail", f"{KINDS[kind].type} has no field {key}.")
    if not all(str(found[key]) == query[key] for key in query if key not in alternatives):
        return False
    return not alternatives or any(str(found[key.removeprefix("or__")]) == query[key] for key in alternatives)
