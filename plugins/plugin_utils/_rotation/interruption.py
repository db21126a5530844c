# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is told of one password when its task is interrupted: by a module, or by the role that the module is part of."""

from __future__ import annotations

import functools
import typing as t

from ...module_utils._change.flow import unsent_error
from .._arguments import plain
from .._interruption import told_if_interrupted
from .messages import interrupted
from .rotation import Rotation
from .task import ROTATION

if t.TYPE_CHECKING:
    from ...module_utils._client.client import Client
    from ...module_utils._errors import IscError
    from ...module_utils._task.execution import Result, Run

_ROLE = "rotate_password"


def watched(run: t.Callable[..., Result], name: str, args: t.Mapping[str, t.Any], variables: t.Any) -> Run:
    """Return *run* with a watch over it.

    :param name: that of the module. :param args: the arguments of its task. :param variables: those of its task.
    """

    def sentences(error: IscError) -> str:
        rotation = _rotation_in(variables)
        pending = None if rotation is None else rotation.pending
        if rotation is None or pending is None or pending.password != args.get("password"):
            return f"{name}: {error.explanation}"
        return f"{_ROLE}: {interrupted(rotation, error)}"

    def watch(known: t.Callable[[], IscError], sending: t.Callable[[], bool]) -> t.ContextManager[None]:
        return told_if_interrupted(lambda: sentences(known()), sending)

    return functools.partial(run, watch=watch)


def watched_query(run: Run, args: t.Mapping[str, t.Any], variables: t.Mapping[str, t.Any]) -> Run:
    """Return *run* of isc_password_info with a watch over it, where it is a task of the role."""
    rotation = _rotation_in(variables)
    if rotation is None or rotation.options["user_name"] != args.get("user_name"):
        return run

    def watched_run(params: t.Mapping[str, t.Any], check_mode: bool, client: Client) -> Result:
        with told_of_rotation(rotation):
            return run(params, check_mode, client)

    return watched_run


def told_of_rotation(rotation: Rotation) -> t.ContextManager[None]:
    """Have it told, when a task of the role is interrupted that comes before the password is sent."""
    return told_if_interrupted(lambda: f"{_ROLE}: {interrupted(rotation, unsent_error())}")


def _rotation_in(variables: t.Mapping[str, t.Any]) -> Rotation | None:
    """Return the rotation that a task of the role has handed on, unless the role has ended."""
    handed_on = variables.get(ROTATION)
    if not isinstance(handed_on, t.Mapping) or "rotation" not in handed_on:
        return None
    return Rotation.from_value(plain(handed_on)["rotation"])
