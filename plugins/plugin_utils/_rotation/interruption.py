# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report on a password whose task is interrupted, by a module or by the role that runs the module."""

from __future__ import annotations

import functools
import typing as t

from ...module_utils._change.flow import unsent_error
from .._arguments import plain
from .._interruption import report_interruption
from .messages import interrupted
from .rotation import Rotation
from .task import ROTATION

if t.TYPE_CHECKING:
    from ...module_utils._client.client import Client
    from ...module_utils._errors import IscError
    from ...module_utils._task.execution import Result, Run

_ROLE = "rotate_password"


def watched(run: t.Callable[..., Result], name: str, args: t.Mapping[str, t.Any], variables: t.Any) -> Run:
    """Return *run* with a watch that reports the state of the password if the task is interrupted.

    :param name: the name of the module.
    :param args: the arguments of its task.
    :param variables: the variables of its task.
    """

    def sentences(error: IscError) -> str:
        rotation = _rotation_in(variables)
        pending = None if rotation is None else rotation.pending
        if rotation is None or pending is None or pending.password != args.get("password"):
            return f"{name}: {error.explanation}"
        return f"{_ROLE}: {interrupted(rotation, error)}"

    def watch(known: t.Callable[[], IscError], sending: t.Callable[[], bool]) -> t.ContextManager[None]:
        return report_interruption(lambda: sentences(known()), sending)

    return functools.partial(run, watch=watch)


def watched_query(run: Run, args: t.Mapping[str, t.Any], variables: t.Mapping[str, t.Any]) -> Run:
    """Return *run* of ``isc_password_info``, with a watch if its task belongs to the role."""
    rotation = _rotation_in(variables)
    if rotation is None or rotation.options["user_name"] != args.get("user_name"):
        return run

    def watched_run(params: t.Mapping[str, t.Any], check_mode: bool, client: Client) -> Result:
        with report_if_interrupted(rotation):
            return run(params, check_mode, client)

    return watched_run


def report_if_interrupted(rotation: Rotation) -> t.ContextManager[None]:
    """Report the state of the rotation if the task is interrupted, which runs before the password is sent."""
    return report_interruption(lambda: f"{_ROLE}: {interrupted(rotation, unsent_error())}")


def _rotation_in(variables: t.Mapping[str, t.Any]) -> Rotation | None:
    """Return the rotation that the previous task of the role has passed on; ``None`` after the role has ended."""
    registered = variables.get(ROTATION)
    if not isinstance(registered, t.Mapping) or "rotation" not in registered:
        return None
    return Rotation.from_value(plain(registered)["rotation"])
