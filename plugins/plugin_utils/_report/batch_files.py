# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads journals and writes the report files."""

from __future__ import annotations

import glob
import json
import os
import re
import typing as t

from ...module_utils._batch.journal import LARGEST, JournalHistory, read_history
from ...module_utils._durable_file import FileError, read_any_file
from ...module_utils._errors import InputError, JournalError
from .batch import Report, batch_report, batch_report_page, check_tenant
from .outputs import check_files, output_paths, write_files

TITLE = "Password changes"

RENDERERS: dict[str, t.Callable[[Report], str]] = {
    "json_path": lambda report: json.dumps(report, indent=1) + "\n",
    "html_path": batch_report_page,
}


def find_journals(wanted: t.Any) -> list[str]:
    """Return the sorted paths of journals.

    :param wanted: a list of absolute paths and patterns with ``*``, ``?`` or ``[]``, or a string with one per line.
    :raises InputError: a path is relative, or a pattern matches no file.
    """
    entries = re.split(r"[\n\r]+", wanted) if isinstance(wanted, str) else wanted
    if not isinstance(entries, (list, tuple)):
        raise InputError("journals is not a list of paths.", "Give the paths of the journals to report on.")
    found = set()
    for entry in filter(None, (str(each).strip() for each in entries)):
        path = os.path.expanduser(entry)
        if not os.path.isabs(path):
            raise InputError(
                f"journals: {entry} is a relative path.", "Give an absolute path, or one that begins with ~."
            )
        matches = glob.glob(path) if glob.has_magic(path) else [path]
        if not matches:
            raise InputError(f"journals: {entry} matches no file.", "Give the paths of the journals to report on.")
        found.update(matches)
    return sorted(found)


class Written(t.NamedTuple):
    """The result of writing a report.

    :ivar changed: whether a file changed. :ivar totals: the number of accounts by outcome.
    """

    changed: bool
    totals: dict[str, int]


def write_report(
    journals: t.Sequence[str], paths: t.Mapping[str, str | None], title: str = TITLE, check_mode: bool = False
) -> Written:
    """Write the report on *journals*.

    :param paths: the files to write, at least one, by the options in ``RENDERERS``.
    :param check_mode: only check that the files could be written. Journals need not exist yet.
    :raises InputError: an option can't be used. :raises JournalError: a journal can't be read.
    """
    if not any(paths.values()):
        raise InputError("Neither json_path nor html_path is given.", "Say where to write the report.")
    if not journals:
        raise InputError("journals is empty.", "Give the paths of the journals to report on.")
    wanted = output_paths(paths, dict.fromkeys(journals, "a journal"))
    # In check mode, the batch before this task has not written its journal.
    unwritten = {path for path in journals if check_mode and not os.path.lexists(path)}
    histories = {f"journal {path}": _history(path) for path in journals if path not in unwritten}
    check_tenant(histories)
    report = batch_report(list(histories.values()), title)
    texts = {option: RENDERERS[option](report) for option in wanted}
    if unwritten:
        check_files(wanted)
    changed = write_files(wanted, texts, check_mode)
    return Written(changed or bool(unwritten), report["totals"])


def _history(path: str) -> JournalHistory:
    name = f"journal {path}"
    try:
        content = read_any_file(path, LARGEST)
    except FileError as error:
        raise JournalError(f"{name} {error}.", "Check the option journals.") from None
    if content is None:
        raise JournalError(f"{name} does not exist.", "Check the option journals.")
    return read_history(content, name)
