# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in's REST API: from a method, a path and a body to a status and a body."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from awx_controller import surveys
from awx_controller.kinds import ASSOCIATIONS, KINDS, UNIFIED
from awx_controller.store import Refused, Store, Values, bad, not_found

PREFIX = "/api/v2/"
CHANGES_OF_SOURCE = ("scm_type", "scm_url", "scm_branch")


class Response(NamedTuple):
    """An HTTP status and a body to send as JSON, or None for no body."""

    status: int
    body: Any = None


class Api:
    """Responds to requests with the objects of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        # How often the state of an update was read, by its id. At the first read, it is still running.
        self._updates: dict[int, int] = {}
        self._project_of: dict[int, int] = {}

    def respond(self, method: str, path: str, query: Mapping[str, str], body: Any) -> Response:
        """Return the response to a request.

        :param path: without the prefix, such as organizations/1/.
        """
        try:
            return self._respond(method, path, query, body)
        except Refused as refusal:
            return Response(refusal.status, refusal.body)

    def _respond(self, method: str, path: str, query: Mapping[str, str], body: Any) -> Response:
        if not path.endswith("/"):
            raise not_found()
        kind, *rest = path.rstrip("/").split("/")
        if kind == "project_updates" and len(rest) == 1:
            return self._update(int(rest[0]))
        if kind == "unified_job_templates" and method == "GET":
            return self._unified(query)
        if kind == "roles" and len(rest) == 2 and rest[1] == "teams":
            return self._grants(int(rest[0]), method, body)
        if kind not in KINDS or (kind == "workflow_approval_templates" and not rest):
            raise not_found()
        if not rest:
            return self._list(kind, query) if method == "GET" else self._create(kind, method, body)
        number = int(rest[0])
        if len(rest) == 1:
            return self._one(kind, number, method, body)
        if kind in UNIFIED and rest[1:] == ["survey_spec"]:
            return self._survey(kind, number, method, body)
        if rest[1] in ASSOCIATIONS.get(kind, {}) and len(rest) == 2:
            return self._associated(kind, number, rest[1], method, body)
        if kind == "projects" and rest[1:] == ["update"] and method == "POST":
            self._store.get(kind, number)
            return Response(202, self._shown_update(self._begin_update(number)))
        if kind == "workflow_job_template_nodes" and rest[1:] == ["create_approval_template"] and method == "POST":
            return self._approval(number, body)
        raise not_found()

    def _list(self, kind: str, query: Mapping[str, str]) -> Response:
        return _page([self._shown(kind, found) for found in self._store.all(kind) if _matches(kind, found, query)])

    def _create(self, kind: str, method: str, body: Values) -> Response:
        if method != "POST":
            raise Refused(405, {"detail": "Method not allowed."})
        created = self._store.create(kind, body)
        if kind == "projects":
            self._begin_update(created["id"])
        return Response(201, self._shown(kind, created))

    def _one(self, kind: str, number: int, method: str, body: Values) -> Response:
        if method == "GET":
            return Response(200, self._shown(kind, self._store.get(kind, number)))
        if method == "DELETE":
            self._store.delete(kind, number)
            return Response(204)
        if method != "PATCH":
            raise Refused(405, {"detail": "Method not allowed."})
        before = self._store.get(kind, number)
        after = self._store.change(kind, number, body)
        if kind == "projects" and any(before[name] != after[name] for name in CHANGES_OF_SOURCE):
            self._begin_update(number)
        return Response(200, self._shown(kind, after))

    def _unified(self, query: Mapping[str, str]) -> Response:
        found = [
            self._shown(kind, each)
            for kind in UNIFIED
            for each in self._store.all(kind)
            if _matches(kind, each, {name: value for name, value in query.items() if name != "type"})
        ]
        return _page([each for each in found if query.get("type", each["type"]) == each["type"]])

    def _grants(self, role: int, method: str, body: Values) -> Response:
        """List the teams that have a role, or grant or revoke it."""
        if role not in self._store.roles.values():
            raise not_found()
        kept = self._store.granted.setdefault(role, [])
        if method == "GET":
            return _page([self._shown("teams", self._store.get("teams", each)) for each in kept])
        self._store.get("teams", body["id"])
        (kept.remove if body.get("disassociate") else kept.append)(body["id"])
        return Response(204)

    def _approval(self, node: int, body: Values) -> Response:
        """Let a node wait for an approval."""
        if self._store.get("workflow_job_template_nodes", node)["unified_job_template"] is not None:
            raise bad("detail", "The node starts something else.")
        created = self._store.create("workflow_approval_templates", body)
        self._store.change("workflow_job_template_nodes", node, {"unified_job_template": created["id"]})
        return Response(201, self._shown("workflow_approval_templates", created))

    def _survey(self, kind: str, number: int, method: str, body: Any) -> Response:
        self._store.get(kind, number)
        if method == "GET":
            return Response(200, surveys.displayed(self._store.surveys.get(number, {})))
        if method == "DELETE":
            self._store.surveys.pop(number, None)
            return Response(200)
        if problem := surveys.problem(body):
            raise Refused(400, {"error": problem})
        self._store.surveys[number] = body
        return Response(200)

    def _associated(self, kind: str, number: int, name: str, method: str, body: Any) -> Response:
        if method == "GET":
            other = ASSOCIATIONS[kind][name]
            return _page([self._shown(other, each) for each in self._store.associated(kind, number, name)])
        change = self._store.disassociate if body.get("disassociate") else self._store.associate
        change(kind, number, name, body["id"])
        return Response(204)

    def _begin_update(self, project: int) -> int:
        update = len(self._updates) + 1
        self._updates[update] = 0
        self._project_of[update] = project
        return update

    def _update(self, update: int) -> Response:
        if update not in self._updates:
            raise not_found()
        self._updates[update] += 1
        if self._updates[update] == 2:
            self._store.fetch(self._project_of[update])
        return Response(200, self._shown_update(update))

    def _shown_update(self, update: int) -> Values:
        done = self._updates[update] > 1
        status = self._store.fetches[self._project_of[update]] if done else "running"
        return {
            "id": update,
            "url": f"{PREFIX}project_updates/{update}/",
            "status": status,
            "failed": status == "failed",
            "finished": "2026-01-01T00:00:00Z" if done else None,
            "scm_revision": "",
        }

    def _shown(self, kind: str, found: Values) -> Values:
        """Return an object as AWX shows it."""
        address = f"{PREFIX}{kind}/{found['id']}/"
        shown = {**found, "type": KINDS[kind].type, "url": address, "related": {}, "summary_fields": {}}
        if kind in UNIFIED:
            shown["related"]["survey_spec"] = f"{address}survey_spec/"
            roles = self._store.roles_of(kind, found["id"])
            shown["summary_fields"]["object_roles"] = {name: {"id": role} for name, role in roles.items()}
        if kind == "workflow_job_template_nodes" and found["unified_job_template"] is not None:
            started = self._store.unified(found["unified_job_template"])
            where = "workflow_approval_templates" if started is None else started[0]
            shown["related"]["unified_job_template"] = f"{PREFIX}{where}/{found['unified_job_template']}/"
        if kind == "notification_templates":
            shown["notification_configuration"] = _hidden(found["notification_configuration"], ("token", "password"))
        if kind == "projects":
            updates = [update for update, project in self._project_of.items() if project == found["id"]]
            running = [update for update in updates if self._updates[update] < 2]
            shown["scm_revision"] = ""
            shown["related"]["update"] = f"{address}update/"
            shown["status"] = "running" if running else self._store.fetches.get(found["id"], "never updated")
            shown["summary_fields"] = {"current_update": {"id": running[-1]}} if running else {}
        if kind == "credentials":
            fields = self._store.input_fields(found["credential_type"])
            shown["inputs"] = _hidden(found["inputs"], [name for name, field in fields.items() if field.get("secret")])
        return shown


def _hidden(values: Values, secret: Collection[str]) -> Values:
    return {name: surveys.ENCRYPTED if name in secret else value for name, value in values.items()}


def _page(found: list[Values]) -> Response:
    return Response(200, {"count": len(found), "next": None, "previous": None, "results": found})


def _matches(kind: str, found: Values, query: Mapping[str, str]) -> bool:
    required, alternatives = [], []
    for key, value in query.items():
        name = key.removeprefix("or__")
        if name not in {"id", *KINDS[kind].fields}:
            raise bad("detail", f"{KINDS[kind].type} has no field {key}.")
        (required if name == key else alternatives).append(str(found[name]) == value)
    return all(required) and (not alternatives or any(alternatives))
