# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Loads or saves a record of passwords in an encrypted file on the control node."""

from __future__ import annotations

import typing as t

from ..module_utils._errors import InputError
from ..plugin_utils._control_node import (
    ControlNodeAction,
    Result,
)
from ..plugin_utils._stores.file import RecordFile


class ActionModule(ControlNodeAction):
    """See the module's documentation."""

    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "path": {"type": "path", "required": True},
        "key": {"type": "str", "required": True, "no_log": True},
        "record": {"type": "dict"},
        "version": {"type": "str"},
    }

    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        """Load the file, or save the record that is given."""
        if not params["key"].strip():
            raise InputError(
                "The key is empty.", "Give rotate_password_store_key, the password of the encrypted files."
            )
        file = RecordFile(params["path"], params["key"])
        if params["record"] is None:
            record, version = file.load()
            return {"changed": False, "path": file.path, "record": record, "version": version}
        if params["version"] is None:
            raise InputError(
                "record is given without version.",
                "Load the file first and give the version that this returned; it is empty where there is no file.",
            )
        version = file.save(params["record"], params["version"], self._task.check_mode)
        return {"changed": True, "path": file.path, "record": params["record"], "version": version}
