# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ..module_utils._task.execution import Run
from ..modules import isc_password_info
from ..plugin_utils._in_process import InProcessAction
from ..plugin_utils._rotation.interruption import watched_query


class ActionModule(InProcessAction):
    operation = isc_password_info

    def _run_function(self, variables: t.Mapping[str, t.Any]) -> Run:
        return watched_query(isc_password_info.run, self._task.args, variables)
