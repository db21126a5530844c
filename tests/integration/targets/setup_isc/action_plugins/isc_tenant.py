# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sends requests to the control API of the simulated tenant, as a task. See the lookup plugin of the same name."""

from __future__ import annotations

from ansible.plugins.action import ActionBase
from ansible.plugins.loader import lookup_loader


class ActionModule(ActionBase):
    """Sends one request to the control API."""

    _VALID_ARGS = frozenset(("path", "method", "body"))

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        arguments = {"method": "POST", **self._task.args}
        lookup = lookup_loader.get("isc_tenant", loader=self._loader, templar=self._templar)
        result["response"] = lookup.run([arguments.pop("path")], task_vars, **arguments)[0]
        return result
