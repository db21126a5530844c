# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the report on a batch from its journals."""

from __future__ import annotations

import typing as t

from ..plugin_utils._control_node import ControlNodeAction, Result
from ..plugin_utils._report.batch_files import RENDERERS, TITLE, find_journals, write_report


class ActionModule(ControlNodeAction):
    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "journals": {"type": "raw", "required": True},
        **{option: {"type": "path"} for option in RENDERERS},
        "title": {"type": "str", "default": TITLE},
    }

    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        paths = {option: params[option] for option in RENDERERS}
        journals = find_journals(params["journals"])
        written = write_report(journals, paths, params["title"], self._task.check_mode)
        return {"changed": written.changed, "summary": written.totals, "journals": journals, **paths}
