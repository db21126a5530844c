# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The secrets among a task's arguments, taken away once it has used them.

Ansible hands the task, with its arguments evaluated, to callback plugins, and to a C(rescue) as C(ansible_failed_task).
"""

from __future__ import annotations

import contextlib
import re
import typing as t

from ..module_utils._task.argspec import ENVIRONMENT, connection_spec

HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
"""What AnsibleModule shows in place of an option with C(no_log)."""

_VARIABLES = tuple(ENVIRONMENT[name] for name, each in connection_spec().items() if each.get("no_log"))

_WITH_USER = re.compile(r"://[^/]*@")
"""An address with a user, and maybe a password, in it. C(base_url) takes none, and a refused one is an argument too."""

_KEPT = "_community_sailpoint_given"


@contextlib.contextmanager
def hidden_after_use(task: t.Any, spec: t.Mapping[str, t.Any]) -> t.Iterator[None]:
    """Leave the secrets of *task* readable inside, and hide them at the end, whatever that is.

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
