# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A step of configure_awx: which modules it calls, and what its result is."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleError
from ansible.utils.unsafe_proxy import wrap_var
from ansible_collections.community.sailpoint.plugins.action import awx_plan, awx_step
from ansible_collections.community.sailpoint.plugins.plugin_utils._awx import controller
from support.actions import action, run_action
from support.awx_data import NAMES, all_values

SECRET = "Leak-me.7"
PROJECT = {"name": "SailPoint", "organization": "Acme", "scm_url": "https://git.example.com/x.git", "scm_branch": "1.0"}
DONE = {"changed": False, "id": 4}
IN_VAIN = {"failed": True, "msg": "Project update failed", "changed": False}


class Modules:
    """Stands for _execute_module: answers by the name of the module, and keeps the calls.

    :param results: by the name of the module, each result, or what returns one.
    """

    def __init__(self, **results: Any) -> None:
        self.called: list[tuple[str, dict[str, Any]]] = []
        self.no_log: list[bool] = []
        self._results = results

    def into(self, plugin: Any) -> Any:
        """Return the plugin, calling these modules."""

        def execute(module_name: str, module_args: dict[str, Any], task_vars: Any) -> dict[str, Any]:
            assert task_vars is not None
            self.called.append((module_name, module_args))
            self.no_log.append(plugin._task.no_log)
            result = self._results[module_name.removeprefix("awx.awx.")]
            return dict(result() if callable(result) else result)

        plugin._execute_module = execute
        return plugin


def taken(modules: Modules, check_mode: bool = False, previous: Any = None, **step: Any) -> dict[str, Any]:
    known = {"module": "awx.awx.label", "options": {"name": "Label"}, "title": "label Label", **step}
    variables = {"configure_awx_plan": {"steps": {known["title"]: known}}}
    plugin = action(awx_step.ActionModule, {"step": known["title"], "previous": previous}, variables, check_mode)
    return modules.into(plugin).run(task_vars=variables)


def test_a_step_calls_its_module():
    modules = Modules(label={"changed": True, "id": 3})
    assert taken(modules) == {"changed": True, "id": 3, "label": "label Label"}
    assert modules.called == [("awx.awx.label", {"name": "Label"})]


@pytest.mark.parametrize(
    ("changed", "label"), [(True, "label Label would be created or changed"), (False, "label Label")]
)
def test_check_mode_says_what_would_be_changed(changed, label):
    assert taken(Modules(label={"changed": changed}), check_mode=True)["label"] == label


@pytest.mark.parametrize("predicted", [True, False])
def test_a_predicted_step_calls_no_module(predicted):
    modules = Modules()
    assert taken(modules, check_mode=True, predicted_change=predicted)["changed"] is predicted
    assert modules.called == []


@pytest.mark.parametrize("previous", [{"failed": True, "msg": "No."}, {"skipped": True, "stopped": True}])
def test_after_a_failure_nothing_more_is_done(previous):
    modules = Modules()
    result = taken(modules, previous=previous)
    assert result["skipped"] and result["stopped"] and not result["changed"]
    assert modules.called == []
    assert taken(Modules(label=DONE), previous={"changed": True}).get("skipped") is None


def test_a_failure_is_that_of_the_module():
    result = taken(Modules(label={"failed": True, "msg": "The organization Acme was not found."}))
    assert result["failed"] and result["msg"] == "The organization Acme was not found."


@pytest.mark.parametrize("failed", [False, True])
def test_what_may_be_secret_is_in_no_result_and_in_no_log(failed):
    told = {"invocation": {"module_args": SECRET}, "response": SECRET, "msg": SECRET, "exception": SECRET}
    modules = Modules(notification_template={"changed": False, "failed": failed, "id": 9, **told})
    step = {"module": "awx.awx.notification_template", "options": {"token": SECRET}, "secret": True}
    result = taken(modules, title="notification SailPoint", **step)
    assert SECRET not in str(result)
    assert modules.no_log == [True]
    assert result["id"] == 9 and result.get("failed", False) is failed
    assert ("Check configure_awx_notification_type" in result.get("msg", "")) is failed


class Project:
    """An AWX with a project of a status."""

    def __init__(self, *statuses: str) -> None:
        self._statuses = list(statuses)

    def find(self, endpoint: str, **fields: Any) -> list[dict[str, Any]]:
        """Return the organization, or the project with its next status."""
        if endpoint == "organizations":
            assert fields == {"name": "Acme"}
            return [{"id": 1}]
        assert (endpoint, fields) == ("projects", {"name": "SailPoint", "organization": 1})
        return [{"status": self._statuses.pop(0)}] if self._statuses else []


@pytest.fixture
def project(monkeypatch):
    """Set up a project of statuses, with the result of its module, and return the modules called and the result."""

    def set_up(result: Any, *statuses: str, fetched: Any = None, check_mode: bool = False) -> Any:
        modules = Modules(project=result, project_update=fetched or {"changed": True})
        monkeypatch.setattr(controller.Controller, "find", lambda _self, *args, **more: awx.find(*args, **more))
        awx = Project(*statuses)
        step = {"title": "project SailPoint", "module": "awx.awx.project", "options": PROJECT, "fetches": True}
        result = taken(modules, check_mode, **step)
        return [name.removeprefix("awx.awx.") for name, _options in modules.called], result

    return set_up


def test_a_project_that_is_fetched_is_left_alone(project):
    called, result = project(DONE, "successful")
    assert called == ["project"] and not result["changed"] and "failed" not in result


@pytest.mark.parametrize("status", ["failed", "error", "canceled", "never updated"])
@pytest.mark.parametrize("fetched", [{"changed": True}, {"failed": True, "msg": "No."}])
def test_a_project_that_could_not_be_fetched_before_is_fetched_again(project, status, fetched):
    called, result = project(DONE, status, "successful", fetched=fetched)
    assert called == ["project", "project_update"] and "failed" not in result
    assert result["changed"] is fetched.get("changed", False)


@pytest.mark.parametrize(
    ("result", "statuses", "expected"),
    [(DONE, ("failed", "failed"), 2), (IN_VAIN, ("failed",), 1), (DONE, (), 1), (DONE, ("missing",), 1)],
)
def test_a_project_that_cannot_be_fetched_is_explained(project, result, statuses, expected):
    called, result = project(result, *statuses)
    assert result["failed"] and len(called) == expected
    assert result["msg"].startswith(
        'AWX could not fetch the project "SailPoint" from https://git.example.com/x.git (1.0). Its last job in AWX'
    )


def test_a_project_that_another_update_has_fetched_meanwhile_is_there(project):
    called, result = project(IN_VAIN, "successful")
    assert called == ["project"] and not result["failed"]


def test_another_failure_of_a_project_is_that_of_the_module(project):
    called, result = project({"failed": True, "msg": "scm_url is wrong"}, "successful")
    assert called == ["project"] and result["msg"] == "scm_url is wrong"


def test_check_mode_predicts_that_a_project_is_fetched_and_waits_for_nothing(project):
    called, result = project(DONE, "failed", "failed", check_mode=True)
    assert called == ["project", "project_update"] and result["changed"] and "failed" not in result
    # A new one has no status.
    assert project({"changed": True}, check_mode=True)[1]["changed"]


# What is left in braces is for AWX.
KNOWN = {name: each if name == "_configure_awx" else wrap_var(each) for name, each in all_values().items()}


@pytest.fixture
def asked(monkeypatch):
    """Have an AWX without anything there, and return what it was asked."""
    questions: list[str] = []

    def find(_self: Any, endpoint: str, **_fields: Any) -> list[dict[str, Any]]:
        questions.append(endpoint)
        return []

    monkeypatch.setattr(controller.Controller, "find", find)
    return questions


def test_the_plan_is_kept_out_of_all_output(asked):
    result = run_action(awx_plan.ActionModule, {}, KNOWN)
    assert result["_ansible_no_log"] and not result["changed"]
    assert list(result["steps"]) == result["titles"]
    notification = result["steps"]["notification Test: SailPoint"]
    assert notification["options"]["notification_configuration"]["token"] == "xoxb-secret"
    # Without check mode, AWX is only asked for credential types in use.
    assert set(asked) == {"credential_types"}


def test_the_plan_of_check_mode_has_predictions(asked):
    result = run_action(awx_plan.ActionModule, {}, KNOWN, check_mode=True)
    assert result["steps"]["project Test: SailPoint"]["predicted_change"] is True
    assert "organizations" in asked


def test_variables_that_are_no_good_are_refused_before_awx_is_asked(asked):
    names = {**NAMES, "execution_environment_image": ""}
    result = run_action(awx_plan.ActionModule, {}, {**KNOWN, "_configure_awx": names})
    assert result["failed"] and result["msg"].startswith("Set configure_awx_execution_environment_image to the image")
    assert "ansible-builder build -f extensions/ee/execution-environment.yml" in result["msg"]
    assert asked == []


class Lookup:
    """Stands for the lookup of awx.awx."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def run(self, terms: Any, variables: Any, **options: Any) -> Any:
        """Answer, or raise what stands for it."""
        if isinstance(self._answer, Exception):
            raise self._answer
        return [{"asked": terms, **options}]


def found(monkeypatch, lookup: Any) -> Any:
    """Ask with a lookup, or with none."""
    monkeypatch.setattr(controller.lookup_loader, "get", lambda name, **_how: lookup)
    return controller.Controller(None, None, {}).find("projects", name="SailPoint")


def test_awx_is_asked_with_the_lookup_of_awx_awx(monkeypatch):
    expected = {"asked": ["projects"], "query_params": {"name": "SailPoint"}, "return_objects": True}
    assert found(monkeypatch, Lookup(None)) == [expected]


def test_a_missing_collection_is_one_sentence(monkeypatch):
    with pytest.raises(controller.InputError) as refused:
        found(monkeypatch, None)
    assert refused.value.explanation == (
        "The collection awx.awx is not installed. Install it with: ansible-galaxy collection install awx.awx. Nothing "
        "was changed."
    )


def test_what_awx_says_is_told(monkeypatch):
    with pytest.raises(controller.InputError, match=r"AWX could not be queried: Connection refused\.") as refused:
        found(monkeypatch, Lookup(AnsibleError("Connection refused.")))
    assert "CONTROLLER_HOST" in refused.value.hint
