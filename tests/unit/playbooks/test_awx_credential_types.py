# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The credential types that configure_awx creates."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.community.sailpoint.plugins.module_utils._client import connection as _arguments
from awx_controller import credential_types
from jinja2.sandbox import ImmutableSandboxedEnvironment
from support.awx_data import data

TYPES: dict[str, dict[str, Any]] = {each["name"]: each for each in data()["controller_credential_types"]}
TENANT = TYPES["SailPoint Identity Security Cloud"]
# Variables that the collection reads and AWX doesn't set.
NOT_INJECTED = {"SAIL_ACCESS_TOKEN": "a token is valid for minutes, a credential for months"}
# Read by everything that uses requests.
BUNDLE = "REQUESTS_CA_BUNDLE"
SECRET = re.compile("secret|token|password|key|clients")

each_type = pytest.mark.parametrize("credential_type", TYPES.values(), ids=TYPES)


def fields(credential_type: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {field["id"]: field for field in credential_type["inputs"]["fields"]}


def injected(credential_type: dict[str, Any]) -> dict[str, str]:
    """Return the templates of everything that a type injects, by name."""
    return {name: template for part in credential_type["injectors"].values() for name, template in part.items()}


@each_type
def test_awx_takes_it_as_it_is(credential_type):
    """An addition by AWX would be a difference in each run of the playbook."""
    assert credential_types.completed(credential_type["inputs"]) == credential_type["inputs"]
    assert credential_type["kind"] in ("cloud", "net")
    assert credential_types.problems(credential_type["inputs"], credential_type["injectors"]) == []


@each_type
def test_a_field_that_holds_a_secret_is_secret(credential_type):
    shown = [name for name, field in fields(credential_type).items() if SECRET.search(name) and not field.get("secret")]
    assert shown == []


def test_a_field_for_a_secret_option_is_secret():
    spec = _arguments.connection_spec()
    options = {variable: spec[option] for option, variable in _arguments.ENVIRONMENT.items()}
    for variable, template in TENANT["injectors"]["env"].items():
        if variable == BUNDLE:
            continue
        field = fields(TENANT)[re.fullmatch(r"{{ (\w+) }}", template)[1]]
        assert field.get("secret", False) == options[variable].get("no_log", False), variable


@each_type
def test_there_are_no_booleans(credential_type):
    """AWX injects False for an omitted boolean, whatever its default."""
    assert {field["type"] for field in credential_type["inputs"]["fields"]} == {"string"}
    assert not any("default" in field for field in credential_type["inputs"]["fields"])


def test_the_environment_is_what_the_collection_reads():
    assert set(TENANT["injectors"]["env"]) == {BUNDLE, *_arguments.ENVIRONMENT.values()} - set(NOT_INJECTED)
    assert set(NOT_INJECTED) <= set(_arguments.ENVIRONMENT.values())


@each_type
def test_every_field_is_used(credential_type):
    templates = " ".join(injected(credential_type).values())
    assert [name for name in fields(credential_type) if not re.search(rf"\b{name}\b", templates)] == []


@each_type
def test_an_empty_field_injects_an_empty_string(credential_type):
    required = credential_type["inputs"].get("required", [])
    given = dict.fromkeys(required, "given")
    # When AWX starts a job, missing fields are undefined.
    environment = ImmutableSandboxedEnvironment()
    rendered = {name: environment.from_string(text).render(given) for name, text in injected(credential_type).items()}
    settings = {"ansible_hashi_vault_auth_method": "token", "ansible_hashi_vault_mount_point": "approle"}
    expected = {
        name: settings.get(
            name, "given" if required and any(re.search(rf"\b{field}\b", text) for field in required) else ""
        )
        for name, text in injected(credential_type).items()
    }
    assert rendered == expected


def test_an_own_ca_becomes_the_bundle_of_the_job_and_is_never_empty():
    """AWX creates the files first, and passes their names to the other templates."""
    ((file, content),) = TENANT["injectors"]["file"].items()
    name = file.removeprefix("template.")
    assert fields(TENANT)[name]["multiline"]
    given = {name: "-----BEGIN CERTIFICATE-----", "tower": {"filename": {name: "/runner/env/tmp1"}}}
    environment = ImmutableSandboxedEnvironment()
    assert environment.from_string(content).render(given) == given[name]
    bundle = environment.from_string(TENANT["injectors"]["env"][BUNDLE])
    assert bundle.render(given) == "/runner/env/tmp1"
    assert bundle.render(tower=given["tower"]) == ""
    # For community.hashi_vault, an empty CA would turn verification off.
    names = {name for credential_type in TYPES.values() for name in injected(credential_type)}
    assert names.isdisjoint({"VAULT_CACERT", "VAULT_SKIP_VERIFY", "ansible_hashi_vault_ca_cert"})


def test_only_the_tenant_credential_has_required_fields():
    """AWX starts no job whose credential lacks a required field, and some jobs need only some of the credentials."""
    assert [name for name, each in TYPES.items() if each["inputs"].get("required")] == [TENANT["name"]]


def test_credentials_are_created_empty_and_not_overwritten():
    for credential in data()["controller_credentials"]:
        assert credential["credential_type"] in TYPES
        assert credential["update_secrets"] is False
        assert "inputs" not in credential
