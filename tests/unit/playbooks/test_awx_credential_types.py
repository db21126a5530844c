# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The credential types that configure_awx makes."""

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
# What the collection reads and AWX does not give it.
NOT_INJECTED = {"SAIL_ACCESS_TOKEN": "a token is good for minutes, and a credential is kept for months"}
# What all that uses requests reads.
BUNDLE = "REQUESTS_CA_BUNDLE"
SECRET = re.compile("secret|token|password|key|clients")

each_type = pytest.mark.parametrize("kept", TYPES.values(), ids=TYPES)


def fields(kept: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {field["id"]: field for field in kept["inputs"]["fields"]}


def injected(kept: dict[str, Any]) -> dict[str, str]:
    """Return the templates of all that a type injects, by the name of the variable."""
    return {name: template for part in kept["injectors"].values() for name, template in part.items()}


@each_type
def test_awx_takes_it(kept):
    assert kept["kind"] in ("cloud", "net")
    assert credential_types.problems(kept["inputs"], kept["injectors"]) == []


@each_type
def test_awx_adds_nothing_to_it(kept):
    """What AWX adds would be a difference each time that the playbook runs."""
    assert credential_types.completed(kept["inputs"]) == kept["inputs"]


@each_type
def test_a_field_that_holds_a_secret_is_secret(kept):
    shown = [name for name, field in fields(kept).items() if SECRET.search(name) and not field.get("secret")]
    assert shown == []


def test_what_becomes_a_secret_option_is_secret():
    spec = _arguments.connection_spec()
    options = {variable: spec[option] for option, variable in _arguments.ENVIRONMENT.items()}
    for variable, template in TENANT["injectors"]["env"].items():
        if variable == BUNDLE:
            continue
        field = fields(TENANT)[re.fullmatch(r"{{ (\w+) }}", template)[1]]
        assert field.get("secret", False) == options[variable].get("no_log", False), variable


@each_type
def test_there_are_no_booleans(kept):
    """AWX injects False for one that was left out, whatever its default."""
    assert {field["type"] for field in kept["inputs"]["fields"]} == {"string"}
    assert not any("default" in field for field in kept["inputs"]["fields"])


def test_the_environment_is_what_the_collection_reads():
    assert set(TENANT["injectors"]["env"]) == {BUNDLE, *_arguments.ENVIRONMENT.values()} - set(NOT_INJECTED)
    assert set(NOT_INJECTED) <= set(_arguments.ENVIRONMENT.values())


@each_type
def test_every_field_goes_somewhere(kept):
    templates = " ".join(injected(kept).values())
    assert [name for name in fields(kept) if not re.search(rf"\b{name}\b", templates)] == []


@each_type
def test_a_field_that_is_left_empty_injects_an_empty_string(kept):
    required = kept["inputs"].get("required", [])
    given = dict.fromkeys(required, "given")
    # As AWX does it when a job starts: what isn't given is undefined.
    render = {
        name: ImmutableSandboxedEnvironment().from_string(text).render(given) for name, text in injected(kept).items()
    }
    settings = {"ansible_hashi_vault_auth_method": "token", "ansible_hashi_vault_mount_point": "approle"}
    expected = {
        name: settings.get(name, "given" if required and _reads(text, required) else "")
        for name, text in injected(kept).items()
    }
    assert render == expected


def test_a_ca_of_ones_own_becomes_the_bundle_that_the_job_trusts():
    """AWX makes the files first, and tells their names to the other templates."""
    ((file, content),) = TENANT["injectors"]["file"].items()
    name = file.removeprefix("template.")
    assert fields(TENANT)[name]["multiline"]
    given = {name: "-----BEGIN CERTIFICATE-----", "tower": {"filename": {name: "/runner/env/tmp1"}}}
    environment = ImmutableSandboxedEnvironment()
    assert environment.from_string(content).render(given) == given[name]
    bundle = environment.from_string(TENANT["injectors"]["env"][BUNDLE])
    assert bundle.render(given) == "/runner/env/tmp1"
    assert bundle.render(tower=given["tower"]) == ""


def test_an_empty_ca_is_never_injected():
    """community.hashi_vault would take it for a wish not to verify certificates."""
    names = {name for kept in TYPES.values() for name in injected(kept)}
    assert names.isdisjoint({"VAULT_CACERT", "VAULT_SKIP_VERIFY", "ansible_hashi_vault_ca_cert"})


def test_jobs_start_without_what_they_may_do_without():
    """AWX starts no job with a credential that lacks a required field, and templates have these for some jobs only."""
    assert [name for name, kept in TYPES.items() if kept["inputs"].get("required")] == [TENANT["name"]]


def test_the_credentials_are_empty_and_stay_as_they_were_filled_in():
    for credential in data()["controller_credentials"]:
        assert credential["credential_type"] in TYPES
        assert credential["update_secrets"] is False
        assert "inputs" not in credential


def _reads(template: str, names: list[str]) -> bool:
    return any(re.search(rf"\b{name}\b", template) for name in names)
