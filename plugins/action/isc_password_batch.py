# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import functools
import typing as t

from ..module_utils._task.execution import Run
from ..modules import isc_password_batch
from ..plugin_utils._in_process import InProcessAction
from ..plugin_utils._interruption import display_progress


class ActionModule(InProcessAction):
    operation = isc_password_batch
    sends_changes = True

    def _run_function(self, variables: t.Mapping[str, t.Any]) -> Run:
        progress = display_progress("isc_password_batch", self._display)
        return functools.partial(isc_password_batch.run, progress=progress)
