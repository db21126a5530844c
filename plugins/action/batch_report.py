# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the report on a batch from its journals, on the control node."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.community.sailpoint.plugins.module_utils._batch_report import (
    Report,
    batch_report,
    check_tenant,
)
from ansible_collections.community.sailpoint.plugins.module_utils._batch_report_page import batch_report_page
from ansible_collections.community.sailpoint.plugins.module_utils._durable_file import (
    FileError,
    check_writable,
    read_file,
    replace_file,
)
from ansible_collections.community.sailpoint.plugins.module_utils._errors import InputError, JournalError
from ansible_collections.community.sailpoint.plugins.module_utils._journal import LARGEST
from ansible_collections.community.sailpoint.plugins.module_utils._journal_history import JournalHistory, read_history
from ansible_collections.community.sailpoint.plugins.plugin_utils._control_node import (
    ControlNodeAction,
    Result,
)

FORMS: dict[str, t.Callable[[Report], str]] = {
    "json_path": lambda report: json.dumps(report, indent=1) + "\n",
    "html_path": batch_report_page,
}
"""How a report is written, by the option that says where to."""


class ActionModule(ControlNodeAction):
    """See the module's documentation."""

    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "journals": {"type": "list", "elements": "path", "required": True},
        "json_path": {"type": "path"},
        "html_path": {"type": "path"},
        "title": {"type": "str", "default": "Password changes"},
    }
    SECRET_KEYS = ()

    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        """Read the journals and write the report."""
        wanted = [option for option in FORMS if params[option]]
        if not wanted:
            raise InputError("Neither json_path nor html_path is given.", "Say where to write the report.")
        if not params["journals"]:
            raise InputError("journals is empty.", "Give the paths of the journals to report on.")
        histories = {f"journal {path}": _history(path) for path in params["journals"]}
        check_tenant(histories)
        report = batch_report(list(histories.values()), params["title"])
        contents = {option: FORMS[option](report).encode("utf-8") for option in wanted}
        written = [_write(option, params[option], contents[option], self._task.check_mode) for option in wanted]
        return {
            "changed": any(written),
            "summary": report["totals"],
            "json_path": params["json_path"],
            "html_path": params["html_path"],
        }


def _history(path: str) -> JournalHistory:
    name = f"journal {path}"
    try:
        content = read_file(path, LARGEST)
    except FileError as error:
        raise JournalError(f"{name} {error}.", "Check the option journals.") from None
    if content is None:
        raise JournalError(f"{name} does not exist.", "Check the option journals.")
    return read_history(content, name)


def _write(option: str, path: str, content: bytes, check_mode: bool) -> bool:
    """Write a file, unless it holds that content already; return whether it is another one."""
    try:
        if read_file(path, len(content)) == content:
            return False
    except FileError:
        pass  # a larger file, or one that may be written and not be read
    try:
        check_writable(path)
        if not check_mode:
            replace_file(path, content)
    except FileError as error:
        raise InputError(f"{option} {path} {error}.", "Give a path in a folder that exists.") from None
    return True
