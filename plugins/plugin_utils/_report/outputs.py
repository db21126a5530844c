# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files that a task writes: where they may be, and that all of them are written or none."""

from __future__ import annotations

import os
import typing as t

from ...module_utils._durable_file import FileError, check_writable, read_file, replace_file
from ...module_utils._errors import InputError


def wanted_paths(paths: t.Mapping[str, str | None], taken: t.Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the paths that are given, by their options.

    :param taken: what else is at which path, and must not be overwritten.
    :raises InputError: one is relative, or two are the same.
    """
    wanted = {option: path for option, path in paths.items() if path}
    relative = [option for option, path in wanted.items() if not os.path.isabs(path)]
    if relative:
        raise InputError(
            f"{relative[0]} {wanted[relative[0]]} is a relative path.",
            "Give an absolute path, or one that begins with ~.",
        )
    known = {os.path.realpath(path): what for path, what in (taken or {}).items()}
    for option, path in wanted.items():
        other = known.setdefault(os.path.realpath(path), option)
        if other != option:
            raise InputError(f"{option} {path} is {other} too.", "Give each file its own path.")
    return wanted


def check_files(wanted: t.Mapping[str, str]) -> None:
    """Raise InputError unless each file could be written."""
    for option, path in wanted.items():
        use_file(option, path, check_writable)


def write_files(wanted: t.Mapping[str, str], texts: t.Mapping[str, str], check_mode: bool) -> bool:
    """Write the files that are different from what they should be, and return whether there are any.

    :param wanted: their paths by their options. :param texts: their contents by their options.
    :param check_mode: only check that they could be written.
    :raises InputError: one can't be written. Then none is, if that could be foreseen.
    """
    # Half of a surrogate pair has no place in a file.
    contents = {option: text.encode("utf-8", "replace") for option, text in texts.items()}
    changed = {option: path for option, path in wanted.items() if _differs(path, contents[option])}
    # All first: a task that fails should have written nothing.
    check_files(changed)
    for option, path in changed.items() if not check_mode else ():
        use_file(option, path, replace_file, contents[option])
    return bool(changed)


def _differs(path: str, content: bytes) -> bool:
    try:
        return read_file(path, len(content)) != content
    except FileError:
        return True  # a larger file, or one that may be written and not be read


def use_file(option: str, path: str, use: t.Callable[..., t.Any], *arguments: t.Any) -> t.Any:
    """Return what *use* returns for *path*, or raise InputError with the FileError that it raises."""
    try:
        return use(path, *arguments)
    except FileError as error:
        raise InputError(
            f"{option} {path} {error}.", "Give the path of your own file, in a folder that exists."
        ) from None
