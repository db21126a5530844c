# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decides the next step of a rotation, or moves a record on, on the control node."""

from __future__ import annotations

import time
import typing as t

from ..module_utils._change.decision import ALWAYS, WHEN_CHANGED
from ..module_utils._errors import InputError
from ..module_utils._password.generator import generate_password
from ..module_utils._password.policy import PolicyError
from ..module_utils._times import parse_age
from ..plugin_utils._control_node import (
    ControlNodeAction,
    Result,
)
from ..plugin_utils._rotation import steps as rotation
from ..plugin_utils._rotation.owner import this_run
from ..plugin_utils._rotation.record import (
    Record,
    RecordedAccount,
    read_record,
)

PLANNED = "planned"
EVENTS = {
    PLANNED: None,
    "accepted": lambda record, params, now: rotation.accepted(record, params["request_id"]),
    "finished": lambda record, params, now: rotation.finished(record, now, params["hook"], params["request_id"]),
    "failed": lambda record, params, now: rotation.failed(record, now),
    "refused": lambda record, params, now: rotation.refused(record),
    "forgotten": lambda record, params, now: rotation.forgotten(record),
    "dropped": lambda record, params, now: rotation.dropped(record),
    "notified": lambda record, params, now: rotation.notified(record),
}


class ActionModule(ControlNodeAction):
    """See the module's documentation."""

    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "event": {"type": "str", "required": True, "choices": list(EVENTS)},
        "record": {"type": "dict", "required": True},
        "account": {
            "type": "dict",
            "required": True,
            "options": {field: {"type": "str", "required": True} for field in RecordedAccount._fields},
        },
        "value": {"type": "str", "no_log": True},
        "policies": {"type": "list", "elements": "str", "default": []},
        "length": {"type": "int"},
        "specials": {"type": "str"},
        "update_password": {
            "type": "str",
            "choices": [ALWAYS, WHEN_CHANGED],
            "default": ALWAYS,
            "no_log": False,
        },
        "max_age": {"type": "str"},
        "on_unknown": {"type": "str", "choices": list(rotation.ON_UNKNOWN), "default": rotation.ON_UNKNOWN[0]},
        "settle_pending": {"type": "str", "choices": ["", rotation.COMMIT, rotation.DISCARD], "default": ""},
        "settled": {"type": "bool", "default": False},
        "request_id": {"type": "str"},
        "hook": {"type": "bool", "default": False},
    }

    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        """Move the record on."""
        record = read_record(params["record"], RecordedAccount(**params["account"]))
        now = time.time()
        if params["event"] == PLANNED:
            plan = self._plan(record, params, now, str(task_vars.get("inventory_hostname", "")))
        else:
            moved = t.cast(t.Callable[..., Record], EVENTS[params["event"]])(record, params, now)
            plan = rotation.Plan(rotation.NOTHING, moved, params["event"])
        return {
            "changed": False,
            "step": plan.step,
            "reason": plan.reason,
            "record": plan.record.as_value(),
            "record_changed": plan.record != record,
        }

    def _plan(self, record: Record, params: t.Mapping[str, t.Any], now: float, host: str) -> rotation.Plan:
        wishes = rotation.Wishes(
            value=params["value"] or None,
            update_password=params["update_password"],
            max_age=parse_age("rotate_password_max_age", params["max_age"]),
            on_unknown=params["on_unknown"],
            settle_pending=params["settle_pending"],
            hook=params["hook"],
        )

        def make_password() -> str:
            try:
                return generate_password(params["policies"], params["length"], params["specials"])
            except PolicyError as error:
                raise InputError(
                    f"No password can be generated: {error}",
                    "Check rotate_password_length and rotate_password_specials against the source's policy.",
                ) from None

        return rotation.plan_rotation(record, wishes, make_password, this_run(host), now, params["settled"])
