# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Task arguments: conversion to plain values, which ones count as given, and validation as for a module."""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.arg_spec import ModuleArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

from ..module_utils._errors import InputError


def given_arguments(arguments: t.Mapping[str, t.Any], spec: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return *arguments* as plain values, without empty strings and nulls, which count as not given."""
    given = {}
    for name, argument in arguments.items():
        value, options = plain(argument), spec.get(name, {}).get("options")
        if value is None or (isinstance(value, str) and not value):
            continue
        if options and isinstance(value, dict):
            value = given_arguments(value, options)
        elif options and isinstance(value, list):
            value = [given_arguments(entry, options) if isinstance(entry, dict) else entry for entry in value]
        given[name] = value
    return given


def plain(value: t.Any) -> t.Any:
    """Return *value* without the tags that ansible-core 2.19 attaches to strings, and that each validation copies."""
    # The most frequent types come first. The check for a mapping is the slowest.
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    if isinstance(value, t.Mapping):
        return {plain(key): plain(entry) for key, entry in value.items()}
    return value


def validate(
    spec: t.Mapping[str, t.Any], arguments: t.Mapping[str, t.Any], hint: str | None = None, action: str = ""
) -> dict[str, t.Any]:
    """Return the options that a module with the argument spec *spec* gets for *arguments*.

    :param action: the name of the module, for the message about unsupported options.
    :raises InputError: an argument is invalid. The message is Ansible's, followed by *hint*.
    """
    validation = ModuleArgumentSpecValidator(spec).validate(arguments)
    if validation.error_messages:
        message = validation.errors.msg
        if isinstance(validation.errors[0], UnsupportedError):
            message = f"Unsupported parameters for ({action}) module: {message}"
        raise InputError(message, hint)
    return t.cast(dict[str, t.Any], validation.validated_parameters)
