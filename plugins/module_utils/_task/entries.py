# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries of a list that each are the options of another module."""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

from .._client.connection import Spec
from .._errors import InputError


class Entry(t.NamedTuple):
    """An entry.

    :ivar params: its validated options. :ivar nulls: those that are given as null.
    :ivar place: what a message about it begins with.
    """

    params: dict[str, t.Any]
    nulls: frozenset[str]
    place: str


def validated_entries(option: str, entries: t.Sequence[t.Mapping[str, t.Any]] | None, spec: Spec) -> list[Entry]:
    """Return the entries of an option, validated as options of a module are.

    :raises InputError: one of them can't be used; the message says which.
    """
    return [validated_entry(f"{option}[{number}]", entry, spec) for number, entry in enumerate(entries or ())]


def validated_entry(option: str, entry: t.Mapping[str, t.Any], spec: Spec) -> Entry:
    """Return one entry, validated as the options of a module are. An empty string and null count as not given.

    :raises InputError: it can't be used.
    """
    for name in entry:
        if not isinstance(name, str):
            raise InputError(f"{option}: there is no option {name!r}.", "Correct that entry.")
    given = {name: value for name, value in entry.items() if value is not None and value != ""}
    validation = ArgumentSpecValidator(spec).validate(given)
    if validation.error_messages:
        unknown = "there is no option " if isinstance(validation.errors[0], UnsupportedError) else ""
        message = validation.error_messages[0].rstrip(".")
        raise InputError(f"{option}: {unknown}{message}.", "Correct that entry.")
    nulls = frozenset(name for name, value in entry.items() if value is None)
    return Entry(validation.validated_parameters, nulls, f"{option}: ")
