# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Queries AWX, with the connection settings of the collection awx.awx."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleError
from ansible.plugins.loader import lookup_loader

from ...module_utils._errors import InputError
from .._arguments import plain
from .._connection import in_environment
from .._variables import error_text
from .kinds import Values


class Controller:
    """AWX, or Automation Controller.

    :param environment: environment variables of the task, which the modules of awx.awx get too.
    """

    def __init__(self, loader: t.Any, templar: t.Any, environment: t.Mapping[str, str]) -> None:
        self._loader = loader
        self._templar = templar
        self._environment = environment

    def find(self, endpoint: str, **fields: t.Any) -> list[Values]:
        """Return the objects at *endpoint* whose fields have the given values.

        :raises InputError: the query fails, or awx.awx is missing.
        """
        lookup = lookup_loader.get("awx.awx.controller_api", loader=self._loader, templar=self._templar)
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
                f"AWX could not be queried: {error_text(error)}.",
                "Check the environment variables of the collection awx.awx, such as CONTROLLER_HOST and "
                "CONTROLLER_OAUTH_TOKEN.",
            ) from None
        return plain(found)
