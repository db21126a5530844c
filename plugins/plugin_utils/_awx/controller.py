# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Questions to AWX, with the settings of the collection awx.awx that say where it is and who asks."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleError
from ansible.plugins.loader import lookup_loader

from ...module_utils._errors import InputError
from .._arguments import plain
from .._connection import in_environment
from .._variables import said_by
from .kinds import Values

LOOKUP = "awx.awx.controller_api"


class Controller:
    """AWX, or Automation Controller.

    :param environment: more environment variables, as the modules get them.
    """

    def __init__(self, loader: t.Any, templar: t.Any, environment: t.Mapping[str, str]) -> None:
        self._loader = loader
        self._templar = templar
        self._environment = environment

    def find(self, endpoint: str, **fields: t.Any) -> list[Values]:
        """Return the objects at *endpoint* whose fields have these values.

        :raises InputError: AWX does not answer that, or awx.awx is missing.
        """
        lookup = lookup_loader.get(LOOKUP, loader=self._loader, templar=self._templar)
        if lookup is None:
            raise InputError(
                "The collection awx.awx is not installed.",
                "Install it with: ansible-galaxy collection install awx.awx. Nothing was changed.",
            )
        try:
            with in_environment(self._environment):
                found = lookup.run([endpoint], variables={}, query_params=fields, return_objects=True)
        except AnsibleError as error:
            raise InputError(
                f"AWX did not say what it has: {said_by(error)}.",
                "Check the environment variables of the collection awx.awx, such as CONTROLLER_HOST and "
                "CONTROLLER_OAUTH_TOKEN.",
            ) from None
        return plain(found)
