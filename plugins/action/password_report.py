# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import typing as t

from ..module_utils._api.accounts import AccountFilter, Source, check_query, find_accounts
from ..module_utils._client.connection import connection_spec
from ..module_utils._errors import InputError, check_text
from ..module_utils._text import one_line
from ..module_utils._times import parse_age
from ..plugin_utils._arguments import given_arguments, validate
from ..plugin_utils._connection import connected, in_environment, task_environment, with_environment
from ..plugin_utils._control_node import ControlNodeAction, Result
from ..plugin_utils._report.ages import Report, ReportOptions, age_report, age_report_page, as_csv, as_lines
from ..plugin_utils._report.outputs import check_files, output_paths, write_files

TITLE = "Ages of passwords"

RENDERERS: dict[str, t.Callable[[Report], str]] = {
    "json_path": lambda report: json.dumps(report, indent=1) + "\n",
    "csv_path": as_csv,
    "html_path": age_report_page,
}


class ActionModule(ControlNodeAction):
    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        **connection_spec(),
        "sources": {"type": "raw", "required": True},
        "query": {"type": "str"},
        "older_than": {"type": "str", "default": "90d"},
        "include_disabled": {"type": "bool", "default": False},
        "include_locked": {"type": "bool", "default": False},
        **{option: {"type": "path"} for option in RENDERERS},
        "title": {"type": "str", "default": TITLE},
    }

    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        age = params["older_than"]
        older_than = parse_age("older_than", age)
        if older_than is None:
            raise InputError("older_than is empty.", "Give the age from which a password is due, such as 90d.")
        title = check_text("title", params["title"])
        paths = {option: params[option] for option in RENDERERS}
        wanted = output_paths(paths)
        check_files(wanted)
        sources, query = _source_names(params["sources"]), check_query("query", params["query"])
        environment, warnings = task_environment(self), list[str]()
        arguments = with_environment(given_arguments(self._task.args, self.ARGUMENT_SPEC), environment)
        with (
            in_environment(environment),
            # Validated again, now with the options from the environment.
            connected(validate(self.ARGUMENT_SPEC, arguments), warnings.append) as client,
        ):
            found = {name: find_accounts(client, AccountFilter(Source(name=name), query=query)) for name in sources}
            tenant, now = client.tenant, client.runtime.time()
        included = params["include_disabled"], params["include_locked"]
        report = age_report(found, ReportOptions(title, tenant, older_than, age.strip(), *included), now)
        changed = write_files(wanted, {option: RENDERERS[option](report) for option in wanted}, self._task.check_mode)
        result = {key: report[key] for key in ("totals", "left_out", "histogram", "sources")}
        lines = [one_line(warning) for warning in warnings]
        return {"changed": changed, "table": as_lines(report), **result, **paths, "warnings": lines}


def _source_names(sources: t.Any) -> list[str]:
    """Return the distinct names of sources, from a list or from the lines of a string. Names may contain commas."""
    entries = sources.splitlines() if isinstance(sources, str) else sources
    if not isinstance(entries, (list, tuple)) or not all(isinstance(each, str) for each in entries):
        raise InputError("sources is not a list of names.", "Give the names of the sources, as ISC shows them.")
    names = list(dict.fromkeys(each.strip() for each in entries if each.strip()))
    if not names:
        raise InputError("sources is empty.", "Name at least one source.")
    return names
