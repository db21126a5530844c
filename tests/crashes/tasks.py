# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role's task files, run in this process instead of one process per task."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jinja2
import yaml

ROLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), *[os.pardir] * 2, "roles", "rotate_password", "tasks")

_TEMPLATES = jinja2.Environment(undefined=jinja2.StrictUndefined)
_KEYWORDS = {
    "name", "when", "register", "block", "rescue", "always", "vars", "loop", "loop_control", "module_defaults",
    "changed_when", "failed_when", "delegate_to", "connection", "become",
}  # fmt: skip

Task = Mapping[str, Any]


class TaskFailedError(Exception):
    """A task failed. Holds the task, the name of its module, and its result."""


class RoleTasks:
    """Runs task files as Ansible does, with the features that the role uses.

    :param modules: runs a module: gets the last part of its name, the arguments and the variables.
    :param files: replaces a task file of the user: gets its path and the variables.
    :ivar variables: the variables of the host.
    """

    def __init__(
        self,
        modules: Callable[[str, dict[str, Any], dict[str, Any]], dict[str, Any]],
        files: Callable[[str, dict[str, Any]], None],
        variables: dict[str, Any],
    ) -> None:
        self.variables = variables
        self._modules = modules
        self._files = files

    def include(self, name: str) -> None:
        """Run a task file: the role's by name, the user's by absolute path."""
        if os.path.isabs(name):
            self._files(name, self.variables)
            return
        for task in _tasks(name):
            self._run(task)

    def _run(self, task: Task) -> None:
        unknown = task.keys() - _KEYWORDS
        if len(unknown) > 1:
            raise ValueError(f"{task.get('name')}: {unknown} is not supported")
        holds = all(self._value("{{ " + str(when) + " }}") for when in _list(task.get("when", [])))
        if "block" in task:
            if holds:
                self._block(task)
            return
        name = unknown.pop()
        result = self._perform(name, task) if holds else {"skipped": True, "changed": False}
        if "register" in task:
            self.variables[task["register"]] = result
        if result.get("failed") and task.get("failed_when") is not False:
            raise TaskFailedError(task, name, result)

    def _block(self, block: Task) -> None:
        failure = self._failure_of(block["block"])
        if failure is not None and "rescue" in block:
            task, name, result = failure.args
            self.variables["ansible_failed_task"] = {"name": task.get("name", ""), "action": name}
            self.variables["ansible_failed_result"] = result
            failure = self._failure_of(block["rescue"])
        failure = self._failure_of(block.get("always", ())) or failure
        if failure is not None:
            raise failure

    def _failure_of(self, tasks: Sequence[Task]) -> TaskFailedError | None:
        try:
            for task in tasks:
                self._run(task)
        except TaskFailedError as error:
            return error
        return None

    def _perform(self, name: str, task: Task) -> dict[str, Any]:
        short = name.rpartition(".")[2]
        if short in ("include_tasks", "import_tasks"):
            self._include(task[name], task)
            return {"changed": False}
        if short == "set_fact":
            self.variables.update(self._value(task[name]))
            return {"changed": False}
        defaults = self._value(dict(task.get("module_defaults", {})).get(name, {}))
        return self._modules(short, {**defaults, **self._value(task[name] or {})}, self.variables)

    def _include(self, file: str, task: Task) -> None:
        variable = self._value(task.get("loop_control", {})).get("loop_var", "item")
        items = self._value(task["loop"]) if "loop" in task else [None]
        # All names are evaluated before the first file runs.
        for each, name in [(each, self._with({variable: each}, lambda: self._value(file))) for each in items]:
            more = self._with({variable: each}, lambda: self._value(task.get("vars", {})))
            self._with({variable: each, **more}, lambda name=name: self.include(name))

    def _with(self, more: Mapping[str, Any], perform: Callable[[], Any]) -> Any:
        """Call *perform* with further variables, and remove them afterwards."""
        outer = {name: self.variables[name] for name in more if name in self.variables}
        self.variables.update(more)
        try:
            return perform()
        finally:
            for name in more:
                del self.variables[name]
            self.variables.update(outer)

    def _value(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: self._value(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self._value(each) for each in value]
        if not isinstance(value, str) or "{{" not in value:
            return value
        inner = value.strip()
        variables = {**self.variables, "lookup": lambda _name, variable: self.variables[variable]}
        if inner.startswith("{{") and inner.endswith("}}") and inner.count("{{") == 1:
            return _expression(inner[2:-2])(**variables)
        return _template(value).render(**variables)


@functools.cache
def _tasks(name: str) -> list[Task]:
    with open(os.path.join(ROLE, name), encoding="utf-8") as file:
        return list(yaml.safe_load(file))


@functools.cache
def _expression(text: str) -> Any:
    return _TEMPLATES.compile_expression(text, undefined_to_none=False)


@functools.cache
def _template(text: str) -> jinja2.Template:
    return _TEMPLATES.from_string(text)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
