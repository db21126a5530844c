# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts that are stated in two places agree."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from ansible_collections.community.sailpoint.plugins.doc_fragments import connection
from ansible_collections.community.sailpoint.plugins.lookup import rotated_password
from ansible_collections.community.sailpoint.plugins.module_utils import _versions
from ansible_collections.community.sailpoint.plugins.module_utils._change import decision as _decision
from ansible_collections.community.sailpoint.plugins.module_utils._change import receipt as _receipt
from ansible_collections.community.sailpoint.plugins.module_utils._client import connection as _arguments
from ansible_collections.community.sailpoint.plugins.module_utils._client import operation as _operation
from ansible_collections.community.sailpoint.plugins.module_utils._errors import IscError
from ansible_collections.community.sailpoint.plugins.module_utils._password import policy as _policy
from ansible_collections.community.sailpoint.plugins.plugin_utils._rotation import options as _options
from support.modules import BY_NAME, run

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = "ansible_collections.community.sailpoint.plugins"
PREFIX = "community.sailpoint."
ALL = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
MODULES = [name for name in ALL if name.startswith("isc_")]
# They exist only on the control node; the module's file holds the documentation.
ACTIONS_ONLY = [name for name in ALL if name not in MODULES]
# Plugins with the options of the connection: the modules, the role's login, and a report that reads from ISC.
CONNECTED = [*MODULES, "password_report", "rotation_begin"]
SYNC_GROUP = {"name": "G", "policy": "Default", "sources": ["HR Database", "IdentityNow"]}
# The options that a module needs to succeed, besides the connection.
NEEDED = {
    "isc_login": {},
    "isc_account_info": {"source_name": "Active Directory"},
    "isc_password_info": {"user_name": "svc-backup", "source_name": "Active Directory"},
    "isc_password": {**BY_NAME, "wait_timeout": 600000},
    "isc_password_org_config": {"digit_token_length": 9},
    "isc_password_policy": {"name": "P", "client": "pat-abby"},
    "isc_password_settings": {"policies": [{"name": "P"}], "client": "pat-abby"},
    "isc_password_settings_info": {"client": "pat-abby"},
    "isc_password_sync_group": {**SYNC_GROUP, "client": "pat-abby"},
    "isc_source_password_policy": {"source_name": "HR Database", "policies": []},
    "isc_password_batch": {"accounts": [BY_NAME]},
    "isc_digit_token": {"user_id": "Abby.Smith"},
    "isc_tenant_info": {},
    "isc_source_credential": {"source_name": "Active Directory", "value": "first-password"},
}


def module(name):
    return importlib.import_module(f"{PLUGINS}.modules.{name}")


def plugin(name):
    """Return the holder of the options and secret keys: the module, or the action plugin if only that exists."""
    return module(name) if name in MODULES else importlib.import_module(f"{PLUGINS}.action.{name}").ActionModule


def secret_keys(name):
    """Return the secret keys of a result. The role's actions have theirs in a rotation."""
    return module(name).SECRET_KEYS if name in MODULES else ()


def loaded(path):
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def documentation(tmp_path_factory):
    """Return the documentation of the modules from ansible-doc, with fragments merged."""
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".build"),
        "ANSIBLE_HOME": str(tmp_path_factory.mktemp("ansible")),
    }
    command = [sys.executable, "-m", "ansible", "doc", "--json", *(PREFIX + name for name in ALL)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return {name.removeprefix(PREFIX): entry for name, entry in json.loads(done.stdout).items()}


def test_the_version_is_that_of_galaxy_yml():
    assert loaded("galaxy.yml")["version"] == _versions.VERSION
    assert _versions.USER_AGENT.endswith(f"/{_versions.VERSION}")


def test_modules_action_group_and_action_plugins_are_the_same():
    assert MODULES
    assert loaded("meta/runtime.yml")["action_groups"]["isc"] == CONNECTED
    assert sorted(path.stem for path in (ROOT / "plugins" / "action").glob("*.py")) == ALL


@pytest.mark.parametrize("name", MODULES)
def test_an_action_plugin_runs_the_module_of_its_name(name):
    action = importlib.import_module(f"{PLUGINS}.action.{name}")
    assert action.ActionModule.operation is module(name)


def described(options):
    """Return documented options as an argument specification without defaults of Ansible."""
    return {name: _facts(details, details.get("suboptions")) for name, details in (options or {}).items()}


def specified(spec):
    """Return the documented parts of an argument specification."""
    return {name: _facts(details, details.get("options"), specified) for name, details in spec.items()}


def _facts(details, inner, reader=described):
    facts = {key: details.get(key) for key in ("default", "choices", "elements")}
    return {
        **facts,
        "type": details.get("type", "str"),
        "required": details.get("required", False),
        "options": reader(inner) if inner else None,
    }


@pytest.mark.parametrize("name", ALL)
def test_the_options_are_documented_as_they_are(documentation, name):
    assert described(documentation[name]["doc"]["options"]) == specified(plugin(name).ARGUMENT_SPEC)
    assert all(option["description"] for option in documentation[name]["doc"]["options"].values())


@pytest.mark.parametrize("name", ALL)
def test_the_attributes_are_described_and_supported_somehow(documentation, name):
    attributes = documentation[name]["doc"]["attributes"]
    in_group = {"action_group"} if name in CONNECTED else set()
    assert attributes.keys() == in_group | {"async", "check_mode", "diff_mode", "idempotent"}
    assert all(attribute["description"] and attribute["support"] for attribute in attributes.values())
    assert (attributes["async"]["support"] == "none") is (bool(secret_keys(name)) or name in ACTIONS_ONLY)


def test_environment_variables_are_documented_as_they_are():
    options = yaml.safe_load(connection.ModuleDocFragment.DOCUMENTATION)["options"]
    found = {name: re.findall(r"E\((SAIL_\w+)\)", " ".join(each["description"])) for name, each in options.items()}
    documented = {name: names for name, names in found.items() if names}
    assert documented == {name: [variable] for name, variable in _arguments.ENVIRONMENT.items()}
    fallbacks = {name: each["fallback"] for name, each in _arguments.connection_spec().items() if "fallback" in each}
    assert fallbacks == {name: (_arguments.environment_variable, names) for name, names in documented.items()}
    # The default is the first API version.
    assert _operation.API_VERSIONS[0] == _operation.DEFAULT_API_VERSION


def all_options(spec):
    for name, details in spec.items():
        yield name, details
        yield from all_options(details.get("options") or {})


@pytest.mark.parametrize("name", MODULES)
def test_a_module_that_encrypts_a_password_says_what_it_needs(documentation, name):
    encrypts = "public_key" in dict(all_options(module(name).ARGUMENT_SPEC))
    needed = documentation[name]["doc"]["requirements"]
    assert any(one.startswith("cryptography ") for one in needed) is encrypts


@pytest.mark.parametrize("name", ALL)
def test_an_option_that_sounds_secret_states_whether_it_is(name):
    options = dict(all_options(plugin(name).ARGUMENT_SPEC))
    sounding = {option for option in options if re.search("pass|secret|token|key", option)}
    assert {option for option in sounding if "no_log" not in options[option]} == set()
    secret = {option for option, details in options.items() if details.get("no_log")}
    connection_secrets = {"client_secret", "access_token"} if name in CONNECTED else set()
    # In a password policy, the value of an identity's attribute is not a secret.
    values = set() if name == "isc_source_password_policy" else {"value"}
    assert secret == connection_secrets | (options.keys() & {"password", "key", *values})


def test_the_result_of_a_query_can_be_passed_to_isc_password(documentation):
    documented = documentation["isc_password_info"]["return"]
    returned = {key for key, details in documented.items() if details["returned"] == "success"}
    assert returned - {"policy"} <= module("isc_password").ARGUMENT_SPEC.keys()
    contained = documentation["isc_password_info"]["return"]["accounts"]["contains"]
    assert contained.keys() == module("isc_password").ARGUMENT_SPEC["accounts"]["options"].keys()


def test_policy_keys_and_decisions_are_documented(documentation):
    description = " ".join(documentation["isc_password_info"]["return"]["policy"]["description"])
    assert set(re.findall(r"C\((\w+)\)", description)) == {rule.key for rule in _policy.RULES} | {"checks", "unknown"}
    decision = " ".join(documentation["isc_password"]["return"]["decision"]["description"])
    known = (_decision.SEND, _decision.RESUMED, _decision.SAME_PASSWORD, _decision.YOUNG, _decision.UNKNOWN_AGE)
    assert re.findall(r"V\((\w+)\) when", decision) == list(known)


def always_returned(returned):
    return {key for key, details in returned.items() if details["returned"].startswith("success")}


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_every_result_is_documented(documentation, tenant, fake_time, name):
    result = run(module(name), tenant, fake_time, **NEEDED[name])
    returned = documentation[name]["return"]
    assert result.keys() - {"changed"} == always_returned(returned)
    kinds = {"str": str, "int": int, "float": float, "bool": bool, "list": list, "dict": dict}
    for key, value in result.items():
        assert value is None or key == "changed" or isinstance(value, kinds[returned[key]["type"]]), key


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_result_with_a_receipt_is_documented(documentation, tenant, fake_time, check_mode):
    result = run(module("isc_password"), tenant, fake_time, check_mode, **NEEDED["isc_password"], receipt={})
    returned = documentation["isc_password"]["return"]
    where_given = {key for key, details in returned.items() if "O(receipt" in details["returned"]}
    assert where_given == {"diff"}
    assert result.keys() - {"changed"} == always_returned(returned) | where_given | (
        {"sync_group"} if check_mode else set()
    )
    assert result["diff"].keys() == returned["diff"]["contains"].keys()
    assert result["receipt"].keys() == (set() if check_mode else returned["receipt"]["contains"].keys())
    sample = returned["receipt"]["sample"]
    assert _receipt.read_receipt(sample, "sample").as_value() == sample


def test_the_result_of_a_status_is_documented(documentation, tenant, fake_time):
    request_id = run(module("isc_password"), tenant, fake_time, wait=False, **BY_NAME)["request_id"]
    result = run(module("isc_password_change_info"), tenant, fake_time, request_id=request_id, wait=False)
    returned = documentation["isc_password_change_info"]["return"]
    assert result.keys() - {"changed"} == always_returned(returned)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("isc_login", {"client_secret": "Not the secret"}),
        ("isc_password_info", {"user_name": "Nobody", "source_name": "Active Directory"}),
        ("isc_password", {**BY_NAME, "user_name": "Nobody"}),
        ("isc_password_batch", {"accounts": [{**BY_NAME, "user_name": "Nobody"}]}),
        ("isc_password_change_info", {"request_id": "089899f13a8f4da7824996191587bab9", "wait_timeout": 1}),
        ("isc_digit_token", {"user_id": "Nobody"}),
        ("isc_source_credential", {"source_name": "Nowhere", "value": "a"}),
        ("isc_password_org_config", {"client": "api-client-no-scopes", "digit_token_length": 9}),
        ("isc_password_policy", {"client": "api-client-no-scopes", "name": "P"}),
        ("isc_password_settings", {"client": "api-client-no-scopes", "policies": [{"name": "P"}]}),
        ("isc_password_settings_info", {"client": "api-client-no-scopes"}),
        ("isc_password_sync_group", {"client": "api-client-no-scopes", "name": "G"}),
        ("isc_source_password_policy", {"client": "api-client-no-scopes", "source_name": "S", "policies": []}),
    ],
)
def test_the_result_of_a_failure_is_documented(documentation, tenant, fake_time, name, given):
    with pytest.raises(IscError) as failure:
        run(module(name), tenant, fake_time, **given)
    result, returned = failure.value.as_result(), documentation[name]["return"]
    note_text = next(note for note in documentation[name]["doc"]["notes"] if note.startswith("A failed task returns"))
    assert result.keys() - {"changed", *re.findall(r"C\((\w+)\)", note_text)} <= returned.keys()
    assert {"msg", "hint"} <= result.keys()
    for entry in result.get("results", ()):
        assert entry.keys() <= returned["results"]["contains"].keys()


def test_the_result_for_an_unreachable_source_is_documented(documentation, tenant, fake_time):
    tenant.connector("HR Database", pointer="/password")
    given = {"source_name": "HR Database", "receipt": {}}
    with pytest.raises(IscError) as failure:
        run(module("isc_source_credential"), tenant, fake_time, **given, value="wrong")
    returned = documentation["isc_source_credential"]["return"]
    assert failure.value.as_result().keys() - {"changed", "msg", "hint"} <= returned.keys()
    result = run(module("isc_source_credential"), tenant, fake_time, **given, value="first-password")
    assert result["receipt"].keys() == returned["receipt"]["contains"].keys()
    assert result["diff"].keys() == returned["diff"]["contains"].keys()


@pytest.mark.parametrize("name", ALL)
def test_returned_secrets_are_documented_as_such(documentation, name):
    returned = documentation[name]["return"]
    secrets = {key for key, details in returned.items() if "is a secret" in str(details["description"])}
    assert secrets == set(secret_keys(name))


@pytest.mark.parametrize("name", ALL)
def test_examples_are_tasks_with_options_that_exist(name):
    tasks = yaml.safe_load(module(name).EXAMPLES)
    used = set()
    for task in tasks:
        assert task["name"][0].isupper()
        for action, arguments in task.items():
            if not action.startswith(PREFIX):
                continue
            used.add(action)
            spec = plugin(action.removeprefix(PREFIX)).ARGUMENT_SPEC
            assert (arguments or {}).keys() <= spec.keys()
            required = {option for option, details in spec.items() if details.get("required")}
            assert required <= (arguments or {}).keys()
    assert PREFIX + name in used


@pytest.mark.parametrize(("entry_point", "more"), [("main", {}), ("batch", _options.BATCH_SPEC)])
def test_the_role_documents_the_options_that_it_reads(entry_point, more):
    documented = loaded("roles/rotate_password/meta/argument_specs.yml")["argument_specs"][entry_point]["options"]
    spec = {**_options.SPEC, **_arguments.connection_spec(), **more}
    assert documented.keys() == {_options.PREFIX + name for name in spec}
    for name, details in spec.items():
        option = documented[_options.PREFIX + name]
        assert option.get("required", False) == details.get("required", False), name
        assert option.get("no_log", False) == details.get("no_log", False), name
        # Ansible must accept an empty string, which counts as missing.
        assert option["type"] == (details["type"] if details["type"] in ("str", "path") else "raw"), name
        assert "choices" not in option
        text = " ".join([option["description"]] if isinstance(option["description"], str) else option["description"])
        assert all(f"V({choice})" in text for choice in details.get("choices", []) if name != "api_version"), name
        if "default" in details and name in _options.SPEC:
            assert option["default"] == details["default"], name


def test_the_lookup_takes_the_options_of_the_role_for_a_store():
    documented = yaml.safe_load(rotated_password.DOCUMENTATION)["options"]
    assert set(rotated_password.NAMES) == documented.keys() - {"version"}
    for name in rotated_password.NAMES:
        assert documented[name]["vars"] == [{"name": _options.PREFIX + name}]
        assert documented[name]["type"] == _options.SPEC[name]["type"]
