# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The secrets of a task: refused where YAML has changed one, hidden once they are used, and kept out of all output."""

from __future__ import annotations

import contextlib
import re
import typing as t

from ..module_utils._client.connection import ENVIRONMENT, connection_spec
from ..module_utils._errors import InputError
from ..module_utils._task.execution import register_secrets, returned_secrets

HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
"""What AnsibleModule shows in place of an option with C(no_log)."""

_VARIABLES = tuple(ENVIRONMENT[name] for name, each in connection_spec().items() if each.get("no_log"))

_WITH_USER = re.compile(r"://[^/]*@")
"""An address with a user, and maybe a password, in it. C(base_url) takes none, and a refused one is an argument too."""

_KEPT = "_community_sailpoint_given"

_KINDS = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a dictionary"}


def check_secrets_are_text(spec: t.Mapping[str, t.Any], arguments: t.Mapping[str, t.Any]) -> None:
    """Raise InputError when a secret is no longer text, such as C(7) from C(007); Ansible would take it as it is."""
    for option, details, value in _given_secrets(spec, arguments):
        if details["type"] == "str" and not isinstance(value, (str, type(None))):
            kind = next((kind for sort, kind in _KINDS.items() if isinstance(value, sort)), "something else")
            raise InputError(
                f"{option} is not text but {kind}: YAML or a template has taken it for that, and what it was is lost "
                "(007 became 7).",
                'Put it in quotes, or in a template pass it through the filter string: "{{ value | string }}".',
            )


def _given_secrets(
    spec: t.Mapping[str, t.Any], arguments: t.Mapping[str, t.Any], inside: str = ""
) -> t.Iterator[tuple[str, t.Mapping[str, t.Any], t.Any]]:
    """Yield name, specification and value of each secret option, also of those of each entry of a list."""
    for name, details in spec.items():
        value = arguments.get(name)
        if details.get("no_log"):
            yield f"{inside}{name}", details, value
        elif "options" in details and isinstance(value, (list, tuple)):
            for number, entry in enumerate(value):
                if isinstance(entry, t.Mapping):
                    yield from _given_secrets(details["options"], entry, f"{inside}{name}[{number}].")


def censor(task: t.Any, result: dict[str, t.Any], secrets: t.Iterable[t.Any]) -> None:
    """Mark the *result* of *task* so that no output holds it, while the next task still gets it."""
    register_secrets(secrets)
    result["_ansible_no_log"] = True
    if task.loop is not None:
        # Up to ansible-core 2.18 the result of a loop does not take over the mark of its items.
        task.no_log = True


def item_holds_secret(
    task: t.Any, spec: t.Mapping[str, t.Any], arguments: t.Mapping[str, t.Any], variables: t.Mapping[str, t.Any]
) -> bool:
    """Return whether the item of the task's loop, which Ansible shows with each result, holds a secret."""
    if task.loop is None:
        return False
    item = variables.get((task.loop_control.loop_var if task.loop_control else None) or "item")
    given = (str(value) for _name, _details, value in _given_secrets(spec, arguments) if value)
    secrets = {*given, *returned_secrets(arguments, ())}
    return any(secret in text for text in _texts(item) for secret in secrets)


def _texts(value: t.Any) -> t.Iterator[str]:
    if isinstance(value, t.Mapping):
        value = [*value.keys(), *value.values()]
    if isinstance(value, (list, tuple)):
        for each in value:
            yield from _texts(each)
    elif value is not None:
        yield str(value)


@contextlib.contextmanager
def hidden_after_use(task: t.Any, spec: t.Mapping[str, t.Any]) -> t.Iterator[None]:
    """Leave the secrets of *task* readable inside, and hide them at the end, whatever that is.

    Ansible hands the task, with its arguments evaluated, to callback plugins, and to a C(rescue) as
    C(ansible_failed_task).

    :param spec: the options of the task's action. An option that isn't among them may be a misspelt secret.
    """
    # With until or retries, Ansible performs the same task again.
    given = getattr(task, _KEPT, None) or (task.args, task.environment, task.module_defaults)
    setattr(task, _KEPT, given)
    task.args, task.environment, task.module_defaults = given
    try:
        yield
    finally:
        task.args, task.environment = hidden_arguments(task.args, spec), _hidden_variables(task.environment)
        # What counts of them is among the arguments already. Before ansible-core 2.19 they are evaluated, all of them.
        task.module_defaults = []


def hidden_arguments(arguments: t.Mapping[str, t.Any], spec: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return *arguments* with a text in place of each secret, in suboptions too."""
    return {name: _hidden(value, spec.get(name)) for name, value in arguments.items()}


def _hidden(value: t.Any, details: t.Mapping[str, t.Any] | None) -> t.Any:
    if details is None or details.get("no_log"):
        return HIDDEN
    if isinstance(value, str) and _WITH_USER.search(value):
        return HIDDEN
    options = details.get("options")
    if not options or value is None:
        return value
    if isinstance(value, t.Mapping):
        return hidden_arguments(value, options)
    if isinstance(value, (list, tuple)):
        return [_hidden(each, details) for each in value]
    # A text that stands for all of them.
    return HIDDEN


def _hidden_variables(environment: t.Any) -> t.Any:
    if isinstance(environment, (list, tuple)):
        return [_hidden_variables(each) for each in environment]
    if not isinstance(environment, t.Mapping):
        return environment
    return {name: HIDDEN if name in _VARIABLES else value for name, value in environment.items()}
