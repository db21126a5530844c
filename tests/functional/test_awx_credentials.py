# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The credential types of configure_awx, injected by AWX's own code into jobs of its job templates."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from awx_plugins.interfaces._temporary_private_inject_api import ENV_BLOCKLIST, inject_credential
from support.awx_data import NAMES, Template, Unsafe, data, filled_in, templates
from support.leak_search import assert_no_leak
from support.playbook import Outcome, Playbook, assert_all_ok
from support.role_plays import SOURCE, arrived

TYPES = {each["name"]: each for each in data()["controller_credential_types"]}
TENANT, CLIENTS, VAULT = TYPES
TEMPLATES = {template.name: template for template in templates()}
PATHS = {"secret/data/sailpoint/*": ["create", "read", "update"], "secret/metadata/sailpoint/*": ["read"]}


class Answer(str):
    """An answer to a survey, which AWX marks as unsafe."""


yaml.SafeDumper.add_representer(Answer, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text)))
yaml.SafeDumper.add_representer(Unsafe, lambda dumper, text: dumper.represent_str(str(text)))


class Credential:
    """A credential as AWX's code expects it. An empty field is missing."""

    def __init__(self, inputs: dict[str, str]) -> None:
        self._inputs = inputs

    def get_input_keys(self) -> list[str]:
        """Return the names of the filled fields."""
        return list(self._inputs)

    def get_input(self, field: str, default: str = "") -> str:
        """Return the value of a field."""
        return self._inputs.get(field, default)


class Job:
    """A job of a job template as AWX runs it: the injected credentials, and the variables of template and survey."""

    def __init__(self, template: Template, folder: Path) -> None:
        self.template = template
        self.environment: dict[str, str] = {}
        self.shown_environment: dict[str, str] = {}
        self.arguments: list[str] = []
        self._folder = folder
        (folder / "env").mkdir(parents=True)

    def inject(self, type_name: str, **inputs: str) -> None:
        """Inject a credential of a type."""
        credential_type = TYPES[type_name]
        cred_type = SimpleNamespace(
            inputs=credential_type["inputs"], injectors=credential_type["injectors"], managed=False
        )
        how = {"container_root": self._folder}
        targets = (self.environment, self.shown_environment, self.arguments)
        inject_credential(cred_type, Credential(inputs), *targets, str(self._folder), **how)

    def run(self, playbook: Playbook, inventory: dict[str, Any], answers: dict[str, Any], **meta: Any) -> Outcome:
        """Run it with answers to the survey. Missing answers are those that AWX's pages send.

        :param meta: variables that AWX adds.
        """
        questions = self.template.questions
        answers = {name: answers.get(name, question.get("default", "")) for name, question in questions.items()}
        unsafe = {name: Answer(answer) if isinstance(answer, str) else answer for name, answer in answers.items()}
        variables = {**filled_in(self.template.values["extra_vars"]), **unsafe, **meta}
        name = self.template.playbook.stem
        return playbook.run(
            [{"name": name, "ansible.builtin.import_playbook": f"community.sailpoint.{name}"}],
            *("-e", "@job.yml", *self.arguments),
            inventory=inventory,
            environment=self.environment,
            files={"job.yml": yaml.safe_dump(variables)},
        )


@pytest.fixture
def tenant(wide_tenant):
    """A tenant that a job reaches without its own certificate."""
    return wide_tenant


def tenant_inputs(tenant: Any, client: str) -> dict[str, str]:
    """Return the required inputs of a tenant's credential."""
    return {"base_url": tenant.base_url, **tenant.clients[client]}


def app_role(openbao: Any, mount: str) -> dict[str, str]:
    """Return role ID and secret ID of an AppRole that may store passwords."""
    openbao.ask("PUT", "sys/policies/acl/awx", {"policy": json.dumps({"path": _granted(PATHS)})})
    openbao.ask("POST", f"sys/auth/{mount}", {"type": "approle"})
    openbao.ask("POST", f"auth/{mount}/role/awx", {"token_policies": ["awx"]})
    role_id = openbao.ask("GET", f"auth/{mount}/role/awx/role-id")["data"]["role_id"]
    secret_id = openbao.ask("POST", f"auth/{mount}/role/awx/secret-id")["data"]["secret_id"]
    return {"role_id": role_id, "secret_id": secret_id}


def _granted(paths: dict[str, list[str]]) -> dict[str, Any]:
    return {path: {"capabilities": capabilities} for path, capabilities in paths.items()}


def test_awx_injects_all_variables():
    injected = {name for credential_type in TYPES.values() for name in credential_type["injectors"].get("env", {})}
    assert injected.isdisjoint(ENV_BLOCKLIST)


def test_rotate_a_password_keeps_it_in_the_vault(playbook, tenant, openbao, tmp_path, monkeypatch):
    monkeypatch.setitem(NAMES, "store_mount", "secret")
    monkeypatch.setitem(NAMES, "store_dir", "")
    job = Job(TEMPLATES["Rotate a password"], tmp_path / "private")
    job.inject(TENANT, **tenant_inputs(tenant, "api-client"))
    role = app_role(openbao, "jobs")
    job.inject(VAULT, url=openbao.url, role_mount="jobs", **role)
    (host,) = data()["controller_hosts"]
    answers = {"rotate_password_user_name": "svc-backup", "rotate_password_source_name": SOURCE}
    outcome = job.run(playbook, {"localhost": host["variables"]}, answers)
    assert_all_ok(outcome)
    (path,) = openbao.paths()
    password = openbao.read(path).data["current"]["password"]
    assert arrived(tenant) == password
    secrets = [password, tenant.clients["api-client"]["client_secret"], role["secret_id"]]
    assert_no_leak(outcome, secrets)
    assert not [secret for secret in secrets if secret in json.dumps(job.shown_environment)]
    assert {"SAIL_API_VERSION": "", "VAULT_TOKEN": "", "VAULT_NAMESPACE": ""}.items() <= job.environment.items()


def test_a_slice_has_its_own_client_and_journal(playbook, tenant, tmp_path, monkeypatch):
    monkeypatch.setitem(NAMES, "journal_dir", str(tmp_path))
    job = Job(TEMPLATES["Rotate accounts"], tmp_path / "private")
    # Neither this client nor the other client of the slices may set a password.
    job.inject(TENANT, **tenant_inputs(tenant, "api-client-no-scopes"))
    clients = [tenant.clients[name] for name in ("api-client-query-only", "api-client")]
    job.inject(CLIENTS, clients=yaml.safe_dump(clients))
    job.inject(VAULT)
    inventory = {
        host: {
            **filled_in(data()["controller_inventories"][1]["variables"]),
            "rotate_password_source_name": SOURCE,
            "rotate_password_store": "none",
            "rotate_password_discard": True,
        }
        for host in ("svc-backup", "multi account/2")
    }
    inventory["multi account/2"]["rotate_password_user_name"] = "user: not there"
    answers = {"rotate_accounts_hosts": "svc-backup", "rotate_accounts_rotation": "{{ Nov }}/%Y"}
    outcome = job.run(playbook, inventory, answers, awx_job_id=17)
    assert_all_ok(outcome)
    assert arrived(tenant)
    digest = hashlib.sha256(b"multi account/2").hexdigest()[:8]
    year = time.strftime("%Y")
    kinds = ("html", "json", "jsonl")
    assert written(tmp_path) == [f"-Nov-{year}.multi-account-2.{digest}.{kind}" for kind in kinds]
    assert_no_leak(outcome, [client["client_secret"] for client in clients])
    # The job after the slices gets the same name.
    (host,) = data()["controller_hosts"]
    report = Job(TEMPLATES["Merge reports"], tmp_path / "report")
    survey = {"rotate_accounts_rotation": answers["rotate_accounts_rotation"]}
    assert_all_ok(report.run(playbook, {"localhost": host["variables"]}, survey))
    merged = json.loads((tmp_path / f"-Nov-{year}.json").read_text("utf-8"))
    assert merged["totals"]["accounts"] == 1
    assert f"-Nov-{year}.html" in written(tmp_path)


def written(folder: Path) -> list[str]:
    """Return the names of the files that jobs wrote into a folder."""
    return sorted(path.name for path in folder.iterdir() if path.is_file() and path.suffix != ".lock")
