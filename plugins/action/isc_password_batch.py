# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs community.sailpoint.isc_password_batch in process on the control node, or as an ordinary module."""

from __future__ import annotations

import functools
import typing as t

from ..module_utils._batch.run import BatchProgress
from ..module_utils._task.execution import Run
from ..modules import isc_password_batch
from ..plugin_utils._in_process import InProcessAction
from ..plugin_utils._terminal import tell

_PREFIX = "isc_password_batch: "


class ActionModule(InProcessAction):
    """See the module's documentation."""

    operation = isc_password_batch
    sends_changes = True

    def _operation(self, variables: t.Mapping[str, t.Any]) -> Run:
        progress = BatchProgress(self._show, lambda text: tell(_PREFIX + text))
        return functools.partial(isc_password_batch.run, progress=progress)

    def _show(self, text: str) -> None:
        self._display.display(_PREFIX + text)
