# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the password settings of a tenant to a variables file for the playbook configure_passwords."""

from __future__ import annotations

import typing as t

import yaml  # type: ignore[import-untyped]

from ..module_utils._durable_file import read_file
from ..module_utils._errors import InputError
from ..plugin_utils._control_node import ControlNodeAction, Result
from ..plugin_utils._report.outputs import output_paths, use_file, write_files

PREFIX = "configure_passwords_"
SETTINGS = ("org_config", "policies", "sources", "sync_groups")

_HEADING = """\
# The password settings of a tenant, for the playbook community.sailpoint.configure_passwords:
#
#   ansible-playbook community.sailpoint.configure_passwords -e @THIS_FILE --check --diff
#
# null turns a rule off. Settings that you remove from this file stay as they are in the tenant.
---
"""

_MAX_BYTES = 16 * 1024 * 1024
_TEMPLATE_STARTS = ("{{", "{%", "{#")


class _Dumper(yaml.SafeDumper):
    """Marks text that looks like a template as unsafe, because it comes from a server."""

    def ignore_aliases(self, data: t.Any) -> bool:
        """Write repeated values in full, because aliases are hard to edit."""
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    unsafe = any(start in text for start in _TEMPLATE_STARTS)
    tag = "!unsafe" if unsafe else "tag:yaml.org,2002:str"
    # Only double quotes have escapes for all characters.
    return dumper.represent_scalar(tag, text, style='"' if unsafe or not text.isprintable() else None)


_Dumper.add_representer(str, _text)


def settings_text(settings: t.Mapping[str, t.Any]) -> str:
    """Return the content of the file.

    :param settings: the result of isc_password_settings_info.
    :raises InputError: *settings* is something else.
    """
    missing = [name for name in SETTINGS if name not in settings]
    if missing:
        raise InputError(
            f"settings has no {missing[0]}.", "Give what community.sailpoint.isc_password_settings_info has returned."
        )
    # A tenant may have no org config.
    variables = {f"{PREFIX}{name}": settings[name] for name in SETTINGS if settings[name] is not None}
    return _HEADING + yaml.dump(variables, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def write_settings(path: str, settings: t.Mapping[str, t.Any], check_mode: bool) -> tuple[str, str]:
    """Write the file if its content changes, and return the content before and after.

    :param check_mode: only check that the file could be written.
    :raises InputError: the path can't be used.
    """
    text, wanted = settings_text(settings), output_paths({"path": path})
    if not wanted:
        raise InputError("path is empty.", "Give an absolute path, or one that begins with ~.")
    before = use_file("path", path, read_file, max(_MAX_BYTES, len(text.encode("utf-8", "replace")))) or b""
    write_files(wanted, {"path": text}, check_mode)
    return before.decode("utf-8", "replace"), text


class ActionModule(ControlNodeAction):
    ARGUMENT_SPEC: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "settings": {"type": "dict", "required": True},
        "path": {"type": "path", "required": True},
    }

    def perform(self, params: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> Result:
        path = params["path"]
        before, after = write_settings(path, params["settings"], self._task.check_mode)
        diff = {"before": before, "after": after, "before_header": path, "after_header": path}
        return {"changed": before != after, "path": path, "diff": diff}
