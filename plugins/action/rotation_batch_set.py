# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sets the passwords of all hosts of a play, at the pace that ISC allows."""

from __future__ import annotations

import time
import typing as t

from ..module_utils._batch.journal import open_journal
from ..module_utils._errors import IscError
from ..plugin_utils._arguments import plain
from ..plugin_utils._connection import in_environment, task_environment
from ..plugin_utils._control_node import Result
from ..plugin_utils._interruption import display_progress
from ..plugin_utils._rotation.batch import HostRotation, RotationBatch, batch_options
from ..plugin_utils._rotation.planning import choose
from ..plugin_utils._rotation.rotation import Problem, Rotation
from ..plugin_utils._rotation.task import SHARED, BatchAction, open_client, public_result


class ActionModule(BatchAction):
    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        """Set the passwords. A host whose rotation fails does so in its own last task."""
        queried, rotations = plain(task_vars[SHARED]), self.hosts(task_vars)
        problem = None if queried["problem"] is None else Problem(**queried["problem"])
        if problem is not None and not queried["after"]:
            raise IscError(problem.message, problem.hint, step=problem.step)
        began = time.monotonic()
        if problem is not None:
            for rotation in rotations.values():
                rotation.fail(problem)
        more: Result = {"recent": queried["recent"], "stopped": "", "sessions": queried.get("sessions", {})}
        good = {host: rotation for host, rotation in rotations.items() if rotation.problem is None}
        if good:
            with in_environment(task_environment(self)):
                more = self._set(rotations, good, queried, task_vars)
        # A host with wrong options doesn't know the journal and the reports.
        first = next(iter([*good.values(), *rotations.values()])).options
        hosts = {
            host: {
                "result": public_result(rotation, self._task.check_mode),
                **({"rotation": rotation.as_value()} if rotation.has_tasks_after else {}),
            }
            for host, rotation in rotations.items()
        }
        return {
            "changed": False,
            "hosts": hosts,
            "seconds": time.monotonic() - began,
            "journal": first.values.get("journal"),
            "reports": {"json_path": first.values.get("report_json"), "html_path": first.values.get("report_html")},
            **more,
        }

    def _set(
        self,
        rotations: t.Mapping[str, Rotation],
        good: t.Mapping[str, Rotation],
        queried: t.Mapping[str, t.Any],
        task_vars: t.Mapping[str, t.Any],
    ) -> Result:
        first = next(iter(good.values())).options
        check_mode = self._task.check_mode
        options = batch_options(first, len(rotations), check_mode, queried["recent"])
        connections = self.connections(good, queried["sessions"], task_vars, options.concurrency)
        with open_client(first, self.warn, queried["access_token"]) as client:
            with open_journal(first["journal"], client.tenant, len(rotations), check_mode, time.time) as journal:
                hosts = [HostRotation(name, rotation) for name, rotation in rotations.items()]
                for host in hosts:
                    if host.rotation.info is not None and host.rotation.problem is None:
                        host.target = choose(host.rotation.options, host.rotation.info)
                batch = RotationBatch(
                    client,
                    options,
                    journal,
                    lambda rotation: self.open_store(rotation, connections.get(rotation.options["store"])),
                    lambda host: self.me({"inventory_hostname": host}),
                    hosts,
                )
                try:
                    batch.run(display_progress("rotate_password", self._display))
                finally:
                    journal.ended(batch.stopped)
            if batch.warnings:
                count, (name, warning) = len({host for host, _warning in batch.warnings}), batch.warnings[0]
                self.warn(f"{count} of {len(rotations)} accounts have warnings, first {name}: {warning}")
        sessions = {store: connection.session for store, connection in connections.items()}
        return {"recent": batch.recent, "stopped": batch.why_stopped, "sessions": sessions}
