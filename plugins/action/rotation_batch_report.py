# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports on a batch: a line for people, the totals for a workflow, and the report files."""

from __future__ import annotations

import functools
import typing as t

from ..module_utils._errors import IscError
from ..plugin_utils._arguments import plain
from ..plugin_utils._control_node import Result
from ..plugin_utils._report.batch_files import write_report
from ..plugin_utils._rotation.task import RESULT, BatchAction, host_result
from ..plugin_utils._rotation.totals import add_results, as_stats, summary


class ActionModule(BatchAction):
    def secrets(self, result: Result) -> list[str] | None:
        return None

    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        """Report on the batch. A failure to write the report is only a warning, because the passwords are set."""
        batch_result, check_mode = plain(task_vars[RESULT]), self._task.check_mode
        results = {
            host: host_result(each, functools.partial(task_vars["hostvars"].raw_get, host))
            for host, each in batch_result["hosts"].items()
        }
        written = self._write_report(batch_result) if batch_result["journal"] and not check_mode else []
        totals = add_results(self.previous_report(task_vars), results)
        line = summary(list(results.values()), batch_result["seconds"], batch_result["journal"], written, check_mode)
        more = {"hosts": len(task_vars["ansible_play_hosts_all"]), "journal": batch_result["journal"]}
        self._display.display(" ".join(filter(None, (batch_result["stopped"], line))))
        return {
            "changed": False,
            "recent": batch_result["recent"],
            **totals,
            **as_stats({"check_mode": check_mode, **more, **totals}),
        }

    def _write_report(self, batch_result: t.Mapping[str, t.Any]) -> list[str]:
        paths = [path for path in batch_result["reports"].values() if path]
        if not paths:
            return []
        try:
            write_report([batch_result["journal"]], batch_result["reports"])
        except IscError as error:
            self.warn(f"The report could not be written: {error.explanation}")
            return []
        return paths
