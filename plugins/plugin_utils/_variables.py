# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables as options. An empty string, null and ``omit`` count as not given."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleError

from ..module_utils._errors import InputError
from ..module_utils._text import one_line
from ._arguments import plain

NOTHING_IS_DUE = "isc_accounts_nothing_is_due"
"""The variable of a group for which ISC has no accounts. A play over that group has nothing to do, and doesn't fail."""


class Given(t.NamedTuple):
    """The given options by name, and sentences about options that can't be evaluated."""

    options: dict[str, t.Any]
    mistakes: list[str]

    def check(self, hint: str = "Nothing was sent to ISC.") -> dict[str, t.Any]:
        """Return the options.

        :raises InputError: an option can't be evaluated. The message ends with *hint*.
        """
        if self.mistakes:
            raise InputError(" ".join(self.mistakes), hint)
        return self.options


def given_options(names: t.Iterable[str], variables: t.Mapping[str, t.Any], templar: t.Any, prefix: str) -> Given:
    """Return the options among *names* that *variables* give.

    :param prefix: the prefix of the variables' names.
    """
    given = Given({}, [])
    for name in names:
        variable = f"{prefix}{name}"
        if variable not in variables:
            continue
        try:
            # In a dictionary, because the templar removes entries that evaluate to omit.
            value = templar.template({"value": variables[variable]}).get("value")
        except Exception as error:  # up to ansible-core 2.18, exceptions in templates are not wrapped
            given.mistakes.append(f"{variable} can't be evaluated: {error_text(error)}.")
            continue
        if is_given(value, variables.get("omit")):
            given.options[name] = plain(value)
    return given


def error_text(error: Exception) -> str:
    """Return the message of an AnsibleError on one line without its period, or the type name of another exception."""
    text = getattr(error, "message", error) if isinstance(error, AnsibleError) else type(error).__name__
    return one_line(str(text)).strip().rstrip(".")


def is_given(value: t.Any, omitted: t.Any) -> bool:
    """Return whether *value* counts as given.

    :param omitted: the value of the variable ``omit``.
    """
    return value is not None and value is not omitted and not (isinstance(value, str) and value in ("", omitted))
