# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables that say what AWX is set up with."""

from __future__ import annotations

import typing as t

from ansible.module_utils.parsing.convert_bool import boolean

from ...module_utils._errors import InputError

NAMES = "_configure_awx"
"""The variable with those of the playbook, without their prefix and with their defaults."""

Values = dict[str, t.Any]


class Variables:
    """The variables by their names, with all templates evaluated: C(_configure_awx), and lists of objects."""

    def __init__(self, values: t.Mapping[str, t.Any]) -> None:
        self._values = values

    def given(self, name: str) -> t.Any:
        """Return a variable of the playbook by its name without the prefix; it is false where it was not given."""
        value = self._values[NAMES][name]
        # On the command line, -e gives texts.
        return boolean(value, strict=False) if name in _SWITCHES else value

    def entries(self, name: str) -> list[Values]:
        return self._values[name]

    def check(self) -> None:
        """Raise InputError where something is missing that has no default."""
        if not self.given("execution_environment_image"):
            raise InputError(
                "Set configure_awx_execution_environment_image to the image that jobs should run in.",
                'There is none ready-made: build one with "ansible-builder build -f '
                'extensions/ee/execution-environment.yml", and push it to a registry that AWX can reach. Nothing was '
                "changed.",
            )


_SWITCHES = ("teams",)
