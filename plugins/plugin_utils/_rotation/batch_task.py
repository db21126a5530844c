# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the action plugins of a batch have in common: how its tasks find the hosts, and what they hand on.

The first task leaves the options of each host in ``BEGUN``. There the task that sets the passwords puts their
outcomes, and the last one the result. A host that has tasks of the user around the batch hands its rotation on in
``ROTATION``.
"""

from __future__ import annotations

import typing as t

from .._arguments import plain
from .._stores.base import Session
from .rotation import Rotation, Value
from .task import ROTATION, RotationAction

BEGUN = "rotate_password_result"
"""The variable of each host for its options, then for the outcomes of the batch, and at last for the result."""

QUERIED = "__rotate_password_query"
"""The variable of what the hosts share: before anything is set with an access token, and at last what is reported."""


class BatchAction(RotationAction):
    """A task that is run once for all hosts."""

    def hosts(self, task_vars: t.Mapping[str, t.Any]) -> dict[str, Rotation]:
        """Return the rotations of the hosts of the play, or of its serial batch."""
        hostvars, found = task_vars["hostvars"], {}
        for host in task_vars["ansible_play_batch"]:
            variables = hostvars.raw_get(host)
            value = _rotation_in(variables.get(ROTATION)) or _rotation_in(variables.get(BEGUN))
            if value is not None:
                found[str(host)] = Rotation.from_value(plain(value))
        return found

    def connections(
        self,
        rotations: t.Mapping[str, Rotation],
        sessions: t.Mapping[str, Session],
        task_vars: t.Mapping[str, t.Any],
        threads: int,
    ) -> dict[str, t.Any]:
        """Return the connection to each store of *rotations* that needs one, by the value of the option C(store)."""
        found = {}
        stores = {rotation.options["store"]: rotation for rotation in rotations.values()}
        for store, rotation in stores.items():
            variables = {**task_vars, **rotation.store_variables}
            connection = self.connect(rotation.options, sessions.get(store), variables, threads)
            if connection is not None:
                found[store] = connection
        return found

    def earlier(self, task_vars: t.Mapping[str, t.Any]) -> t.Mapping[str, t.Any]:
        """Return what the report on the serial batch before this one has handed on; empty for the first one."""
        batch, everyone = task_vars["ansible_play_batch"], task_vars["ansible_play_hosts_all"]
        before = everyone.index(batch[0]) - 1 if batch else -1
        if before < 0:
            return {}
        handed_on = task_vars["hostvars"].raw_get(everyone[before]).get(QUERIED)
        return plain(handed_on) if isinstance(handed_on, t.Mapping) and "totals" in handed_on else {}


def result_of(came_of: t.Mapping[str, t.Any], variables: t.Callable[[], t.Mapping[str, t.Any]]) -> Value:
    """Return the result of a host; if it has tasks of the user, they may have changed it after the batch.

    :param came_of: what the batch says of the host. :param variables: returns those of the host, which takes time.
    """
    return t.cast(Value, plain((variables()[ROTATION] if "rotation" in came_of else came_of)["result"]))


def _rotation_in(value: t.Any) -> t.Any:
    return value.get("rotation") if isinstance(value, t.Mapping) else None
