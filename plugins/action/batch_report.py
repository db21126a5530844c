# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the report on a batch from its journals, on the control node."""

from __future__ import annotations

import json
import os
import typing as t

from ..module_utils._batch.history import JournalHistory, read_history
from ..module_utils._batch.journal import LARGEST
from ..module_utils._durable_file import (
    FileError,
    check_writable,
    read_file,
    replace_file,
)
from ..module_utils._errors import InputError, JournalError
from ..plugin_utils._control_node import (
    ControlNodeAction,
    Result,
)
from ..plugin_utils._report.page import batch_report_page
from ..plugin_utils._report.report import (
    Report,
    batch_report,
    check_tenant,
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
        _check_paths(params["journals"], {option: params[option] for option in wanted})
        histories = {f"journal {path}": _history(path) for path in params["journals"]}
        check_tenant(histories)
        report = batch_report(list(histories.values()), params["title"])
        contents = {option: FORMS[option](report).encode("utf-8") for option in wanted}
        changed = [option for option in wanted if _differs(params[option], contents[option])]
        # All first: a task that fails should have written nothing.
        for option in changed:
            _use(option, params[option], check_writable)
        for option in changed if not self._task.check_mode else ():
            _use(option, params[option], replace_file, contents[option])
        return {
            "changed": bool(changed),
            "summary": report["totals"],
            "json_path": params["json_path"],
            "html_path": params["html_path"],
        }


def _check_paths(journals: t.Iterable[str], written: t.Mapping[str, str]) -> None:
    """Refuse to write a file that is needed, or two reports to one file."""
    taken = {os.path.realpath(path): "a journal" for path in journals}
    for option, path in written.items():
        other = taken.setdefault(os.path.realpath(path), option)
        if other != option:
            raise InputError(f"{option} {path} is {other} too.", "Give a path of its own.")


def _history(path: str) -> JournalHistory:
    name = f"journal {path}"
    try:
        content = read_file(path, LARGEST)
    except FileError as error:
        raise JournalError(f"{name} {error}.", "Check the option journals.") from None
    if content is None:
        raise JournalError(f"{name} does not exist.", "Check the option journals.")
    return read_history(content, name)


def _differs(path: str, content: bytes) -> bool:
    try:
        return read_file(path, len(content)) != content
    except FileError:
        return True  # a larger file, or one that may be written and not be read


def _use(option: str, path: str, use: t.Callable[..., None], *content: bytes) -> None:
    try:
        use(path, *content)
    except FileError as error:
        raise InputError(f"{option} {path} {error}.", "Give a path in a folder that exists.") from None
