# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets that YAML or a template has taken for something else than text, and has thereby changed."""

from __future__ import annotations

import typing as t

from ..module_utils._errors import InputError

_KINDS = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a dictionary"}


def check_secrets_are_text(spec: t.Mapping[str, t.Any], arguments: t.Mapping[str, t.Any], inside: str = "") -> None:
    """Raise InputError when a secret is no string any more, such as C(7) from C(007); Ansible would take it as it is.

    :param spec: an argument spec. Its secrets are the options of type C(str) that are C(no_log).
    :param inside: what stands before the names of the options, such as C(accounts[0].).
    """
    for option, details in spec.items():
        value = arguments.get(option)
        if details.get("no_log") and details["type"] == "str" and not isinstance(value, (str, type(None))):
            kind = next((kind for sort, kind in _KINDS.items() if isinstance(value, sort)), "something else")
            raise InputError(
                f"{inside}{option} is not text but {kind}: YAML or a template has taken it for that, and what it was "
                "is lost (007 became 7).",
                'Put it in quotes, or in a template pass it through the filter string: "{{ value | string }}".',
            )
        if "options" in details and isinstance(value, list):
            for number, entry in enumerate(value):
                if isinstance(entry, t.Mapping):
                    check_secrets_are_text(details["options"], entry, f"{inside}{option}[{number}].")
