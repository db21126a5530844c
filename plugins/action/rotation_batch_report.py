# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports on a batch: a line for people, the numbers for a workflow, and the files of the report."""

from __future__ import annotations

import functools
import typing as t

from ..module_utils._errors import IscError
from ..plugin_utils._arguments import plain
from ..plugin_utils._control_node import Result
from ..plugin_utils._report.batch_files import write_report
from ..plugin_utils._rotation.task import BEGUN, BatchAction, result_of
from ..plugin_utils._rotation.totals import add_results, as_stats, summary


class ActionModule(BatchAction):
    def secrets(self, result: Result) -> list[str] | None:
        return None

    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        """Report on the batch. What fails here must not make a play fail whose passwords are set."""
        came_of, check_mode = plain(task_vars[BEGUN]), self._task.check_mode
        results = {
            host: result_of(each, functools.partial(task_vars["hostvars"].raw_get, host))
            for host, each in came_of["hosts"].items()
        }
        written = self._write(came_of) if came_of["journal"] and not check_mode else []
        totals = add_results(self.earlier(task_vars), results)
        line = summary(list(results.values()), came_of["seconds"], came_of["journal"], written, check_mode)
        more = {"hosts": len(task_vars["ansible_play_hosts_all"]), "journal": came_of["journal"]}
        self._display.display(" ".join(filter(None, (came_of["stopped"], line))))
        return {
            "changed": False,
            "recent": came_of["recent"],
            **totals,
            **as_stats({"check_mode": check_mode, **more, **totals}),
        }

    def _write(self, came_of: t.Mapping[str, t.Any]) -> list[str]:
        wanted = [path for path in came_of["reports"].values() if path]
        if not wanted:
            return []
        try:
            write_report([came_of["journal"]], came_of["reports"])
        except IscError as error:
            self.warn(f"The report could not be written: {error.explanation}")
            return []
        return wanted
