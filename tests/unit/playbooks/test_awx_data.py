# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data of configure_awx are consistent, reach AWX completely, and fit the roles of infra.aap_configuration."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from ansible_collections.community.sailpoint.plugins.inventory import isc_accounts
from ansible_collections.community.sailpoint.plugins.plugin_utils._awx import kinds
from awx_controller import surveys
from awx_controller.kinds import KINDS
from support.awx_data import DATA, PLAYBOOK, PREFIX, ROOT, all_variables, data, load, templates

KNOWN = data()
PLAY = load(PLAYBOOK)[0]
# The variables that the roles of infra.aap_configuration 3.0.0 loop over, and the useful keys that they pass on: see
# tasks/main.yml of controller_organizations, controller_execution_environments and so on.
AAP_CONFIGURATION_KEYS = {
    "aap_organizations": "name description",
    "controller_execution_environments": "name description organization image pull credential",
    "controller_credential_types": "name description kind inputs injectors",
    "controller_credentials": "name description organization credential_type inputs update_secrets",
    "controller_projects": (
        "name description organization scm_type scm_url scm_branch scm_update_on_launch allow_override"
    ),
    "controller_inventories": "name description organization kind variables",
    "controller_inventory_sources": (
        "name description inventory organization source source_path source_vars source_project credential"
        " execution_environment overwrite overwrite_vars update_on_launch update_cache_timeout timeout verbosity limit"
    ),
    "controller_hosts": "name description inventory enabled variables",
    "controller_templates": (
        "name description job_type organization project playbook inventory execution_environment credentials forks"
        " job_slice_count allow_simultaneous become_enabled use_fact_cache ask_job_type_on_launch"
        " ask_inventory_on_launch ask_limit_on_launch ask_credential_on_launch ask_variables_on_launch extra_vars"
        " survey_enabled survey_spec verbosity timeout diff_mode limit job_tags skip_tags scm_branch webhook_service"
        " ask_diff_mode_on_launch ask_execution_environment_on_launch ask_forks_on_launch ask_instance_groups_on_launch"
        " ask_job_slice_count_on_launch ask_labels_on_launch ask_scm_branch_on_launch ask_skip_tags_on_launch"
        " ask_tags_on_launch ask_timeout_on_launch ask_verbosity_on_launch"
    ),
    "controller_workflows": (
        "name description organization allow_simultaneous ask_variables_on_launch extra_vars survey_enabled survey_spec"
        " simplified_workflow_nodes"
    ),
    "controller_schedules": "name description organization unified_job_template rrule extra_data enabled",
    "controller_notifications": "name description organization notification_type notification_configuration state",
    "controller_labels": "name organization",
    "aap_teams": "name description organization",
    "controller_roles": "team role lookup_organization job_templates workflows",
    "controller_credential_input_sources": (
        "target_credential input_field_name source_credential metadata description"
    ),
}
NODES = "simplified_workflow_nodes"

each_kind = pytest.mark.parametrize("kind", AAP_CONFIGURATION_KEYS)
each_template = pytest.mark.parametrize("template", templates(), ids=lambda template: template.name)


def names(kind: str) -> list[str]:
    return [each["name"] for each in KNOWN[kind] if "name" in each]


@each_kind
def test_the_roles_of_aap_configuration_take_it(kind):
    taken = set(AAP_CONFIGURATION_KEYS[kind].split())
    assert [key for each in KNOWN[kind] for key in each if key not in taken] == []


def test_the_files_have_no_other_kind_and_are_all_read():
    """Only the names and the surveys are not among these kinds."""
    others = {name for name in KNOWN if name not in AAP_CONFIGURATION_KEYS}
    assert all(re.fullmatch(r"_configure_awx|configure_awx_\w+_survey", name) for name in others)
    given = [PLAYBOOK.parent / name for name in PLAY["vars_files"]]
    assert sorted(given) == sorted(DATA.rglob("*.yml"))


@each_kind
def test_the_playbook_passes_on_all_of_it(kind):
    passed = {
        name
        for each in kinds.KINDS
        if each.variable == kind
        for entry in kinds.module_options(each, all_variables())
        for name in entry
    }
    given = {name for entry in KNOWN[kind] for name in entry}
    if NODES in given:
        given = given - {NODES} | {name for entry in KNOWN[kind] for node in entry[NODES] for name in node}
    # Optional fields are not part of the data, and a node names its workflow.
    added = {name for name in passed if re.fullmatch(r"labels|notification_templates_\w+", name)}
    if kind == "controller_workflows":
        added |= {"workflow_job_template", "lookup_organization", "failure_nodes"}
    assert passed - added == given


def test_the_playbook_lists_and_uses_its_variables():
    head = PLAYBOOK.read_text("utf-8").split("\n- name:", maxsplit=1)[0]
    listed = re.findall(r"^#   (configure_awx_\w+) ", head, re.MULTILINE)
    read = [re.match(r"{{ (configure_awx_\w+) \| default", text)[1] for text in KNOWN["_configure_awx"].values()]
    assert sorted(listed) == sorted(read)
    assert all(text.startswith(f"{{{{ configure_awx_{name} ") for name, text in KNOWN["_configure_awx"].items())
    text = "".join(path.read_text("utf-8") for path in DATA.glob("*.yml"))
    code = "".join(path.read_text("utf-8") for path in Path(kinds.__file__).parent.glob("*.py"))
    used = [name for name in KNOWN["_configure_awx"] if f"_configure_awx.{name}" in text or f'"{name}"' in code]
    assert used == list(KNOWN["_configure_awx"])


def test_the_project_is_this_version_of_this_collection():
    """playbooks/awx/names.yml repeats galaxy.yml, because an installed collection has no galaxy.yml."""
    galaxy = load(ROOT / "galaxy.yml")
    kept = KNOWN["_configure_awx"]
    assert f"default('{galaxy['repository']}', true)" in kept["project_url"]
    assert f"default('{galaxy['version']}', true)" in kept["project_branch"]


def test_names_begin_with_the_prefix_and_objects_belong_to_the_organization():
    own = {"aap_organizations", "controller_credential_types", "controller_hosts", "controller_labels"}
    kinds = AAP_CONFIGURATION_KEYS.keys() - own
    assert [name for kind in kinds for name in names(kind) if not name.startswith(PREFIX)] == []
    objects = [each for kind in KNOWN.values() if isinstance(kind, list) for each in kind]
    assert {each["organization"] for each in objects if "organization" in each} == set(names("aap_organizations"))


@each_template
def test_a_template_refers_to_existing_objects(template):
    values = template.values
    assert values["project"] in names("controller_projects")
    assert values["inventory"] in names("controller_inventories")
    assert values["execution_environment"] in names("controller_execution_environments")
    assert set(values["credentials"]) <= set(names("controller_credentials"))
    # AWX takes one credential of each type.
    known = KNOWN["controller_credentials"]
    types = [each["credential_type"] for each in known if each["name"] in values["credentials"]]
    assert len(types) == len(set(types)) == len(values["credentials"])
    assert "hosts" in load(template.playbook)[0]


def test_the_inventory_source_searches_isc_with_the_credential_of_the_tenant():
    (source,) = KNOWN["controller_inventory_sources"]
    assert source["source_project"] in names("controller_projects")
    assert source["inventory"] in names("controller_inventories")
    assert source["execution_environment"] in names("controller_execution_environments")
    (credential,) = [each for each in KNOWN["controller_credentials"] if each["name"] == source["credential"]]
    (kind,) = [each for each in KNOWN["controller_credential_types"] if each["name"] == credential["credential_type"]]
    assert {"SAIL_BASE_URL", "SAIL_CLIENT_ID", "SAIL_CLIENT_SECRET"} <= set(kind["injectors"]["env"])
    assert load(ROOT / source["source_path"]) == {"plugin": isc_accounts.InventoryModule.NAME}
    options = yaml.safe_load(isc_accounts.DOCUMENTATION)["options"]
    known = {each["name"] for option in options.values() for each in option.get("env", ())}
    assert set(source["source_vars"]) <= known
    # It is refreshed on each launch, and drops accounts that are no longer due.
    assert (source["update_on_launch"], source["update_cache_timeout"]) == (True, 0)
    assert (source["overwrite"], source["overwrite_vars"]) == (True, True)
    # An account of unknown age is not rotated again.
    (inventory,) = [each for each in KNOWN["controller_inventories"] if each["name"] == source["inventory"]]
    assert inventory["variables"]["rotate_password_max_age"] == source["source_vars"]["ISC_ACCOUNTS_OLDER_THAN"]
    assert source["source_vars"]["ISC_ACCOUNTS_UNKNOWN_AGE"] == "exclude"


@each_template
def test_who_launches_it_does_not_say_where_secrets_go(template):
    assert template.values["ask_variables_on_launch"] is False
    assert template.values["ask_credential_on_launch"] is False
    # Variables that could send a secret elsewhere or run other tasks.
    risky = re.compile(
        "base_url|ca_path|validate_certs|store_dir|store_mount|store_path|journal|_json$|_csv$|_html$|_tasks$|_change$"
        "|on_failure"
    )
    assert [variable for variable in template.questions if risky.search(variable)] == []


@each_template
def test_only_the_survey_and_the_job_type_are_asked_for_on_launch(template):
    """Every setting is stated; otherwise, a second run would not reset it."""
    assert not template.values["use_fact_cache"] and not template.values["become_enabled"]
    fields = KINDS["job_templates"].fields
    asked = {name: template.values[name] for name in fields if name.startswith("ask_")}
    assert [name for name, value in asked.items() if value] == ["ask_job_type_on_launch"]
    assert fields.keys() <= template.values.keys()


def test_settings_of_the_project_and_of_simultaneous_jobs():
    (project,) = KNOWN["controller_projects"]
    assert (project["allow_override"], project["scm_update_on_launch"]) == (False, False)
    simultaneous = {template.playbook.stem for template in templates() if template.values["allow_simultaneous"]}
    assert simultaneous == {"rotate_password", "issue_digit_token", "merge_reports"}


def test_playbooks_for_one_account_run_on_the_control_node():
    assert KNOWN["controller_hosts"][0]["inventory"].endswith("control node")
    for template in templates():
        of_accounts = template.playbook.stem.endswith("accounts")
        assert template.values["inventory"].endswith("accounts" if of_accounts else "control node")
        # A variable of another inventory could send the client secret to another server.
        assert template.values["ask_inventory_on_launch"] is False


def test_the_nodes_of_a_workflow_start_existing_templates_in_order():
    for workflow in KNOWN["controller_workflows"]:
        nodes = {node["identifier"]: node for node in workflow[NODES]}
        started = [node["unified_job_template"] for node in nodes.values() if "unified_job_template" in node]
        assert set(started) <= set(names("controller_templates"))
        way = [next(iter(nodes))]
        for identifier in way:
            node = nodes[identifier]
            way += [*node.get("success_nodes", ()), *node.get("always_nodes", ())]
        assert way == list(nodes)
        # The rehearsed template is the rotated one, after an approval.
        rehearse, approve, rotate, report = nodes.values()
        assert (rehearse["job_type"], rotate["job_type"]) == ("check", "run")
        assert rehearse["unified_job_template"] == rotate["unified_job_template"]
        assert rehearse["success_nodes"] == [approve["identifier"]] and "always_nodes" not in rehearse
        assert approve["success_nodes"] == [rotate["identifier"]] and approve["approval_node"]["timeout"] > 0
        assert rotate["always_nodes"] == [report["identifier"]]


def test_the_templates_of_a_workflow_take_its_answers():
    known = {template.values["name"]: template.questions for template in templates()}
    for workflow in KNOWN["controller_workflows"]:
        survey = KNOWN[re.fullmatch(r"{{ (\w+) }}", workflow["survey_spec"])[1]]
        asked = {question["variable"]: question for question in survey["spec"]}
        started = [node["unified_job_template"] for node in workflow[NODES] if "unified_job_template" in node]
        for name in started:
            needed = {variable for variable, one in known[name].items() if one["required"] and not one.get("default")}
            assert needed <= asked.keys(), name
        for variable in asked:
            assert any(variable in known[name] for name in started), variable


def test_a_schedule_answers_exactly_the_questions_without_default():
    known = {template.values["name"]: template.questions for template in templates()}
    for schedule in KNOWN["controller_schedules"]:
        questions, answers = known[schedule["unified_job_template"]], schedule["extra_data"]
        assert {variable for variable, question in questions.items() if question["required"]} <= answers.keys()
        for variable, answer in answers.items():
            assert questions[variable]["default"] == ""
            assert surveys.problem_of_answer(questions[variable], answer) == ""


def test_the_roles_of_the_teams():
    roles = KNOWN["controller_roles"]
    assert [role["team"] for role in roles] == names("aap_teams")
    for role in roles:
        assert set(role["job_templates"]) in (set(), set(names("controller_templates")))
        assert role["workflows"] == names("controller_workflows")
    assert [role["role"] for role in roles] == ["execute", "approval", "read"]
