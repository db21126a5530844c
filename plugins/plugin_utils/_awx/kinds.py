# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWX is set up with: variables, and kinds of objects, in an order in which what is referred to comes first."""

from __future__ import annotations

import re
import typing as t

from ansible.module_utils.parsing.convert_bool import boolean

from ...module_utils._errors import InputError

NAMES = "_configure_awx"
"""The variable with those of the playbook, without their prefix and with their defaults."""

Values = dict[str, t.Any]

_SWITCHES = ("teams",)

LINKS = ("success_nodes", "always_nodes", "failure_nodes")
"""The fields of a workflow's node that name the nodes after it."""

Entries = t.Iterable[Values]


class Variables:
    """The variables, with all templates evaluated.

    :param values: by name: C(_configure_awx), and lists of objects.
    """

    def __init__(self, values: t.Mapping[str, t.Any]) -> None:
        self._values = values

    def given(self, name: str) -> t.Any:
        """Return a variable of the playbook by its name without the prefix; it is false where it was not given."""
        value = self._values[NAMES][name]
        # On the command line, -e gives texts.
        return boolean(value, strict=False) if name in _SWITCHES else value

    def entries(self, name: str) -> list[Values]:
        return self._values[name]

    def check(self) -> None:
        """Raise InputError where something is missing that has no default."""
        if not self.given("execution_environment_image"):
            raise InputError(
                "Set configure_awx_execution_environment_image to the image that jobs should run in.",
                'There is none ready-made: build one with "ansible-builder build -f '
                'extensions/ee/execution-environment.yml", and push it to a registry that AWX can reach. Nothing was '
                "changed.",
            )


class Kind(t.NamedTuple):
    """A kind of objects, or of second parts of objects: fields that AWX takes only once other objects are there.

    :ivar endpoint: where AWX's API has them.
    :ivar title: what the output calls one, with its fields as of C(str.format).
    :ivar variable: the variable with the list of them, which is named as the roles of infra.aap_configuration name it.
    :ivar references: the fields that name other objects, and the endpoints of these.
    :ivar option: the variable of the playbook without which there are none.
    :ivar made: from the entries of the list to the options of the module.
    :ivar name: the field with its name.
    :ivar within: the field with the object in which the name is unique, empty where it is unique in all of AWX.
    :ivar later: the fields of which this is the second part. In a new object they are empty.
    :ivar secret: whether the options may hold secrets.
    :ivar fetches: whether AWX has to have fetched the object, a project, before the next step.
    """

    endpoint: str
    title: str
    variable: str
    references: t.Mapping[str, str] = {}
    option: str = ""
    made: t.Callable[[Variables, Entries], Entries] = lambda _variables, entries: entries
    name: str = "name"
    within: str = "organization"
    later: tuple[str, ...] = ()
    secret: bool = False
    fetches: bool = False

    @property
    def module(self) -> str:
        """The module of the collection awx.awx that sets one up: named as the endpoint, in the singular."""
        return re.sub("(ie)?s$", lambda plural: "y" if plural[1] else "", self.endpoint)


def entries_of(kind: Kind, variables: Variables) -> Entries:
    if kind.option and not variables.given(kind.option):
        return []
    return kind.made(variables, variables.entries(kind.variable))


def _without(*fields: str) -> t.Callable[[Variables, Entries], Entries]:
    return lambda _variables, entries: [
        {name: value for name, value in entry.items() if name not in fields} for entry in entries
    ]


def _branch_override(variables: Variables, entries: Entries) -> Entries:
    return [{name: entry[name] for name in ("name", "organization", "allow_override")} for entry in entries]


def _told_of(*events: str) -> t.Callable[[Variables, Entries], Entries]:
    """Return what has AWX label objects and tell of *events*; without both, what people have added by hand stays."""

    def with_extras(variables: Variables, entries: Entries) -> Entries:
        extras: Values = {}
        if variables.given("label"):
            extras["labels"] = [variables.given("label")]
        if variables.given("notification_type"):
            names = [entry["name"] for entry in variables.entries("controller_notifications")]
            extras.update({f"notification_templates_{event}": names for event in events})
        return [{**entry, **extras} for entry in entries]

    return with_extras


def _workflows(variables: Variables, entries: Entries) -> Entries:
    return _without("simplified_workflow_nodes")(variables, _told_of("approvals", "error")(variables, entries))


def _nodes(variables: Variables, entries: Entries) -> Entries:
    for workflow in entries:
        organization = workflow["organization"]
        for node in _without(*LINKS)(variables, workflow["simplified_workflow_nodes"]):
            yield {
                "workflow_job_template": workflow["name"],
                "organization": organization,
                "lookup_organization": organization,
                **node,
            }


def _links(_variables: Variables, entries: Entries) -> Entries:
    for workflow in entries:
        for node in workflow["simplified_workflow_nodes"]:
            yield {
                "workflow_job_template": workflow["name"],
                "organization": workflow["organization"],
                "identifier": node["identifier"],
                **{name: node.get(name, []) for name in LINKS},
            }


def _roles(variables: Variables, entries: Entries) -> Entries:
    for entry in entries:
        # Without a folder for journals there is no workflow.
        role = {**entry, "workflows": entry["workflows"] if variables.given("journal_dir") else []}
        if role["job_templates"] or role["workflows"]:
            yield role


_IN_ORGANIZATION = {"organization": "organizations"}
_EXTRAS = {
    "labels": "labels",
    "notification_templates_error": "notification_templates",
    "notification_templates_approvals": "notification_templates",
}

KINDS = (
    Kind("organizations", "organization {name}", "aap_organizations", within=""),
    Kind(
        "execution_environments",
        "execution environment {name}",
        "controller_execution_environments",
        _IN_ORGANIZATION,
        within="",
    ),
    Kind("credential_types", "credential type {name}", "controller_credential_types", within=""),
    Kind(
        "credentials",
        "credential {name}",
        "controller_credentials",
        {**_IN_ORGANIZATION, "credential_type": "credential_types"},
    ),
    Kind(
        "projects",
        "project {name}",
        "controller_projects",
        _IN_ORGANIZATION,
        made=_without("allow_override"),
        fetches=True,
    ),
    Kind("inventories", "inventory {name}", "controller_inventories", _IN_ORGANIZATION),
    Kind(
        "inventory_sources",
        "inventory source {name}",
        "controller_inventory_sources",
        {
            **_IN_ORGANIZATION,
            "inventory": "inventories",
            "source_project": "projects",
            "execution_environment": "execution_environments",
            "credential": "credentials",
        },
        within="inventory",
    ),
    Kind("hosts", "host {name}", "controller_hosts", {"inventory": "inventories"}, within="inventory"),
    Kind(
        "notification_templates",
        "notification {name}",
        "controller_notifications",
        _IN_ORGANIZATION,
        option="notification_type",
        secret=True,
    ),
    Kind("labels", "label {name}", "controller_labels", _IN_ORGANIZATION, option="label"),
    Kind(
        "job_templates",
        "job template {name}",
        "controller_templates",
        {
            **_IN_ORGANIZATION,
            "project": "projects",
            "inventory": "inventories",
            "execution_environment": "execution_environments",
            "credentials": "credentials",
            **_EXTRAS,
        },
        made=_told_of("error"),
    ),
    # AWX refuses it while a job template has its own branch, so this comes after the job templates.
    Kind(
        "projects",
        "branch override of project {name}",
        "controller_projects",
        _IN_ORGANIZATION,
        made=_branch_override,
        later=("allow_override",),
    ),
    Kind(
        "credential_input_sources",
        "external vault of credential {target_credential}",
        "controller_credential_input_sources",
        {"target_credential": "credentials"},
        option="client_secret_from",
        name="input_field_name",
        within="target_credential",
    ),
    Kind(
        "workflow_job_templates",
        "workflow {name}",
        "controller_workflows",
        {**_IN_ORGANIZATION, **_EXTRAS},
        option="journal_dir",
        made=_workflows,
    ),
    Kind(
        "workflow_job_template_nodes",
        "workflow node {identifier}",
        "controller_workflows",
        {"workflow_job_template": "workflow_job_templates", "unified_job_template": "job_templates"},
        option="journal_dir",
        made=_nodes,
        name="identifier",
        within="workflow_job_template",
    ),
    # A node is followed by nodes that come later in the list, so all of them come first.
    Kind(
        "workflow_job_template_nodes",
        "links of workflow node {identifier}",
        "controller_workflows",
        {"workflow_job_template": "workflow_job_templates", **dict.fromkeys(LINKS, "workflow_job_template_nodes")},
        option="journal_dir",
        made=_links,
        name="identifier",
        within="workflow_job_template",
        later=LINKS,
    ),
    Kind(
        "schedules",
        "schedule {name}",
        "controller_schedules",
        {"unified_job_template": "job_templates"},
        option="journal_dir",
        within="unified_job_template",
    ),
    Kind("teams", "team {name}", "aap_teams", _IN_ORGANIZATION, option="teams"),
    Kind(
        "roles",
        "role {role} of team {team}",
        "controller_roles",
        {"team": "teams", "job_templates": "job_templates", "workflows": "workflow_job_templates"},
        option="teams",
        made=_roles,
        name="role",
        within="team",
    ),
)

VARIABLES = (NAMES, *dict.fromkeys(kind.variable for kind in KINDS))
"""The names of all variables that are read."""
