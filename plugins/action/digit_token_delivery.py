# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks whether digit tokens can be delivered before one is created, because nobody could use an undelivered one."""

from __future__ import annotations

import re
import typing as t

from ansible.module_utils.parsing.convert_bool import boolean

from ..module_utils._errors import InputError
from ..plugin_utils._control_node import ControlNodeAction, Result
from ..plugin_utils._paths import Places
from ..plugin_utils._variables import given_options

OPTIONS = ("user_id", "digit_tokens", "deliver_tasks", "show")

_NOTHING_DONE = "Nothing was created or changed."


class ActionModule(ControlNodeAction):
    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "prefix": {"type": "str", "required": True},
        "for_hosts": {"type": "bool", "default": False},
    }

    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        prefix, places = params["prefix"], Places.of_run(str(task_vars["playbook_dir"]))
        given = given_options(OPTIONS, task_vars, self._templar, prefix).check()
        if params["for_hosts"]:
            delivery = delivery_to_hosts(given, prefix, places, task_vars["ansible_play_hosts_all"])
        else:
            delivery = delivery_to_one(given, prefix, places)
        check_mode = self._task.check_mode
        return {
            "changed": False,
            "hosts": dict.fromkeys(delivery.hosts, True),
            "tasks": delivery.tasks,
            "hands_over": bool(delivery.tasks) and not check_mode,
            "shows": delivery.shows and not check_mode,
        }


class Delivery(t.NamedTuple):
    """How tokens are delivered.

    :ivar tasks: the path of the task file that delivers a token, or an empty string.
    :ivar hosts: the hosts that a token is created for.
    :ivar shows: whether the output shows the token.
    """

    tasks: str
    hosts: tuple[str, ...]
    shows: bool


def delivery_to_one(given: t.Mapping[str, t.Any], prefix: str, places: Places) -> Delivery:
    """Return how the token of one user is delivered.

    :param given: the given ones of the options ``user_id``, ``deliver_tasks`` and ``show``.
    :param prefix: the prefix of the variables' names.
    :raises InputError: it can't be delivered.
    """
    user_id = given.get("user_id")
    if user_id is None:
        raise InputError(f"{prefix}user_id is missing.", f"Set it to the uid of the identity. {_NOTHING_DONE}")
    if not isinstance(user_id, str):
        raise InputError(
            f"{prefix}user_id must be text. YAML has read the value as something else, such as a number, and "
            "the original is lost: 007 became 7.",
            f"Put it in quotes. {_NOTHING_DONE}",
        )
    try:
        shows = boolean(given.get("show", False))
    except TypeError:
        raise InputError(f"{prefix}show must be true or false.", _NOTHING_DONE) from None
    tasks = _task_file(given, prefix, places)
    if not shows and not tasks:
        raise InputError(
            "The digit token would go nowhere.",
            f"Set {prefix}deliver_tasks to a task file that delivers it, or {prefix}show to true to show it in "
            f"the output. {_NOTHING_DONE}",
        )
    return Delivery(tasks, (), shows)


def delivery_to_hosts(given: t.Mapping[str, t.Any], prefix: str, places: Places, hosts: t.Collection[str]) -> Delivery:
    """Return how the tokens of the requested hosts are delivered.

    :param given: the given ones of the options ``digit_tokens`` and ``deliver_tasks``.
    :param prefix: the prefix of the variables' names.
    :param hosts: all hosts of the play.
    :raises InputError: they can't be delivered.
    """
    requested = given.get("digit_tokens", [])
    if not isinstance(requested, (list, tuple)):
        requested = [name.strip() for name in re.split(r"[,\n\r]", str(requested))]
    requested = tuple(str(name) for name in requested if str(name))
    unknown = sorted(set(requested) - set(hosts))
    if unknown:
        raise InputError(
            f"{prefix}digit_tokens names {', '.join(unknown)}, not among the hosts of the play.",
            f"Correct it, or lock them out as well. {_NOTHING_DONE}",
        )
    tasks = _task_file(given, prefix, places)
    if requested and not tasks:
        raise InputError(
            f"{prefix}digit_tokens asks for digit tokens, and {prefix}deliver_tasks is not set.",
            f"Set it to a task file that delivers a token. {_NOTHING_DONE}",
        )
    return Delivery(tasks, requested, False)


def _task_file(given: t.Mapping[str, t.Any], prefix: str, places: Places) -> str:
    path = given.get("deliver_tasks")
    if path is None:
        return ""
    found = places.find(str(path))
    problem = places.file_problem(f"{prefix}deliver_tasks", str(path), found)
    if problem is not None:
        raise InputError(problem, f"Give the path of a task file. {_NOTHING_DONE}")
    return found
