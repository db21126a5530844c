# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files that a task writes. All their paths are checked before the first one is written."""

from __future__ import annotations

import os
import typing as t

from ...module_utils._durable_file import FileError, check_writable, read_file, replace_file
from ...module_utils._errors import InputError


def output_paths(paths: t.Mapping[str, str | None], taken: t.Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the given paths by their options.

    :param taken: paths that must not be overwritten, each with the description of its file.
    :raises InputError: a path is relative or taken, or two are the same.
    """
    wanted = {option: path for option, path in paths.items() if path}
    relative = [option for option, path in wanted.items() if not os.path.isabs(path)]
    if relative:
        raise InputError(
            f"{relative[0]} {wanted[relative[0]]} is a relative path.",
            "Give an absolute path, or one that begins with ~.",
        )
    known = {os.path.realpath(path): description for path, description in (taken or {}).items()}
    for option, path in wanted.items():
        other = known.setdefault(os.path.realpath(path), option)
        if other != option:
            raise InputError(f"{option} {path} is also {other}.", "Give each file its own path.")
    return wanted


def check_files(wanted: t.Mapping[str, str]) -> None:
    """Raise InputError unless each file could be written."""
    for option, path in wanted.items():
        use_file(option, path, check_writable)


def write_files(wanted: t.Mapping[str, str], texts: t.Mapping[str, str], check_mode: bool) -> bool:
    """Write the files whose contents change, and return whether there are any.

    :param wanted: the paths by option. :param texts: the contents by option.
    :param check_mode: only check that the files could be written.
    :raises InputError: a file can't be written. If that can be detected beforehand, no file is written.
    """
    # A lone surrogate can't be encoded.
    contents = {option: text.encode("utf-8", "replace") for option, text in texts.items()}
    changed = {option: path for option, path in wanted.items() if _differs(path, contents[option])}
    check_files(changed)
    for option, path in changed.items() if not check_mode else ():
        use_file(option, path, replace_file, contents[option])
    return bool(changed)


def _differs(path: str, content: bytes) -> bool:
    try:
        return read_file(path, len(content)) != content
    except FileError:
        return True  # the file is larger, or writable but not readable


def use_file(option: str, path: str, use: t.Callable[..., t.Any], *arguments: t.Any) -> t.Any:
    """Call *use* with *path*, and convert a FileError to an InputError about *option*."""
    try:
        return use(path, *arguments)
    except FileError as error:
        raise InputError(
            f"{option} {path} {error}.", "Give the path of your own file, in a folder that exists."
        ) from None
