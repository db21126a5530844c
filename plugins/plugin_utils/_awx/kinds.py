# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables with which AWX is set up, and the kinds of objects, in an order in which references already exist."""

from __future__ import annotations

import re
import typing as t

from ansible.module_utils.parsing.convert_bool import boolean

from ...module_utils._errors import InputError

NAMES = "_configure_awx"
"""The variable that holds the playbook's variables, without their prefix and with their defaults."""

Values = dict[str, t.Any]

LINKS = ("success_nodes", "always_nodes", "failure_nodes")
"""The fields of a workflow node that name the next nodes."""

Entries = t.Iterable[Values]


class Variables:
    """The variables, with all templates evaluated.

    :param values: ``_configure_awx`` and the lists of objects, by name.
    """

    def __init__(self, values: t.Mapping[str, t.Any]) -> None:
        self._values = values

    def option(self, name: str) -> t.Any:
        """Return a variable of the playbook by its name without the prefix. It is false if it was not given."""
        value = self._values[NAMES][name]
        # With -e name=value, it is text.
        return boolean(value, strict=False) if name == "teams" else value

    def entries(self, name: str) -> list[Values]:
        return self._values[name]

    def check(self) -> None:
        """Raise InputError if a variable without a default is missing."""
        if not self.option("execution_environment_image"):
            raise InputError(
                "Set configure_awx_execution_environment_image to the image that jobs should run in.",
                'There is none ready-made: build one with "ansible-builder build -f '
                'extensions/ee/execution-environment.yml", and push it to a registry that AWX can reach. Nothing was '
                "changed.",
            )


class Kind(t.NamedTuple):
    """A kind of object, or a second pass over objects that sets fields which AWX accepts only then.

    :ivar endpoint: the endpoint of AWX's API.
    :ivar title: the title of an object in the output, as a format string with its fields.
    :ivar variable: the variable with the list of objects, named as in the roles of infra.aap_configuration.
    :ivar references: the fields that name other objects, with their endpoints.
    :ivar option: the variable of the playbook without which there are no such objects.
    :ivar make_options: converts the entries of the list to the options of the module.
    :ivar name: the field with the object's name.
    :ivar within: the field with the object in which the name is unique. Empty if it is unique in all of AWX.
    :ivar deferred: the fields that this second pass sets. They are empty in a new object.
    :ivar secret: whether the options may contain secrets.
    :ivar fetches: whether the object is a project, which AWX must have fetched before the next step.
    """

    endpoint: str
    title: str
    variable: str
    references: t.Mapping[str, str] = {}
    option: str = ""
    make_options: t.Callable[[Variables, Entries], Entries] = lambda _variables, entries: entries
    name: str = "name"
    within: str = "organization"
    deferred: tuple[str, ...] = ()
    secret: bool = False
    fetches: bool = False

    @property
    def module(self) -> str:
        """The module of the collection awx.awx for such an object. It is named like the endpoint, in the singular."""
        return re.sub("(ie)?s$", lambda plural: "y" if plural[1] else "", self.endpoint)


def module_options(kind: Kind, variables: Variables) -> Entries:
    """Return the options of the module for each object of *kind*."""
    if kind.option and not variables.option(kind.option):
        return []
    return kind.make_options(variables, variables.entries(kind.variable))


def _without(*fields: str) -> t.Callable[[Variables, Entries], Entries]:
    return lambda _variables, entries: [
        {name: value for name, value in entry.items() if name not in fields} for entry in entries
    ]


def _branch_override(variables: Variables, entries: Entries) -> Entries:
    return [{name: entry[name] for name in ("name", "organization", "allow_override")} for entry in entries]


def _with_extras(*events: str) -> t.Callable[[Variables, Entries], Entries]:
    """Return a function that adds the configured label, and notifications of *events*, to objects.

    If one of them is not configured, labels or notifications that people have added in AWX stay.
    """

    def add_extras(variables: Variables, entries: Entries) -> Entries:
        extras: Values = {}
        if variables.option("label"):
            extras["labels"] = [variables.option("label")]
        if variables.option("notification_type"):
            names = [entry["name"] for entry in variables.entries("controller_notifications")]
            extras.update({f"notification_templates_{event}": names for event in events})
        return [{**entry, **extras} for entry in entries]

    return add_extras


def _workflows(variables: Variables, entries: Entries) -> Entries:
    return _without("simplified_workflow_nodes")(variables, _with_extras("approvals", "error")(variables, entries))


def _nodes(variables: Variables, entries: Entries) -> Entries:
    for workflow in entries:
        for node in _without(*LINKS)(variables, workflow["simplified_workflow_nodes"]):
            yield {
                "workflow_job_template": workflow["name"],
                "organization": workflow["organization"],
                "lookup_organization": workflow["organization"],
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
        role = {**entry, "workflows": entry["workflows"] if variables.option("journal_dir") else []}
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
        make_options=_without("allow_override"),
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
        make_options=_with_extras("error"),
    ),
    # AWX refuses to change this while a job template has its own branch, so the job templates come first.
    Kind(
        "projects",
        "branch override of project {name}",
        "controller_projects",
        _IN_ORGANIZATION,
        make_options=_branch_override,
        deferred=("allow_override",),
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
        make_options=_workflows,
    ),
    Kind(
        "workflow_job_template_nodes",
        "workflow node {identifier}",
        "controller_workflows",
        {"workflow_job_template": "workflow_job_templates", "unified_job_template": "job_templates"},
        option="journal_dir",
        make_options=_nodes,
        name="identifier",
        within="workflow_job_template",
    ),
    # Nodes link to later nodes in the list, so all nodes are created before their links.
    Kind(
        "workflow_job_template_nodes",
        "links of workflow node {identifier}",
        "controller_workflows",
        {"workflow_job_template": "workflow_job_templates", **dict.fromkeys(LINKS, "workflow_job_template_nodes")},
        option="journal_dir",
        make_options=_links,
        name="identifier",
        within="workflow_job_template",
        deferred=LINKS,
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
        make_options=_roles,
        name="role",
        within="team",
    ),
)

VARIABLES = (NAMES, *dict.fromkeys(kind.variable for kind in KINDS))
"""The names of all variables that are read from the playbook."""
