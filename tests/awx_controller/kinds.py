# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of AWX objects, with their fields."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import yaml


class Field(NamedTuple):
    """A field of an object.

    :ivar type: the Python type of its values, which is int for the id of an object.
    :ivar reference: the kind of the referenced object. The field may then be None.
    :ivar mapping: whether its text must be a mapping in JSON or YAML.
    :ivar read_only: whether only AWX sets it. Values of clients are ignored.
    """

    type: type
    default: Any
    required: bool = False
    reference: str = ""
    choices: tuple[str, ...] = ()
    mapping: bool = False
    read_only: bool = False

    def problem(self, value: Any) -> str:
        """Return the problem of a value, or an empty text."""
        if value is None:
            return "" if self.default is None else "This field may not be null."
        if not isinstance(value, self.type) or (self.type is int and isinstance(value, bool)):
            return f"{value!r} is not of type {self.type.__name__}."
        if self.required and value == "":
            return "This field may not be blank."
        if self.choices and value not in self.choices:
            return f"{value!r} is not one of {', '.join(self.choices)}."
        if self.mapping and value and not isinstance(_parsed(value), dict):
            return "Neither JSON nor YAML of a mapping."
        return ""


class Kind(NamedTuple):
    """A kind of objects: its type in AWX, its fields, and the fields that together are unique."""

    type: str
    fields: dict[str, Field]
    unique: tuple[str, ...]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        try:
            return yaml.safe_load(text)
        except yaml.YAMLError:
            return None


def _text(default: str = "", **more: Any) -> Field:
    return Field(str, default, **more)


def _reference(kind: str, **more: Any) -> Field:
    return Field(int, None, reference=kind, **more)


def _flags(*names: str) -> dict[str, Field]:
    return dict.fromkeys(names, Field(bool, False))


def _texts(*names: str) -> dict[str, Field]:
    return dict.fromkeys(names, _text())


def _numbers(*names: str) -> dict[str, Field]:
    return dict.fromkeys(names, Field(int, 0))


def _ask_on_launch(*options: str) -> dict[str, Field]:
    return _flags(*(f"ask_{option}_on_launch" for option in options))


NAMED = {"name": _text(required=True), "description": _text()}
OF_ORGANIZATION = {"organization": _reference("organizations", required=True)}
OPTIONS_ON_LAUNCH = (
    *("credential", "diff_mode", "execution_environment", "forks", "instance_groups", "inventory", "job_slice_count"),
    *("job_type", "labels", "limit", "scm_branch", "skip_tags", "tags", "timeout", "variables", "verbosity"),
)

KINDS = {
    "organizations": Kind(
        "organization",
        {**NAMED, **_numbers("max_hosts"), "default_environment": _reference("execution_environments")},
        ("name",),
    ),
    "execution_environments": Kind(
        "execution_environment",
        {
            **NAMED,
            "organization": _reference("organizations"),
            "image": _text(required=True),
            "pull": _text(choices=("", "always", "missing", "never")),
            "credential": _reference("credentials"),
        },
        ("name",),
    ),
    "credential_types": Kind(
        "credential_type",
        {
            **NAMED,
            # The other kinds are AWX's own.
            "kind": _text(required=True, choices=("cloud", "net")),
            "inputs": Field(dict, {}),
            "injectors": Field(dict, {}),
            "managed": Field(bool, False, read_only=True),
        },
        ("name", "kind"),
    ),
    "credentials": Kind(
        "credential",
        {
            **NAMED,
            **OF_ORGANIZATION,
            "credential_type": _reference("credential_types", required=True),
            "inputs": Field(dict, {}),
        },
        ("name", "organization", "credential_type"),
    ),
    "projects": Kind(
        "project",
        {
            **NAMED,
            **OF_ORGANIZATION,
            "scm_type": _text(choices=("", "git", "svn", "insights", "archive")),
            **_texts("scm_url", "scm_branch"),
            **_flags("scm_update_on_launch", "allow_override"),
            "default_environment": _reference("execution_environments"),
        },
        ("name", "organization"),
    ),
    "inventories": Kind(
        "inventory",
        {
            **NAMED,
            **OF_ORGANIZATION,
            "kind": _text(choices=("", "smart", "constructed")),
            "host_filter": Field(str, None),
            "variables": _text(mapping=True),
        },
        ("name", "organization"),
    ),
    "inventory_sources": Kind(
        "inventory_source",
        {
            **NAMED,
            "inventory": _reference("inventories", required=True),
            "source": _text(required=True, choices=("scm", "ec2", "gce", "azure_rm", "vmware", "controller")),
            "source_project": _reference("projects"),
            "source_vars": _text(mapping=True),
            "credential": _reference("credentials"),
            "execution_environment": _reference("execution_environments"),
            "verbosity": Field(int, 1),
            **_flags("overwrite", "overwrite_vars", "update_on_launch"),
            **_numbers("update_cache_timeout", "timeout"),
            **_texts("source_path", "limit"),
        },
        ("name", "inventory"),
    ),
    "hosts": Kind(
        "host",
        {
            **NAMED,
            "inventory": _reference("inventories", required=True),
            "enabled": Field(bool, True),
            "variables": _text(mapping=True),
        },
        ("name", "inventory"),
    ),
    "job_templates": Kind(
        "job_template",
        {
            **NAMED,
            "job_type": _text("run", choices=("run", "check")),
            # The organization of the project.
            "organization": _reference("organizations", read_only=True),
            "inventory": _reference("inventories"),
            "project": _reference("projects", required=True),
            "playbook": _text(required=True),
            "execution_environment": _reference("execution_environments"),
            "webhook_service": _text(choices=("", "github", "gitlab", "bitbucket_dc")),
            "extra_vars": _text(mapping=True),
            "job_slice_count": Field(int, 1),
            **_texts("limit", "job_tags", "skip_tags", "scm_branch"),
            **_numbers("forks", "timeout", "verbosity"),
            **_flags("allow_simultaneous", "become_enabled", "diff_mode", "survey_enabled", "use_fact_cache"),
            **_ask_on_launch(*OPTIONS_ON_LAUNCH),
        },
        ("name", "organization"),
    ),
    "workflow_job_templates": Kind(
        "workflow_job_template",
        {
            **NAMED,
            "organization": _reference("organizations"),
            "inventory": _reference("inventories"),
            "extra_vars": _text(mapping=True),
            **_texts("limit", "scm_branch"),
            **_flags("allow_simultaneous", "survey_enabled"),
            **_ask_on_launch("inventory", "labels", "limit", "variables"),
        },
        ("name", "organization"),
    ),
    "workflow_job_template_nodes": Kind(
        "workflow_job_template_node",
        {
            "type": _text(read_only=True),
            "identifier": _text(required=True),
            "workflow_job_template": _reference("workflow_job_templates", required=True),
            # A job template or a workflow, or an approval, which only AWX can enter.
            "unified_job_template": Field(int, None),
            "extra_data": Field(dict, {}),
            "job_type": Field(str, None, choices=("run", "check")),
            **_flags("all_parents_must_converge"),
        },
        ("identifier", "workflow_job_template"),
    ),
    "workflow_approval_templates": Kind("workflow_approval_template", {**NAMED, **_numbers("timeout")}, ("id",)),
    "schedules": Kind(
        "schedule",
        {
            **NAMED,
            "unified_job_template": Field(int, None, required=True),
            "rrule": _text(required=True),
            "extra_data": Field(dict, {}),
            "enabled": Field(bool, True),
        },
        ("name", "unified_job_template"),
    ),
    "notification_templates": Kind(
        "notification_template",
        {
            **NAMED,
            **OF_ORGANIZATION,
            "notification_type": _text(required=True, choices=("email", "slack", "webhook")),
            "notification_configuration": Field(dict, {}),
        },
        ("name", "organization"),
    ),
    "labels": Kind("label", {"name": _text(required=True), **OF_ORGANIZATION}, ("name", "organization")),
    "teams": Kind("team", {**NAMED, **OF_ORGANIZATION}, ("name", "organization")),
    "credential_input_sources": Kind(
        "credential_input_source",
        {
            "description": _text(),
            "input_field_name": _text(required=True),
            "target_credential": _reference("credentials", required=True),
            "source_credential": _reference("credentials", required=True),
            "metadata": Field(dict, {}),
        },
        ("input_field_name", "target_credential"),
    ),
}

UNIFIED = ("job_templates", "workflow_job_templates")
"""The kinds that a node or a schedule can start."""

_SENT = {f"notification_templates_{event}": "notification_templates" for event in ("started", "success", "error")}
ASSOCIATIONS: dict[str, dict[str, str]] = {
    "job_templates": {"credentials": "credentials", "labels": "labels", **_SENT},
    "workflow_job_templates": {
        "labels": "labels",
        **_SENT,
        "notification_templates_approvals": "notification_templates",
    },
    "workflow_job_template_nodes": dict.fromkeys(
        ("success_nodes", "always_nodes", "failure_nodes"), "workflow_job_template_nodes"
    ),
}
"""The associations of each kind, and the kinds of the associated objects."""

ROLES = {
    "job_templates": ("admin_role", "execute_role", "read_role"),
    "workflow_job_templates": ("admin_role", "execute_role", "read_role", "approval_role"),
}
"""The roles of each kind."""

REQUIRED_OF_NOTIFICATIONS = {
    "email": ("host", "recipients", "sender"),
    "slack": ("token", "channels"),
    "webhook": ("url", "http_method"),
}
