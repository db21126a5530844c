# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans the rotation of a password: chooses the account, decides what is due, and does a dry run of it."""

from __future__ import annotations

import time
import typing as t

from ..module_utils._change.prepare import Target
from ..module_utils._client.client import Client
from ..module_utils._errors import IscError, StorageError
from ..module_utils._outcomes import ACCEPTED, AT_QUERY, AT_STORE, FINISHED
from ..plugin_utils._arguments import plain
from ..plugin_utils._connection import in_environment, task_environment
from ..plugin_utils._control_node import Result
from ..plugin_utils._rotation.interruption import report_if_interrupted
from ..plugin_utils._rotation.planning import choose, dry_run, isc_age_lookup, plan, read_pending_change, task_files
from ..plugin_utils._rotation.recording import module_failed
from ..plugin_utils._rotation.rotation import AFTER_BATCH, WHOLE, Problem, Rotation
from ..plugin_utils._rotation.steps import WAIT
from ..plugin_utils._rotation.task import RotationAction, open_client
from ..plugin_utils._stores.base import Session

INFO = "__rotate_password_info"


class ActionModule(RotationAction):
    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        rotation, session = self.rotation(task_vars)
        rotation.rounds += 1
        own_store, check_mode = self.own_store(rotation, task_vars), self._task.check_mode
        if rotation.part == AFTER_BATCH:
            files = task_files(rotation, own_store, check_mode)
            if rotation.another_round and not check_mode:
                rotation.part = WHOLE
            return self.pass_on(rotation, session, task_vars, files=files, save_due=True)
        info = rotation.info or plain(task_vars[INFO])
        if rotation.another_round:
            rotation.start_next_round()
        elif rotation.problem is None and module_failed(info):
            rotation.fail(Problem.of(IscError(str(info["msg"])), AT_QUERY))
        if rotation.problem is None:
            with in_environment(task_environment(self)), report_if_interrupted(rotation):
                try:
                    target = choose(rotation.options, info)
                    rotation.set_target(target)
                    if own_store and rotation.loaded is None and not rotation.settled:
                        return self.pass_on(rotation, session, task_vars, files=["load.yml", "change.yml"])
                    with open_client(rotation.options, self.warn) as client:
                        session = self._plan(rotation, session, target, task_vars, client)
                except IscError as error:
                    step = AT_STORE if isinstance(error, StorageError) else AT_QUERY
                    rotation.fail(Problem.of(error, step), error.details.get("outcome"))
        return self.pass_on(rotation, session, task_vars, files=task_files(rotation, own_store, check_mode))

    def _plan(
        self, rotation: Rotation, session: Session, target: Target, task_vars: t.Mapping[str, t.Any], client: Client
    ) -> Session:
        """Plan the rotation, and return the session with the store."""
        connection = self.connect_store(rotation.options, session, task_vars)
        if not rotation.settled:
            store = self.open_store(rotation, connection)
            stored = store.load()
            record = stored.record if rotation.loaded is None else rotation.loaded
            rotation.load(record, stored.version, store.place)
            rotation.loaded = None
        now, check_mode = time.time(), self._task.check_mode
        change = read_pending_change(rotation, client, now)
        ask_isc = isc_age_lookup(rotation, client, target, check_mode)
        warnings = plan(rotation, client, target, self.me(task_vars), ask_isc)
        for warning in [*warnings, *dry_run(rotation, client, target, check_mode)]:
            self.warn(warning)
        if check_mode and rotation.due == WAIT and change is not None:
            change.raise_if_failed()
            finishes = change.ended or rotation.options["wait"]
            rotation.end(FINISHED if finishes else ACCEPTED, finishes, now, change)
        return getattr(connection, "session", None)
