# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recording the results of the role's tasks in the rotation and its record."""

from __future__ import annotations

import typing as t

from ...module_utils._api.password_change import CHANGE_FINISHED, Change
from ...module_utils._change.poll import no_request_id_error
from ...module_utils._errors import RecordError
from ...module_utils._outcomes import (
    ACCEPTED,
    AT_HOOK_AFTER,
    AT_HOOK_BEFORE,
    AT_QUERY,
    AT_SET,
    AT_STORE,
    AT_WAIT,
    FAILED,
    FINISHED,
    UNKNOWN,
)
from ...module_utils._text import one_line
from .log import StoreLog
from .record import Record
from .rotation import Problem, Rotation, read_change
from .steps import FIND_OUT, NOTIFY, PROVE, WAIT, dropped

_STEPS = {"isc_password_info": AT_QUERY, "isc_password": AT_SET, "isc_password_change_info": AT_WAIT}


def module_failed(result: t.Mapping[str, t.Any]) -> bool:
    """Return whether a module of the role failed, which ``failed_when`` of its task hides from ``failed``."""
    return bool(result.get("failed")) or "msg" in result


def record_change(
    rotation: Rotation, log: StoreLog, result: t.Mapping[str, t.Any], now: float, check_mode: bool
) -> list[str]:
    """Record the result of ``isc_password`` or ``isc_password_change_info``, and return warnings."""
    if module_failed(result):
        _record_failure(rotation, log, result, now)
        return []
    if check_mode:
        rotation.end(FINISHED if rotation.options["wait"] else ACCEPTED, True, now)
        rotation.rotated_at = None
        return []
    change = read_change(result) if rotation.change is None else rotation.change.updated(read_change(result))
    if change.ended:
        _record_finished(rotation, log, change, now)
        return []
    if rotation.change is None:
        log.accepted(change)
    rotation.change = change
    if not rotation.options["wait"]:
        rotation.end(ACCEPTED, rotation.due != WAIT, now, change)
    elif change.request_id is None:
        rotation.changed = True
        rotation.fail(Problem.of(no_request_id_error(change), AT_WAIT), outcome=UNKNOWN)
    if log.problem is None:
        return []
    return [
        f"ISC has accepted the change as request {change.request_id}, and the store could not record that: "
        f"{log.problem.message} The run continues. If it doesn't finish, the next run sends the same password again."
    ]


def record_proof(rotation: Rotation, log: StoreLog, result: t.Mapping[str, t.Any], now: float) -> None:
    """Record the result of ``isc_source_credential``: first with the pending password, then with the current one.

    :raises RecordError: the record can't be stored.
    """
    failed, with_current = module_failed(result), rotation.restores_current
    rotation.restores_current = False
    if not failed and not with_current:
        _record_finished(rotation, log, Change(None, CHANGE_FINISHED), now)
    elif not failed:
        if rotation.due == PROVE:
            rotation.record = dropped(t.cast(Record, rotation.record))
            log.store()
            rotation.leave_unchanged()
    elif not with_current and result.get("outcome") in (FAILED, UNKNOWN):
        rotation.restores_current = True
    else:
        found = "ISC can connect to the source with neither" if with_current else "the source was not asked"
        rotation.fail(
            Problem(
                "Whether the pending password or the current one is in effect is not known, and "
                f"{found}: {one_line(str(result.get('msg', '')))}",
                FIND_OUT,
                AT_SET,
            ),
            outcome=UNKNOWN,
        )


def _record_finished(rotation: Rotation, log: StoreLog, change: Change, now: float) -> None:
    log.ended(change)
    rotation.end(FINISHED, True, now, change)
    if log.problem is not None:
        rotation.fail(Problem.of(log.problem, AT_STORE), outcome=FINISHED)


def _record_failure(rotation: Rotation, log: StoreLog, result: t.Mapping[str, t.Any], now: float) -> None:
    """Record that the password was not set, or that the outcome is unknown."""
    outcome = result.get("outcome")
    error = RecordError(str(result.get("msg", "")))
    rotation.changed = bool(result.get("changed", False))
    step = str(result.get("step", AT_SET if rotation.change is None else AT_WAIT))
    problem = Problem.of(error, step)
    if outcome == FAILED:
        rotation.change = read_change(result)
        log.ended(rotation.change)
        rotation.fail(problem, outcome=FAILED)
    elif outcome == UNKNOWN:
        log.unknown(error)
        if result.get("request_id") is not None:
            rotation.change = read_change(result)
        rotation.changed = True
        rotation.fail(problem, outcome=UNKNOWN)
    else:
        rotation.fail(problem)
        log.refused(error)


def record_failed_task(
    rotation: Rotation, task: t.Mapping[str, t.Any], result: t.Mapping[str, t.Any], store_failed: bool
) -> None:
    """Record the failure of a task of the user, or of a task that should never fail.

    :param task: the task, with ``name`` and ``action``.
    :param store_failed: whether it is a task of the user's store, and not of a hook.
    """
    if result.get("_ansible_no_log") or "censored" in result:
        # The message may contain a password.
        said = "The task has no_log, so its message is not shown."
    else:
        said = one_line(str(result.get("msg", "The task failed without a message."))).strip()
    action = str(task.get("action", "")).rpartition(".")[2]
    after = AT_HOOK_AFTER if rotation.outcome is not None else AT_HOOK_BEFORE
    step = AT_STORE if store_failed else _STEPS.get(action, after)
    name = str(task.get("name") or action)
    said += "" if said.endswith((".", "!", "?")) else "."
    if rotation.due == NOTIFY and action == "isc_source_credential":
        rotation.changed = result.get("outcome") in (FAILED, UNKNOWN)
    rotation.fail(Problem(f'The task "{name}" failed: {said}', None, step), outcome=rotation.outcome)
