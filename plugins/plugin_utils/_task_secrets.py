# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets of a task: refused if YAML has changed one, masked once they are used, and kept out of all output."""

from __future__ import annotations

import contextlib
import re
import typing as t

from ..module_utils._client.connection import ENVIRONMENT, connection_spec
from ..module_utils._errors import InputError
from ..module_utils._task.execution import register_secrets, returned_secrets

HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
"""The text that AnsibleModule shows in place of an option with ``no_log``."""

_SECRET_VARIABLES = tuple(ENVIRONMENT[name] for name, details in connection_spec().items() if details.get("no_log"))

_URL_WITH_USER = re.compile(r"://[^/]*@")
"""A URL with a user and maybe a password. ``base_url`` can't have one, but a refused option is an argument too."""

_ORIGINALS = "_community_sailpoint_given"

_KINDS = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a dictionary"}


def check_secrets_are_text(spec: t.Mapping[str, t.Any], arguments: t.Mapping[str, t.Any]) -> None:
    """Raise InputError if a secret is no longer text, such as 7 from 007, which Ansible itself would accept."""
    for option, details, value in _given_secrets(spec, arguments):
        if details["type"] == "str" and not isinstance(value, (str, type(None))):
            kind = next((kind for type_, kind in _KINDS.items() if isinstance(value, type_)), "something else")
            raise InputError(
                f"{option} is not text but {kind}: YAML or a template has changed it, and the original is lost "
                "(007 became 7).",
                'Put it in quotes, or in a template pass it through the filter string: "{{ value | string }}".',
            )


def _given_secrets(
    spec: t.Mapping[str, t.Any], arguments: t.Mapping[str, t.Any], inside: str = ""
) -> t.Iterator[tuple[str, t.Mapping[str, t.Any], t.Any]]:
    """Yield the name, specification and value of each secret option, including those of list entries."""
    for name, details in spec.items():
        value = arguments.get(name)
        if details.get("no_log"):
            yield f"{inside}{name}", details, value
        elif "options" in details and isinstance(value, (list, tuple)):
            for number, entry in enumerate(value):
                if isinstance(entry, t.Mapping):
                    yield from _given_secrets(details["options"], entry, f"{inside}{name}[{number}].")


def censor(task: t.Any, result: dict[str, t.Any], secrets: t.Iterable[t.Any]) -> None:
    """Hide the *result* of *task* from all output. Later tasks still get it."""
    register_secrets(secrets)
    result["_ansible_no_log"] = True
    if task.loop is not None:
        # Up to ansible-core 2.18, the result of a loop does not inherit the mark of its items.
        task.no_log = True


def item_holds_secret(
    task: t.Any, spec: t.Mapping[str, t.Any], arguments: t.Mapping[str, t.Any], variables: t.Mapping[str, t.Any]
) -> bool:
    """Return whether the loop item, which Ansible shows with each result, contains a secret of the task."""
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
        for entry in value:
            yield from _texts(entry)
    elif value is not None:
        yield str(value)


@contextlib.contextmanager
def mask_after_use(task: t.Any, spec: t.Mapping[str, t.Any]) -> t.Iterator[None]:
    """Mask the secrets of *task* when the block ends, even with an error.

    Ansible passes the task with its evaluated arguments to callback plugins, and to a ``rescue`` as
    ``ansible_failed_task``.

    :param spec: the options of the task's action. An unknown option may be a misspelled secret, so it is masked too.
    """
    # With until or retries, Ansible performs the same task again.
    originals = getattr(task, _ORIGINALS, None) or (task.args, task.environment, task.module_defaults)
    setattr(task, _ORIGINALS, originals)
    task.args, task.environment, task.module_defaults = originals
    try:
        yield
    finally:
        task.args, task.environment = mask_arguments(task.args, spec), _mask_variables(task.environment)
        # The defaults that apply are already among the arguments. Before ansible-core 2.19, all are evaluated.
        task.module_defaults = []


def mask_arguments(arguments: t.Mapping[str, t.Any], spec: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return *arguments* with each secret masked, in suboptions too."""
    return {name: _mask(value, spec.get(name)) for name, value in arguments.items()}


def _mask(value: t.Any, details: t.Mapping[str, t.Any] | None) -> t.Any:
    if details is None or details.get("no_log"):
        return HIDDEN
    if isinstance(value, str) and _URL_WITH_USER.search(value):
        return HIDDEN
    options = details.get("options")
    if not options or value is None:
        return value
    if isinstance(value, t.Mapping):
        return mask_arguments(value, options)
    if isinstance(value, (list, tuple)):
        return [_mask(entry, details) for entry in value]
    # Text in place of suboptions, such as an unevaluated template.
    return HIDDEN


def _mask_variables(environment: t.Any) -> t.Any:
    if isinstance(environment, (list, tuple)):
        return [_mask_variables(entry) for entry in environment]
    if not isinstance(environment, t.Mapping):
        return environment
    return {name: HIDDEN if name in _SECRET_VARIABLES else value for name, value in environment.items()}
