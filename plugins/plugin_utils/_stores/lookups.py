# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lookup plugins of Ansible, as a store uses them to connect."""

from __future__ import annotations

import typing as t

from ansible.plugins.loader import lookup_loader

from .._in_process import plain


class Lookups:
    """Runs lookup plugins with the variables of a host."""

    def __init__(self, loader: t.Any, templar: t.Any, variables: t.Mapping[str, t.Any]) -> None:
        self._loader = loader
        self._templar = templar
        self._variables = variables

    def __call__(self, name: str, **options: t.Any) -> t.Any:
        """Run the lookup *name* with *options*, and return its only result.

        :raises LookupError: there is no such plugin.
        """
        plugin = lookup_loader.get(name, loader=self._loader, templar=self._templar)
        if plugin is None:
            raise LookupError(name)
        return plain(self._templar.template(plugin.run([], variables=dict(self._variables), **options)[0]))
