# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records what has just happened in the record of a rotation, and stores it."""

from __future__ import annotations

import dataclasses
import time
import typing as t

from ..module_utils._errors import RecordError
from ..module_utils._outcomes import AT_HOOK_AFTER, AT_SET, AT_STORE, UNKNOWN
from ..plugin_utils._arguments import plain
from ..plugin_utils._connection import in_environment, task_environment
from ..plugin_utils._control_node import Result
from ..plugin_utils._rotation.log import StoreLog
from ..plugin_utils._rotation.planning import rotation_evidence, task_files
from ..plugin_utils._rotation.recording import record_change, record_failed_task, record_proof
from ..plugin_utils._rotation.rotation import Problem, Rotation
from ..plugin_utils._rotation.steps import STORE, notified
from ..plugin_utils._rotation.task import RECORD, RotationAction, open_client
from ..plugin_utils._stores.kinds import NullStore


class ActionModule(RotationAction):
    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "change": {"type": "dict"},
        "proof": {"type": "dict"},
        "hook_succeeded": {"type": "bool"},
        "task_failed": {"type": "bool", "default": False},
        "store_failed": {"type": "bool", "default": False},
        "loaded": {"type": "bool", "default": False},
    }

    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        rotation, session = self.rotation(task_vars)
        if params["loaded"]:
            rotation.loaded = plain(task_vars.get(RECORD)) or {}
            return self.pass_on(rotation, session, task_vars)
        failed_before = rotation.problem is not None
        if params["task_failed"] or params["store_failed"]:
            if not failed_before:
                task, result = plain(task_vars["ansible_failed_task"]), plain(task_vars["ansible_failed_result"])
                record_failed_task(rotation, task, result, params["store_failed"])
            files = [] if failed_before or params["store_failed"] else task_files(rotation, "", self._task.check_mode)
            return self.pass_on(rotation, session, task_vars, files=files, save_due=False)
        connection = self.connect_store(rotation.options, session, task_vars)
        store = self.open_store(rotation, connection)
        log = StoreLog(rotation, store, time.time, self._task.check_mode)
        try:
            self._record(rotation, log, params)
        except RecordError as error:
            step = AT_HOOK_AFTER if params["hook_succeeded"] else AT_STORE
            rotation.fail(Problem.of(error, step), rotation.outcome)
        moved = isinstance(store, NullStore) and store.save_due
        return self.pass_on(rotation, getattr(connection, "session", None), task_vars, save_due=moved)

    def _record(self, rotation: Rotation, log: StoreLog, params: t.Mapping[str, t.Any]) -> None:
        change, proof, now = plain(params["change"]), plain(params["proof"]), time.time()
        if (change or proof or {}).get("skipped") or params["hook_succeeded"] is False:
            return
        if change is not None:
            for warning in record_change(rotation, log, change, now, self._task.check_mode):
                self.warn(warning)
            if rotation.outcome == UNKNOWN:
                # A change that this task just sent failed at AT_SET, and its module has shown the account activities.
                problem = t.cast(Problem, rotation.problem)
                with in_environment(task_environment(self)), open_client(rotation.options, self.warn) as client:
                    found = rotation_evidence(rotation, client, rotation.pending, problem.step == AT_SET)
                rotation.problem = dataclasses.replace(problem, message=f"{problem.message} {found}")
        elif proof is not None:
            record_proof(rotation, log, proof, now)
        elif params["hook_succeeded"]:
            rotation.record = notified(t.cast(t.Any, rotation.record))
            log.store()
        elif rotation.due == STORE:
            log.store()
        elif rotation.in_progress:
            log.sending("", "")
