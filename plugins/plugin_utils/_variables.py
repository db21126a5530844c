# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables as options, and which of them count as given: not an empty string, null, or what C(omit) stands for."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleError

from ..module_utils._errors import InputError
from ..module_utils._text import one_line
from ._arguments import plain

NOTHING_IS_DUE = "isc_accounts_nothing_is_due"
"""The variable of a group for which ISC has no account: then a play over it has nothing to do, and need not fail."""


class Given(t.NamedTuple):
    """The options that are given, by name, and sentences about those that can't be evaluated."""

    options: dict[str, t.Any]
    mistakes: list[str]

    def check(self, hint: str = "Nothing was sent to ISC.") -> dict[str, t.Any]:
        """Return the options.

        :param hint: what follows the sentences about those that can't be evaluated.
        :raises InputError: there is one.
        """
        if self.mistakes:
            raise InputError(" ".join(self.mistakes), hint)
        return self.options


def given_options(names: t.Iterable[str], variables: t.Mapping[str, t.Any], templar: t.Any, prefix: str) -> Given:
    """Return the options among *names* that *variables* give.

    :param prefix: what the names of the variables begin with.
    """
    given = Given({}, [])
    for name in names:
        variable = f"{prefix}{name}"
        if variable not in variables:
            continue
        try:
            # As an entry of a dictionary: what omit makes of it is then left out.
            value = templar.template({"value": variables[variable]}).get("value")
        except Exception as error:  # up to ansible-core 2.18, what a template raises comes through as it is
            given.mistakes.append(f"{variable} can't be evaluated: {said_by(error)}.")
            continue
        if is_given(value, variables.get("omit")):
            given.options[name] = plain(value)
    return given


def said_by(error: Exception) -> str:
    """Return what an error of Ansible says, in one line without its full stop; of any other exception, its kind."""
    said = getattr(error, "message", error) if isinstance(error, AnsibleError) else type(error).__name__
    return one_line(str(said)).strip().rstrip(".")


def is_given(value: t.Any, omitted: t.Any) -> bool:
    """Return whether *value* counts as given.

    :param omitted: what C(omit) stands for in this ansible-core.
    """
    return value is not None and value is not omitted and not (isinstance(value, str) and value in ("", omitted))
