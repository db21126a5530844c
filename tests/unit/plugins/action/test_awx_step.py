# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan and the steps of configure_awx: modules, results, and credential types in use."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleError
from ansible.utils.unsafe_proxy import wrap_var
from ansible_collections.community.sailpoint.plugins.action import awx_plan, awx_step
from ansible_collections.community.sailpoint.plugins.action.awx_plan import keep_fields_in_use, same_fields
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError
from ansible_collections.community.sailpoint.plugins.plugin_utils._awx import controller
from support.actions import action, run_action
from support.awx_data import NAMES, all_values

SECRET = "Leak-me.7"
PROJECT = {"name": "SailPoint", "organization": "Acme", "scm_url": "https://git.example.com/x.git", "scm_branch": "1.0"}
DONE = {"changed": False, "id": 4}
UPDATE_FAILED = {"failed": True, "msg": "Project update failed", "changed": False}


class Modules:
    """Replaces _execute_module: returns a result by the name of the module, and records the calls."""

    def __init__(self, **results: Any) -> None:
        self.called: list[tuple[str, dict[str, Any]]] = []
        self.no_log: list[bool] = []
        self._results = results

    def patch(self, plugin: Any) -> Any:
        """Make the plugin call these modules, and return it."""

        def execute(module_name: str, module_args: dict[str, Any], task_vars: Any) -> dict[str, Any]:
            assert task_vars is not None
            self.called.append((module_name, module_args))
            self.no_log.append(plugin._task.no_log)
            return dict(self._results[module_name.removeprefix("awx.awx.")])

        plugin._execute_module = execute
        return plugin


def run_step(modules: Modules, check_mode: bool = False, previous: Any = None, **step: Any) -> dict[str, Any]:
    known = {"module": "awx.awx.label", "options": {"name": "Label"}, "title": "label Label", **step}
    variables = {"configure_awx_plan": {"steps": {known["title"]: known}}}
    plugin = action(awx_step.ActionModule, {"step": known["title"], "previous": previous}, variables, check_mode)
    return modules.patch(plugin).run(task_vars=variables)


def test_a_step_calls_its_module_and_fails_with_it():
    modules = Modules(label={"changed": True, "id": 3})
    assert run_step(modules) == {"changed": True, "id": 3, "label": "label Label"}
    assert modules.called == [("awx.awx.label", {"name": "Label"})]
    result = run_step(Modules(label={"failed": True, "msg": "The organization Acme was not found."}))
    assert result["failed"] and result["msg"] == "The organization Acme was not found."


@pytest.mark.parametrize(
    ("changed", "label"), [(True, "label Label would be created or changed"), (False, "label Label")]
)
def test_check_mode_says_what_would_be_changed(changed, label):
    assert run_step(Modules(label={"changed": changed}), check_mode=True)["label"] == label


@pytest.mark.parametrize("predicted", [True, False])
def test_a_predicted_step_calls_no_module(predicted):
    modules = Modules()
    assert run_step(modules, check_mode=True, predicted_change=predicted)["changed"] is predicted
    assert modules.called == []


@pytest.mark.parametrize("previous", [{"failed": True, "msg": "No."}, {"skipped": True, "stopped": True}])
def test_steps_after_a_failure_are_skipped(previous):
    modules = Modules()
    result = run_step(modules, previous=previous)
    assert result["skipped"] and result["stopped"] and not result["changed"]
    assert modules.called == []
    assert run_step(Modules(label=DONE), previous={"changed": True}).get("skipped") is None


@pytest.mark.parametrize("failed", [False, True])
def test_a_secret_step_shows_and_logs_nothing(failed):
    output = {"invocation": {"module_args": SECRET}, "response": SECRET, "msg": SECRET, "exception": SECRET}
    modules = Modules(notification_template={"changed": False, "failed": failed, "id": 9, **output})
    step = {"module": "awx.awx.notification_template", "options": {"token": SECRET}, "secret": True}
    result = run_step(modules, title="notification SailPoint", **step)
    assert SECRET not in str(result)
    assert modules.no_log == [True]
    assert result["id"] == 9 and result.get("failed", False) is failed
    assert ("Check configure_awx_notification_type" in result.get("msg", "")) is failed


@pytest.fixture
def project(monkeypatch):
    """Run the step of a project with *statuses* in turn; return the names of the modules called, and the result."""

    def run_with(result: Any, *statuses: str, fetched: Any = None, check_mode: bool = False) -> Any:
        modules = Modules(project=result, project_update=fetched or {"changed": True})
        remaining = list(statuses)

        def find(_self: Any, endpoint: str, **fields: Any) -> list[dict[str, Any]]:
            if endpoint == "organizations":
                assert fields == {"name": "Acme"}
                return [{"id": 1}]
            assert (endpoint, fields) == ("projects", {"name": "SailPoint", "organization": 1})
            return [{"status": remaining.pop(0)}] if remaining else []

        monkeypatch.setattr(controller.Controller, "find", find)
        step = {"title": "project SailPoint", "module": "awx.awx.project", "options": PROJECT, "fetches": True}
        result = run_step(modules, check_mode, **step)
        return [name.removeprefix("awx.awx.") for name, _options in modules.called], result

    return run_with


def test_a_fetched_project_is_not_fetched_again(project):
    called, result = project(DONE, "successful")
    assert called == ["project"] and not result["changed"] and "failed" not in result


@pytest.mark.parametrize("status", ["failed", "error", "canceled", "never updated"])
@pytest.mark.parametrize("fetched", [{"changed": True}, {"failed": True, "msg": "No."}])
def test_a_project_that_was_not_fetched_is_fetched_again(project, status, fetched):
    called, result = project(DONE, status, "successful", fetched=fetched)
    assert called == ["project", "project_update"] and "failed" not in result
    assert result["changed"] is fetched.get("changed", False)


@pytest.mark.parametrize(
    ("result", "statuses", "expected"),
    [(DONE, ("failed", "failed"), 2), (UPDATE_FAILED, ("failed",), 1), (DONE, (), 1), (DONE, ("missing",), 1)],
)
def test_a_project_that_cannot_be_fetched_is_explained(project, result, statuses, expected):
    called, result = project(result, *statuses)
    assert result["failed"] and len(called) == expected
    assert result["msg"].startswith(
        'AWX could not fetch the project "SailPoint" from https://git.example.com/x.git (1.0). Its last job in AWX'
    )


def test_a_failed_module_is_ignored_if_another_update_fetched_the_project(project):
    called, result = project(UPDATE_FAILED, "successful")
    assert called == ["project"] and not result["failed"]
    # Any other failure counts.
    called, result = project({"failed": True, "msg": "scm_url is wrong"}, "successful")
    assert called == ["project"] and result["msg"] == "scm_url is wrong"


def test_check_mode_predicts_the_fetch_of_a_project_without_waiting(project):
    called, result = project(DONE, "failed", "failed", check_mode=True)
    assert called == ["project", "project_update"] and result["changed"] and "failed" not in result
    # A new one has no status.
    assert project({"changed": True}, check_mode=True)[1]["changed"]


# The remaining braces are for AWX.
KNOWN = {name: each if name == "_configure_awx" else wrap_var(each) for name, each in all_values().items()}


@pytest.fixture
def questions(monkeypatch):
    """Simulate an empty AWX, and return the endpoints it was asked for."""
    endpoints: list[str] = []

    def find(_self: Any, endpoint: str, **_fields: Any) -> list[dict[str, Any]]:
        endpoints.append(endpoint)
        return []

    monkeypatch.setattr(controller.Controller, "find", find)
    return endpoints


def test_the_plan_is_hidden_and_predicts_in_check_mode(questions):
    result = run_action(awx_plan.ActionModule, {}, KNOWN)
    assert result["_ansible_no_log"] and not result["changed"]
    assert list(result["steps"]) == result["titles"]
    notification = result["steps"]["notification Test: SailPoint"]
    assert notification["options"]["notification_configuration"]["token"] == "xoxb-secret"
    # Without check mode, AWX is only questions for credential types in use.
    assert set(questions) == {"credential_types"}
    # In check mode, steps are also predicted.
    result = run_action(awx_plan.ActionModule, {}, KNOWN, check_mode=True)
    assert result["steps"]["project Test: SailPoint"]["predicted_change"] is True
    assert "organizations" in questions


def test_invalid_variables_are_refused_before_awx_is_asked(questions):
    names = {**NAMES, "execution_environment_image": ""}
    result = run_action(awx_plan.ActionModule, {}, {**KNOWN, "_configure_awx": names})
    assert result["failed"] and result["msg"].startswith("Set configure_awx_execution_environment_image to the image")
    assert "ansible-builder build -f extensions/ee/execution-environment.yml" in result["msg"]
    assert questions == []


class Lookup:
    """Replaces the lookup of awx.awx: returns its own arguments, or raises an error."""

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error

    def run(self, terms: Any, variables: Any, **options: Any) -> Any:
        if self._error:
            raise self._error
        return [{"terms": terms, **options}]


def find_with(monkeypatch, lookup: Any) -> Any:
    monkeypatch.setattr(controller.lookup_loader, "get", lambda name, **_how: lookup)
    return controller.Controller(None, None, {}).find("projects", name="SailPoint")


def test_awx_is_asked_with_its_lookup_and_its_errors_are_shown(monkeypatch):
    expected = {"terms": ["projects"], "query_params": {"name": "SailPoint"}, "return_objects": True}
    assert find_with(monkeypatch, Lookup()) == [expected]
    with pytest.raises(controller.InputError, match=r"AWX could not be queried: Connection refused\.") as refusal:
        find_with(monkeypatch, Lookup(AnsibleError("Connection refused.")))
    assert "CONTROLLER_HOST" in refusal.value.hint


def test_a_missing_collection_is_explained(monkeypatch):
    with pytest.raises(controller.InputError) as refusal:
        find_with(monkeypatch, None)
    assert refusal.value.explanation == (
        "The collection awx.awx is not installed. Install it with: ansible-galaxy collection install awx.awx. Nothing "
        "was changed."
    )


URL = {"id": "url", "label": "Address", "type": "string"}
TOKEN = {"id": "token", "label": "Token", "type": "string", "secret": True}
WANTED = {"name": "Vault", "kind": "cloud", "inputs": {"fields": [URL, TOKEN], "required": ["url"]}, "injectors": {}}


def awx_with(inputs: dict[str, Any] | None, *credentials_of_type: str) -> Any:
    """Return a ``find`` for an AWX with the credential type, if it has *inputs*, and with credentials of that type."""

    def find(endpoint: str, **fields: Any) -> list[dict[str, Any]]:
        if endpoint == "credential_types":
            assert fields == {"name": "Vault", "kind": "cloud"}
            return [{"id": 7, "inputs": inputs}] if inputs is not None else []
        assert (endpoint, fields) == ("credentials", {"credential_type": 7})
        return [{"name": name} for name in credentials_of_type]

    return find


OLDER = {"fields": [{**URL, "label": "URL", "help_text": "Of the API"}, TOKEN], "required": ["url"]}
OTHER = {"fields": [URL], "required": ["url"]}


@pytest.mark.parametrize("find", [awx_with(None), awx_with(OLDER), awx_with(OTHER)], ids=["new", "texts", "fields"])
def test_a_type_without_credentials_gets_the_new_fields(find):
    assert keep_fields_in_use(WANTED, find) == WANTED


def test_if_only_texts_differ_the_old_ones_stay():
    kept = keep_fields_in_use(WANTED, awx_with(OLDER, "Mine"))
    assert kept == {**WANTED, "inputs": OLDER}


def test_other_fields_are_refused_with_what_to_do():
    with pytest.raises(InputError) as refusal:
        keep_fields_in_use(WANTED, awx_with(OTHER, "Mine", "Yours"))
    explanation = refusal.value.explanation
    assert explanation.startswith(
        'This version needs other fields in the credential type "Vault", and AWX refuses to change'
    )
    assert "rename the type and its credentials (Mine, Yours)" in explanation
    assert explanation.endswith("Nothing was changed.")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (OLDER, True),
        ({**OLDER, "required": []}, False),
        ({"fields": OLDER["fields"]}, False),
        ({"fields": [TOKEN, URL], "required": ["url"]}, False),
        ({"fields": [URL, {**TOKEN, "secret": False}], "required": ["url"]}, False),
        ({}, False),
    ],
)
def test_fields_are_compared_without_their_texts(other, same):
    assert same_fields(WANTED["inputs"], other) is same
    # An empty list of required fields is the same as none.
    assert same_fields({"fields": [URL], "required": []}, {"fields": [URL]})
